import type { Activity, AgentId, AgentStatus } from './agent.ts';
import type { HoldReason } from './claim.ts';
import type { CallCounts } from './counts.ts';
import type { Reason } from './decision.ts';
import type { QueueState } from './queue.ts';

/**
 * What the wallboard shows: all services, sites, queues, agents and waiting calls as they are now, in rows that change only when something
 * happened. Nothing in it grows by itself: times are given as since when (epoch ms of the database's clock), and pages count from there.
 * No caller's number is in it: it hangs on walls.
 */
export interface Board {
  readonly services: readonly ServiceRow[];
  readonly sites: readonly SiteLine[];
  readonly edges: readonly EdgeLine[];
  readonly queues: readonly QueueLine[];
  readonly agents: readonly AgentLine[];
  readonly waiting: readonly WaitingLine[];
}

export interface ServiceRow {
  /** Its name. */
  readonly id: string;
  readonly title: string;
  readonly isOpen: boolean;
  /** Why it is open or closed, in words; with who closed it by hand. */
  readonly why: string;
  /** It was closed or opened by hand, whatever its calendar says. */
  readonly isByHand: boolean;
  /** Its calls at the edges, not those that an agent is being rung for. */
  readonly waiting: number;
  /** Arrival of the one who waits longest; null when nobody waits. */
  readonly longestSinceMs: number | null;
  /** What a caller who arrives now is to expect; null where nothing is known. */
  readonly expectedWaitMs: number | null;
  /** Agents who could take a call of it now, and those on duty (logged in at a living site; on a break or in a call included) who meet its requirement. */
  readonly eligible: number;
  readonly staffed: number;
  /** Its calls that talk to an agent now. */
  readonly talking: number;
  /** T of its service level. */
  readonly serviceLevelMs: number;
  /** What its service level should be, 0 to 1. */
  readonly serviceLevelTarget: number;
  /** Of the calls that arrived today, in `zone`. */
  readonly today: CallCounts;
  /** reachedInTime / (reached + abandonedLate) of today, 0 to 1; null without such a call. */
  readonly serviceLevel: number | null;
  /** The same over the last half hour. */
  readonly recentServiceLevel: number | null;
  readonly meanWaitMs: number | null;
  readonly meanTalkMs: number | null;
  /** Its day begins at midnight there. */
  readonly zone: string;
}

export interface SiteLine {
  readonly id: string;
  readonly title: string;
  /** `up` is fresh; `stale`: connected, and not heard from for too long. */
  readonly state: 'up' | 'stale' | 'connecting' | 'down';
  /** When its PBX was last heard; null while it is up (it would change each second) and where that is not known. */
  readonly lastHeardMs: number | null;
  readonly callsInProgress: number;
  /** Callers in its own queues. */
  readonly waiting: number;
  /** Its agents by what they do: `paused` and `logged_out` stand before the activity. */
  readonly agents: Readonly<Record<AgentShown, number>>;
}

/** What a site by itself sees of an agent: his status where he is not ready, else his activity. */
export type SiteShown = Exclude<AgentStatus, 'ready' | 'unknown'> | Activity;
/** One word for what an agent does, our claims counted in. `held`: his phone is idle, and we leave him alone for a while after an offer that failed. */
export type AgentShown = SiteShown | 'held';
export const AGENT_SHOWN = [
  ...(['idle', 'ringing', 'talking', 'wrap_up', 'held', 'paused', 'logged_out', 'unreachable', 'unknown'] as const),
] as const satisfies readonly AgentShown[];
export const SITE_SHOWN: readonly SiteShown[] = AGENT_SHOWN.filter((shown) => shown !== 'held');

export interface EdgeLine {
  readonly id: string;
  /** `silent`: its process does not answer; `away`: it was stopped. */
  readonly state: 'up' | 'silent' | 'away';
  readonly lastHeardMs: number | null;
  /** Calls in progress of it: waiting, ringing and talking. */
  readonly calls: number;
}

/** A site's own queue; what its figures mean stands with QueueState. */
export interface QueueLine extends Pick<
  QueueState,
  | 'siteId'
  | 'name'
  | 'waiting'
  | 'longestSinceMs'
  | 'loggedIn'
  | 'ready'
  | 'onCalls'
  | 'windowMs'
  | 'answered'
  | 'abandoned'
  | 'meanWaitMs'
  | 'serviceLevel'
> {
  /** `<site>/<name>` */
  readonly id: string;
}

export interface AgentLine {
  readonly id: AgentId;
  readonly siteId: string;
  readonly title: string;
  /** His number at the site; '' where he has none. */
  readonly number: string;
  readonly shown: AgentShown;
  /** Since when he does that. */
  readonly sinceMs: number;
  readonly status: AgentStatus;
  readonly pauseReason: string;
  readonly activity: Activity;
  /** Skill to level, profiles laid over. */
  readonly skills: Readonly<Record<string, number>>;
  /** Those that his pause hides, and that he has again after it. */
  readonly pausedSkills: Readonly<Record<string, number>>;
  readonly queues: readonly string[];
  /** The call of ours that he is on or is rung for; null: none. */
  readonly call: { readonly callId: string; readonly service: string; readonly phase: 'offer' | 'talk' } | null;
  /** What we leave him alone after, and until when; null: we do not. */
  readonly hold: { readonly reason: Exclude<HoldReason, 'arrival'>; readonly untilMs: number } | null;
  /** Why he could take no call now, whatever it asks for; empty: he could. */
  readonly blockedBy: readonly Reason['code'][];
  readonly callsTaken: number;
}

export interface WaitingLine {
  /** The call's id. */
  readonly id: string;
  readonly edgeId: string;
  readonly service: string;
  /** Over all edges and services, from 1. */
  readonly position: number;
  readonly arrivedAtMs: number;
  /** With what it has earned by waiting, in whole points. */
  readonly priority: number;
  /** The step of its service; 0 before the first. */
  readonly step: number;
  /** An agent is being rung for it. */
  readonly isOffering: boolean;
  /** What it asks for, as a requirement. */
  readonly requirement: string;
}

export type BoardPart = keyof Board;
export const BOARD_PARTS: readonly BoardPart[] = ['services', 'sites', 'edges', 'queues', 'agents', 'waiting'];

/** The `snapshot` event of `/v1/stream`: everything. */
export interface BoardSnapshot {
  /** Grows by one with each frame of this process; a client that misses one asks anew. */
  readonly seq: number;
  /** The database's clock when it was made. */
  readonly nowMs: number;
  /** Null while all is well; else since when the figures stand still, because the database does not answer. */
  readonly staleSinceMs: number | null;
  readonly board: Board;
}

/** The `change` event: rows that are new or changed, and ids of those that are gone. `seq` is the one before + 1. */
export interface BoardChange {
  readonly seq: number;
  readonly nowMs: number;
  readonly staleSinceMs: number | null;
  readonly changed: { readonly [P in BoardPart]?: Board[P] };
  readonly gone: { readonly [P in BoardPart]?: readonly string[] };
}
