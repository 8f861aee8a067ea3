/** What cards and plots make of a day's counts: figures that add up, all services as one, a last quarter that is seen. */
import { describe, expect, it } from 'vitest';
import type { ServiceRow } from '../../../src/core/model/board.ts';
import { INTERVAL_MS } from '../../../src/core/model/counts.ts';
import type { CallCounts } from '../../../src/core/model/counts.ts';
import { NO_COUNTS, NO_OUTCOMES } from '../../../src/core/stats/call-counts.ts';
import { abandonedShare, othersOf, totalsOf } from '../../../src/web/wall/day.ts';
import { plotTimes, plotValues, quarterAt, quarters } from '../../../src/web/wall/series.ts';
import { firstBoard } from '../../lab/web/board.ts';

const counts = (changes: Partial<CallCounts>, outcomes: Partial<CallCounts['outcomes']>): CallCounts => ({
  ...{ ...NO_COUNTS, ...changes, outcomes: { ...NO_OUTCOMES, ...outcomes } },
});

describe('other calls', () => {
  it.each<[string, CallCounts, string, boolean]>([
    ['all were reached', counts({ offered: 4, reached: 4 }, { answered: 3, redirected: 1 }), '0 ', false],
    ['some gave up', counts({ offered: 4, reached: 1 }, { answered: 1, abandoned: 3 }), '0 ', false],
    ['one talks now', counts({ offered: 1, reached: 1, inProgress: 1 }, {}), '0 ', false],
    ['two wait', counts({ offered: 3, reached: 1, inProgress: 3 }, {}), '2 not through yet 2', false],
    ['closed', counts({ offered: 2 }, { closed: 2 }), '2 closed 2', false],
    [
      'of all kinds',
      counts(
        { offered: 48, reached: 33, inProgress: 2 },
        { answered: 32, abandoned: 8, overflowed: 3, called_back: 2 },
      ),
      '7 overflowed 3, called back 2, not through yet 2',
      false,
    ],
    ['nobody was found', counts({ offered: 1 }, { defaulted: 1 }), '1 default route 1', true],
    ['something failed', counts({ offered: 1 }, { failed: 1 }), '1 failed 1', true],
  ])('%s', (_, day, said, isOdd) => {
    const others = othersOf(day);
    expect([`${others.count} ${others.says}`, others.isOdd]).toEqual([said, isOdd]);
    expect(day.reached + day.outcomes.abandoned + others.count).toBe(day.offered);
  });

  it('give the share of those who gave up', () => {
    expect(abandonedShare(counts({ offered: 48 }, { abandoned: 12 }))).toBe(0.25);
    expect(abandonedShare(NO_COUNTS)).toBeNull();
  });
});

describe('all services as one', () => {
  const NOW = 1_764_313_200_000;
  const row = (waiting: number, longestSinceMs: number | null, today: CallCounts): ServiceRow => ({
    ...{ ...firstBoard({ agents: 2, seed: 1 }, NOW).services[0]!, waiting, longestSinceMs, today },
  });

  it('have the sums, the longest wait, and a level by their calls', () => {
    const small = counts({ offered: 1, reached: 1, reachedInTime: 0 }, {});
    const large = counts({ offered: 12, reached: 9, reachedInTime: 9 }, { abandoned: 3 });
    const totals = totalsOf([row(2, NOW - 9_000, small), row(1, NOW - 20_000, large), row(0, null, NO_COUNTS)]);
    expect(totals).toMatchObject({ waiting: 3, longestSinceMs: NOW - 20_000, serviceLevel: 0.9 });
    expect(totals.today).toMatchObject({ offered: 13, reached: 10, outcomes: { abandoned: 3 } });
  });

  it('say nothing of a day without calls', () => {
    expect(totalsOf([row(0, null, NO_COUNTS)])).toMatchObject({ longestSinceMs: null, serviceLevel: null });
  });
});

describe('a plot', () => {
  const START = 1_764_313_200_000;

  it('draws steps up to the end of the last quarter; bars are wide by themselves', () => {
    const starts = [START, START + INTERVAL_MS];
    expect(plotTimes(starts)).toEqual([START, START + INTERVAL_MS, START + 2 * INTERVAL_MS].map((ms) => ms / 1_000));
    expect(plotValues({ kind: 'steps', values: [3, 7] })).toEqual([3, 7, 7]);
    expect(plotValues({ kind: 'steps', values: [3, null] })).toEqual([3, null, null]);
    expect(plotValues({ kind: 'bars', values: [3, 7] })).toEqual([3, 7, null]);
    expect([plotTimes([]), plotValues({ kind: 'steps', values: [] })]).toEqual([[], []]);
  });

  it('says at its end what the last quarter says', () => {
    expect([0, 1, 2].map((index) => quarterAt(index, 2))).toEqual([0, 1, 1]);
  });

  it('counts other calls in their quarter', () => {
    const items = [{ service: 'sales', startMs: START, ...counts({ offered: 1 }, { failed: 1 }) }];
    const all = quarters(items, START, START + 2 * INTERVAL_MS);
    expect(all.map(({ other }) => `${other.count} ${other.isOdd}`)).toEqual(['1 true', '0 false']);
  });
});
