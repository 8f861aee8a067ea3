import type { AgentId } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import type { StrategyName } from '../model/service.ts';
import type { Floor } from './floor.ts';
import type { Requirement } from './requirement.ts';
import type { Group } from './seek.ts';
import { isCandidate, isShared, Seeker } from './seek.ts';
import { strategyOf } from './strategies/index.ts';
import type { RoutingView } from './view.ts';

export interface MatchOptions {
  readonly requirementOf: (text: string) => Requirement;
  /** Pairs that another edge has had time to claim and did not: the agent goes to the next call. */
  readonly passedOver: (callId: string, agentId: AgentId) => boolean;
  /** Who is free, kept up to date by whoever owns the view's maps; without one everybody is looked at. */
  readonly floor?: Floor;
}

/** A call in its turn, and the slot of the agent that it has, or -1. */
export interface Wish {
  /** Its place in `wishes`. */
  readonly turn: number;
  readonly call: WaitingCall;
  readonly group: Group;
  readonly seeker: Seeker;
  /** Slots of its preferred agents, best first. */
  readonly preferred: readonly number[];
  /** Nobody else will do yet. */
  readonly onlyPreferred: boolean;
  slot: number;
}

/**
 * The seats of one match: calls come in their turn, and no call that has an agent loses him but for another one. So those served are, in
 * the order of turns, as many as can be served at all.
 */
export class Matching {
  readonly wishes: Wish[] = [];
  /** Slots of the agents who are given to calls: their calls may change, they stay given. */
  readonly taken: number[] = [];
  private readonly view: RoutingView;
  private readonly floor: Floor;
  private readonly options: MatchOptions;
  /** By slot: 1 + the place in `wishes` of the call that has the agent. */
  private readonly holders: Int32Array;
  /** By requirement: of calls that take no agent whose own queue has callers, and of those that do. */
  private readonly groups = [new Map<string, Group>(), new Map<string, Group>()] as const;
  private readonly seekers = new Map<Group, Map<StrategyName, Seeker>>();
  /** Taken agents from whom no exchange leads to a free one; so it stays, since agents are only taken. */
  private readonly stuck = new Set<number>();

  constructor(view: RoutingView, floor: Floor, options: MatchOptions) {
    this.view = view;
    this.floor = floor;
    this.options = options;
    this.holders = floor.seats();
  }

  /** The next call in the order of turns gets an agent, if there is one for it. */
  serve(call: WaitingCall): void {
    const wish = this.wishOf(call);
    if (this.takePreferred(wish)) return;
    const slot = wish.onlyPreferred ? -1 : wish.seeker.first(this.holders, this.passes(wish));
    if (slot >= 0) this.seat(wish, slot);
    else this.exchange(wish);
  }

  /** Whether anybody who is free could take the call, were it the only one. */
  hasCandidates(call: WaitingCall): boolean {
    return this.groupOf(call).candidates.length > 0;
  }

  private groupOf({ requirement, networkFirst }: WaitingCall): Group {
    const groups = this.groups[networkFirst ? 1 : 0];
    let group = groups.get(requirement);
    if (group === undefined) {
      const pool = this.floor.pool(requirement, this.options.requirementOf);
      group = { pool, networkFirst, candidates: this.floor.candidates(pool, networkFirst), isExhausted: false };
      groups.set(requirement, group);
    }
    return group;
  }

  private wishOf(call: WaitingCall): Wish {
    const group = this.groupOf(call);
    const preferred = call.preferred.flatMap((agentId: AgentId) => this.floor.people.slotOf(agentId) ?? []);
    const onlyPreferred =
      call.preferredUntilMs > this.view.nowMs && preferred.some((slot) => this.isStaffed(group, slot));
    const wish = {
      turn: this.wishes.length,
      call,
      group,
      seeker: this.seekerOf(group, call),
      preferred,
      onlyPreferred,
      slot: -1,
    };
    this.wishes.push(wish);
    return wish;
  }

  private isStaffed({ pool }: Group, slot: number): boolean {
    return pool.isStaffedBy(slot) && (this.floor.people.sites[this.floor.people.siteOf[slot] ?? 0]?.fresh ?? false);
  }

