/** The site role on a call centre with FreeSWITCH: what it writes is what the PBX is, before and after everything that can break. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SITE_STALE_MS } from '../../src/core/model/site.ts';
import { Secret } from '../../src/settings/secret.ts';
import { findFreeswitch, NO_FREESWITCH } from '../lab/freeswitch/find.ts';
import { peopleOf } from '../lab/freeswitch/people.ts';
import type { People } from '../lab/freeswitch/people.ts';
import type { ReplayingFreeswitch } from '../lab/freeswitch/replaying.ts';
import type { FreeswitchPbx } from '../lab/freeswitch/site.ts';
import { startLab } from '../lab/lab.ts';
import type { Lab } from '../lab/lab.ts';
import { startRelay } from '../lab/relay.ts';
import type { Relay } from '../lab/relay.ts';
import { equalsFreshSnapshot, isUp, runAt, stopApps, timeless, until } from './site-world.ts';
import type { Running } from './site-world.ts';

const WRAP_UP_SEC = 2;

let lab: Lab;
let pbx: FreeswitchPbx;
let people: People;
const relays: Relay[] = [];

async function startCentre(kind: 'real' | 'replaying'): Promise<void> {
  lab = await startLab({
    edges: [],
    sites: [
      {
        ...{ name: 'vienna', freeswitch: kind, queues: { support: { wrapuptime: WRAP_UP_SEC }, sales: {} } },
        agents: [
          { ext: '1001', queues: { support: 0 } },
          { ext: '1002', queues: { support: 3, sales: 0 } },
        ],
      },
    ],
  });
  pbx = lab.freeswitches.get('vienna') as FreeswitchPbx;
  people = peopleOf(lab, pbx);
}

const run = (place: { host: string; port: number } = pbx.esl): Running =>
  runAt({
    ...{ siteId: 'vienna', title: 'Vienna', kind: 'freeswitch', host: place.host, port: place.port, agents: [] },
    ...{ password: new Secret(pbx.eslPassword), windowMs: 1_800_000 },
  });

/** Followed from now on, over a wire that can be cut, frozen and slowed down. */
async function followed(): Promise<{ site: Running; wire: Relay }> {
  const wire = await startRelay('127.0.0.1', pbx.esl);
  relays.push(wire);
  const site = run(wire);
  await isUp(site);
  return { site, wire };
}

const does = (site: Running, ext: string, activity: string): Promise<unknown> =>
  until(
    () => site.agent(ext),
    (agent) => agent?.activity === activity,
  );
const status = (site: Running, ext: string, wanted: string): Promise<unknown> =>
  until(
    () => site.agent(ext),
    (agent) => agent?.status === wanted,
  );
const same = (site: Running): Promise<void> => equalsFreshSnapshot(site, run());
const isDown = (site: Running, deadlineMs: number): Promise<unknown> =>
  until(site.rows, (rows) => rows.site.connection === 'down' && rows.site.pbxSeenAtMs === 0, deadlineMs);
const isBack = (site: Running): Promise<unknown> => until(site.rows, (rows) => rows.site.connection === 'up', 20_000);

afterEach(async () => {
  pbx.thaw();
  await stopApps();
  await Promise.all(relays.splice(0).map((relay) => relay.close()));
});
afterAll(() => stopAll());

async function stopAll(): Promise<void> {
  await people?.stop();
  await lab?.stop();
}

