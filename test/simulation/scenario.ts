import { NO_RULES } from '../../src/core/model/routing.ts';
import type { Service } from '../../src/core/model/service.ts';
import type { SimulatedEdge } from '../../src/pbx/simulated/edge.ts';
import type { Manner, Phone } from '../../src/pbx/simulated/phone.ts';
import type { Random } from '../../src/pbx/simulated/random.ts';
import { SimulatedSite } from '../../src/pbx/simulated/site.ts';
import type { Sabotage } from './simulation.ts';
import { service, Simulation } from './simulation.ts';
import { Faults } from './faults.ts';

/** Nobody calls before this: apps start, sites are read. */
const START_MS = 8_000;
/** Everything that has begun ends within this, once nothing new begins. */
const QUIET_MS = 50_000;

/** A world with its calls, its agents' whims and its faults, all drawn from one seed. */
export interface Scenario {
  readonly seed: number;
  readonly sim: Simulation;
  readonly sites: readonly SimulatedSite[];
  readonly edges: readonly SimulatedEdge[];
  readonly services: readonly Service[];
  readonly faults: Faults;
  /** Nothing new begins after it. */
  readonly actionEndsMs: number;
  readonly endsMs: number;
}

export function prepare(seed: number, sabotage: Sabotage = {}): Scenario {
  const sim = new Simulation(seed, sabotage);
  const draw = sim.random.fork();
  const sites = Array.from({ length: draw.whole(2, 3) }, (_, index) => newSite(sim, draw.fork(), index));
  const edges = Array.from({ length: draw.whole(1, 2) }, (_, index) => sim.addEdge(`e${index + 1}`, sites));
  const services = newServices(draw.fork());
  const actionEndsMs = START_MS + draw.between(20_000, 45_000);
  void sim.memory.applyRouting({ ...NO_RULES, services }, 'seed');
  for (const site of sites) sim.startSite(site);
  for (const edge of edges) sim.startEdge(edge);
  const faults = new Faults(sim, draw.fork());
  const scenario = { seed, sim, sites, edges, services, faults, actionEndsMs, endsMs: actionEndsMs + QUIET_MS };
  planCalls(scenario, draw.fork());
  for (const site of sites) planSite(scenario, site, draw.fork());
  for (const site of sites) planCommands(scenario, site, draw.fork());
  // Every fourth world is without faults: there, nothing is forgiven.
  if (seed % 4 !== 0) faults.plan(START_MS, actionEndsMs);
  sim.clock.after(actionEndsMs, () => faults.heal());
  return scenario;
}

function newSite(sim: Simulation, draw: Random, index: number): SimulatedSite {
  const names = draw.chance(0.5) ? ['support'] : ['support', 'sales'];
  const queues = names.map((name) => ({
    name,
    wrapUpMs: draw.pick([0, 0, 2_000]),
    ringMs: draw.between(3_000, 8_000),
  }));
  const site = new SimulatedSite(sim.world, `s${index + 1}`, queues);
  const count = draw.whole(2, 4);
  for (let agent = 1; agent <= count; agent += 1) {
    const extension = `${index + 1}00${agent}`;
    const whims = draw.fork();
    const memberships = names.filter(() => draw.chance(0.8)).map((queue) => ({ queue, penalty: draw.whole(0, 3) }));
    if (memberships.length === 0) memberships.push({ queue: 'support', penalty: 0 });
    site.addAgent({ extension, title: `Agent ${extension}`, queues: memberships, manner: () => mannerOf(whims) });
  }
  return site;
}

function mannerOf(draw: Random): Manner {
  const chance = draw.next();
  if (chance < 0.75) return { kind: 'answers', afterMs: draw.between(200, 3_000) };
  if (chance < 0.85) return { kind: 'letsRing' };
  if (chance < 0.9) return { kind: 'busy' };
  return { kind: 'declines', afterMs: draw.between(200, 2_000) };
}

function newServices(draw: Random): readonly Service[] {
  const rules = (): Partial<Service> => ({
    maxWaitMs: Math.round(draw.between(8_000, 25_000)),
    ringMs: Math.round(draw.between(2_000, 6_000)),
    wrapUpMs: draw.pick([0, 0, 1_500]),
    music: draw.pick(['', 'default']),
    after: draw.pick(['hangup', 'continue'] as const),
    arrivalMs: 4_000,
  });
  return [
    service('support', { ...rules(), requirement: 'queue:support' }),
    service('sales', { ...rules(), requirement: 'queue:sales', share: draw.pick(['site_first', 'network_first']) }),
    service('any', { ...rules(), delivery: draw.pick(['bridge', 'redirect', 'continue'] as const) }),
  ];
}

