import { describe, expect, test } from 'vitest';
import { newMemory, reconcile, translate } from '../../../../src/pbx/asterisk-ari/translate.ts';
import type { Memory } from '../../../../src/pbx/asterisk-ari/translate.ts';
import { readEvent } from '../../../../src/pbx/asterisk-ari/wire.ts';

const channel = (id: string, state = 'Ring') => ({
  ...{ id, name: `PJSIP/callers-${id}`, state, language: 'en' },
  ...{ caller: { name: 'Ann', number: '4930' }, dialplan: { context: 'ipnt', exten: 's', priority: 24 } },
});

/** What a row of ARI JSON means, as `kind id extras`. */
function run(memory: Memory, json: object): string[] {
  const event = readEvent({ application: 'ipnt', asterisk_id: 'x', ...json });
  return (event ? translate(memory, event) : []).map((e) => {
    if (e.kind === 'callEntered') return `callEntered ${e.channel.channelId} ${e.args.join()}`;
    return Object.values(e).join(' ');
  });
}

const start = (id: string, args: string[] = [], state = 'Ring') => ({
  type: 'StasisStart',
  args,
  channel: channel(id, state),
});
const end = (id: string) => ({ type: 'StasisEnd', channel: channel(id) });
const hangup = (id: string) => ({ type: 'ChannelHangupRequest', channel: channel(id) });
const destroyed = (id: string, cause = 16, more = {}) => ({
  type: 'ChannelDestroyed',
  cause,
  channel: channel(id),
  ...more,
});
const state = (id: string, name: string) => ({ type: 'ChannelStateChange', channel: channel(id, name) });

/** Each row: what came, what it means. */
function table(rows: readonly (readonly [object, readonly string[]])[], memory = newMemory()): Memory {
  for (const [json, meaning] of rows) expect(run(memory, json), JSON.stringify(json)).toEqual(meaning);
  return memory;
}

describe('callers', () => {
  test('enter and hang up: once', () => {
    table([
      [start('e.0', ['service=a', 'priority=1']), ['callEntered e.0 service=a,priority=1']],
      [hangup('e.0'), []],
      [end('e.0'), ['callLeft e.0 true']],
      [destroyed('e.0'), []],
      [end('e.0'), []],
    ]);
  });

  test('leave by our own hand, or nobody knows why', () => {
    const memory = table([[start('e.0'), ['callEntered e.0 ']]]);
    const caller = memory.callers.get('e.0');
    if (caller) caller.leaving = true;
    table([[end('e.0'), ['callLeft e.0 false']]], memory);
    table([
      [start('e.1'), ['callEntered e.1 ']],
      [end('e.1'), ['doubtful e.1']],
      [start('e.1', ['report=ANSWER']), ['callEntered e.1 report=ANSWER']],
      [destroyed('e.1'), ['callLeft e.1 true']],
    ]);
  });

  test('that never entered are nothing', () => {
    table([
      [end('e.9'), []],
      [hangup('e.9'), []],
      [destroyed('e.9'), []],
    ]);
  });
});

describe('offers', () => {
  test('ring, are answered, and gone: once each', () => {
    table([
      [state('c1.offer1', 'Ringing'), ['offerRinging c1.offer1']],
      [state('c1.offer1', 'Ringing'), []],
      [state('c1.offer1', 'Up'), []],
      [start('c1.offer1', ['offer', 'c1.offer1'], 'Up'), ['offerAnswered c1.offer1']],
      [end('c1.offer1'), []],
      [destroyed('c1.offer1', 16), ['offerGone c1.offer1 16 0']],
      [destroyed('c1.offer1', 16), []],
    ]);
  });

  test('carry cause and SIP status', () => {
    table([[destroyed('c1.offer2', 17, { tech_cause: 486 }), ['offerGone c1.offer2 17 486']]]);
  });

  test('come back from a whisper without a second answer', () => {
    table([
      [start('c1.offer1', ['offer', 'c1.offer1'], 'Up'), ['offerAnswered c1.offer1']],
      [end('c1.offer1'), []],
      [start('c1.offer1', ['whispered=c1'], 'Up'), ['whispered c1.offer1']],
      [destroyed('c1.offer1'), ['offerGone c1.offer1 16 0']],
    ]);
  });
});

