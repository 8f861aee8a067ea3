import type { CallEffect } from '../effects.ts';
import type { CallRequest } from '../model/call.ts';
import { firstStage } from '../routing/steps.ts';
import { offerEnd } from './offer-end.ts';
import type { CallState, CallStep, OfferState } from './call-state.ts';
import { beginning, record, step, wrapUpEffect } from './call-state.ts';

/** A callback takes the place that its caller had. `tries` were made by whoever had it before; `afterMs` until the next one. */
export function startCallback(
  request: CallRequest,
  kept: { readonly arrivedAtMs: number; readonly tries: number; readonly afterMs: number },
  nowMs: number,
): CallStep {
  const state: CallState = {
    ...beginning(request, nowMs),
    phase: 'placing',
    stage: firstStage(request, nowMs),
    arrivedAtMs: kept.arrivedAtMs,
    callback: { tries: kept.tries, legId: '', isHere: false },
  };
  const { edgeId: edge, service, ani, dnis, channelId: channel, requirement, priority } = request;
  const arrived = record({ kind: 'arrived', edge, service, ani, dnis, channel, requirement, priority });
  if (kept.afterMs <= 0) return step(state, arrived, { kind: 'place' });
  return step({ ...state, phase: 'resting' }, arrived, { kind: 'startTimer', timer: 'callback', ms: kept.afterMs });
}

/** Its turn has come: the customer is called, and an agent claimed when he is on the line. */
export const callsCustomerFirst = ({ callback, request }: CallState): boolean =>
  callback !== null && !callback.isHere && request.rules.callback.first === 'customer';

/** Rings the customer; `phase` says who is waited for meanwhile. */
export function callCustomer(state: CallState, phase: 'calling' | 'joining'): CallStep {
  const { callback, request } = state;
  if (callback === null) return step(state);
  const legId = `${request.callId}.customer${callback.tries + 1}`;
  const timeoutMs = request.rules.callback.ringMs;
  return step(
    { ...state, phase, callback: { tries: callback.tries + 1, legId, isHere: false } },
    // His place is in the callback's row. In the line other edges would leave agents alone for it.
    ...(phase === 'calling' ? [{ kind: 'leaveLine' } as const] : []),
    { kind: 'keepCallback', tries: callback.tries + 1, afterMs: request.rules.callback.gapMs },
    { kind: 'callCustomer', legId, timeoutMs },
    { kind: 'startTimer', timer: 'ring', ms: timeoutMs },
  );
}

/** The customer picked up. With an agent on the line both are joined; else he waits for one, in the place that he kept. */
export function onCustomerAnswered(state: CallState): CallStep {
  const { callback, offer, request } = state;
  if (callback === null || callback.isHere) return step(state);
  const here: CallState = {
    ...state,
    request: { ...request, channelId: callback.legId },
    callback: { ...callback, isHere: true },
  };
  const tried: CallEffect[] = [
    { kind: 'stopTimer', timer: 'ring' },
    { kind: 'customerIsHere', legId: callback.legId },
    { kind: 'keepAlive' },
    record({ kind: 'callbackTried', attempt: callback.tries, result: 'answered' }),
  ];
  if (state.phase === 'joining' && offer !== null)
    return step({ ...here, phase: 'answering' }, ...tried, {
      kind: 'bridge',
      offerId: offer.offerId,
      recording: request.record,
      keys: request.rules.requeue,
    });
  if (state.phase !== 'calling') return step(state);
  return step(
    { ...here, phase: 'placing', lastAnswer: null },
    ...tried,
    { kind: 'treat', music: request.music },
    { kind: 'startTimer', timer: 'maxWait', ms: request.maxWaitMs },
    { kind: 'place' },
  );
}

/** The customer did not answer: the agent who waits for him is let go of, and it is tried again later. */
export function onCustomerGone(state: CallState, cause: number, techCause: number): CallStep {
  const { callback, offer } = state;
  if (callback === null || callback.isHere) return step(state);
  const outcome = callback.rangOut ? 'no_answer' : offerEnd(cause, techCause).outcome;
  const tried = record({ kind: 'callbackTried', attempt: callback.tries, result: outcome });
  const noLeg: CallState = { ...state, callback: { ...callback, legId: '' } };
  if (state.phase === 'joining' && offer !== null)
    return step({ ...noLeg, phase: 'parting' }, { kind: 'stopTimer', timer: 'ring' }, tried, {
      kind: 'hangupAgent',
      offerId: offer.offerId,
    });
  if (state.phase !== 'calling') return step(state);
  const rested = rest(noLeg);
  return step(rested.state, { kind: 'stopTimer', timer: 'ring' }, tried, ...rested.effects);
}

/** The agent who answered first is gone: let go of by us, or tired of waiting for the customer. */
export function onAgentParted(state: CallState, offer: OfferState): CallStep {
  const { callback } = state;
  const drop: CallEffect[] =
    callback === null || callback.legId === '' || callback.isHere
      ? []
      : [{ kind: 'cancelRing', offerId: callback.legId, elsewhere: false }];
  const rested = rest({ ...state, offer: null, callback: callback && { ...callback, legId: '' } });
  return step(
    rested.state,
    { kind: 'stopTimer', timer: 'ring' },
    ...wrapUpEffect(state, offer),
    ...drop,
    ...rested.effects,
  );
}

/** Until the next try, if there is one. */
function rest(state: CallState): CallStep {
  const { callback, request } = state;
  const { tries, gapMs } = request.rules.callback;
  if (callback !== null && callback.tries < tries)
    return step(
      { ...state, phase: 'resting', offer: null },
      { kind: 'leaveLine' },
      { kind: 'startTimer', timer: 'callback', ms: gapMs },
    );
  return step(
    { ...state, phase: 'over', offer: null, outcome: 'failed' },
    { kind: 'leaveLine' },
    { kind: 'endCallback', how: 'failed' },
    record({ kind: 'ended', outcome: 'failed', by: 'router', talkMs: 0 }),
    { kind: 'forget' },
  );
}

/** Out of hours: it stands in the line again when they begin, in its place. */
export function onPostponed(state: CallState, afterMs: number): CallStep {
  if (state.phase !== 'waiting' || state.callback === null || state.callback.isHere) return step(state);
  return step(
    { ...state, phase: 'resting' },
    { kind: 'leaveLine' },
    { kind: 'startTimer', timer: 'callback', ms: afterMs },
  );
}

/** The gap is over: it stands in the line again, in its place. */
export function onCallbackTimer(state: CallState): CallStep {
  if (state.phase !== 'resting') return step(state);
  return step({ ...state, phase: 'placing', lastAnswer: null }, { kind: 'place' });
}
