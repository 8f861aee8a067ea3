/** The site role on a real Asterisk that gives ARI alone, to a user who may only read. */
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { recordSite } from '../../src/apps/site/record.ts';
import { replayPath } from '../../src/apps/site/replay.ts';
import { SITE_STALE_MS } from '../../src/core/model/site.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { noLog } from '../../src/runtime/log.ts';
import {
  ariSite,
  asterisk,
  caller,
  callsUnderWay,
  endOfTest,
  equalsFreshSnapshot,
  isUp,
  lab,
  phone,
  runAri as run,
  startSite,
  timeless,
  until,
  wire,
} from './site-world.ts';
import type { Running } from './site-world.ts';

beforeAll(startSite);
afterEach(endOfTest);
afterAll(() => lab.stop());

const active = (site: Running, ext: string, activity: string) =>
  until(
    () => site.agent(ext),
    (row) => row?.activity === activity,
  );

const queueIs = (site: Running, wanted: Record<string, unknown>) =>
  until(
    async () => (await site.rows()).queues.find(({ name }) => name === 'support'),
    (row) => row !== undefined && Object.entries(wanted).every(([key, value]) => Object(row)[key] === value),
  );

const noDifferences = async (site: Running) => {
  const before = site.app.state.audits;
  site.app.requestSnapshot('audit');
  const { lastAudit } = await until(
    () => site.app.state,
    ({ audits }) => audits > before,
  );
  expect(lastAudit).toEqual({ differences: 0, examples: [] });
};

describe('a site over ARI', () => {
  test('its endpoints are its agents, by the names they are configured with; its trunks are not', async () => {
    const site = run();
    await isUp(site);
    const { agents, queues } = timeless(await site.rows());
    expect(agents.map(({ name, title, skills, status, activity }) => [name, title, skills, status, activity])).toEqual([
      ['PJSIP/1001', 'Ada', {}, 'ready', 'unreachable'],
      ['PJSIP/1002', 'Bob', {}, 'ready', 'unreachable'],
      ['PJSIP/1003', 'Carl', {}, 'ready', 'unreachable'],
      ['PJSIP/2001', 'Eve', {}, 'ready', 'unreachable'],
    ]);
    expect(queues).toEqual([]);
    expect(await site.seenAgoMs()).toBeLessThan(SITE_STALE_MS);
    expect(site.app.state.model.pbxVersion).toMatch(/^\d+\./);
    expect(site.log.filter((line) => /^(warn|error)/.test(line))).toEqual([]);
  });

  test('agents of the settings are the only ones where there are any', async () => {
    const site = run({ agents: ['PJSIP/1002'], trunks: [] });
    await isUp(site);
    expect((await site.rows()).agents.map(({ name }) => name)).toEqual(['PJSIP/1002']);
  });

  test('a direct call rings, talks and ends in the rows; a phone that leaves is unreachable', async () => {
    const site = run();
    await isUp(site);
    const called = await phone('1001', { kind: 'ring' });
    const calling = await phone('1002', { kind: 'ring' });
    await active(site, '1001', 'idle');
    const call = calling.call('1001');
    await active(site, '1001', 'ringing');
    await active(site, '1002', 'talking');
    await until(site.rows, ({ site: row }) => row.callsInProgress === 1);
    await noDifferences(site);
    called.answer();
    await active(site, '1001', 'talking');
    await call.answered;
    await noDifferences(site);
    expect((await site.rows()).site.callsInProgress).toBe(1);
    await equalsFreshSnapshot(site);
    await call.hangup();
    const idle = await active(site, '1001', 'idle');
    expect(Date.now() - (idle?.idleSinceMs ?? 0)).toBeLessThan(3_000);
    await until(site.rows, ({ site: row }) => row.callsInProgress === 0);
    await called.unregister();
    await active(site, '1001', 'unreachable');
    await equalsFreshSnapshot(site);
  });

  test('a feature code sets the status of an agent', async () => {
    const site = run();
    await isUp(site);
    const agent = await phone('1003', { kind: 'ring' });
    await agent.call('*621').ended;
    await until(
      () => site.agent('1003'),
      (row) => row?.status === 'paused' && row.pauseReason === 'lunch',
    );
    await agent.call('*63').ended;
    await until(
      () => site.agent('1003'),
      (row) => row?.status === 'logged_out',
    );
    await noDifferences(site);
    await agent.call('*61').ended;
    await until(
      () => site.agent('1003'),
      (row) => row?.status === 'ready',
    );
  });
});

