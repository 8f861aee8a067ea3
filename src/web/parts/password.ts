/** Passwords made up for somebody: without letters that look alike, easy to say on the phone. Pure but for the lot, which is given. */
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
