import { describe, expect, test } from 'vitest';
import { NO_FIGURES } from '../../../../src/core/model/figures.ts';
import type { ServiceFigures } from '../../../../src/core/model/figures.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import type { Service } from '../../../../src/core/model/service.ts';
import { Forecaster } from '../../../../src/core/routing/expected-wait.ts';
import type { ForecastCall } from '../../../../src/core/routing/expected-wait.ts';
import { Floor } from '../../../../src/core/routing/floor.ts';
import { parseRequirement } from '../../../../src/core/routing/requirement.ts';
import { agent, call, NOW_MS, queue, site, world } from './world.ts';
import type { WorldSpec } from './world.ts';

const service = (name: string, changes: Partial<Service> = {}): [string, Service] => [
  name,
  { ...blankService(name), requirement: name, ...changes },
];
const SERVICES = new Map([
  service('support'),
  service('sales'),
  service('gold', { requirement: 'support', priority: 5 }),
]);

/** Half an hour with 18 talks of 100 s: one agent's worth. */
const figures = (name: string, changes: Partial<ServiceFigures> = {}): ServiceFigures => ({
  ...{ service: name, ...NO_FIGURES, answered: 18, waitMs: 18 * 7_000, handled: 18, handleMs: 1_800_000 },
  ...changes,
});

/** Four of Berlin talk: two do support alone, two support and sales. Two more do sales alone. */
const talking = (id: string, ...skills: string[]) =>
  agent(id, { activity: 'talking', skills: Object.fromEntries(skills.map((skill) => [skill, 5])) });
const AGENTS = [
  ...[talking('berlin/1', 'support'), talking('berlin/2', 'support')],
  ...[talking('berlin/3', 'support', 'sales'), talking('berlin/4', 'support', 'sales')],
  ...[talking('berlin/5', 'sales'), talking('berlin/6', 'sales')],
];

function forecast(spec: WorldSpec, of: Partial<ForecastCall> = {}) {
  const view = world({ agents: AGENTS, figures: [figures('support')], ...spec });
  const floor = new Floor();
  floor.sync(view);
  return new Forecaster(floor, parseRequirement).forecast(call('me', { arrivedAtMs: NOW_MS, ...of }), view, SERVICES);
}

describe('the expected wait of a call in a view', () => {
  test.each<[string, WorldSpec, Partial<ForecastCall>, number | null]>([
    ['four agents talk for 100 s each', {}, {}, 25_000],
    ['two callers before it', { waiting: [call('a'), call('b')] }, {}, 75_000],
    ['itself, already in the line, is not before itself', { waiting: [call('me'), call('b')] }, {}, 50_000],
    ['who is being rung is no longer before it', { waiting: [call('a', { offering: true })] }, {}, 25_000],
    ['who came later is not before it', { waiting: [call('z', { arrivedAtMs: NOW_MS + 5 })] }, {}, 25_000],
    ['... nor one before whom it goes', { waiting: [call('a'), call('b')] }, { priority: 1 }, 25_000],
    // Two of sales' four agents share: (1 + 2 - 2 x T / 100) x 100 = 4 T.
    [
      'sales takes some of its agents',
      {
        waiting: [
          call('a', { service: 'sales', requirement: 'sales' }),
          call('b', { service: 'sales', requirement: 'sales' }),
        ],
      },
      {},
      50_000,
    ],
    ['an agent is free', { agents: [...AGENTS, agent('berlin/7')] }, {}, 0],
    ['one is on a break', { agents: [...AGENTS, agent('berlin/7', { status: 'paused' })] }, {}, 25_000],
    [
      'one is at a stale site',
      { agents: [...AGENTS, agent('rome/1')], sites: [site('rome', { pbxSeenAtMs: 0 })] },
      {},
      25_000,
    ],
    [
      'nobody knows how long talks are: recently it was 7 s',
      { figures: [figures('support', { handled: 0, handleMs: 0 })] },
      {},
      7_000,
    ],
    ['nobody can do that, ever', {}, { requirement: 'french' }, 7_000],
    ['nothing is known of the service', { figures: [] }, {}, null],
  ])('%s', (_, spec, of, ms) => {
    expect(forecast(spec, of).ms).toBe(ms);
  });

  test("the site's own queues take their share of its agents, unless the service goes before them", () => {
    // Half an hour with 54 talks of 100 s: three of the six agents.
    const own = { ...queue('berlin', 'support', 0), answered: 54, meanHandleMs: 100_000, windowMs: 1_800_000 };
    expect(forecast({ queues: [own] }).ms).toBe(50_000);
    expect(forecast({ queues: [own] }, { networkFirst: true }).ms).toBe(25_000);
  });

  test('callers of higher priority who are still to come take agents, until this one has aged', () => {
    // Gold keeps one of the four busy, less what half an hour may be wrong by.
    const both = { figures: [figures('support'), figures('gold')] };
    expect(forecast(both).ms).toBeGreaterThan(30_000);
    expect(forecast(both).ms).toBeLessThan(34_000);
    const aged = forecast(both, { ageing: 30 }).ms ?? 0;
    expect(aged).toBeGreaterThan(25_000);
    expect(aged).toBeLessThan(30_000);
  });
});