describe('a queue that the dialplan reports', () => {
  test('waits, is answered, and has its figures; a caller who gives up counts as such', async () => {
    const site = run();
    await isUp(site);
    const agent = await phone('1001', { kind: 'ring' });
    const call = (await caller()).call('reported-support');
    await queueIs(site, { waiting: 1, offered: 1 });
    await active(site, '1001', 'ringing');
    await noDifferences(site);
    agent.answer();
    await queueIs(site, { waiting: 0, answered: 1 });
    await active(site, '1001', 'talking');
    await noDifferences(site);
    expect((await site.rows()).site.callsInProgress).toBe(1);
    await call.hangup();
    const idle = await active(site, '1001', 'idle');
    expect(idle?.lastCallEndMs).not.toBeNull();

    const impatient = (await caller()).call('reported-support');
    impatient.answered.catch(() => undefined);
    await queueIs(site, { waiting: 1 });
    await impatient.hangup();
    await queueIs(site, { waiting: 0, offered: 2, answered: 1, abandoned: 1 });
    await equalsFreshSnapshot(site);
  });

  test('a transfer by the agent ends his part: he is idle while the caller talks on', async () => {
    const site = run();
    await isUp(site);
    const agent = await phone('1001', { kind: 'answer', afterMs: 50 });
    await phone('1003', { kind: 'answer', afterMs: 50 });
    const call = (await caller()).call('reported-support');
    await call.answered;
    await active(site, '1001', 'talking');
    const { call: id } = await agent.waitFor('confirmed');
    await agent.blindTransfer(id, '1003');
    await active(site, '1001', 'idle');
    await active(site, '1003', 'talking');
    await queueIs(site, { waiting: 0, answered: 1 });
    await until(site.rows, ({ site: row }) => row.callsInProgress === 1);
    await noDifferences(site);
    await equalsFreshSnapshot(site);
  });
});

test('what is recorded replays to the state that was live, and tells neither password nor number', async () => {
  const dir = mkdtempSync(join(lab.dir, 'record-'));
  const enough = new AbortController();
  let heard: () => void = () => undefined;
  const live = new Promise<void>((resolve) => (heard = resolve));
  const common = { dir, clock: systemClock, log: noLog, until: enough.signal, onSnapshot: () => heard() };
  const recording = recordSite({ ...common, site: ariSite() });
  await live;
  const site = run();
  await isUp(site);
  await callsUnderWay('reported-support');
  await queueIs(site, { waiting: 1 });
  await active(site, '1002', 'ringing');
  enough.abort();
  const { files, view } = await recording;
  expect(files).toEqual([join(dir, 'berlin-1.ari')]);
  const replayed = replayPath(dir);
  const untimed = (value: unknown) => JSON.stringify(value, (key, of: unknown) => (/Ms$/.test(key) ? 0 : of));
  expect(untimed(replayed.state)).toBe(untimed(view));
  expect(replayed.state).toMatchObject({ connection: 'up', callsInProgress: 2 });
  expect(replayed.state.queues).toEqual([expect.objectContaining({ name: 'support', waiting: 1, answered: 1 })]);
  const text = readdirSync(dir)
    .map((file) => readFileSync(join(dir, file), 'utf8'))
    .join();
  expect(text).not.toContain(lab.credentials.ariPassword);
  expect(text).not.toContain('030123456');
});

describe('what breaks', () => {
  test('cut during calls: stale at once, and equal to a fresh snapshot when it is back', async () => {
    const line = await wire(asterisk.http);
    const site = run({}, { url: `http://${line.host}:${line.port}` });
    await isUp(site);
    const { talk } = await callsUnderWay('reported-support');
    await active(site, '1001', 'talking');
    // All devices have been told of: see endOfTest.
    await active(site, '1002', 'ringing');
    await queueIs(site, { waiting: 1 });
    line.cut();
    const down = await until(site.rows, (rows) => rows.site.connection === 'down', 2_000);
    expect(down.site.pbxSeenAtMs).toBe(0);
    await talk.hangup();
    (await caller()).call('reported-support').answered.catch(() => undefined);
    line.mend();
    await until(site.rows, (rows) => rows.site.connection === 'up', 15_000);
    await equalsFreshSnapshot(site);
    await queueIs(site, { waiting: 1 });
  });

  test('frozen during calls: stale in time, and equal to a fresh snapshot when it is back', async () => {
    const site = run();
    await isUp(site);
    await callsUnderWay('reported-support');
    await active(site, '1002', 'ringing');
    await asterisk.freeze();
    const started = performance.now();
    await until(site.seenAgoMs, (agoMs) => agoMs > SITE_STALE_MS, SITE_STALE_MS + 1_500);
    expect(performance.now() - started).toBeLessThan(SITE_STALE_MS + 1_000);
    expect(site.log.some((line) => line.includes('no sign of life'))).toBe(true);
    asterisk.thaw();
    await until(site.rows, (rows) => rows.site.connection === 'up', 20_000);
    await equalsFreshSnapshot(site);
  });

  test('restarted during calls: equal to a fresh snapshot when it is back', async () => {
    const site = run();
    await isUp(site);
    await callsUnderWay('reported-support');
    await queueIs(site, { waiting: 1 });
    await asterisk.restart();
    await until(site.rows, (rows) => rows.site.connection === 'up', 15_000);
    await equalsFreshSnapshot(site);
    expect((await site.rows()).site.callsInProgress).toBe(0);
    await queueIs(site, { waiting: 0 });
  });

  test('a status of an agent who is found survives a restart of ours', async () => {
    const site = run();
    await isUp(site);
    await (await phone('1002', { kind: 'ring' })).call('*621').ended;
    await until(
      () => site.agent('1002'),
      // His call is over for Asterisk, too: see endOfTest.
      (row) => row?.status === 'paused' && row.activity === 'idle',
    );
    const again = await site.again();
    await isUp(again);
    await noDifferences(again);
    expect(await again.agent('1002')).toMatchObject({ status: 'paused', pauseReason: 'lunch' });
  });
});
