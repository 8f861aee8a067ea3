/** Announcements: the ARI adapter on a real edge, a real site and real SIP phones. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ari, until } from '../lab/asterisk/ari.ts';
import type { EdgePbx } from '../../src/ports/edge-pbx.ts';
import { answeredAgent, enter, hearsMusic, isPlaying, listen, makeEdge, startWorld, tidyUp } from './edge-ari-world.ts';
import type { World } from './edge-ari-world.ts';

const WORDS = [{ sound: 'queue-thereare' }, { number: 45 }, { sound: 'queue-callswaiting' }];
const SHORT = [{ sound: 'beep' }];

let world: World;

beforeAll(async () => {
  world = await startWorld();
});

afterAll(() => world?.stop());

afterEach(() => tidyUp(world));

const variable = (channelId: string, name: string): Promise<string> =>
  ari<{ value: string }>(world.edgePbx, world.lab.credentials, 'GET', `/channels/${channelId}/variable`, {
    variable: name,
  }).then(({ value }) => value);

/** Ten times, since a slow one must not be luck. */
async function cutOffByBridge(edge: EdgePbx): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < 10; round++) {
    const caller = await enter({ ...world, edge });
    const offerId = await answeredAgent(world, caller, edge);
    const log = listen(world);
    const saying = edge.say(caller.channelId, [{ number: 777_777 }, ...WORDS], 'default');
    await isPlaying(log, 'digits/7');
    const started = performance.now();
    const request = { callId: caller.callId, callerChannelId: caller.channelId, offerId, recording: '' };
    expect(await edge.bridge(request)).toBe(true);
    took.push(performance.now() - started);
    expect(await saying).toBe(true);
    expect(await edge.say(caller.channelId, WORDS, 'default')).toBe(false);
    expect(log()).not.toContain('queue-callswaiting');
    await Promise.all([caller.call.hangup(), edge.hangup(offerId, 'normal')]);
    await world.heard.wait('offerGone', (event) => event.offerId === offerId);
    await until(async () => world.agent.calls.size === 0 || undefined, 'the agent is free again');
  }
  expect(Math.max(...took)).toBeLessThan(50);
}

