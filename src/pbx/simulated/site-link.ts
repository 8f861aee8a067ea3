import type { PbxEvent, Snapshot } from '../../core/events.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { IpntError } from '../../core/errors.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../ports/site-pbx.ts';
import type { Random } from './random.ts';
import type { SimulatedSite } from './site.ts';

export interface SiteLinkParts {
  /** The adapter's own clock: whatever reaches the adapter comes through it. */
  readonly clock: Clock;
  readonly random: Random;
  /** Least and greatest time on the way, ms. */
  readonly delayMs: readonly [number, number];
}

const PING_MS = 1_000;
/** Pings unanswered for this long: the adapter gives the connection up. */
const SILENT_MS = 6_000;
const AUDIT_MS = 60_000;
const BACKOFF_MS = 500;

/** What one connection is in the middle of. */
interface Round {
  readonly held: PbxEvent[];
}

/**
 * One adapter's connection to a simulated site, as the AMI adapter makes them: a snapshot first, then what came while it was
 * taken, then live events, all in order and late. Cut connections are made anew; half-open ones are noticed by their silence.
 */
export class SiteLink implements SitePbx {
  private readonly site: SimulatedSite;
  private readonly parts: SiteLinkParts;
  private sink: SitePbxSink | null = null;
  /** Grows with every connection: what an older one had under way is void. */
  private connection = 0;
  private isOpen = false;
  private isLive = false;
  private frozenUntilMs = 0;
  private lastArrivalMs = 0;
  private lastSeenMs = 0;
  private round: Round | null = null;
  private again = false;
  private timers = new Set<Timer>();
  /** Commands that wait for their answer. */
  private readonly lost = new Set<(why: Error) => void>();

  constructor(site: SimulatedSite, parts: SiteLinkParts) {
    this.site = site;
    this.parts = parts;
  }

  start(sink: SitePbxSink): void {
    this.sink = sink;
    this.open();
  }

  stop(): Promise<void> {
    this.sink = null;
    this.close();
    return Promise.resolve();
  }

  requestSnapshot(_why: string): void {
    if (!this.isOpen) return;
    if (this.round === null) this.takeSnapshot();
    else this.again = true;
  }

  /** Heard by the site after a while, and answered after another; a connection that breaks meanwhile takes the answer with it. */
  command(command: AgentCommand): Promise<CommandAnswer> {
    if (!this.isLive || !this.isOpen) return Promise.resolve({ outcome: 'refused', said: 'the PBX is not connected' });
    if (/[\r\n\0]/.test(command.reason))
      return Promise.resolve({ outcome: 'refused', said: 'the reason has line ends' });
    const { site, connection } = this;
    return new Promise((resolve, reject) => {
      this.lost.add(reject);
      site.clock.after(this.delay(), () => {
        if (this.connection !== connection || !this.isOpen) return;
        const answer = site.carryOut(command);
        this.arrive(() => {
          this.lost.delete(reject);
          resolve(answer);
        });
      });
    });
  }

  /** The adapter's process is gone: nothing will come of this link any more. */
  sever(): void {
    this.sink = null;
    this.close();
  }

  /** The site reports: heard in order, after a while. */
  report(event: PbxEvent): void {
    this.arrive(() => this.take(event));
  }

  /** The connection breaks: what is on its way still arrives, then the adapter hears that it is over. */
  cut(reason: string): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.site.unlisten(this);
    this.arrive(() => this.over(reason));
  }

  /** Nothing arrives for a while, and then everything. */
  freeze(forMs: number): void {
    this.frozenUntilMs = this.site.clock.monoMs() + forMs;
  }

  private open(): void {
    this.later(this.delay(), () => {
      if (!this.site.reachable) {
        this.sink?.event({ kind: 'linkDown', reason: 'the PBX is not reachable' }, this.parts.clock.nowMs());
        return this.later(BACKOFF_MS * this.parts.random.between(0.5, 2), () => this.open());
      }
      this.isOpen = true;
      this.isLive = false;
      this.round = null;
      this.again = false;
      this.frozenUntilMs = 0;
      this.lastSeenMs = this.parts.clock.monoMs();
      this.site.listen(this);
      this.sink?.event({ kind: 'linkUp', version: 'simulated' }, this.parts.clock.nowMs());
      this.takeSnapshot();
      this.ping();
      this.audit();
    });
  }

  private close(): void {
    this.connection += 1;
    this.isOpen = false;
    this.site.unlisten(this);
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
    for (const reject of this.lost) reject(new IpntError('AMI_UNREACHABLE', 'the connection broke'));
    this.lost.clear();
  }

  private over(reason: string): void {
    this.close();
    this.sink?.event({ kind: 'linkDown', reason }, this.parts.clock.nowMs());
    this.later(BACKOFF_MS * this.parts.random.between(0.5, 2), () => this.open());
  }

  private ping(): void {
    this.later(PING_MS, () => {
      if (!this.isOpen) return;
      if (this.parts.clock.monoMs() - this.lastSeenMs > SILENT_MS) return this.over('the PBX does not answer');
      this.arrive(() => undefined);
      this.ping();
    });
  }

  private audit(): void {
    this.later(AUDIT_MS, () => {
      this.requestSnapshot('audit');
      this.audit();
    });
  }

  /** Lists are answered one after the other, each with what is true at that moment. */
  private takeSnapshot(): void {
    this.round = { held: [] };
    const { site } = this;
    const connection = this.connection;
    site.clock.after(this.delay(), () => {
      if (this.connection !== connection || !this.isOpen) return;
      const members = { memberships: site.memberships(), waiting: site.waiting() };
      const queues = [...site.queues.keys()].map((name) => ({ name, serviceLevelMs: 20_000 }));
      site.clock.after(this.delay(), () => {
        if (this.connection !== connection || !this.isOpen) return;
        const channels = [...site.channels].map(([channelId, channel]) => ({ channelId, ...channel }));
        const devices = [...site.phones.values()].map((phone) => ({ device: phone.name, state: phone.device }));
        this.arrive(() => this.finish({ queues, ...members, devices, channels }));
      });
    });
  }

  private finish(snapshot: Snapshot): void {
    const held = this.round?.held ?? [];
    this.round = null;
    this.isLive = true;
    const nowMs = this.parts.clock.nowMs();
    this.sink?.event({ kind: 'snapshotTaken', snapshot }, nowMs);
    for (const event of held) this.sink?.event(event, nowMs);
    if (!this.again) return;
    this.again = false;
    this.takeSnapshot();
  }

  private take(event: PbxEvent): void {
    this.round?.held.push(event);
    if (this.isLive) this.sink?.event(event, this.parts.clock.nowMs());
  }

  /** Comes to the adapter in order; a frozen connection keeps it until it thaws. Everything is a sign of life. */
  private arrive(what: () => void): void {
    const nowMs = this.site.clock.monoMs();
    const atMs = Math.max(nowMs + this.delay(), this.lastArrivalMs, this.frozenUntilMs);
    this.lastArrivalMs = atMs;
    this.later(atMs - nowMs, () => {
      this.lastSeenMs = this.parts.clock.monoMs();
      this.sink?.seen(this.parts.clock.nowMs());
      what();
    });
  }

  private later(ms: number, fn: () => void): void {
    const timer = this.parts.clock.after(ms, () => {
      this.timers.delete(timer);
      if (this.sink !== null) fn();
    });
    this.timers.add(timer);
  }

  private delay(): number {
    return this.parts.random.between(this.parts.delayMs[0], this.parts.delayMs[1]);
  }
}
