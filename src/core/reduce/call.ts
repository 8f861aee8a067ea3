import type { CallEffect, CallInput, CallTimer } from '../effects.ts';
import type { CallRequest } from '../model/call.ts';
import { onBridged, onClaimAnswered, onMatched, onOfferAnswered, onOfferFailed, onOfferGone } from './call-offer.ts';
import { onDialReported, onRedirectAnswered } from './call-delivery.ts';
import { onCallbackTimer, onCustomerAnswered, onCustomerGone, onPostponed } from './call-callback.ts';
import type { CallState, CallStep } from './call-state.ts';
import {
  beginning,
  cancelOffer,
  giveBack,
  record,
  START_CLOSING,
  step,
  STOP_WAITING,
  wayOut,
  wrapUpEffect,
} from './call-state.ts';
import {
  needsIdentifying,
  onAnnounceTimer,
  onCallbackKept,
  onIdentified,
  onKey,
  onMoved,
  onOverflowed,
  onRequeue,
  onRequeued,
  onStepped,
  startAnnouncing,
} from './call-wait.ts';
import { OUTCOME_OF_STATUS } from '../model/call.ts';

/** A call enters: it is recorded, hears its treatment, and takes its place in the line. */
export function startCall(request: CallRequest, nowMs: number): CallStep {
  const asks = needsIdentifying(request);
  return step(
    { ...beginning(request, nowMs), phase: asks ? 'identifying' : 'placing' },
    { kind: asks ? 'identify' : 'place' },
    record({
      kind: 'arrived',
      edge: request.edgeId,
      service: request.service,
      ani: request.ani,
      dnis: request.dnis,
      channel: request.channelId,
      requirement: request.requirement,
      priority: request.priority,
    }),
    { kind: 'treat', music: request.music },
    { kind: 'startTimer', timer: 'maxWait', ms: request.maxWaitMs },
    ...startAnnouncing(request),
  );
}

/** A bridged call found by an app that has just started: it is left alone and followed to its end. */
export function adoptTalking(
  request: CallRequest,
  offer: { offerId: string; agentId: string; siteId: string },
  nowMs: number,
): CallState {
  const { offerId, agentId, siteId } = offer;
  const chosen = { agentId, siteId, title: '', address: '', redirectable: false, wrapUpMs: null };
  return {
    ...beginning(request, nowMs),
    phase: 'talking',
    bridgedMs: nowMs,
    offer: { offerId, chosen, startedMs: nowMs, cancelled: null, answered: true, rang: true, claimed: true },
    offersMade: 1,
    lastAnswer: agentId,
  };
}

