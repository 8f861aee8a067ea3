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
  /** Keeps or updates one. `duplicate`: that number has one already in this service. */
  keepCallback(fence: Fence, callback: Callback): Promise<'ok' | 'duplicate' | 'fenced'>;
  /** It is over, one way or another. */
  endCallback(fence: Fence, callId: string, how: 'done' | 'failed' | 'cancelled'): Promise<'ok' | 'fenced'>;
  /** This edge's own, and those of edges that have been silent for EDGE_DEAD_MS, which are its own from then on. */
  takeCallbacks(fence: Fence): Promise<readonly Callback[] | 'fenced'>;
}

/** An edge silent for this long has its callbacks taken over: longer than a restart takes. */
export const EDGE_DEAD_MS = 15_000;