describe('trunks', () => {
  const endpoint = (type: string, name: string) => ({
    type,
    endpoint: { technology: 'PJSIP', resource: 'site-a', state: name, channel_ids: [] },
  });

  test('are told of when they change, if we watch them', () => {
    table([[endpoint('EndpointStateChange', 'offline'), []]]);
    const memory = newMemory();
    memory.trunks.set('PJSIP/site-a', true);
    table(
      [
        [endpoint('EndpointStateChange', 'online'), []],
        [endpoint('EndpointStateChange', 'offline'), ['trunkChanged PJSIP/site-a false']],
        [endpoint('EndpointStateChange', 'offline'), []],
        [endpoint('ContactStatusChange', 'offline'), ['trunkAsk PJSIP/site-a']],
        [endpoint('EndpointStateChange', 'unknown'), ['trunkChanged PJSIP/site-a true']],
      ],
      memory,
    );
  });
});

test('after a reconnect the ends that nobody saw are told, once', () => {
  const memory = table([
    [start('gone.1'), ['callEntered gone.1 ']],
    [start('dialplan.2'), ['callEntered dialplan.2 ']],
    [start('here.3'), ['callEntered here.3 ']],
    [start('c.offer1', ['offer', 'c.offer1']), ['offerAnswered c.offer1']],
    [start('c.offer2', ['offer', 'c.offer2']), ['offerAnswered c.offer2']],
  ]);
  const known = { callers: [...memory.callers.keys()], offers: [...memory.offers.keys()] };
  const alive = new Set(['dialplan.2', 'here.3', 'c.offer2']);
  const ends = () => reconcile(memory, known, alive, new Set(['here.3', 'c.offer2']));
  expect(ends()).toEqual([
    { kind: 'callLeft', channelId: 'gone.1', hungUp: true },
    { kind: 'callLeft', channelId: 'dialplan.2', hungUp: false },
    { kind: 'offerGone', offerId: 'c.offer1', cause: 0, techCause: 0 },
  ]);
  expect(ends()).toEqual([]);
  expect(run(memory, destroyed('c.offer1'))).toEqual([]);
});

test('unknown, malformed and hostile events are nothing, or clean', () => {
  for (const json of [null, 1, 'x', [], {}, { type: 'Nonsense' }, { type: 'constructor' }, { type: 'StasisStart' }])
    expect(readEvent(json)).toBeUndefined();
  const dirty = { ...channel('e.0'), caller: { name: `a\r\nb\0${'x'.repeat(5000)}`, number: '4930\n' } };
  const event = readEvent({ type: 'StasisStart', args: [], channel: dirty });
  const name = event?.type === 'StasisStart' ? event.channel.caller.name : '';
  expect(name).toMatch(/^a {2}b x+$/);
  expect(name).toHaveLength(256);
  expect(event?.type === 'StasisStart' && event.channel.caller.number).toBe('4930');
});

const key = (id: string, digit: string, timestamp = 't1') => ({
  ...{ type: 'ChannelDtmfReceived', timestamp, digit, duration_ms: 100 },
  channel: channel(id),
});

describe('keys', () => {
  test('of callers, agents who talk and customers are told, each press once', () => {
    table([
      [key('e.0', '1'), []],
      [start('e.0'), ['callEntered e.0 ']],
      [key('e.0', '1'), ['digitPressed e.0 1']],
      [key('e.0', '1'), []],
      [key('e.0', '1', 't2'), ['digitPressed e.0 1']],
      [key('e.0', 'x', 't3'), []],
      [state('c.offer1', 'Ringing'), ['offerRinging c.offer1']],
      [key('c.offer1', '*'), []],
      [start('c.offer1', [], 'Up'), ['offerAnswered c.offer1']],
      [key('c.offer1', '*'), ['digitPressed c.offer1 *']],
      [start('c.customer1', [], 'Up'), ['offerAnswered c.customer1']],
      [key('c.customer1', '#'), ['digitPressed c.customer1 #']],
      [destroyed('c.customer1'), ['offerGone c.customer1 16 0']],
      [key('c.customer1', '#', 't4'), []],
    ]);
  });
});

test('the end of an announcement is told by its channel and id', () => {
  const playback = { id: 'e.0.say1', target_uri: 'channel:e.0', media_uri: 'sound:beep', state: 'done' };
  table([[{ type: 'PlaybackFinished', playback }, ['said e.0 e.0.say1']]]);
});
