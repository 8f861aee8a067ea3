import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { Reservation } from '../model/claim.ts';
import type { StrategyName } from '../model/service.ts';
import { freeAtMs, isStale, standingOf } from './eligible.ts';
import { Due } from './due.ts';
import type { Slots } from './pool.ts';
import { FREE, NETWORK_FIRST, Pool } from './pool.ts';
import type { Requirement } from './requirement.ts';
import { parseRequirement } from './requirement.ts';
import { hash } from './strategies/hash.ts';
import { strategyOf } from './strategies/index.ts';
import { idleSinceMs } from './strategies/longest-idle.ts';
import type { RoutingView } from './view.ts';

/** Texts come from services and dialplans: few in number. Beyond this all are looked at anew. */
const MOST_POOLS = 512;

interface FloorSite {
  readonly siteId: string;
  readonly slots: number[];
  /** Not stale; and with its trunk up besides. */
  fresh: boolean;
  open: boolean;
}

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
 * Sites, trunks, waiting calls, site terms and the time need not be told: they are looked at in each `sync`. A floor belongs to one source
 * of views, whose `nowMs` never goes back by more than a claim tells (who stood free once is not blocked again by an earlier time).
 */
export class Floor implements Slots {
  capacity = 64;
  used = 0;
  readonly agents: (KnownAgent | undefined)[] = [];
  siteOf = new Int32Array(this.capacity);
  standing = new Uint8Array(this.capacity);
  /** Since when each is idle: the second key of all strategies. */
  idleMs = new Float64Array(this.capacity);
  /** Each agent's id as a number, for strategies of chance. */
  seeds = new Float64Array(this.capacity);
  /** The slots of those who stand free at a site that takes calls, in no order: the first `freeCount` of it. */
  free = new Int32Array(this.capacity);
  freeCount = 0;
  readonly sites: FloorSite[] = [];
  private place = new Int32Array(this.capacity).fill(-1);
  private readonly slots = new Map<AgentId, number>();
  private readonly spare: number[] = [];
  private readonly siteIndex = new Map<string, number>();
  private readonly busyQueues = new Set<string>();
  private readonly due = new Due();
  private readonly pools = new Map<string, Pool>();
  private readonly columns = new Map<StrategyName, Float64Array>();
  private readonly touchedAgents = new Set<AgentId>();
  private readonly touchedQueues = new Set<string>();
  private isAllTouched = true;
  private reservations: ReadonlyMap<AgentId, Reservation> = new Map();

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
      const agent = this.agents[slot];
      if (agent !== undefined) this.take(agent.agentId, view);
    }
    for (const site of this.sites) {
      site.fresh = !isStale(view, site.siteId);
      const open = site.fresh && view.trunkUp(site.siteId);
      if (open === site.open) continue;
      site.open = open;
      for (const slot of site.slots) this.link(slot);
    }
  }

  private takeAll(view: RoutingView): void {
    this.isAllTouched = false;
    this.busyQueues.clear();
    for (const queue of view.queues.values()) if (queue.waiting > 0) this.busyQueues.add(queue.queueId);
    for (const agentId of this.slots.keys()) if (!view.agents.has(agentId)) this.take(agentId, view);
    for (const agentId of view.agents.keys()) this.take(agentId, view);
  }

  /** Only the first waiting caller and the last one matter to the agents of the queue's site. */
  private takeQueue(queueId: string, view: RoutingView): void {
    const isBusy = (view.queues.get(queueId)?.waiting ?? 0) > 0;
    if (isBusy === this.busyQueues.has(queueId)) return;
    if (isBusy) this.busyQueues.add(queueId);
    else this.busyQueues.delete(queueId);
    const site = this.sites[this.siteIndex.get(queueId.slice(0, queueId.indexOf('/'))) ?? -1];
    for (const slot of site?.slots ?? []) this.touchedAgents.add(this.agents[slot]?.agentId ?? '');
  }

  private take(agentId: AgentId, view: RoutingView): void {
    const agent = view.agents.get(agentId);
    const known = this.slots.get(agentId);
    if (agent === undefined) {
      if (known !== undefined) this.drop(agentId, known);
      return;
    }
    const slot = known ?? this.newSlot(agent);
    const isNewRow = this.agents[slot] !== agent;
    if (known !== undefined) for (const pool of this.pools.values()) pool.leave(slot);
    const reservation = view.reservations.get(agentId);
    const standing = STANDING[standingOf(agent, view)];
    this.agents[slot] = agent;
    this.standing[slot] = standing;
    this.idleMs[slot] = idleSinceMs(agent, reservation);
    for (const [name, column] of this.columns) this.fill(name, column, slot);
    for (const pool of this.pools.values()) pool.enter(slot, isNewRow);
    const dueMs = standing === 0 ? freeAtMs(agent, reservation) : null;
    if (dueMs === null) this.due.clear(slot);
    else this.due.set(slot, dueMs);
    this.link(slot);
  }

  /** Into the list of free ones, or out of it. */
  private link(slot: number): void {
    const isFree = this.standing[slot] !== 0 && (this.sites[this.siteOf[slot] ?? 0]?.open ?? false);
    const place = this.place[slot] ?? -1;
    if (isFree === place >= 0) return;
    if (isFree) {
      this.place[slot] = this.freeCount;
      this.free[this.freeCount++] = slot;
      return;
    }
    const last = this.free[--this.freeCount] ?? 0;
    this.free[place] = last;
    this.place[last] = place;
    this.place[slot] = -1;
  }

  isFree(slot: number): boolean {
    return (this.place[slot] ?? -1) >= 0;
  }

  private newSlot({ agentId, siteId }: KnownAgent): number {
    const slot = this.spare.pop() ?? this.used++;
    if (slot >= this.capacity) this.grow();
    let index = this.siteIndex.get(siteId);
    if (index === undefined) {
      index = this.sites.push({ siteId, slots: [], fresh: false, open: false }) - 1;
      this.siteIndex.set(siteId, index);
    }
    this.sites[index]?.slots.push(slot);
    this.slots.set(agentId, slot);
    this.siteOf[slot] = index;
    this.seeds[slot] = hash(agentId);
    return slot;
  }

  private drop(agentId: AgentId, slot: number): void {
    for (const pool of this.pools.values()) pool.leave(slot);
    this.standing[slot] = 0;
    this.link(slot);
    this.agents[slot] = undefined;
    for (const pool of this.pools.values()) pool.enter(slot, true);
    this.due.clear(slot);
    this.slots.delete(agentId);
    this.spare.push(slot);
    const siteSlots = this.sites[this.siteOf[slot] ?? 0]?.slots;
    siteSlots?.splice(siteSlots.indexOf(slot), 1);
  }

  private grow(): void {
    this.capacity *= 2;
    const grown = <T extends Int32Array | Uint8Array | Float64Array>(old: T, larger: T): T => {
      larger.set(old);
      return larger;
    };
    this.siteOf = grown(this.siteOf, new Int32Array(this.capacity));
    this.standing = grown(this.standing, new Uint8Array(this.capacity));
    this.idleMs = grown(this.idleMs, new Float64Array(this.capacity));
    this.seeds = grown(this.seeds, new Float64Array(this.capacity));
    this.free = grown(this.free, new Int32Array(this.capacity));
    this.place = grown(this.place, new Int32Array(this.capacity).fill(-1));
    for (const [name, column] of this.columns) this.columns.set(name, grown(column, new Float64Array(this.capacity)));
  }

  slotOf(agentId: AgentId): number | undefined {
    return this.slots.get(agentId);
  }

  /** The keys of a strategy that looks at the agent alone, by slot. */
  column(name: StrategyName): Float64Array {
    if (name === 'longest_idle') return this.idleMs;
    let column = this.columns.get(name);
    if (column === undefined) {
      column = new Float64Array(this.capacity);
      this.columns.set(name, column);
      for (let slot = 0; slot < this.used; slot++) this.fill(name, column, slot);
    }
    return column;
  }

  private fill(name: StrategyName, column: Float64Array, slot: number): void {
    const agent = this.agents[slot];
    const strategy = strategyOf(name);
    if (agent !== undefined && strategy.by === 'agent')
      column[slot] = strategy.key(agent, this.reservations.get(agent.agentId));
  }

  /** Who meets a requirement. Throws what `requirementOf` throws. */
  pool(text: string, requirementOf: (text: string) => Requirement): Pool {
    let pool = this.pools.get(text);
    if (pool === undefined) {
      if (this.pools.size >= MOST_POOLS) this.pools.clear();
      pool = new Pool(requirementOf(text), this);
      this.pools.set(text, pool);
    }
    return pool;
  }

  /** How many agents meet a requirement and could take such a call sooner or later, as of the last `sync`. */
  staffed(text: string, requirementOf = parseRequirement): number {
    const { staffed } = this.pool(text, requirementOf).bySite();
    return this.sites.reduce((sum, site, index) => sum + (site.fresh ? (staffed[index] ?? 0) : 0), 0);
  }

  /** How many agents meet a requirement and could take such a call now, calls that wait before it left aside. */
  eligible(text: string, networkFirst = false, requirementOf = parseRequirement): number {
    const { free, networkFirst: first } = this.pool(text, requirementOf).bySite();
    const at = (index: number): number => (free[index] ?? 0) + (networkFirst ? (first[index] ?? 0) : 0);
    return this.sites.reduce((sum, site, index) => sum + (site.open ? at(index) : 0), 0);
  }
}
