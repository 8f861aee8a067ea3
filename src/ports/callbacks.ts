import type { Fence } from './site-store.ts';

/** A promise to call somebody back; it keeps the place in the line that he had. Durable: another edge takes it over when its own dies. */
export interface Callback {
  /** The call that asked for it; it stays in the line under this id. */
  readonly callId: string;
  readonly edgeId: string;
  readonly service: string;
  /** E.164. */
  readonly number: string;
  readonly callerName: string;
  readonly dnis: string;
  readonly requirement: string;
  readonly priority: number;
  /** Database clock: when the caller arrived. */
  readonly arrivedAtMs: number;
  /** Tries made. */
  readonly tries: number;
  /** Not before then (database clock); 0: when it is its turn. */
  readonly notBeforeMs: number;
}

/** Callbacks of an edge. Every method rejects with DATABASE_DOWN when the database does not answer. */
export interface CallbackStore {
  /**
   * Keeps or updates one; idempotent by call id. `duplicate`: that number has one already in this service, or this one is over
   * or another edge's by now.
   */
  keepCallback(fence: Fence, callback: Callback): Promise<'ok' | 'duplicate' | 'fenced'>;
  /** It is over, one way or another. Remembered for a day. */
  endCallback(fence: Fence, callId: string, how: 'done' | 'failed' | 'cancelled'): Promise<'ok' | 'fenced'>;
  /**
   * This edge's own, oldest arrival first, and those of edges that have been silent for EDGE_DEAD_MS or were stopped, which are
   * its own from then on. One that it knew and that is not among them is over (erased) or another's.
   */
  takeCallbacks(fence: Fence): Promise<readonly Callback[] | 'fenced'>;
}

/** An edge silent for this long has its callbacks taken over: longer than a restart takes. */
export const EDGE_DEAD_MS = 15_000;
