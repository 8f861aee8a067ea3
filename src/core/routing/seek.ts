import type { WaitingCall } from '../model/call.ts';
import { SITE_TERMS } from '../model/routing.ts';
import type { Floor } from './floor.ts';
import { FREE } from './floor.ts';
import type { Pool } from './pool.ts';
import { hash } from './strategies/hash.ts';
import { strategyOf } from './strategies/index.ts';
import type { Strategy } from './strategies/strategy.ts';
import type { RoutingView } from './view.ts';

/** Whether an agent may be given to the call that asks. */
type Passes = (slot: number) => boolean;

/** Calls of one requirement that may or may not have agents whose own queue has callers: who is a candidate is the same for all. */
export interface Group {
  readonly pool: Pool;
  readonly networkFirst: boolean;
  /** None of its candidates is untaken: so it stays for the rest of the match. */
  isExhausted: boolean;
}

export const isCandidate = (floor: Floor, { pool, networkFirst }: Group, slot: number): boolean =>
  (floor.standing[slot] === FREE || networkFirst) && floor.isFree(slot) && pool.isMetBy(slot);

/** Whether calls that ask alike order their agents alike. */
export const isShared = (strategy: Strategy): boolean =>
  strategy.by === 'agent' || strategy.by === 'skills' || (strategy.by === 'site' && !strategy.ofCall);

/**
 * Finds the best untaken candidate, in the order of a strategy, for one call or for calls that ask alike. The first time it looks at
 * everybody who is free; from the second time on at a heap of the candidates, since agents are only taken while a match lasts.
 */
export class Seeker {
  private readonly floor: Floor;
  private readonly group: Group;
  private readonly strategy: Strategy;
  private readonly column: Float64Array | null;
  private readonly siteKeys: (number | undefined)[] = [];
  private readonly siteKey: (site: number) => number;
  private readonly seed: number;
  private readonly reuses: boolean;
  private freeAt: readonly number[] | null = null;
  private scans = 0;
  private heap: number[] | null = null;

  constructor(floor: Floor, view: RoutingView, group: Group, call: WaitingCall) {
    const strategy = strategyOf(call.strategy);
    this.floor = floor;
    this.group = group;
    this.strategy = strategy;
    this.column = strategy.by === 'agent' ? floor.column(call.strategy) : null;
    this.seed = strategy.by === 'chance' ? hash(call.callId) : 0;
    this.reuses = isShared(strategy);
    this.siteKey = (site) => {
      const siteId = floor.people.sites[site]?.siteId ?? '';
      const terms = view.siteTerms[siteId] ?? SITE_TERMS;
      const freeShare = call.strategy === 'site_free_share' ? this.freeShare(site) : 0;
      return strategy.by === 'site' ? strategy.key(siteId, { callId: call.callId, terms, freeShare }) : 0;
    };
  }

  private freeShare(site: number): number {
    this.freeAt ??= this.floor.freeAt(this.group.pool, this.group.networkFirst);
    return (this.freeAt[site] ?? 0) / this.group.pool.staffedAt(site);
  }

  private keyOf(slot: number): number {
    if (this.column !== null) return this.column[slot] ?? 0;
    const { strategy, floor } = this;
    if (strategy.by === 'chance') return strategy.key(floor.people.seeds[slot] ?? 0, this.seed);
    if (strategy.by === 'skills') return strategy.key(this.group.pool.levelsOf(slot));
    const site = floor.people.siteOf[slot] ?? 0;
    return (this.siteKeys[site] ??= this.siteKey(site));
  }

  /** The order of candidates: lower key, longer idle, lower id. */
  precedes(a: number, b: number): boolean {
    const left = this.keyOf(a);
    const right = this.keyOf(b);
    if (left !== right) return left < right;
    const { idleMs, people } = this.floor;
    const difference = (idleMs[a] ?? 0) - (idleMs[b] ?? 0);
    return difference !== 0 ? difference < 0 : (people.agents[a]?.agentId ?? '') < (people.agents[b]?.agentId ?? '');
  }

  /** -1 when there is none. `holders` is not 0 where an agent is taken. */
  first(holders: Int32Array, passes: Passes): number {
    if (this.group.isExhausted) return -1;
    if (this.heap !== null || (this.reuses && this.scans > 0)) return this.top(holders, passes);
    this.scans += 1;
    const { free, freeCount, standing } = this.floor;
    const { pool, networkFirst } = this.group;
    let best = -1;
    let bestKey = Infinity;
    let isAny = false;
    for (let i = 0; i < freeCount; i++) {
      const slot = free[i] ?? 0;
      if (!pool.isMetBy(slot) || holders[slot] !== 0 || (standing[slot] !== FREE && !networkFirst)) continue;
      isAny = true;
      const key = this.keyOf(slot);
      if (key > bestKey || (key === bestKey && best >= 0 && !this.precedes(slot, best)) || !passes(slot)) continue;
      best = slot;
      bestKey = key;
    }
    if (!isAny) this.group.isExhausted = true;
    return best;
  }

  private top(holders: Int32Array, passes: Passes): number {
    const heap = (this.heap ??= this.gather(holders));
    const aside: number[] = [];
    let found = -1;
    for (let slot = heap[0]; slot !== undefined; slot = heap[0]) {
      if (holders[slot] === 0 && passes(slot)) {
        found = slot;
        break;
      }
      if (holders[slot] === 0) aside.push(slot);
      const last = heap.pop() ?? 0;
      if (heap.length > 0) this.sink(heap, 0, last);
    }
    if (found < 0 && aside.length === 0) this.group.isExhausted = true;
    for (const slot of aside) this.push(heap, slot);
    return found;
  }

  private gather(holders: Int32Array): number[] {
    const { free, freeCount, standing } = this.floor;
    const { pool, networkFirst } = this.group;
    const heap: number[] = [];
    for (let i = 0; i < freeCount; i++) {
      const slot = free[i] ?? 0;
      if (holders[slot] === 0 && pool.isMetBy(slot) && (standing[slot] === FREE || networkFirst)) heap.push(slot);
    }
    for (let at = (heap.length >> 1) - 1; at >= 0; at--) this.sink(heap, at, heap[at] ?? 0);
    return heap;
  }

  /** Puts a slot where `from` is, or below. */
  private sink(heap: number[], from: number, slot: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.precedes(heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1;
      if (!this.precedes(heap[child] ?? 0, slot)) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = slot;
  }

  private push(heap: number[], slot: number): void {
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.precedes(slot, heap[parent] ?? 0)) break;
      heap[at] = heap[parent] ?? 0;
      at = parent;
    }
    heap[at] = slot;
  }
}
