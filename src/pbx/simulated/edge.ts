import type { Clock } from '../../ports/clock.ts';
import type { EdgePbxEvent, RingRequest } from '../../ports/edge-pbx.ts';
import { Caller } from './caller.ts';
import type { CallerOptions, KeyPress } from './caller.ts';
import { dialInDialplan } from './dialplan.ts';
import { OfferLeg } from './offer-leg.ts';
import { joinCustomer, personAt } from './outside.ts';
import type { Random } from './random.ts';
import { Treatment } from './treatment.ts';
import type { CallerEnd } from './truth.ts';
import type { World } from './world.ts';

/** TIMEOUT(absolute) at entry, as in dialplan/asterisk/ipnt-edge.conf. */
const ENTRY_TIMEOUT_S = 3;
/** Nobody says a word after he picked up: the agent hangs up. */
const AGENT_PATIENCE_MS = 8_000;
/** Callers stay in the silence of a bridge that the other side has left for as long as this, at most. */
const CALLER_SILENCE_MS = 120_000;

/** A connection that has registered our application. */
export interface Application {
  report(event: EdgePbxEvent): void;
  /** Another one has registered it. */
  replace(): void;
  cut(reason: string): void;
  /** Half-open for a while. */
  goDeaf(forMs: number): void;
}

/**
 * An Asterisk at the network's edge with our dialplan: callers, offered legs, bridges, and at most one application that is
 * registered. It goes by itself where no application serves: absolute timeouts, the default route.
 */
export class SimulatedEdge {
  readonly edgeId: string;
  readonly world: World;
  readonly callers = new Map<string, Caller>();
  readonly offers = new Map<string, OfferLeg>();
  /** `PJSIP/site-a`: the site behind it, whether SIP gets through, and what the edge believes. */
  readonly trunks = new Map<string, { readonly siteId: string; up: boolean; believedUp: boolean }>();
  /** The link that has our application; null while nobody has registered it. */
  app: Application | null = null;
  readonly treatment: Treatment = new Treatment(this);
  private readonly random: Random;
  private downUntilMs = 0;

  constructor(world: World, edgeId: string) {
    this.world = world;
    this.edgeId = edgeId;
    this.random = world.random.fork();
  }

  get clock(): Clock {
    return this.world.clock;
  }

  /** Whether applications can connect. */
  get reachable(): boolean {
    return this.clock.monoMs() >= this.downUntilMs;
  }

  /** Whatever kept applications away is over. */
  heal(): void {
    this.downUntilMs = 0;
  }

  addTrunk(trunk: string, siteId: string): void {
    this.trunks.set(trunk, { siteId, up: true, believedUp: true });
  }

  /** A call comes in and runs into the dialplan. */
  enter(options: CallerOptions): Caller {
    const caller = new Caller(this.clock, this.edgeId, options);
    this.callers.set(options.channelId, caller);
    this.world.stories.push(caller.story);
    this.world.trace(() => `${options.channelId} enters ${this.edgeId} (${options.args.join()})`);
    this.world.tell({ kind: 'callerEntered', story: caller.story });
    this.clock.after(options.patienceMs, () => {
      if (caller.bridgedWith === null && caller.story.talkedTo.length === 0) this.callerHangsUp(caller);
    });
    this.enterApplication(caller, options.args);
    this.pressKeys(options.channelId, options.keys);
    return caller;
  }

  /** `Stasis()`: fails at once when no application is registered. */
  enterApplication(caller: Caller, args: readonly string[]): void {
    if (this.app === null) {
      caller.story.unseen = true;
      return this.finish(caller, this.byStatus(caller));
    }
    caller.place = 'application';
    caller.setTimeout(ENTRY_TIMEOUT_S, () => this.timedOut(caller));
    this.emit({ kind: 'callEntered', channel: caller.info, args });
  }

  emit(event: EdgePbxEvent): void {
    this.app?.report(event);
  }

  /** A key of a caller or of an offered leg; heard only in the application, and of a leg that is up. */
  pressKey(channelId: string, digit: string): void {
    const isHeard = this.callers.get(channelId)?.place === 'application' || this.offers.get(channelId)?.isUp;
    if (isHeard) this.emit({ kind: 'digitPressed', channelId, digit });
  }

  private pressKeys(channelId: string, keys: readonly KeyPress[] = []): void {
    for (const { afterMs, digit } of keys) this.clock.after(afterMs, () => this.pressKey(channelId, digit));
  }

