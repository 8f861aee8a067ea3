import { describe, expect, test } from 'vitest';
import type { AgentState } from '../../../../src/core/model/agent.ts';
import { ineligible } from '../../../../src/core/routing/eligible.ts';
import type { WorldSpec } from './world.ts';
import { agent, NOW_MS, queue, reservation, site, world } from './world.ts';

const supporter = [{ queue: 'support', penalty: 0, paused: false, pauseReason: '', dynamic: false }];

const TABLE: readonly [string, Partial<AgentState>, WorldSpec, string][] = [
  ['ready and idle', {}, {}, ''],
  ['paused', { status: 'paused', pauseReason: 'lunch' }, {}, 'paused'],
  ['logged out', { status: 'logged_out' }, {}, 'logged_out'],
  ['of unknown status', { status: 'unknown' }, {}, 'status_unknown'],
  ['ringing', { activity: 'ringing' }, {}, 'ringing'],
  ['talking', { activity: 'talking' }, {}, 'talking'],
  ['unregistered', { activity: 'unreachable' }, {}, 'unreachable'],
  ['of unknown activity', { activity: 'unknown' }, {}, 'activity_unknown'],
  ["in the site's wrap-up", { activity: 'wrap_up', wrapUpUntilMs: NOW_MS + 1 }, {}, 'wrap_up'],
  ['out of wrap-up, the row lagging behind', { activity: 'wrap_up', wrapUpUntilMs: NOW_MS }, {}, ''],
  ['without an address', { address: null }, {}, 'no_address'],
  ['at a site silent for 5 s', {}, { sites: [site('berlin', { pbxSeenAtMs: NOW_MS - 5_001 })] }, 'site_stale'],
  ['at a site silent for just under 5 s', {}, { sites: [site('berlin', { pbxSeenAtMs: NOW_MS - 5_000 })] }, ''],
  ['at a site not reconciled', {}, { sites: [site('berlin', { connection: 'connecting' })] }, 'site_stale'],
  ['behind a dead trunk', {}, { trunksDown: ['berlin'] }, 'trunk_down'],
  [
    'with callers in his own queue',
    { memberships: supporter },
    { queues: [queue('berlin', 'support', 2)] },
    'site_queue_waiting',
  ],
  [
    'paused in the queue that has callers',
    { memberships: supporter.map((membership) => ({ ...membership, paused: true })) },
    { queues: [queue('berlin', 'support', 2)] },
    '',
  ],
  [
    'being offered a call',
    {},
    { reservations: [reservation('berlin/PJSIP/1001', { phase: 'offer', callId: 'x', expiresAtMs: NOW_MS + 1 })] },
    'claimed',
  ],
  [
    'of an expired claim',
    {},
    { reservations: [reservation('berlin/PJSIP/1001', { phase: 'offer', callId: 'x', expiresAtMs: NOW_MS })] },
    '',
  ],
  [
    'held after no answer',
    {},
    {
      reservations: [
        reservation('berlin/PJSIP/1001', { phase: 'hold', holdReason: 'no_answer', expiresAtMs: NOW_MS + 9 }),
      ],
    },
    'held',
  ],
  [
    'in our wrap-up',
    {},
    { reservations: [reservation('berlin/PJSIP/1001', { phase: 'wrap_up', expiresAtMs: NOW_MS + 9 })] },
    'wrap_up',
  ],
];

describe('an agent is eligible, or the reason says why not', () => {
  test.each(TABLE)('%s', (_what, changes, spec, reason) => {
    const anna = agent('berlin/1001', changes);
    expect(ineligible(anna, world({ agents: [anna], ...spec }), false).map(({ code }) => code)).toEqual(
      reason === '' ? [] : [reason],
    );
  });

  test('all reasons are given, not the first alone', () => {
    const anna = agent('berlin/1001', { status: 'paused', activity: 'talking', address: null });
    const view = world({ agents: [anna], sites: [site('berlin', { connection: 'down' })], trunksDown: ['berlin'] });
    const codes = ineligible(anna, view, false).map(({ code }) => code);
    expect(codes).toEqual(['site_stale', 'trunk_down', 'no_address', 'paused', 'talking']);
  });

  test("a service that goes first is not held back by the site's own queue", () => {
    const anna = agent('berlin/1001', { memberships: supporter });
    const view = world({ agents: [anna], queues: [queue('berlin', 'support', 2)] });
    expect(ineligible(anna, view, true)).toEqual([]);
  });
});
