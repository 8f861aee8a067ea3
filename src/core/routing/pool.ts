import type { Evaluate } from './compile.ts';
import { compile, MEETS, STAFFED } from './compile.ts';
import type { People } from './people.ts';
import { grown } from './people.ts';
import type { Requirement } from './requirement.ts';
import { skillsOf } from './requirement.ts';

/** Flags beside those of an evaluation: he is in the count of his site, and in the list of those who ever met it. */
const COUNTED = 4;
const LISTED = 8;

/** Who meets one requirement, and how many at each site (by its index). Kept up to date as rows change. */
export class Pool {
  /** Everybody meets it: nobody need be looked at. */
  readonly isEverybody: boolean;
  private readonly people: People;
  private readonly evaluate: Evaluate;
  private readonly skills: readonly number[];
  private flags: Uint8Array;
  private readonly staffed: number[] = [];
  /** Slots of all who ever met it: the first `listCount` of it. */
  private list: Int32Array;
  private listCount = 0;

  constructor(requirement: Requirement, people: People) {
    this.people = people;
    this.isEverybody = requirement.kind === 'anybody';
    this.evaluate = compile(requirement, people);
    this.skills = [...new Set(skillsOf(requirement))].map((skill) => people.words.skill(skill));
    this.flags = new Uint8Array(people.capacity);
    this.flags.set(this.evaluate(0, people.used));
    this.list = new Int32Array(64);
    for (let slot = 0; slot < people.used; slot++) if (this.flags[slot] !== 0) this.count(slot);
  }

  isMetBy(slot: number): boolean {
    return ((this.flags[slot] ?? 0) & MEETS) !== 0;
  }

  /** On duty, and meets it with the skills that a break hides. */
  isStaffedBy(slot: number): boolean {
    return this.people.onDuty[slot] === 1 && ((this.flags[slot] ?? 0) & STAFFED) !== 0;
  }

  /**
   * Slots of those who meet it and are free, in no order. Goes over the free ones or over all who ever met it, whichever are fewer.
   * `place` is not 0 for who is free; one whose number among `bits` is even does not count. `room` makes the array that is written into.
   */
  candidates(
    free: Int32Array,
    freeCount: number,
    place: Int32Array,
    bits: Uint8Array | null,
    room: (size: number) => Int32Array,
  ): Int32Array {
    const [slots, count] = this.listCount < freeCount ? [this.list, this.listCount] : [free, freeCount];
    const { flags } = this;
    const found = room(count);
    let next = 0;
    for (let i = 0; i < count; i++) {
      const slot = slots[i] ?? 0;
      if (place[slot] === 0) continue;
      // Always written, and kept by counting on: a branch that nobody can foresee costs more than a write.
      found[next] = slot;
      next += (flags[slot] ?? 0) & (bits === null ? 1 : (bits[slot] ?? 0)) & MEETS;
    }
    return found.subarray(0, next);
  }

  /** The levels now, by slot, of each skill that the requirement names; to be masked with 15. */
  levels(): readonly Uint8Array[] {
    return this.skills.map((word) => this.people.levelsOf(word));
  }

  staffedAt(site: number): number {
    return this.staffed[site] ?? 0;
  }

  /** After an agent's row has changed or gone. */
  changed(slot: number): void {
    if (slot >= this.flags.length) this.flags = grown(this.flags, this.people.capacity);
    const site = this.people.siteOf[slot] ?? 0;
    if ((this.flags[slot] ?? 0) & COUNTED) this.staffed[site] = (this.staffed[site] ?? 0) - 1;
    const listed = (this.flags[slot] ?? 0) & LISTED;
    this.flags[slot] = (this.evaluate(slot, slot + 1)[0] ?? 0) | listed;
    this.count(slot);
  }

  private count(slot: number): void {
    let flags = this.flags[slot] ?? 0;
    if ((flags & (MEETS | LISTED)) === MEETS) {
      if (this.listCount === this.list.length) this.list = grown(this.list, 2 * this.listCount);
      this.list[this.listCount++] = slot;
      flags |= LISTED;
    }
    if ((flags & STAFFED) !== 0 && this.people.onDuty[slot] === 1) {
      const site = this.people.siteOf[slot] ?? 0;
      this.staffed[site] = (this.staffed[site] ?? 0) + 1;
      flags |= COUNTED;
    }
    this.flags[slot] = flags;
  }
}
