import type { Outcome } from '../../core/model/call.ts';
import type { CallCounts } from '../../core/model/counts.ts';

/** Stand in until src/core/stats/call-counts.ts is there. */
export const serviceLevelOfCounts = (counts: CallCounts): number | null => {
  const of = counts.reached + counts.abandonedLate;
  return of === 0 ? null : counts.reachedInTime / of;
};
export const meanWaitOfCounts = ({ waitMs, reached }: CallCounts): number | null =>
  reached === 0 ? null : waitMs / reached;
export const addCounts = (a: CallCounts, b: CallCounts): CallCounts => ({
  offered: a.offered + b.offered,
  inProgress: a.inProgress + b.inProgress,
  outcomes: Object.fromEntries(
    Object.entries(a.outcomes).map(([name, count]) => [name, count + b.outcomes[name as Outcome]]),
  ) as Record<Outcome, number>,
  reached: a.reached + b.reached,
  reachedInTime: a.reachedInTime + b.reachedInTime,
  abandonedLate: a.abandonedLate + b.abandonedLate,
  waitMs: a.waitMs + b.waitMs,
  longestWaitMs: Math.max(a.longestWaitMs, b.longestWaitMs),
  abandonedWaitMs: a.abandonedWaitMs + b.abandonedWaitMs,
  talks: a.talks + b.talks,
  talkMs: a.talkMs + b.talkMs,
});
