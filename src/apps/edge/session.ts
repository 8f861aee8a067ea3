import type { CallFact } from '../../core/model/call.ts';
import { NO_ROUTING } from '../../core/model/routing.ts';
import type { Routing } from '../../core/model/routing.ts';
import { ROLE_LEASE_MS } from '../../core/model/claim.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import type { EdgePbxEvent, LeftOver } from '../../ports/edge-pbx.ts';
import type { Fence } from '../../ports/site-store.ts';
import { callOfOffer, takeOver } from './adoption.ts';
import { counting } from './counting.ts';
import { Door } from './door.ts';
import type { EdgeParts } from './parts.ts';
import { isTrunkUp } from './parts.ts';
import { Follow } from './follow.ts';
import { Callbacks } from './callbacks.ts';
import { Claims } from './claims.ts';
import { Errands } from './errands.ts';
import { Keypad } from './keypad.ts';
import { Line } from './line.ts';
import { Matcher } from './matcher.ts';
import { EdgeFigures } from './service-figures.ts';
import { LiveCalls } from './live-calls.ts';
import { closeOrphansSoon } from './orphans.ts';
import { Outage } from './outage.ts';
import { Performer } from './performer.ts';
import { StateCopy } from '../common/state-copy.ts';
import type { ReignStanding } from './reading.ts';
import { Tenure } from './tenure.ts';
import { Timers } from './timers.ts';
import { renewRules } from './waiting-calls.ts';
import { Wakefulness } from './wakefulness.ts';

const BEAT_MS = 1_000;
const RENEW_TALKS_EVERY_BEATS = 3;
const LOOK_FOR_CALLBACKS_EVERY_BEATS = 5;

/** One reign of an edge: from taking its epoch until it is fenced or stopped. All its state goes with it. */
export class Session {
  private readonly parts: EdgeParts;
  readonly fence: Fence;
  readonly copy = new StateCopy();
  readonly calls: LiveCalls;
  private readonly line: Line;
  private readonly matcher: Matcher;
  private readonly callbacks: Callbacks;
  private readonly keypad: Keypad;
  private readonly figures: EdgeFigures;
  private readonly follow: Follow;
  private readonly door: Door;
  private readonly outage: Outage;
  private readonly wakefulness: Wakefulness;
  private readonly tenure: Tenure;
  private reconciling: Promise<void> | null = null;
  /** Channels of earlier processes' callers that were dealt with: one may be listed again before it has gone. */
  private readonly adopted = new Set<string>();
  private readonly timers: Timers;
  private readonly count: ReturnType<typeof counting>;
  private hasBegun = false;
  private routing: Routing = NO_ROUTING;
  private routingLoading = false;
  private beats = 0;
  private over = false;
  private readonly onFenced: (why: string) => void;

