import type { CallCounts, IntervalCounts } from '../../core/model/counts.ts';
import { INTERVAL_MS, intervalStartMs } from '../../core/model/counts.ts';
import { othersOf } from './day.ts';
import type { Others } from './day.ts';
import { addCounts, NO_COUNTS, meanWaitOfCounts, serviceLevelOfCounts } from '../../core/stats/call-counts.ts';

/** One quarter of an hour of the plots. */
export interface Quarter {
  readonly startMs: number;
  readonly offered: number;
  readonly reached: number;
  readonly abandoned: number;
  readonly other: Others;
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
    all.push(quarter(startMs, sums.get(startMs) ?? NO_COUNTS));
  return all;
}

function quarter(startMs: number, counts: CallCounts): Quarter {
  const { offered, reached, outcomes, longestWaitMs } = counts;
  return {
    startMs,
    offered,
    reached,
    abandoned: outcomes.abandoned,
    other: othersOf(counts),
    meanWaitMs: meanWaitOfCounts(counts),
    longestWaitMs: reached === 0 ? null : longestWaitMs,
    level: serviceLevelOfCounts(counts),
  };
}

/** A line of a plot: bars stand at its foot, steps run over them. */
export interface Line {
  readonly label: string;
  /** A colour of the tokens, `--accent`. */
  readonly ink: string;
  readonly kind: 'bars' | 'steps';
  /** Told apart without colours. */
  readonly isDashed?: boolean;
  readonly values: readonly (number | null)[];
  /** What the legend says of it, where it is drawn at another height than it means. */
  readonly says?: readonly (number | null)[];
}

/** Of a plot, in seconds. Steps run from one point to the next: the last quarter has its end, or nothing of it would be seen. */
export const plotTimes = (startsMs: readonly number[]): readonly number[] =>
  [...startsMs, ...startsMs.slice(-1).map((lastMs) => lastMs + INTERVAL_MS)].map((ms) => ms / 1_000);

/** One for each time; a bar has its width by itself. */
export const plotValues = ({ kind, values }: Pick<Line, 'kind' | 'values'>): readonly (number | null)[] =>
  values.length === 0 ? [] : [...values, kind === 'steps' ? (values.at(-1) ?? null) : null];

/** What the closing point says is said of the quarter that it closes. */
export const quarterAt = (index: number, count: number): number => Math.min(index, count - 1);
