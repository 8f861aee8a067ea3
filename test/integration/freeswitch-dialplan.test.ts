/** The site's shipped FreeSWITCH dialplan on a real FreeSWITCH with real SIP calls: call ids, busy both ways, feature codes. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { outcome } from '../lab/asterisk/probe.ts';
import { findFreeswitch, NO_FREESWITCH } from '../lab/freeswitch/find.ts';
import type { FreeswitchPbx } from '../lab/freeswitch/site.ts';
import { startLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { Phone } from '../lab/sip/phone.ts';
import type { RingBehaviour } from '../lab/sip/phone.ts';

const AT_ONCE: RingBehaviour = { kind: 'answer', afterMs: 30 };

let lab: Lab;
let site: FreeswitchPbx;
/** Calls from an edge's address, as the trunk does. */
let trunk: Phone;
let siteCaller: Phone;
/** Calls the trunk's port from an address that is no edge's. */
let stranger: Phone;
const phones = new Map<string, Phone>();

const phone = (ext: string): Phone => phones.get(ext) as Phone;
const all = (): Phone[] => [trunk, siteCaller, stranger, ...phones.values()];

async function open(
  name: string,
  localAddress: string,
  server: Phone['uri'] | { host: string; port: number },
  more = {},
) {
  const opened = new Phone({ name, localAddress, server: server as { host: string; port: number }, ...more });
  await opened.start();
  return opened;
}

async function stateOf(agent: string): Promise<string> {
  return (await site.cli(`callcenter_config agent get state ${agent}@default`)).trim();
}

async function statusOf(agent: string): Promise<string> {
  return (await site.cli(`callcenter_config agent get status ${agent}@default`)).trim();
}

/** Both channels of a call. The list is some milliseconds behind what the phones see. */
async function legs(): Promise<{ uuid: string }[] | undefined> {
  const { rows } = JSON.parse(await site.cli('show channels as json')) as { rows?: { uuid: string }[] };
  return rows?.length === 2 ? rows : undefined;
}

const talksForHisQueue = (): Promise<true> =>
  until(async () => (await stateOf('1001')) === 'In a queue call' || undefined, 'he talks');

/** No call, and every agent is there for his queues. */
async function quiet(): Promise<void> {
  await until(
    async () => ((await site.cli('show channels count')).includes('0 total') ? true : undefined),
    'no call',
    8_000,
  );
  for (const agent of ['1001', '1002'])
    await until(async () => ((await stateOf(agent)) === 'Waiting' ? true : undefined), `${agent} waits`, 8_000);
}

