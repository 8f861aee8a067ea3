import type { PbxEvent } from '../../core/events.ts';

/** What was reported, and the wall clock at which it was read. */
export interface TimedEvent {
  readonly event: PbxEvent;
  readonly atMs: number;
}
