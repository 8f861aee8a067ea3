import { describe, expect, test } from 'vitest';
import type { DeviceState, MembershipReport, PbxEvent, Snapshot } from '../../../../src/core/events.ts';
import type { SiteInput, SiteModel, SiteStep } from '../../../../src/core/reduce/site-model.ts';
import { KEEP_LOGGED_OUT_MS } from '../../../../src/core/reduce/site-model.ts';
import { reduceSite } from '../../../../src/core/reduce/site.ts';
import { initialSite, nextDueMs, siteView } from '../../../../src/core/reduce/site-view.ts';

const T0 = 1_800_000_000_000;
const RULES = { siteId: 'berlin', listed: ['PJSIP/2001'], windowMs: 1_800_000 };

const member = (device: string, queue: string, part: Partial<MembershipReport> = {}): MembershipReport => ({
  ...{ queue, device, iface: device, observable: !device.startsWith('Local/'), title: device, penalty: 0 },
  ...{ paused: false, pauseReason: '', state: 'not_in_use', dynamic: false, lastCallMs: null, loginMs: null },
  ...{ wrapUpMs: 0, ...part },
});

const snapshotOf = (memberships: MembershipReport[], part: Partial<Snapshot> = {}): PbxEvent => ({
  kind: 'snapshotTaken',
  snapshot: {
    queues: [...new Set(memberships.map(({ queue }) => queue))].map((name) => ({ name, serviceLevelMs: 10_000 })),
    ...{ memberships, waiting: [], devices: [], channels: [], ...part },
  },
});

/** A site that is up, and a short way to lead it on. */
function site(memberships: MembershipReport[], from: SiteModel = initialSite(RULES, null, T0)) {
  let last: SiteStep = reduceSite(from, snapshotOf(memberships), T0);
  return {
    at(ms: number, event: SiteInput): SiteStep {
      return (last = reduceSite(last.state, event, T0 + ms));
    },
    agent: (name: string) => last.state.agents.get(name)?.row,
    queue: (name: string) => siteView(last.state).queues.find((queue) => queue.name === name),
    due: () => (nextDueMs(last.state) ?? NaN) - T0,
    get state() {
      return last.state;
    },
  };
}

const reported = (membership: MembershipReport): PbxEvent => ({ kind: 'membershipReported', membership });
const device = (name: string, state: DeviceState): PbxEvent => ({ kind: 'deviceChanged', device: name, state });
const A = 'PJSIP/1001';

describe('members of queues become agents', () => {
  test('memberships and penalties become skills; a paused membership takes its own away', () => {
    const s = site([member(A, 'support', { penalty: 3 }), member(A, 'sales', { penalty: 25 })]);
    expect(s.agent(A)).toMatchObject({ agentId: `berlin/${A}`, address: '1001', status: 'ready', activity: 'idle' });
    expect(s.agent(A)?.skills).toEqual({ 'queue:support': 7, 'queue:sales': 1 });
    s.at(10, reported(member(A, 'support', { paused: true, pauseReason: 'lunch' })));
    expect(s.agent(A)).toMatchObject({ status: 'ready', statusSinceMs: T0, skills: { 'queue:sales': 1 } });
    s.at(20, reported(member(A, 'sales', { paused: true })));
    expect(s.agent(A)).toMatchObject({ status: 'paused', pauseReason: 'lunch', statusSinceMs: T0 + 20, skills: {} });
  });

  test('a removed dynamic member is logged out for 30 days; a static one is gone', () => {
    const s = site([member(A, 'support', { dynamic: true }), member('PJSIP/1002', 'support')]);
    s.at(5, { kind: 'membershipRemoved', queue: 'support', device: A });
    const { changed } = s.at(5, { kind: 'membershipRemoved', queue: 'support', device: 'PJSIP/1002' });
    expect([...changed.removedAgents]).toEqual(['PJSIP/1002']);
    expect(s.agent(A)).toMatchObject({ status: 'logged_out', statusSinceMs: T0 + 5, skills: {} });
    expect(s.due()).toBe(5 + KEEP_LOGGED_OUT_MS);
    s.at(5 + KEEP_LOGGED_OUT_MS, { kind: 'timePassed' });
    expect(s.agent(A)).toBeUndefined();
  });

  test('a Local member without StateInterface cannot be observed', () => {
    const s = site([member('Local/1099@ctx', 'support', { state: 'not_in_use' })]);
    expect(s.agent('Local/1099@ctx')).toMatchObject({ activity: 'unknown', address: null, status: 'ready' });
  });

  test('an unknown agent is made, with status unknown, and a snapshot asked for; that one tells whether he exists', () => {
    const s = site([member(A, 'support')]);
    const event = { kind: 'agentConnected', queue: 'support', device: 'PJSIP/9', callId: 'c', waitMs: 0 } as const;
    expect(s.at(1, event).effects).toEqual([{ kind: 'requestSnapshot', why: 'agent PJSIP/9 is not known' }]);
    expect(s.agent('PJSIP/9')).toMatchObject({ status: 'unknown', activity: 'unknown' });
    expect(s.at(2, event).effects).toEqual([]);
    s.at(3, snapshotOf([member(A, 'support')]));
    expect(s.agent('PJSIP/9')).toBeUndefined();
  });

  test('a trunk that changes is nobody', () => {
    const s = site([member(A, 'support')]);
    expect(s.at(1, device('PJSIP/trunk', 'in_use'))).toMatchObject({ state: s.state, effects: [] });
  });
});

