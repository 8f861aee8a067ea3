import type { IntervalCounts } from '../core/model/counts.ts';

/** Counts of calls by service and quarter of an hour: they outlive the calls. Every method rejects with DATABASE_DOWN when the database does not answer. */
export interface IntervalStore {
  /**
   * Counts the intervals anew in which a call has changed since the last time, and keeps the counts; gives back their starts. Several processes
   * may do it at once: an older count never replaces a newer one. `serviceLevelMs`: T by service, for others 20 s. Calls that are about to be
   * deleted for their age are counted no more: what was kept of them stays.
   */
  rollUp(serviceLevelMs: ReadonlyMap<string, number>): Promise<readonly number[]>;
  /** Those that start within `[fromMs, toMs)`, by start, then service. */
  intervals(fromMs: number, toMs: number, service?: string): Promise<readonly IntervalCounts[]>;
}
