/** Passwords as they are kept: scrypt of node:crypto, so that nothing native must be built for each Node and nothing new be trusted. */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { IpntError } from '../core/errors.ts';

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

/** 32 MB and some 0.3 s of one core for each try (OWASP's password storage cheat sheet). What is kept has its own cost with it, so it can grow. */
const COST: Cost = { N: 32_768, r: 8, p: 3 };
const BYTES = 32;
const MOST_MEMORY = 128 * 1024 * 1024;

/** Of a new password, in characters: long beats strange. The most bounds the work of a stranger's try. */
export const PASSWORD_LENGTH = { min: 10, max: 200 } as const;

/** Throws PASSWORD_WEAK with what is wrong with a new password. */
export function assertStrong(password: string): void {
  const characters = [...password];
  const { min, max } = PASSWORD_LENGTH;
  const weak = (why: string): IpntError => new IpntError('PASSWORD_WEAK', `the password ${why}`);
  if (characters.length < min) throw weak(`has ${characters.length} characters, and must have ${min} at least`);
  if (characters.length > max) throw weak(`has more than ${max} characters`);
  if (new Set(characters).size < 4) throw weak('is made of three characters or fewer, again and again');
}

const derive = (password: string, salt: Buffer, { N, r, p }: Cost): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const done = (error: Error | null, key: Buffer): void => (error ? reject(error) : resolve(key));
    scrypt(password.normalize('NFKC'), salt, BYTES, { N, r, p, maxmem: MOST_MEMORY }, done);
  });

/** `scrypt$N$r$p$salt$hash`, a new salt each time. Does not look at how strong it is. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64'), hash.toString('base64')].join('$');
}

const KEPT = /^scrypt\$(\d{1,7})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9+/=]{16,})\$([A-Za-z0-9+/=]{16,})$/;

/** Whether it is the password of that hash; false for a hash that is none. Compared in constant time. */
export async function verifyPassword(password: string, kept: string): Promise<boolean> {
  const [, N, r, p, salt = '', hash = ''] = KEPT.exec(kept) ?? [];
  if (N === undefined || [...password].length > PASSWORD_LENGTH.max) return false;
  const wanted = Buffer.from(hash, 'base64');
  const found = await derive(password, Buffer.from(salt, 'base64'), { N: Number(N), r: Number(r), p: Number(p) });
  return wanted.length === found.length && timingSafeEqual(wanted, found);
}

/** 120 random bits, in groups that can be read out: `k7dm3-...`. No letters that look like others. */
export function newPassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const text = [...randomBytes(24)].map((byte) => letters[byte % letters.length]).join('');
  return (text.match(/.{6}/g) ?? []).join('-');
}