describe('activity', () => {
  test.each<[DeviceState, string]>([
    ['not_in_use', 'idle'],
    ['ringing', 'ringing'],
    ['in_use', 'talking'],
    ['busy', 'talking'],
    ['on_hold', 'talking'],
    ['ring_in_use', 'talking'],
    ['unavailable', 'unreachable'],
    ['invalid', 'unreachable'],
    ['unknown', 'unknown'],
  ])('a device that is %s makes its agent %s', (state, activity) => {
    expect(site([member(A, 'support', { state })]).agent(A)?.activity).toBe(activity);
  });

  test('idle since the end of the last call or the last log-in, not since ringing', () => {
    const s = site([member(A, 'support', { loginMs: T0 - 5_000 })]);
    expect(s.agent(A)?.idleSinceMs).toBe(T0 - 5_000);
    s.at(10, device(A, 'ringing'));
    s.at(20, device(A, 'not_in_use'));
    expect(s.agent(A)?.idleSinceMs).toBe(T0 - 5_000);
    s.at(30, device(A, 'in_use'));
    s.at(40, device(A, 'not_in_use'));
    expect(s.agent(A)).toMatchObject({ idleSinceMs: T0 + 40, lastCallEndMs: T0 + 40, activitySinceMs: T0 + 40 });
    // LastCall of the queue comes in whole seconds: it is the same end.
    s.at(50, reported(member(A, 'support', { lastCallMs: T0 })));
    expect(s.agent(A)?.idleSinceMs).toBe(T0 + 40);
  });

  test('the queue’s wrap-up begins with the end of its call, and ends by itself', () => {
    const s = site([member(A, 'support', { wrapUpMs: 3_000, state: 'in_use' })]);
    s.at(100, { kind: 'agentCompleted', queue: 'support', device: A, callId: 'c', waitMs: 0, talkMs: 0 });
    expect(s.agent(A)).toMatchObject({ activity: 'talking', wrapUpUntilMs: T0 + 3_100 });
    s.at(110, device(A, 'not_in_use'));
    expect(s.agent(A)).toMatchObject({ activity: 'wrap_up', wrapUpUntilMs: T0 + 3_100 });
    expect(s.due()).toBe(3_100);
    const { changed } = s.at(3_100, { kind: 'timePassed' });
    expect([...changed.agents]).toEqual([A]);
    expect(s.agent(A)).toMatchObject({ activity: 'idle', activitySinceMs: T0 + 3_100, wrapUpUntilMs: null });
  });
});

describe('declared status', () => {
  test('is the status of an agent without a queue, and survives a restart by his row', () => {
    const s = site([]);
    expect(s.agent('PJSIP/2001')?.status).toBe('ready');
    s.at(1, { kind: 'statusDeclared', device: 'PJSIP/2001', status: 'paused', reason: 'lunch' });
    expect(s.agent('PJSIP/2001')).toMatchObject({ status: 'paused', pauseReason: 'lunch', statusSinceMs: T0 + 1 });
    const row = { siteId: 'berlin', title: '', epoch: 1, version: 1, connection: 'up', pbxSeenAtMs: 0 } as const;
    const stored = { site: { ...row, callsInProgress: 0 }, agents: siteView(s.state).agents, queues: [] };
    const again = site([], initialSite(RULES, stored, T0 + 50));
    expect(again.agent('PJSIP/2001')).toEqual({ ...s.agent('PJSIP/2001') });
  });

  test('lies over what the queues say, until he declares himself ready', () => {
    const s = site([member(A, 'support')]);
    s.at(1, { kind: 'statusDeclared', device: A, status: 'logged_out', reason: '' });
    s.at(2, snapshotOf([member(A, 'support')]));
    expect(s.agent(A)?.status).toBe('logged_out');
    s.at(3, { kind: 'statusDeclared', device: A, status: 'ready', reason: '' });
    expect(s.agent(A)?.status).toBe('ready');
  });
});

