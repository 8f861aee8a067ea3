/** `<site>/<name>`, e.g. `berlin/PJSIP/1001`. The name is the member's StateInterface (Interface where there is none). */
export type AgentId = string;

/** Declared by the agent or his PBX. `unknown` until a snapshot or an event has told. */
export type AgentStatus = 'unknown' | 'logged_out' | 'ready' | 'paused';

/** Observed at the site: its own calls and ours alike look like this. */
export type Activity = 'idle' | 'ringing' | 'talking' | 'wrap_up' | 'unreachable' | 'unknown';

/** An agent's place in one queue of his site. A pause belongs to it, and takes that queue's skill away. */
export interface Membership {
  readonly queue: string;
  readonly penalty: number;
  readonly paused: boolean;
  readonly pauseReason: string;
  /** A dynamic member is `logged_out` when removed; a static one is gone from the configuration. */
  readonly dynamic: boolean;
}

/** What is known of one agent of one site. Written by that site's adapter alone. Times are epoch milliseconds. */
export interface AgentState {
  readonly agentId: AgentId;
  readonly siteId: string;
  /** Name of the device, `PJSIP/1001`. */
  readonly name: string;
  /** What people call him; never used to find him. */
  readonly title: string;
  /** What the site's trunk context is asked to ring (`1001`); null where the name is no address we may dial. */
  readonly address: string | null;
  readonly status: AgentStatus;
  readonly pauseReason: string;
  readonly statusSinceMs: number;
  readonly activity: Activity;
  readonly activitySinceMs: number;
  /** The later of his last call's end and his last log-in; 0 when neither is known. Ringing unanswered does not move it. */
  readonly idleSinceMs: number;
  readonly lastCallEndMs: number | null;
  /** End of the site's own wrap-up; null when there is none. */
  readonly wrapUpUntilMs: number | null;
  /** Skill to level, 1 to 10. */
  readonly skills: Readonly<Record<string, number>>;
  readonly memberships: readonly Membership[];
  /** Calls he took since his log-in, the site's and ours alike: every talk of his device counts. */
  readonly callsTaken: number;
  /** Share of his ready time spent in calls and wrap-up, 0 to 1, fading with OCCUPANCY_FADES_MS; as of `occupancyAtMs`. */
  readonly occupancy: number;
  readonly occupancyAtMs: number;
}

/** What was busy this long ago counts for 1/e of what is busy now. */
export const OCCUPANCY_FADES_MS = 1_800_000;

/** An agent as routing sees him: his site's row with provisioning on top. */
export interface KnownAgent extends AgentState {
  readonly attributes: Readonly<Record<string, string>>;
  /** His own wrap-up; null: the service's. */
  readonly wrapUpMs: number | null;
}

export const agentIdOf = (siteId: string, name: string): AgentId => `${siteId}/${name}`;

/** Lowest and highest level of a skill. */
export const LEVEL_MIN = 1;
export const LEVEL_MAX = 10;

/** A queue's penalty as a level: penalty 0 is level 10, and nobody falls below 1. */
export const levelOfPenalty = (penalty: number): number => Math.max(LEVEL_MIN, LEVEL_MAX - Math.max(0, penalty));

/** The skill that membership of a queue gives. */
export const queueSkill = (queue: string): string => `queue:${queue}`;

const ADDRESS = /^(?:PJSIP|SIP|IAX2|DAHDI)\/([A-Za-z0-9][A-Za-z0-9_.-]*)$/;

/** The only part of an event's text that is ever dialled: matched and anchored. Null when there is none. */
export const addressOf = (name: string): string | null => ADDRESS.exec(name)?.[1] ?? null;
