/** The simulator against Erlang C: one service, longest idle, exponential handle times, nobody hangs up. */
import { describe, expect, it } from 'vitest';
import { play } from '../../../../src/apps/simulate/play.ts';
import { reportOf } from '../../../../src/apps/simulate/report.ts';
import { crew, exponential, HOUR, looseness, rules, scenario, SECOND, service, traffic } from './lab.ts';
import { erlangC } from './theory.ts';

interface Case {
  readonly title: string;
  readonly rate: number;
  readonly handle: number;
  readonly agents: number;
  readonly limit: number;
  /** As the books print it: share that waits, mean wait in s, share within the limit. */
  readonly printed: readonly [number, number, number];
  readonly warmUp: number;
  readonly hours: number;
}

const CASES: readonly Case[] = [
  {
    ...{ title: '55 agents', rate: 0.2, handle: 240, agents: 55, limit: 15, warmUp: 2, hours: 32 },
    printed: [0.2387, 8.18, 0.846],
  },
  {
    ...{ title: '29 agents', rate: 0.1, handle: 240, agents: 29, limit: 15, warmUp: 2, hours: 50 },
    printed: [0.2423, 11.63, 0.823],
  },
  {
    ...{ title: '50 agents, 96 % busy', rate: 0.8, handle: 60, agents: 50, limit: 20, warmUp: 5, hours: 26 },
    printed: [0.6945, 20.83, 0.643],
  },
];

/** What theory says lies in the interval of 99.9 %, and the interval says something: 2 % to either side at most. */
function holds({ rate, handle, agents, limit, warmUp, hours }: Case, seed: number): void {
  const theory = erlangC({ rate, handle, agents }, limit);
  const runs = play(
    scenario([traffic('support', rate, { handle: exponential(handle) })], [crew('berlin', agents, ['support'])], {
      ...{ seed, replications: 60, warmUpMs: warmUp * HOUR, lengthMs: (warmUp + hours) * HOUR },
    }),
    rules(service('support', { serviceLevelMs: limit * SECOND })),
  );
  const { waited, meanWaitMs, serviceLevel } = reportOf(runs, 0.999).all.figures;
  for (const [estimate, value] of [
    [waited, theory.waits],
    [meanWaitMs, theory.wait * SECOND],
    [serviceLevel, theory.within],
  ] as const) {
    expect(estimate).not.toBeNull();
    if (estimate === null) return;
    expect(value).toBeGreaterThan(estimate.low);
    expect(value).toBeLessThan(estimate.high);
    expect(looseness(estimate)).toBeLessThanOrEqual(0.02);
  }
}

/** A million calls or four a seed: `npm run test:long` plays all, of the last case as well. */
const SEEDS = process.env['IPNT_LONG'] === '1' ? [1, 2, 3] : [1];
const PLAYED = process.env['IPNT_LONG'] === '1' ? CASES : CASES.slice(0, 2);

describe.each(PLAYED)('Erlang C, $title', (one) => {
  it('the formula gives what is printed', () => {
    const { waits, wait, within } = erlangC(one, one.limit);
    expect(waits).toBeCloseTo(one.printed[0], 4);
    expect(wait).toBeCloseTo(one.printed[1], 2);
    expect(within).toBeCloseTo(one.printed[2], 3);
  });

  it.each(SEEDS)('seed %i', { timeout: 600_000 }, (seed) => holds(one, seed));
});