describe.skipIf(findFreeswitch() === undefined)(`on a real FreeSWITCH (else NOT RUN: ${NO_FREESWITCH})`, () => {
  beforeAll(async () => {
    lab = await startLab({
      edges: [],
      sites: [
        {
          ...{ name: 'lyon', freeswitch: 'real', queues: { support: {}, sales: {} } },
          agents: [{ ext: '1001', queues: { support: 0 } }, { ext: '1002', queues: { sales: 0 } }, { ext: '1003' }],
        },
      ],
    });
    site = lab.freeswitches.get('lyon') as FreeswitchPbx;
    trunk = await open('trunk', `127.0.${lab.slot}.10`, site.sip);
    siteCaller = await open('5556789', lab.callerAddress, site.phones);
    stranger = await open('stranger', lab.callerAddress, site.sip);
    for (const name of ['1001', '1002', '1003']) {
      const password = lab.credentials.sipPassword(name);
      phones.set(
        name,
        await open(name, lab.phoneAddress, site.phones, { password, behaviour: AT_ONCE, secondCall: 'accept' }),
      );
      await phone(name).register();
    }
  });

  afterAll(async () => {
    await Promise.all(all().map((one) => one?.stop()));
    await lab?.stop();
  });

  afterEach(async () => {
    for (const one of phones.values()) one.behaviour = AT_ONCE;
    await Promise.all([trunk, siteCaller, stranger].map((one) => one.hangup()));
    await quiet();
    for (const one of all()) one.mark();
  });

  test.each([
    ['edge1-17-3', ['edge1-17-3', 'edge1-17-3']],
    ['edge1;evil', ['_undef_', '_undef_']],
  ])('X-IPNT-Call %s of a routed call is on its legs as %j', async (id, kept) => {
    await trunk.call('1001', { headers: { 'X-IPNT-Call': id } }).answered;
    await phone('1001').waitFor('confirmed');
    const rows = await until(legs, 'both legs');
    const ids = await Promise.all(rows.map(({ uuid }) => site.cli(`uuid_getvar ${uuid} ipnt_call`)));
    expect(ids.map((one) => one.trim())).toEqual(kept);
  });

  test.each<[string, string, RingBehaviour, number]>([
    ['answers', '1001', { kind: 'answer', afterMs: 30 }, 200],
    ['is busy', '1001', { kind: 'reject', code: 486 }, 486],
    ['declines', '1001', { kind: 'reject', code: 603 }, 603],
    ['is away', '1001', { kind: 'reject', code: 480 }, 480],
    ['forwards', '1001', { kind: 'redirect', to: 'sip:600@127.0.0.1' }, 410],
  ])('a phone that %s', async (_what, ext, behaviour, code) => {
    phone(ext).behaviour = behaviour;
    expect(await outcome(trunk.call(ext))).toBe(code);
  });

  test('a phone that is not registered', async () => {
    await phone('1003').unregister();
    expect(await outcome(trunk.call('1003'))).toBe(404);
    await phone('1003').register();
  });

  test.each([
    ['an outside line', '004930123456'],
    ['a feature code', '*61'],
    ['the echo of the phones', '600'],
    ['a queue that is not there', 'queue-nothing'],
  ])('%s cannot be reached from the edge', async (_what, number) => {
    expect(await outcome(trunk.call(number))).toBe(404);
  });

  test('nobody but an edge may call the trunk', async () => {
    expect(await outcome(stranger.call('1001'))).toBe(403);
  });

  test('a queue of the site can be reached from the edge; it answers at once, and rings its agent', async () => {
    phone('1001').behaviour = { kind: 'ring' };
    const call = trunk.call('queue.support');
    await phone('1001').waitFor('ringing');
    await call.answered;
    phone('1001').answer();
    await phone('1001').waitFor('confirmed');
    await talksForHisQueue();
  });

  test('an agent in a call of his queue is busy for the edge, and so is one whom it rings', async () => {
    phone('1001').behaviour = { kind: 'ring' };
    await siteCaller.call('queue-support').ringing;
    await phone('1001').waitFor('ringing');
    expect(await outcome(trunk.call('1001'))).toBe(486);
    phone('1001').answer();
    await talksForHisQueue();
    expect(await outcome(trunk.call('1001'))).toBe(486);
    expect(phone('1001').calls.size).toBe(1);
  });

  test('an agent in a routed call is not rung by his queue, and is when that has ended', async () => {
    const routed = trunk.call('1001');
    await routed.answered;
    const own = siteCaller.call('queue-support');
    await own.answered;
    const counted = async (): Promise<true | undefined> =>
      (await site.cli('callcenter_config queue list members support@default')).includes('|Waiting|') || undefined;
    await until(counted, 'the caller waits');
    // A second routed call is told so too, and meets the queue's next looks (it has one every 100 ms).
    expect(await outcome(trunk.call('1001'))).toBe(486);
    expect(phone('1001').entries.filter(({ what }) => what === 'invited').length).toBeGreaterThan(0);
    expect(phone('1001').calls.size).toBe(1);
    await routed.hangup();
    await phone('1001').waitFor('invited', undefined, 5_000);
  });

  test('an agent who transferred his routed call away is free again, for the edge and for his queue', async () => {
    await trunk.call('1001').answered;
    await phone('1001').waitFor('confirmed');
    const [held = ''] = [...phone('1001').calls.keys()];
    await phone('1001').blindTransfer(held, '1003');
    await phone('1003').waitFor('confirmed');
    await until(async () => (phone('1001').calls.size === 0 ? true : undefined), 'his leg is gone');
    phone('1001').mark();
    const own = siteCaller.call('queue-support');
    await phone('1001').waitFor('confirmed', undefined, 5_000);
    await own.hangup();
    await until(async () => ((await stateOf('1001')) === 'Waiting' ? true : undefined), 'he waits');
    expect(await outcome(trunk.call('1001'))).toBe(200);
  });

  test('of the queue and the edge at the same moment, one gets the agent', async () => {
    for (let round = 0; round < 10; round++) {
      phone('1001').mark();
      const before = phone('1001').entries.filter(({ what }) => what === 'invited').length;
      const own = siteCaller.call('queue-support');
      const ours = trunk.call('1001');
      await phone('1001').waitFor('confirmed');
      expect([200, 486]).toContain(await outcome(ours));
      expect(phone('1001').entries.filter(({ what }) => what === 'invited').length - before).toBe(1);
      await Promise.all([own.hangup(), ours.hangup()]);
      await quiet();
    }
  });

  test.each([
    ['*62', 'On Break'],
    ['*61', 'Available'],
    ['*621', 'On Break'],
    ['*63', 'Logged Out'],
    ['*61', 'Available'],
  ])('feature code %s: %s, of the user who dialled it', async (code, status) => {
    await phone('1002').call(code, { fromUser: '1001' }).ended;
    await until(async () => ((await statusOf('1002')) === status ? true : undefined), `1002 is ${status}`);
    expect(await statusOf('1001')).toBe('Available');
  });

  test('a feature code of who is no agent of mod_callcenter is refused', async () => {
    expect(await outcome(phone('1003').call('*61'))).toBe(404);
  });

  test('without mod_callcenter a routed call is the same', async () => {
    await site.cli('unload mod_callcenter');
    expect(await outcome(trunk.call('1001'))).toBe(200);
    expect(await outcome(trunk.call('1001'))).toBe(486);
    await trunk.hangup();
    await site.cli('load mod_callcenter');
  });
});
