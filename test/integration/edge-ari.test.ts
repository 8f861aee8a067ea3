/** The ARI adapter on a real edge, a real site and real SIP phones: calls, and every way an offer can fail. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { atMost } from '../../src/pbx/asterisk-ari/ari-client.ts';
import { ari, until } from '../lab/asterisk/ari.ts';
import { outcome } from '../lab/asterisk/probe.ts';
import { enter, everybodyLeft, fullLog, ringFor, startWorld, talk, tidyUp } from './edge-ari-world.ts';
import type { World } from './edge-ari-world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

afterEach(async () => {
  await tidyUp(world);
  await everybodyLeft(world);
});

const variable = async (channelId: string, name: string): Promise<string> =>
  ari<{ value: string }>(world.edgePbx, world.lab.credentials, 'GET', `/channels/${channelId}/variable`, {
    variable: name,
  }).then(
    ({ value }) => value,
    () => '',
  );

describe('a call', () => {
  test('enters, hears ringing, its agent is rung with its id, answers, is bridged; the caller hangs up', async () => {
    await world.site.cli('pjsip set logger on');
    const caller = await enter(world, 'Zoë');
    expect(caller.entered.channel).toMatchObject({ state: 'ring', ani: '4930123456', callerName: 'Zoë' });
    expect(caller.entered.args).toContain('service=support');
    expect(await world.edge.treat(caller.channelId, '')).toBe(true);
    await caller.call.ringing;
    world.agent.behaviour = { kind: 'answer', afterMs: 50 };
    const { offerId, result } = ringFor(world, caller);
    expect(await result).toBe('ringing');
    await world.heard.wait('offerRinging', (event) => event.offerId === offerId);
    await world.heard.wait('offerAnswered', (event) => event.offerId === offerId);
    const request = {
      callId: caller.callId,
      callerChannelId: caller.channelId,
      offerId,
      recording: `r-${caller.callId}`,
    };
    expect(await world.edge.bridge(request)).toBe(true);
    await caller.call.answered;
    expect(fullLog(world.site)).toContain(`X-IPNT-Call: ${caller.callId}`);
    expect((await world.agent.waitFor('invited')).detail).toMatchObject({ fromName: 'Zoë' });
    const left = await world.edge.leftOvers();
    expect(left.callers).toMatchObject([{ channelId: caller.channelId, bridged: true, state: 'up' }]);
    expect(left.offers).toEqual([{ offerId, up: true, bridged: true }]);
    await until(
      async () => [...world.caller.calls.values()].find((call) => call.rtpReceived > 5),
      'the caller hears the agent',
    );
    await caller.call.hangup();
    expect(await world.heard.wait('callLeft')).toMatchObject({ channelId: caller.channelId, hungUp: true });
    expect(await world.edge.hangup(offerId, 'normal')).toBe(true);
    expect(await world.heard.wait('offerGone', (event) => event.offerId === offerId)).toMatchObject({
      offerId,
      cause: 16,
    });
    expect(await world.edge.hangup(offerId, 'normal')).toBe(false);
    expect(await world.edge.destroyBridge(caller.callId)).toBe(true);
    expect(await world.edge.destroyBridge(caller.callId)).toBe(false);
    const recording = join(world.edgePbx.dir, 'spool', 'recording', `r-${caller.callId}.wav`);
    await until(async () => existsSync(recording) || undefined, 'the recording is there');
    expect([world.heard.count('callLeft'), world.heard.count('offerAnswered'), world.heard.count('offerGone')]).toEqual(
      [1, 1, 1],
    );
  });

  test('ends when the agent hangs up, and goes on in the dialplan when told to', async () => {
    const { channelId, offerId, callId } = await talk(world);
    expect(await variable(channelId, 'TIMEOUT(absolute)')).toMatch(/^0?(\.0+)?$/);
    await world.agent.hangup();
    expect(await world.heard.wait('offerGone', (event) => event.offerId === offerId)).toMatchObject({
      offerId,
      cause: 16,
    });
    const answered = { IPNTSTATUS: 'ANSWERED', IPNT_ROUTE: 'return', IPNT_CALL: callId };
    expect(await world.edge.setVariables(channelId, answered)).toBe(true);
    expect(await world.edge.continueInDialplan(channelId)).toBe(true);
    expect(await world.heard.wait('callLeft')).toEqual({ kind: 'callLeft', channelId, hungUp: false });
    await until(async () => fullLog(world.edgePbx).includes(`status=ANSWERED`) || undefined, 'the dialplan went on');
    expect(await world.edge.setVariables(channelId, { IPNT_CALL: 'x' })).toBe(false);
    expect(await world.edge.treat(channelId, '')).toBe(false);
  });

  test('hears music, which answers it, and ringing again; each change once', async () => {
    const caller = await enter(world);
    expect(await world.edge.treat(caller.channelId, 'default')).toBe(true);
    await caller.call.answered;
    expect(await world.edge.treat(caller.channelId, 'default')).toBe(true);
    expect(await world.edge.treat(caller.channelId, '')).toBe(true);
    expect(await world.edge.treat(caller.channelId, 'default')).toBe(true);
    expect(await world.edge.hangup(caller.channelId, 'normal')).toBe(true);
    expect(await world.heard.wait('callLeft')).toMatchObject({ hungUp: true });
  });

  test('is taken out by the absolute timeout without having hung up', async () => {
    const caller = await enter(world);
    await world.edge.setAbsoluteTimeout(caller.channelId, 1);
    expect(await world.heard.wait('callLeft')).toMatchObject({ channelId: caller.channelId, hungUp: false });
  });

  test('is redirected before the answer, or turned away with a cause', async () => {
    const first = await enter(world);
    await expect(world.edge.redirect(first.channelId, 'sip:1001@host\r\nX: y')).rejects.toThrow(/contact/);
    expect(await world.edge.redirect(first.channelId, `sip:1001@${world.site.address}:5060`)).toBe(true);
    expect(await outcome(first.call)).toBe(302);
    const second = await enter(world);
    await world.edge.hangup(second.channelId, 'busy');
    expect(await outcome(second.call)).toBe(486);
    const third = await enter(world);
    await world.edge.hangup(third.channelId, 'congestion');
    expect(await outcome(third.call)).toBe(503);
  });

  test('has its agent whispered to, and the answer is said once', async () => {
    const caller = await enter(world);
    const { offerId } = ringFor(world, caller);
    await world.heard.wait('offerAnswered');
    expect(await world.edge.whisper(offerId, 'agent-announce^s^1')).toBe(true);
    expect(fullLog(world.edgePbx)).toMatch(new RegExp(`whispered to PJSIP/site-a.* for ${caller.callId}`));
    const request = { callId: caller.callId, callerChannelId: caller.channelId, offerId, recording: '' };
    expect(await world.edge.bridge(request)).toBe(true);
    expect(world.heard.count('offerAnswered', (event) => event.offerId === offerId)).toBe(1);
    expect(world.heard.count('offerGone', (event) => event.offerId === offerId)).toBe(0);
    await world.agent.hangup();
    await world.heard.wait('offerGone');
    expect(await world.edge.whisper(offerId, 'agent-announce^s^1')).toBe(false);
  });

  test.each([
    ['quotes', 'a" <sip:1@2>;x="\\', 'a'],
    ['4 kB', 'x'.repeat(4096), 'x'.repeat(79)],
    ['4 kB of UTF-8', '🦊'.repeat(1024), '🦊'.repeat(19)],
    ['UTF-8', '日本 Zoë 🦊', '日本 Zoë 🦊'],
  ])('with a hostile name: %s', async (_, name, shown) => {
    const caller = await enter(world, 'A');
    const { offerId, result } = ringFor(world, caller, { callerName: `${name}` });
    expect(await result).toBe('ringing');
    const { detail } = await world.agent.waitFor('invited');
    expect(detail['fromName']).toContain(shown);
    expect(detail['from']).toMatch(/^sip:4930123456@/);
    await world.edge.hangup(offerId, 'answered_elsewhere');
  });

  test('CR and LF in a name end no header', async () => {
    const caller = await enter(world, 'A');
    ringFor(world, caller, { callerName: 'Eve\r\nX-Evil: 1\r\n\r\nv=0' });
    expect((await world.agent.waitFor('invited')).detail['fromName']).toBe('Eve X-Evil: 1 v=0');
    expect(fullLog(world.site)).not.toMatch(/^X-Evil/m);
  });
});

/** The table "Results of an ARI originate" of the facts. */
describe('an offer fails', () => {
  test.each([
    ['busy', { kind: 'reject', code: 486 }, 17, 486],
    ['declined', { kind: 'reject', code: 603 }, 21, 403],
    ['480', { kind: 'reject', code: 480 }, 19, 480],
    ['503', { kind: 'reject', code: 503 }, 34, 503],
  ] as const)('%s', async (_, behaviour, cause, techCause) => {
    world.agent.behaviour = behaviour;
    const { offerId } = ringFor(world, await enter(world));
    const gone = await world.heard.wait('offerGone', (event) => event.offerId === offerId);
    expect(gone).toEqual({ kind: 'offerGone', offerId, cause, techCause });
  });

  test('no answer: at the timeout, rounded up to whole seconds', async () => {
    world.agent.behaviour = { kind: 'ring' };
    const { offerId } = ringFor(world, await enter(world), { timeoutMs: 300 });
    await world.heard.wait('offerRinging', (event) => event.offerId === offerId);
    expect(await world.heard.wait('offerGone', (event) => event.offerId === offerId)).toMatchObject({
      offerId,
      cause: 19,
    });
  });

  test('a phone that does not even say that it rings: never offerRinging', async () => {
    world.agent.behaviour = { kind: 'silent' };
    const { offerId } = ringFor(world, await enter(world), { timeoutMs: 1_000 });
    const gone = await world.heard.wait('offerGone', (event) => event.offerId === offerId);
    expect(gone).toMatchObject({ cause: 19 });
    expect(world.heard.count('offerRinging')).toBe(0);
  });

  test('cancelled: answered elsewhere reaches the phone', async () => {
    world.agent.behaviour = { kind: 'ring' };
    const { offerId } = ringFor(world, await enter(world));
    await world.heard.wait('offerRinging', (event) => event.offerId === offerId);
    await world.edge.hangup(offerId, 'answered_elsewhere');
    expect(await world.heard.wait('offerGone', (event) => event.offerId === offerId)).toMatchObject({ offerId });
    await world.agent.waitFor('cancelled');
  });

  test('unregistered agent, wrong extension', async () => {
    const caller = await enter(world);
    for (const [n, ext] of [
      [1, '1002'],
      [2, '1999'],
    ] as const) {
      const { offerId } = ringFor(world, caller, { n, endpoint: `PJSIP/${ext}@site-a` });
      const gone = await world.heard.wait('offerGone', (event) => event.offerId === offerId);
      expect(gone).toMatchObject({ cause: 1, techCause: 404 });
    }
  });

  test('unknown endpoint or technology: refused', async () => {
    const caller = await enter(world);
    expect(await ringFor(world, caller, { endpoint: 'PJSIP/1001@nowhere' }).result).toBe('refused');
    expect(await ringFor(world, caller, { endpoint: 'FOO/1001' }).result).toBe('refused');
    await expect(ringFor(world, caller, { endpoint: 'PJSIP/1 2' }).result).rejects.toThrow(/endpoint/);
  });
});

test('what stands on a large edge is read without killing it: half a megabyte is too much for its websocket', async () => {
  const { edgePbx, lab, edge } = world;
  const named = Array.from({ length: 400 }, (_, n) => `large${n}`);
  // Asterisk has ten connections waiting at most; of more, the kernel drops some, and tries again after seconds and then minutes.
  const inTurn = atMost(8);
  // Made by hand: a bridge's name is the shortest way to an answer that is as long as that of 1,500 channels.
  const make = (id: string) => ari(edgePbx, lab.credentials, 'POST', `/bridges/${id}`, { name: id.padEnd(1_500, 'x') });
  await Promise.all(named.map((id) => inTurn(() => make(id))));
  const { pid } = edgePbx;
  expect(await edge.leftOvers()).toEqual({ callers: [], offers: [] });
  expect(edgePbx.pid).toBe(pid);
  expect(await ari(edgePbx, lab.credentials, 'GET', '/asterisk/ping')).toMatchObject({ ping: 'pong' });
  await Promise.all(named.map((id) => inTurn(() => ari(edgePbx, lab.credentials, 'DELETE', `/bridges/${id}`))));
});
