/**
 * A whole telephone network on 127.0.N.x: edges, call centres, the trunks between them, and room for phones and callers.
 * Several labs can run at once: each takes a slot N. Everything it writes lives below one folder.
 */
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { providePart } from '../../src/runtime/parts/index.ts';
import type { Part } from '../../src/runtime/parts/index.ts';
import type { Credentials } from './asterisk/base-config.ts';
import { edgeConfigs } from './asterisk/edge-config.ts';
import { startAsterisk } from './asterisk/instance.ts';
import type { AsteriskInstance } from './asterisk/instance.ts';
import { addMemberCommands, siteConfigs } from './asterisk/site-config.ts';
import type { AgentSpec, SiteSpec } from './asterisk/site-config.ts';
import { takeSlot } from './asterisk/slot.ts';
import { startFreeswitchSite } from './freeswitch/site.ts';
import type { FreeswitchPbx } from './freeswitch/site.ts';

export type { AsteriskInstance } from './asterisk/instance.ts';
export type { AgentSpec, QueueSpec, SiteSpec } from './asterisk/site-config.ts';

export interface LabSpec {
  /** Names, e.g. ['edge1'], ['edge1', 'edge2']. */
  edges: string[];
  sites: SiteSpec[];
  /** Get an extension for callers and a default route; the queues' names by default. */
  services?: string[];
  /** Added to every edge's extensions.conf. */
  extraEdgeDialplan?: string;
}

export interface LabOptions {
  /** Where everything is written; a temporary folder, removed by stop(), by default. */
  dir?: string;
  report?: (line: string) => void;
  /** Logs each dialplan step; on by default, off for benches. */
  verbose?: boolean;
}

export interface LabCredentials extends Credentials {
  eslPassword: string;
  sipPassword(ext: string): string;
}

export interface Lab {
  /** N of 127.0.N.x. */
  slot: number;
  edges: Map<string, AsteriskInstance>;
  /** The Asterisks among them. */
  sites: Map<string, AsteriskInstance>;
  freeswitches: Map<string, FreeswitchPbx>;
  dir: string;
  /** Where phones bind. */
  phoneAddress: string;
  /** Edges and sites take calls from here without a password. */
  callerAddress: string;
  /** Edges send calls over the trunk `provider` here, port 5060. */
  providerAddress: string;
  databaseAddress: string;
  /** Where the pages and the REST API are served. */
  apiAddress: string;
  credentials: LabCredentials;
  /** Waits until every edge can reach every site that runs. */
  trunksUp(deadlineMs?: number): Promise<void>;
  stop(): Promise<void>;
}

const FIRST_EDGE = 10;
const FIRST_SITE = 31;

interface Network {
  at(lastOctet: number): string;
  edgeAddress(index: number): string;
  siteAddress(index: number): string;
}

function network(slot: number): Network {
  const at = (lastOctet: number): string => `127.0.${slot}.${lastOctet}`;
  return { at, edgeAddress: (i) => at(FIRST_EDGE + 10 * i), siteAddress: (i) => at(FIRST_SITE + i) };
}

function makeCredentials(spec: LabSpec): LabCredentials {
  const secret = (): string => randomBytes(9).toString('hex');
  const own = new Map(spec.sites.flatMap((site) => site.agents.map((a) => [a.ext, a.password] as const)));
  return {
    ...{ amiUser: 'ipnt', amiPassword: secret(), ariUser: 'ipnt', ariPassword: secret(), ariReader: 'ipnt-site' },
    eslPassword: secret(),
    sipPassword: (ext) => own.get(ext) ?? `phone-${ext}`,
  };
}

/** Starts it all at once and returns when the trunks are up; on a failure, stops what had started. */
export async function startLab(spec: LabSpec, options: LabOptions = {}): Promise<Lab> {
  if (spec.edges.length > 3 || spec.sites.length > 60) throw new Error('a lab has at most 3 edges and 60 sites');
  const report = options.report ?? (() => undefined);
  const part = await providePart('asterisk', { report });
  const octets = [...spec.edges.map((_, i) => FIRST_EDGE + 10 * i), ...spec.sites.map((_, i) => FIRST_SITE + i)];
  const slot = await takeSlot(octets);
  const dir = options.dir ?? mkdtempSync(join(tmpdir(), 'ipnt-lab-'));
  mkdirSync(dir, { recursive: true });
  const credentials = makeCredentials(spec);
  const net = network(slot.number);
  const started = Date.now();
  const running: { readonly name: string; stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(running.map((instance) => instance.stop()));
    slot.release();
    if (options.dir === undefined) rmSync(dir, { recursive: true, force: true });
  };
  const keep = async <T extends (typeof running)[number]>(starting: Promise<T>): Promise<[string, T]> => {
    const instance = await starting;
    running.push(instance);
    return [instance.name, instance];
  };
  const plans = instancePlans(spec, net, dir, part, credentials, options.verbose ?? true);
  const [edges, sites, freeswitches] = [
    plans.edges.map((p) => keep(startAsterisk(p))),
    plans.sites.map((p) => keep(startAsterisk(p))),
    plans.freeswitches.map((p) => keep(startFreeswitchSite(p))),
  ];
  try {
    const lab: Lab = {
      ...{ slot: slot.number, dir, credentials, stop: once(stop) },
      edges: new Map(await Promise.all(edges)),
      sites: new Map(await Promise.all(sites)),
      freeswitches: new Map(await Promise.all(freeswitches)),
      phoneAddress: net.at(100),
      callerAddress: net.at(110),
      providerAddress: net.at(120),
      databaseAddress: net.at(5),
      apiAddress: net.at(6),
      trunksUp: (deadlineMs) => trunksUp(lab, deadlineMs),
    };
    await Promise.all(spec.sites.map((site) => addDynamicMembers(site, lab)));
    await lab.trunksUp();
    report(`lab ${slot.number}: ${running.length} PBX up in ${Date.now() - started} ms (127.0.${slot.number}.x)`);
    return lab;
  } catch (error) {
    await Promise.allSettled([...edges, ...sites, ...freeswitches]);
    await stop();
    throw error;
  }
}

