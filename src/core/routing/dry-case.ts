/** A call to try out, what it is tried out in, and what would become of it. */
import type { CallRequest } from '../model/call.ts';
import type { Candidate, Decision } from '../model/decision.ts';
import type { Routing } from '../model/routing.ts';
import type { StrategyName, Target } from '../model/service.ts';
import type { Identified, ServiceState } from './identify.ts';
import type { Stage } from './steps.ts';
import type { RoutingView } from './view.ts';

export const DRY_OUTCOMES = [
  'offered',
  'waits',
  'closed',
  'full',
  'noagents',
  'overflow',
  'timeout',
  'unknown',
] as const;
export type DryOutcome = (typeof DRY_OUTCOMES)[number];

/** A call to try out. '' where nothing is given. */
export interface DryCall {
  readonly dnis: string;
  readonly ani: string;
  /** The service that the dialplan names. */
  readonly service: string;
  /** What the dialplan collected of the caller. */
  readonly customerId: string;
  /** The dialplan's `require` and `priority`; null: the service's. */
  readonly requirement: string | null;
  readonly priority: number | null;
  /** `2026-12-24T10:00` in the service's zone; '' for the state's own time. */
  readonly at: string;
  /** It has waited so long already. */
  readonly waitedMs: number;
  /** Id or title of the agent whom the caller spoke to last. */
  readonly lastAgent: string;
}

/** What is expected of it; '' for whatever comes. */
export interface DryExpectation {
  readonly service: string;
  /** Id or title. */
  readonly agent: string;
  readonly outcome: DryOutcome | '';
}

/** A line of a table of calls. */
export interface DryCase extends DryCall {
  readonly name: string;
  readonly expect: DryExpectation;
}

/** What it is tried out in. */
export interface DryWorld {
  readonly routing: Routing;
  readonly view: RoutingView;
  readonly normalise: (number: string) => string;
}

/** Where it leaves its service for; of a queue, which site's and why that one ('' where no site has it). */
export interface DryTarget {
  readonly target: Target;
  readonly site: string;
  readonly why: string;
}

/** One stage of the wait: it begins `afterMs` after the arrival. */
export interface DryStage {
  readonly afterMs: number;
  /** 0 before the first step. */
  readonly step: number;
  readonly skipped: boolean;
  /**
   * '' for the beginning; `patience` where the call's own agents are waited for no longer; `condition` where the step is due and does
   * not begin.
   */
  readonly why: string;
  readonly requirement: string;
  readonly priority: number;
  readonly strategy: StrategyName;
  /** The call leaves here. */
  readonly overflow: DryTarget | null;
  /** Who would be offered it, as things stand; null: nobody. */
  readonly winner: Candidate | null;
}

export interface DryRun {
  readonly outcome: DryOutcome;
  /** Null: no service is known for it; `problem` says why. */
  readonly identified: Identified | null;
  readonly problem: string;
  readonly atMs: number;
  /** The zone that `at` was read in. */
  readonly zone: string;
  readonly opening: ServiceState | null;
  readonly request: CallRequest | null;
  /** Where a closed service or a step sends it. */
  readonly target: DryTarget | null;
  readonly decision: Decision | null;
  readonly waitedMs: number;
  /** What it asks for after that wait; null where it is not in the line. */
  readonly now: Pick<Stage, 'step' | 'requirement' | 'priority' | 'strategy'> | null;
  /** Those behind it and those to come, as long as nothing else changes; in order. */
  readonly stages: readonly DryStage[];
}
