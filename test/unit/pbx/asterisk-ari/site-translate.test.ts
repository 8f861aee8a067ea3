import { describe, expect, test } from 'vitest';
import type { PbxEvent } from '../../../../src/core/events.ts';
import { createSiteFeed } from '../../../../src/pbx/asterisk-ari/site-feed.ts';
import type { SiteEntry } from '../../../../src/pbx/asterisk-ari/site-feed.ts';
import { isAgent } from '../../../../src/pbx/asterisk-ari/site-agents.ts';
import { newQueueMemory } from '../../../../src/pbx/asterisk-ari/site-queue.ts';
import { configuredTitle } from '../../../../src/pbx/asterisk-ari/site-title.ts';

const RULE = { agents: [], trunks: ['PJSIP/edge'] };

const channel = (id: string, name: string, state = 'Up', app = '', data = '') => ({
  ...{ id, name, state, creationtime: '2026-11-28T03:45:12.000+0000' },
  dialplan: { app_name: app, app_data: data },
});
const CALLER = channel('b-100.1', 'PJSIP/callers-00000001', 'Ring');
const ADA = channel('b-100.2', 'PJSIP/1001-00000002', 'Down');
const created = (of: object) => ({ type: 'ChannelCreated', channel: of });
const dial = (caller: object, peer: object) => ({ type: 'Dial', caller, peer });
const enters = (of: { id: string }, ...others: { id: string }[]) => ({
  ...{ type: 'ChannelEnteredBridge', channel: of },
  bridge: { id: 'br', channels: [...others, of].map(({ id }) => id) },
});
const destroyed = (of: object) => ({ type: 'ChannelDestroyed', channel: of });
const user = (eventname: string, userevent: object, of: object = CALLER) => ({
  ...{ type: 'ChannelUserevent', eventname, userevent, channel: of },
});
const report = (fields: object) => user('IPNTQueue', { Queue: 'support', ...fields });

const started = (channelId: string, linkedId: string, device: string) => ({
  ...{ kind: 'channelStarted', channelId, linkedId, device },
});
const call = { queue: 'support', callId: CALLER.id };
const at = (seconds: number) => 1_000_000 + seconds * 1_000;

function open(channels: object[] = [], bridges: object[] = []) {
  const odd: string[] = [];
  const queues = newQueueMemory();
  const feed = createSiteFeed({ rule: RULE, queues, odd: (what) => odd.push(what) });
  const endpoints = ['1001', '1002', 'edge', 'bad name'].map((resource) => ({
    technology: 'PJSIP',
    resource,
    state: '',
  }));
  const ask = (
    answer: 'endpoints' | 'channels' | 'bridges' | 'device' | 'linked',
    of: string,
    body: unknown,
  ): SiteEntry => ({
    ...{ answer, of, status: 200, body },
  });
  const snapshot = (seconds = 0, during: object[] = []): PbxEvent[] =>
    [
      { asked: 1 },
      ask('endpoints', '', endpoints),
      ask('channels', '', channels),
      ask('bridges', '', bridges),
      ask('device', 'PJSIP/1001', { state: 'INUSE' }),
      ...during.map((frame) => ({ frame }) as SiteEntry),
      { whole: 1 },
    ].flatMap((entry) => feed.entry(entry, at(seconds)).map(({ event }) => event));
  const hear = (json: object, seconds = 0): PbxEvent[] =>
    feed.entry({ frame: json as Readonly<Record<string, unknown>> }, at(seconds)).map(({ event }) => event);
  return { feed, odd, snapshot, hear };
}

const live = () => {
  const site = open();
  site.snapshot();
  return site;
};

describe('who is an agent', () => {
  test.each([
    ['PJSIP/1001', [], [], true],
    ['SIP/anna', [], [], true],
    ['PJSIP/edge', [], ['PJSIP/edge'], false],
    ['PJSIP/a b', [], [], false],
    ['Local/1001', [], [], false],
    ['PJSIP/1001', ['PJSIP/1002'], [], false],
    ['DAHDI/4', ['DAHDI/4'], [], true],
  ])('%s with agents %j and trunks %j: %s', (device, agents, trunks, is) => {
    expect(isAgent({ agents, trunks }, device)).toBe(is);
  });

  test.each([
    ['"Ada A" <1001>', 'Ada A'],
    ['Ada <1001>', 'Ada'],
    ['<unknown>', ''],
    ['"a\u0000b" <1>', 'a b'],
    ['', ''],
  ])('callerid %j is called %j', (value, title) => {
    expect(
      configuredTitle([
        { attribute: 'context', value: 'x' },
        { attribute: 'callerid', value },
      ]),
    ).toBe(title);
  });
});

