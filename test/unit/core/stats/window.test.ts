import { describe, expect, test } from 'vitest';
import { meanHandleMs, meanWaitMs, serviceLevelOf } from '../../../../src/core/stats/figures.ts';
import {
  addCounts,
  advance,
  emptyWindow,
  nextAdvanceMs,
  NO_COUNTS,
  totals,
} from '../../../../src/core/stats/window.ts';

const MINUTE = 60_000;

describe('a rolling window', () => {
  test('adds up what is inside it and forgets the rest, a bucket at a time', () => {
    let window = emptyWindow(30 * MINUTE);
    expect(nextAdvanceMs(window)).toBeNull();
    window = addCounts(window, 0, { offered: 1, waitMs: 500 });
    window = addCounts(window, 59_999, { offered: 1 });
    window = addCounts(window, MINUTE, { offered: 1, answered: 1 });
    expect(window.buckets).toHaveLength(2);
    expect(totals(window)).toEqual({ ...NO_COUNTS, offered: 3, answered: 1, waitMs: 500 });
    expect(nextAdvanceMs(window)).toBe(30 * MINUTE);
    expect(advance(window, 30 * MINUTE - 1)).toBe(window);
    window = advance(window, 30 * MINUTE);
    expect(totals(window).offered).toBe(1);
    expect(totals(advance(window, 31 * MINUTE))).toEqual(NO_COUNTS);
  });

  test('takes what comes late into its own bucket, and what comes too late not at all', () => {
    let window = addCounts(emptyWindow(30 * MINUTE), 20 * MINUTE, { offered: 1 });
    window = addCounts(window, 10 * MINUTE, { offered: 1 }, 20 * MINUTE);
    expect(window.buckets.map(({ startMs }) => startMs)).toEqual([10 * MINUTE, 20 * MINUTE]);
    expect(totals(addCounts(window, 0, { offered: 1 }, 45 * MINUTE)).offered).toBe(1);
  });
});

test('service level: answered within T / (answered + abandoned after T)', () => {
  expect(serviceLevelOf(NO_COUNTS)).toBeNull();
  expect(serviceLevelOf({ ...NO_COUNTS, abandoned: 3 })).toBeNull();
  expect(serviceLevelOf({ ...NO_COUNTS, answered: 3, answeredInTime: 2, abandoned: 5, abandonedLate: 1 })).toBe(0.5);
});

test('means are of what was answered and handled', () => {
  expect([meanWaitMs(NO_COUNTS), meanHandleMs(NO_COUNTS)]).toEqual([null, null]);
  const counts = { ...NO_COUNTS, answered: 2, waitMs: 3_001, handled: 4, handleMs: 10_000 };
  expect([meanWaitMs(counts), meanHandleMs(counts)]).toEqual([1_501, 2_500]);
});
