/** The whole product on a lab: real Asterisks, a real MariaDB, our roles as processes, phones that answer. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stringify } from 'yaml';
import { noLog } from '../../src/runtime/log.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { openMysqlStore } from '../../src/store/mysql/index.ts';
import type { MysqlStore } from '../../src/store/mysql/index.ts';
import { until } from './asterisk/ari.ts';
import { ReplayingFreeswitch } from './freeswitch/replaying.ts';
import { built } from './build.ts';
import { startLab } from './lab.ts';
import type { AsteriskInstance, Lab, LabSpec, SiteSpec } from './lab.ts';
import { startRole } from './role.ts';
import type { Role } from './role.ts';
import { PhoneFarm } from './sip/farm.ts';
import { Phone } from './sip/phone.ts';
import type { PhoneOptions, RingBehaviour } from './sip/phone.ts';

export interface StackSpec extends LabSpec {
  /** `services:` of the routing file. */
  readonly routing: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Further keys of the settings, e.g. `country`. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly behaviour?: RingBehaviour;
  /** Sites that are followed over ARI alone, as a user who may only read; the others over AMI. */
  readonly ariSites?: readonly string[];
  /** Where a site's role finds its AMI, for tests that stand in between; the PBX itself by default. */
  readonly amiOf?: (site: string, pbx: { host: string; port: number }) => Promise<{ host: string; port: number }>;
  /** The same for a FreeSWITCH site and its event socket. */
  readonly eslOf?: StackSpec['amiOf'];
  /** The same for an edge's role and its ARI. */
  readonly ariOf?: (edge: string, pbx: { host: string; port: number }) => Promise<{ host: string; port: number }>;
  /** Phones that accept a second call, so that a double offer shows. */
  readonly secondCall?: 'busy' | 'accept';
  /** Agents and callers send and hear sound, so that they can press keys. */
  readonly rtp?: boolean;
  /** Serves the pages and the REST API as well. */
  readonly api?: boolean;
  /** All roles under one `ipnt run` (the role `run`), watched at `lab.databaseAddress`:9464; else each is a process of the test. */
  readonly supervised?: boolean;
}

export interface Stack {
  readonly lab: Lab;
  readonly dir: string;
  readonly settingsFile: string;
  readonly store: MysqlStore;
  readonly databaseUrl: string;
  readonly database: Awaited<ReturnType<typeof startEmbeddedMariadb>>;
  /** Of the pages and the REST API, without a slash at its end; '' where they are not served. */
  readonly url: string;
  /** By `site berlin`, `edge edge1`, `api`, `run`. */
  readonly roles: Map<string, Role>;
  /** Phones by `<site>/<ext>`. */
  readonly phones: PhoneFarm;
  phone(site: string, ext: string): Phone;
  /** A new caller at an edge's door (the first one's). Stopped with the stack. */
  caller(name?: string, edge?: string): Promise<Phone>;
  /** The public network: who answers when an edge calls a customer. Stopped with the stack. */
  customers(): Promise<Phone>;
  /** Runs the command line to its end. */
  ipnt(...args: string[]): { readonly status: number; readonly stdout: string; readonly stderr: string };
  startRole(kind: 'site' | 'edge', name: string): Promise<Role>;
  stop(): Promise<void>;
}

