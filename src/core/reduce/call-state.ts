import type { CallEffect, Chosen } from '../effects.ts';
import type { AgentId } from '../model/agent.ts';
import type { CallFact, CallRequest, IpntStatus, OfferReason, Outcome } from '../model/call.ts';
import { firstStage } from '../routing/steps.ts';
import type { Stage } from '../routing/steps.ts';

/**
 * `identifying -> placing -> waiting -> claiming -> offering -> answering -> talking -> closing -> over`; from `waiting` on a call can come
 * back to the dialplan. `closing` means: the caller's part is finished, a leg or a claim of ours is not yet. `requeueing`: the
 * agent's leg is on its way out, the caller waits again. Of a callback alone: `calling` the customer, `joining` him to the agent who
 * answered first, `parting` from that agent, `resting` until the next try.
 */
export type CallPhase =
  | 'identifying'
  | 'placing'
  | 'waiting'
  | 'claiming'
  | 'offering'
  | 'answering'
  | 'talking'
  | 'requeueing'
  | 'calling'
  | 'joining'
  | 'parting'
  | 'resting'
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
  /** His phone was heard to ring. */
  readonly rang: boolean;
  /** The claim was answered and is ours; until then nothing has been rung. */
  readonly claimed: boolean;
  /** The record has its end already: the agent answered, and the customer had to be called yet. */
  readonly endRecorded?: boolean;
}

/** The customer of a callback. */
export interface CallbackState {
  readonly tries: number;
  /** The leg to him that rings or stands; '' for none. */
  readonly legId: string;
  readonly isHere: boolean;
  /** His phone rang for as long as it may: that is how the try ended, whatever the leg's own end says. */
  readonly rangOut?: boolean;
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
  readonly stage: Stage;
  /** The database's clock; null until it has been placed. */
  readonly arrivedAtMs: number | null;
  /** Agents who sent him back: they do not get him again. */
  readonly excluded: readonly AgentId[];
  /** Null: a caller who is on the line himself. */
  readonly callback: CallbackState | null;
  /** A promise to call back is being kept: the key counts once. */
  readonly asking: boolean;
}

/** A call of which nothing has happened yet. */
export const beginning = (request: CallRequest, nowMs: number): CallState => ({
  request,
  phase: 'placing',
  enteredMs: nowMs,
  bridgedMs: 0,
  offer: null,
  offersMade: 0,
  lastAnswer: null,
  claimEnded: false,
  callerGone: false,
  outcome: null,
  stage: firstStage(request, nowMs),
  arrivedAtMs: null,
  excluded: [],
  callback: null,
  asking: false,
});

export interface CallStep {
  readonly state: CallState;
  readonly effects: readonly CallEffect[];
}

export const step = (state: CallState, ...effects: readonly CallEffect[]): CallStep => ({ state, effects });

export const record = (fact: CallFact): CallEffect => ({ kind: 'record', fact });

/** The least wrap-up: the site's own report of the end is some milliseconds behind ours. */
const SETTLE_MS = 300;

/** The agent's own wrap-up goes before the service's; how the talk ended before both. */
export function wrapUpEffect(
  state: CallState,
  offer: OfferState,
  how?: 'transferred' | 'requeued',
): readonly CallEffect[] {
  if (state.claimEnded) return [];
  const { wrapUpMs, rules } = state.request;
  const after = how === undefined ? undefined : rules.wrapUpAfter[how];
  const leaseMs = Math.max(after ?? offer.chosen.wrapUpMs ?? wrapUpMs, SETTLE_MS);
  const { agentId } = offer.chosen;
  return [{ kind: 'advance', agentId, token: offer.offerId, step: { phase: 'wrap_up', leaseMs } }];
}

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
    ...(state.request.customer === null
      ? {}
      : { IPNT_CUSTOMER: state.request.customer.customerId, IPNT_CUSTOMER_NAME: state.request.customer.name }),
  };
}

/** The last resort of a closing call whose leg or claim never tells its end: the lease ends it then. */
export const START_CLOSING: CallEffect = { kind: 'startTimer', timer: 'closing', ms: 10_000 };

export const STOP_WAITING: readonly CallEffect[] = [
  { kind: 'stopTimer', timer: 'maxWait' },
  { kind: 'stopTimer', timer: 'announce' },
];

/** A callback that comes to nothing any more: who is on the line is let go of. */
export const endOfCallback = ({ callback }: CallState): readonly CallEffect[] =>
  callback === null
    ? []
    : [
        { kind: 'endCallback', how: 'failed' },
        { kind: 'stopTimer', timer: 'callback' },
        ...(callback.legId === '' ? [] : [{ kind: 'cancelRing', offerId: callback.legId, elsewhere: false } as const]),
      ];

/** The caller goes back to the dialplan with a status; an offer still out is cleared up behind him. */
export function giveBack(
  state: CallState,
  status: IpntStatus,
  outcome: Outcome,
  detail: string,
  nowMs: number,
  more: Readonly<Record<string, string>> = {},
): CallStep {
  const open = state.offer !== null || state.phase === 'claiming';
  const variables = { ...variablesOf(state, status, nowMs), ...more };
  return step(
    {
      ...state,
      phase: open ? 'closing' : 'over',
      outcome,
      offer: state.offer && { ...state.offer, cancelled: 'wait_over' },
    },
    ...STOP_WAITING,
    { kind: 'leaveLine' },
    // Who was called back did not come out of a dialplan, and cannot go back to one.
    ...(state.callback === null ? [{ kind: 'giveBack', variables } as const] : endOfCallback(state)),
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

/** With which the dialplan takes a caller on: `place:`, `number:` or `dial:`; '' for nowhere. */
export const wayOut = (route: string): Readonly<Record<string, string>> =>
  route === '' ? {} : { IPNT_ROUTE: 'overflow', IPNT_OVERFLOW: route };
