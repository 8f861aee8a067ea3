import { byTurn, effectivePriority } from '../model/call.ts';
import type { WaitingCall } from '../model/call.ts';
import type { Service } from '../model/service.ts';
import { expectedWait, lineFigures } from '../stats/ewt.ts';
import type { CompetingLine, ExpectedWait } from '../stats/ewt.ts';
import { meanWaitMs } from '../stats/figures.ts';
import type { Floor } from './floor.ts';
import type { Pool } from './pool.ts';
import type { Requirement } from './requirement.ts';
import { withSites } from './steps.ts';
import type { RoutingView } from './view.ts';

/** Who serves whom changes slowly: counted anew so often. */
const STAFF_KEPT_MS = 5_000;
/** However busy a site's own queues are, this share of its agents is counted on. */
const LEAST_SHARE = 0.05;

/** A call that waits, or one that would: it is last of its equals then. */
export type ForecastCall = Pick<
  WaitingCall,
  'callId' | 'service' | 'requirement' | 'priority' | 'arrivedAtMs' | 'ageing' | 'networkFirst'
>;

/**
 * Expected waits in a view: finds the lines that compete for a call's agents, and how many agents they share. Counts of agents are
 * kept for some seconds, so that a forecast costs the lines and the calls that wait. One a source of views, as its floor is.
 */
export class Forecaster {
  private readonly floor: Floor;
  private readonly requirementOf: (text: string) => Requirement;
  private readonly counts = new Map<string, number>();
  private readonly able = new Map<string, Able>();
  /** By site: what its own queues leave of an agent. */
  private readonly left = new Map<string, number>();
  private countedAtMs = -Infinity;

  constructor(floor: Floor, requirementOf: (text: string) => Requirement) {
    this.floor = floor;
    this.requirementOf = requirementOf;
  }

  /** `services`: the rules in force. The floor has taken in the view (`sync`). */
  forecast(call: ForecastCall, view: RoutingView, services: ReadonlyMap<string, Service>): ExpectedWait {
    this.forgetOldCounts(view);
    const lines = linesBefore(call, view, services);
    const figures = view.figures.get(call.service);
    const toLine = ({ service, requirement, ahead, overtakesForMs, isBase }: Line): CompetingLine => {
      const known = lineFigures(view.figures.get(service));
      return {
        ...{ ...known, load: isBase ? known.load : 0, ahead, overtakesForMs },
        agents: this.agents(requirement, requirement, call.networkFirst),
        shared: this.agents(requirement, call.requirement, call.networkFirst),
      };
    };
    return expectedWait({
      free: this.floor.eligible(call.requirement, call.networkFirst, this.requirementOf),
      own: toLine(lines.own),
      others: lines.others.map(toLine),
      recentWaitMs: figures ? meanWaitMs(figures) : null,
      longestWaitMs: longestWaitMs(call, view),
    });
  }

  /** Whether somebody at work could take calls of both requirements, or they are the same. The floor has taken in the view. */
  shares(one: string, other: string, view: RoutingView): boolean {
    if (one === other) return true;
    this.forgetOldCounts(view);
    return this.agents(one, other, false) > 0;
  }

  private forgetOldCounts(view: RoutingView): void {
    if (Math.abs(view.nowMs - this.countedAtMs) < STAFF_KEPT_MS) return;
    this.countedAtMs = view.nowMs;
    this.counts.clear();
    this.able.clear();
    this.left.clear();
    const { agents, siteOf, sites, used } = this.floor.people;
    const busy = new Map<string, number>();
    for (const { siteId, answered, meanHandleMs, windowMs } of view.queues.values())
      busy.set(siteId, (busy.get(siteId) ?? 0) + (answered * (meanHandleMs ?? 0)) / windowMs);
    const atWork = new Array<number>(sites.length).fill(0);
    for (let slot = 0; slot < used; slot++) {
      const site = siteOf[slot] ?? 0;
      if (agents[slot]?.status === 'ready') atWork[site] = (atWork[site] ?? 0) + 1;
    }
    sites.forEach(({ siteId }, index) => {
      this.left.set(siteId, Math.max(LEAST_SHARE, 1 - (busy.get(siteId) ?? 0) / Math.max(1, atWork[index] ?? 0)));
    });
  }