const API_PORT = 8080;
/** How long a part may take to start. Nothing is measured by it: a machine with much else to do must not fail here. */
const START_MS = 60_000;
const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Writes the settings as an administrator would. */
async function settingsOf(lab: Lab, spec: StackSpec, databaseUrl: string, dataDir: string): Promise<string> {
  const amis = new Map<string, { host: string; port: number }>();
  for (const [name, { ami }] of lab.sites) amis.set(name, (await spec.amiOf?.(name, ami)) ?? ami);
  const esls = new Map<string, { host: string; port: number }>();
  for (const [name, { esl }] of lab.freeswitches) esls.set(name, (await spec.eslOf?.(name, esl)) ?? esl);
  const aris = new Map<string, { host: string; port: number }>();
  for (const [name, { http }] of lab.edges) aris.set(name, (await spec.ariOf?.(name, http)) ?? http);
  const { amiUser, amiPassword, ariUser, ariPassword, ariReader, eslPassword } = lab.credentials;
  const siteAri = (name: string) => {
    const { host, port } = lab.sites.get(name)?.http ?? { host: '', port: 0 };
    return { url: `http://${host}:${port}`, user: ariReader, password: ariPassword };
  };
  const titleOf = (name: string): string => name[0]?.toUpperCase() + name.slice(1);
  const each = <T>(map: ReadonlyMap<string, T>, of: (value: T, key: string) => unknown): Record<string, unknown> =>
    Object.fromEntries([...map].map(([key, value]) => [key, of(value, key)]));
  return stringify({
    database: databaseUrl,
    data: dataDir,
    ...(spec.supervised && { monitoring: { listen: `${lab.databaseAddress}:9464` } }),
    ...(spec.api && { api: { listen: `${lab.apiAddress}:${API_PORT}` } }),
    ...spec.settings,
    sites: {
      ...each(amis, ({ host, port }, name) => ({
        title: titleOf(name),
        ...(spec.ariSites?.includes(name)
          ? { kind: 'asterisk-ari', ari: siteAri(name), trunks: ['PJSIP/edge', 'PJSIP/callers'] }
          : { kind: 'asterisk-ami', host, port, user: amiUser, password: amiPassword }),
      })),
      ...each(esls, ({ host, port }, name) => ({
        ...{ title: titleOf(name), kind: 'freeswitch', host, port, password: eslPassword },
      })),
    },
    edges: each(aris, (http) => ({
      ari: { url: `http://${http.host}:${http.port}`, user: ariUser, password: ariPassword },
      trunks: Object.fromEntries(spec.sites.map((site) => [site.name, `PJSIP/{agent}@${site.name}`])),
      outbound: 'PJSIP/{number}@provider',
      redirects: each(
        new Map<string, Pick<AsteriskInstance, 'sip'>>([...lab.sites, ...lab.freeswitches]),
        ({ sip }) => `sip:{agent}@${sip.host}:${sip.port}`,
      ),
    })),
  });
}

async function startPhones(lab: Lab, sites: readonly SiteSpec[], spec: StackSpec): Promise<PhoneFarm> {
  const farm = new PhoneFarm();
  for (const site of sites) {
    const server = lab.sites.get(site.name)?.sip ?? lab.freeswitches.get(site.name)?.phones;
    if (!server || site.freeswitch === 'replaying') continue;
    for (const { ext } of site.agents) {
      farm.add({
        name: ext,
        label: `${site.name}/${ext}`,
        localAddress: lab.phoneAddress,
        server,
        password: lab.credentials.sipPassword(ext),
        behaviour: spec.behaviour ?? { kind: 'answer', afterMs: 200 },
        secondCall: spec.secondCall ?? 'accept',
        rtp: spec.rtp ?? false,
      });
    }
  }
  await farm.start();
  await farm.register(300);
  for (const pbx of lab.freeswitches.values()) {
    if (!(pbx instanceof ReplayingFreeswitch)) continue;
    pbx.onPhone = (entry) => farm.log.push(entry);
    for (const { ext } of sites.find(({ name }) => name === pbx.name)?.agents ?? []) pbx.register(ext);
  }
  return farm;
}

/** A site is up once its first snapshot is in the database: that shows in its row, as an edge would read it. */
async function siteUp(store: MysqlStore, name: string, role: Role): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const { sites } = await store.sites();
    return sites.some(({ siteId, connection }) => siteId === name && connection === 'up') || undefined;
  };
  await until(look, `site ${name} is up`, START_MS).catch((error: Error) => {
    throw new Error(`${error.message}:\n${role.lines.slice(-15).join('\n')}`);
  });
}

/** The API is up once it has read the state of everything. */
async function apiUp(url: string, role: Role): Promise<void> {
  const look = async (): Promise<true | undefined> => {
    const answer = await fetch(`${url}/health/ready`).catch(() => undefined);
    return answer?.ok || undefined;
  };
  await until(look, 'the API is ready', START_MS).catch((error: Error) => {
    throw new Error(`${error.message}:\n${role.lines.slice(-15).join('\n')}`);
  });
}

