import type { Outcome } from './call.ts';

/** A call's row: what a listing shows. Kept by the record store from the call's facts. */
export interface CallSummary {
  readonly callId: string;
  readonly edgeId: string;
  readonly service: string;
  readonly ani: string;
  readonly dnis: string;
  /** Who called, where he was found; else ''. */
  readonly customerId: string;
  readonly arrivedAtMs: number;
  readonly endedAtMs: number | null;
  readonly agentId: string;
  readonly siteId: string;
  readonly waitMs: number | null;
  readonly talkMs: number | null;
  readonly offers: number;
  /** Null while in progress. */
  readonly outcome: Outcome | null;
  readonly status: string;
}