describe.each(['replaying', 'real'] as const)('on a %s FreeSWITCH', (kind) => {
  const missing = kind === 'real' && findFreeswitch() === undefined;
  beforeAll(async () => {
    if (!missing) await startCentre(kind);
  });
  afterAll(async () => {
    if (!missing) await stopAll();
  });

  const it = test.skipIf(missing);
  if (missing) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${NO_FREESWITCH}`));

  it('writes what the PBX is: agents, tiers as skills, registrations, queues', async () => {
    const { site } = await followed();
    const { agents, queues } = timeless(await site.rows());
    expect(agents.map(({ name, skills, status, activity }) => [name, skills, status, activity])).toEqual([
      ['1001@default', { 'queue:support': 10 }, 'ready', 'unreachable'],
      ['1002@default', { 'queue:sales': 10, 'queue:support': 7 }, 'ready', 'unreachable'],
    ]);
    expect(queues.map(({ name, waiting }) => [name, waiting])).toEqual([
      ['sales', 0],
      ['support', 0],
    ]);
    await until(site.seenAgoMs, (agoMs) => agoMs < SITE_STALE_MS, 2_000);
  });

  it('a phone that registers makes its agent idle, one that unregisters unreachable', async () => {
    const { site } = await followed();
    await people.register('1001');
    await does(site, '1001', 'idle');
    await people.unregister('1001');
    await does(site, '1001', 'unreachable');
    await people.register('1001');
    await people.register('1002');
    await does(site, '1002', 'idle');
    await same(site);
  });

  it.each([
    ["'On Break'", 'paused'],
    ["'Logged Out'", 'logged_out'],
    ["'Available (On Demand)'", 'ready'],
    ["'On Break'", 'paused'],
    ['Available', 'ready'],
  ])('a status set to %s makes him %s', async (set, wanted) => {
    const { site } = await followed();
    await pbx.cli(`callcenter_config agent set status 1001@default ${set}`);
    await status(site, '1001', wanted);
    await same(site);
  });

  it('a call of his queue: ringing, talking, wrap-up that no event tells, idle; counted once', async () => {
    const { site } = await followed();
    const call = await people.queueCall('support', '1001');
    await does(site, '1001', 'ringing');
    await until(site.rows, (rows) => rows.queues.some(({ name, waiting }) => name === 'support' && waiting === 1));
    await call.answer();
    await does(site, '1001', 'talking');
    await same(site);
    await call.end();
    const wrapping = await until(
      () => site.agent('1001'),
      (agent) => agent?.wrapUpUntilMs != null && agent.lastCallEndMs !== null,
    );
    const restMs = (wrapping?.wrapUpUntilMs ?? 0) - (wrapping?.lastCallEndMs ?? 0);
    expect(restMs).toBe(WRAP_UP_SEC * 1_000);
    const { queues } = await until(site.rows, (rows) => rows.queues.some(({ answered }) => answered === 1));
    expect(queues.find(({ name }) => name === 'support')).toMatchObject({ offered: 1, answered: 1, waiting: 0 });
    await same(site);
  });

  it('a call past his queues, which mod_callcenter does not see: ringing, talking, idle', async () => {
    const { site } = await followed();
    const call = await people.directCall('1002');
    await does(site, '1002', 'ringing');
    await call.answer();
    await does(site, '1002', 'talking');
    await same(site);
    await call.end();
    await does(site, '1002', 'idle');
    await same(site);
  });

  it('what changes silently is found soon after a reload: a tier, and statuses that are set back', async () => {
    const { site } = await followed();
    await pbx.cli("callcenter_config agent set status 1001@default 'On Break'");
    await status(site, '1001', 'paused');
    await pbx.cli('callcenter_config tier set level support@default 1002@default 4');
    await pbx.cli('reloadxml');
    await until(
      () => site.agent('1002'),
      (agent) => agent?.skills['queue:support'] === 3,
    );
    await pbx.cli('reload mod_callcenter');
    await status(site, '1001', 'ready');
    await same(site);
  });

  it('cut during a call: stale at once, and equal to a fresh snapshot when it is back', async () => {
    const { site, wire } = await followed();
    const call = await people.directCall('1001');
    await call.answer();
    await does(site, '1001', 'talking');
    wire.cut();
    await isDown(site, 2_000);
    await call.end();
    await pbx.cli("callcenter_config agent set status 1002@default 'On Break'");
    wire.restore();
    await isBack(site);
    await status(site, '1002', 'paused');
    await same(site);
    await pbx.cli('callcenter_config agent set status 1002@default Available');
  });

  it('frozen during a call: stale in time, and equal to a fresh snapshot when it is back', async () => {
    const { site } = await followed();
    const call = await people.directCall('1001');
    await does(site, '1001', 'ringing');
    await pbx.freeze();
    const started = performance.now();
    await until(site.seenAgoMs, (agoMs) => agoMs > SITE_STALE_MS, SITE_STALE_MS + 1_500);
    expect(performance.now() - started).toBeLessThan(SITE_STALE_MS + 1_000);
    pbx.thaw();
    await isBack(site);
    await same(site);
    await call.end();
    await does(site, '1001', 'idle');
    await same(site);
  });

  it('started again during a call: down, then as a fresh snapshot says, and no call is left', async () => {
    const { site } = await followed();
    const call = await people.directCall('1001');
    await call.answer();
    await does(site, '1001', 'talking');
    const restarting = pbx.restart();
    await isDown(site, 10_000);
    await restarting;
    await isBack(site);
    await same(site);
    expect((await site.rows()).site.callsInProgress).toBe(0);
    await people.register('1001');
    await does(site, '1001', 'idle');
  });
});

describe('on a replaying FreeSWITCH that misbehaves', () => {
  let replaying: ReplayingFreeswitch;
  beforeAll(async () => {
    await startCentre('replaying');
    replaying = pbx as ReplayingFreeswitch;
    await people.register('1001');
  });

  test.each(['fin', 'rst'] as const)('killed (%s): stale at once, back with another Core-UUID', async (how) => {
    const { site } = await followed();
    const { coreUuid } = replaying.model;
    await replaying.down(how);
    await isDown(site, 2_000);
    await replaying.up();
    expect(replaying.model.coreUuid).not.toBe(coreUuid);
    await isBack(site);
    await same(site);
  });

  test('our reading made slow: we leave long before its send queue is full, and come back when it is not', async () => {
    const { site, wire } = await followed();
    const { server } = replaying;
    let longest = 0;
    wire.slow(100_000);
    const pour = setInterval(() => {
      for (let i = 0; i < 20; i++) replaying.directCall('1001').end();
      longest = Math.max(longest, server.queued);
    }, 50);
    try {
      await isDown(site, 20_000);
    } finally {
      clearInterval(pour);
    }
    expect(longest).toBeGreaterThan(100);
    expect(longest).toBeLessThan(50_000);
    expect(server.isStuck).toBe(false);
    expect(site.log.join('\n')).toMatch(/left by itself|no answer/);
    wire.restore();
    await isBack(site);
    await same(site);
  });
});