  constructor(parts: EdgeParts, fence: Fence, onFenced: (why: string) => void) {
    this.parts = parts;
    this.fence = fence;
    this.onFenced = onFenced;
    const { clock, edgeId, pbx, store, log, reach, recorder, meter } = parts;
    this.count = counting(meter, () => this.routing);
    this.timers = new Timers(clock, (fn) => this.wakefulness.run(() => (this.over ? undefined : fn())));
    this.outage = new Outage({ clock, log, reach, calls: () => this.calls, view: () => this.matcher.view() });
    this.tenure = new Tenure({
      ...{ store, clock, log, fence },
      isOver: () => this.over,
      onFenced: (why) => this.fenced(why),
      onFailure: (error) => this.outage.failed(error),
    });
    this.wakefulness = new Wakefulness(clock, () => this.tenure.isStillOurs());
    const performer = new Performer({
      ...{ pbx, log, reach, errands: this.newErrands() },
      claims: new Claims({ ...{ edgeId, store, clock, log, meter, copy: this.copy }, calls: () => this.calls }),
      calls: () => this.calls,
      line: () => this.line,
    });
    this.calls = new LiveCalls(
      clock,
      recorder,
      (callId, effect) => performer.perform(callId, effect),
      (fn) => this.wakefulness.run(fn),
      (state, fact) => this.noteFact(state, fact),
    );
    this.follow = new Follow(this.calls, this.copy);
    this.door = new Door({
      parts,
      epoch: fence.epoch,
      calls: this.calls,
      copy: this.copy,
      routing: () => this.routing,
      view: () => this.matcher.view(),
      databaseDown: () => this.outage.isDown,
      count: this.count,
      once: (ms, fn) => this.timers.once(ms, fn),
    });
    this.matcher = new Matcher({
      ...{ edgeId, clock, meter, reach, calls: this.calls, copy: this.copy, floor: this.copy.floor },
      routing: () => this.routing,
      trunkUp: (siteId) => isTrunkUp(parts, siteId),
    });
    this.line = new Line(
      {
        ...{ edgeId, store, clock, meter, calls: this.calls, copy: this.copy, matcher: this.matcher },
        onAnswer: () => this.outage.answered(),
        onFailure: (error) => this.outage.failed(error),
        isAwake: () => this.wakefulness.isAwake,
        onFenced: () => this.fenced('the epoch was taken by another process'),
        onRead: () => this.afterRead(),
      },
      fence,
    );
    this.callbacks = new Callbacks({
      ...{ edgeId, fence, store, clock, log, calls: this.calls },
      routing: () => this.routing,
      dbNowMs: () => this.copy.dbNow(clock.monoMs()),
      normalise: parts.normalise,
      canDial: reach.outbound !== '',
      onFenced: (why) => this.fenced(why),
      onFailure: (error) => this.outage.failed(error),
    });
    this.keypad = new Keypad(this.calls);
    this.figures = new EdgeFigures(store, clock);
  }

  private noteFact(state: CallState, fact: CallFact): void {
    this.figures.note(state, fact);
    this.count(state.request.service, fact);
  }

  private newErrands(): Errands {
    const { pbx, clock, log, reach, customers, lastAgentOf } = this.parts;
    return new Errands({
      ...{ pbx, clock, log, customers, lastAgentOf, copy: this.copy, outbound: reach.outbound },
      calls: () => this.calls,
      callbacks: () => this.callbacks,
      standing: (callId) => this.matcher.standing(callId),
      keepAlive: (callId) => this.door.keepAliveAgain(callId),
    });
  }

  /** The first full load, before the application registers: a decision never works on half a state. */
  async load(): Promise<void> {
    const { store, clock } = this.parts;
    const startedMs = clock.monoMs();
    this.copy.apply(await store.readChanges(this.copy.cursor), startedMs, clock.monoMs());
    await this.readRouting();
  }

  /** Beats and reads from now on. */
  begin(): void {
    this.hasBegun = true;
    this.timers.every(BEAT_MS, () => void this.beat());
    const { parts, timers, count, calls, fence } = this;
    closeOrphansSoon({ ...parts, timers, count, calls, epoch: fence.epoch }, (error) => this.outage.failed(error));
    this.line.wake();
  }

  /** For monitoring. */
  standing(): ReignStanding {
    const { fence, copy, routing, hasBegun } = this;
    const calls = this.calls.states();
    return { epoch: fence.epoch, calls, copy, routing, hasBegun, isDatabaseDown: this.outage.isDown };
  }

  end(): void {
    this.over = true;
    this.line.stop();
    this.timers.end();
    this.calls.clear();
  }

  handle(event: EdgePbxEvent): void {
    if (event.kind === 'replaced') this.fenced('another process registered the application');
    else this.wakefulness.run(() => this.handleNow(event));
  }

