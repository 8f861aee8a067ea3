import type { SimulatedEdge } from '../../src/pbx/simulated/edge.ts';
import type { Random } from '../../src/pbx/simulated/random.ts';
import type { SimulatedSite } from '../../src/pbx/simulated/site.ts';
import type { Weather } from './faulty-store.ts';
import type { Running, Simulation } from './simulation.ts';

/** Something is wrong with `what` (`database`, `edge e1`, `trunk e1 s2`, `site s1`) for a while. */
interface Disturbance {
  readonly what: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

const CALM: Omit<Weather, 'delayMs'> = { errors: 0, lostAnswers: 0, late: 0, isOut: false };

/** Draws faults and brings them about; remembers what was wrong when, so that checkers know what to forgive. */
export class Faults {
  private readonly sim: Simulation;
  private readonly draw: Random;
  private readonly disturbances: Disturbance[] = [];
  /** From then on nobody may choose an agent of this site, as long as it lasts. */
  readonly staleTimes: {
    readonly siteId: string;
    readonly process: boolean;
    readonly fromMs: number;
    untilMs: number;
  }[] = [];

  constructor(sim: Simulation, draw: Random) {
    this.sim = sim;
    this.draw = draw;
  }

  get any(): boolean {
    return this.disturbances.length > 0;
  }

  /** Whether anything named so was wrong between two times, or is just over (`afterMs` ago). */
  wasDisturbed(what: string, fromMs: number, toMs: number, afterMs = 0): boolean {
    return this.disturbances.some(
      (one) => one.what.startsWith(what) && one.fromMs <= toMs && one.untilMs + afterMs >= fromMs,
    );
  }

  /** Another process serves the site again. */
  siteTaken(siteId: string): void {
    const nowMs = this.sim.clock.monoMs();
    for (const stale of this.staleTimes)
      if (stale.siteId === siteId && stale.process) stale.untilMs = Math.min(stale.untilMs, nowMs);
  }

  plan(fromMs: number, toMs: number): void {
    const { draw, sim } = this;
    const edges = [...sim.edges.values()];
    const sites = [...sim.sites.values()];
    const count = draw.whole(1, 6);
    for (let index = 0; index < count; index += 1) {
      const [edge, site, forMs] = [draw.pick(edges), draw.pick(sites), draw.between(500, 14_000)];
      const fault = draw.pick(this.kinds());
      sim.clock.after(draw.between(fromMs, toMs - 2_000), () => fault(forMs, edge, site));
    }
  }

  /** Everything is well again; what stands by or is dead is replaced. */
  heal(): void {
    const { sim } = this;
    Object.assign(sim.weather, CALM, { delayMs: [0.5, 3] });
    for (const edge of sim.edges.values()) {
      edge.heal();
      for (const trunk of edge.trunks.keys()) edge.setTrunk(trunk, true, 100);
    }
    for (const site of sim.sites.values()) site.heal();
    for (const stale of this.staleTimes)
      if (!stale.process) stale.untilMs = Math.min(stale.untilMs, sim.clock.monoMs());
    sim.world.trace(() => 'quiet begins');
  }

  private kinds(): readonly ((forMs: number, edge: SimulatedEdge, site: SimulatedSite) => void)[] {
    const storm = (part: Partial<Weather>) => (forMs: number) => this.storm(part, forMs);
    return [
      storm({ isOut: true }),
      storm({ errors: 0.2 }),
      storm({ lostAnswers: 0.2 }),
      storm({ late: 0.15 }),
      storm({ delayMs: [20, 150] }),
      (forMs, edge) => this.edgeProcess(edge, forMs, 'kill'),
      (forMs, edge) => this.edgeProcess(edge, forMs, 'freeze'),
      (forMs, edge) => this.edgeProcess(edge, forMs, 'freeze'),
      (_, edge) => void this.sim.startEdge(edge),
      (forMs, edge) => this.edgeLink(edge, forMs),
      (forMs, edge, site) => this.trunk(edge, site, forMs),
      (forMs, _edge, site) => this.siteProcess(site, forMs, 'kill'),
      (forMs, _edge, site) => this.siteProcess(site, forMs, 'freeze'),
      (_forMs, _edge, site) => void this.sim.startSite(site),
      (forMs, _edge, site) => this.siteLink(site, forMs),
      (forMs, _edge, site) => this.unplug(site, forMs),
    ];
  }

