import { describe, expect, test } from 'vitest';
import { decide } from '../../../../src/core/routing/decide.ts';
import { match } from '../../../../src/core/routing/match.ts';
import { parseRequirement } from '../../../../src/core/routing/requirement.ts';
import type { WorldSpec } from './world.ts';
import { agent, call, NOW_MS, world } from './world.ts';

function pairs(spec: WorldSpec): Record<string, string> {
  const found = match(world(spec), { requirementOf: parseRequirement, passedOver: () => false });
  return Object.fromEntries(found.map((pair) => [pair.call.callId, pair.agent.title]));
}

const anna = agent('berlin/anna', { idleSinceMs: NOW_MS - 30_000 });
const bernd = agent('berlin/bernd', { idleSinceMs: NOW_MS - 10_000 });
const agents = [anna, bernd];
const later = NOW_MS + 5_000;

describe('preferred agents', () => {
  test('go first, in their order', () => {
    const dora = agent('berlin/dora');
    const preferred = [bernd.agentId, anna.agentId];
    const waiting = [call('a', { preferred }), call('b', { preferred })];
    expect(pairs({ agents: [...agents, dora], waiting })).toEqual({ a: 'bernd', b: 'anna' });
  });

  test.each([
    ['patience lasts and he is talking: the call waits', { activity: 'talking' as const }, later, {}],
    ['patience lasts and he is on a break: the call waits', { status: 'paused' as const }, later, {}],
    ['patience is over: anyone will do', { activity: 'talking' as const }, NOW_MS, { a: 'anna' }],
    ['he went home: nobody waits for him', { status: 'logged_out' as const }, later, { a: 'anna' }],
    ['he cannot do what is asked for', { skills: {} }, later, { a: 'anna' }],
  ])('%s', (_what, changes, preferredUntilMs, expected) => {
    const waiting = [call('a', { preferred: [bernd.agentId], preferredUntilMs })];
    expect(pairs({ agents: [anna, { ...bernd, ...changes }], waiting })).toEqual(expected);
  });

  test('an earlier call that has somebody else leaves him to the call that prefers him', () => {
    const waiting = [call('early', { arrivedAtMs: 1 }), call('fan', { preferred: [anna.agentId] })];
    expect(pairs({ agents, waiting })).toEqual({ early: 'bernd', fan: 'anna' });
  });

  test('not when it has nobody else, and not when it prefers him too', () => {
    const fan = call('fan', { preferred: [anna.agentId] });
    expect(pairs({ agents: [anna], waiting: [call('early', { arrivedAtMs: 1 }), fan] })).toEqual({ early: 'anna' });
    const rival = call('early', { arrivedAtMs: 1, preferred: [anna.agentId] });
    expect(pairs({ agents, waiting: [rival, fan] })).toEqual({ early: 'anna', fan: 'bernd' });
  });

  test('the others say for how long they are not wanted', () => {
    const waiting = [call('a', { preferred: [bernd.agentId], preferredUntilMs: later })];
    const view = world({ agents: [anna, { ...bernd, activity: 'talking' }], waiting });
    const decision = decide(view, waiting[0] ?? call('a'), parseRequirement('support'), null, new Map());
    expect(Object.fromEntries(decision.refused.map(({ title, reasons }) => [title, reasons]))).toEqual({
      anna: [{ code: 'not_preferred', untilMs: later }],
      bernd: [{ code: 'talking' }],
    });
  });
});

describe('experts are kept for those who need them', () => {
  const expert = agent('berlin/expert', { idleSinceMs: 1, skills: { support: 9, lang_it: 9 } });

  test('an earlier call moves on to somebody who will do', () => {
    const waiting = [call('easy', { arrivedAtMs: 1 }), call('hard', { requirement: 'lang_it' })];
    expect(pairs({ agents: [expert, anna], waiting })).toEqual({ easy: 'anna', hard: 'expert' });
  });

  test('over several calls', () => {
    const both = agent('berlin/both', { idleSinceMs: 2, skills: { support: 5, lang_fr: 5 } });
    const waiting = [
      call('easy', { arrivedAtMs: 1, requirement: 'support' }),
      call('french', { arrivedAtMs: 2, requirement: 'lang_fr or lang_it' }),
      call('hard', { arrivedAtMs: 3, requirement: 'lang_it' }),
    ];
    expect(pairs({ agents: [expert, both, anna], waiting })).toEqual({ easy: 'anna', french: 'both', hard: 'expert' });
  });

  test('but no call that has an agent loses him to a later one', () => {
    const waiting = [call('easy', { arrivedAtMs: 1 }), call('hard', { requirement: 'lang_it' })];
    expect(pairs({ agents: [expert], waiting })).toEqual({ easy: 'expert' });
  });
});
