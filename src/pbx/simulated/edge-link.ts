import { IpntError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { EdgePbx, EdgePbxEvent, LeftOver } from '../../ports/edge-pbx.ts';
import type { SimulatedEdge } from './edge.ts';
import { leftOversOf } from './left-overs.ts';
import type { Random } from './random.ts';

export interface EdgeLinkParts {
  /** The process's own clock: whatever reaches the process comes through it. */
  readonly clock: Clock;
  readonly random: Random;
  /** Whose connection it is, for the trace. */
  readonly name: string;
  /** Least and greatest time on the way, ms. */
  readonly delayMs: readonly [number, number];
}

const BACKOFF_MS = 300;
/** An operation without an answer fails after this long. */
const DEADLINE_MS = 3_000;
/** A websocket that has been silent for this long is taken for dead. */
const SILENT_MS = 6_000;

/**
 * One process's connection to a simulated edge, as ari-client makes them: events over a websocket that registers the
 * application (and takes it from whoever had it), operations beside it. Events of a time without a connection are lost.
 */
export class EdgeLink implements EdgePbx {
  private readonly edge: SimulatedEdge;
  private readonly parts: EdgeLinkParts;
  private sink: ((event: EdgePbxEvent) => void) | null = null;
  private isUp = false;
  private connection = 0;
  private lastArrivalMs = 0;
  private lastRequestMs = 0;
  private deafUntilMs = 0;
  private readonly timers = new Set<Timer>();
  private mayOpen: () => Promise<boolean> = () => Promise.resolve(true);
  private connected: () => void = () => undefined;
  /** What the process believes of its callers and legs: to tell after a reconnect what ended meanwhile. */
  private readonly knownCallers = new Set<string>();
  private readonly knownOffers = new Set<string>();
  /** Sent to the dialplan to come back: their hang-up there is told as well. */
  private readonly followed = new Set<string>();

  constructor(edge: SimulatedEdge, parts: EdgeLinkParts) {
    this.edge = edge;
    this.parts = parts;
  }

  start(sink: (event: EdgePbxEvent) => void, mayOpen?: () => Promise<boolean>): Promise<void> {
    this.sink = sink;
    if (mayOpen) this.mayOpen = mayOpen;
    return new Promise((resolve) => {
      this.connected = resolve;
      this.open();
    });
  }

  stop(): Promise<void> {
    this.sink = null;
    this.close();
    return Promise.resolve();
  }

  /** The process is gone: its sockets close, and nothing reaches it any more. */
  sever(): void {
    void this.stop();
  }

  /** The edge reports. Lost when there is no connection; late when it is half-open. */
  report(event: EdgePbxEvent): void {
    if (this.isUp) this.arrive(() => this.take(event));
  }

  cut(reason: string): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.unregister();
    this.deafUntilMs = 0;
    this.later(this.delay(), () => this.over(reason));
  }

  /** Half-open: nothing passes either way for a while; a long silence is noticed, and ends the connection. */
  goDeaf(forMs: number): void {
    this.deafUntilMs = this.edge.clock.monoMs() + forMs;
    if (forMs > SILENT_MS) this.edge.clock.after(SILENT_MS, () => this.cut('the edge is silent'));
  }

  /** Another process registered our application. */
  replace(): void {
    if (!this.isUp) return;
    this.isUp = false;
    this.arrive(() => this.sink?.({ kind: 'replaced' }));
  }

  trunkOnline(trunk: string): boolean {
    return this.edge.trunks.get(trunk)?.believedUp ?? true;
  }

  leftOvers(): Promise<LeftOver> {
    return this.ask('leftOvers', '', () => {
      const left = leftOversOf(this.edge.callers.values(), this.edge.offers.values());
      for (const { channelId } of left.callers) this.knownCallers.add(channelId);
      for (const { offerId } of left.offers) this.knownOffers.add(offerId);
      return left;
    });
  }

  ring: EdgePbx['ring'] = (request) => {
    this.knownOffers.add(request.offerId);
    return this.ask('ring', request.offerId, () => this.edge.ring(request));
  };
  treat: EdgePbx['treat'] = (id, music) => this.ask('treat', id, () => this.edge.treatment.treat(id, music));
  say: EdgePbx['say'] = async (id, prompts) => {
    let over = (): void => undefined;
    const isOver = new Promise<void>((resolve) => (over = resolve));
    // By the process's own clock and not by the connection: one that is lost leaves nobody waiting here.
    const tell = (): void => void this.parts.clock.after(this.delay(), over);
    if (!(await this.ask('say', id, () => this.edge.treatment.say(id, prompts.length, tell)))) return false;
    await isOver;
    return true;
  };
  bridge: EdgePbx['bridge'] = ({ callerChannelId, offerId }) =>
    this.ask('bridge', offerId, () => this.edge.bridge(callerChannelId, offerId));
  whisper: EdgePbx['whisper'] = async (offerId) => {
    const isThere = (): boolean => this.edge.offers.get(offerId)?.isUp ?? false;
    if (!(await this.ask('whisper', offerId, isThere))) return false;
    await new Promise<void>((resolve) => this.later(1_500, resolve));
    return isThere();
  };
  hangup: EdgePbx['hangup'] = (id) => this.ask('hangup', id, () => this.edge.hangup(id));
  setVariables: EdgePbx['setVariables'] = (id, variables) =>
    this.ask('', id, () => this.edge.setVariables(id, variables));
  continueInDialplan: EdgePbx['continueInDialplan'] = (id, followed = false) => {
    if (followed) this.followed.add(id);
    return this.ask('continue', id, () => this.edge.continueInDialplan(id));
  };
  redirect: EdgePbx['redirect'] = (id, contact) => this.ask('redirect', id, () => this.edge.redirect(id, contact));
  destroyBridge: EdgePbx['destroyBridge'] = () => this.ask('', '', () => true);
  setAbsoluteTimeout: EdgePbx['setAbsoluteTimeout'] = (id, seconds) =>
    this.ask('', id, () => this.edge.setAbsoluteTimeout(id, seconds));

  private open(): void {
    this.later(this.delay(), () => {
      if (!this.edge.reachable) return this.openLater();
      const { connection } = this;
      void this.mayOpen().then((may) => {
        if (this.sink === null || connection !== this.connection) return;
        if (may) this.register();
        else this.openLater();
      });
    });
  }

  private openLater(): void {
    this.later(BACKOFF_MS * this.parts.random.between(0.5, 2), () => this.open());
  }

  private register(): void {
    const { edge, parts } = this;
    edge.app?.replace();
    edge.app = this;
    edge.world.trace(() => `${parts.name} registers the application of ${edge.edgeId}`);
    edge.world.tell({ kind: 'registered', edgeId: edge.edgeId, by: parts.name });
    this.isUp = true;
    this.deafUntilMs = 0;
    this.later(this.delay(), () => {
      if (!this.isUp) return;
      this.settle();
      this.sink?.({ kind: 'linkUp' });
      this.connected();
    });
  }

  private close(): void {
    this.connection += 1;
    this.isUp = false;
    this.unregister();
    for (const timer of this.timers) timer.cancel();
    this.timers.clear();
  }

  private unregister(): void {
    if (this.edge.app === this) this.edge.app = null;
  }

  private over(reason: string): void {
    this.close();
    this.sink?.({ kind: 'linkDown', reason });
    this.openLater();
  }

  /** What ended while there was no connection left no event: told now, as far as it can be known. */
  private settle(): void {
    for (const channelId of [...this.knownCallers]) {
      const caller = this.edge.callers.get(channelId);
      if (caller?.place !== 'application')
        this.take({ kind: 'callLeft', channelId, hungUp: !caller && this.hasHungUp(channelId) });
    }
    for (const channelId of [...this.followed])
      if (!this.edge.callers.has(channelId)) this.take({ kind: 'callLeft', channelId, hungUp: true });
    for (const offerId of [...this.knownOffers])
      if (!this.edge.offers.has(offerId)) this.take({ kind: 'offerGone', offerId, cause: 0, techCause: 0 });
  }

  /** He is not there any more; one who took the default route still has his channel while that route lasts. */
  private hasHungUp(channelId: string): boolean {
    return this.edge.world.stories.find((story) => story.channelId === channelId)?.end !== 'defaultRoute';
  }

  private take(event: EdgePbxEvent): void {
    switch (event.kind) {
      case 'callEntered':
        this.knownCallers.add(event.channel.channelId);
        this.followed.delete(event.channel.channelId);
        break;
      case 'callLeft':
        if (event.hungUp && this.followed.delete(event.channelId)) break;
        if (!this.knownCallers.delete(event.channelId)) return;
        break;
      case 'offerGone':
        this.knownOffers.delete(event.offerId);
        break;
      default:
    }
    this.sink?.(event);
  }

  /** A request, its effect on the PBX, its answer. A lost one fails by its deadline. `operation` '' is not watched. */
  private ask<T>(operation: string, target: string, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const fail = (why: string): void => reject(new IpntError('ARI_UNREACHABLE', why));
      const { clock } = this.edge;
      const deadline = this.parts.clock.after(DEADLINE_MS, () => fail(`${operation} was not answered`));
      const { connection } = this;
      const nowMs = clock.monoMs();
      const heldMs = Math.max(0, this.deafUntilMs - nowMs);
      // Requests go over the websocket, in order.
      this.lastRequestMs = Math.max(nowMs + heldMs + this.delay(), this.lastRequestMs);
      clock.after(this.lastRequestMs - nowMs, () => {
        // What was on its way over a half-open connection is lost with it.
        if (heldMs > 0 && connection !== this.connection) return;
        const isStranger = this.edge.app !== null && this.edge.app !== this;
        if (!this.edge.reachable) {
          deadline.cancel();
          return void this.parts.clock.after(0, () => fail('the edge does not answer'));
        }
        const answer = work();
        if (isStranger && operation !== '' && answer !== false && answer !== 'refused' && operation !== 'leftOvers')
          this.edge.world.tell({ kind: 'strangerActed', edgeId: this.edge.edgeId, operation, target });
        this.parts.clock.after(this.delay(), () => {
          deadline.cancel();
          resolve(answer);
        });
      });
    });
  }

  /** Comes to the process in order. */
  private arrive(what: () => void): void {
    const nowMs = this.edge.clock.monoMs();
    const atMs = Math.max(nowMs + this.delay(), this.lastArrivalMs, this.deafUntilMs);
    this.lastArrivalMs = atMs;
    this.later(atMs - nowMs, what);
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
