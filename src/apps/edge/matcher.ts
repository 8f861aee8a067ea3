import type { Chosen } from '../../core/effects.ts';
import type { AgentId, KnownAgent } from '../../core/model/agent.ts';
import type { WaitingCall } from '../../core/model/call.ts';
import type { Reservation } from '../../core/model/claim.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import { decide } from '../../core/routing/decide.ts';
import { Forecaster } from '../../core/routing/expected-wait.ts';
import type { Floor } from '../../core/routing/floor.ts';
import { match } from '../../core/routing/match.ts';
import type { Pair } from '../../core/routing/match.ts';
import { requirementOrNobody } from '../../core/routing/requirement.ts';
import type { Requirement } from '../../core/routing/requirement.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EdgeMeter } from '../../ports/metrics.ts';
import { callbackHours } from './callbacks.ts';
import type { LiveCalls } from './live-calls.ts';
import { OthersPairs } from './others-pairs.ts';
import type { Reach } from './parts.ts';
import type { StateCopy } from '../common/state-copy.ts';
import { isStepping, rowOf, standing, takeSteps } from './waiting-calls.ts';
import type { Standing } from './waiting-calls.ts';

const STEPS_EVERY_MS = 250;

export interface MatcherParts {
  readonly edgeId: string;
  readonly calls: LiveCalls;
  readonly copy: StateCopy;
  readonly floor: Floor;
  readonly clock: Clock;
  readonly meter: EdgeMeter;
  readonly routing: () => Routing;
  readonly reach: Reach;
  readonly trunkUp: (siteId: string) => boolean;
}

/** Moves our waiting calls through their steps, matches all calls of all edges, and hands each of our own pairs to its call. */
export class Matcher {
  private readonly parts: MatcherParts & { readonly forecaster: Forecaster };
  private readonly others = new OthersPairs();
  private readonly requirements = new Map<string, Requirement>();
  private steppedMs = -Infinity;

  constructor(parts: MatcherParts) {
    this.parts = { ...parts, forecaster: new Forecaster(parts.floor, (text) => this.requirementOf(text)) };
  }

  /** The state as a decision sees it, and who is free in it. */
  view(): RoutingView {
    const { copy, clock, edgeId, trunkUp, floor } = this.parts;
    const view = copy.view(clock.monoMs(), edgeId, (row) => this.own(row), trunkUp);
    floor.sync(view);
    return view;
  }

  match(): void {
    const { calls, clock, edgeId, floor, meter } = this.parts;
    if (!calls.states().some(({ phase }) => phase === 'waiting')) return;
    const nowMs = clock.monoMs();
    const before = this.view();
    const view = this.takeSteps(before, nowMs) ? this.view() : before;
    const waits = calls.states().filter((state) => state.phase === 'waiting');
    const pairs = match(view, {
      floor,
      requirementOf: (text) => this.requirementOf(text),
      passedOver: (callId, agentId) => this.isPassedOver(view, callId, agentId),
    });
    meter.matched(clock.monoMs() - nowMs);
    const takenBy = new Map<AgentId, string>(pairs.map(({ agent, call }) => [agent.agentId, call.callId]));
    const asMatched = asItWas(view, takenBy.keys());
    const matched = new Set<string>();
    for (const pair of pairs) {
      if (pair.call.edgeId === edgeId) {
        matched.add(pair.call.callId);
        calls.input(pair.call.callId, { kind: 'matched', chosen: this.chosenOf(pair) });
        // The claim is on its way: now there is time to write down why.
        this.record(asMatched, pair.call, pair.agent, takenBy);
      } else this.others.note(pair, nowMs);
    }
    for (const state of waits) {
      const call = view.waiting.get(state.request.callId);
      if (call && !call.offering && !matched.has(call.callId)) this.nobodyFor(asMatched, call, takenBy);
    }
    this.others.forget(nowMs);
  }

  /** A forecast costs more than a match: steps are looked at now and then, and at once for a call that has just come. */
  private takeSteps(view: RoutingView, nowMs: number): boolean {
    const isNew = this.parts.calls.states().some((state) => isStepping(state) && state.lastAnswer === null);
    if (!isNew && nowMs - this.steppedMs < STEPS_EVERY_MS) return false;
    this.steppedMs = nowMs;
    return takeSteps(this.parts, view, nowMs);
  }

