/** A real call centre, the site role on it, phones, and a wire that can be cut. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { expect, vi } from 'vitest';
import { runSite } from '../../src/apps/site/run.ts';
import type { AmiSite, AriSite, SiteSettings } from '../../src/settings/sites.ts';
import type { SiteApp } from '../../src/apps/site/site-app.ts';
import type { AgentState } from '../../src/core/model/agent.ts';
import type { SiteSnapshot } from '../../src/core/model/site.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { noSiteWatch } from '../../src/runtime/monitoring/none.ts';
import { Secret } from '../../src/settings/secret.ts';
import { openMemoryStore } from '../../src/store/memory/index.ts';
import { startLab } from '../lab/lab.ts';
import type { AsteriskInstance, Lab } from '../lab/lab.ts';
import { Phone } from '../lab/sip/phone.ts';
import type { RingBehaviour } from '../lab/sip/phone.ts';

export let lab: Lab;
export let asterisk: AsteriskInstance;
const apps: SiteApp[] = [];
const phones: Phone[] = [];
const closers: (() => void)[] = [];

/** What a dialplan may report by mistake. */
const NONSENSE = `
[from-phones]
exten => nonsense,1,UserEvent(IPNTQueue,Queue: support,Event: exploded)
 same => n,UserEvent(IPNTQueue,Queue: two words,Event: join)
 same => n,UserEvent(IPNTQueue,Queue: support,Event: connect,Agent: PJSIP/edge)
 same => n,UserEvent(IPNTAgent,Agent: PJSIP/edge,Status: paused)
 same => n,UserEvent(IPNTAgent,Agent: PJSIP/1001,Status: asleep)
 same => n,UserEvent(Other)
 same => n,Hangup()
`;

/** One call centre, with four agents, for the tests of one file. */
export async function startSite(): Promise<void> {
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
        extraDialplan: NONSENSE,
      },
    ],
  });
  asterisk = lab.sites.get('berlin') as AsteriskInstance;
}

export const stopApps = (): Promise<unknown> => Promise.all(apps.splice(0).map((app) => app.stop()));

/**
 * Ends what a test began. Phones that vanish leave their calls behind; the next test begins without any. Ours go last: an ARI
 * connection that ends while a device's change is told to it can lock up Asterisk's ARI for good (unsubscribe_device_state in
 * res_stasis_device_state.c waits for that telling, which waits for the connection; seen on 22.10.1).
 */
export async function endOfTest(): Promise<void> {
  asterisk.thaw();
  await Promise.all(phones.splice(0).map((phone) => phone.stop({ abrupt: true })));
  await asterisk.cli('channel request hangup all');
  await until(
    () => asterisk.cli('core show channels count'),
    (text) => text.includes('0 active channels'),
  );
  await stopApps();
  for (const close of closers.splice(0)) close();
}

export interface Running {
  readonly app: SiteApp;
  readonly log: string[];
  rows(): Promise<SiteSnapshot>;
  agent(ext: string): Promise<AgentState | undefined>;
  /** How old the site's last sign of life is by its row; Infinity when it says that nothing is known. */
  seenAgoMs(): Promise<number>;
  /** A process that begins now, with a connection of its own to the PBX itself. */
  fresh(): Running;
  /** Ours stopped and started again, on the same database. */
  again(): Promise<Running>;
}

function logInto(lines: string[]): Log {
  const at = (level: string) => (message: string, fields?: LogFields) =>
    void lines.push(`${level} ${message} ${fields?.errCode ?? ''}`.trim());
  const log: Log = { error: at('error'), warn: at('warn'), info: at('info'), debug: at('debug'), child: () => log };
  return log;
}

const common = { siteId: 'berlin', title: 'Berlin', windowMs: 1_800_000 };

/** Followed over AMI. */
export function run(part: Partial<AmiSite> = {}): Running {
  const site: AmiSite = {
    ...{ ...common, queueWrapUpMs: {}, kind: 'asterisk-ami', ...asterisk.ami, user: lab.credentials.amiUser },
    ...{ password: new Secret(lab.credentials.amiPassword), agents: ['PJSIP/2001'], ...part },
  };
  return follow(site, () => run());
}

/** As the user who may only read. */
export function ariSite(part: Partial<AriSite> = {}, access: Partial<AriSite['ari']> = {}): AriSite {
  const { host, port } = asterisk.http;
  const login = { user: lab.credentials.ariReader, password: new Secret(lab.credentials.ariPassword) };
  return {
    ...{ ...common, kind: 'asterisk-ari', ari: { url: `http://${host}:${port}`, ...login, ...access } },
    ...{ agents: [], trunks: ['PJSIP/edge', 'PJSIP/callers'], ...part },
  };
}

/** Followed over ARI alone. */
export const runAri = (part: Partial<AriSite> = {}, access: Partial<AriSite['ari']> = {}): Running =>
  follow(ariSite(part, access), () => runAri());

/** The site role on any PBX, with a store of its own. */
export const runAt = (site: SiteSettings): Running => follow(site, () => runAt(site));

