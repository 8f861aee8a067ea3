import type { CallEffect, CallInput, Chosen } from '../effects.ts';
import { callCustomer, callsCustomerFirst, onAgentParted } from './call-callback.ts';
import { onRequeued, startAnnouncing } from './call-wait.ts';
import { offerEnd } from './offer-end.ts';
import type { OfferOutcome, OfferReason } from '../model/call.ts';
import { OFFER_MARGIN_MS } from '../model/claim.ts';
import type { CallState, CallStep, OfferState } from './call-state.ts';
import { record, step, STOP_WAITING, variablesOf, wrapUpEffect } from './call-state.ts';

/** A match names an agent: the claim is sent. Why it was him is recorded by whoever matched. */
export function onMatched(state: CallState, chosen: Chosen, nowMs: number): CallStep {
  if (state.phase !== 'waiting') return step(state);
  if (callsCustomerFirst(state)) {
    return callCustomer({ ...state, lastAnswer: chosen.agentId }, 'calling');
  }
  const offerId = `${state.request.callId}.offer${state.offersMade + 1}`;
  const offer: OfferState = {
    offerId,
    chosen,
    startedMs: nowMs,
    cancelled: null,
    answered: false,
    rang: false,
    claimed: false,
  };
  return step(
    { ...state, phase: 'claiming', offer, offersMade: state.offersMade + 1, lastAnswer: chosen.agentId },
    { kind: 'claim', agentId: chosen.agentId, token: offerId, leaseMs: offerLeaseMs(state.request) },
  );
}

/** A call that the dialplan dials for keeps its place until then: to other edges it must not look as if it waited. */
const offerLeaseMs = ({ ringMs, delivery }: CallState['request']): number =>
  ringMs + (delivery === 'continue' ? DIAL_MARGIN_MS + 500 : OFFER_MARGIN_MS);

const toWaiting = (state: CallState): CallState => ({ ...state, phase: 'waiting', offer: null });

export function onClaimAnswered(
  state: CallState,
  input: Extract<CallInput, { kind: 'claimAnswered' }>,
  nowMs: number,
): CallStep {
  const offer = state.offer;
  if (offer === null || offer.offerId !== input.token || offer.claimed) return step(state);
  if (state.phase === 'closing') {
    const release: CallEffect[] = input.result === 'won' ? [holdEffect(state, offer, 'cancelled')] : [];
    return step(
      { ...state, phase: 'over', offer: null },
      ...release,
      { kind: 'stopTimer', timer: 'closing' },
      { kind: 'forget' },
    );
  }
  if (state.phase !== 'claiming') return step(state);
  if (input.result !== 'won') {
    const lost = input.result === 'lost' ? [record({ kind: 'claimLost', agent: offer.chosen.agentId })] : [];
    return step(toWaiting(state), ...lost, { kind: 'matchAgain' });
  }
  return deliver({ ...state, offer: { ...offer, startedMs: nowMs, claimed: true } }, offer, nowMs);
}

/** The claim is ours: ring him, send the caller to him, or let the dialplan dial. */
function deliver(state: CallState, offer: OfferState, nowMs: number): CallStep {
  const { chosen, offerId } = offer;
  const { ringMs, arrivalMs } = state.request;
  const offered = record({ kind: 'offered', offer: offerId, agent: chosen.agentId, site: chosen.siteId, ringMs });
  const { delivery } = state.request;
  switch (delivery === 'redirect' && !chosen.redirectable ? 'bridge' : delivery) {
    case 'bridge':
      return step(
        { ...state, phase: 'offering' },
        { kind: 'ring', offerId, chosen, timeoutMs: ringMs },
        { kind: 'startTimer', timer: 'ring', ms: ringMs },
        offered,
      );
    case 'redirect':
      return step(
        { ...state, phase: 'arriving' },
        {
          kind: 'advance',
          agentId: chosen.agentId,
          token: offerId,
          step: { phase: 'hold', holdReason: 'arrival', leaseMs: arrivalMs },
        },
        { kind: 'redirect', chosen, variables: variablesOf({ ...state, offer }, 'REDIRECTED', nowMs) },
        offered,
      );
    case 'continue':
      return step(
        { ...state, phase: 'inDialplan' },
        { kind: 'stopTimer', timer: 'maxWait' },
        { kind: 'startTimer', timer: 'ring', ms: ringMs + DIAL_MARGIN_MS },
        // Nobody can take the caller out of the dialplan's Dial: it must not outlast his longest wait.
        { kind: 'dialInDialplan', chosen, timeoutMs: Math.min(ringMs, waitLeftMs(state, nowMs)) },
        record({ kind: 'continued', agent: chosen.agentId, site: chosen.siteId }),
        offered,
      );
  }
}

