import { intervalStartMs } from '../model/counts.ts';
import type { CallCounts } from '../model/counts.ts';
import type { Outcome } from '../model/call.ts';
import type { RoutingRules } from '../model/routing.ts';

/** What counting needs of a call's row. */
export interface CountedCall {
  readonly arrivedAtMs: number;
  readonly endedAtMs: number | null;
  readonly waitMs: number | null;
  readonly talkMs: number | null;
  readonly outcome: Outcome | null;
  readonly status: string;
}

/** T by service, ms: what calls are counted with. */
export const serviceLevelsOf = ({ services }: Pick<RoutingRules, 'services'>): ReadonlyMap<string, number> =>
  new Map(services.map(({ name, serviceLevelMs }) => [name, serviceLevelMs]));

/** T of a service that says none, or is no more. */
export const USUAL_SERVICE_LEVEL_MS = 20_000;

export const NO_OUTCOMES: Readonly<Record<Outcome, number>> = {
  ...{ answered: 0, abandoned: 0, overflowed: 0, defaulted: 0, redirected: 0, called_back: 0, closed: 0, failed: 0 },
};

export const NO_COUNTS: CallCounts = {
  ...{ offered: 0, inProgress: 0, outcomes: NO_OUTCOMES, reached: 0, reachedInTime: 0, abandonedLate: 0 },
  ...{ waitMs: 0, longestWaitMs: 0, abandonedWaitMs: 0, talks: 0, talkMs: 0 },
};

/**
 * Counts calls by their rows, each of them once, by its last wait. A wait that nobody wrote down (rows of earlier versions) is that from
 * arrival to end where the caller gave up; where he was answered it is 0, and not in time. The store counts the same in SQL.
 */
export function countCalls(calls: Iterable<CountedCall>, serviceLevelMs: number): CallCounts {
  let counts = NO_COUNTS;
  for (const call of calls) counts = addCounts(counts, countOf(call, serviceLevelMs));
  return counts;
}

/** Reached an agent: was answered or sent to him, or talks to him now. */
const isReached = ({ outcome, status }: CountedCall): boolean =>
  outcome === 'answered' || outcome === 'redirected' || (outcome === null && status === 'ANSWERED');

function countOf(call: CountedCall, serviceLevelMs: number): CallCounts {
  const { outcome, waitMs, endedAtMs, arrivedAtMs } = call;
  const reached = isReached(call);
  const gaveUpAfterMs = outcome === 'abandoned' ? (waitMs ?? Math.max(0, (endedAtMs ?? 0) - arrivedAtMs)) : null;
  const talkMs = call.talkMs ?? 0;
  return {
    offered: 1,
    inProgress: outcome === null ? 1 : 0,
    outcomes: outcome === null ? NO_OUTCOMES : { ...NO_OUTCOMES, [outcome]: 1 },
    reached: reached ? 1 : 0,
    reachedInTime: reached && waitMs !== null && waitMs <= serviceLevelMs ? 1 : 0,
    abandonedLate: gaveUpAfterMs !== null && gaveUpAfterMs > serviceLevelMs ? 1 : 0,
    waitMs: reached ? (waitMs ?? 0) : 0,
    longestWaitMs: reached ? (waitMs ?? 0) : 0,
    abandonedWaitMs: gaveUpAfterMs ?? 0,
    // Of a talk that nobody measured (the dialplan's own Dial) there is no length.
    talks: talkMs > 0 ? 1 : 0,
    talkMs,
  };
}

/** Of two times, or of two services. */
export function addCounts(a: CallCounts, b: CallCounts): CallCounts {
  const outcomes = Object.entries(a.outcomes).map(([name, count]) => [name, count + b.outcomes[name as Outcome]]);
  return {
    offered: a.offered + b.offered,
    inProgress: a.inProgress + b.inProgress,
    outcomes: Object.fromEntries(outcomes) as Record<Outcome, number>,
    reached: a.reached + b.reached,
    reachedInTime: a.reachedInTime + b.reachedInTime,
    abandonedLate: a.abandonedLate + b.abandonedLate,
    waitMs: a.waitMs + b.waitMs,
    longestWaitMs: Math.max(a.longestWaitMs, b.longestWaitMs),
    abandonedWaitMs: a.abandonedWaitMs + b.abandonedWaitMs,
    talks: a.talks + b.talks,
    talkMs: a.talkMs + b.talkMs,
  };
}

/** Calls by the quarter of an hour in which they arrived. */
export function byInterval<T extends CountedCall>(calls: Iterable<T>): ReadonlyMap<number, readonly T[]> {
  const groups = new Map<number, T[]>();
  for (const call of calls) {
    const startMs = intervalStartMs(call.arrivedAtMs);
    const group = groups.get(startMs);
    if (group === undefined) groups.set(startMs, [call]);
    else group.push(call);
  }
  return groups;
}

/** Reached within T / (reached + abandoned after T), 0 to 1; null when there was no such call. */
export function serviceLevelOfCounts(counts: CallCounts): number | null {
  const of = counts.reached + counts.abandonedLate;
  return of === 0 ? null : counts.reachedInTime / of;
}

const mean = (sum: number, count: number): number | null => (count === 0 ? null : Math.round(sum / count));

/** Mean wait of those who reached an agent (ASA), ms, rounded. */
export const meanWaitOfCounts = (counts: CallCounts): number | null => mean(counts.waitMs, counts.reached);

/** Mean wait of those who gave up, ms, rounded. */
export const meanAbandonedWaitOfCounts = (counts: CallCounts): number | null =>
  mean(counts.abandonedWaitMs, counts.outcomes.abandoned);

/** Mean talk, ms, rounded; without wrap-up. */
export const meanTalkOfCounts = (counts: CallCounts): number | null => mean(counts.talkMs, counts.talks);
