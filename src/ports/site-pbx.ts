import type { PbxEvent } from '../core/events.ts';

/** Where an adapter hands what its PBX reported. Calls must return at once: an adapter never waits for the database. */
export interface SitePbxSink {
  /**
   * One event, in the PBX's order. After `linkUp` comes a `snapshotTaken`, then what came while it was taken, then live events.
   * `atMs` is the wall clock at which it was read.
   */
  event(event: PbxEvent, atMs: number): void;
  /** The PBX showed a sign of life: an event or an answered Ping. */
  seen(atMs: number): void;
}

/** One call centre's PBX. Connects, logs in, subscribes, takes snapshots, reconnects for ever with jittered backoff. */
export interface SitePbx {
  start(sink: SitePbxSink): void;
  /** Asks for another snapshot (an audit, or an event about something unknown). Coalesced; never throws. */
  requestSnapshot(why: string): void;
  stop(): Promise<void>;
}
