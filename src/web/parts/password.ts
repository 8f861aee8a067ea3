/** Passwords made up for somebody, without letters that look alike, easy to say on the phone; and what is wrong with a new one. Pure but for the lot, which is given. */
import type { Problem } from '../api.ts';
import { sentence } from '../format.ts';

const LETTERS = 'abcdefghjkmnpqrstuvwxyzACDEFGHJKLMNPQRTUVWXYZ2345679';
const [GROUPS, IN_GROUP] = [4, 4];

/** `kf3t-9QmA-xw7c-Ue5p`: some 90 bits. `random` gives whole numbers from 0 to 2^32 - 1. */
export function makePassword(random: () => number): string {
  const letter = (): string => {
    // The rest of the range would prefer some letters.
    const limit = 2 ** 32 - (2 ** 32 % LETTERS.length);
    let drawn = random();
    while (drawn >= limit) drawn = random();
    return LETTERS[drawn % LETTERS.length] ?? '';
  };
  const group = (): string => Array.from({ length: IN_GROUP }, letter).join('');
  return Array.from({ length: GROUPS }, group).join('-');
}

export const safeRandom = (): number => crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;

/** The fields of a change of one's own password. */
export type PasswordKey = 'old' | 'next' | 'again';
export type TypedPasswords = Readonly<Record<PasswordKey, string>>;
export type PasswordFaults = Readonly<Partial<TypedPasswords>>;

/** What can be told before anybody is asked. */
export function typedFaults({ old, next, again }: TypedPasswords): PasswordFaults {
  if (next === old) return { next: 'That is the password that you have. Choose another.' };
  return next === again ? {} : { again: 'The two are not the same. Type the new one again.' };
}

/** What the API has against one of the fields; empty where its problem is none of theirs. */
export function answeredFaults({ code, detail }: Pick<Problem, 'code' | 'detail'>): PasswordFaults {
  if (code === 'PASSWORD_WRONG') return { old: 'That is not your password now. Nothing was changed: try again.' };
  return code === 'PASSWORD_WEAK' ? { next: `${sentence(detail)} Choose another.` } : {};
}
