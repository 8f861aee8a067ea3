import type { MembershipReport, PbxEvent, WaitingReport } from '../../core/events.ts';
import type { Clock } from '../../ports/clock.ts';
import type { AgentCommand, CommandAnswer } from '../../ports/site-pbx.ts';
import { Phone } from './phone.ts';
import type { Manner, PhoneCall } from './phone.ts';
import { SiteQueue } from './site-queue.ts';
import type { SiteQueueOptions } from './site-queue.ts';
import type { World } from './world.ts';

/** A connection that an adapter has to this site. */
export interface SiteListener {
  report(event: PbxEvent): void;
  cut(reason: string): void;
  freeze(forMs: number): void;
}

export interface AgentOptions {
  /** Extension; the device is `PJSIP/<extension>`. */
  readonly extension: string;
  readonly title: string;
  readonly queues: readonly { readonly queue: string; readonly penalty: number }[];
  /** What he does with each call that rings. */
  readonly manner: (call: PhoneCall) => Manner;
}

/**
 * A call centre's PBX: phones, queues with members and callers of its own, direct calls. What it reports goes to every link
 * that listens; what it is, a snapshot tells.
 */
export class SimulatedSite {
  readonly siteId: string;
  readonly world: World;
  readonly phones = new Map<string, Phone>();
  readonly queues = new Map<string, SiteQueue>();
  readonly channels = new Map<string, { readonly linkedId: string; readonly device: string }>();
  private downUntilMs = 0;
  private readonly links = new Set<SiteListener>();
  private readonly channelOf = new Map<Phone, string>();
  private calls = 0;

  constructor(world: World, siteId: string, queues: readonly SiteQueueOptions[]) {
    this.world = world;
    this.siteId = siteId;
    for (const queue of queues) this.queues.set(queue.name, new SiteQueue(this, queue));
    world.sites.set(siteId, this);
  }

  get clock(): Clock {
    return this.world.clock;
  }

  addAgent(agent: AgentOptions): Phone {
    const phone: Phone = new Phone({
      siteId: this.siteId,
      name: `PJSIP/${agent.extension}`,
      clock: this.clock,
      manner: agent.manner,
      onState: () => this.phoneChanged(phone),
    });
    this.phones.set(phone.name, phone);
    for (const { queue, penalty } of agent.queues) this.queues.get(queue)?.addMember(phone, agent.title, penalty);
    return phone;
  }

  /** Whether anybody can reach its management port. */
  get reachable(): boolean {
    return this.clock.monoMs() >= this.downUntilMs;
  }

  /** Whatever kept adapters away is over. */
  heal(): void {
    this.downUntilMs = 0;
  }

  listen(link: SiteListener): void {
    this.links.add(link);
  }

  unlisten(link: SiteListener): void {
    this.links.delete(link);
  }

  emit(event: PbxEvent): void {
    for (const link of this.links) link.report(event);
  }

  memberships(): readonly MembershipReport[] {
    return [...this.queues.values()].flatMap((queue) => queue.memberships());
  }

  waiting(): readonly WaitingReport[] {
    return [...this.queues.values()].flatMap((queue) => queue.waiting());
  }

  /** Somebody calls this phone past all queues. */
  callDirect(phone: Phone, talkMs: number, ringMs = 8_000): void {
    const id = this.nextCallId('direct');
    const call: PhoneCall = {
      ...{ id, origin: 'direct', onRinging: () => undefined, onRefused: () => undefined, onHungUp: () => undefined },
      onAnswered: () => void this.clock.after(talkMs, () => phone.release(id)),
    };
    phone.ring(call);
    this.clock.after(ringMs, () => (phone.current === call && !phone.isTalking ? phone.release(id) : undefined));
  }

  /** Sets or lifts a pause in one queue of his, or in all. */
  pause(phone: Phone, paused: boolean, reason: string, queue?: string): void {
    for (const one of this.queues.values()) {
      if (queue === undefined || one.name === queue) one.pause(phone, paused, reason);
    }
  }

