import { describe, expect, test } from 'vitest';
import { STRATEGIES } from '../../../../src/core/model/service.ts';
import type { StrategyName } from '../../../../src/core/model/service.ts';
import { match } from '../../../../src/core/routing/match.ts';
import { parseRequirement } from '../../../../src/core/routing/requirement.ts';
import { strategyOf } from '../../../../src/core/routing/strategies/index.ts';
import type { WorldSpec } from './world.ts';
import { agent, call, NOW_MS, reservation, world } from './world.ts';

const SECONDS = (n: number): number => NOW_MS - n * 1_000;

/** Anna: idle longest, an expert, busy all day. Bernd: new here. Cem: in between, at another site. */
const anna = agent('berlin/anna', {
  idleSinceMs: SECONDS(30),
  skills: { support: 9, lang_fr: 7 },
  ...{ callsTaken: 20, occupancy: 0.8, occupancyAtMs: SECONDS(30) },
});
const bernd = agent('berlin/bernd', { idleSinceMs: SECONDS(10), skills: { support: 2 }, callsTaken: 1 });
const cem = agent('lyon/cem', {
  idleSinceMs: SECONDS(20),
  skills: { support: 5, lang_fr: 9 },
  ...{ callsTaken: 7, occupancy: 0.3, occupancyAtMs: SECONDS(20) },
});
const agents = [anna, bernd, cem];
const reservations = [
  reservation(anna.agentId, { claimedAtMs: 3 }),
  reservation(bernd.agentId, { claimedAtMs: 9 }),
  reservation(cem.agentId, { claimedAtMs: 1 }),
];
const siteTerms = { berlin: { weight: 0, cost: 2 }, lyon: { weight: 5, cost: 1 } };

function order(strategy: StrategyName, changes: Partial<WorldSpec> = {}, requirement = 'support'): string {
  const names: string[] = [];
  let left = [...(changes.agents ?? agents)];
  while (left.length > 0) {
    const spec = { reservations, siteTerms, ...changes, agents: left, waiting: [call('a', { strategy, requirement })] };
    const [pair] = match(world(spec), { requirementOf: parseRequirement, passedOver: () => false });
    if (pair === undefined) break;
    names.push(pair.agent.title);
    left = left.filter((one) => one !== pair.agent);
  }
  return names.join(' ');
}

describe('in which order agents get calls', () => {
  test.each<[StrategyName, string]>([
    ['longest_idle', 'anna cem bernd'],
    ['least_occupied', 'bernd cem anna'],
    ['fewest_calls', 'bernd cem anna'],
    ['best_skilled', 'anna cem bernd'],
    ['least_skilled', 'bernd cem anna'],
    ['round_robin', 'cem anna bernd'],
    ['site_weight', 'cem anna bernd'],
    ['site_cost', 'cem anna bernd'],
    ['site_free_share', 'anna cem bernd'],
  ])('%s: %s', (strategy, expected) => {
    expect(order(strategy)).toBe(expected);
  });

  test('best skilled counts the skills that are asked for, no others', () => {
    expect(order('best_skilled', {}, 'lang_fr')).toBe('cem anna');
  });

  test('occupancy fades: 80 % two hours ago is less than 30 % now', () => {
    const rested = { ...anna, occupancyAtMs: NOW_MS - 7_200_000 };
    expect(order('least_occupied', { agents: [rested, cem] })).toBe('anna cem');
  });

  test('equal ones by longest idle, then by id', () => {
    for (const strategy of STRATEGIES.filter((name) => name !== 'random' && !name.startsWith('site')))
      expect(order(strategy, { agents: [agent('lyon/b'), agent('berlin/z'), agent('lyon/a')], reservations: [] })).toBe(
        'z a b',
      );
  });

  test('free share: one of two is more than one of three', () => {
    const away = ['x', 'y'].map((name) => agent(`berlin/${name}`, { status: 'paused' }));
    expect(order('site_free_share', { agents: [bernd, ...away, agent('lyon/d', { status: 'paused' }), cem] })).toBe(
      'cem bernd',
    );
  });
});

const CALLS = 4_000;

function shares(strategy: StrategyName, spec: WorldSpec): Record<string, number> {
  const counts: Record<string, number> = {};
  for (let i = 0; i < CALLS; i++) {
    const view = world({ ...spec, waiting: [call(`edge1-${i}`, { strategy })] });
    const title = match(view, { requirementOf: parseRequirement, passedOver: () => false })[0]?.agent.title ?? '';
    counts[title] = (counts[title] ?? 0) + 1 / CALLS;
  }
  return counts;
}

describe('by lot, repeatable', () => {
  test('random gives each the same share', () => {
    const found = shares('random', { agents });
    for (const title of ['anna', 'bernd', 'cem']) expect(found[title]).toBeCloseTo(1 / 3, 1);
    expect(shares('random', { agents: [...agents].reverse() })).toEqual(found);
  });

  test('sites get calls by their weight, those that have nobody left out', () => {
    const terms = { berlin: { weight: 30, cost: 0 }, lyon: { weight: 60, cost: 0 }, oslo: { weight: 10, cost: 0 } };
    const dora = agent('oslo/dora');
    const found = shares('site_weight', { agents: [anna, cem, dora], siteTerms: terms });
    expect(found.anna).toBeCloseTo(0.3, 1);
    expect(found.cem).toBeCloseTo(0.6, 1);
    expect(found.dora).toBeCloseTo(0.1, 1);
    expect(shares('site_weight', { agents: [anna, dora], siteTerms: terms }).anna).toBeCloseTo(0.75, 1);
  });
});

test('a strategy that there is none of is refused', () => {
  expect(() => strategyOf('longest_idel')).toThrow(
    expect.objectContaining({ code: 'ROUTING_INVALID', where: 'strategy' }),
  );
  expect(() => strategyOf('constructor')).toThrow(/there are longest_idle/);
});