  /**
   * Agents at work at living sites who meet both requirements. One counts for less where the site's own queues keep its agents
   * busy, unless this call goes before those.
   */
  private agents(one: string, other: string, networkFirst: boolean): number {
    const key = `${one < other ? `${one}\n${other}` : `${other}\n${one}`}\n${networkFirst}`;
    let count = this.counts.get(key);
    if (count !== undefined) return count;
    const [few, many] = [this.ableTo(one), this.ableTo(other)].sort((a, b) => a.slots.length - b.slots.length);
    const { agents } = this.floor.people;
    count = 0;
    for (const slot of few?.slots ?? [])
      if (many?.pool.isMetBy(slot)) count += networkFirst ? 1 : (this.left.get(agents[slot]?.siteId ?? '') ?? 0);
    this.counts.set(key, count);
    return count;
  }

  private ableTo(requirement: string): Able {
    let able = this.able.get(requirement);
    if (able !== undefined) return able;
    const pool = this.floor.pool(requirement, this.requirementOf);
    able = { pool, slots: this.floor.atWork(pool) };
    this.able.set(requirement, able);
    return able;
  }
}

/** Who meets a requirement, and the slots of those who are at work at a living site. */
interface Able {
  readonly pool: Pool;
  readonly slots: readonly number[];
}

interface Line {
  readonly service: string;
  readonly requirement: string;
  readonly ahead: number;
  readonly overtakesForMs: number;
  /** Where callers of the service begin: its load is counted there, and once. */
  readonly isBase: boolean;
}

/** The call's own line, and all that have somebody before it, or are talked of in the figures. */
function linesBefore(
  call: ForecastCall,
  view: RoutingView,
  services: ReadonlyMap<string, Service>,
): { own: Line; others: Line[] } {
  const lines = new Map<string, Line>();
  const keyOf = (service: string, requirement: string): string => `${service}\n${requirement}`;
  for (const service of view.figures.keys()) {
    const rules = services.get(service);
    if (rules === undefined) continue;
    const requirement = withSites(rules.requirement, rules.sites);
    const overtakesForMs = service === call.service ? 0 : overtakesFor(rules.priority, call, view.nowMs);
    lines.set(keyOf(service, requirement), { service, requirement, ahead: 0, overtakesForMs, isBase: true });
  }
  const ownKey = keyOf(call.service, call.requirement);
  const blank = { ahead: 0, overtakesForMs: 0, isBase: false };
  for (const other of view.waiting.values()) {
    if (other.offering || other.callId === call.callId || byTurn(other, call as WaitingCall, view.nowMs) > 0) continue;
    const { service, requirement } = other;
    const line = lines.get(keyOf(service, requirement)) ?? { ...blank, service, requirement };
    lines.set(keyOf(service, requirement), { ...line, ahead: line.ahead + 1 });
  }
  const own = lines.get(ownKey) ?? { ...blank, service: call.service, requirement: call.requirement };
  lines.delete(ownKey);
  return { own, others: [...lines.values()] };
}

/** For how long calls of that priority, still to come, go before this one: until it has aged enough. */
function overtakesFor(priority: number, call: ForecastCall, nowMs: number): number {
  const lead = priority - effectivePriority(call as WaitingCall, nowMs);
  if (lead <= 0) return 0;
  return call.ageing <= 0 ? Infinity : (lead / call.ageing) * 60_000;
}

function longestWaitMs(call: ForecastCall, view: RoutingView): number | null {
  let sinceMs = Infinity;
  for (const other of view.waiting.values())
    if (other.service === call.service && !other.offering) sinceMs = Math.min(sinceMs, other.arrivedAtMs);
  return sinceMs === Infinity ? null : Math.max(0, view.nowMs - sinceMs);
}
