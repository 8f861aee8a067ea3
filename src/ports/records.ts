import type { CallEvent } from '../core/model/call.ts';

/** Where the spool delivers facts. Idempotent by (call, seq). `refused` are those that the database will never take. */
export interface RecordStore {
  appendCallEvents(
    events: readonly CallEvent[],
  ): Promise<{ readonly refused: readonly { readonly event: CallEvent; readonly why: string }[] }>;
}

/** Where the edge puts facts: never waits, never throws. */
export interface Recorder {
  record(event: CallEvent): void;
}
