import { describe, expect, test } from 'vitest';
import { expectedWait, lineFigures } from '../../../../src/core/stats/ewt.ts';
import type { CompetingLine, ExpectedWaitInput } from '../../../../src/core/stats/ewt.ts';
import { NO_FIGURES } from '../../../../src/core/model/figures.ts';
import { judge, QueueWorld } from './queue-world.ts';

const line = (changes: Partial<CompetingLine> = {}): CompetingLine => ({
  ...{ ahead: 0, agents: 10, shared: 10, handleMs: 200_000, load: 5, leavesPerMs: 0, overtakesForMs: 0 },
  ...changes,
});
const call = (changes: Partial<ExpectedWaitInput> = {}): ExpectedWaitInput => ({
  ...{ free: 0, own: line(), others: [], recentWaitMs: 30_000, longestWaitMs: null },
  ...changes,
});

/** Ten agents, talks of 200 s: an agent becomes free every 20 s. */
describe('expected wait', () => {
  test.each<[string, ExpectedWaitInput, number | null, string]>([
    ['somebody is free', call({ free: 1 }), 0, 'agents'],
    ['two are free, for two before it', call({ free: 2, own: line({ ahead: 2 }) }), 20_000, 'agents'],
    ['all talk, nobody is before it', call(), 20_000, 'agents'],
    ['four are before it', call({ own: line({ ahead: 4 }) }), 100_000, 'agents'],
    // A rate of 1/100 s: ln(1 + 100 / 100) x 100 s.
    ['... who have little patience', call({ own: line({ ahead: 4, leavesPerMs: 1e-5 }) }), 69_315, 'agents'],
    ['another line of the same agents has four before it', call({ others: [line({ ahead: 4 })] }), 100_000, 'agents'],
    ['a line of other agents does not matter', call({ others: [line({ ahead: 99, shared: 0 })] }), 20_000, 'agents'],
    // Five are only ours, however long the other line is.
    [
      'a line that shares half of them is very long',
      call({ others: [line({ ahead: 999, shared: 5 })] }),
      40_000,
      'agents',
    ],
    // Its own five take four of its eight meanwhile: (1 + 4) x 200 s / 10.
    [
      '... and eight are before it there',
      call({ own: line({ ahead: 3 }), others: [line({ ahead: 8, agents: 10, shared: 5 })] }),
      160_000,
      'agents',
    ],
    ['half of the agents are kept by later calls that go first', overtaken(Infinity, 5), 40_000, 'agents'],
    ['... for 10 s', overtaken(10_000, 5), 25_000, 'agents'],
    ['... all of them, for 10 s', overtaken(10_000, 10), 30_000, 'agents'],
    ['... all of them, for ever', overtaken(Infinity, 10), 30_000, 'recent'],
    ['no talk has ended yet', call({ own: line({ handleMs: null }) }), 30_000, 'recent'],
    ['... and somebody has waited longer', { ...silent(), longestWaitMs: 90_000 }, 90_000, 'recent'],
    ['nobody is there', call({ own: line({ agents: 0, shared: 0 }) }), 30_000, 'recent'],
    ['nothing is known', { ...silent(), recentWaitMs: null }, null, 'unknown'],
  ])('%s', (_, input, ms, basis) => {
    expect(expectedWait(input)).toEqual({ ms, basis });
  });

  function overtaken(overtakesForMs: number, load: number): ExpectedWaitInput {
    return call({ others: [line({ load, overtakesForMs })] });
  }
  function silent(): ExpectedWaitInput {
    return call({ own: line({ handleMs: null }) });
  }

  test('talks of another length weigh by how often they end', () => {
    // As many agents are busy with talks of 100 s as with talks of 300 s: ends come every 15 s.
    const mixed = call({ own: line({ handleMs: 100_000 }), others: [line({ handleMs: 300_000 })] });
    expect(expectedWait(mixed).ms).toBe(15_000);
  });

  test('a line of which no figures are known adds its callers, and nothing else', () => {
    expect(lineFigures(undefined)).toEqual({ handleMs: null, load: 0, leavesPerMs: 0 });
    expect(lineFigures({ service: 'a', ...NO_FIGURES })).toEqual({ handleMs: null, load: 0, leavesPerMs: 0 });
    const others = [line({ ahead: 2, ...lineFigures(undefined) })];
    expect(expectedWait(call({ others })).ms).toBe(60_000);
  });
});

