import type { Customer } from '../../src/core/model/call.ts';
import type { CustomerSource } from '../../src/ports/provisioning.ts';
import { EdgeApp } from '../../src/apps/edge/edge-app.ts';
import { SiteApp } from '../../src/apps/site/site-app.ts';
import type { CallEvent } from '../../src/core/model/call.ts';
import type { Service } from '../../src/core/model/service.ts';
import { SERVICE_DEFAULTS } from '../../src/core/model/service.ts';
import { SimulatedEdge } from '../../src/pbx/simulated/edge.ts';
import { EdgeLink } from '../../src/pbx/simulated/edge-link.ts';
import type { Random } from '../../src/pbx/simulated/random.ts';
import { seeded } from '../../src/pbx/simulated/random.ts';
import { SiteLink } from '../../src/pbx/simulated/site-link.ts';
import type { SimulatedSite } from '../../src/pbx/simulated/site.ts';
import { World } from '../../src/pbx/simulated/world.ts';
import type { SitePbx } from '../../src/ports/site-pbx.ts';
import type { AskedCommand } from '../../src/ports/commands.ts';
import type { Log, LogFields } from '../../src/ports/log.ts';
import type { EdgeMeter } from '../../src/ports/metrics.ts';
import type { Recorder } from '../../src/ports/records.ts';
import { noEdgeMeter, noSiteMeter } from '../../src/runtime/monitoring/none.ts';
import type { Store } from '../../src/store/common/store.ts';
import { openMemoryStore } from '../../src/store/memory/index.ts';
import type { MemoryStore } from '../../src/store/memory/index.ts';
import { faultyStore } from './faulty-store.ts';
import type { Statement, Weather } from './faulty-store.ts';
import { SimProcess } from './process.ts';
import { VirtualClock } from './virtual-clock.ts';

/** One running program of ours. */
export interface Running {
  readonly role: 'edge' | 'site';
  /** Which edge or site it serves. */
  readonly id: string;
  readonly process: SimProcess;
  /** Its connections: closed when it dies. */
  readonly links: (EdgeLink | SiteLink)[];
  readonly edge?: EdgeApp;
  readonly site?: SiteApp;
}

/** Where a planted bug comes in: around a process's store, and around what a link reports. */
export interface Sabotage {
  readonly store?: (store: Store, world: Simulation) => Store;
  readonly siteLink?: (link: SiteLink) => SitePbx;
}

export const service = (name: string, part: Partial<Service>): Service => ({
  ...SERVICE_DEFAULTS,
  ...{ name, title: name, requirement: '' },
  ...part,
});

/** The real apps on a virtual clock over simulated PBXes and a memory store, with all the handles to break them. */
export class Simulation {
  readonly clock = new VirtualClock();
  readonly random: Random;
  readonly world: World;
  readonly sites = new Map<string, SimulatedSite>();
  readonly edges = new Map<string, SimulatedEdge>();
  readonly memory: MemoryStore;
  readonly weather: Weather = { delayMs: [0.5, 3], errors: 0, lostAnswers: 0, late: 0, isOut: false };
  readonly running: Running[] = [];
  /** Every fact that an edge recorded: its spool is on disk and survives it. */
  readonly records: CallEvent[] = [];
  readonly recordings: ((process: string, edgeId: string, event: CallEvent) => void)[] = [];
  readonly askings: ((command: AskedCommand) => void)[] = [];
  readonly statements: ((statement: Statement) => void)[] = [];
  /** Lines that say BUG, and exceptions: never right. */
  readonly bugs: string[] = [];
  private readonly sabotage: Sabotage;
  private readonly frozenUntil = new Map<Running, number>();
  private started = 0;
  private asked = 0;

  constructor(seed: number, sabotage: Sabotage = {}) {
    this.random = seeded(seed);
    this.sabotage = sabotage;
    this.world = new World(this.clock, this.random.fork());
    this.memory = openMemoryStore(this.clock);
  }

  addEdge(edgeId: string, sites: readonly SimulatedSite[]): SimulatedEdge {
    const edge = new SimulatedEdge(this.world, edgeId);
    this.edges.set(edgeId, edge);
    for (const { siteId } of sites) edge.addTrunk(`PJSIP/${siteId}`, siteId);
    return edge;
  }

  /** Customers by number, and whom each spoke to last: nobody knows anybody unless a story says so. */
  readonly customerOf = new Map<string, Customer>();
  readonly lastAgents = new Map<string, string>();
  private readonly customers: CustomerSource = {
    find: (_source, { number }) => Promise.resolve({ customer: this.customerOf.get(number) ?? null, problem: '' }),
  };

  /** Of edges that are started from now on. */
  edgeMeter: EdgeMeter = noEdgeMeter;

