import type { CallEffect, Chosen } from '../effects.ts';
import type { CallFact, CallRequest, IpntStatus, OfferReason, Outcome } from '../model/call.ts';

/**
 * `placing -> waiting -> claiming -> offering -> answering -> talking -> closing -> over`; from `waiting` on a call can come back to
 * the dialplan. `closing` means: the caller's part is finished, a leg or a claim of ours is not yet.
 */
export type CallPhase =
  | 'placing'
  | 'waiting'
  | 'claiming'
  | 'offering'
  | 'answering'
  | 'talking'
  | 'arriving'
  | 'inDialplan'
  | 'closing'
  | 'over';

export interface OfferState {
  readonly offerId: string;
  readonly chosen: Chosen;
  /** The reducer's clock (monotonic). */
  readonly startedMs: number;
  /** Why we cancelled it, when we did; decides what its end is called. */
  readonly cancelled: Extract<OfferReason, 'caller_left' | 'no_answer' | 'wait_over'> | null;
  readonly answered: boolean;
  /** The claim was answered and is ours; until then nothing has been rung. */
  readonly claimed: boolean;
}

export interface CallState {
  readonly request: CallRequest;
  readonly phase: CallPhase;
  readonly enteredMs: number;
  readonly bridgedMs: number;
  readonly offer: OfferState | null;
  readonly offersMade: number;
  /** Winner of the last recorded decision ('' for nobody, null before the first). */
  readonly lastAnswer: string | null;
  /** The claim has ended or was lost while the caller's talk goes on. */
  readonly claimEnded: boolean;
  /** The caller's channel ended while a redirect was under way: the redirect's answer tells which of the two it was. */
  readonly callerGone: boolean;
  readonly outcome: Outcome | null;
}

export interface CallStep {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

export const step = (state: CallState, ...effects: readonly CallEffect[]): CallStep => ({ state, effects });

export const record = (fact: CallFact): CallEffect => ({ kind: 'record', fact });

/** The least wrap-up: the site's own report of the end is some milliseconds behind ours. */
const SETTLE_MS = 300;

export const wrapUpEffect = (state: CallState, offer: OfferState): readonly CallEffect[] =>
  state.claimEnded
    ? []
    : [
        {
          kind: 'advance',
          agentId: offer.chosen.agentId,
          token: offer.offerId,
          step: { phase: 'wrap_up', leaseMs: Math.max(state.request.wrapUpMs, SETTLE_MS) },
        },
      ];

/** What the dialplan reads. Set at the bridge and again when the call returns. */
export function variablesOf(state: CallState, status: IpntStatus, nowMs: number): Readonly<Record<string, string>> {
  const waitMs = Math.max(0, Math.round((state.bridgedMs || nowMs) - state.enteredMs));
  const answered = status === 'ANSWERED' || status === 'REDIRECTED';
  return {
    IPNTSTATUS: status,
    IPNT_CALL: state.request.callId,
    IPNT_SERVICE: state.request.service,
    IPNT_AGENT: answered ? (state.offer?.chosen.agentId ?? '') : '',
    IPNT_SITE: answered ? (state.offer?.chosen.siteId ?? '') : '',
    IPNT_WAIT: String(Math.round(waitMs / 1000)),
    IPNT_WAIT_MS: String(waitMs),
    IPNT_ROUTE: status === 'ERROR' ? 'default' : '',
  };
}

/** The last resort of a closing call whose leg or claim never tells its end: the lease ends it then. */
export const START_CLOSING: CallEffect = { kind: 'startTimer', timer: 'closing', ms: 10_000 };

/** The caller goes back to the dialplan with a status; an offer still out is cleared up behind him. */
export function giveBack(
  state: CallState,
  status: IpntStatus,
  outcome: Outcome,
  detail: string,
  nowMs: number,
): CallStep {
  const open = state.offer !== null || state.phase === 'claiming';
  return step(
    {
      ...state,
      phase: open ? 'closing' : 'over',
      outcome,
      offer: state.offer && { ...state.offer, cancelled: 'wait_over' },
    },
    { kind: 'stopTimer', timer: 'maxWait' },
    { kind: 'leaveLine' },
    { kind: 'giveBack', variables: variablesOf(state, status, nowMs) },
    record({ kind: 'returned', status, waitMs: Math.round(nowMs - state.enteredMs), detail }),
    record({ kind: 'ended', outcome, by: 'router', talkMs: 0 }),
    ...cancelOffer(state, 'wait_over'),
    open ? START_CLOSING : { kind: 'forget' },
  );
}

/** Ends the ringing of an offer that is out; its claim ends when the leg itself has ended. */
export function cancelOffer(state: CallState, why: NonNullable<OfferState['cancelled']>): readonly CallEffect[] {
  if (state.offer === null || state.phase === 'claiming') return [];
  return [
    { kind: 'stopTimer', timer: 'ring' },
    { kind: 'cancelRing', offerId: state.offer.offerId, elsewhere: why === 'caller_left' },
  ];
}