/** Callers come in bursts and lulls, at about the rate that the agents can bear. */
function planCalls({ sim, sites, edges, actionEndsMs }: Scenario, draw: Random): void {
  const agents = sites.reduce((sum, site) => sum + site.phones.size, 0);
  const meanGapMs = 9_000 / agents / draw.between(0.5, 1.3);
  let count = 0;
  for (let atMs = START_MS; atMs < actionEndsMs; atMs += draw.chance(0.2) ? 5 : draw.between(0, 2 * meanGapMs)) {
    const edge = draw.pick(edges);
    const name = draw.pick(['support', 'support', 'support', 'sales', 'any']);
    const extra = draw.chance(0.05) ? ['priority=5'] : draw.chance(0.02) ? ['require=((('] : [];
    const whisper = draw.chance(0.05) ? ['whisper=hello^s^1'] : [];
    const options = {
      ...{ channelId: `ch${(count += 1)}`, args: [`dnis=555`, `service=${name}`, ...extra, ...whisper] },
      ...{ ani: `+49${draw.whole(1_000_000, 9_999_999)}`, callerName: 'C', exten: '555' },
      patienceMs: draw.chance(0.2) ? draw.between(50, 8_000) : draw.between(8_000, 40_000),
      ...{ talkMs: draw.between(500, 10_000), endsBy: draw.pick(['caller', 'agent'] as const) },
      transferAt: draw.chance(0.06) ? draw.between(0.1, 0.5) : null,
    };
    sim.clock.after(atMs, () => edge.enter(options));
  }
}

/** The site's own life: callers of its queues, direct calls, pauses, log-outs. */
function planSite({ sim, actionEndsMs }: Scenario, site: SimulatedSite, draw: Random): void {
  const phones = [...site.phones.values()];
  const queues = [...site.queues.values()];
  const often = draw.between(3_000, 15_000);
  for (let atMs = START_MS / 2; atMs < actionEndsMs; atMs += draw.between(0, 2 * often)) {
    const phone = draw.pick(phones);
    const queue = draw.pick(queues);
    const [patienceMs, talkMs] = [draw.between(1_000, 15_000), draw.between(500, 8_000)];
    const what = draw.next();
    sim.clock.after(atMs, () => {
      if (what < 0.45) queue.join(patienceMs, talkMs);
      else if (what < 0.65) site.callDirect(phone, talkMs);
      else if (what < 0.9) takeBreak(sim, site, phone, draw.chance(0.3) ? queue.name : undefined, patienceMs);
      else goHome(sim, site, phone, patienceMs);
    });
  }
}

/** People pause agents and log them out by command, and mostly take it back. */
function planCommands({ sim, actionEndsMs }: Scenario, { siteId, phones }: SimulatedSite, draw: Random): void {
  const often = draw.between(4_000, 20_000);
  for (let atMs = START_MS / 2; atMs < actionEndsMs; atMs += draw.between(0, 2 * often)) {
    const agent = draw.pick([...phones.keys()]);
    const [action, back] = draw.pick([
      ['pause', 'resume'],
      ['pause', 'resume'],
      ['logout', 'login'],
    ] as const);
    sim.clock.after(atMs, () => sim.ask({ siteId, agent, action }));
    if (draw.chance(0.9))
      sim.clock.after(atMs + draw.between(20, 9_000), () => sim.ask({ siteId, agent, action: back }));
  }
}

function takeBreak(sim: Simulation, site: SimulatedSite, phone: Phone, queue: string | undefined, forMs: number): void {
  sim.world.trace(() => `${site.siteId}/${phone.name} pauses ${queue ?? 'everywhere'} for ${Math.round(forMs)} ms`);
  site.pause(phone, true, 'break', queue);
  sim.clock.after(forMs, () => site.pause(phone, false, '', queue));
}

function goHome(sim: Simulation, site: SimulatedSite, phone: Phone, forMs: number): void {
  sim.world.trace(() => `${site.siteId}/${phone.name} logs out for ${Math.round(forMs)} ms`);
  site.logOut(phone);
  sim.clock.after(forMs, () => site.logIn(phone));
}
