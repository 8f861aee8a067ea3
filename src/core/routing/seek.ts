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
  /** The slots of its candidates as the match began, in no order. */
  readonly candidates: Int32Array;
  /** None of its candidates is untaken: so it stays for the rest of the match. */
  isExhausted: boolean;
}

export const isCandidate = (floor: Floor, { pool, networkFirst }: Group, slot: number): boolean =>
  (floor.standing[slot] === FREE || networkFirst) && floor.isFree(slot) && pool.isMetBy(slot);

/** Whether calls that ask alike order their agents alike. */
export const isShared = (strategy: Strategy): boolean =>
  strategy.by === 'agent' || strategy.by === 'skills' || (strategy.by === 'site' && !strategy.ofCall);

/** So often a seeker looks at all candidates. Then it is worth a heap of them. */
const MOST_SCANS = 8;

/**
 * Finds the best untaken candidate, in the order of a strategy, for one call or for calls that ask alike. At first it looks at all
 * candidates; calls that go on asking get a heap of them, since agents are only taken while a match lasts.
 */
export class Seeker {
  private readonly floor: Floor;
  private readonly view: RoutingView;
  private readonly group: Group;
  private readonly call: WaitingCall;
  private readonly strategy: Strategy;
  private readonly isShared: boolean;
  private readonly siteKey: (site: number) => number;
  private scans = 0;
  /** Places in the group's candidates, and the keys of all of them. */
  private heap: { readonly places: number[]; readonly keys: Float64Array } | null = null;

  constructor(floor: Floor, view: RoutingView, group: Group, call: WaitingCall) {
    this.floor = floor;
    this.view = view;
    this.group = group;
    this.call = call;
    this.strategy = strategyOf(call.strategy);
    this.isShared = isShared(this.strategy);
    this.siteKey = this.strategy.by === 'site' ? this.siteKeys(this.strategy) : () => 0;
  }

  /** Writes the keys of slots into `keys`. */
  private fill(keys: Float64Array, slots: Int32Array): Float64Array {
    const { strategy, floor, group, call } = this;
    switch (strategy.by) {
      case 'agent':
        return agentKeys(keys, slots, floor.column(call.strategy));
      case 'chance':
        return lots(keys, slots, floor.people.seeds, strategy.key, hash(call.callId));
      case 'skills':
        return skillKeys(keys, slots, group.pool.levels(), strategy.key);
      case 'site':
        return siteKeys(keys, slots, floor.people.siteOf, this.siteKey);
    }
  }

  private siteKeys(strategy: Strategy & { by: 'site' }): (site: number) => number {
    const { call, group, view } = this;
    const { sites, siteOf } = this.floor.people;
    const counts = call.strategy === 'site_free_share' ? countBySite(group.candidates, siteOf, sites.length) : null;
    const known: (number | undefined)[] = [];
    const ask = (site: number): number => {
      const siteId = sites[site]?.siteId ?? '';
      const freeShare = counts === null ? 0 : (counts[site] ?? 0) / group.pool.staffedAt(site);
      return strategy.key(siteId, { callId: call.callId, terms: view.siteTerms[siteId] ?? SITE_TERMS, freeShare });
    };
    return (site) => (known[site] ??= ask(site));
  }

  /** The order of candidates: lower key, longer idle, lower id. */
  private precedes(aKey: number, a: number, bKey: number, b: number): boolean {
    if (aKey !== bKey) return aKey < bKey;
    const { idleMs, people } = this.floor;
    const difference = (idleMs[a] ?? 0) - (idleMs[b] ?? 0);
    return difference !== 0 ? difference < 0 : (people.agents[a]?.agentId ?? '') < (people.agents[b]?.agentId ?? '');
  }

  /** Slots in the order of the call. */
  sorted(slots: readonly number[]): readonly number[] {
    const keys = this.fill(new Float64Array(slots.length), Int32Array.from(slots));
    return slots
      .map((slot, i) => ({ slot, key: keys[i] ?? 0 }))
      .sort((a, b) => (this.precedes(a.key, a.slot, b.key, b.slot) ? -1 : 1))
      .map(({ slot }) => slot);
  }

