import type { CallCounts, IntervalCounts } from '../../core/model/counts.ts';
import { INTERVAL_MS, intervalStartMs } from '../../core/model/counts.ts';
import { addCounts, meanWaitOfCounts, serviceLevelOfCounts } from '../../core/stats/call-counts.ts';

/** One quarter of an hour of the plots. */
export interface Quarter {
  readonly startMs: number;
  readonly offered: number;
  readonly reached: number;
  readonly abandoned: number;
  /** Null where nobody reached an agent. */
  readonly meanWaitMs: number | null;
  readonly longestWaitMs: number | null;
  /** 0 to 1; null where no call counts. */
  readonly level: number | null;
}

/** Every quarter from `fromMs` until `toMs`, of all the services together; those without a call are there as well. Pure. */
export function quarters(items: readonly IntervalCounts[], fromMs: number, toMs: number): readonly Quarter[] {
  const sums = new Map<number, CallCounts>();
  for (const item of items) {
    const sum = sums.get(item.startMs);
    sums.set(item.startMs, sum === undefined ? item : addCounts(sum, item));
  }
  const all: Quarter[] = [];
  for (let startMs = intervalStartMs(fromMs); startMs < toMs; startMs += INTERVAL_MS)
    all.push(quarter(startMs, sums.get(startMs)));
  return all;
}

function quarter(startMs: number, counts: CallCounts | undefined): Quarter {
  if (counts === undefined)
    return { startMs, offered: 0, reached: 0, abandoned: 0, meanWaitMs: null, longestWaitMs: null, level: null };
  const { offered, reached, outcomes, longestWaitMs } = counts;
  return {
    startMs,
    offered,
    reached,
    abandoned: outcomes.abandoned,
    meanWaitMs: meanWaitOfCounts(counts),
    longestWaitMs: reached === 0 ? null : longestWaitMs,
    level: serviceLevelOfCounts(counts),
  };
}
