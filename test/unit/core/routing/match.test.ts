import { describe, expect, test } from 'vitest';
import { match } from '../../../../src/core/routing/match.ts';
import { parseRequirement } from '../../../../src/core/routing/requirement.ts';
import { decide } from '../../../../src/core/routing/decide.ts';
import { Floor } from '../../../../src/core/routing/floor.ts';
import type { WorldSpec } from './world.ts';
import { agent, call, NOW_MS, queue, reservation, world } from './world.ts';

const never = (): boolean => false;

function pairs(
  spec: WorldSpec,
  passedOver: (callId: string, agentId: string) => boolean = never,
): Record<string, string> {
  const found = match(world(spec), { requirementOf: parseRequirement, passedOver });
  return Object.fromEntries(found.map((pair) => [pair.call.callId, `${pair.agent.siteId}/${pair.agent.title}`]));
}

describe('who gets the call', () => {
  const [anna, bernd, denise] = [
    agent('berlin/anna', { idleSinceMs: NOW_MS - 30_000 }),
    agent('berlin/bernd', { idleSinceMs: NOW_MS - 10_000, skills: { support: 9, lang_fr: 3 } }),
    agent('lyon/denise', { idleSinceMs: NOW_MS - 20_000, skills: { support: 2, lang_fr: 10 } }),
  ];
  const agents = [anna, bernd, denise];

  test('who has been idle longest', () => {
    expect(pairs({ agents, waiting: [call('a')] })).toEqual({ a: 'berlin/anna' });
  });

  test('of those who meet the requirement', () => {
    expect(pairs({ agents, waiting: [call('a', { requirement: 'lang_fr>=3 and site!=lyon' })] })).toEqual({
      a: 'berlin/bernd',
    });
  });

  test('our own last talk counts, not only what the site reports', () => {
    const reservations = [reservation(anna.agentId, { idleSinceMs: NOW_MS - 1_000 })];
    expect(pairs({ agents, reservations, waiting: [call('a')] })).toEqual({ a: 'lyon/denise' });
  });

  test('where idle times are equal, the id decides', () => {
    const same = [agent('lyon/b'), agent('berlin/z'), agent('berlin/c')];
    expect(pairs({ agents: same, waiting: [call('a')] })).toEqual({ a: 'berlin/c' });
  });

  test('several calls in their turn: priority, then arrival, then id; nobody twice', () => {
    const waiting = [
      call('late', { arrivedAtMs: NOW_MS - 10 }),
      call('early', { arrivedAtMs: NOW_MS - 50 }),
      call('urgent', { priority: 5, arrivedAtMs: NOW_MS }),
      call('last', { arrivedAtMs: NOW_MS - 5 }),
    ];
    expect(pairs({ agents, waiting })).toEqual({ urgent: 'berlin/anna', early: 'lyon/denise', late: 'berlin/bernd' });
  });

  test('a call whose turn it is does not block one that others can serve', () => {
    const waiting = [call('first', { requirement: 'lang_it', arrivedAtMs: 1 }), call('second')];
    expect(pairs({ agents, waiting })).toEqual({ second: 'berlin/anna' });
  });

  test('a call that is being offered asks for nobody', () => {
    expect(pairs({ agents, waiting: [call('a', { offering: true })] })).toEqual({});
  });

  test('an agent whose site has callers waiting goes to a network-first call only', () => {
    const memberships = [{ queue: 'support', penalty: 0, paused: false, pauseReason: '', dynamic: false }];
    const busySite = [agent('berlin/anna', { memberships })];
    const queues = [queue('berlin', 'support', 1)];
    const waiting = [call('patient', { arrivedAtMs: 1 }), call('pushing', { networkFirst: true })];
    expect(pairs({ agents: busySite, queues, waiting })).toEqual({ pushing: 'berlin/anna' });
  });

  test('another edge that does not take its agent in time loses him to the next call', () => {
    const waiting = [call('theirs', { edgeId: 'edge2', arrivedAtMs: 1 }), call('ours')];
    expect(pairs({ agents: [anna], waiting })).toEqual({ theirs: 'berlin/anna' });
    expect(pairs({ agents: [anna], waiting }, (callId) => callId === 'theirs')).toEqual({ ours: 'berlin/anna' });
  });
});

describe('the decision writes down why', () => {
  test('the winner, the next in order, the refused with reasons, the rest by reason', () => {
    const anna = agent('berlin/anna', { idleSinceMs: NOW_MS - 30_000 });
    const bernd = agent('berlin/bernd', { idleSinceMs: NOW_MS - 10_000 });
    const cem = agent('berlin/cem', { status: 'paused', pauseReason: 'lunch' });
    const dora = agent('lyon/dora', { skills: {} });
    const view = world({ agents: [cem, bernd, dora, anna], waiting: [call('a')] });
    const decision = decide(view, call('a'), parseRequirement('support'), anna, new Map([[anna.agentId, 'a']]));
    expect(decision).toMatchObject({
      winner: { title: 'anna', rank: 1, idleMs: 30_000 },
      next: [{ title: 'bernd', rank: 2, idleMs: 10_000 }],
      refused: [{ title: 'cem', reasons: [{ code: 'paused', reason: 'lunch' }] }],
      others: { skill_missing: 1 },
      versions: { berlin: '1.7', lyon: '1.7' },
    });
  });

  test.each([
    ['one by one', false],
    ['by the floor', true],
  ])('whose break hides the skill of his queue is told to be on a break (%s)', (_, isByFloor) => {
    const place = { queue: 'support', penalty: 0, paused: true, pauseReason: 'lunch', dynamic: true };
    const onBreak = { status: 'paused', pauseReason: 'lunch', skills: {}, memberships: [place] } as const;
    const view = world({ agents: [agent('berlin/anna', onBreak), agent('lyon/dora', { skills: {} })] });
    const floor = new Floor();
    floor.sync(view);
    const asked = call('a', { requirement: 'queue:support' });
    const requirement = parseRequirement('queue:support');
    const decision = decide(view, asked, requirement, null, new Map(), isByFloor ? { floor } : {});
    expect(decision.refused).toMatchObject([{ title: 'anna', reasons: [{ code: 'paused', reason: 'lunch' }] }]);
    expect(Object.values(decision.others)).toEqual([1]);
  });

  test('an agent who goes to an earlier call says so', () => {
    const anna = agent('berlin/anna');
    const waiting = [call('first', { arrivedAtMs: 1 }), call('second')];
    const decision = decide(
      world({ agents: [anna], waiting }),
      call('second'),
      parseRequirement('support'),
      null,
      new Map([[anna.agentId, 'first']]),
    );
    expect(decision.winner).toBeNull();
    expect(decision.ahead).toBe(1);
    expect(decision.refused[0]?.reasons).toEqual([{ code: 'taken_by_earlier_call', callId: 'first' }]);
  });

  test('bounds: ten runners-up, two hundred refused, the rest counted', () => {
    const able = Array.from({ length: 30 }, (_, i) => agent(`berlin/able${String(i).padStart(3, '0')}`));
    const paused = Array.from({ length: 250 }, (_, i) => agent(`berlin/paused${i}`, { status: 'paused' }));
    const view = world({ agents: [...able, ...paused], waiting: [call('a')] });
    const decision = decide(view, call('a'), parseRequirement('support'), able[0] ?? null, new Map());
    expect([decision.next.length, decision.refused.length, decision.others.paused]).toEqual([10, 200, 50]);
  });
});