  /** The T extension: what the app had decided stands; else the default route. */
  private timedOut(caller: Caller): void {
    if (caller.place !== 'application') return;
    this.world.trace(() => `${caller.options.channelId} was not served in time`);
    this.leaveApplication(caller, false);
    this.finish(caller, this.byStatus(caller));
  }

  private byStatus(caller: Caller): CallerEnd {
    return caller.variables.get('IPNTSTATUS') === 'ANSWERED' ? 'talked' : 'defaultRoute';
  }

  callerHangsUp(caller: Caller): void {
    if (caller.place === 'gone') return;
    const wasInside = caller.place === 'application';
    const how: CallerEnd = caller.story.talkedTo.length > 0 ? 'talked' : 'hungUpWaiting';
    this.world.trace(() => `${caller.options.channelId} hangs up`);
    if (wasInside) this.leaveApplication(caller, true);
    // One whom the dialplan dials for is to come back: the app is told that he will not.
    else this.emit({ kind: 'callLeft', channelId: caller.options.channelId, hungUp: true });
    this.finish(caller, how);
  }

  private leaveApplication(caller: Caller, hungUp: boolean): void {
    caller.place = 'dialplan';
    this.treatment.cutOff(caller.options.channelId);
    this.unbridge(caller);
    this.emit({ kind: 'callLeft', channelId: caller.options.channelId, hungUp });
  }

  private unbridge(caller: Caller): void {
    const leg = caller.bridgedWith === null ? undefined : this.offers.get(caller.bridgedWith);
    if (leg) leg.isBridged = false;
    caller.bridgedWith = null;
  }

  finish(caller: Caller, how: CallerEnd): void {
    caller.end(how);
    this.callers.delete(caller.options.channelId);
    this.world.trace(() => `${caller.options.channelId} ends: ${how}`);
    this.world.tell({ kind: 'callerEnded', story: caller.story });
  }

  ring(request: RingRequest): 'ringing' | 'refused' {
    const [, address = '', trunkName = ''] = /^PJSIP\/(.+)@(.+)$/.exec(request.endpoint) ?? [];
    const trunk = this.trunks.get(`PJSIP/${trunkName}`);
    const { offerId } = request;
    const { callerChannelId: from } = request;
    const isFrom = from === '' || this.callers.has(from) || this.offers.has(from);
    if (!trunk?.believedUp || !isFrom || this.offers.has(offerId)) return 'refused';
    const leg = new OfferLeg({
      world: this.world,
      offerId,
      phone: this.world.phoneOf(trunk.siteId, address),
      trunkUp: () => trunk.up,
      trunkDelayMs: () => this.random.between(2, 30),
      timeoutMs: request.timeoutMs,
      onRinging: () => this.emit({ kind: 'offerRinging', offerId }),
      onAnswered: () => this.answered(leg),
      onGone: (cause, techCause) => this.legGone(leg, cause, techCause),
    });
    this.offers.set(offerId, leg);
    return 'ringing';
  }

  private answered(leg: OfferLeg): void {
    this.emit({ kind: 'offerAnswered', offerId: leg.offerId });
    this.clock.after(personAt(leg.phone)?.patienceMs ?? AGENT_PATIENCE_MS, () => {
      if (!leg.isBridged) leg.agentHangsUp();
    });
  }

  private legGone(leg: OfferLeg, cause: number, techCause: number): void {
    this.offers.delete(leg.offerId);
    this.treatment.cutOff(leg.offerId);
    const caller = [...this.callers.values()].find(({ bridgedWith }) => bridgedWith === leg.offerId);
    if (caller) {
      caller.bridgedWith = null;
      caller.story.aloneSinceMs = this.clock.monoMs();
      this.clock.after(CALLER_SILENCE_MS, () => {
        if (caller.story.aloneSinceMs !== null) this.callerHangsUp(caller);
      });
    }
    this.emit({ kind: 'offerGone', offerId: leg.offerId, cause, techCause });
  }

