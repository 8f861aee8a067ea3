/** Keys of callers and agents, and customers who are called back: the ARI adapter on a real edge, a real site and real SIP phones. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { openPhone, quiet } from '../lab/asterisk/probe.ts';
import type { Phone } from '../lab/sip/phone.ts';
import {
  answeredAgent,
  enter,
  everybodyLeft,
  hearsMusic,
  isPlaying,
  listen,
  startWorld,
  talk,
} from './edge-ari-world.ts';
import type { World } from './edge-ari-world.ts';

const WORDS = [{ sound: 'queue-thereare' }, { number: 45 }, { sound: 'queue-callswaiting' }];
const SHORT = [{ sound: 'beep' }];

let world: World;
let customer: Phone;

beforeAll(async () => {
  world = await startWorld();
  customer = await openPhone('+4930777', world.lab.callerAddress, world.edgePbx, { rtp: true, localPort: 5060 });
});

afterAll(async () => {
  await customer?.stop();
  await world?.stop();
});

afterEach(async () => {
  customer.behaviour = { kind: 'answer', afterMs: 20 };
  await Promise.all([world.caller.hangup(), world.agent.hangup(), customer.hangup()]);
  await quiet(world.edgePbx, world.lab.credentials);
  await everybodyLeft(world);
  for (const heard of [world.heard, world.agent, world.caller, customer]) heard.mark();
});

describe('a key', () => {
  const digits = (): [string, string][] =>
    world.heard.since().flatMap((e) => (e.kind === 'digitPressed' ? [[e.channelId, e.digit] as [string, string]] : []));

  test.each([
    ['telephone-events in the RTP', (phone: Phone, callId: string, key: string) => phone.press(callId, key)],
    ['SIP INFO', (phone: Phone, callId: string, key: string) => phone.sendDtmf(callId, key)],
  ])('by %s is told: of a caller who waits, during an announcement, and of both in a talk', async (_, press) => {
    const caller = await enter(world);
    await world.edge.treat(caller.channelId, 'default');
    await caller.call.answered;
    await press(world.caller, caller.call.callId, '1');
    await world.heard.wait('digitPressed', ({ digit }) => digit === '1');
    const log = listen(world);
    const saying = world.edge.say(caller.channelId, [...WORDS, ...WORDS], 'default');
    await isPlaying(log, 'queue-thereare');
    await press(world.caller, caller.call.callId, '#');
    await world.heard.wait('digitPressed', ({ digit }) => digit === '#');
    const offerId = await answeredAgent(world, caller);
    await world.edge.bridge({
      ...{ callId: caller.callId, callerChannelId: caller.channelId, offerId, recording: '', keys: true },
    });
    await saying;
    const [atAgent] = world.agent.calls.values();
    // The site's Asterisk stands between: its Dial passes the keys on.
    for (const key of ['*', '7', '7']) {
      const before = digits().length;
      await press(world.agent, atAgent?.callId ?? '', key);
      await until(async () => digits().length > before || undefined, `the agent's ${key} is heard`);
    }
    await press(world.caller, caller.call.callId, '5');
    await world.heard.wait('digitPressed', ({ digit }) => digit === '5');
    expect(digits()).toEqual([
      [caller.channelId, '1'],
      [caller.channelId, '#'],
      [offerId, '*'],
      [offerId, '7'],
      [offerId, '7'],
      [caller.channelId, '5'],
    ]);
  });

  test('of a caller in the dialplan is told to nobody', async () => {
    const caller = await talk(world);
    await world.edge.setVariables(caller.channelId, { IPNTSTATUS: 'ANSWERED' });
    await world.edge.hangup(caller.offerId, 'normal');
    await world.heard.wait('offerGone');
    await world.edge.continueInDialplan(caller.channelId);
    await world.heard.wait('callLeft');
    expect(digits()).toEqual([]);
  });
});

test('a caller whom his agent sends back waits again, and talks to the next', async () => {
  const { callId, channelId, offerId } = await talk(world);
  const [atAgent] = world.agent.calls.values();
  for (const key of ['*', '7']) {
    await world.agent.press(atAgent?.callId ?? '', key);
    await world.heard.wait('digitPressed', (event) => event.channelId === offerId && event.digit === key);
  }
  expect(await world.edge.destroyBridge(callId)).toBe(true);
  expect(await world.edge.hangup(offerId, 'normal')).toBe(true);
  await world.heard.wait('offerGone', (event) => event.offerId === offerId);
  const log = listen(world);
  expect(await world.edge.say(channelId, SHORT, 'default')).toBe(true);
  await hearsMusic(log);
  await until(async () => world.agent.calls.size === 0 || undefined, 'the agent is free again');
  const next = `${callId}.offer2`;
  const { ani, callerName } = { ani: '4930', callerName: 'Ann' };
  const request = {
    offerId: next,
    callId,
    callerChannelId: channelId,
    endpoint: 'PJSIP/1001@site-a',
    timeoutMs: 5_000,
  };
  expect(await world.edge.ring({ ...request, ani, callerName })).toBe('ringing');
  await world.heard.wait('offerAnswered', (event) => event.offerId === next);
  expect(await world.edge.bridge({ callId, callerChannelId: channelId, offerId: next, recording: '' })).toBe(true);
  expect((await world.edge.leftOvers()).offers).toEqual([{ offerId: next, up: true, bridged: true }]);
  expect(world.heard.count('callLeft')).toBe(0);
});

describe('a customer who is called back', () => {
  const endpoint = (): string => `PJSIP/callers/sip:+4930777@${world.lab.callerAddress}:5060`;
  let calls = 0;

  const call = async (): Promise<{ callId: string; customerId: string }> => {
    const callId = `back${++calls}`;
    const customerId = `${callId}.customer1`;
    const request = { offerId: customerId, callId, callerChannelId: '', endpoint: endpoint() };
    const number = { ani: '+49305551000', callerName: '' };
    expect(await world.edge.ring({ ...request, ...number, timeoutMs: 5_000 })).toBe('ringing');
    return { callId, customerId };
  };

  test('sees the number of the service, hears music and words, presses keys, talks to an agent', async () => {
    const { callId, customerId } = await call();
    const { detail } = await customer.waitFor('invited');
    expect(detail['from']).toMatch(/^sip:(\+|%2B)?49305551000@/);
    await world.heard.wait('offerAnswered', ({ offerId }) => offerId === customerId);
    expect(await world.edge.treat(customerId, 'default')).toBe(true);
    const log = listen(world);
    expect(await world.edge.say(customerId, SHORT, 'default')).toBe(true);
    await hearsMusic(log);
    const [atCustomer] = customer.calls.values();
    await customer.press(atCustomer?.callId ?? '', '9');
    expect(await world.heard.wait('digitPressed')).toEqual({ kind: 'digitPressed', channelId: customerId, digit: '9' });
    expect((await world.edge.leftOvers()).offers).toEqual([{ offerId: customerId, up: true, bridged: false }]);
    const offerId = await answeredAgent(world, { callId, channelId: customerId });
    const saying = world.edge.say(customerId, WORDS, 'default');
    await isPlaying(log, 'queue-thereare');
    const request = { callId, callerChannelId: customerId, offerId, recording: '' };
    expect(await world.edge.bridge(request)).toBe(true);
    expect(await saying).toBe(true);
    const heardBefore = atCustomer?.rtpReceived ?? 0;
    await until(async () => (atCustomer?.rtpReceived ?? 0) > heardBefore + 5 || undefined, 'he hears the agent');
    const left = await world.edge.leftOvers();
    expect(left.callers).toEqual([]);
    expect(left.offers.map((offer) => [offer.offerId, offer.bridged]).sort()).toEqual([
      [customerId, true],
      [offerId, true],
    ]);
    await customer.hangup();
    const gone = await world.heard.wait('offerGone', (event) => event.offerId === customerId);
    expect(gone).toMatchObject({ cause: 16 });
    await world.edge.hangup(offerId, 'normal');
    await world.heard.wait('offerGone', (event) => event.offerId === offerId);
    await world.edge.destroyBridge(callId);
    expect(world.heard.count('callLeft') + world.heard.count('callEntered')).toBe(0);
  });

  test.each([
    ['busy', { kind: 'reject', code: 486 }, 17],
    ['declines', { kind: 'reject', code: 603 }, 21],
  ] as const)('%s', async (_, behaviour, cause) => {
    customer.behaviour = behaviour;
    const { customerId } = await call();
    expect(await world.heard.wait('offerGone')).toMatchObject({ offerId: customerId, cause });
  });

  test('is let go of when nobody serves him any more', async () => {
    const { customerId } = await call();
    await world.heard.wait('offerAnswered');
    await world.edge.treat(customerId, 'default');
    expect(await world.edge.setAbsoluteTimeout(customerId, 1)).toBe(true);
    await customer.waitFor('bye_received');
    expect(await world.heard.wait('offerGone')).toMatchObject({ offerId: customerId });
  });
});