  /** -1 when there is none. `holders` is not 0 where an agent is taken. */
  first(holders: Int32Array, passes: Passes): number {
    if (this.group.isExhausted) return -1;
    if (this.isShared && this.scans++ >= MOST_SCANS) return this.top(holders, passes);
    const { candidates } = this.group;
    const keys = this.fill(this.floor.scratch, candidates);
    let best = -1;
    let bestKey = Infinity;
    let isAny = false;
    for (let i = 0; i < candidates.length; i++) {
      const key = keys[i] ?? 0;
      if (key > bestKey) continue;
      const slot = candidates[i] ?? 0;
      if (holders[slot] !== 0) continue;
      isAny = true;
      if ((key === bestKey && best >= 0 && !this.precedes(key, slot, bestKey, best)) || !passes(slot)) continue;
      best = slot;
      bestKey = key;
    }
    if (!isAny) this.group.isExhausted = true;
    return best;
  }

  private top(holders: Int32Array, passes: Passes): number {
    const { places: heap, keys } = (this.heap ??= this.gather(holders));
    const { candidates } = this.group;
    const aside: number[] = [];
    let found = -1;
    for (let place = heap[0]; place !== undefined; place = heap[0]) {
      const slot = candidates[place] ?? 0;
      if (holders[slot] === 0 && passes(slot)) {
        found = slot;
        break;
      }
      if (holders[slot] === 0) aside.push(place);
      const last = heap.pop() ?? 0;
      if (heap.length > 0) this.sink(heap, keys, 0, last);
    }
    if (found < 0 && aside.length === 0) this.group.isExhausted = true;
    for (const place of aside) this.push(heap, keys, place);
    return found;
  }

  private gather(holders: Int32Array): NonNullable<Seeker['heap']> {
    const { candidates } = this.group;
    const keys = this.fill(new Float64Array(candidates.length), candidates);
    const heap: number[] = [];
    for (let i = 0; i < candidates.length; i++) if (holders[candidates[i] ?? 0] === 0) heap.push(i);
    for (let at = (heap.length >> 1) - 1; at >= 0; at--) this.sink(heap, keys, at, heap[at] ?? 0);
    return { places: heap, keys };
  }

  private isBefore(keys: Float64Array, a: number, b: number): boolean {
    const { candidates } = this.group;
    return this.precedes(keys[a] ?? 0, candidates[a] ?? 0, keys[b] ?? 0, candidates[b] ?? 0);
  }

  /** Puts a candidate where `from` is, or below. */
  private sink(heap: number[], keys: Float64Array, from: number, place: number): void {
    let at = from;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && this.isBefore(keys, heap[child + 1] ?? 0, heap[child] ?? 0)) child += 1;
      if (!this.isBefore(keys, heap[child] ?? 0, place)) break;
      heap[at] = heap[child] ?? 0;
      at = child;
    }
    heap[at] = place;
  }

  private push(heap: number[], keys: Float64Array, place: number): void {
    let at = heap.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.isBefore(keys, place, heap[parent] ?? 0)) break;
      heap[at] = heap[parent] ?? 0;
      at = parent;
    }
    heap[at] = place;
  }
}

// Keys by slot: a small loop for each kind of strategy, since it may go over tens of thousands of slots.

function agentKeys(keys: Float64Array, slots: Int32Array, column: Float64Array): Float64Array {
  for (let i = 0; i < slots.length; i++) keys[i] = column[slots[i] ?? 0] ?? 0;
  return keys;
}

function lots(
  keys: Float64Array,
  slots: Int32Array,
  seeds: Int32Array,
  key: (agentSeed: number, callSeed: number) => number,
  callSeed: number,
): Float64Array {
  for (let i = 0; i < slots.length; i++) keys[i] = key(seeds[slots[i] ?? 0] ?? 0, callSeed);
  return keys;
}

function skillKeys(
  keys: Float64Array,
  slots: Int32Array,
  skills: readonly Uint8Array[],
  key: (levelSum: number) => number,
): Float64Array {
  keys.fill(0, 0, slots.length);
  for (const levels of skills)
    for (let i = 0; i < slots.length; i++) keys[i] = (keys[i] ?? 0) + ((levels[slots[i] ?? 0] ?? 0) & 15);
  for (let i = 0; i < slots.length; i++) keys[i] = key(keys[i] ?? 0);
  return keys;
}

function siteKeys(
  keys: Float64Array,
  slots: Int32Array,
  siteOf: Int32Array,
  siteKey: (site: number) => number,
): Float64Array {
  for (let i = 0; i < slots.length; i++) keys[i] = siteKey(siteOf[slots[i] ?? 0] ?? 0);
  return keys;
}

function countBySite(slots: Int32Array, siteOf: Int32Array, sites: number): Int32Array {
  const counts = new Int32Array(sites);
  for (const slot of slots) {
    const site = siteOf[slot] ?? 0;
    counts[site] = (counts[site] ?? 0) + 1;
  }
  return counts;
}