describe('an announcement', () => {
  test('answers the caller, interrupts the music, is said in order, and the music goes on', async () => {
    const caller = await enter(world);
    await world.edge.treat(caller.channelId, 'default');
    const log = listen(world);
    expect(await world.edge.say(caller.channelId, WORDS, 'default')).toBe(true);
    await caller.call.answered;
    const said = [...log().matchAll(/Playing '([^.']+)/g)].map(([, name]) => name);
    expect(said).toEqual(['queue-thereare', 'digits/40', 'digits/5', 'queue-callswaiting']);
    await hearsMusic(log);
  });

  test('of a sound that is missing: the others are said, and the music goes on', async () => {
    const caller = await enter(world);
    const log = listen(world);
    expect(await world.edge.say(caller.channelId, [{ sound: 'nosuch' }, ...SHORT], 'default')).toBe(true);
    expect(log()).toContain("Playing 'beep.");
    await hearsMusic(log);
    expect(await world.edge.say(caller.channelId, [{ sound: 'nosuch' }], 'default')).toBe(true);
    await hearsMusic(log);
  });

  test('says something new: the old one is cut off', async () => {
    const caller = await enter(world);
    const log = listen(world);
    const first = world.edge.say(caller.channelId, WORDS, 'default');
    await isPlaying(log, 'queue-thereare');
    const second = world.edge.say(caller.channelId, SHORT, '');
    expect(await Promise.all([first, second])).toEqual([true, true]);
    expect(log()).not.toContain('queue-callswaiting');
  });

  test('ends with its caller', async () => {
    const caller = await enter(world);
    const log = listen(world);
    const saying = world.edge.say(caller.channelId, WORDS, 'default');
    await isPlaying(log, 'queue-thereare');
    await caller.call.hangup();
    expect(await saying).toBe(false);
    expect(await world.edge.say(caller.channelId, WORDS, 'default')).toBe(false);
  });

  test('is cut off by the bridge within 50 ms', () => cutOffByBridge(world.edge));

  test('is cut off by the bridge, over HTTP as well', async () => {
    const overHttp = makeEdge(world, world.cable.url, { transport: 'http' });
    await overHttp.start(world.heard.sink);
    try {
      await cutOffByBridge(overHttp);
    } finally {
      await overHttp.stop();
      await world.edge.start(world.heard.sink);
    }
  });

  test.each([
    ['the dialplan', (id: string) => world.edge.continueInDialplan(id)],
    ['music', (id: string) => world.edge.treat(id, 'default')],
  ])('is cut off by %s', async (_, act) => {
    const caller = await enter(world);
    const log = listen(world);
    const saying = world.edge.say(caller.channelId, WORDS, '');
    await isPlaying(log, 'queue-thereare');
    expect(await act(caller.channelId)).toBe(true);
    expect(await saying).toBe(true);
    expect(log()).not.toContain('queue-callswaiting');
  });

  test('lets variables wait, and nobody else: neither other calls, nor a decision about this one', async () => {
    const caller = await enter(world);
    const other = await enter(world);
    const log = listen(world);
    const saying = world.edge.say(caller.channelId, [...WORDS, ...WORDS], 'default');
    await isPlaying(log, 'queue-thereare');
    expect(Number(await variable(caller.channelId, 'TIMEOUT(absolute)'))).toBeGreaterThan(25);
    expect(await world.edge.setVariables(caller.channelId, { IPNT_PHASE: 'waiting' })).toBe(true);
    expect(await world.edge.setAbsoluteTimeout(caller.channelId, 20)).toBe(true);
    expect(await world.edge.setVariables(other.channelId, { IPNT_PHASE: 'waiting' })).toBe(true);
    expect(log()).not.toContain('queue-callswaiting');
    const started = performance.now();
    expect(await world.edge.setVariables(caller.channelId, { IPNTSTATUS: 'TIMEOUT' })).toBe(true);
    expect(await world.edge.continueInDialplan(caller.channelId)).toBe(true);
    expect(performance.now() - started).toBeLessThan(100);
    expect(await saying).toBe(true);
    await until(async () => log().includes('IPNT-RESULT status=TIMEOUT') || undefined, 'the dialplan goes on');
  });

  test('keeps what waits until it is over', async () => {
    const caller = await enter(world);
    const saying = world.edge.say(caller.channelId, SHORT, 'default');
    await world.edge.setVariables(caller.channelId, { IPNT_PHASE: 'waiting' });
    await world.edge.setAbsoluteTimeout(caller.channelId, 1);
    expect(await saying).toBe(true);
    expect(await variable(caller.channelId, 'IPNT_PHASE')).toBe('waiting');
    const left = await world.heard.wait('callLeft', ({ channelId }) => channelId === caller.channelId);
    expect(left.hungUp).toBe(false);
  });

  test('of a process that went is ended by the next', async () => {
    const caller = await enter(world);
    const log = listen(world);
    void world.edge.say(caller.channelId, [...WORDS, ...WORDS], 'default');
    await isPlaying(log, 'queue-thereare');
    const next = makeEdge(world, world.cable.url);
    await next.start(() => undefined);
    expect((await next.leftOvers()).callers).toMatchObject([{ channelId: caller.channelId, state: 'up' }]);
    expect(await next.setVariables(caller.channelId, { IPNTSTATUS: 'ERROR', IPNT_ROUTE: 'return' })).toBe(true);
    expect(await next.continueInDialplan(caller.channelId)).toBe(true);
    await caller.call.ended;
    expect(log()).not.toContain('queue-callswaiting');
    await next.stop();
    await world.edge.start(world.heard.sink);
  });

  test('that the link is lost in is given up; after it, the music goes on', async () => {
    const caller = await enter(world);
    const log = listen(world);
    const saying = world.edge.say(caller.channelId, [{ number: 777_777 }, ...WORDS], 'default');
    await isPlaying(log, 'digits/7');
    world.cable.cut();
    await world.heard.wait('linkDown');
    expect(await saying).toBe(false);
    await world.heard.wait('linkUp');
    await hearsMusic(log);
    expect(log()).not.toContain('queue-callswaiting');
  });

  test('takes sounds and numbers only', async () => {
    const caller = await enter(world);
    for (const prompt of [{ sound: 'a,recording:b' }, { sound: '../x' }, { number: 1.5 }, { number: -1 }])
      await expect(world.edge.say(caller.channelId, [prompt], '')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  });
});