  /** Agents log out of their queues as dynamic members, and in again. */
  logOut(phone: Phone): void {
    for (const queue of this.queues.values()) queue.removeMember(phone);
  }

  logIn(phone: Phone): void {
    for (const queue of this.queues.values()) queue.restoreMember(phone);
  }

  /** What a person wants done with an agent, as app_queue does it: an agent in no queue has no status here. */
  carryOut({ agent, action, reason, queues }: AgentCommand): CommandAnswer {
    const phone = this.phones.get(agent);
    const his = [...this.queues.values()].filter((queue) => phone !== undefined && queue.isIn(phone) !== null);
    if (phone === undefined || his.length === 0) return { outcome: 'ours', said: '' };
    const wanted = his.filter(({ name }) => queues.length === 0 || queues.includes(name));
    if (wanted.length === 0) return { outcome: 'refused', said: 'Interface not found' };
    const isOut = wanted.every((queue) => queue.isIn(phone) === false);
    if (isOut && (action === 'pause' || action === 'resume'))
      return { outcome: 'refused', said: `${agent} is logged out of his queues: log him in first` };
    for (const queue of wanted) {
      if (action === 'login') queue.restoreMember(phone);
      else if (action === 'logout') queue.removeMember(phone);
      else queue.pause(phone, action === 'pause', reason);
    }
    this.world.tell({ kind: 'commanded', phone: `${this.siteId}/${agent}`, action, reason });
    return { outcome: 'done', said: `${action}: ${wanted.map(({ name }) => name).join(', ')}` };
  }

  /** All calls end, and adapters lose their connection; memberships are kept. */
  restart(downMs: number): void {
    this.world.trace(() => `${this.siteId} restarts`);
    this.cutLinks('the PBX restarts', downMs);
    for (const queue of this.queues.values()) queue.dropAll();
    for (const phone of this.phones.values()) phone.setRegistered(false);
    this.clock.after(downMs, () => {
      for (const phone of this.phones.values()) phone.setRegistered(true);
    });
  }

  /** Breaks every connection to it, and lets nobody in for a while. */
  cutLinks(why: string, downMs: number): void {
    this.world.trace(() => `${this.siteId} loses its adapters: ${why}`);
    this.downUntilMs = Math.max(this.downUntilMs, this.clock.monoMs() + downMs);
    for (const link of [...this.links]) link.cut(why);
  }

  /** Holds back what goes to the adapters, as a half-open connection does. */
  freezeLinks(forMs: number): void {
    this.world.trace(() => `${this.siteId} is half-open to its adapters`);
    for (const link of this.links) link.freeze(forMs);
  }

  nextCallId(what: string): string {
    return `${this.siteId}-${what}-${(this.calls += 1)}`;
  }

  startChannel(channelId: string, linkedId: string, device: string): void {
    this.channels.set(channelId, { linkedId, device });
    this.emit({ kind: 'channelStarted', channelId, linkedId, device });
  }

  endChannel(channelId: string): void {
    if (this.channels.delete(channelId)) this.emit({ kind: 'channelEnded', channelId });
  }

  private phoneChanged(phone: Phone): void {
    const { device } = phone;
    this.world.trace(() => `${this.siteId}/${phone.name} is ${device}`);
    const old = this.channelOf.get(phone);
    const call = phone.current;
    const channelId = call ? `${call.id}@${phone.name}` : undefined;
    if (old !== channelId) {
      if (old !== undefined) this.endChannel(old);
      if (channelId !== undefined && call) {
        this.channelOf.set(phone, channelId);
        this.startChannel(channelId, call.id.replace(/#.*/, ''), phone.name);
      } else this.channelOf.delete(phone);
    }
    this.emit({ kind: 'deviceChanged', device: phone.name, state: phone.device });
    for (const queue of this.queues.values()) queue.phoneChanged(phone);
  }
}
