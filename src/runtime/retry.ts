/** How the waits between attempts grow. */
export interface Backoff {
  /** Least first wait; the greatest is twice that. */
  readonly baseMs: number;
  /** No wait is longer. */
  readonly maxMs: number;
}

/** For a PBX or a database that was there a moment ago: soon at first, and never more than half a minute. */
export const RECONNECT: Backoff = { baseMs: 250, maxMs: 30_000 };

/**
 * Wait before the next attempt, ms. `attempt` counts from 1, `random` is in [0, 1). Doubles each time up to the maximum; the
 * upper half is jitter, so that a hundred clients of one server do not come back together. Pure.
 */
export function backoffMs(attempt: number, random: number, { baseMs, maxMs }: Backoff = RECONNECT): number {
  const full = Math.min(maxMs, baseMs * 2 ** Math.min(Math.max(attempt, 1), 30));
  return Math.round(full / 2 + (full / 2) * random);
}