describe('queues', () => {
  const call = { queue: 'support', callId: 'c1' };

  test('count a call once, however often they are told of it', () => {
    const s = site([member(A, 'support')]);
    const story: [number, PbxEvent][] = [
      [0, { kind: 'callerJoined', ...call }],
      [4_000, { kind: 'callerLeft', ...call }],
      [4_000, { kind: 'agentConnected', ...call, device: A, waitMs: 4_000 }],
      [9_000, { kind: 'agentCompleted', ...call, device: A, waitMs: 4_000, talkMs: 5_000 }],
    ];
    for (const [ms, event] of [...story, ...story]) s.at(ms, event);
    expect(s.queue('support')).toMatchObject({ offered: 1, answered: 1, abandoned: 0, waiting: 0 });
    expect(s.queue('support')).toMatchObject({ meanWaitMs: 4_000, meanHandleMs: 5_000, serviceLevel: 1 });
  });

  test('an abandon before T is no fault of the service level, one after it is', () => {
    const s = site([member(A, 'support')]);
    s.at(0, { kind: 'callerJoined', ...call });
    s.at(3_000, { kind: 'callerAbandoned', ...call, waitMs: 3_000 });
    expect(s.queue('support')).toMatchObject({ abandoned: 1, serviceLevel: null });
    s.at(3_000, { kind: 'callerJoined', queue: 'support', callId: 'c2' });
    expect(s.queue('support')).toMatchObject({ waiting: 1, longestSinceMs: T0 + 3_000 });
    s.at(14_000, { kind: 'callerAbandoned', queue: 'support', callId: 'c2', waitMs: 11_000 });
    expect(s.queue('support')).toMatchObject({ offered: 2, abandoned: 2, serviceLevel: 0, waiting: 0 });
  });

  test('count their staff', () => {
    const s = site([
      member(A, 'support'),
      member('PJSIP/2', 'support', { paused: true }),
      member('PJSIP/3', 'support', { state: 'in_use' }),
      member('PJSIP/4', 'support', { state: 'unavailable' }),
    ]);
    expect(s.queue('support')).toMatchObject({ loggedIn: 3, ready: 1, onCalls: 1 });
  });

  test('find the agent behind an interface', () => {
    const s = site([member(A, 'support', { iface: 'Local/1001@guard/n' })]);
    const told = { ...call, device: 'Local/1001@guard/n', waitMs: 0, talkMs: 2_000 };
    expect(s.at(5, { kind: 'agentCompleted', ...told }).effects).toEqual([]);
    expect(s.agent(A)?.lastCallEndMs).toBe(T0 + 5);
  });
});

describe('a snapshot', () => {
  test('replaces what it lists and removes what it does not; on a site that was up it counts what was missed', () => {
    const s = site([member(A, 'support'), member('PJSIP/2', 'sales')]);
    s.at(1, { kind: 'channelStarted', channelId: 'x', linkedId: 'x', device: A });
    s.at(1, { kind: 'callerJoined', queue: 'support', callId: 'x' });
    const { audit, changed } = s.at(2, snapshotOf([member(A, 'support', { paused: true })]));
    expect([...changed.removedQueues]).toEqual(['sales']);
    expect(audit?.differences).toBe(5);
    expect(siteView(s.state)).toMatchObject({
      callsInProgress: 0,
      agents: [{ status: 'paused' }, { name: 'PJSIP/2001' }],
    });
    expect(s.queue('support')).toMatchObject({ waiting: 0 });
  });

  test('after an outage is no audit', () => {
    const s = site([member(A, 'support')]);
    s.at(1, { kind: 'linkDown', reason: 'x' });
    expect(s.state.connection).toBe('down');
    s.at(2, { kind: 'linkUp', version: '22.1' });
    expect(s.state).toMatchObject({ connection: 'connecting', pbxVersion: '22.1' });
    expect(s.at(3, snapshotOf([])).audit).toBeNull();
    expect(s.state.connection).toBe('up');
  });

  test('calls in progress are linked channels, counted once', () => {
    const s = site([]);
    for (const [channelId, linkedId] of [
      ['a', 'a'],
      ['b', 'a'],
      ['c', 'c'],
    ] as const)
      s.at(1, { kind: 'channelStarted', channelId, linkedId, device: '' });
    expect(siteView(s.state).callsInProgress).toBe(2);
    s.at(2, { kind: 'channelEnded', channelId: 'c' });
    s.at(2, { kind: 'channelEnded', channelId: 'a' });
    expect(siteView(s.state).callsInProgress).toBe(1);
  });
});
