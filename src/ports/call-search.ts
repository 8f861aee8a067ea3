import type { Outcome } from '../core/model/call.ts';
import type { CallSummary } from '../core/model/call-summary.ts';

/** Which calls are looked for; what is not given does not matter. */
export interface CallFilter {
  /** Arrived within `[fromMs, toMs)`. */
  readonly fromMs?: number;
  readonly toMs?: number;
  readonly service?: string;
  readonly siteId?: string;
  readonly agentId?: string;
  readonly edgeId?: string;
  readonly customerId?: string;
  /** The caller's or the dialled number, as it is recorded, begins with one of these; at least one. */
  readonly numbers?: readonly string[];
  /** The call's id begins so. */
  readonly callId?: string;
  readonly outcome?: Outcome;
  /** True: only those in progress; false: only those that ended. */
  readonly live?: boolean;
  /** Waited so long or longer, ms. */
  readonly minWaitMs?: number;
}

/** Where a page of calls ended: the next one goes on after it. */
export interface CallPlace {
  readonly arrivedAtMs: number;
  readonly callId: string;
}

export interface CallPage {
  readonly limit: number;
  readonly newestFirst: boolean;
  readonly after?: CallPlace;
}

/** Looks for calls, page by page, in bounded time. */
export interface CallSearch {
  /** By arrival, then id. Rejects with DATABASE_DOWN. */
  searchCalls(filter: CallFilter, page: CallPage): Promise<readonly CallSummary[]>;
}