  bridge(callerChannelId: string, offerId: string): boolean {
    const leg = this.offers.get(offerId);
    this.treatment.cutOff(callerChannelId);
    const customer = this.offers.get(callerChannelId);
    if (customer) return joinCustomer(this.world, customer, leg);
    const caller = this.callers.get(callerChannelId);
    if (caller?.place !== 'application' || caller.bridgedWith !== null || !leg?.isUp) return false;
    const { talkMs, endsBy, transferAt, agentKeys } = caller.options;
    caller.isUp = true;
    caller.bridgedWith = offerId;
    caller.story.aloneSinceMs = null;
    leg.isBridged = true;
    caller.setTimeout(0, () => undefined);
    caller.story.talkedTo.push(leg.phone ? `${leg.phone.siteId}/${leg.phone.name}` : offerId);
    this.world.trace(() => `${callerChannelId} talks to ${caller.story.talkedTo.at(-1)}`);
    this.pressKeys(offerId, agentKeys);
    this.clock.after(talkMs, () => {
      if (caller.bridgedWith !== offerId) return;
      if (endsBy === 'agent') leg.agentHangsUp();
      else this.callerHangsUp(caller);
    });
    if (transferAt !== null) this.clock.after(talkMs * transferAt, () => leg.transferAtSite());
    return true;
  }

  /** Ends whatever has this id. */
  hangup(channelId: string): boolean {
    const leg = this.offers.get(channelId);
    if (leg) {
      leg.hangUp();
      return true;
    }
    const caller = this.callers.get(channelId);
    if (!caller || caller.place === 'gone') return false;
    if (caller.place === 'application') this.leaveApplication(caller, true);
    this.finish(caller, caller.story.talkedTo.length > 0 ? 'talked' : 'cutOff');
    return true;
  }

  /** Back to the dialplan, which goes by what the app wrote. */
  continueInDialplan(channelId: string): boolean {
    const caller = this.callers.get(channelId);
    if (caller?.place !== 'application') return false;
    const status = caller.variables.get('IPNTSTATUS') ?? 'HANGUP';
    const route = caller.variables.get('IPNT_ROUTE') ?? '';
    this.leaveApplication(caller, false);
    caller.setTimeout(0, () => undefined);
    caller.story.aloneSinceMs = null;
    if (route === 'dial') dialInDialplan(this, caller, this.random);
    else if (status === 'ANSWERED') this.finish(caller, 'talked');
    else if (route === 'default' || status === 'HANGUP' || status === 'ERROR') this.finish(caller, 'defaultRoute');
    else this.finish(caller, `returned ${status}`);
    return true;
  }

  /** 302: the upstream calls the contact itself, if it follows. */
  redirect(channelId: string, contact: string): boolean {
    const caller = this.callers.get(channelId);
    if (caller?.place !== 'application' || caller.isUp) return false;
    this.leaveApplication(caller, true);
    this.finish(caller, 'redirected');
    const [, address = '', host = ''] = /^sip:(.+)@(.+)$/.exec(contact) ?? [];
    const phone = this.world.phoneOf(host, address);
    const follows = this.random.chance(0.9);
    const inMs = this.random.between(50, 1_500);
    if (phone && follows)
      this.clock.after(inMs, () => this.world.sites.get(host)?.callDirect(phone, caller.options.talkMs));
    return true;
  }

  setVariables(channelId: string, variables: Readonly<Record<string, string>>): boolean {
    const caller = this.callers.get(channelId);
    if (!caller) return this.offers.has(channelId);
    for (const [name, value] of Object.entries(variables)) caller.variables.set(name, value);
    return true;
  }

  setAbsoluteTimeout(channelId: string, seconds: number): boolean {
    const caller = this.callers.get(channelId);
    if (!caller) return this.offers.has(channelId);
    if (caller.bridgedWith === null) caller.setTimeout(seconds, () => this.timedOut(caller));
    return true;
  }

  /** SIP to a site stops or comes back; the edge notices after a while (qualify). */
  setTrunk(trunk: string, up: boolean, noticedAfterMs: number): void {
    const state = this.trunks.get(trunk);
    if (!state || state.up === up) return;
    state.up = up;
    this.world.trace(() => `${this.edgeId}: ${trunk} is ${up ? 'up' : 'down'}`);
    this.clock.after(noticedAfterMs, () => {
      if (state.believedUp === state.up) return;
      state.believedUp = state.up;
      this.emit({ kind: 'trunkChanged', trunk, online: state.up });
    });
  }

  /** Closes the application's websocket, and lets nobody in for a while. */
  cutLink(why: string, downMs: number): void {
    this.world.trace(() => `${this.edgeId} loses its application: ${why}`);
    this.downUntilMs = Math.max(this.downUntilMs, this.clock.monoMs() + downMs);
    this.app?.cut(why);
  }
}