  startEdge(edge: SimulatedEdge): Running {
    const { edgeId } = edge;
    const process = this.newProcess(`edge ${edgeId}`);
    const link = new EdgeLink(edge, {
      clock: process.clock,
      name: process.name,
      random: this.random.fork(),
      delayMs: [0.3, 3],
    });
    const siteIds = [...this.sites.keys()];
    const store = this.storeOf(process);
    const app = new EdgeApp({
      ...{ edgeId, holder: process.name, pbx: link, store, routing: store, clock: process.clock },
      recorder: this.recorder(process, edgeId),
      log: this.logOf(process),
      meter: this.edgeMeter,
      reach: {
        trunks: Object.fromEntries(siteIds.map((siteId) => [siteId, `PJSIP/{agent}@${siteId}`])),
        redirects: Object.fromEntries(siteIds.map((siteId) => [siteId, `sip:{agent}@${siteId}`])),
        outbound: 'PJSIP/{number}@provider',
      },
      normalise: (number) => number,
      customers: this.customers,
      lastAgentOf: (ani) => Promise.resolve(this.lastAgents.get(ani) ?? null),
    });
    const running: Running = { role: 'edge', id: edgeId, process, links: [link], edge: app };
    this.running.push(running);
    app.start().catch((error: unknown) => this.bugs.push(`${process.name}: ${String(error)}`));
    return running;
  }

  startSite(site: SimulatedSite): Running {
    this.sites.set(site.siteId, site);
    const { siteId } = site;
    const process = this.newProcess(`site ${siteId}`);
    const links: SiteLink[] = [];
    const app = new SiteApp({
      rules: { siteId, listed: [], windowMs: 1_800_000 },
      ...{ title: siteId, holder: process.name, store: this.storeOf(process), clock: process.clock },
      log: this.logOf(process),
      meter: noSiteMeter,
      newPbx: () => {
        const link = new SiteLink(site, { clock: process.clock, random: this.random.fork(), delayMs: [0.5, 15] });
        links.push(link);
        return this.sabotage.siteLink?.(link) ?? link;
      },
    });
    const running: Running = { role: 'site', id: siteId, process, links, site: app };
    this.running.push(running);
    app.start();
    return running;
  }

  /** A person asks for something at a PBX; nobody's process dies of it. */
  ask(command: Omit<AskedCommand, 'commandId' | 'reason' | 'askedBy' | 'queues'>): void {
    const commandId = `cmd${(this.asked += 1)}`;
    this.world.trace(() => `${command.siteId}/${command.agent}: somebody asks for ${command.action} (${commandId})`);
    const asked = { ...command, commandId, reason: commandId, askedBy: 'somebody', queues: [] };
    for (const look of this.askings) look(asked);
    void this.memory.askCommand(asked);
  }

  /** The process is gone, in the middle of whatever it did. */
  kill(running: Running): void {
    this.world.trace(() => `${running.process.name} is killed`);
    running.process.kill();
    for (const link of running.links) link.sever();
  }

  freeze(running: Running, forMs: number): void {
    this.world.trace(() => `${running.process.name} freezes for ${Math.round(forMs)} ms`);
    running.process.freeze();
    const untilMs = Math.max(this.frozenUntil.get(running) ?? 0, this.clock.monoMs() + forMs);
    this.frozenUntil.set(running, untilMs);
    this.clock.after(forMs, () => {
      if (this.clock.monoMs() < untilMs || untilMs < (this.frozenUntil.get(running) ?? 0)) return;
      this.world.trace(() => `${running.process.name} goes on`);
      running.process.thaw();
    });
  }

  /** The processes that live and serve this edge or site. */
  serving(role: Running['role'], id: string): readonly Running[] {
    return this.running.filter((one) => one.role === role && one.id === id && !one.process.isDead);
  }

  private newProcess(name: string): SimProcess {
    return new SimProcess(this.clock, `${name} #${(this.started += 1)}`, this.random.between(-200, 200));
  }

  private storeOf(process: SimProcess): Store {
    const { clock, weather } = this;
    const executed = (statement: Statement): void => this.statements.forEach((look) => look(statement));
    const memory = this.memory.another();
    const store = faultyStore({ memory, process, clock, weather, random: this.random.fork(), executed });
    return this.sabotage.store?.(store, this) ?? store;
  }

  private recorder(process: SimProcess, edgeId: string): Recorder {
    return {
      record: (event) => {
        if (process.isDead) return;
        this.world.trace(() => `${process.name} records ${event.callId} ${event.seq} ${textOf(event)}`);
        this.records.push(event);
        for (const look of this.recordings) look(process.name, edgeId, event);
        void this.memory.appendCallEvents([event]);
      },
    };
  }

  private logOf(process: SimProcess): Log {
    const say =
      (level: string) =>
      (message: string, fields: LogFields = {}) => {
        this.world.trace(() => `${process.name} ${level}: ${message} ${JSON.stringify(fields)}`);
        if (fields.errCode === 'BUG') this.bugs.push(`${process.name}: ${message} ${fields.detail ?? ''}`);
      };
    const log: Log = {
      error: say('error'),
      warn: say('warn'),
      info: say('info'),
      debug: () => undefined,
      child: () => log,
    };
    return log;
  }
}

function textOf({ fact }: CallEvent): string {
  if (fact.kind !== 'decided') return JSON.stringify(fact);
  const { winner, refused } = fact.decision;
  return `decided ${winner?.agentId ?? 'nobody'}; ${refused.map((r) => `${r.agentId}: ${r.reasons.map((why) => why.code).join()}`).join('; ')}`;
}
