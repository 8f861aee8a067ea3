import { describe, expect, test } from 'vitest';
import type { PbxEvent } from '../../../../src/core/events.ts';
import { Tracker } from '../../../../src/pbx/freeswitch-esl/tracker.ts';
import type { Lists } from '../../../../src/pbx/freeswitch-esl/tracker.ts';
import type { EslEvent } from '../../../../src/pbx/freeswitch-esl/wire.ts';

const row = (name: string, contact: string, more: Record<string, string> = {}) => ({
  ...{ name: `${name}@default`, contact, status: 'Available', state: 'Waiting', wrap_up_time: '4', uuid: '' },
  ...{ last_bridge_end: '1795345071', last_status_change: '1795345000', ...more },
});
const LISTS: Lists = {
  agents: [row('1001', 'user/1001@pbx'), row('1002', 'sofia/internal/1002@10.0.0.2:5060'), row('1003', 'null')],
  tiers: [
    { queue: 'support@default', agent: '1001@default', level: '1', position: '1' },
    { queue: 'support@default', agent: 'gone@default', level: '1', position: '1' },
  ],
  queues: [{ name: 'support@default' }],
  members: [],
  channels: [],
  registrations: [{ reg_user: '1001', realm: 'pbx', token: 't1', network_ip: '10.0.0.1' }],
};
const cc = (action: string, more: object): EslEvent => ({
  ...{ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'callcenter::info', 'CC-Action': action, ...more },
});
const channel = (name: string, more: object): EslEvent => ({
  ...{
    'Event-Name': `CHANNEL_${name}`,
    'Unique-ID': 'u1',
    'Call-Direction': 'outbound',
    'Answer-State': 'ringing',
    ...more,
  },
});
const sofia = (what: string, more: object = {}): EslEvent => ({
  ...{
    'Event-Name': 'CUSTOM',
    'Event-Subclass': `sofia::${what}`,
    'from-user': '1001',
    'from-host': 'pbx',
    'call-id': 't1',
    ...more,
  },
});

function upTracker(lists: Partial<Lists> = {}, odd: string[] = [], listed: string[] = []) {
  const tracker = new Tracker({ listed, odd: (what, detail) => odd.push(`${what}: ${detail}`) });
  const snapshot = tracker.snapshot({ ...LISTS, ...lists });
  tracker.takeWish();
  return { tracker, snapshot };
}
const statesOf = (events: readonly PbxEvent[]) =>
  events.flatMap((event) => (event.kind === 'deviceChanged' ? [`${event.device.slice(0, 4)} ${event.state}`] : []));

test('a snapshot has agents by name, contacts as addresses, tiers of living agents, and wrap-up', () => {
  const odd: string[] = [];
  const { snapshot } = upTracker({}, odd);
  expect(snapshot.agents?.map(({ device, address, state }) => [device, address, state])).toEqual([
    ['1001@default', '1001', 'not_in_use'],
    ['1002@default', '1002', 'not_in_use'],
    ['1003@default', null, 'unknown'],
  ]);
  expect(snapshot.agents?.[0]).toMatchObject({ lastCallMs: 1_795_345_071_000, wrapUpMs: 4_000, status: 'ready' });
  expect(snapshot.memberships.map(({ queue, device, penalty }) => [queue, device, penalty])).toEqual([
    ['support', '1001@default', 0],
  ]);
  expect(odd).toEqual(['contact that cannot be dialled: 1003@default: null']);
});

test('Abandoned and Answered rows do not wait, nor one whose channel went with a crash', () => {
  const member = (session_uuid: string, state: string) => ({
    ...{ queue: 'support@default', session_uuid, state, joined_epoch: '1795345060' },
  });
  const members = [
    member('a', 'Waiting'),
    member('b', 'Trying'),
    member('c', 'Answered'),
    member('', 'Abandoned'),
    member('d', 'Waiting'),
  ];
  const channels = ['a', 'b', 'c'].map((uuid) => ({ uuid, direction: 'inbound', name: uuid, callstate: 'ACTIVE' }));
  expect(upTracker({ members, channels }).snapshot.waiting.map(({ callId }) => callId)).toEqual(['a', 'b']);
});

