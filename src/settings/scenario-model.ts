import type { Calendar } from '../core/model/calendar.ts';
import type { Distribution } from '../core/stats/distributions.ts';

/** When calls come. */
export type Arrivals =
  /** By chance, so many expected in each interval; after the last one the list begins again. */
  | { readonly kind: 'rates'; readonly intervalMs: number; readonly calls: readonly number[] }
  /** As they came once; those outside the simulated time are left out. Ascending, epoch ms. */
  | { readonly kind: 'recorded'; readonly atMs: readonly number[] };

/** The callers of one service. */
export interface Traffic {
  readonly service: string;
  readonly arrivals: Arrivals;
  /** Time in the call; wrap-up comes on top. */
  readonly handle: Distribution;
  /** How long a caller waits before he hangs up. */
  readonly patience: Distribution;
  /** Until an agent who is rung answers. */
  readonly answer: Distribution;
  /** Share of the callers who have an agent of their own, any of those with the skills. */
  readonly preferred: number;
}

/** Agents who are alike. */
export interface Crew {
  readonly siteId: string;
  readonly names: readonly string[];
  readonly skills: Readonly<Record<string, number>>;
  readonly attributes: Readonly<Record<string, string>>;
  /** Null: always there. */
  readonly shift: Calendar | null;
  /** Handle times of their own, by service. */
  readonly handle: Readonly<Record<string, Distribution>>;
  /** Their handle times are so many times everybody's. */
  readonly handleFactor: number;
  /** Null: the service's. */
  readonly wrapUpMs: number | null;
}

/** What `ipnt simulate` plays. */
export interface Scenario {
  /** The routing file, as it was written: a path from the scenario's folder. Null: named on the command line. */
  readonly routing: string | null;
  readonly fromMs: number;
  readonly lengthMs: number;
  /** Calls that come sooner are played and not counted. */
  readonly warmUpMs: number;
  readonly replications: number;
  readonly seed: number;
  /** Of the intervals, 0 to 1. */
  readonly confidence: number;
  readonly traffic: readonly Traffic[];
  readonly crews: readonly Crew[];
}
