import type { Evaluate } from './compile.ts';
import { compile, MEETS, STAFFED } from './compile.ts';
import type { People } from './people.ts';
import { grown } from './people.ts';
import type { Requirement } from './requirement.ts';
import { skillsOf } from './requirement.ts';

/** A flag beside those of an evaluation: he is in the count of his site. */
const COUNTED = 4;

/** Who meets one requirement, and how many at each site (by its index). Kept up to date as rows change. */
export class Pool {
  private readonly people: People;
  private readonly evaluate: Evaluate;
  private readonly skills: readonly number[];
  private flags: Uint8Array;
  private readonly staffed: number[] = [];

  constructor(requirement: Requirement, people: People) {
    this.people = people;
    this.evaluate = compile(requirement, people);
    this.skills = [...new Set(skillsOf(requirement))].map((skill) => people.words.skill(skill));
    this.flags = new Uint8Array(people.capacity);
    this.flags.set(this.evaluate(0, people.used));
    for (let slot = 0; slot < people.used; slot++) this.count(slot);
  }

  isMetBy(slot: number): boolean {
    return ((this.flags[slot] ?? 0) & MEETS) !== 0;
  }

  /** On duty, and meets it with the skills that a break hides. */
  isStaffedBy(slot: number): boolean {
    return this.people.onDuty[slot] === 1 && ((this.flags[slot] ?? 0) & STAFFED) !== 0;
  }

  /** An agent's levels in the skills that the requirement names. */
  levelsOf(slot: number): readonly number[] {
    return this.skills.map((word) => (this.people.levelsOf(word)[slot] ?? 0) & 15);
  }

  staffedAt(site: number): number {
    return this.staffed[site] ?? 0;
  }

  /** After an agent's row has changed or gone. */
  changed(slot: number): void {
    if (slot >= this.flags.length) this.flags = grown(this.flags, this.people.capacity);
    const site = this.people.siteOf[slot] ?? 0;
    if ((this.flags[slot] ?? 0) & COUNTED) this.staffed[site] = (this.staffed[site] ?? 0) - 1;
    this.flags[slot] = this.evaluate(slot, slot + 1)[0] ?? 0;
    this.count(slot);
  }

  private count(slot: number): void {
    if (!this.isStaffedBy(slot)) return;
    const site = this.people.siteOf[slot] ?? 0;
    this.staffed[site] = (this.staffed[site] ?? 0) + 1;
    this.flags[slot] = (this.flags[slot] ?? 0) | COUNTED;
  }
}
