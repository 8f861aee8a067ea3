import type { AgentId } from '../../core/model/agent.ts';
import type { WaitingCall } from '../../core/model/call.ts';
import type { ServiceFigures } from '../../core/model/figures.ts';
import type { RoutingRules } from '../../core/model/routing.ts';
import type { Measure, Service } from '../../core/model/service.ts';
import { Forecaster } from '../../core/routing/expected-wait.ts';
import { Floor } from '../../core/routing/floor.ts';
import { match } from '../../core/routing/match.ts';
import type { Pair } from '../../core/routing/match.ts';
import { parseRequirement, unmet } from '../../core/routing/requirement.ts';
import type { Requirement } from '../../core/routing/requirement.ts';
import type { Stage } from '../../core/routing/steps.ts';
import { rowInLine } from '../../core/routing/row.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import { serviceLevelOf } from '../../core/stats/figures.ts';
import { ServiceFiguresWindow } from '../../core/stats/service-figures.ts';
import type { Caller } from './callers.ts';
import type { Crowd, Member, Mutable } from './crowd.ts';
import type { End } from './tally.ts';

/** Figures are read anew this often; an edge hears of the other edges' about as seldom. */
const FIGURES_KEPT_MS = 5_000;
const NOBODY: readonly AgentId[] = [];

/**
 * What an edge has in its copy of the state, and what it asks of it: the very same match over the very same view. Steps and
 * announcements read their measures here as well.
 */
export class World {
  private readonly crowd: Crowd;
  private readonly waiting = new Map<string, WaitingCall>();
  private readonly figures = new Map<string, ServiceFigures>();
  private readonly window = new ServiceFiguresWindow();
  private readonly services: ReadonlyMap<string, Service>;
  private readonly view: Mutable<RoutingView>;
  private readonly floor = new Floor();
  private readonly requirements = new Map<string, Requirement>();
  private readonly able = new Map<string, readonly Member[]>();
  private readonly options = {
    requirementOf: (text: string): Requirement => this.requirementOf(text),
    passedOver: (): boolean => false,
    floor: this.floor,
  };
  private readonly forecaster = new Forecaster(this.floor, this.options.requirementOf);
  /** Whether callers are told what to expect: it costs as much as all the rest. */
  private readonly announces: boolean;
  private figuresAtMs = -Infinity;

  constructor(crowd: Crowd, rules: RoutingRules, nowMs: number, announces: boolean) {
    this.crowd = crowd;
    this.announces = announces;
    this.services = new Map(rules.services.map((service) => [service.name, service]));
    this.view = {
      ...{ nowMs, sites: crowd.sites, agents: crowd.agents, queues: new Map(), reservations: crowd.reservations },
      ...{ waiting: this.waiting, siteTerms: rules.sites, figures: this.figures, trunkUp: () => true },
    };
  }

  /** Who gets whom now. The match is not asked where nobody waits or nobody is free. */
  pairs(nowMs: number): readonly Pair[] {
    if (this.crowd.free === 0 || this.waiting.size === 0) return [];
    this.view.nowMs = nowMs;
    return match(this.view, this.options);
  }

  /** An agent's rows have changed. */
  touch(member: Member): void {
    this.floor.touchAgent(member.agent.agentId);
  }

  /** A caller as he stands in the line, in the stage that his call begins with. */
  rowOf(caller: Caller, service: Service, stage: Stage): WaitingCall {
    const preferred = this.agentOf(caller, service);
    const networkFirst = service.share === 'network_first';
    const call = { callId: caller.callId, edgeId: 'edge', service: service.name, networkFirst, preferred };
    return rowInLine({ ...call, rules: service }, stage, caller.arrivedAtMs);
  }

  /** The agent of his own, for those who have one: anybody of the scenario with the skills. */
  private agentOf({ preferredDraw, source }: Caller, service: Service): readonly AgentId[] {
    if (preferredDraw >= source.preferredShare) return NOBODY;
    let able = this.able.get(service.requirement);
    if (able === undefined) {
      const requirement = this.requirementOf(service.requirement);
      able = this.crowd.members.filter(({ agent }) => unmet(requirement, agent) === null);
      this.able.set(service.requirement, able);
    }
    const one = able[Math.floor((preferredDraw / source.preferredShare) * able.length)];
    return one === undefined ? NOBODY : [one.agent.agentId];
  }

  /** Into the line, or in it as it stands now. */
  place(row: WaitingCall): void {
    this.waiting.set(row.callId, row);
  }

  remove(row: WaitingCall): void {
    this.waiting.delete(row.callId);
  }

  staffed(requirement: string, nowMs: number): number {
    this.synced(nowMs);
    return this.floor.staffed(requirement, this.options.requirementOf);
  }

  /** What a step's condition is judged by; `waiting` is told by the line itself. */
  measure(measure: Exclude<Measure, 'waiting'>, requirement: string, row: WaitingCall, nowMs: number): number | null {
    switch (measure) {
      case 'staffed':
        return this.staffed(requirement, nowMs);
      case 'eligible':
        this.synced(nowMs);
        return this.floor.eligible(requirement, row.networkFirst, this.options.requirementOf);
      case 'service_level': {
        this.readFigures(nowMs);
        const figures = this.figures.get(row.service);
        return figures === undefined ? null : serviceLevelOf(figures);
      }
      case 'ewt':
        return this.expectedMs({ ...row, requirement }, nowMs);
    }
  }

  /** What a caller who has to wait would be told, ms; null where nothing is known. */
  expectedMs(row: WaitingCall, nowMs: number): number | null {
    this.synced(nowMs);
    this.readFigures(nowMs);
    return this.forecaster.forecast(row, this.view, this.services).ms;
  }

  announcedMs(row: WaitingCall, nowMs: number): number | null {
    return this.announces ? this.expectedMs(row, nowMs) : null;
  }

  /** A call has left the line. */
  left({ name, serviceLevelMs }: Service, how: End, waitMs: number, nowMs: number): void {
    if (how === 'answered') this.window.answered(name, waitMs, serviceLevelMs, nowMs);
    else if (how === 'abandoned') this.window.abandoned(name, waitMs, serviceLevelMs, nowMs);
  }

  handled(service: string, handleMs: number, nowMs: number): void {
    this.window.handled(service, handleMs, nowMs);
  }

  private synced(nowMs: number): void {
    this.view.nowMs = nowMs;
    this.floor.sync(this.view);
  }

  private readFigures(nowMs: number): void {
    if (nowMs - this.figuresAtMs < FIGURES_KEPT_MS) return;
    this.figuresAtMs = nowMs;
    this.figures.clear();
    for (const row of this.window.figures(nowMs)) this.figures.set(row.service, row);
  }

  private requirementOf(text: string): Requirement {
    let requirement = this.requirements.get(text);
    if (requirement === undefined) this.requirements.set(text, (requirement = parseRequirement(text)));
    return requirement;
  }
}