  private seekerOf(group: Group, call: WaitingCall): Seeker {
    if (!isShared(strategyOf(call.strategy))) return new Seeker(this.floor, this.view, group, call);
    let seekers = this.seekers.get(group);
    if (seekers === undefined) this.seekers.set(group, (seekers = new Map<StrategyName, Seeker>()));
    let seeker = seekers.get(call.strategy);
    if (seeker === undefined) seekers.set(call.strategy, (seeker = new Seeker(this.floor, this.view, group, call)));
    return seeker;
  }

  private passes({ call }: Wish): (slot: number) => boolean {
    return (slot) => !this.options.passedOver(call.callId, this.floor.people.agents[slot]?.agentId ?? '');
  }

  private holderOf(slot: number): Wish | undefined {
    return this.wishes[(this.holders[slot] ?? 0) - 1];
  }

  private seat(wish: Wish, slot: number): void {
    if (this.holders[slot] === 0) this.taken.push(slot);
    this.holders[slot] = wish.turn + 1;
    wish.slot = slot;
  }

  /** The best preferred agent who is free, or whose call does not prefer him and has somebody else. */
  private takePreferred(wish: Wish): boolean {
    if (wish.preferred.length === 0) return false;
    const passes = this.passes(wish);
    for (const slot of wish.preferred) {
      if (!isCandidate(this.floor, wish.group, slot) || !passes(slot)) continue;
      const holder = this.holderOf(slot);
      if (holder !== undefined) {
        if (holder.preferred.includes(slot)) continue;
        const other = this.freeFor(holder);
        if (other < 0) continue;
        this.seat(holder, other);
      }
      this.seat(wish, slot);
      return true;
    }
    return false;
  }

  /** The first untaken candidate of a call, its preferred agents first; -1 when there is none. */
  private freeFor(wish: Wish): number {
    const passes = this.passes(wish);
    const isOpen = (slot: number): boolean =>
      this.holders[slot] === 0 && isCandidate(this.floor, wish.group, slot) && passes(slot);
    const preferred = wish.preferred.find(isOpen);
    if (preferred !== undefined) return preferred;
    return wish.onlyPreferred ? -1 : wish.seeker.first(this.holders, passes);
  }

  /**
   * All candidates of this call are taken: the shortest way from one of them, over the calls that have them, to an agent who is free. Each
   * call on the way moves one on. Where there is none, whoever was met is stuck.
   */
  private exchange(wish: Wish): void {
    if (this.taken.length === this.stuck.size) return;
    const via = new Map<number, Wish>();
    const spread = new Set<Group>();
    const queue = [wish];
    for (const each of queue) {
      const free = each === wish ? -1 : this.freeFor(each);
      if (free >= 0) return this.shift(each, free, via);
      for (const slot of this.takenFor(each, via, spread)) {
        const holder = this.holderOf(slot);
        if (holder === undefined) continue;
        via.set(slot, each);
        queue.push(holder);
      }
    }
    for (const slot of via.keys()) this.stuck.add(slot);
  }

  private shift(last: Wish, free: number, via: ReadonlyMap<number, Wish>): void {
    let slot = free;
    for (let wish: Wish | undefined = last; wish !== undefined;) {
      const left: number = wish.slot;
      this.seat(wish, slot);
      slot = left;
      wish = left < 0 ? undefined : via.get(left);
    }
  }

  /** Taken candidates of a call that were not met yet, in its order. A group is spread once: its other calls have the same. */
  private takenFor(wish: Wish, met: ReadonlyMap<number, Wish>, spread: Set<Group>): readonly number[] {
    if (!wish.onlyPreferred && spread.has(wish.group)) return [];
    const passes = this.passes(wish);
    const slots = wish.onlyPreferred ? wish.preferred : this.taken;
    const open = slots.filter(
      (slot) =>
        !met.has(slot) &&
        !this.stuck.has(slot) &&
        this.holders[slot] !== 0 &&
        isCandidate(this.floor, wish.group, slot),
    );
    const passing = open.filter(passes);
    if (wish.onlyPreferred) return passing;
    if (passing.length === open.length) spread.add(wish.group);
    return wish.seeker.sorted(passing);
  }
}
