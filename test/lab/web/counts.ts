/** Counts of calls that add up, made up. */
import { INTERVAL_MS } from '../../../src/core/model/counts.ts';
import type { CallCounts, IntervalCounts } from '../../../src/core/model/counts.ts';

/** `level`: the service level that comes of them. */
export function countsOf(draw: () => number, offered: number, level: number): CallCounts {
  const abandoned = Math.round(offered * (0.02 + draw() * 0.08));
  const [overflowed, defaulted] = [Math.round(offered * 0.03 * draw()), draw() < 0.3 && offered > 9 ? 1 : 0];
  const reached = offered - abandoned - overflowed - defaulted;
  return {
    offered,
    inProgress: 0,
    outcomes: {
      answered: reached,
      abandoned,
      overflowed,
      defaulted,
      redirected: 0,
      called_back: 0,
      closed: 0,
      failed: 0,
    },
    reached,
    reachedInTime: Math.round(reached * level),
    abandonedLate: Math.round(abandoned * 0.4),
    waitMs: reached * Math.round(8_000 + draw() * 20_000),
    longestWaitMs: reached === 0 ? 0 : Math.round(40_000 + draw() * 120_000),
    abandonedWaitMs: abandoned * 31_000,
    talks: reached,
    talkMs: reached * 190_000,
  };
}

/** The quarters of hours up to now, with a rush in the middle of the day. */
export function intervals(
  services: readonly string[],
  fromMs: number,
  toMs: number,
  draw: () => number,
): readonly IntervalCounts[] {
  const starts: number[] = [];
  for (let startMs = Math.floor(fromMs / INTERVAL_MS) * INTERVAL_MS; startMs < toMs; startMs += INTERVAL_MS)
    starts.push(startMs);
  return starts.flatMap((startMs, index) =>
    services.map((service) => {
      const rush = 6 + 18 * Math.sin(((index + 1) / (starts.length + 1)) * Math.PI);
      return { service, startMs, ...countsOf(draw, Math.round(rush * (0.6 + draw() * 0.8)), 0.65 + draw() * 0.33) };
    }),
  );
}
