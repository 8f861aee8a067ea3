import type { Asked, Requirement } from './requirement.ts';
import { compare } from './requirement.ts';

/** Bits of an evaluated requirement: met now; met with the skills that a break hides. */
export const MEETS = 1;
export const STAFFED = 2;
const BOTH = MEETS | STAFFED;

/**
 * Pairs of a word's number and its levels: the level now, and times 16 the one that a break hides. Agents have all kinds of skills, so that
 * a look into their rows by name costs a microsecond each.
 */
export type Profile = readonly number[];

const half = (level = 0): number => Math.min(level, 15);

/** Numbers for skills and for attributes with their values, in the order of coming. */
export class Words {
  private readonly skills = new Map<string, number>();
  private readonly attributes = new Map<string, number>();
  private count = 0;

  skill(name: string): number {
    return this.numberOf(this.skills, name);
  }

  attribute(name: string, value: string): number {
    return this.numberOf(this.attributes, `${name}=${value}`);
  }

  private numberOf(known: Map<string, number>, text: string): number {
    let number = known.get(text);
    if (number === undefined) known.set(text, (number = this.count++));
    return number;
  }

  profileOf(now: Asked, staffed: Asked): Profile {
    const profile: number[] = [];
    for (const name in staffed.skills) {
      const hidden = half(staffed.skills[name]);
      profile.push(this.skill(name), (staffed === now ? hidden : half(now.skills[name])) | (hidden << 4));
    }
    for (const name in now.attributes) profile.push(this.attribute(name, now.attributes[name] ?? ''), 0x11);
    return profile;
  }
}

/** What a requirement is evaluated over, by slot. */
export interface Columns {
  readonly siteOf: Int32Array;
  readonly words: Words;
  siteIndexOf(siteId: string): number;
  /** The levels of a word, as in a profile. */
  levelsOf(word: number): Uint8Array;
}

/** Bits of the slots `from` to `to` (exclusive). */
export type Evaluate = (from: number, to: number) => Uint8Array;

/** The requirement as a function that says what `unmet` says, without the reason, for many agents at once. */
export function compile(requirement: Requirement, columns: Columns): Evaluate {
  switch (requirement.kind) {
    case 'anybody':
      return (from, to) => new Uint8Array(to - from).fill(BOTH);
    case 'skill': {
      const { operator, level } = requirement;
      return look(columns, columns.words.skill(requirement.skill), (own) => compare[operator](own, level));
    }
    case 'attribute': {
      const word = columns.words.attribute(requirement.name, requirement.value);
      return look(columns, word, (own) => own > 0 === requirement.equal);
    }
    case 'site': {
      const { siteId, equal } = requirement;
      return (from, to) => {
        const wanted = columns.siteIndexOf(siteId);
        return columns.siteOf.slice(from, to).reduce(
          (bits, site, i) => {
            bits[i] = (site === wanted) === equal ? BOTH : 0;
            return bits;
          },
          new Uint8Array(to - from),
        );
      };
    }
    case 'not': {
      const of = compile(requirement.of, columns);
      return (from, to) => flip(of(from, to));
    }
    case 'and': {
      const [left, right] = [compile(requirement.left, columns), compile(requirement.right, columns)];
      return (from, to) => intersect(left(from, to), right(from, to));
    }
    case 'or': {
      const [left, right] = [compile(requirement.left, columns), compile(requirement.right, columns)];
      return (from, to) => unite(left(from, to), right(from, to));
    }
  }
}

/** Both levels of a word are one byte: what holds of each of its 256 values is known beforehand. */
function look(columns: Columns, word: number, holds: (level: number) => boolean): Evaluate {
  const table = new Uint8Array(256).map((_, byte) => (holds(byte & 15) ? MEETS : 0) | (holds(byte >> 4) ? STAFFED : 0));
  return (from, to) => {
    const levels = columns.levelsOf(word);
    const bits = new Uint8Array(to - from);
    for (let slot = from; slot < to; slot++) bits[slot - from] = table[levels[slot] ?? 0] ?? 0;
    return bits;
  };
}

/** Three loops, not one that is told what to do: that would call a function for each agent. Each writes into its first argument. */
function intersect(left: Uint8Array, right: Uint8Array): Uint8Array {
  for (let i = 0; i < left.length; i++) left[i] = (left[i] ?? 0) & (right[i] ?? 0);
  return left;
}

function unite(left: Uint8Array, right: Uint8Array): Uint8Array {
  for (let i = 0; i < left.length; i++) left[i] = (left[i] ?? 0) | (right[i] ?? 0);
  return left;
}

function flip(bits: Uint8Array): Uint8Array {
  for (let i = 0; i < bits.length; i++) bits[i] = (bits[i] ?? 0) ^ BOTH;
  return bits;
}

/** Numbers of all words that a requirement looks at. */
export function wordsOf(requirement: Requirement, words: Words): readonly number[] {
  switch (requirement.kind) {
    case 'skill':
      return [words.skill(requirement.skill)];
    case 'attribute':
      return [words.attribute(requirement.name, requirement.value)];
    case 'not':
      return wordsOf(requirement.of, words);
    case 'and':
    case 'or':
      return [...wordsOf(requirement.left, words), ...wordsOf(requirement.right, words)];
    case 'anybody':
    case 'site':
      return [];
  }
}