/** The life of one call: total (every input in every phase has an answer) and pure. `nowMs` is monotonic. */
export function reduceCall(state: CallState, input: CallInput, nowMs: number): CallStep {
  if (state.phase === 'over') return step(state);
  switch (input.kind) {
    case 'identified':
      return onIdentified(state, input, nowMs);
    case 'placed':
      return state.phase === 'placing'
        ? step({ ...state, phase: 'waiting', arrivedAtMs: input.arrivedAtMs }, { kind: 'matchAgain' })
        : step(state);
    case 'stepped':
      return onStepped(state, input);
    case 'overflowed':
      return onOverflowed(state, input, nowMs);
    case 'movedTo':
      return onMoved(state, input, nowMs);
    case 'keyPressed':
      return onKey(state, input.key, nowMs);
    case 'callbackKept':
      return onCallbackKept(state, input, nowMs);
    case 'postponed':
      return onPostponed(state, input.afterMs);
    case 'requeue':
      return onRequeue(state);
    case 'matched':
      return onMatched(state, input.chosen, nowMs);
    case 'claimAnswered':
      return onClaimAnswered(state, input, nowMs);
    case 'ringRefused':
      return onRingRefused(state, input.offerId, nowMs);
    case 'offerRinging':
      return state.offer?.offerId === input.offerId
        ? step({ ...state, offer: { ...state.offer, rang: true } })
        : step(state);
    case 'offerAnswered':
      return isCustomer(state, input.offerId)
        ? onCustomerAnswered(state)
        : onOfferAnswered(state, input.offerId, nowMs);
    case 'offerGone':
      return isCustomer(state, input.offerId)
        ? onCustomerLegGone(state, input.cause, input.techCause, nowMs)
        : onOfferGone(state, input, nowMs);
    case 'whispered':
      return onWhispered(state, input.offerId, input.ok);
    case 'bridged':
      return onBridged(state, input.ok, nowMs);
    case 'tokenLost':
      return onTokenLost(state, input.token);
    case 'transferredAtSite':
      return onTransferred(state);
    case 'callerLeft':
      return onCallerLeft(state, input.hungUp, nowMs);
    case 'redirectAnswered':
      return onRedirectAnswered(state, input.ok, nowMs);
    case 'arrivedAtSite':
      return state.phase === 'arriving' && state.outcome !== null
        ? step({ ...state, phase: 'over' }, { kind: 'stopTimer', timer: 'arrival' }, { kind: 'forget' })
        : step(state);
    case 'dialReported':
      return onDialReported(state, input.dialStatus, nowMs);
    case 'giveUp':
      // A promise to call back outlives the trouble of a moment.
      if (state.callback !== null && !state.callback.isHere) return step(state);
      return isBeforeAnswer(state)
        ? giveBack(state, input.status, OUTCOME_OF_STATUS[input.status], input.detail, nowMs, wayOut(input.route ?? ''))
        : step(state);
    case 'timerFired':
      return onTimer(state, input.timer, nowMs);
  }
}

const BEFORE_ANSWER: ReadonlySet<CallState['phase']> = new Set([
  ...(['identifying', 'placing', 'waiting', 'claiming', 'offering'] as const),
  ...(['calling', 'resting'] as const),
]);
const isBeforeAnswer = (state: CallState): boolean => BEFORE_ANSWER.has(state.phase);

/** The leg to the customer of a callback: an offer's twin until he answers, the caller's channel from then on. */
const isCustomer = ({ callback }: CallState, legId: string): boolean => callback !== null && callback.legId === legId;

const onCustomerLegGone = (state: CallState, cause: number, techCause: number, nowMs: number): CallStep =>
  state.callback?.isHere ? onCallerLeft(state, true, nowMs) : onCustomerGone(state, cause, techCause);

function onRingRefused(state: CallState, offerId: string, nowMs: number): CallStep {
  const offer = state.offer;
  if (offer === null || offer.offerId !== offerId || (state.phase !== 'offering' && state.phase !== 'closing'))
    return step(state);
  return onOfferFailed(state, offer, { cause: 0, techCause: 0, outcome: 'failed', reason: 'trunk_down' }, nowMs);
}

/** A whisper that did not come back has lost its leg: the caller must not be answered for it. */
function onWhispered(state: CallState, offerId: string, ok: boolean): CallStep {
  if (state.phase !== 'answering' || state.offer?.offerId !== offerId) return step(state);
  if (!ok) return step(state, { kind: 'hangupAgent', offerId });
  return step(state, { kind: 'bridge', offerId, recording: state.request.record, keys: state.request.rules.requeue });
}

/** An answer that finds its token lost stands; it is recorded, for it should not happen. */
function onTokenLost(state: CallState, token: string): CallStep {
  if (state.offer?.offerId !== token || state.claimEnded || state.phase === 'closing') return step(state);
  return step(
    { ...state, claimEnded: true },
    record({
      kind: 'incident',
      code: 'token_lost',
      detail: `the claim on ${state.offer.chosen.agentId} was lost while it was in use`,
    }),
  );
}

function onTransferred(state: CallState): CallStep {
  const offer = state.offer;
  if (state.phase !== 'talking' || offer === null || state.claimEnded) return step(state);
  return step(
    { ...state, claimEnded: true },
    ...wrapUpEffect(state, offer, 'transferred'),
    record({ kind: 'transferredAtSite', agent: offer.chosen.agentId, site: offer.chosen.siteId }),
  );
}

