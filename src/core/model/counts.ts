import type { Outcome } from './call.ts';

/** A day is cut into quarters of an hour in UTC: all of the world's zones are whole quarters away from it, so that each local day is made of them. */
export const INTERVAL_MS = 900_000;

export const intervalStartMs = (atMs: number): number => Math.floor(atMs / INTERVAL_MS) * INTERVAL_MS;

/**
 * What became of the calls that arrived in some time. A call counts where it arrived, whenever it ended:
 * offered = the outcomes together + in progress.
 */
export interface CallCounts {
  readonly offered: number;
  /** Not ended yet. */
  readonly inProgress: number;
  /** By outcome; those that are not there are 0. `abandoned` and all others as the call's record has them. */
  readonly outcomes: Readonly<Record<Outcome, number>>;
  /** Calls that reached an agent, answered and redirected ones, live ones among them: what waits are counted of. */
  readonly reached: number;
  /** Reached within the service level's T. */
  readonly reachedInTime: number;
  /** Abandoned after T: who gives up sooner counts neither way. */
  readonly abandonedLate: number;
  /** Sum and longest of the waits of those who were reached, ms. */
  readonly waitMs: number;
  readonly longestWaitMs: number;
  /** Sum of the waits of those who abandoned, ms. */
  readonly abandonedWaitMs: number;
  /** Talks that ended, and their sum, ms. */
  readonly talks: number;
  readonly talkMs: number;
}

/** The calls of one service that arrived in one interval. */
export interface IntervalCounts extends CallCounts {
  readonly service: string;
  /** Epoch ms, a multiple of INTERVAL_MS. */
  readonly startMs: number;
}
