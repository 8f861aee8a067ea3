import type { AgentId } from '../model/agent.ts';
import type { StrategyName } from '../model/service.ts';
import { wordsOf } from './compile.ts';
import { Due } from './due.ts';
import { freeAtMs, isStale, standingOf } from './eligible.ts';
import { grown, People } from './people.ts';
import { Pool } from './pool.ts';
import type { Requirement } from './requirement.ts';
import { parseRequirement } from './requirement.ts';
import { Rooms } from './rooms.ts';
import { strategyOf } from './strategies/index.ts';
import { idleSinceMs } from './strategies/longest-idle.ts';
import type { RoutingView } from './view.ts';

/** Requirements kept. Their texts come from services and dialplans; beyond this all are looked at anew. */
const MOST_POOLS = 2_000;

/** An agent's standing as a number: 0 is blocked, odd is free for all. */
export const FREE = 1;
export const NETWORK_FIRST = 2;
const STANDING = { blocked: 0, free: FREE, network_first: NETWORK_FIRST } as const;

/**
 * Who is free, kept up to date: an index over the maps of a view, so that a match looks at free agents alone.
 *
 * Whoever owns the maps tells what he changed in them, after or before he changes it, and hands the view to `match(view, { floor })`,
 * `sync(view)` or both; rows are read out of the view then. In a copy of the shared state:
 *
 * - `touchAgent(agentId)`: his row or his reservation is set, changed or removed;
 * - `touchQueue(queueId)`: a queue's row is set, changed or removed;
 * - `touchAll()`: the maps were filled anew, or it is not known what changed (a new floor begins so).
 *
 * Rows that are read again unchanged need not be told. Who holds a floor calls `sync` with each read, waiting calls or not: what was touched
 * meanwhile is taken in at once otherwise, by the first match.
 *
 * Sites, trunks, waiting calls, site terms and the time need not be told: they are looked at in each `sync`. A floor belongs to one source
 * of views, whose `nowMs` never goes back by more than a claim tells (who stood free once is not blocked again by an earlier time).
 */
export class Floor {
  readonly people = new People();
  /** By slot, as the next ones. */
  standing = new Uint8Array(this.people.capacity);
  /** Since when each is idle: the second key of all strategies. */
  idleMs = new Float64Array(this.people.capacity);
  /** The slots of those who stand free at a site that takes calls, in no order: the first `freeCount` of it. */
  free = new Int32Array(this.people.capacity);
  freeCount = 0;
  /** 1 + where a slot is in `free`, 0 for who is not. */
  private place = new Int32Array(this.people.capacity);
  private holders = new Int32Array(this.people.capacity);
  /** Room for a number of each agent. */
  scratch = new Float64Array(this.people.capacity);
  /** Since somebody changed last: of pools that take no agent whose own queue has callers, and of those that do. */
  private readonly candidatesOf = [new Map<Pool, Int32Array>(), new Map<Pool, Int32Array>()] as const;
  private readonly rooms = new Rooms();
  /** How many are free for a service alone that goes before their own queue's callers. */
  private networkFirstCount = 0;
  private readonly columns = new Map<StrategyName, Float64Array>();
  private readonly busyQueues = new Set<string>();
  private readonly due = new Due();
  private readonly pools = new Map<string, Pool>();
  private readonly touchedAgents = new Set<AgentId>();
  private readonly touchedQueues = new Set<string>();
  private isAllTouched = true;
  private reservations: RoutingView['reservations'] = new Map();

  touchAgent(agentId: AgentId): void {
    this.touchedAgents.add(agentId);
  }

  touchQueue(queueId: string): void {
    this.touchedQueues.add(queueId);
  }

  touchAll(): void {
    this.isAllTouched = true;
  }

