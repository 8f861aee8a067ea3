/** The ARI adapter and its link on a real edge: cut, frozen, taken over, refused; and trunks that go and come. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { quiet } from '../lab/asterisk/probe.ts';
import { enter, Heard, makeEdge, ringFor, startWorld, talk } from './edge-ari-world.ts';
import type { World } from './edge-ari-world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

afterEach(async () => {
  // A test that failed while Asterisk stood must not take the others along.
  world.edgePbx.thaw();
  world.site.thaw();
  await Promise.all([world.caller.hangup(), world.agent.hangup()]);
  await quiet(world.edgePbx, world.lab.credentials);
  world.heard.mark();
});

describe('the link', () => {
  test('is cut: linkDown, linkUp, and what was left is found and followed', async () => {
    const waiting = await enter(world);
    const marks = { IPNT_CALL: 'w1', IPNT_SERVICE: 'support', IPNT_PHASE: 'waiting' };
    await world.edge.setVariables(waiting.channelId, marks);
    const talking = await talk(world);
    await world.edge.setVariables(talking.channelId, { IPNT_CALL: talking.callId, IPNT_AGENT: 'site-a/PJSIP/1001' });
    world.heard.mark();
    world.cable.cut();
    await world.heard.wait('linkDown');
    await expect(world.edge.hangup('x', 'normal')).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
    await world.heard.wait('linkUp');
    const left = await world.edge.leftOvers();
    const byId = (id: string) => left.callers.find((caller) => caller.channelId === id);
    expect(byId(waiting.channelId)).toMatchObject({
      callId: 'w1',
      service: 'support',
      phase: 'waiting',
      bridged: false,
    });
    expect(byId(talking.channelId)).toMatchObject({ agentId: 'site-a/PJSIP/1001', bridged: true });
    expect(left.offers).toEqual([{ offerId: talking.offerId, up: true, bridged: true }]);
    await waiting.call.hangup();
    await world.heard.wait('callLeft', (event) => event.channelId === waiting.channelId && event.hungUp);
    expect(world.heard.count('callLeft')).toBe(1);
    expect(world.cable.sockets()).toBe(1);
  });

  test('is cut while a caller and an agent hang up: their ends are told afterwards', async () => {
    const talking = await talk(world);
    await world.cable.close();
    await world.heard.wait('linkDown');
    await Promise.all([talking.call.hangup(), world.agent.hangup()]);
    await quiet(world.edgePbx, world.lab.credentials);
    world.heard.mark();
    await world.cable.reopen();
    expect(await world.heard.wait('callLeft')).toMatchObject({ channelId: talking.channelId, hungUp: true });
    expect(await world.heard.wait('offerGone', (event) => event.offerId === talking.offerId)).toMatchObject({
      offerId: talking.offerId,
    });
  });

  test.each([
    ['half-open', (on: boolean) => world.cable.freeze(on)],
    ['frozen with Asterisk', (on: boolean) => (on ? world.edgePbx.freeze() : world.edgePbx.thaw())],
  ])('is %s: linkDown within 3.5 s, one socket afterwards', async (_, freeze) => {
    world.heard.mark();
    await freeze(true);
    const startedMs = performance.now();
    const late = world.edge.hangup('x', 'normal');
    await expect(late).rejects.toMatchObject({ code: 'ARI_UNREACHABLE' });
    expect(performance.now() - startedMs).toBeLessThan(1800);
    await world.heard.wait('linkDown');
    expect(performance.now() - startedMs).toBeLessThan(3500);
    await freeze(false);
    await world.heard.wait('linkUp', () => true, 15_000);
    expect(await world.edge.hangup('x', 'normal')).toBe(false);
    expect(world.heard.count('replaced')).toBe(0);
    expect(world.cable.sockets()).toBe(1);
  });

  test('is lost with Asterisk, which comes back without its calls', async () => {
    const talking = await talk(world);
    await world.edgePbx.restart();
    await world.heard.wait('linkUp', () => true, 15_000);
    expect(await world.heard.wait('callLeft')).toMatchObject({ channelId: talking.channelId, hungUp: true });
    expect(await world.heard.wait('offerGone')).toMatchObject({ offerId: talking.offerId });
    expect(await world.edge.leftOvers()).toEqual({ callers: [], offers: [] });
    await world.lab.trunksUp();
  });

  test('is taken over: replaced once, and not taken back until started again', async () => {
    const other = makeEdge(world, world.cable.url);
    const otherHeard = new Heard();
    await other.start(otherHeard.sink);
    await world.heard.wait('replaced');
    await world.heard.wait('linkDown');
    await enterOther(otherHeard);
    expect([world.heard.count('replaced'), world.heard.count('callEntered'), world.cable.sockets()]).toEqual([1, 0, 1]);
    await world.edge.start(world.heard.sink);
    await otherHeard.wait('replaced');
    expect(world.cable.sockets()).toBe(1);
    await other.stop();
  });

  test('works over HTTP alone, for an Asterisk without REST over the websocket', async () => {
    const edge = makeEdge(world, world.cable.url, { transport: 'http' });
    const heard = new Heard();
    await edge.start(heard.sink);
    const http: World = { ...world, edge, heard };
    const { channelId, offerId, call } = await talk(http, '');
    expect(await edge.hangup('nobody', 'normal')).toBe(false);
    expect(await ringFor(http, { ...(await enter(http)) }, { endpoint: 'PJSIP/1@nowhere' }).result).toBe('refused');
    await call.hangup();
    await heard.wait('callLeft', (event) => event.channelId === channelId && event.hungUp);
    expect(await edge.treat(channelId, '')).toBe(false);
    expect(await edge.bridge({ callId: 'h1', callerChannelId: channelId, offerId, recording: '' })).toBe(false);
    expect(await edge.hangup(offerId, 'normal')).toBe(true);
    await heard.wait('offerGone');
    await edge.stop();
    await world.edge.start(world.heard.sink);
  });

  async function enterOther(heard: Heard): Promise<void> {
    const call = world.caller.call('support');
    await heard.wait('callEntered');
    await call.hangup();
  }

  test('has a wrong password: one clear line without it, and no end to trying', async () => {
    const logged: string[] = [];
    const wrong = makeEdge({ lab: world.lab, logged }, world.cable.url, { password: 'geheim-77' });
    void wrong.start(() => undefined);
    await until(async () => logged.find((line) => line.includes('refused the login')), 'it is logged');
    await wrong.stop();
    expect(logged).toHaveLength(1);
    expect(logged[0]).toMatch(/^error .*127\.0\.\d+\.\d+:\d+: ARI refused the login of ipnt \(401\); check user/);
    expect([...logged, ...world.logged].join('\n')).not.toMatch(
      new RegExp(`geheim|${world.lab.credentials.ariPassword}`),
    );
  });
});

describe('a trunk', () => {
  test('goes down: said, and an originate is refused at once; and comes back', async () => {
    expect([world.edge.trunkOnline('PJSIP/site-a'), world.edge.trunkOnline('PJSIP/unknown')]).toEqual([true, true]);
    await world.site.freeze();
    expect(await world.heard.wait('trunkChanged', () => true, 10_000)).toMatchObject({
      trunk: 'PJSIP/site-a',
      online: false,
    });
    expect(world.edge.trunkOnline('PJSIP/site-a')).toBe(false);
    const startedMs = performance.now();
    expect(await ringFor(world, await enter(world)).result).toBe('refused');
    expect(performance.now() - startedMs).toBeLessThan(1000);
    world.site.thaw();
    await world.heard.wait('trunkChanged', (event) => event.online, 10_000);
  });
});