function onCallerLeft(state: CallState, hungUp: boolean, nowMs: number): CallStep {
  const offer = state.offer;
  const talkMs = Math.round(nowMs - state.bridgedMs);
  if (state.outcome !== null || state.phase === 'closing') return step(state);
  if (state.phase === 'arriving') return step({ ...state, callerGone: true });
  if (state.phase === 'answering' && state.request.whisper === '') {
    // Both had picked up: that he left while they were being joined makes it a short talk, not a caller who gave up.
    const joined = onBridged(state, true, nowMs);
    const left = onCallerLeft(joined.state, hungUp, nowMs);
    return step(left.state, ...joined.effects, ...left.effects);
  }
  if (state.phase === 'inDialplan') return hungUp ? onDialReported(state, '', nowMs) : step(state);
  if (state.phase === 'talking' && offer !== null) {
    return step(
      { ...state, phase: 'closing', outcome: 'answered' },
      { kind: 'hangupAgent', offerId: offer.offerId },
      record({ kind: 'ended', outcome: 'answered', by: 'caller', talkMs }),
      START_CLOSING,
    );
  }
  // Moved out of the application by the absolute timeout: the dialplan's T extension has taken the default route.
  const outcome = hungUp ? 'abandoned' : 'defaulted';
  const left: CallEffect[] = [
    ...STOP_WAITING,
    { kind: 'leaveLine' },
    ...(state.callback === null ? [] : [{ kind: 'endCallback', how: 'done' } as const]),
    record({ kind: 'ended', outcome, by: 'caller', talkMs: 0 }),
  ];
  if (offer === null) return step({ ...state, phase: 'over', outcome }, ...left, { kind: 'forget' });
  return step(
    { ...state, phase: 'closing', outcome, offer: { ...offer, cancelled: 'caller_left' } },
    ...left,
    ...cancelOffer(state, 'caller_left'),
    START_CLOSING,
  );
}

function onTimer(state: CallState, timer: CallTimer, nowMs: number): CallStep {
  const offer = state.offer;
  switch (timer) {
    case 'maxWait':
      return isBeforeAnswer(state)
        ? giveBack(state, 'TIMEOUT', 'overflowed', 'the longest wait is over', nowMs)
        : step(state);
    case 'ring':
      // The dialplan has not come back in time: the agent answered.
      if (state.phase === 'inDialplan') return step(state, { kind: 'leaveLine' });
      if ((state.phase === 'calling' || state.phase === 'joining') && state.callback !== null)
        return step(
          { ...state, callback: { ...state.callback, rangOut: true } },
          { kind: 'cancelRing', offerId: state.callback.legId, elsewhere: false },
        );
      if (state.phase !== 'offering' || offer === null) return step(state);
      return step(
        { ...state, offer: { ...offer, cancelled: 'no_answer' } },
        { kind: 'cancelRing', offerId: offer.offerId, elsewhere: false },
      );
    case 'arrival':
      if (state.phase !== 'arriving' || offer === null || state.outcome === null) return step(state);
      return step(
        { ...state, phase: 'over' },
        {
          kind: 'advance',
          agentId: offer.chosen.agentId,
          token: offer.offerId,
          step: { phase: 'hold', holdReason: 'redirect_lost', leaseMs: 5_000 },
        },
        record({
          kind: 'incident',
          code: 'redirect_lost',
          detail: `the redirected call did not show up at ${offer.chosen.siteId}`,
        }),
        { kind: 'forget' },
      );
    case 'announce':
      return onAnnounceTimer(state);
    case 'callback':
      return onCallbackTimer(state);
    case 'closing':
      if (state.phase === 'requeueing') return onRequeued(state, nowMs);
      return state.phase === 'closing' ? step({ ...state, phase: 'over' }, { kind: 'forget' }) : step(state);
  }
}