  /** Takes in what was touched, what the time has brought, and which sites take calls. */
  sync(view: RoutingView): void {
    this.reservations = view.reservations;
    if (this.isAllTouched) this.takeAll(view);
    for (const queueId of this.touchedQueues) this.takeQueue(queueId, view);
    for (const agentId of this.touchedAgents) this.take(agentId, view);
    this.touchedQueues.clear();
    this.touchedAgents.clear();
    for (let slot = this.due.next(view.nowMs); slot >= 0; slot = this.due.next(view.nowMs)) {
      const agent = this.people.agents[slot];
      if (agent !== undefined) this.take(agent.agentId, view);
    }
    for (const site of this.people.sites) {
      site.fresh = !isStale(view, site.siteId);
      const open = site.fresh && view.trunkUp(site.siteId);
      if (open === site.open) continue;
      site.open = open;
      this.forgetCandidates();
      for (const slot of site.slots) this.link(slot);
    }
  }

  private takeAll(view: RoutingView): void {
    this.isAllTouched = false;
    this.busyQueues.clear();
    for (const queue of view.queues.values()) if (queue.waiting > 0) this.busyQueues.add(queue.queueId);
    for (const agentId of this.people.agentIds()) if (!view.agents.has(agentId)) this.take(agentId, view);
    for (const agentId of view.agents.keys()) this.take(agentId, view);
  }

  /** Only the first waiting caller and the last one matter to the agents of the queue's site. */
  private takeQueue(queueId: string, view: RoutingView): void {
    const isBusy = (view.queues.get(queueId)?.waiting ?? 0) > 0;
    if (isBusy === this.busyQueues.has(queueId)) return;
    if (isBusy) this.busyQueues.add(queueId);
    else this.busyQueues.delete(queueId);
    const { sites, agents } = this.people;
    const site = sites[this.people.siteIndexOf(queueId.slice(0, queueId.indexOf('/')))];
    for (const slot of site?.slots ?? []) this.touchedAgents.add(agents[slot]?.agentId ?? '');
  }

  private take(agentId: AgentId, view: RoutingView): void {
    this.forgetCandidates();
    const agent = view.agents.get(agentId);
    const known = this.people.slotOf(agentId);
    if (agent === undefined) {
      if (known !== undefined) this.drop(agentId, known);
      return;
    }
    const slot = known ?? this.people.add(agent);
    if (slot >= this.standing.length) this.grow();
    if (this.people.agents[slot] !== agent && this.people.setRow(slot, agent))
      for (const pool of this.pools.values()) pool.changed(slot);
    const reservation = view.reservations.get(agentId);
    const standing = STANDING[standingOf(agent, view)];
    this.setStanding(slot, standing);
    this.idleMs[slot] = idleSinceMs(agent, reservation);
    for (const [name, column] of this.columns) this.fill(name, column, slot);
    const dueMs = standing === 0 ? freeAtMs(agent, reservation) : null;
    if (dueMs === null) this.due.clear(slot);
    else this.due.set(slot, dueMs);
    this.link(slot);
  }

  private drop(agentId: AgentId, slot: number): void {
    this.setStanding(slot, 0);
    this.link(slot);
    this.due.clear(slot);
    this.people.drop(agentId, slot);
    for (const pool of this.pools.values()) pool.changed(slot);
  }

  private setStanding(slot: number, standing: number): void {
    if (this.standing[slot] === NETWORK_FIRST) this.networkFirstCount -= 1;
    if (standing === NETWORK_FIRST) this.networkFirstCount += 1;
    this.standing[slot] = standing;
  }

  /** Into the list of free ones, or out of it. */
  private link(slot: number): void {
    const isFree = this.standing[slot] !== 0 && (this.people.sites[this.people.siteOf[slot] ?? 0]?.open ?? false);
    if (isFree === this.isFree(slot)) return;
    if (isFree) {
      this.free[this.freeCount++] = slot;
      this.place[slot] = this.freeCount;
      return;
    }
    const last = this.free[--this.freeCount] ?? 0;
    const place = this.place[slot] ?? 0;
    this.free[place - 1] = last;
    this.place[last] = place;
    this.place[slot] = 0;
  }

  isFree(slot: number): boolean {
    return (this.place[slot] ?? 0) > 0;
  }

