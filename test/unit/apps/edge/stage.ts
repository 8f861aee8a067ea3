import { NO_RULES } from '../../../../src/core/model/routing.ts';
import type { Service } from '../../../../src/core/model/service.ts';
import type { CallFact } from '../../../../src/core/model/call.ts';
import type { Reservation } from '../../../../src/core/model/claim.ts';
import type { Caller } from '../../../../src/pbx/simulated/caller.ts';
import type { CallerOptions } from '../../../../src/pbx/simulated/caller.ts';
import type { SimulatedEdge } from '../../../../src/pbx/simulated/edge.ts';
import type { Manner, Phone } from '../../../../src/pbx/simulated/phone.ts';
import { Outside } from '../../../../src/pbx/simulated/outside.ts';
import { SimulatedSite } from '../../../../src/pbx/simulated/site.ts';
import type { EdgeMeter } from '../../../../src/ports/metrics.ts';
import type { Running } from '../../../simulation/simulation.ts';
import { service, Simulation } from '../../../simulation/simulation.ts';

export const answers = (afterMs: number): Manner => ({ kind: 'answers', afterMs });
export const letsRing: Manner = { kind: 'letsRing' };
export const busy: Manner = { kind: 'busy' };
export const declines = (afterMs: number): Manner => ({ kind: 'declines', afterMs });

export interface StageOptions {
  /** Extension to manner; site `a` has 1xxx, site `b` 2xxx. The queue of all is `support`. */
  readonly agents: Readonly<Record<string, Manner>>;
  readonly service?: Partial<Service>;
  readonly meter?: EdgeMeter;
}

/** A small world without faults: one edge, two sites, the service `support`; 10 s have passed and everything is up. */
export class Stage {
  readonly sim = new Simulation(1);
  readonly edge: SimulatedEdge;
  /** Ann is at home under the number that she calls from. */
  readonly outside: Outside;
  edgeProcess: Running;
  private calls = 0;

  static async open(options: StageOptions): Promise<Stage> {
    const stage = new Stage(options);
    const { required = 'queue:support' } = { required: options.service?.requirement };
    const rules = service('support', { maxWaitMs: 60_000, ringMs: 10_000, ...options.service, requirement: required });
    await stage.sim.memory.applyRouting({ ...NO_RULES, services: [rules, service('shut', { closed: true })] }, 'test');
    await stage.pass(10_000);
    return stage;
  }

  private constructor({ agents, meter }: StageOptions) {
    const { sim } = this;
    if (meter !== undefined) sim.edgeMeter = meter;
    const sites = ['a', 'b'].map((siteId, index) => {
      const site = new SimulatedSite(sim.world, siteId, [{ name: 'support', wrapUpMs: 0, ringMs: 8_000 }]);
      for (const [extension, manner] of Object.entries(agents)) {
        if (!extension.startsWith(String(index + 1))) continue;
        const queues = [{ queue: 'support', penalty: 0 }];
        site.addAgent({ extension, title: extension, queues, manner: () => manner });
      }
      sim.startSite(site);
      return site;
    });
    this.edge = sim.addEdge('e1', sites);
    this.outside = new Outside(sim.world);
    this.edge.addTrunk('PJSIP/provider', 'outside');
    this.outside.add({
      number: '+4930123',
      manner: () => answers(800),
      talkMs: 20_000,
      endsBy: 'customer',
      patienceMs: 60_000,
    });
    this.edgeProcess = sim.startEdge(this.edge);
  }

  /** Lets time pass. */
  pass(ms: number): Promise<void> {
    return this.sim.clock.run(this.sim.clock.monoMs() + ms);
  }

  /** A caller for the service `support`, patient for two minutes; he hangs up after 5 s of talk. */
  call(part: Partial<CallerOptions> = {}): Caller {
    this.calls += 1;
    return this.edge.enter({
      ...{ channelId: `c${this.calls}`, args: ['dnis=5551000', 'service=support'], ani: '+4930123', callerName: 'Ann' },
      ...{ exten: '5551000', patienceMs: 120_000, talkMs: 5_000, endsBy: 'caller', transferAt: null },
      ...part,
    });
  }

  site(siteId: string): SimulatedSite {
    const site = this.sim.sites.get(siteId);
    if (!site) throw new RangeError(siteId);
    return site;
  }

  phone(agentId: string): Phone {
    const [siteId = '', name = ''] = agentId.split(/\/(.*)/);
    const phone = this.site(siteId).phones.get(name);
    if (!phone) throw new RangeError(agentId);
    return phone;
  }

  /** The facts recorded of a caller's call, decisions left out unless asked for. */
  facts(caller: Caller): CallFact[] {
    const { channelId } = caller.options;
    const arrived = this.sim.records.find(({ fact }) => fact.kind === 'arrived' && fact.channel === channelId);
    return this.sim.records.filter(({ callId }) => callId === arrived?.callId).map(({ fact }) => fact);
  }

  /** The same, as a story in short words. */
  story(caller: Caller): string[] {
    return this.facts(caller).flatMap((fact) => words(fact));
  }

  /** The story of a call that has no caller of its own: a call back. */
  storyOf(callId: string): string[] {
    return this.sim.records.filter((record) => record.callId === callId).flatMap(({ fact }) => words(fact));
  }

  callIdOf(caller: Caller): string {
    const { channelId } = caller.options;
    const arrived = this.sim.records.find(({ fact }) => fact.kind === 'arrived' && fact.channel === channelId);
    return arrived?.callId ?? '';
  }

  /** When something of a kind happened to a call; Infinity: never. */
  atOf(callId: string, kind: CallFact['kind']): number {
    return this.sim.records.find((record) => record.callId === callId && record.fact.kind === kind)?.atMs ?? Infinity;
  }

  /** Announcements that a caller heard. */
  heard(caller: Caller): number {
    return caller.story.announced;
  }

  async claim(agentId: string): Promise<Reservation | null> {
    return this.sim.memory.readReservation(agentId);
  }
}

function words(fact: CallFact): string[] {
  switch (fact.kind) {
    case 'arrived':
      return [`arrived for ${fact.service || 'nothing'}`];
    case 'decided':
      return fact.decision.winner ? [] : ['nobody'];
    case 'offered':
      return [`offered to ${fact.agent}`];
    case 'offerEnded':
      return [`offer ended: ${fact.reason}`];
    case 'bridged':
      return [`bridged to ${fact.agent}`];
    case 'returned':
      return [`returned ${fact.status}`];
    case 'ended':
      return [`ended ${fact.outcome} by ${fact.by}`];
    case 'incident':
      return [`incident ${fact.code}`];
    case 'stepped':
      return [fact.skipped ? `(step ${fact.step})` : `step ${fact.step}: ${fact.why}`];
    case 'overflowed':
      return [`overflowed to ${fact.to.kind}`];
    case 'keyPressed':
      return [`pressed ${fact.key}: ${fact.action}`];
    case 'callbackAsked':
      return [`asked to be called at ${fact.number}`];
    case 'callbackTried':
      return [`called back, try ${fact.attempt}: ${fact.result}`];
    case 'requeued':
      return [`sent back by ${fact.agent}`];
    case 'customerFound':
      return [`is customer ${fact.customerId}`];
    default:
      return [fact.kind];
  }
}