/** Builds when needed, and brings everything up. */
export async function startStack(spec: StackSpec, report: (line: string) => void = () => undefined): Promise<Stack> {
  built();
  const ends: (() => Promise<unknown> | void)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).reverse()) await end();
  };
  try {
    const lab = await startLab(spec, { report });
    ends.push(() => lab.stop());
    const dir = join(lab.dir, 'ipnt');
    mkdirSync(dir, { recursive: true });
    const database = await startEmbeddedMariadb({
      dataDir: join(dir, 'db'),
      host: lab.databaseAddress,
      port: 3306,
      report,
    });
    ends.push(() => database.stop());
    return await assemble(spec, lab, dir, database, ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  spec: StackSpec,
  lab: Lab,
  dir: string,
  database: Stack['database'],
  ends: (() => Promise<unknown> | void)[],
  stop: () => Promise<void>,
): Promise<Stack> {
  const settingsFile = join(dir, 'ipnt.yaml');
  const routingFile = join(dir, 'routing.yaml');
  writeFileSync(settingsFile, await settingsOf(lab, spec, database.url, dir), { mode: 0o600 });
  writeFileSync(routingFile, stringify({ services: spec.routing }));
  const ipnt: Stack['ipnt'] = (...args) => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [join(ROOT, 'dist/cli/main.js'), '--settings', settingsFile, ...args],
      { encoding: 'utf8', timeout: START_MS },
    );
    return { status: status ?? -1, stdout, stderr };
  };
  for (const args of [['migrate'], ['apply', '-f', routingFile]]) {
    const done = ipnt(...args);
    if (done.status !== 0) throw new Error(`ipnt ${args.join(' ')}: ${done.stdout}${done.stderr}`);
  }
  const store = await openMysqlStore({ url: database.url, log: noLog });
  ends.push(() => store.close());
  const phones = await startPhones(lab, spec.sites, spec);
  ends.push(() => phones.stop());
  const roles = new Map<string, Role>();
  const startOne: Stack['startRole'] = async (kind, name) => {
    const role = startRole(`${kind}-${name}`, ['--settings', settingsFile, kind, name], dir);
    roles.set(`${kind} ${name}`, role);
    await (kind === 'edge' ? role.said('the edge routes calls', START_MS) : siteUp(store, name, role));
    return role;
  };
  ends.push(() => Promise.all([...roles.values()].map((role) => role.stop())));
  const sites = [...lab.sites.keys(), ...lab.freeswitches.keys()];
  if (spec.supervised) {
    const run = startRole('run', ['--settings', settingsFile, 'run'], dir);
    roles.set('run', run);
    await Promise.all(sites.map((name) => siteUp(store, name, run)));
    if (lab.edges.size > 0) await run.said('the edge routes calls', START_MS);
  } else {
    await Promise.all(sites.map((name) => startOne('site', name)));
    await Promise.all([...lab.edges.keys()].map((name) => startOne('edge', name)));
  }
  const url = spec.api ? `http://${lab.apiAddress}:${API_PORT}` : '';
  if (spec.api) {
    const api = roles.get('run') ?? startRole('api', ['--settings', settingsFile, 'api'], dir);
    if (!spec.supervised) roles.set('api', api);
    await apiUp(url, api);
  }
  const others: Phone[] = [];
  ends.push(() => Promise.all(others.map((phone) => phone.stop())));
  const open = async (options: PhoneOptions): Promise<Phone> => {
    const phone = new Phone({ ...options, rtp: spec.rtp ?? false });
    others.push(phone);
    await phone.start();
    return phone;
  };
  const edgeOf = (name = [...lab.edges.keys()][0]): AsteriskInstance => {
    const edge = lab.edges.get(name ?? '');
    if (!edge) throw new Error(`this stack has no edge ${name}`);
    return edge;
  };
  return {
    ...{ lab, dir, settingsFile, store, databaseUrl: database.url, database, url, roles, phones, ipnt, stop },
    startRole: startOne,
    phone: (site, ext) => phones.get(`${site}/${ext}`),
    caller: (name = '4930123456', edge) => open({ name, localAddress: lab.callerAddress, server: edgeOf(edge).sip }),
    customers: () =>
      open({
        ...{ name: 'customer', localAddress: lab.providerAddress, localPort: 5060 },
        ...{ server: edgeOf().sip, secondCall: 'accept' },
      }),
  };
}
