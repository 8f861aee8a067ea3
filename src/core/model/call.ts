import type { Decision } from './decision.ts';
import type { AgentId } from './agent.ts';
import type { Delivery, Service, StrategyName, Target } from './service.ts';
import { blankService } from './service.ts';

/** What a caller's dialplan reads in IPNTSTATUS. HANGUP stands until the call returns. */
export type IpntStatus =
  | 'HANGUP'
  | 'ANSWERED'
  | 'TIMEOUT'
  | 'NOAGENTS'
  | 'FULL'
  | 'CLOSED'
  | 'REDIRECTED'
  | 'OVERFLOW'
  | 'CALLBACK'
  | 'KEY'
  | 'ERROR';

/** Every call ends with exactly one of these. */
export type Outcome =
  'answered' | 'abandoned' | 'overflowed' | 'defaulted' | 'redirected' | 'called_back' | 'closed' | 'failed';

/** How an offer ended. */
export type OfferOutcome = 'answered' | 'busy' | 'no_answer' | 'failed' | 'cancelled';

/** The more exact reason behind an outcome, from the PBX's cause and the SIP status. */
export type OfferReason =
  | 'answered'
  | 'busy'
  | 'declined'
  | 'no_answer'
  | 'unreachable'
  | 'not_found'
  | 'trunk_down'
  | 'congestion'
  | 'forwarded'
  | 'caller_left'
  | 'wait_over'
  | 'claim_lost'
  | 'error';

/** The caller's wishes, parsed once from the dialplan's arguments and the service. */
export interface CallRequest {
  readonly callId: string;
  readonly edgeId: string;
  readonly channelId: string;
  readonly service: string;
  readonly ani: string;
  readonly callerName: string;
  readonly dnis: string;
  readonly requirement: string;
  readonly priority: number;
  readonly maxWaitMs: number;
  readonly ringMs: number;
  readonly wrapUpMs: number;
  readonly arrivalMs: number;
  readonly delivery: Delivery;
  /** The service does not wait for the site's own queue. */
  readonly networkFirst: boolean;
  readonly music: string;
  /** Gosub on the agent's side before the bridge: `context^exten^priority`, or ''. */
  readonly whisper: string;
  /** File name of the recording without its ending, or ''. */
  readonly record: string;
  readonly after: 'hangup' | 'continue';
  /** The service as it stood when the call came in: a call keeps the rules it began with. */
  readonly rules: Service;
  /** Version of the routing that `rules` is of. */
  readonly routingVersion: number;
  /** What the dialplan collected to find the customer by; '' for nothing. */
  readonly customerKey: string;
  readonly customer: Customer | null;
  /** Agents whom this caller gets first, best first. */
  readonly preferred: readonly AgentId[];
}