/** The dialplan dials for whole seconds, and comes back: a report that is later than this cannot be of a call that only rang. */
export const DIAL_MARGIN_MS = 2_500;

/** Back among those who wait: what the answer, the 302 or the dialplan had stopped begins again, the longest wait as well. */
function backInLine(state: CallState, nowMs: number): readonly CallEffect[] {
  if (state.phase === 'offering') return [];
  return [
    { kind: 'treat', music: state.request.music },
    { kind: 'startTimer', timer: 'maxWait', ms: waitLeftMs(state, nowMs) },
    ...startAnnouncing(state.request),
  ];
}

const waitLeftMs = ({ request, enteredMs }: CallState, nowMs: number): number =>
  Math.max(0, request.maxWaitMs - (nowMs - enteredMs));

export const holdEffect = (
  { request }: CallState,
  offer: OfferState,
  holdReason: 'cancelled' | 'busy' | 'failed' | 'no_answer',
): CallEffect => ({
  kind: 'advance',
  agentId: offer.chosen.agentId,
  token: offer.offerId,
  step: { phase: 'hold', holdReason, leaseMs: null, noAnswerMs: request.rules.noAnswerMs },
});

/** The offered leg has ended without an answer: the claim takes its hold, and the next agent is tried at once. */
export function onOfferFailed(
  state: CallState,
  offer: OfferState,
  ended: { cause: number; techCause: number; outcome: OfferOutcome; reason: OfferReason },
  nowMs: number,
): CallStep {
  const effects: CallEffect[] = [
    { kind: 'stopTimer', timer: 'ring' },
    record({
      kind: 'offerEnded',
      offer: offer.offerId,
      agent: offer.chosen.agentId,
      ...ended,
      rangMs: Math.round(nowMs - offer.startedMs),
    }),
    ended.outcome === 'failed' && offer.cancelled === 'no_answer'
      ? silentPhone(state, offer)
      : holdEffect(state, offer, ended.outcome === 'answered' ? 'cancelled' : ended.outcome),
  ];
  if (state.phase === 'closing') {
    return step(
      { ...state, phase: 'over', offer: null },
      ...effects,
      { kind: 'stopTimer', timer: 'closing' },
      { kind: 'forget' },
    );
  }
  return step(toWaiting(state), ...effects, ...backInLine(state, nowMs), { kind: 'matchAgain' });
}

export function onOfferGone(
  state: CallState,
  input: Extract<CallInput, { kind: 'offerGone' }>,
  nowMs: number,
): CallStep {
  const offer = state.offer;
  if (offer === null || offer.offerId !== input.offerId) return step(state);
  const { cause, techCause } = input;
  switch (state.phase) {
    case 'offering':
    case 'answering':
    case 'closing':
      if (state.phase === 'closing' && state.bridgedMs > 0) return talkOver(state, offer);
      if (offer.cancelled === 'no_answer')
        return onOfferFailed(state, offer, { cause, techCause, ...unanswered(offer) }, nowMs);
      if (offer.cancelled !== null) {
        return onOfferFailed(state, offer, { cause, techCause, outcome: 'cancelled', reason: offer.cancelled }, nowMs);
      }
      if (offer.answered)
        return onOfferFailed(state, offer, { cause, techCause, outcome: 'failed', reason: 'error' }, nowMs);
      return onOfferFailed(state, offer, { cause, techCause, ...offerEnd(cause, techCause) }, nowMs);
    case 'talking':
      return agentHungUp(state, offer, nowMs);
    case 'requeueing':
      return onRequeued(state, nowMs);
    case 'joining':
    case 'parting':
      return onAgentParted(state, offer);
    default:
      return step(state);
  }
}

/** A phone that said nothing for the whole ring time, not even that it rings, has no power: no fault of its agent's. */
const unanswered = ({ rang }: OfferState) =>
  rang
    ? ({ outcome: 'no_answer', reason: 'no_answer' } as const)
    : ({ outcome: 'failed', reason: 'unreachable' } as const);

