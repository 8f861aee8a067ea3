/** What the bench runs on: one edge, one site with its agents, their phones, a durable MariaDB, and our roles when asked for. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { noLog } from '../src/runtime/log.ts';
import { startEmbeddedMariadb } from '../src/store/mysql/embedded.ts';
import { openMysqlStore } from '../src/store/mysql/index.ts';
import { until } from '../test/lab/asterisk/ari.ts';
import { startLab } from '../test/lab/lab.ts';
import type { Lab } from '../test/lab/lab.ts';
import { startRole } from '../test/lab/role.ts';
import type { Role } from '../test/lab/role.ts';
import { startPhones } from './phones.ts';
import type { Phones } from './phones.ts';

const MAIN = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));
const SITE = 'berlin';
const EDGE = 'edge1';

/** `a` the edge dials the agent, `b` the edge dials into the site's app_queue, `c` our routing. */
export type Way = 'a' | 'b' | 'c';

export interface BenchStack {
  readonly lab: Lab;
  readonly phones: Phones;
  readonly extensions: readonly string[];
  /** By name, of what runs now. */
  pids(): Record<string, number>;
  /** Our two roles, up and with a fresh state; or neither, so that the other ways are measured as they are today. */
  startRoles(): Promise<void>;
  stopRoles(): Promise<void>;
  stop(): Promise<void>;
}

/** What a caller dials to go a way. `nth` spreads (a) over the agents. */
export const dialled = (way: Way, extensions: readonly string[], nth: number): string =>
  way === 'a' ? `a${extensions[nth % extensions.length]}` : way;

const EDGE_DIALPLAN = [
  '[from-outside]',
  `exten => _aX.,1,Dial(PJSIP/direct-\${EXTEN:1}@${SITE},30)`,
  ' same => n,Hangup()',
  `exten => b,1,Dial(PJSIP/queue@${SITE},30)`,
  ' same => n,Hangup()',
  'exten => c,1,Gosub(ipnt,s,1(service=support))',
  ' same => n,Hangup()',
].join('\n');

/** What a user has without us: as plain as it can be. */
const SITE_DIALPLAN = [
  '[ipnt-agent-numbers]',
  'exten => _direct-X.,1,Dial(PJSIP/${EXTEN:7},30)',
  ' same => n,Hangup()',
  'exten => queue,1,Queue(support)',
  ' same => n,Hangup()',
].join('\n');

function writeSettings(lab: Lab, dir: string, databaseUrl: string): string {
  const { amiUser, amiPassword, ariUser, ariPassword } = lab.credentials;
  const { http } = lab.edges.get(EDGE) ?? {};
  const file = join(dir, 'ipnt.yaml');
  const settings = {
    ...{ database: databaseUrl, data: dir },
    sites: { [SITE]: { kind: 'asterisk-ami', ...lab.sites.get(SITE)?.ami, user: amiUser, password: amiPassword } },
    edges: {
      [EDGE]: {
        ari: { url: `http://${http?.host}:${http?.port}`, user: ariUser, password: ariPassword },
        trunks: { [SITE]: `PJSIP/{agent}@${SITE}` },
      },
    },
  };
  const services = { support: { requirement: 'queue:support', ring: '10s', max_wait: '20s' } };
  writeFileSync(file, stringify(settings), { mode: 0o600 });
  writeFileSync(join(dir, 'routing.yaml'), stringify({ services }));
  return file;
}

function ipnt(...args: string[]): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`ipnt ${args.slice(2).join(' ')}: ${stdout}${stderr}`);
}

/** Brings up all but our roles. */
export async function startBenchStack(agents: number, report: (line: string) => void): Promise<BenchStack> {
  const ends: (() => Promise<unknown>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  const extensions = Array.from({ length: agents }, (_, n) => String(1001 + n));
  const spec = {
    edges: [EDGE],
    sites: [
      {
        name: SITE,
        queues: { support: { strategy: 'leastrecent' } },
        agents: extensions.map((ext) => ({ ext, queues: { support: 0 }, fixed: true })),
        extraDialplan: SITE_DIALPLAN,
      },
    ],
    // Without a default route a call that we do not route fails, and is seen to.
    services: [],
    extraEdgeDialplan: EDGE_DIALPLAN,
  };
  try {
    const lab = await startLab(spec, { report, verbose: false });
    ends.push(() => lab.stop());
    const dir = join(lab.dir, 'ipnt');
    mkdirSync(dir, { recursive: true });
    const host = lab.databaseAddress;
    const database = await startEmbeddedMariadb({ dataDir: join(dir, 'db'), host, port: 3306, durable: true, report });
    ends.push(() => database.stop());
    const settings = writeSettings(lab, dir, database.url);
    ipnt('--settings', settings, 'migrate');
    ipnt('--settings', settings, 'apply', '-f', join(dir, 'routing.yaml'));
    const phones = await startPhones(lab.phoneAddress);
    ends.push(() => phones.stop());
    const roles = new Roles(dir, settings, database.url);
    ends.push(() => roles.stop());
    const fixed = {
      'edge Asterisk': lab.edges.get(EDGE)?.pid ?? 0,
      'site Asterisk': lab.sites.get(SITE)?.pid ?? 0,
      mariadbd: database.pid,
    };
    return {
      ...{ lab, phones, extensions, stop },
      pids: () => ({ ...fixed, ...roles.pids() }),
      startRoles: () => roles.start(),
      stopRoles: () => roles.stop(),
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** `ipnt site` and `ipnt edge` as processes of their own. */
class Roles {
  private readonly dir: string;
  private readonly settings: string;
  private readonly databaseUrl: string;
  private running: Role[] = [];

  constructor(dir: string, settings: string, databaseUrl: string) {
    this.dir = dir;
    this.settings = settings;
    this.databaseUrl = databaseUrl;
  }

  pids(): Record<string, number> {
    return Object.fromEntries(this.running.map(({ name, pid }) => [`ipnt ${name}`, pid]));
  }

  async start(): Promise<void> {
    if (this.running.length > 0) return;
    const begin = (kind: string, name: string): Role =>
      startRole(kind, ['--settings', this.settings, kind, name], this.dir);
    const site = begin('site', SITE);
    this.running = [site];
    const store = await openMysqlStore({ url: this.databaseUrl, log: noLog });
    try {
      const up = async (): Promise<true | undefined> =>
        (await store.sites()).sites.some(({ connection }) => connection === 'up') || undefined;
      await until(up, 'the site is up', 20_000);
    } finally {
      await store.close();
    }
    const edge = begin('edge', EDGE);
    this.running.push(edge);
    await edge.said('the edge routes calls');
  }

  async stop(): Promise<void> {
    await Promise.all(this.running.splice(0).map((role) => role.stop()));
  }
}
