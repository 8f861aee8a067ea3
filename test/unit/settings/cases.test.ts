/** A state as a file: what is written reads back as the same, whenever that is. */
import { expect, it } from 'vitest';
import { OCCUPANCY_FADES_MS } from '../../../src/core/model/agent.ts';
import { NO_ROUTING } from '../../../src/core/model/routing.ts';
import { blankService } from '../../../src/core/model/service.ts';
import type { RoutingView } from '../../../src/core/routing/view.ts';
import { readState, stateText, viewOf } from '../../../src/settings/index.ts';
import { agent, call, NOW_MS, queue, reservation, site, world } from '../core/routing/world.ts';

const place = (name: string, penalty: number, paused = false) => ({
  ...{ queue: name, penalty, paused, pauseReason: paused ? 'lunch' : '', dynamic: false },
});
const soon = NOW_MS + 7_000;

const VIEW = world({
  sites: [site('berlin', { title: 'Berlin' }), site('paris', { connection: 'down', pbxSeenAtMs: 0 })],
  trunksDown: ['paris'],
  agents: [
    agent('berlin/1', {
      ...{ title: 'Anna', idleSinceMs: NOW_MS - 130_000, skills: { 'queue:support': 10, 'queue:vip': 4, french: 3 } },
      // One queue gives no skill: provisioning took it away; another is on a pause; the third's level is provisioned.
      memberships: [place('support', 0), place('sales', 2), place('vip', 1), place('late', 0, true)],
      ...{ callsTaken: 12, occupancy: 0.5, occupancyAtMs: NOW_MS - OCCUPANCY_FADES_MS, attributes: { team: 'gold' } },
    }),
    agent('berlin/2', { status: 'paused', pauseReason: 'lunch', skills: {} }),
    agent('paris/3', { activity: 'wrap_up', wrapUpUntilMs: soon }),
    agent('paris/4', { activity: 'talking' }),
    agent('paris/5', {}),
  ],
  reservations: [
    reservation('berlin/PJSIP/1', { idleSinceMs: NOW_MS - 60_000, claimedAtMs: NOW_MS - 90_000 }),
    reservation('berlin/PJSIP/2', { phase: 'hold', holdReason: 'busy', expiresAtMs: soon, token: 't', callId: 'c' }),
    reservation('paris/PJSIP/4', { phase: 'talk', expiresAtMs: soon, token: 't', callId: 'c' }),
    reservation('paris/PJSIP/5', { phase: 'talk', expiresAtMs: NOW_MS - 1, token: 'gone', callId: 'c' }),
  ],
  queues: [{ ...queue('berlin', 'support', 2), longestSinceMs: NOW_MS - 30_000, meanHandleMs: 240_000, answered: 7 }],
  waiting: [
    call('b', { priority: 2.5, ageing: 1, networkFirst: true, strategy: 'random', requirement: '' }),
    call('a', {
      arrivedAtMs: NOW_MS - 45_000,
      preferred: ['berlin/PJSIP/1'],
      preferredUntilMs: soon,
      step: 2,
      offering: true,
    }),
  ],
  figures: [
    {
      ...{ service: 'support', answered: 10, abandoned: 2, answeredInTime: 8, abandonedLate: 1 },
      ...{ waitMs: 120_000, handled: 9, handleMs: 2_160_000 },
    },
  ],
});

function readAgain(text: string, nowMs: number): RoutingView {
  const { value, faults } = readState(text, 'state.yaml');
  expect(faults).toEqual([]);
  if (value === null) throw new Error('nothing was read');
  return viewOf(value, NO_ROUTING, nowMs);
}

it('is written for people', () => {
  expect(stateText(VIEW).split('\n').slice(1).join('\n')).toBe(`sites:
  berlin:
    title: Berlin
  paris:
    connected: false
    trunk: down
agents:
  berlin/PJSIP/1:
    title: Anna
    idle: 1m
    queues:
      support: 0
      sales: 2
      vip: 1
      late:
        penalty: 0
        paused: true
        reason: lunch
    skills:
      french: 3
      queue:sales: 0
      queue:vip: 4
    attributes:
      team: gold
    calls: 12
    occupancy: 0.1839
    chosen: 90s
  berlin/PJSIP/2:
    title: "2"
    status: paused
    pause: lunch
    claim:
      phase: hold
      for: 7s
      reason: busy
  paris/PJSIP/3:
    title: "3"
    activity: wrap_up
    wrap_up: 7s
    skills:
      support: 5
  paris/PJSIP/4:
    title: "4"
    activity: talking
    skills:
      support: 5
    claim:
      phase: talk
      for: 7s
  paris/PJSIP/5:
    title: "5"
    skills:
      support: 5
queues:
  berlin/support:
    waiting: 2
    longest: 30s
    logged_in: 1
    ready: 1
    answered: 7
    handle: 4m
waiting:
  - service: support
    waited: 45s
    requirement: support
    priority: 0
    strategy: longest_idle
    ageing: 0
    share: site_first
    preferred:
      - berlin/PJSIP/1
    preferred_for: 7s
    step: 2
    ringing: true
  - service: support
    waited: 1s
    requirement: ""
    priority: 2.5
    strategy: random
    ageing: 1
    share: network_first
figures:
  support:
    answered: 10
    abandoned: 2
    in_time: 8
    abandoned_late: 1
    wait: 12s
    handled: 9
    handle: 4m
`);
});

it('reads back as the same, a day later as well', () => {
  const text = stateText(VIEW);
  const later = NOW_MS + 86_400_000;
  expect(stateText(readAgain(text, NOW_MS))).toBe(text);
  const again = readAgain(text, later);
  expect(stateText(again).split('\n').slice(1)).toEqual(text.split('\n').slice(1));
  // What a decision looks at, and not only what is written.
  expect(again.agents.get('berlin/PJSIP/1')?.skills).toEqual(VIEW.agents.get('berlin/PJSIP/1')?.skills);
  expect(again.agents.get('berlin/PJSIP/1')?.idleSinceMs).toBe(later - 60_000);
  expect(again.sites.get('paris')).toMatchObject({ connection: 'down' });
  expect(again.trunkUp('paris')).toBe(false);
  expect(again.figures.get('support')).toEqual(VIEW.figures.get('support'));
});

it('takes from a service what a waiting call does not say, and from its members what a queue does not', () => {
  const { value } = readState(
    'agents: { b/PJSIP/1: { queues: { q: 3 } }, b/PJSIP/2: { queues: { q: { paused: true } } }, b/PJSIP/3: }\nqueues: { b/q: }\nwaiting: [{ service: s }]\n',
    'x.yaml',
  );
  const service = { ...blankService('s'), requirement: 'queue:q', priority: 7, strategy: 'random', ageing: 2 } as const;
  const routing = { ...NO_ROUTING, services: [service] };
  const view = viewOf(value as NonNullable<typeof value>, routing, NOW_MS);
  expect([...view.waiting.values()]).toMatchObject([
    { requirement: 'queue:q', priority: 7, strategy: 'random', ageing: 2 },
  ]);
  expect(view.queues.get('b/q')).toMatchObject({ loggedIn: 2, ready: 1, waiting: 0 });
  expect([...view.agents.values()].map(({ skills, status }) => ({ skills, status }))).toEqual([
    { skills: { 'queue:q': 7 }, status: 'ready' },
    { skills: {}, status: 'ready' },
    { skills: {}, status: 'ready' },
  ]);
});