test('without mod_callcenter the extensions of the settings are agents whose status is ours', () => {
  const { snapshot } = upTracker({ agents: null, tiers: null, queues: null }, [], ['1001', '1009']);
  expect(snapshot.agents?.map(({ device, address, status, state }) => [device, address, status, state])).toEqual([
    ['1001', '1001', null, 'not_in_use'],
    ['1009', '1009', null, 'unavailable'],
  ]);
});

describe('phones', () => {
  test.each<[string, EslEvent, string[]]>([
    [
      'a queue rings him',
      channel('CREATE', { variable_cc_agent: '1001@default', variable_cc_side: 'agent' }),
      ['1001 ringing'],
    ],
    ['somebody calls him directly', channel('CREATE', { 'Channel-Presence-ID': '1001@pbx' }), ['1001 ringing']],
    [
      'he was called and answered',
      channel('ANSWER', { 'Channel-Presence-ID': '1001@pbx', 'Answer-State': 'answered' }),
      ['1001 in_use'],
    ],
    [
      'he calls himself',
      channel('CREATE', {
        'Call-Direction': 'inbound',
        'Channel-Presence-ID': '1001@10.0.0.1',
        'Caller-Network-Addr': '10.0.0.1',
      }),
      ['1001 in_use'],
    ],
    [
      'he calls, logged in',
      channel('CREATE', { 'Call-Direction': 'inbound', variable_user_name: '1001', variable_domain_name: 'pbx' }),
      ['1001 in_use'],
    ],
    [
      'a phone without registration is rung',
      channel('CREATE', { 'Channel-Name': 'sofia/internal/1002@10.0.0.2:5060' }),
      ['1002 ringing'],
    ],
    [
      'a 1001 of elsewhere calls',
      channel('CREATE', {
        'Call-Direction': 'inbound',
        'Channel-Presence-ID': '1001@elsewhere',
        'Caller-Network-Addr': '192.0.2.9',
      }),
      [],
    ],
    [
      'a caller was answered by an agent',
      channel('CREATE', { 'Call-Direction': 'inbound', variable_cc_agent: '1001@default', variable_cc_side: 'member' }),
      [],
    ],
    ['his phone unregisters', sofia('unregister'), ['1001 unavailable']],
    ['his registration expires', sofia('expire', { 'from-user': '', user: '1001' }), ['1001 unavailable']],
    ['a second phone of his comes', sofia('register', { 'call-id': 't2' }), []],
    [
      'FreeSWITCH finds no registration',
      cc('bridge-agent-fail', {
        'CC-Agent': '1001@default',
        'CC-Queue': 'support@default',
        'CC-Member-Session-UUID': 'c',
        'CC-Hangup-Cause': 'USER_NOT_REGISTERED',
      }),
      ['1001 unavailable'],
    ],
  ])('%s', (_, event, states) => expect(statesOf(upTracker().tracker.event(event, 0))).toEqual(states));

  test('two legs that are bridged are one call, and each ends by itself', () => {
    const { tracker } = upTracker();
    const told = [
      channel('CREATE', { 'Unique-ID': 'a', 'Call-Direction': 'inbound' }),
      channel('CREATE', { 'Unique-ID': 'b', 'Channel-Presence-ID': '1001@pbx' }),
      channel('BRIDGE', { 'Unique-ID': 'a', 'Bridge-A-Unique-ID': 'a', 'Bridge-B-Unique-ID': 'b' }),
      channel('HANGUP_COMPLETE', { 'Unique-ID': 'b' }),
      channel('HANGUP_COMPLETE', { 'Unique-ID': 'b' }),
    ].flatMap((event) => tracker.event(event, 0));
    expect(
      told.flatMap((e) => ('channelId' in e ? [`${e.kind} ${e.channelId} ${'linkedId' in e ? e.linkedId : ''}`] : [])),
    ).toEqual([...['channelStarted a a', 'channelStarted b b', 'channelStarted b a', 'channelEnded b ']]);
  });
});

