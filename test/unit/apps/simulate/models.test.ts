/** The simulator against other models of the books: callers who hang up, no room to wait, priorities, constant handle times. */
import { describe, expect, it } from 'vitest';
import { play } from '../../../../src/apps/simulate/play.ts';
import { reportOf } from '../../../../src/apps/simulate/report.ts';
import type { Report } from '../../../../src/apps/simulate/report.ts';
import type { RoutingRules } from '../../../../src/core/model/routing.ts';
import type { Estimate } from '../../../../src/core/stats/intervals.ts';
import type { Scenario } from '../../../../src/settings/scenario-model.ts';
import { constant, crew, exponential, HOUR, looseness, rules, scenario, SECOND, service, traffic } from './lab.ts';
import { cobham, erlangA, erlangB } from './theory.ts';

/** Where all seeds are played, the three that are promised; else the first. */
const SEEDS = process.env['IPNT_LONG'] === '1' ? [1, 2, 3] : [1];

const reportFor = (one: Scenario, by: RoutingRules): Report => reportOf(play(one, by), one.confidence);

/** The interval of 99.9 % holds the value, and is no wider than that. */
function expectAround(estimate: Estimate | null, value: number, loosest = 0.02): void {
  expect(estimate).not.toBeNull();
  if (estimate === null) return;
  expect(estimate.low).toBeLessThan(value);
  expect(estimate.high).toBeGreaterThan(value);
  expect(looseness(estimate)).toBeLessThanOrEqual(loosest);
}

describe('Erlang A: 48 calls a minute of 60 s, patience 120 s, 50 agents', () => {
  const theory = erlangA({ rate: 0.8, handle: 60, agents: 50 }, 120);

  it('the formula gives what is printed', () => {
    expect(theory.abandons).toBeCloseTo(0.0309, 4);
    expect(theory.wait).toBeCloseTo(3.71, 2);
  });

  it.each(SEEDS)('seed %i', { timeout: 300_000 }, (seed) => {
    const one = scenario([traffic('a', 0.8, { patience: exponential(120) })], [crew('berlin', 50, ['a'])], {
      ...{ seed, replications: 60, warmUpMs: 0.5 * HOUR, lengthMs: 4 * HOUR },
    });
    const { abandoned, meanInLineMs } = reportFor(one, rules(service('a'))).all.figures;
    expectAround(abandoned, theory.abandons);
    expectAround(meanInLineMs, theory.wait * SECOND);
  });
});

describe('Erlang B: nobody may wait', () => {
  it.each([
    ['10 agents', 8, 10],
    ['40 agents', 45, 40],
  ])('%s, load %i', { timeout: 120_000 }, (_, load, agents) => {
    const one = scenario([traffic('a', load / 60)], [crew('berlin', agents, ['a'])], {
      ...{ replications: 60, warmUpMs: HOUR, lengthMs: 5 * HOUR },
    });
    const { blocked, waited } = reportFor(one, rules(service('a', { maxWaiting: 0 }))).all.figures;
    expectAround(blocked, erlangB(load, agents));
    expect(waited?.value).toBe(0);
  });

  it('whatever the distribution of the handle times', { timeout: 120_000 }, () => {
    const long = { kind: 'lognormal', meanMs: 60 * SECOND, sdMs: 90 * SECOND } as const;
    const one = scenario([traffic('a', 8 / 60, { handle: long })], [crew('berlin', 10, ['a'])], {
      ...{ replications: 60, warmUpMs: HOUR, lengthMs: 21 * HOUR },
    });
    const { blocked } = reportFor(one, rules(service('a', { maxWaiting: 0 }))).all.figures;
    expectAround(blocked, erlangB(8, 10), 0.03);
  });
});

describe('Cobham: two priorities, nobody is interrupted', () => {
  it('5 agents, 80 % busy: the urgent and the others wait as long as theory says', { timeout: 120_000 }, () => {
    const [urgent, other] = [1 / 60, 3 / 60];
    const one = scenario([traffic('urgent', urgent), traffic('other', other)], [crew('berlin', 5, ['a'])], {
      ...{ replications: 60, warmUpMs: HOUR, lengthMs: 41 * HOUR },
    });
    const by = rules(service('urgent', { requirement: 'a', priority: 5 }), service('other', { requirement: 'a' }));
    const { services } = reportFor(one, by);
    const [first, second] = cobham([urgent, other], 60, 5);
    expectAround(services['urgent']?.figures.meanWaitMs ?? null, (first ?? 0) * SECOND, 0.04);
    expectAround(services['other']?.figures.meanWaitMs ?? null, (second ?? 0) * SECOND, 0.04);
  });
});

describe('M/D/1: constant handle times halve the wait of Erlang C', () => {
  it('one agent, 70 % busy', { timeout: 120_000 }, () => {
    const one = scenario([traffic('a', 0.7 / 60, { handle: constant(60) })], [crew('berlin', 1, ['a'])], {
      ...{ replications: 60, warmUpMs: 2 * HOUR, lengthMs: 100 * HOUR },
    });
    // Pollaczek and Khinchine: load x handle / (2 (1 - load)).
    const wait = (0.7 * 60) / (2 * 0.3);
    expectAround(reportFor(one, rules(service('a'))).all.figures.meanWaitMs, wait * SECOND, 0.03);
  });
});