function follow(site: SiteSettings, fresh: () => Running, store = openMemoryStore(systemClock)): Running {
  const log: string[] = [];
  const app = runSite({ site, store, clock: systemClock, log: logInto(log), holder: 'test', monitor: noSiteWatch });
  apps.push(app);
  const rows = async () => {
    const stored = await store.loadSite(site.siteId);
    if (stored === null) throw new Error('the site was not written');
    return stored;
  };
  const seenAgoMs = async () => {
    const { pbxSeenAtMs } = (await rows()).site;
    return pbxSeenAtMs === 0 ? Infinity : Date.now() - pbxSeenAtMs;
  };
  const nameOf = (ext: string) => (site.kind === 'freeswitch' ? `${ext}@default` : `PJSIP/${ext}`);
  const agent = async (ext: string) => (await rows()).agents.find(({ name }) => name === nameOf(ext));
  const again = async () => {
    await app.stop();
    return follow(site, fresh, store);
  };
  return { app, log, rows, agent, seenAgoMs, fresh, again };
}

/** Looks again and again until it holds; fails with what was last seen. */
export const until = <T>(what: () => Promise<T> | T, holds: (seen: T) => boolean, deadlineMs = 10_000): Promise<T> =>
  vi.waitFor(
    async () => {
      const seen = await what();
      if (!holds(seen)) throw new Error(`not within ${deadlineMs} ms; last seen: ${JSON.stringify(seen)}`);
      return seen;
    },
    { timeout: deadlineMs, interval: 10 },
  );

/** On a machine with much else to do the first try can run into its deadline of 5 s: there must be time for the next ones. */
const UP_WITHIN_MS = 30_000;

/** Waits until the site is up; fails with what the role has said of it. */
export const isUp = (site: Running) =>
  until(site.rows, (rows) => rows.site.connection === 'up' && rows.agents.length > 0, UP_WITHIN_MS).catch(
    (error: Error) => {
      throw new Error(`${error.message}\n${site.log.join('\n')}`);
    },
  );

/**
 * A phone that is registered, and whom his queues know to be free. They hear of it a moment later, and would ring another meanwhile:
 * one of the test before, who is gone without having said so, for 15 s.
 */
export async function phone(ext: string, behaviour: RingBehaviour): Promise<Phone> {
  const made = new Phone({
    ...{ name: ext, localAddress: lab.phoneAddress, server: asterisk.sip },
    ...{ password: lab.credentials.sipPassword(ext), behaviour },
  });
  phones.push(made);
  await made.start();
  await made.register();
  const memberships = async () =>
    (await asterisk.cli('queue show')).split('\n').filter((line) => line.includes(`(PJSIP/${ext})`));
  await until(memberships, (lines) => lines.every((line) => line.includes('(Not in use)')));
  return made;
}

export async function caller(): Promise<Phone> {
  const made = new Phone({ name: '030123456', localAddress: lab.callerAddress, server: asterisk.sip });
  phones.push(made);
  await made.start();
  return made;
}

/** Rows without times and without figures over the window, as a fresh process with a fresh connection would write them. */
export const timeless = ({ agents, queues }: Pick<SiteSnapshot, 'agents' | 'queues'>) => ({
  agents: [...agents]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, title, status, pauseReason, activity, skills, memberships }) => ({
      ...{ name, title, status, pauseReason, activity, skills, memberships },
    })),
  queues: [...queues]
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, waiting, loggedIn, ready, onCalls }) => ({ name, waiting, loggedIn, ready, onCalls })),
});

export async function equalsFreshSnapshot(site: Running, fresh = site.fresh()): Promise<void> {
  await isUp(fresh);
  const freshRows = await fresh.rows();
  // A queue that is only heard of by reports is not known to who has heard none.
  const names = new Set(freshRows.queues.map(({ name }) => name));
  const facts = ({ agents, queues, site: row }: SiteSnapshot) => {
    const { callsInProgress } = row;
    return {
      ...timeless({ agents, queues: queues.filter((q) => q.waiting > 0 || names.has(q.name)) }),
      callsInProgress,
    };
  };
  const wanted = facts(freshRows);
  await until(site.rows, (rows) => JSON.stringify(facts(rows)) === JSON.stringify(wanted), 5_000).catch(
    () => undefined,
  );
  expect(facts(await site.rows())).toEqual(wanted);
}

/** A wire that can be cut: stands between the site role and the PBX. */
export async function wire(to = asterisk.ami): Promise<{ host: string; port: number; cut(): void; mend(): void }> {
  const sockets = new Set<Socket>();
  let isCut = false;
  const server: Server = createServer((near) => {
    if (isCut) return near.destroy();
    const far = connect(to.port, to.host);
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
export async function callsUnderWay(
  way = 'queue-support',
): Promise<{ talk: ReturnType<Phone['call']>; agents: Phone[] }> {
  const agents = [await phone('1001', { kind: 'answer', afterMs: 50 }), await phone('1002', { kind: 'ring' })];
  const talk = (await caller()).call(way);
  await talk.answered;
  (await caller()).call(way).answered.catch(() => undefined);
  await agents[1]?.waitFor('ringing');
  return { talk, agents };
}
