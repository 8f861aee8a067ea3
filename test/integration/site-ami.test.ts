/** The site role against a real Asterisk: what it writes is what the PBX is, before and after everything that can break. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { runSite } from '../../src/apps/site/run.ts';
import type { SiteToRun } from '../../src/apps/site/run.ts';
import type { SiteApp } from '../../src/apps/site/site-app.ts';
import type { AgentState } from '../../src/core/model/agent.ts';
import { SITE_STALE_MS } from '../../src/core/model/site.ts';
import type { SiteSnapshot } from '../../src/core/model/site.ts';
import { siteView } from '../../src/core/reduce/site-view.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { Secret } from '../../src/settings/secret.ts';
import { openMemoryStore } from '../../src/store/memory/index.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import { Phone } from '../lab/sip/phone.ts';
import type { RingBehaviour } from '../lab/sip/phone.ts';

let lab: Lab;
let asterisk: AsteriskInstance;
const apps: SiteApp[] = [];
const phones: Phone[] = [];
const closers: (() => void)[] = [];

beforeAll(async () => {
  lab = await startLab({
    edges: [],
    sites: [
      {
        name: 'berlin',
        agents: [
          { ext: '1001', title: 'Ada', queues: { support: 0 } },
          { ext: '1002', title: 'Bob', queues: { support: 3, sales: 0 } },
          { ext: '1003', title: 'Carl', queues: { sales: 1 }, dynamic: true },
          { ext: '2001', title: 'Eve' },
        ],
        queues: { support: {}, sales: {} },
      },
    ],
  });
  asterisk = lab.sites.get('berlin') as AsteriskInstance;
});

afterEach(async () => {
  asterisk.kill('SIGCONT');
  await Promise.all(apps.splice(0).map((app) => app.stop()));
  await Promise.all(phones.splice(0).map((phone) => phone.stop({ abrupt: true })));
  // Phones that vanish leave their calls behind; the next test begins without any.
  await asterisk.cli('channel request hangup all');
  await until(
    () => asterisk.cli('core show channels count'),
    (text) => text.includes('0 active channels'),
  );
  for (const close of closers.splice(0)) close();
});
afterAll(() => lab.stop());

interface Running {
  readonly app: SiteApp;
  readonly log: string[];
  rows(): Promise<SiteSnapshot>;
  agent(ext: string): Promise<AgentState | undefined>;
  /** How old the site's last sign of life is by its row; Infinity when it says that nothing is known. */
  seenAgoMs(): Promise<number>;
}

function logInto(lines: string[]): Log {
  const at = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push(`${level} ${message} ${fields?.errCode ?? ''}`.trim());
  const log: Log = { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), child: () => log };
  return log;
}

function run(part: Partial<SiteToRun> = {}): Running {
  const log: string[] = [];
  const store = openMemoryStore(systemClock);
  const site: SiteToRun = {
    ...{ siteId: 'berlin', title: 'Berlin', kind: 'asterisk-ami', ...asterisk.ami, user: lab.credentials.amiUser },
    ...{ password: new Secret(lab.credentials.amiPassword), agents: ['PJSIP/2001'], windowMs: 1_800_000, ...part },
  };
  const app = runSite({ site, store, clock: systemClock, log: logInto(log), holder: 'test' });
  apps.push(app);
  const rows = async () => {
    const stored = await store.loadSite('berlin');
    if (stored === null) throw new Error('the site was not written');
    return stored;
  };
  const seenAgoMs = async () => {
    const { pbxSeenAtMs } = (await rows()).site;
    return pbxSeenAtMs === 0 ? Infinity : Date.now() - pbxSeenAtMs;
  };
  const agent = async (ext: string) => (await rows()).agents.find(({ name }) => name === `PJSIP/${ext}`);
  return { app, log, rows, agent, seenAgoMs };
}

/** Asks again and again until it holds, or fails with what was last seen. */
async function until<T>(what: () => Promise<T> | T, holds: (seen: T) => boolean, deadlineMs = 10_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const seen = await Promise.resolve()
      .then(what)
      .catch((error: unknown) => error as T);
    if (!(seen instanceof Error) && holds(seen)) return seen;
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms; last seen: ${JSON.stringify(seen)}`);
    await delay(10);
  }
}

const isUp = (site: Running) => until(site.rows, (rows) => rows.site.connection === 'up' && rows.agents.length > 0);

async function phone(ext: string, behaviour: RingBehaviour): Promise<Phone> {
  const made = new Phone({
    ...{ name: ext, localAddress: lab.phoneAddress, server: asterisk.sip },
    ...{ password: lab.credentials.sipPassword(ext), behaviour },
  });
  phones.push(made);
  await made.start();
  await made.register();
  return made;
}

async function caller(): Promise<Phone> {
  const made = new Phone({ name: '030123456', localAddress: lab.callerAddress, server: asterisk.sip });
  phones.push(made);
  await made.start();
  return made;
}

/** Rows without times and without figures over the window, as a fresh process with a fresh connection would write them. */
const timeless = ({ agents, queues }: Pick<SiteSnapshot, 'agents' | 'queues'>) => ({
  agents: [...agents]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, title, status, pauseReason, activity, skills, memberships }) => ({
      ...{ name, title, status, pauseReason, activity, skills, memberships },
    })),
  queues: [...queues]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, waiting, loggedIn, ready, onCalls }) => ({ name, waiting, loggedIn, ready, onCalls })),
});

async function equalsFreshSnapshot(site: Running): Promise<void> {
  const fresh = run();
  await isUp(fresh);
  const wanted = timeless(await fresh.rows());
  await until(site.rows, (rows) => JSON.stringify(timeless(rows)) === JSON.stringify(wanted), 5_000).catch(
    () => undefined,
  );
  expect(timeless(await site.rows())).toEqual(wanted);
  expect((await site.rows()).site.callsInProgress).toBe((await fresh.rows()).site.callsInProgress);
}

/** A wire that can be cut: stands between the site role and the PBX. */
async function wire(): Promise<{ host: string; port: number; cut(): void; mend(): void }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(asterisk.ami.port, asterisk.ami.host);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.pipe(other);
      socket.on('error', () => undefined);
      socket.on('close', () => other.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => {
    isCut = true;
    for (const socket of sockets) socket.destroy();
  };
  closers.push(() => {
    cut();
    server.close();
  });
  const address = server.address() as { port: number };
  return { host: '127.0.0.1', port: address.port, cut, mend: () => void (isCut = false) };
}

/** One in a queue call, one ringing: 1001 talks, the second caller waits for 1002, who lets it ring. */
async function callsUnderWay(): Promise<{ talk: ReturnType<Phone['call']>; agents: Phone[] }> {
  const agents = [await phone('1001', { kind: 'answer', afterMs: 50 }), await phone('1002', { kind: 'ring' })];
  const talk = (await caller()).call('queue-support');
  await talk.answered;
  (await caller()).call('queue-support').answered.catch(() => undefined);
  await agents[1]?.waitFor('ringing');
  return { talk, agents };
}

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
    asterisk.kill('SIGSTOP');
    const started = performance.now();
    await until(site.seenAgoMs, (agoMs) => agoMs > SITE_STALE_MS, SITE_STALE_MS + 1_500);
    expect(performance.now() - started).toBeLessThan(SITE_STALE_MS + 1_000);
    expect(site.log.some((line) => line.includes('no answer to Ping'))).toBe(true);
    asterisk.kill('SIGCONT');
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