  /** Where a caller of ours stands in his line; null when he does not wait. */
  standing(callId: string): Standing | null {
    const view = this.view();
    const call = view.waiting.get(callId);
    return call === undefined ? null : standing(this.parts, view, call);
  }

  private isPassedOver(view: RoutingView, callId: string, agentId: AgentId): boolean {
    const own = this.parts.calls.get(callId);
    if (own !== undefined) return own.excluded.includes(agentId);
    return this.others.isPassedOver(view.waiting.get(callId)?.edgeId ?? '', agentId);
  }

  /** Nobody for this call now: written down when that is new; sent back when nobody could ever come. */
  private nobodyFor(view: RoutingView, call: WaitingCall, takenBy: ReadonlyMap<AgentId, string>): void {
    const { calls, floor } = this.parts;
    const state = calls.get(call.callId);
    if (state === undefined || state.lastAnswer === '') return;
    const first = state.lastAnswer === null;
    this.record(view, call, null, takenBy);
    calls.noteAnswer(call.callId, '');
    if (first && state.request.rules.maxWaiting === 0 && state.callback === null)
      return calls.input(call.callId, { kind: 'giveUp', status: 'FULL', detail: 'nobody may wait in this service' });
    const isLastStep = state.stage.step >= state.request.rules.steps.length;
    if (first && isLastStep && floor.staffed(call.requirement) === 0) {
      calls.input(call.callId, {
        kind: 'giveUp',
        status: 'NOAGENTS',
        detail: 'nobody is logged in who meets the requirement',
      });
    }
  }

  private record(
    view: RoutingView,
    call: WaitingCall,
    agent: KnownAgent | null,
    takenBy: ReadonlyMap<AgentId, string>,
  ): void {
    const { floor, forecaster } = this.parts;
    const routingVersion = this.parts.calls.get(call.callId)?.request.routingVersion;
    const shares = (other: string): boolean => forecaster.shares(call.requirement, other, view);
    const options = { floor, routingVersion, shares };
    const decision = decide(view, call, this.requirementOf(call.requirement), agent, takenBy, options);
    this.parts.calls.record(call.callId, { kind: 'decided', decision });
  }

  /** A row of ours as its call is now: our rows lag behind ourselves. Null: it waits no more. */
  private own(row: WaitingCall): WaitingCall | null {
    const state = this.parts.calls.get(row.callId);
    if (state === undefined || GONE.has(state.phase)) return null;
    const now = { ...rowOf(state, row.arrivedAtMs), arrivedAtMs: row.arrivedAtMs };
    return state.phase === 'waiting' && !this.isResting(state) ? now : { ...now, offering: true };
  }

  /** Nobody is called back outside the hours. */
  private isResting({ callback, request }: CallState): boolean {
    if (callback === null || callback.isHere) return false;
    return !callbackHours(this.parts.routing(), request.rules, this.parts.clock.nowMs()).open;
  }

  private chosenOf({ agent }: Pair): Chosen {
    return {
      redirectable: this.parts.reach.redirects[agent.siteId] !== undefined,
      agentId: agent.agentId,
      siteId: agent.siteId,
      title: agent.title,
      wrapUpMs: agent.wrapUpMs,
      // An agent without an address is not eligible and is never matched.
      address: agent.address ?? '',
    };
  }

  private requirementOf(text: string): Requirement {
    let requirement = this.requirements.get(text);
    if (!requirement) {
      // Texts come from services and dialplans: few in number, but a bound costs nothing.
      if (this.requirements.size > 10_000) this.requirements.clear();
      // What another edge wrote and this program cannot read: nobody meets it here, and the other calls are matched.
      requirement = requirementOrNobody(text);
      this.requirements.set(text, requirement);
    }
    return requirement;
  }
}

const GONE: ReadonlySet<CallState['phase']> = new Set(['over', 'closing', 'talking', 'requeueing', 'identifying']);

/** The view with the claims of these agents as they are now: the copy notes a claim at once, and a decision is of the moment before. */
function asItWas(view: RoutingView, agentIds: Iterable<AgentId>): RoutingView {
  const before = new Map([...agentIds].map((agentId) => [agentId, view.reservations.get(agentId)]));
  const get = (agentId: AgentId): Reservation | undefined =>
    before.has(agentId) ? before.get(agentId) : view.reservations.get(agentId);
  return { ...view, reservations: { get } };
}