/**
 * What callers were told against what they waited, simulated with figures as the edges keep them (half an hour, so a load is
 * known to some 15 %). `bias`: mean told / mean waited - 1; `error`: mean of |told - waited| / mean waited. Exponential talks leave no
 * forecast less error than about sqrt(2 / (pi x places)) of the wait. `recent`: the error of telling the mean wait lately instead.
 */
describe('told and waited, in simulation', () => {
  const one = { a: { aMinute: 2.25, handleS: 240 } };
  const rows: readonly [string, ConstructorParameters<typeof QueueWorld>[0], Record<string, readonly number[]>][] = [
    // service: [least bias, greatest bias, greatest error]
    ['one service, load .8', world({ a: { aMinute: 2, handleS: 240 } }, { a: 10 }), { a: [-0.1, 0.15, 0.4] }],
    ['one service, load .9', world(one, { a: 10 }), { a: [-0.1, 0.15, 0.35] }],
    ['one service, load .95', world({ a: { aMinute: 2.375, handleS: 240 } }, { a: 10 }), { a: [-0.1, 0.15, 0.3] }],
    [
      'overloaded, and callers give up',
      world({ a: { aMinute: 52, handleS: 60, patienceS: 120 } }, { a: 50 }, 20),
      { a: [-0.15, 0.15, 0.3] },
    ],
    [
      'two services of the same agents',
      world({ a: { aMinute: 1.5, handleS: 240 }, b: { aMinute: 0.9, handleS: 200 } }, { 'a b': 10 }),
      { a: [-0.1, 0.15, 0.35], b: [-0.1, 0.15, 0.35] },
    ],
    [
      'two services that share half of their agents',
      world({ a: { aMinute: 1.5, handleS: 240 }, b: { aMinute: 4, handleS: 180 } }, { a: 2, b: 10, 'a b': 8 }),
      { a: [-0.1, 0.15, 0.4], b: [-0.1, 0.15, 0.35] },
    ],
    [
      'b goes first, same agents',
      world({ a: { aMinute: 1.2, handleS: 240 }, b: { aMinute: 1.05, handleS: 240, priority: 5 } }, { 'a b': 10 }),
      { a: [-0.1, 0.25, 0.55], b: [-0.15, 0.15, 0.65] },
    ],
    [
      'b goes first, half of the agents shared',
      world(
        { a: { aMinute: 2, handleS: 240 }, b: { aMinute: 2, handleS: 240, priority: 5 } },
        { a: 5, b: 4, 'a b': 9 },
      ),
      { a: [-0.1, 0.3, 0.55], b: [-0.15, 0.15, 0.55] },
    ],
  ];

  function world(
    services: ConstructorParameters<typeof QueueWorld>[0]['services'],
    agents: Readonly<Record<string, number>>,
    hours = 60,
  ) {
    return { services, agents, hours, seed: 7 };
  }

  test.each(rows)('%s', (_, spec, bounds) => {
    const told = new QueueWorld(spec).run();
    for (const [service, [least = 0, most = 0, error = 0]] of Object.entries(bounds)) {
      const found = judge(told, service);
      expect(found.callers).toBeGreaterThan(500);
      expect(found.bias).toBeGreaterThan(least);
      expect(found.bias).toBeLessThan(most);
      expect(found.error).toBeLessThan(error);
      expect(found.error).toBeLessThan(found.recentError);
    }
  });
});