  private grow(): void {
    const { capacity } = this.people;
    this.standing = grown(this.standing, capacity);
    this.idleMs = grown(this.idleMs, capacity);
    this.free = grown(this.free, capacity);
    this.place = grown(this.place, capacity);
    this.holders = grown(this.holders, capacity);
    this.scratch = grown(this.scratch, capacity);
    for (const [name, column] of this.columns) this.columns.set(name, grown(column, capacity));
  }

  /** The keys of a strategy that looks at the agent alone, by slot. */
  column(name: StrategyName): Float64Array {
    if (name === 'longest_idle') return this.idleMs;
    let column = this.columns.get(name);
    if (column === undefined) {
      column = new Float64Array(this.people.capacity);
      this.columns.set(name, column);
      for (let slot = 0; slot < this.people.used; slot++) this.fill(name, column, slot);
    }
    return column;
  }

  private fill(name: StrategyName, column: Float64Array, slot: number): void {
    const agent = this.people.agents[slot];
    const strategy = strategyOf(name);
    if (agent !== undefined && strategy.by === 'agent')
      column[slot] = strategy.key(agent, this.reservations.get(agent.agentId));
  }

  /** Makes ready what these requirements look at, in one walk over all agents. Throws what `requirementOf` throws. */
  prepare(calls: readonly { readonly requirement: string }[], requirementOf: (text: string) => Requirement): void {
    const missing = new Set<string>();
    for (const { requirement } of calls) if (!this.pools.has(requirement)) missing.add(requirement);
    if (missing.size > 1)
      this.people.need([...missing].flatMap((text) => wordsOf(requirementOf(text), this.people.words)));
  }

  /** Who meets a requirement. Throws what `requirementOf` throws. */
  pool(text: string, requirementOf: (text: string) => Requirement): Pool {
    let pool = this.pools.get(text);
    if (pool === undefined) {
      if (this.pools.size >= MOST_POOLS) this.pools.clear();
      pool = new Pool(requirementOf(text), this.people);
      this.pools.set(text, pool);
    }
    return pool;
  }

  /** How many agents meet a requirement and could take such a call sooner or later, as of the last `sync`. */
  staffed(text: string, requirementOf = parseRequirement): number {
    const pool = this.pool(text, requirementOf);
    return this.people.sites.reduce((sum, site, index) => sum + (site.fresh ? pool.staffedAt(index) : 0), 0);
  }

  /** How many agents meet a requirement and could take such a call now, calls that wait before it left aside. */
  eligible(text: string, networkFirst = false, requirementOf = parseRequirement): number {
    return this.candidates(this.pool(text, requirementOf), networkFirst).length;
  }

  /** The slots of those at work who meet a requirement, as of the last `sync`: logged in and not paused, at a living site. */
  atWork(pool: Pool): number[] {
    const { agents, siteOf, sites, used } = this.people;
    const slots: number[] = [];
    for (let slot = 0; slot < used; slot++)
      if (pool.isMetBy(slot) && agents[slot]?.status === 'ready' && sites[siteOf[slot] ?? 0]?.fresh) slots.push(slot);
    return slots;
  }

  /** The slots of those who meet a requirement and could take such a call now, in no order. */
  candidates(pool: Pool, networkFirst: boolean): Int32Array {
    const known = this.candidatesOf[networkFirst ? 1 : 0];
    let slots = known.get(pool);
    if (slots === undefined) {
      const bits = networkFirst || this.networkFirstCount === 0 ? null : this.standing;
      slots =
        pool.isEverybody && bits === null
          ? this.free.subarray(0, this.freeCount)
          : pool.candidates(this.free, this.freeCount, this.place, bits, this.rooms.take);
      known.set(pool, slots);
    }
    return slots;
  }

  private forgetCandidates(): void {
    for (const known of this.candidatesOf) if (known.size > 0) known.clear();
    this.rooms.giveBack();
  }

  /** By slot, all 0: for one match, who writes into it. The next one gets the same again. */
  seats(): Int32Array {
    return this.holders.fill(0);
  }
}