  note(what: string, forMs: number): void {
    const fromMs = this.sim.clock.monoMs();
    this.disturbances.push({ what, fromMs, untilMs: fromMs + forMs });
    this.sim.world.trace(() => `fault: ${what} for ${Math.round(forMs)} ms`);
  }

  private storm(part: Partial<Weather>, forMs: number): void {
    const { weather, clock } = this.sim;
    this.note(`database ${JSON.stringify(part)}`, forMs);
    Object.assign(weather, part);
    clock.after(forMs, () => Object.assign(weather, CALM, { delayMs: [0.5, 3] }));
  }

  private edgeProcess(edge: SimulatedEdge, forMs: number, how: 'kill' | 'freeze'): void {
    const serving = this.sim.serving('edge', edge.edgeId).filter(({ process }) => process.isRunning);
    const victim = serving.find(({ edge: app }) => app?.current) ?? serving[0];
    if (!victim) return;
    const standsBy = this.draw.chance(0.5);
    // He who comes after a dead one waits for its lease to end.
    this.note(`edge ${edge.edgeId} ${how}`, forMs + 8_000);
    if (how === 'freeze') this.sim.freeze(victim, forMs);
    else this.sim.kill(victim);
    if (how === 'kill') this.sim.clock.after(forMs, () => void this.sim.startEdge(edge));
    else if (standsBy) void this.sim.startEdge(edge);
  }

  private edgeLink(edge: SimulatedEdge, forMs: number): void {
    this.note(`edge ${edge.edgeId} link`, forMs + 3_000);
    if (this.draw.chance(0.6)) edge.cutLink('cut', forMs);
    else {
      this.sim.world.trace(() => `${edge.edgeId} is half-open`);
      edge.app?.goDeaf(forMs);
    }
  }

  private trunk(edge: SimulatedEdge, site: SimulatedSite, forMs: number): void {
    this.note(`trunk ${edge.edgeId} ${site.siteId}`, forMs + 3_000);
    const trunk = `PJSIP/${site.siteId}`;
    edge.setTrunk(trunk, false, this.draw.between(100, 3_000));
    this.sim.clock.after(forMs, () => edge.setTrunk(trunk, true, this.draw.between(100, 3_000)));
  }

  private siteProcess(site: SimulatedSite, forMs: number, how: 'kill' | 'freeze'): void {
    const { siteId } = site;
    const victim: Running | undefined = this.sim.serving('site', siteId).find(({ site: app }) => app?.state.epoch);
    if (!victim) return;
    const others = this.sim.serving('site', siteId).length > 1;
    const standsBy = how === 'freeze' && this.draw.chance(0.5);
    this.note(`site ${siteId} ${how}`, forMs + 8_000);
    if (!others && !standsBy) this.stale(siteId, forMs, true);
    if (how === 'freeze') this.sim.freeze(victim, forMs);
    else this.sim.kill(victim);
    if (how === 'kill') this.sim.clock.after(forMs, () => void this.sim.startSite(site));
    else if (standsBy) void this.sim.startSite(site);
  }

  private siteLink(site: SimulatedSite, forMs: number): void {
    this.note(`site ${site.siteId} link`, forMs + 3_000);
    const what = this.draw.next();
    if (what < 0.4) site.cutLinks('cut', forMs);
    else if (what < 0.7) site.freezeLinks(forMs);
    else site.restart(forMs);
    if (what < 0.4 || what >= 0.7) this.stale(site.siteId, forMs, false);
  }

  private unplug(site: SimulatedSite, forMs: number): void {
    const phone = this.draw.pick([...site.phones.values()]);
    this.note(`phone ${phone.name}`, forMs);
    phone.setRegistered(false);
    this.sim.clock.after(forMs, () => phone.setRegistered(true));
  }

  /** 5 s of silence, and what a beat and the way to the rows take. */
  private stale(siteId: string, forMs: number, process: boolean): void {
    const nowMs = this.sim.clock.monoMs();
    if (forMs > 7_000) this.staleTimes.push({ siteId, process, fromMs: nowMs + 7_000, untilMs: nowMs + forMs });
  }
}
