/**
 * What roles tell of themselves to whoever watches them. A meter counts what happens, as it happens; a reading says how things stand, when
 * somebody asks. What the metrics are called is the runtime's business. No number, call or agent is ever named.
 */
import type { SiteShown } from '../core/model/board.ts';
import type { OfferOutcome, Outcome } from '../core/model/call.ts';
import type { CommandEnd } from './commands.ts';

/** One thing that must be well for a role to do its work. */
export interface Check {
  /** One word: `database`, `pbx`. */
  readonly check: string;
  readonly isOk: boolean;
  /** What is the matter, or how it stands, in words. */
  readonly detail: string;
}

/** Counts of a site's role. Every method returns at once and never throws: they stand on the path of events. */
export interface SiteMeter {
  /** An event of the PBX was taken in. */
  event(): void;
  snapshot(): void;
  /** A snapshot of a site that was being followed was compared with what events had told. */
  audited(differences: number): void;
  /** A batch was written, or not. `lagMs`: since the oldest change in it. */
  published(outcome: 'ok' | 'failed' | 'fenced', tookMs: number, lagMs: number): void;
  commandEnded(outcome: CommandEnd['outcome']): void;
}

/** Counts of an edge's role, as above. */
export interface EdgeMeter {
  callEnded(service: string, outcome: Outcome): void;
  /** A caller spoke to an agent, after so long. */
  answered(service: string, waitMs: number): void;
  offerEnded(outcome: OfferOutcome): void;
  claimed(outcome: 'won' | 'lost' | 'failed', tookMs: number): void;
  /** All waiting calls were matched. */
  matched(tookMs: number): void;
  /** Changes of the shared state were read. */
  stateRead(tookMs: number): void;
  /** Something that should not be was recorded of a call. */
  incident(code: string): void;
}

/** What every reading has. */
export interface Reading {
  readonly checks: readonly Check[];
}

/** How a role with an epoch stands to its site or edge, and to the database. */
export interface HolderReading extends Reading {
  readonly isHolding: boolean;
  /** 0 where it is not held. */
  readonly epoch: number;
  readonly databaseAnswers: boolean;
}

export interface SiteReading extends HolderReading {
  /** Connected to the PBX, with a snapshot reconciled. */
  readonly isConnected: boolean;
  /** Null: not since this process holds the site. */
  readonly pbxSeenAgoMs: number | null;
  /** Messages of the PBX that could not be understood. */
  readonly oddMessages: number;
  readonly callsInProgress: number;
  readonly agents: ReadonlyMap<SiteShown, number>;
  /** Callers by queue. */
  readonly queueWaiting: ReadonlyMap<string, number>;
}

/** Records on their way to the database. */
export interface SpoolReading {
  readonly records: number;
  readonly bytes: number;
  /** Since the start of this process: refused by the database for good, and lost because the spool was full. */
  readonly parked: number;
  readonly dropped: number;
}

export interface EdgeReading extends HolderReading {
  readonly isAriUp: boolean;
  readonly callsInProgress: number;
  /** Waiting calls of this edge by service; every service of the routing in force. */
  readonly waiting: ReadonlyMap<string, number>;
  /** Since the state was read; null before the first read. */
  readonly stateAgeMs: number | null;
  /** This machine's clock less the database's; null before the first read. */
  readonly clockOffsetMs: number | null;
  /** By site. */
  readonly trunksUp: ReadonlyMap<string, boolean>;
  readonly spool: SpoolReading;
}

/** What one board says to monitoring: gauges by service and site. */
export interface BoardSample {
  readonly name: BoardMetric;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export type BoardMetric =
  | 'ipnt_service_waiting_calls'
  | 'ipnt_service_longest_wait_seconds'
  | 'ipnt_service_expected_wait_seconds'
  | 'ipnt_service_eligible_agents'
  | 'ipnt_service_staffed_agents'
  | 'ipnt_service_open'
  | 'ipnt_service_offered_calls_today'
  | 'ipnt_service_calls_today'
  | 'ipnt_service_answered_in_time_today'
  | 'ipnt_service_level_today_ratio'
  | 'ipnt_service_level_target_ratio'
  | 'ipnt_service_mean_wait_today_seconds'
  | 'ipnt_site_fresh'
  | 'ipnt_site_calls_in_progress'
  | 'ipnt_site_agents'
  | 'ipnt_site_queue_waiting_calls';

export interface ApiReading extends Reading {
  readonly databaseAnswers: boolean;
  /** Empty while there is no board. */
  readonly board: readonly BoardSample[];
  readonly streamClients: number;
  /** Since the start of this process: those that were behind or did not read. */
  readonly droppedStreamClients: number;
}

/** How an app is watched: it counts with the meter, and says how it stands when asked. */
export interface Watch<Meter, R extends Reading> {
  readonly meter: Meter;
  /** From now on; before, the role is said to be starting. */
  watch(read: () => R): void;
}

/** The API counts nothing by a meter: its readings say all. */
export type ApiWatch = Pick<Watch<never, ApiReading>, 'watch'>;
export type SiteWatch = Watch<SiteMeter, SiteReading>;
export type EdgeWatch = Watch<EdgeMeter, EdgeReading>;