describe('channels are calls', () => {
  test("a leg that rings is its caller's, from its Dial event on", () => {
    const { hear } = live();
    expect(hear(created(CALLER))).toEqual([started('b-100.1', 'b-100.1', 'PJSIP/callers')]);
    expect(hear(created(ADA))).toEqual([]);
    expect(hear(dial(CALLER, ADA))).toEqual([started('b-100.2', 'b-100.1', 'PJSIP/1001')]);
    expect(hear(dial(CALLER, ADA))).toEqual([]);
    expect(hear(enters(ADA))).toEqual([]);
    expect(hear(destroyed(ADA))).toEqual([{ kind: 'channelEnded', channelId: 'b-100.2' }]);
    expect(hear(destroyed(ADA))).toEqual([]);
  });

  test('in a bridge the oldest call counts for all, by time and counter', () => {
    const { hear } = live();
    const [late, early] = [channel('b-100.10', 'PJSIP/1002-0000000a'), channel('b-100.9', 'PJSIP/1001-00000009')];
    hear(created(late));
    hear(created(early));
    expect(hear(enters(late, early))).toEqual([started('b-100.10', 'b-100.9', 'PJSIP/1002')]);
  });

  test('the halves of a Local channel are one call', () => {
    const { hear } = live();
    const [one, two] = [
      channel('b-2.1', 'Local/1001@x-00000000;1', 'Down'),
      channel('b-2.2', 'Local/1001@x-00000000;2', 'Down'),
    ];
    hear(created(CALLER));
    hear(created(one));
    hear(created(two));
    expect(hear(dial(CALLER, one))).toEqual([
      started('b-2.1', CALLER.id, 'Local/1001@x'),
      started('b-2.2', CALLER.id, 'Local/1001@x'),
    ]);
  });

  test('transfers that succeeded are told', () => {
    const { hear } = live();
    const blind = { type: 'BridgeBlindTransfer', channel: ADA, exten: '1003', result: 'Success' };
    expect(hear(blind)).toEqual([{ kind: 'agentTransferred', device: 'PJSIP/1001', transfer: 'blind', to: '1003' }]);
    expect(hear({ ...blind, result: 'Fail' })).toEqual([]);
    const target = channel('b-1.1', 'PJSIP/1003-00000000');
    expect(
      hear({ type: 'BridgeAttendedTransfer', result: 'Success', transferer_first_leg: ADA, transfer_target: target }),
    ).toEqual([{ kind: 'agentTransferred', device: 'PJSIP/1001', transfer: 'attended', to: 'PJSIP/1003' }]);
  });
});

describe('devices and statuses', () => {
  const device = (name: string, state: string) => ({ type: 'DeviceStateChanged', device_state: { name, state } });
  test.each([
    ['an agent', device('PJSIP/1001', 'RINGING'), [{ kind: 'deviceChanged', device: 'PJSIP/1001', state: 'ringing' }]],
    [
      'a state that there is not',
      device('PJSIP/1001', 'constructor'),
      [{ kind: 'deviceChanged', device: 'PJSIP/1001', state: 'unknown' }],
    ],
    ['a queue', device('Queue:support_avail', 'INUSE'), []],
    ['a trunk', device('PJSIP/edge', 'INUSE'), []],
    [
      'a status',
      user('IPNTAgent', { Agent: 'PJSIP/1001', STATUS: 'Paused', reason: 'a\u0007b' }),
      [{ kind: 'statusDeclared', device: 'PJSIP/1001', status: 'paused', reason: 'a b' }],
    ],
    [
      'a status of who calls',
      user('IPNTAgent', { Status: 'ready' }, ADA),
      [{ kind: 'statusDeclared', device: 'PJSIP/1001', status: 'ready', reason: '' }],
    ],
    ['another event of the dialplan', user('Other', { Status: 'ready' }), []],
  ])('%s', (_, event, expected) => {
    const { hear, odd } = live();
    expect(hear(event)).toEqual(expected);
    expect(odd).toEqual([]);
  });

  test('an endpoint that no snapshot had is asked for, once', () => {
    const { hear, feed } = live();
    hear({ type: 'PeerStatusChange', endpoint: { technology: 'PJSIP', resource: '1009' } });
    expect([feed.takeWish(), feed.takeWish()]).toEqual([true, false]);
    hear({ type: 'PeerStatusChange', endpoint: { technology: 'PJSIP', resource: 'edge' } });
    expect(feed.takeWish()).toBe(false);
  });
});