/** Who is calling, as the centre's own database says. Travels with the call. */
export interface Customer {
  readonly customerId: string;
  readonly name: string;
  /** Null: the service's. */
  readonly priority: number | null;
  /** And-ed to the service's; '' for none. */
  readonly requirement: string;
  /** Agents' ids or titles. */
  readonly preferred: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** The wishes of a call whose service is not known: enough to record it, and to follow one that is bridged already. */
export const NO_WISHES: Omit<
  CallRequest,
  'callId' | 'edgeId' | 'channelId' | 'service' | 'ani' | 'callerName' | 'dnis'
> = {
  requirement: '',
  priority: 0,
  maxWaitMs: 0,
  ringMs: 0,
  wrapUpMs: 0,
  arrivalMs: 0,
  delivery: 'bridge',
  networkFirst: false,
  music: '',
  whisper: '',
  record: '',
  after: 'hangup',
  rules: blankService(''),
  routingVersion: 0,
  customerKey: '',
  customer: null,
  preferred: [],
};

/** A call that waits at an edge, as every edge sees it. `arrivedAtMs` is the database's clock. */
export interface WaitingCall {
  readonly callId: string;
  readonly edgeId: string;
  readonly service: string;
  readonly requirement: string;
  readonly priority: number;
  readonly arrivedAtMs: number;
  /** An agent is being rung for it: it keeps its place and is matched no further meanwhile. */
  readonly offering: boolean;
  readonly networkFirst: boolean;
  readonly strategy: StrategyName;
  /** Added to the priority for each minute of waiting. */
  readonly ageing: number;
  /** Agents whom this caller gets first, best first. */
  readonly preferred: readonly AgentId[];
  /** Until then (the database's clock) nobody else will do; 0: anyone will, though they go first. */
  readonly preferredUntilMs: number;
  /** The step of the service that it is in; 0 before the first. */
  readonly step: number;
}

/** A call as it is put into the line. `arrivedAtMs` null: now; a time: it is back, and keeps the arrival that it had. */
export type PlacedCall = Omit<WaitingCall, 'arrivedAtMs'> & { readonly arrivedAtMs: number | null };

/** Priority with what a call has earned by waiting. */
export const effectivePriority = (call: WaitingCall, nowMs: number): number =>
  call.ageing === 0 ? call.priority : call.priority + (call.ageing * Math.max(0, nowMs - call.arrivedAtMs)) / 60_000;

/** Order of the waiting calls: effective priority, arrival, id. */
export const byTurn = (a: WaitingCall, b: WaitingCall, nowMs: number): number =>
  effectivePriority(b, nowMs) - effectivePriority(a, nowMs) || byArrival(a, b);

const byArrival = (a: WaitingCall, b: WaitingCall): number =>
  a.arrivedAtMs - b.arrivedAtMs || (a.callId < b.callId ? -1 : a.callId > b.callId ? 1 : 0);

/** Calls in their turn, as `byTurn` orders them. What each has earned by waiting is worked out once. */
export function inTurn(calls: Iterable<WaitingCall>, nowMs: number): readonly WaitingCall[] {
  const entries: { readonly call: WaitingCall; readonly priority: number }[] = [];
  for (const call of calls) entries.push({ call, priority: effectivePriority(call, nowMs) });
  return entries.sort((a, b) => b.priority - a.priority || byArrival(a.call, b.call)).map(({ call }) => call);
}

/** Facts of one call, in order. Kept as events keyed (call, seq): a spool on disk first, then the database. */
export type CallFact =
  | {
      readonly kind: 'arrived';
      readonly edge: string;
      readonly service: string;
      readonly ani: string;
      readonly dnis: string;
      readonly channel: string;
      readonly requirement: string;
      readonly priority: number;
    }
  | { readonly kind: 'decided'; readonly decision: Decision }
  | { readonly kind: 'claimLost'; readonly agent: string }
  | {
      readonly kind: 'offered';
      readonly offer: string;
      readonly agent: string;
      readonly site: string;
      readonly ringMs: number;
    }
  | {
      readonly kind: 'offerEnded';
      readonly offer: string;
      readonly agent: string;
      readonly outcome: OfferOutcome;
      readonly reason: OfferReason;
      readonly cause: number;
      readonly techCause: number;
      readonly rangMs: number;
    }
  | {
      readonly kind: 'bridged';
      readonly agent: string;
      readonly site: string;
      readonly waitMs: number;
      readonly recording: string;
    }
  | { readonly kind: 'redirected'; readonly agent: string; readonly site: string; readonly contact: string }
  | { readonly kind: 'continued'; readonly agent: string; readonly site: string }
  | { readonly kind: 'transferredAtSite'; readonly agent: string; readonly site: string }
  /** The call entered a step of its service, or passed one over; `step` counts from 1. */
  | {
      readonly kind: 'stepped';
      readonly step: number;
      readonly skipped: boolean;
      readonly requirement: string;
      readonly priority: number;
      readonly strategy: StrategyName;
      readonly why: string;
    }
  /** It left its service for another target. */
  | { readonly kind: 'overflowed'; readonly to: Target; readonly chosenSite: string; readonly why: string }
  /** Who is calling was looked up. */
  | {
      readonly kind: 'customerFound';
      readonly source: string;
      readonly customerId: string;
      readonly name: string;
      readonly tookMs: number;
      readonly problem: string;
    }
  /** The caller pressed a key that means something to his service. */
  | { readonly kind: 'keyPressed'; readonly key: string; readonly action: 'leave' | 'callback' }
  | { readonly kind: 'callbackAsked'; readonly number: string }
  | {
      readonly kind: 'callbackTried';
      readonly attempt: number;
      readonly result: 'answered' | 'busy' | 'no_answer' | 'failed';
    }
  /** The agent sent the caller back to the line. */
  | { readonly kind: 'requeued'; readonly agent: string; readonly service: string }
  | { readonly kind: 'incident'; readonly code: string; readonly detail: string }
  | { readonly kind: 'returned'; readonly status: IpntStatus; readonly waitMs: number; readonly detail: string }
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      readonly by: 'caller' | 'agent' | 'router' | 'unknown';
      readonly talkMs: number;
    };

/** One recorded fact. */
export interface CallEvent {
  readonly callId: string;
  readonly seq: number;
  readonly atMs: number;
  readonly fact: CallFact;
}

/** Which outcome each status of the dialplan counts as. ANSWERED etc. as in the README's table. */
export const OUTCOME_OF_STATUS: Readonly<Record<IpntStatus, Outcome>> = {
  HANGUP: 'abandoned',
  ANSWERED: 'answered',
  TIMEOUT: 'overflowed',
  NOAGENTS: 'overflowed',
  FULL: 'overflowed',
  CLOSED: 'closed',
  REDIRECTED: 'redirected',
  OVERFLOW: 'overflowed',
  CALLBACK: 'called_back',
  KEY: 'overflowed',
  ERROR: 'defaulted',
};
