import type { AgentLine, ServiceRow, WaitingLine } from '../model/board.ts';
import type { CallCounts } from '../model/counts.ts';
import { servicesByName } from '../model/routing.ts';
import type { Routing } from '../model/routing.ts';
import type { Service } from '../model/service.ts';
import { Forecaster } from '../routing/expected-wait.ts';
import type { Floor } from '../routing/floor.ts';
import { serviceState } from '../routing/identify.ts';
import { requirementOrNobody } from '../routing/requirement.ts';
import type { Requirement } from '../routing/requirement.ts';
import { withSites } from '../routing/steps.ts';
import type { RoutingView } from '../routing/view.ts';
import { meanTalkOfCounts, meanWaitOfCounts, serviceLevelOfCounts } from '../stats/call-counts.ts';
import { serviceLevelOf } from '../stats/figures.ts';
import { BOARD_ORDER } from './order.ts';

/** A forecast costs more than all else of a row, and nobody reads one sooner. */
const FORECAST_EVERY_MS = 1_000;
/** Texts of requirements that are kept read. */
const MOST_REQUIREMENTS = 2_000;

/** What the rows of services are made of, beside view and routing. */
export interface ServiceFacts {
  readonly agents: readonly AgentLine[];
  readonly waiting: readonly WaitingLine[];
  readonly todayOf: (service: Service) => { readonly counts: CallCounts; readonly zone: string };
}

/** The rows of services. Keeps counts of staff and forecasts for as long as they hold. One a source of views, as its floor is. */
export class ServiceRows {
  private readonly floor: Floor;
  private readonly forecaster: Forecaster;
  private readonly requirements = new Map<string, Requirement>();
  private readonly waits = new Map<string, number | null>();
  private forecastAtMs = -Infinity;

  constructor(floor: Floor) {
    this.floor = floor;
    this.forecaster = new Forecaster(floor, this.requirementOf);
  }

  /** The floor has taken in the view. */
  make(view: RoutingView, routing: Routing, facts: ServiceFacts): ServiceRow[] {
    if (Math.abs(view.nowMs - this.forecastAtMs) >= FORECAST_EVERY_MS) {
      this.waits.clear();
      this.forecastAtMs = view.nowMs;
    }
    const lines = linesOf(facts);
    return routing.services
      .map((service) => this.row(view, routing, service, facts, lines.get(service.name) ?? NO_LINE))
      .sort(BOARD_ORDER.services);
  }

  private row(view: RoutingView, routing: Routing, service: Service, facts: ServiceFacts, line: Line): ServiceRow {
    const { name, title, serviceLevelMs, serviceLevelTarget } = service;
    const { open, why } = serviceState(routing, service, view.nowMs);
    const requirement = withSites(service.requirement, service.sites);
    const { counts, zone } = facts.todayOf(service);
    const figures = view.figures.get(name);
    return {
      ...{ id: name, title, isOpen: open, why, isByHand: routing.overrides[name] !== undefined },
      ...{ waiting: line.waiting, longestSinceMs: line.longestSinceMs },
      expectedWaitMs: this.expectedWaitMs(view, routing, service),
      eligible: this.floor.eligible(requirement, service.share === 'network_first', this.requirementOf),
      staffed: this.floor.staffed(requirement, this.requirementOf),
      talking: line.talking,
      ...{ serviceLevelMs, serviceLevelTarget },
      today: counts,
      serviceLevel: serviceLevelOfCounts(counts),
      recentServiceLevel: figures === undefined ? null : serviceLevelOf(figures),
      meanWaitMs: meanWaitOfCounts(counts),
      meanTalkMs: meanTalkOfCounts(counts),
      zone,
    };
  }

  /** Of a caller who would come now: last of his equals. */
  private expectedWaitMs(view: RoutingView, routing: Routing, service: Service): number | null {
    const { name, priority, ageing } = service;
    const known = this.waits.get(name);
    if (known !== undefined) return known;
    const call = {
      ...{ callId: LAST_ID, service: name, priority, ageing, arrivedAtMs: view.nowMs },
      requirement: withSites(service.requirement, service.sites),
      networkFirst: service.share === 'network_first',
    };
    const { ms } = this.forecaster.forecast(call, view, servicesByName(routing));
    const rounded = ms === null ? null : roundWait(ms);
    this.waits.set(name, rounded);
    return rounded;
  }

  private readonly requirementOf = (text: string): Requirement => {
    let requirement = this.requirements.get(text);
    if (requirement === undefined) {
      if (this.requirements.size >= MOST_REQUIREMENTS) this.requirements.clear();
      requirement = requirementOrNobody(text);
      this.requirements.set(text, requirement);
    }
    return requirement;
  };
}

const LAST_ID = '\uffff';

/** As exact as a forecast is, up to the next step: a figure that trembles says no more. */
export function roundWait(ms: number): number {
  const step = ms <= 60_000 ? 5_000 : ms <= 300_000 ? 15_000 : 60_000;
  return Math.ceil(ms / step) * step;
}

interface Line {
  waiting: number;
  longestSinceMs: number | null;
  talking: number;
}

const NO_LINE: Line = { waiting: 0, longestSinceMs: null, talking: 0 };

function linesOf({ agents, waiting }: Pick<ServiceFacts, 'agents' | 'waiting'>): ReadonlyMap<string, Line> {
  const lines = new Map<string, Line>();
  const lineOf = (service: string): Line => {
    const line = lines.get(service) ?? { ...NO_LINE };
    lines.set(service, line);
    return line;
  };
  for (const { service, arrivedAtMs, isOffering } of waiting) {
    if (isOffering) continue;
    const line = lineOf(service);
    line.waiting += 1;
    line.longestSinceMs = Math.min(line.longestSinceMs ?? Infinity, arrivedAtMs);
  }
  for (const { call } of agents) if (call?.phase === 'talk') lineOf(call.service).talking += 1;
  return lines;
}