describe('queues that the dialplan reports', () => {
  test('join, connect, complete', () => {
    const { hear } = live();
    expect(hear(report({ Event: 'join' }))).toEqual([{ kind: 'callerJoined', ...call }]);
    const agent = { Agent: 'PJSIP/1001', Call: CALLER.id };
    expect(hear(user('IPNTQueue', { Queue: 'support', Event: 'connect', ...agent, Wait: '7' }, ADA), 3)).toEqual([
      { kind: 'callerLeft', ...call },
      { kind: 'agentConnected', ...call, device: 'PJSIP/1001', waitMs: 3_000 },
    ]);
    expect(hear(report({ Event: 'complete', ...agent, Wait: '3', Talk: '60' }), 63)).toEqual([
      { kind: 'agentCompleted', ...call, device: 'PJSIP/1001', waitMs: 3_000, talkMs: 60_000 },
    ]);
  });

  test.each([
    ['a report', report({ Event: 'abandon' })],
    ['his channel that ends', destroyed(CALLER)],
  ])('a caller who gives up, told by %s, once', (_, event) => {
    const { hear } = live();
    hear(report({ Event: 'join' }));
    expect(hear(event, 5)).toEqual([
      { kind: 'callerAbandoned', ...call, waitMs: 5_000 },
      { kind: 'callerLeft', ...call },
    ]);
    expect(hear(destroyed(CALLER), 6)).toEqual([]);
  });

  const waitingOf = (events: PbxEvent[]) => events[0]?.kind === 'snapshotTaken' && events[0].snapshot.waiting;
  const inQueue = channel(CALLER.id, CALLER.name, 'Ring', 'Queue', 'support,,,,,,ipnt-queue-connected');

  test.each([
    ['his channel is gone', [], [], 0],
    ['he waits', [inQueue], [], 1],
    ['he talks', [inQueue], [{ id: 'br', channels: [CALLER.id] }], 0],
    [
      'he is in a queue that reports nothing',
      [{ ...inQueue, dialplan: { app_name: 'Queue', app_data: 'support' } }],
      [],
      0,
    ],
  ])('a snapshot alone: %s', (_, channels, bridges, waiting) => {
    expect(waitingOf(open(channels, bridges).snapshot())).toHaveLength(waiting);
  });

  test('who is remembered as waiting and has no channel does not wait any more', () => {
    const { hear, snapshot } = live();
    hear(report({ Event: 'join' }));
    expect(waitingOf(snapshot(9))).toEqual([]);
  });

  test('what came during a snapshot is told after it', () => {
    const { snapshot } = open();
    const events = snapshot(1, [created(CALLER), report({ Event: 'join' })]);
    expect(events.map(({ kind }) => kind)).toEqual(['snapshotTaken', 'channelStarted', 'callerJoined']);
    expect(events[0]).toMatchObject({ snapshot: { during: events.slice(1) } });
  });
});

test.each([
  [report({ Event: 'exploded' })],
  [report({ Event: 'join', Queue: 'two words' })],
  [report({ Event: 'connect', Agent: 'PJSIP/edge' })],
  [report({ Event: 'connect', Agent: 'Local/1001@x' })],
  [user('IPNTAgent', { Agent: 'PJSIP/edge', Status: 'paused' })],
  [user('IPNTAgent', { Agent: 'PJSIP/1001', Status: '__proto__' })],
  [{ type: 'ChannelCreated' }],
  [{ type: 'ChannelUserevent', eventname: 7, userevent: [] }],
  [{ type: 'DeviceStateChanged', device_state: 'x' }],
])('%j is counted, and changes nothing', (event) => {
  const { hear, odd } = live();
  expect(hear(event)).toEqual([]);
  expect(odd).toHaveLength(1);
});

test.each([[{ type: 'constructor' }], [{ type: 'ChannelVarset' }], [{}]])("%j is nobody's business", (event) => {
  const { hear, odd } = live();
  expect(hear(event)).toEqual([]);
  expect(odd).toEqual([]);
});
