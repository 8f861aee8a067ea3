import type { IpntError } from '../core/errors.ts';
import type { AgentAction } from '../core/model/command.ts';
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
  /** A connection failed, before its `linkDown`: for who would rather give up than have it tried again. */
  failed?(error: IpntError): void;
}

/** One call centre's PBX. Connects, logs in, subscribes, takes snapshots, reconnects for ever with jittered backoff. */
export interface SitePbx {
  start(sink: SitePbxSink): void;
  /** Asks for another snapshot (an audit, or an event about something unknown). Coalesced; never throws. */
  requestSnapshot(why: string): void;
  /**
   * Does it at once, and once, or not at all; answers with what the PBX said. Rejects with IpntError where the PBX does not answer: nobody
   * knows then whether it was done.
   */
  command(command: AgentCommand): Promise<CommandAnswer>;
  /** What the PBX sent that could not be understood, by kind, where that is counted. */
  readonly oddities?: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

/** What a site's PBX is asked to do with one of its agents, by a person. */
export interface AgentCommand {
  /** His name at the site. */
  readonly agent: string;
  readonly action: AgentAction;
  /** Why he pauses; '' for none. */
  readonly reason: string;
  /** Queues to log in to or out of; empty: those he is in, or was in last. */
  readonly queues: readonly string[];
}

/**
 * What came of it, in the PBX's words. `refused`: it said no, or its kind cannot; `said` holds why and the cure. `ours`: the PBX keeps no status
 * of this agent, so his word is ours to keep: the site declares it itself.
 */
export interface CommandAnswer {
  readonly outcome: 'done' | 'refused' | 'ours';
  readonly said: string;
}
