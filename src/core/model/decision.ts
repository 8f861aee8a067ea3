import type { AgentId } from './agent.ts';
import type { HoldReason } from './claim.ts';
import type { StrategyName } from './service.ts';

/** Why an agent cannot take a call now. Enumerated: the same object feeds the log, the record, the CLI and the tests. */
export type Reason =
  | { readonly code: 'skill_missing'; readonly skill: string; readonly required: number; readonly level: number }
  | { readonly code: 'requirement_not_met'; readonly term: string }
  | { readonly code: 'site_stale' }
  | { readonly code: 'trunk_down' }
  | { readonly code: 'no_address' }
  | { readonly code: 'logged_out' }
  | { readonly code: 'paused'; readonly reason: string }
  | { readonly code: 'status_unknown' }
  | { readonly code: 'ringing' }
  | { readonly code: 'talking' }
  | { readonly code: 'wrap_up'; readonly untilMs: number }
  | { readonly code: 'unreachable' }
  | { readonly code: 'activity_unknown' }
  | { readonly code: 'claimed'; readonly callId: string; readonly phase: 'offer' | 'talk' }
  | { readonly code: 'held'; readonly reason: HoldReason; readonly untilMs: number }
  | { readonly code: 'site_queue_waiting'; readonly queue: string; readonly waiting: number }
  /** The call still waits for an agent of its own. */
  | { readonly code: 'not_preferred'; readonly untilMs: number }
  | { readonly code: 'taken_by_earlier_call'; readonly callId: string };

export type ReasonCode = Reason['code'];

/** An agent who could have taken the call: his place in the strategy's order. */
export interface Candidate {
  readonly agentId: AgentId;
  readonly title: string;
  readonly rank: number;
  /** How long he has been idle; null when no call of his is known. */
  readonly idleMs: number | null;
  /** What the strategy ordered by, first key first, before the agent's id: sorting by it again gives the same order. */
  readonly keys: readonly number[];
}

/** An agent who meets the requirement and still could not take it. */
export interface Refusal {
  readonly agentId: AgentId;
  readonly title: string;
  readonly reasons: readonly Reason[];
}

/** The answer to "who takes this call now, and why". Recorded when the answer changes. */
export interface Decision {
  readonly callId: string;
  readonly service: string;
  readonly requirement: string;
  readonly strategy: StrategyName;
  /** The step of the service that the call was in; 0 before the first. */
  readonly step: number;
  readonly atMs: number;
  /** Versions of the state it was made from: site to `epoch.version`. */
  readonly versions: Readonly<Record<string, string>>;
  /** Version of the routing whose rules the call goes by; 0 where nobody knows. */
  readonly routingVersion: number;
  readonly winner: Candidate | null;
  /** The next ten in the order. */
  readonly next: readonly Candidate[];
  /** Up to 200 who meet the requirement and could not take it. */
  readonly refused: readonly Refusal[];
  /** Everybody else, counted by first reason. */
  readonly others: Readonly<Partial<Record<ReasonCode, number>>>;
  /** Calls that were ahead in the line, for the same people. */
  readonly ahead: number;
}