describe('callcenter::info', () => {
  const call = { 'CC-Queue': 'support@default', 'CC-Member-Session-UUID': 'c', 'CC-Agent': '1001@default' };
  const caller = { 'CC-Queue': 'support@default', 'CC-Member-Session-UUID': 'c' };
  test.each<[string, object, string[]]>([
    ['member-queue-start', caller, ['callerJoined']],
    ['member-queue-resume', caller, ['callerJoined']],
    ['member-queue-end', { ...caller, 'CC-Cause': 'Cancel', 'CC-Cancel-Reason': 'BREAK_OUT' }, ['callerAbandoned']],
    ['member-queue-end', { ...caller, 'CC-Cause': 'Cancel', 'CC-Cancel-Reason': 'TIMEOUT' }, ['callerLeft']],
    ['member-queue-end', { ...caller, 'CC-Cause': 'Cancel', 'CC-Cancel-Reason': 'NO_AGENT_TIMEOUT' }, ['callerLeft']],
    ['member-queue-end', { ...call, 'CC-Cause': 'Terminated' }, ['callerLeft']],
    ['bridge-agent-start', call, ['agentConnected']],
    ['bridge-agent-end', call, ['agentCompleted']],
    ['bridge-agent-fail', { ...call, 'CC-Hangup-Cause': 'NO_ANSWER' }, ['agentRangNoAnswer']],
    ['bridge-agent-fail', { ...call, 'CC-Hangup-Cause': 'LOSE_RACE' }, []],
    ['members-count', { 'CC-Queue': 'support@default', 'CC-Count': '3' }, []],
    ['agent-status-get', { 'CC-Agent': '1001@default' }, []],
    ['agent-status-change', { 'CC-Agent': '1001@default', 'CC-Agent-Status': 'On Break' }, ['agentReported']],
    ['agent-state-change', { 'CC-Agent': '1001@default', 'CC-Agent-State': 'Idle' }, ['agentReported']],
    ['agent-contact-change', { 'CC-Agent': '1001@default', 'CC-Agent-Contact': 'user/7' }, ['agentReported']],
  ])('%s %j', (action, more, kinds) => {
    const odd: string[] = [];
    const { tracker } = upTracker({}, odd);
    odd.length = 0;
    const told = tracker.event(cc(action, more), 0);
    expect(told.map(({ kind }) => kind).filter((kind) => kind !== 'deviceChanged')).toEqual(kinds);
    expect(odd).toEqual([]);
  });

  test('what is not known is noted and passed over', () => {
    const odd: string[] = [];
    const { tracker } = upTracker({ agents: [] }, odd);
    expect(tracker.event(cc('agent-teleported', { 'CC-Agent': '1001@default' }), 0)).toEqual([]);
    tracker.event(cc('agent-status-change', { 'CC-Agent': '1001@default', 'CC-Agent-Status': 'On Fire' }), 0);
    expect(odd).toEqual(['CC-Action that is not known: agent-teleported', 'status that is not known: On Fire']);
  });
});

test.each<[string, EslEvent, string | null]>([
  ['a reload', { 'Event-Name': 'RELOADXML' }, 'reload'],
  ['mod_callcenter loaded', { 'Event-Name': 'MODULE_LOAD', name: 'callcenter', key: 'mod_callcenter' }, 'reload'],
  ['mod_callcenter unloaded', { 'Event-Name': 'MODULE_UNLOAD', name: 'callcenter' }, 'reload'],
  ['another module', { 'Event-Name': 'MODULE_LOAD', name: 'echo', key: 'mod_dptools' }, null],
  ['an agent whom nobody knows', cc('agent-add', { 'CC-Agent': '1010@default' }), 'agent 1010@default is not known'],
])('after %s it is asked again', (_, event, wish) => {
  const { tracker } = upTracker();
  tracker.event(event, 0);
  expect(tracker.takeWish()).toBe(wish);
  expect(tracker.takeWish()).toBeNull();
});

test('another Core-UUID is a restart: no call and no registration is what it was', () => {
  const { tracker } = upTracker();
  tracker.event(channel('CREATE', { 'Core-UUID': 'one', 'Channel-Presence-ID': '1001@pbx' }), 0);
  const told = tracker.event({ 'Event-Name': 'HEARTBEAT', 'Core-UUID': 'two' }, 1);
  expect(told).toContainEqual({ kind: 'channelEnded', channelId: 'u1' });
  expect(tracker.takeWish()).toBe('restart');
});
