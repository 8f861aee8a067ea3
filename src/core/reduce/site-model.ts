import type { AgentReport, DeviceState, MembershipReport, PbxEvent, SiteEffect } from '../events.ts';
import type { AgentState } from '../model/agent.ts';
import type { Connection } from '../model/site.ts';
import type { RollingWindow } from '../stats/window.ts';

/** What the reducer is told of a site before its PBX says anything. */
export interface SiteRules {
  readonly siteId: string;
  /** Devices of agents without a queue, from the settings. */
  readonly listed: readonly string[];
  /** The PBX keeps no status of any agent (ARI): what they declared is ours to keep, whether they are listed or found. */
  readonly statusIsOurs?: boolean;
  readonly windowMs: number;
}

/** One agent: what was reported of him, and the row that follows from it. */
export interface AgentRecord {
  readonly name: string;
  /** In order of queue names. */
  readonly memberships: readonly MembershipReport[];
  readonly device: DeviceState;
  /** What the PBX knows of him beside its queues; null where it does not know agents. */
  readonly own: AgentReport | null;
  /** His own word (UserEvent), where it is ours to keep: never `ready` for an agent with queues. */
  readonly declared: { readonly status: 'ready' | 'paused' | 'logged_out'; readonly reason: string } | null;
  /** When he was taken out of his last queue as a dynamic member; null while he is in one, or never was. */
  readonly leftMs: number | null;
  /** End of the last call seen on his device or told by a queue. */
  readonly callEndMs: number | null;
  readonly loginMs: number | null;
  readonly row: AgentState;
}

/** One call in one queue, kept a while after its end, so that a repeated event is not counted again. */
export interface QueueCall {
  readonly callId: string;
  readonly joinedMs: number;
  /** Null before; 0 where the answer was missed and only the end seen. */
  readonly answeredMs: number | null;
  readonly abandoned: boolean;
  readonly completed: boolean;
  readonly lastMs: number;
}

export interface QueueRecord {
  readonly name: string;
  /** T of the service level, ms. */
  readonly serviceLevelMs: number;
  /** Callers waiting now, by channel id, with their arrival. */
  readonly waiting: ReadonlyMap<string, number>;
  readonly calls: ReadonlyMap<string, QueueCall>;
  readonly window: RollingWindow;
}

export interface ChannelRecord {
  readonly linkedId: string;
  readonly device: string;
}

/** All that is known of one site. Never changed in place. */
export interface SiteModel {
  readonly rules: SiteRules;
  readonly connection: Connection;
  readonly pbxVersion: string;
  readonly agents: ReadonlyMap<string, AgentRecord>;
  readonly queues: ReadonlyMap<string, QueueRecord>;
  readonly channels: ReadonlyMap<string, ChannelRecord>;
}

/** What the reducer takes: the PBX's events, and the passing of time (see nextDueMs). */
export type SiteInput = PbxEvent | { readonly kind: 'timePassed' };

/** Names of the rows that changed; the site's own row when `site`. */
export interface SiteChanges {
  readonly agents: ReadonlySet<string>;
  readonly queues: ReadonlySet<string>;
  readonly removedAgents: ReadonlySet<string>;
  readonly removedQueues: ReadonlySet<string>;
  readonly site: boolean;
}

/** What a snapshot of a site that was up found wrong: in a faultless world, nothing. */
export interface Audit {
  readonly differences: number;
  /** The first ten, as a person reads them. */
  readonly examples: readonly string[];
}

export interface SiteStep {
  readonly state: SiteModel;
  readonly effects: readonly SiteEffect[];
  readonly changed: SiteChanges;
  readonly audit: Audit | null;
}

/** T of the service level where the PBX names none (Asterisk's default is 0, with which no call could be in time). */
export const DEFAULT_SERVICE_LEVEL_MS = 20_000;
/** How long a removed dynamic member stays as `logged_out`. */
export const KEEP_LOGGED_OUT_MS = 30 * 24 * 3_600_000;
/** How long a finished call is remembered against repeated events, and an unfinished one at most. */
export const KEEP_CALL_MS = 60_000;
export const KEEP_OPEN_CALL_MS = 24 * 3_600_000;
