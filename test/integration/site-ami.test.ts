/** The site role against a real Asterisk: what it writes is what the PBX is, before and after everything that can break. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { SITE_STALE_MS } from '../../src/core/model/site.ts';
import { siteView } from '../../src/core/reduce/site-view.ts';
import { Secret } from '../../src/settings/secret.ts';
import {
  asterisk,
  caller,
  callsUnderWay,
  endOfTest,
  equalsFreshSnapshot,
  isUp,
  lab,
  phone,
  run,
  startSite,
  timeless,
  until,
  wire,
} from './site-world.ts';

beforeAll(startSite);
afterEach(endOfTest);
afterAll(() => lab.stop());

describe('the site role on a real Asterisk', () => {
  test('writes what the PBX is: members, penalties, devices, queues', async () => {
    const site = run();
    await isUp(site);
    const { agents, queues } = timeless(await site.rows());
    expect(agents.map(({ name, title, skills, status, activity }) => [name, title, skills, status, activity])).toEqual([
      ['PJSIP/1001', 'Ada', { 'queue:support': 10 }, 'ready', 'unreachable'],
      ['PJSIP/1002', 'Bob', { 'queue:sales': 10, 'queue:support': 7 }, 'ready', 'unreachable'],
      ['PJSIP/1003', 'Carl', { 'queue:sales': 9 }, 'ready', 'unreachable'],
      ['PJSIP/2001', 'PJSIP/2001', {}, 'ready', 'unreachable'],
    ]);
    expect(queues.map(({ name, waiting }) => [name, waiting])).toEqual([
      ['sales', 0],
      ['support', 0],
    ]);
    expect(await site.seenAgoMs()).toBeLessThan(SITE_STALE_MS);
  });

  test('an agent pauses and comes back: his row follows', async () => {
    const site = run();
    await isUp(site);
    const started = performance.now();
    await asterisk.cli('queue pause member PJSIP/1001 queue support reason lunch');
    const paused = await until(
      () => site.agent('1001'),
      (agent) => agent?.status === 'paused',
    );
    expect(paused).toMatchObject({ pauseReason: 'lunch', skills: {} });
    expect(performance.now() - started).toBeLessThan(2_000);
    await asterisk.cli('queue pause member PJSIP/1002 queue support');
    const half = await until(
      () => site.agent('1002'),
      (agent) => agent?.skills['queue:support'] === undefined,
    );
    expect(half).toMatchObject({ status: 'ready', skills: { 'queue:sales': 10 } });
    await asterisk.cli('queue unpause member PJSIP/1001 queue support');
    await asterisk.cli('queue unpause member PJSIP/1002 queue support');
    await until(
      () => site.agent('1001'),
      (agent) => agent?.status === 'ready',
    );
    await equalsFreshSnapshot(site);
  });

  test('a dynamic member who leaves is logged out; one who comes is there', async () => {
    const site = run();
    await isUp(site);
    await asterisk.cli('queue remove member PJSIP/1003 from sales');
    await until(
      () => site.agent('1003'),
      (agent) => agent?.status === 'logged_out',
    );
    await asterisk.cli('queue add member PJSIP/1003 to sales penalty 1 as Carl state_interface PJSIP/1003');
    await until(
      () => site.agent('1003'),
      (agent) => agent?.status === 'ready',
    );
    await equalsFreshSnapshot(site);
  });

  test('a queue call: ringing, talking, idle since its end; the figures count it once', async () => {
    const site = run();
    await isUp(site);
    const agent = await phone('1001', { kind: 'ring' });
    await until(
      () => site.agent('1001'),
      (row) => row?.activity === 'idle',
    );
    const call = (await caller()).call('queue-support');
    await until(
      () => site.agent('1001'),
      (row) => row?.activity === 'ringing',
    );
    agent.answer();
    await until(
      () => site.agent('1001'),
      (row) => row?.activity === 'talking',
    );
    expect((await until(site.rows, ({ site: row }) => row.callsInProgress === 1)).site.callsInProgress).toBe(1);
    await call.hangup();
    const idle = await until(
      () => site.agent('1001'),
      (row) => row?.activity === 'idle' && row.lastCallEndMs !== null,
    );
    expect(Date.now() - (idle?.idleSinceMs ?? 0)).toBeLessThan(3_000);
    const queue = (await until(site.rows, (rows) => rows.queues.some((q) => q.answered === 1))).queues.find(
      ({ name }) => name === 'support',
    );
    expect(queue).toMatchObject({ offered: 1, answered: 1, abandoned: 0, waiting: 0, serviceLevel: 1 });
    await equalsFreshSnapshot(site);
  });

  test('a feature code sets the status of an agent without a queue', async () => {
    const site = run();
    await isUp(site);
    const agent = await phone('2001', { kind: 'ring' });
    await agent.call('*621').ended;
    await until(
      () => site.agent('2001'),
      (row) => row?.status === 'paused' && row.pauseReason === 'lunch',
    );
    await agent.call('*61').ended;
    await until(
      () => site.agent('2001'),
      (row) => row?.status === 'ready',
    );
  });

  test('cut during calls: stale at once, and equal to a fresh snapshot when it is back', async () => {
    const line = await wire();
    const site = run(line);
    await isUp(site);
    const { talk } = await callsUnderWay();
    await until(
      () => site.agent('1001'),
      (agent) => agent?.activity === 'talking',
    );
    line.cut();
    const down = await until(site.rows, (rows) => rows.site.connection === 'down', 2_000);
    expect(down.site.pbxSeenAtMs).toBe(0);
    await talk.hangup();
    await asterisk.cli('queue pause member PJSIP/1002 queue sales reason gone');
    line.mend();
    await until(site.rows, (rows) => rows.site.connection === 'up', 15_000);
    await equalsFreshSnapshot(site);
    expect((await site.agent('1002'))?.memberships.find(({ queue }) => queue === 'sales')?.pauseReason).toBe('gone');
    await asterisk.cli('queue unpause member PJSIP/1002 queue sales');
  });

  test('frozen during calls: stale in time, and equal to a fresh snapshot when it is back', async () => {
    const site = run();
    await isUp(site);
    await callsUnderWay();
    await until(
      () => site.agent('1002'),
      (agent) => agent?.activity === 'ringing',
    );
    await asterisk.freeze();
    const started = performance.now();
    await until(site.seenAgoMs, (agoMs) => agoMs > SITE_STALE_MS, SITE_STALE_MS + 1_500);
    expect(performance.now() - started).toBeLessThan(SITE_STALE_MS + 1_000);
    expect(site.log.some((line) => line.includes('no answer to Ping'))).toBe(true);
    asterisk.thaw();
    await until(site.rows, (rows) => rows.site.connection === 'up', 20_000);
    await equalsFreshSnapshot(site);
  });

  test('restarted during calls: equal to a fresh snapshot when it is back', async () => {
    const site = run();
    await isUp(site);
    await callsUnderWay();
    await asterisk.restart();
    await until(site.rows, (rows) => rows.site.connection === 'up', 15_000);
    await equalsFreshSnapshot(site);
    expect((await site.rows()).site.callsInProgress).toBe(0);
  });

  test('an audit finds no differences, calls or not', async () => {
    const site = run();
    await isUp(site);
    await callsUnderWay();
    site.app.requestSnapshot('audit');
    const { differences, lastAudit } = await until(
      () => site.app.state,
      ({ audits }) => audits > 0,
    );
    expect({ differences, lastAudit }).toEqual({ differences: 0, lastAudit: { differences: 0, examples: [] } });
    expect(siteView(site.app.state.model).queues.find(({ name }) => name === 'support')?.waiting).toBe(1);
  });
});

describe('what an administrator got wrong has one clear line', () => {
  const withManagerConf = async (change: (text: string) => string, body: () => Promise<void>) => {
    const file = join(asterisk.dir, 'etc', 'manager.conf');
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, change(before));
    await asterisk.cli('manager reload');
    try {
      await body();
    } finally {
      writeFileSync(file, before);
      await asterisk.cli('manager reload');
    }
  };

  test('a wrong password', async () => {
    const site = run({ password: new Secret('not it') });
    const lines = await until(
      () => site.log.filter((line) => line.startsWith('error')),
      (found) => found.length > 0,
    );
    expect(lines).toEqual([expect.stringMatching(/127\.\d+\.\d+\.\d+:5038: user ipnt was refused.*AMI_LOGIN_REFUSED/)]);
    expect(lines[0]).not.toContain('not it');
    expect((await site.rows()).site.connection).not.toBe('up');
  });

  test('no write=reporting', async () => {
    await withManagerConf(
      (text) => text.replace(/^write = .*$/m, 'write = agent'),
      async () => {
        const site = run();
        const lines = await until(
          () => site.log.filter((line) => line.startsWith('error')),
          (found) => found.length > 0,
        );
        expect(lines[0]).toMatch(/(CoreShowChannels|DeviceStateList): Permission denied.*write=reporting.*AMI_DENIED/);
      },
    );
  });

  test('a wrong port', async () => {
    const site = run({ port: 5 });
    const lines = await until(
      () => site.log.filter((line) => line.startsWith('warn')),
      (found) => found.length > 0,
    );
    expect(lines[0]).toMatch(/:5: .*ECONNREFUSED.*AMI_UNREACHABLE/);
  });
});