function once(action: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= action());
}

function instancePlans(
  spec: LabSpec,
  net: Network,
  dir: string,
  part: Part,
  credentials: LabCredentials,
  verbose: boolean,
) {
  const services = spec.services ?? [...new Set(spec.sites.flatMap((site) => Object.keys(site.queues)))];
  const base = (name: string, address: string, index: number) => {
    const rtp = { start: 12_000 + index * 1_000, end: 12_998 + index * 1_000 };
    return { name, address, dir: join(dir, name), part, rtp, verbose };
  };
  const placed = spec.sites.map((site, i) => ({ site, i, address: net.siteAddress(i) }));
  const passwordOf = (agent: AgentSpec) => agent.password ?? credentials.sipPassword(agent.ext);
  const siteBase = (i: number) => i + Math.max(2, spec.edges.length);
  const freeswitches = placed.flatMap(({ site, i, address }) =>
    site.freeswitch === undefined
      ? []
      : {
          ...{ ...base(site.name, address, siteBase(i)), spec: site, kind: site.freeswitch },
          ...{ callerAddress: net.at(110), eslPassword: credentials.eslPassword, sipPassword: passwordOf },
          edgeAddresses: [0, 1, 2].map((edge) => net.edgeAddress(edge)),
        },
  );
  const asterisks = placed.filter(({ site }) => site.freeswitch === undefined);
  const sites = asterisks.map(({ site, i, address }) => ({
    ...base(site.name, address, siteBase(i)),
    configs: siteConfigs({
      ...{
        spec: site,
        address,
        callerAddress: net.at(110),
        phoneAddress: net.at(100),
        credentials,
      },
      edgeAddresses: spec.edges.map((_, e) => net.edgeAddress(e)),
      sipPassword: passwordOf,
    }),
  }));
  const edges = spec.edges.map((name, i) => ({
    ...base(name, net.edgeAddress(i), i),
    configs: edgeConfigs({
      ...{
        address: net.edgeAddress(i),
        callerAddress: net.at(110),
        providerAddress: net.at(120),
        credentials,
        services,
      },
      sites: spec.sites.map((s, n) => ({ name: s.name, address: net.siteAddress(n), queues: Object.keys(s.queues) })),
      extraDialplan: spec.extraEdgeDialplan ?? '',
    }),
  }));
  return { edges, sites, freeswitches };
}

async function addDynamicMembers(site: SiteSpec, lab: Lab): Promise<void> {
  for (const command of site.agents.filter((agent) => agent.dynamic).flatMap(addMemberCommands))
    await lab.sites.get(site.name)?.cli(command);
}

/** Asks each edge to qualify its sites until all are reachable: left alone, the first look can take seconds. */
async function trunksUp(lab: Lab, deadlineMs = 60_000): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  const one = async (edge: AsteriskInstance, site: string): Promise<void> => {
    while (!(await reachable(edge, site, lab.credentials))) {
      if (Date.now() > deadline) throw new Error(`${edge.name} does not reach ${site}:\n${edge.logTail()}`);
      await edge.cli(`pjsip qualify ${site}`);
      await delay(20);
    }
  };
  const pairs = [...lab.edges.values()].flatMap((edge) =>
    [...lab.sites.keys(), ...lab.freeswitches.keys()].map((site) => one(edge, site)),
  );
  await Promise.all(pairs);
}

async function reachable(edge: AsteriskInstance, site: string, credentials: Credentials): Promise<boolean> {
  const login = Buffer.from(`${credentials.ariUser}:${credentials.ariPassword}`).toString('base64');
  const url = `http://${edge.http.host}:${edge.http.port}/ari/endpoints/PJSIP/${encodeURIComponent(site)}`;
  const answer = await fetch(url, { headers: { authorization: `Basic ${login}` } });
  if (!answer.ok) return false;
  const endpoint = (await answer.json()) as { state?: string };
  return endpoint.state === 'online';
}
