/** Sums over a queue's calls. Means and the service level are made from these at reading time. */
export interface Counts {
  readonly offered: number;
  readonly answered: number;
  /** Answered within the queue's service level time. */
  readonly answeredInTime: number;
  readonly abandoned: number;
  /** Abandoned after the service level time: the others never had a chance to be answered late. */
  readonly abandonedLate: number;
  /** Sum of the waits of answered calls, ms. */
  readonly waitMs: number;
  readonly handled: number;
  /** Sum of talk and wrap-up of handled calls, ms. */
  readonly handleMs: number;
}

export const NO_COUNTS: Counts = {
  offered: 0,
  answered: 0,
  answeredInTime: 0,
  abandoned: 0,
  abandonedLate: 0,
  waitMs: 0,
  handled: 0,
  handleMs: 0,
};

interface Bucket {
  readonly startMs: number;
  readonly counts: Counts;
}

/**
 * A rolling window in buckets, oldest first. A bucket counts as long as its start is inside the window, so that figures
 * cover between 29/30 of the window and all of it.
 */
export interface RollingWindow {
  readonly windowMs: number;
  readonly bucketMs: number;
  readonly buckets: readonly Bucket[];
}

const BUCKETS = 30;

export const emptyWindow = (windowMs: number): RollingWindow => ({
  windowMs,
  bucketMs: Math.max(1, Math.ceil(windowMs / BUCKETS)),
  buckets: [],
});

/** Adds to the bucket of `atMs`. What is older than the window at `nowMs` is left out. */
export function addCounts(window: RollingWindow, atMs: number, more: Partial<Counts>, nowMs = atMs): RollingWindow {
  const startMs = Math.floor(atMs / window.bucketMs) * window.bucketMs;
  if (startMs <= nowMs - window.windowMs) return advance(window, nowMs);
  const old = window.buckets.find((bucket) => bucket.startMs === startMs);
  const added: Bucket = { startMs, counts: sum(old?.counts ?? NO_COUNTS, more) };
  const others = window.buckets.filter((bucket) => bucket.startMs !== startMs);
  const buckets = [...others, added].sort((a, b) => a.startMs - b.startMs);
  return advance({ ...window, buckets }, nowMs);
}

/** Lets go of buckets that have left the window. The same object when none has. */
export function advance(window: RollingWindow, nowMs: number): RollingWindow {
  const isInside = (bucket: Bucket) => bucket.startMs > nowMs - window.windowMs;
  if (window.buckets.every(isInside)) return window;
  return { ...window, buckets: window.buckets.filter(isInside) };
}

/** When the figures change by time alone; null when the window is empty. */
export const nextAdvanceMs = (window: RollingWindow): number | null =>
  window.buckets[0] === undefined ? null : window.buckets[0].startMs + window.windowMs;

export const totals = (window: RollingWindow): Counts =>
  window.buckets.reduce((all, bucket) => sum(all, bucket.counts), NO_COUNTS);

function sum(a: Counts, b: Partial<Counts>): Counts {
  return {
    offered: a.offered + (b.offered ?? 0),
    answered: a.answered + (b.answered ?? 0),
    answeredInTime: a.answeredInTime + (b.answeredInTime ?? 0),
    abandoned: a.abandoned + (b.abandoned ?? 0),
    abandonedLate: a.abandonedLate + (b.abandonedLate ?? 0),
    waitMs: a.waitMs + (b.waitMs ?? 0),
    handled: a.handled + (b.handled ?? 0),
    handleMs: a.handleMs + (b.handleMs ?? 0),
  };
}
