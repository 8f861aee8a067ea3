import { describe, expect, test } from 'vitest';
import {
  addCounts,
  countCalls,
  meanAbandonedWaitOfCounts,
  meanTalkOfCounts,
  meanWaitOfCounts,
  NO_COUNTS,
  serviceLevelOfCounts,
} from '../../../../src/core/stats/call-counts.ts';
import type { CountedCall } from '../../../../src/core/stats/call-counts.ts';

const call = (outcome: CountedCall['outcome'], waitMs: number | null, talkMs: number | null = 0): CountedCall => ({
  ...{ arrivedAtMs: 1_000, endedAtMs: outcome === null ? null : 91_000, waitMs, talkMs, outcome, status: '' },
});

describe('counts of calls', () => {
  const calls = [
    call('answered', 5_000, 60_000),
    call('answered', 25_000, 30_000),
    call('redirected', 3_000),
    call('abandoned', 4_000),
    call('abandoned', 40_000),
    call('closed', 0),
    call(null, null),
  ];
  const counts = countCalls(calls, 20_000);

  test('give service level, means and longest as they are published', () => {
    // 2 in time of 3 reached and 1 who gave up late.
    expect(serviceLevelOfCounts(counts)).toBe(0.5);
    expect(meanWaitOfCounts(counts)).toBe(11_000);
    expect(counts.longestWaitMs).toBe(25_000);
    expect(meanAbandonedWaitOfCounts(counts)).toBe(22_000);
    expect(meanTalkOfCounts(counts)).toBe(45_000);
  });

  test('add up: offered is the outcomes and those in progress', () => {
    const { offered, inProgress, outcomes } = counts;
    expect(Object.values(outcomes).reduce((a, b) => a + b, inProgress)).toBe(offered);
    expect(addCounts(countCalls(calls.slice(0, 3), 20_000), countCalls(calls.slice(3), 20_000))).toEqual(counts);
    expect(addCounts(counts, NO_COUNTS)).toEqual(counts);
  });

  test('of nothing have no level and no means', () => {
    const means = [serviceLevelOfCounts, meanWaitOfCounts, meanAbandonedWaitOfCounts, meanTalkOfCounts];
    expect(means.map((of) => of(NO_COUNTS))).toEqual([null, null, null, null]);
  });

  test('take what rows of earlier versions do not say', () => {
    expect(countCalls([call('abandoned', null)], 20_000)).toMatchObject({ abandonedLate: 1, abandonedWaitMs: 90_000 });
    expect(countCalls([call('answered', null, null)], 20_000)).toMatchObject({
      reached: 1,
      reachedInTime: 0,
      talks: 0,
    });
  });
});
