import { DIAL_MARGIN_MS, holdEffect, onOfferFailed } from './call-offer.ts';
import type { CallState, CallStep } from './call-state.ts';
import { giveBack, record, step, variablesOf, wrapUpEffect } from './call-state.ts';

/** The 302 was sent, or could not be: the edge leaves the path, or the next agent is tried. */
export function onRedirectAnswered(state: CallState, ok: boolean, nowMs: number): CallStep {
  const offer = state.offer;
  if (state.phase !== 'arriving' || offer === null || state.outcome !== null) return step(state);
  if (!ok && state.callerGone) {
    return step(
      { ...state, phase: 'over', outcome: 'abandoned' },
      { kind: 'stopTimer', timer: 'maxWait' },
      { kind: 'leaveLine' },
      holdEffect(state, offer, 'cancelled'),
      record({ kind: 'ended', outcome: 'abandoned', by: 'caller', talkMs: 0 }),
      { kind: 'forget' },
    );
  }
  if (!ok) {
    const failed = onOfferFailed(state, offer, { cause: 0, techCause: 0, outcome: 'failed', reason: 'error' }, nowMs);
    const variables = variablesOf(failed.state, 'HANGUP', nowMs);
    return step(failed.state, { kind: 'setVariables', variables }, ...failed.effects);
  }
  const { agentId, siteId, address } = offer.chosen;
  return step(
    { ...state, outcome: 'redirected' },
    { kind: 'stopTimer', timer: 'maxWait' },
    { kind: 'leaveLine' },
    record({ kind: 'redirected', agent: agentId, site: siteId, contact: address }),
    record({ kind: 'returned', status: 'REDIRECTED', waitMs: Math.round(nowMs - state.enteredMs), detail: '' }),
    record({ kind: 'ended', outcome: 'redirected', by: 'router', talkMs: 0 }),
    { kind: 'startTimer', timer: 'arrival', ms: state.request.arrivalMs },
  );
}

const DIAL_ENDS = {
  BUSY: { outcome: 'busy', reason: 'busy' },
  NOANSWER: { outcome: 'no_answer', reason: 'no_answer' },
} as const;

/** `continue` delivery: the dialplan dialled by itself and says how it went; silence means that nobody knows. */
export function onDialReported(state: CallState, dialStatus: string, nowMs: number): CallStep {
  const offer = state.offer;
  if (state.phase !== 'inDialplan' || offer === null) return step(state);
  if (dialStatus === 'ANSWER' || dialStatus === '') {
    const outcome = dialStatus === '' ? 'failed' : 'answered';
    return step(
      { ...state, phase: 'over', outcome },
      { kind: 'stopTimer', timer: 'ring' },
      { kind: 'leaveLine' },
      ...wrapUpEffect(state, offer),
      ...(dialStatus === '' ? [] : [{ kind: 'giveBack', variables: variablesOf(state, 'ANSWERED', nowMs) } as const]),
      record({ kind: 'ended', outcome, by: dialStatus === '' ? 'unknown' : 'agent', talkMs: 0 }),
      { kind: 'forget' },
    );
  }
  // It kept its place in the line while it rang, and left it when it was taken for answered: there is no way back in.
  if (nowMs - offer.startedMs > state.request.ringMs + DIAL_MARGIN_MS)
    return giveBack(state, 'ERROR', 'defaulted', `the dialplan came back too late with ${dialStatus}`, nowMs);
  const end = DIAL_ENDS[dialStatus as keyof typeof DIAL_ENDS] ?? { outcome: 'failed', reason: 'unreachable' };
  return onOfferFailed(state, offer, { cause: 0, techCause: 0, ...end }, nowMs);
}
