import type { KnownAgent } from '../model/agent.ts';
import type { Meets } from './compile.ts';
import { compile } from './compile.ts';
import { asStaffed, isOnDuty } from './eligible.ts';
import type { Requirement } from './requirement.ts';
import { skillsOf } from './requirement.ts';
import { bestSkilled } from './strategies/best-skilled.ts';

/** An agent's standing as a number: 0 is blocked. */
export const FREE = 1;
export const NETWORK_FIRST = 2;

/** The columns of a floor that a pool reads: one place (slot) an agent. */
export interface Slots {
  readonly capacity: number;
  /** Slots in use lie below this. */
  readonly used: number;
  readonly agents: readonly (KnownAgent | undefined)[];
  readonly siteOf: Int32Array;
  readonly standing: Uint8Array;
}

const KNOWN = 1;
const MEETS = 2;
const STAFFED = 4;

/** How many agents of each site (by its index) meet a requirement. Whether the site takes calls is not looked at. */
export interface SiteCounts {
  readonly free: number[];
  readonly networkFirst: number[];
  readonly staffed: number[];
}

/**
 * Who meets one requirement. Looked at when first asked for, agent by agent, and kept until the agent's row changes; counts by site are
 * kept from the first time that somebody asks for them.
 */
export class Pool {
  /** The skills that the requirement names, each once. */
  readonly skills: readonly string[];
  private readonly meets: Meets;
  private readonly floor: Slots;
  private flags: Uint8Array;
  private sums: Float64Array | null = null;
  private counts: SiteCounts | null = null;

  constructor(requirement: Requirement, floor: Slots) {
    this.meets = compile(requirement);
    this.skills = [...new Set(skillsOf(requirement))];
    this.floor = floor;
    this.flags = new Uint8Array(floor.capacity);
  }

  isMetBy(slot: number): boolean {
    return (this.flagsOf(slot) & MEETS) !== 0;
  }

  /** On duty, and meets it with the skills that a break hides. */
  isStaffedBy(slot: number): boolean {
    return (this.flagsOf(slot) & STAFFED) !== 0;
  }

  private flagsOf(slot: number): number {
    const flags = this.flags[slot] ?? 0;
    return flags !== 0 ? flags : this.look(slot);
  }

  private look(slot: number): number {
    const agent = this.floor.agents[slot];
    if (agent === undefined) return 0;
    let flags = KNOWN;
    if (this.meets(agent)) flags |= MEETS;
    if (isOnDuty(agent) && (agent.status === 'paused' ? this.meets(asStaffed(agent)) : flags & MEETS)) flags |= STAFFED;
    return (this.flags[slot] = flags);
  }

  /** The key of `best_skilled`. */
  skilled(): Float64Array {
    if (this.sums !== null) return this.sums;
    this.sums = new Float64Array(this.floor.capacity);
    for (let slot = 0; slot < this.floor.used; slot++) this.sum(slot);
    return this.sums;
  }

  private sum(slot: number): void {
    const agent = this.floor.agents[slot];
    if (this.sums !== null && agent !== undefined && bestSkilled.by === 'skills')
      this.sums[slot] = bestSkilled.key(agent, this.skills);
  }

  bySite(): SiteCounts {
    if (this.counts !== null) return this.counts;
    this.counts = { free: [], networkFirst: [], staffed: [] };
    for (let slot = 0; slot < this.floor.used; slot++) this.count(slot, 1);
    return this.counts;
  }

  private count(slot: number, by: 1 | -1): void {
    if (this.counts === null) return;
    const flags = this.flagsOf(slot);
    if ((flags & (MEETS | STAFFED)) === 0) return;
    const site = this.floor.siteOf[slot] ?? 0;
    const add = (counts: number[]): number => (counts[site] = (counts[site] ?? 0) + by);
    if (flags & STAFFED) add(this.counts.staffed);
    if ((flags & MEETS) === 0) return;
    const standing = this.floor.standing[slot];
    if (standing === FREE) add(this.counts.free);
    else if (standing === NETWORK_FIRST) add(this.counts.networkFirst);
  }

  /** Before anything of the slot changes. */
  leave(slot: number): void {
    this.count(slot, -1);
  }

  /** After it has changed; `newRow` when what he can do may be another. */
  enter(slot: number, newRow: boolean): void {
    if (slot >= this.flags.length) this.grow();
    if (newRow) {
      this.flags[slot] = 0;
      this.sum(slot);
    }
    this.count(slot, 1);
  }

  private grow(): void {
    const flags = new Uint8Array(this.floor.capacity);
    flags.set(this.flags);
    this.flags = flags;
    if (this.sums === null) return;
    const sums = new Float64Array(this.floor.capacity);
    sums.set(this.sums);
    this.sums = sums;
  }
}