  private handleNow(event: Exclude<EdgePbxEvent, { kind: 'replaced' }>): void {
    if (this.over) return;
    switch (event.kind) {
      case 'callEntered':
        return this.door.enter(event.channel, event.args);
      case 'callLeft': {
        const callId = this.calls.callOfChannel(event.channelId);
        if (callId !== undefined) this.calls.input(callId, { kind: 'callerLeft', hungUp: event.hungUp });
        return;
      }
      case 'offerRinging':
        return this.calls.input(callOfOffer(event.offerId), { kind: 'offerRinging', offerId: event.offerId });
      case 'offerAnswered':
        return this.answered(event.offerId);
      case 'offerGone':
        this.keypad.forget(event.offerId);
        return this.calls.input(callOfOffer(event.offerId), { ...event });
      case 'digitPressed': {
        const callId = this.calls.callOfChannel(event.channelId);
        const { channelId, digit } = event;
        const nowMs = this.parts.clock.monoMs();
        return this.keypad.press(callId ?? callOfOffer(channelId), channelId, digit, callId === undefined, nowMs);
      }
      case 'trunkChanged':
        this.parts.log.info(event.online ? 'a trunk is up' : 'a trunk is down', { detail: event.trunk });
        return this.line.wake();
      case 'linkUp':
        return void this.reconcile();
      case 'linkDown':
        this.parts.log.warn('the edge does not answer', { detail: event.reason });
        return;
    }
  }

  /** A leg that was answered for a call we no longer know, or for an offer that it has given up, is hung up: nobody would ever speak to it. */
  private answered(offerId: string): void {
    const callId = callOfOffer(offerId);
    const state = this.calls.get(callId);
    if (state?.offer?.offerId === offerId || state?.callback?.legId === offerId)
      this.calls.input(callId, { kind: 'offerAnswered', offerId });
    else this.parts.pbx.hangup(offerId, 'normal').catch(() => undefined);
  }

  private afterRead(): void {
    this.follow.look(this.parts.clock.monoMs());
    renewRules(this.calls, this.routing);
    if (this.copy.routingVersion !== this.routing.version)
      void this.readRouting().catch((error: unknown) => this.outage.failed(error));
  }

  private async readRouting(): Promise<void> {
    if (this.routingLoading) return;
    this.routingLoading = true;
    try {
      this.routing = await this.parts.routing.loadRouting();
      this.copy.provision(this.routing);
      this.parts.log.info(`routing is in force: version ${this.routing.version}`);
    } finally {
      this.routingLoading = false;
    }
  }

  /** Once a second: the lease, the talk leases every third time, and what the database's silence asks for. */
  private async beat(): Promise<void> {
    const { store } = this.parts;
    this.beats += 1;
    this.outage.beat();
    try {
      if ((await store.renewEdge(this.fence, ROLE_LEASE_MS)) === 'fenced')
        return this.fenced('the epoch was taken by another process');
      if (this.beats % RENEW_TALKS_EVERY_BEATS === 0) await this.follow.renewTalks(store);
      if ((await this.figures.publish(this.fence)) === 'fenced')
        return this.fenced('the epoch was taken by another process');
      if (this.beats % LOOK_FOR_CALLBACKS_EVERY_BEATS === 1) void this.callbacks.look();
    } catch (error) {
      this.outage.failed(error);
    }
  }

  private fenced(why: string): void {
    if (this.over) return;
    this.end();
    this.onFenced(why);
  }

  /** Asked before each connection to the PBX: whether the application is ours to register. */
  mayRegister(): Promise<boolean> {
    return this.tenure.mayRegister(this.wakefulness.isAwake);
  }

  /** What no event told while the link was down, or before we started: by what stands on the PBX now. */
  reconcile(): Promise<void> {
    return (this.reconciling ??= this.reconcileNow().finally(() => (this.reconciling = null)));
  }

  private async reconcileNow(): Promise<void> {
    let left: LeftOver;
    try {
      left = await this.parts.pbx.leftOvers();
    } catch (error) {
      this.parts.log.warn('the edge did not tell what stands on it', { detail: String(error) });
      this.timers.once(1_000, () => void this.reconcile());
      return;
    }
    if (this.over) return;
    const { pbx, clock, edgeId, log, recorder } = this.parts;
    const { calls, adopted, copy, count } = this;
    takeOver({ pbx, clock, edgeId, log, recorder, count, calls, adopted, copy, epoch: this.fence.epoch }, left);
  }
}