/** A silent phone costs its caller the whole ring time: it is left alone for as long as after a first unanswered call. */
const silentPhone = ({ request }: CallState, offer: OfferState): CallEffect => ({
  kind: 'advance',
  agentId: offer.chosen.agentId,
  token: offer.offerId,
  step: { phase: 'hold', holdReason: 'failed', leaseMs: request.rules.noAnswerMs },
});

/** The caller had left already; now the agent's leg has ended too, and with it the claim's talk. */
function talkOver(state: CallState, offer: OfferState): CallStep {
  return step(
    { ...state, phase: 'over', offer: null },
    ...wrapUpEffect(state, offer),
    { kind: 'stopTimer', timer: 'closing' },
    { kind: 'forget' },
  );
}

function agentHungUp(state: CallState, offer: OfferState, nowMs: number): CallStep {
  const talkMs = Math.round(nowMs - state.bridgedMs);
  const caller: CallEffect =
    state.request.after === 'continue' && state.callback === null
      ? { kind: 'giveBack', variables: variablesOf(state, 'ANSWERED', nowMs) }
      : { kind: 'hangupCaller' };
  return step(
    { ...state, phase: 'over', outcome: 'answered' },
    ...wrapUpEffect(state, offer),
    caller,
    record({ kind: 'ended', outcome: 'answered', by: 'agent', talkMs }),
    { kind: 'forget' },
  );
}

/** The phone was picked up: whisper first where asked, then both are bridged. */
export function onOfferAnswered(state: CallState, offerId: string, nowMs: number): CallStep {
  const offer = state.offer;
  if (offer === null || offer.offerId !== offerId || offer.answered) return step(state);
  const answered = { ...offer, answered: true };
  if (state.phase === 'closing' || offer.cancelled !== null) {
    return step({ ...state, offer: answered }, { kind: 'hangupAgent', offerId });
  }
  if (state.phase !== 'offering') return step(state);
  const talk: CallEffect = { kind: 'advance', agentId: offer.chosen.agentId, token: offerId, step: { phase: 'talk' } };
  if (state.callback !== null && !state.callback.isHere) {
    const called = callCustomer({ ...state, offer: { ...answered, endRecorded: true } }, 'joining');
    const told = answerOf(offer, nowMs);
    return step(called.state, { kind: 'stopTimer', timer: 'maxWait' }, told, talk, ...called.effects);
  }
  const next: CallEffect = state.request.whisper
    ? { kind: 'whisper', offerId, place: state.request.whisper }
    : { kind: 'bridge', offerId, recording: state.request.record, keys: state.request.rules.requeue };
  return step(
    { ...state, phase: 'answering', offer: answered },
    { kind: 'stopTimer', timer: 'ring' },
    ...STOP_WAITING,
    next,
    talk,
  );
}

const answerOf = (offer: OfferState, nowMs: number): CallEffect =>
  record({
    kind: 'offerEnded',
    offer: offer.offerId,
    agent: offer.chosen.agentId,
    ...({ outcome: 'answered', reason: 'answered', cause: 0, techCause: 200 } as const),
    rangMs: Math.round(nowMs - offer.startedMs),
  });

/** Both are bridged: the wait is over, and the dialplan's variables say so for hang-up handlers. */
export function onBridged(state: CallState, ok: boolean, nowMs: number): CallStep {
  const offer = state.offer;
  if (offer === null || state.phase !== 'answering') return step(state);
  if (!ok) return step(state, { kind: 'hangupAgent', offerId: offer.offerId });
  const talking: CallState = { ...state, phase: 'talking', bridgedMs: nowMs };
  const { agentId, siteId } = offer.chosen;
  return step(
    talking,
    { kind: 'leaveLine' },
    ...(state.callback === null ? [] : [{ kind: 'endCallback', how: 'done' } as const]),
    ...(offer.endRecorded ? [] : [answerOf(offer, nowMs)]),
    record({
      kind: 'bridged',
      agent: agentId,
      site: siteId,
      waitMs: Math.round(nowMs - state.enteredMs),
      recording: state.request.record,
    }),
    { kind: 'setVariables', variables: { ...variablesOf(talking, 'ANSWERED', nowMs), IPNT_PHASE: 'talk' } },
  );
}
