import { describe, expect, test } from 'vitest';
import type { IpntError } from '../../../src/core/errors.ts';
import { assertStrong, hashPassword, newPassword, verifyPassword } from '../../../src/runtime/password.ts';

describe('a password', () => {
  test('is known by its hash, and no other is; no two hashes are the same', async () => {
    const [one, two] = await Promise.all([hashPassword('long enough é'), hashPassword('long enough é')]);
    expect(one).toMatch(/^scrypt\$32768\$8\$3\$[A-Za-z0-9+/]{22}==\$[A-Za-z0-9+/]{43}=$/);
    expect(one).not.toBe(two);
    const tried = ['long enough é', 'long enough e\u0301', 'Long enough é', ''];
    expect(await Promise.all(tried.map((text) => verifyPassword(text, one)))).toEqual([true, true, false, false]);
  });

  test('of an earlier cost is still known; what is no hash knows nobody', async () => {
    // The test vector of RFC 7914, section 12, for "pleaseletmein" and "SodiumChloride" (its first 32 bytes).
    const hash = Buffer.from('7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2', 'hex');
    const kept = `scrypt$16384$8$1$${Buffer.from('SodiumChloride').toString('base64')}$${hash.toString('base64')}`;
    expect(await verifyPassword('pleaseletmein', kept)).toBe(true);
    for (const none of ['', 'x', 'md5$x', 'scrypt$a$8$1$AAAA$AAAA', 'scrypt$16384$8$1$$'])
      expect(await verifyPassword('pleaseletmein', none)).toBe(false);
    expect(await verifyPassword('x'.repeat(1_000_000), kept)).toBe(false);
  });

  test.each([
    ['correct horse', null],
    ['0123456789', null],
    ['áéíóúàèìòù', null],
    ['short', /has 5 characters, and must have 10 at least/],
    ['🐎🐎🐎🐎🐎🐎🐎🐎🐎', /has 9 characters/],
    ['aaaaaaaaaaaa', /again and again/],
    ['x'.repeat(201), /more than 200/],
  ])('%s', (password, why) => {
    const told = (() => {
      try {
        assertStrong(password);
        return null;
      } catch (error) {
        return error as IpntError;
      }
    })();
    if (why === null) expect(told).toBeNull();
    else expect([told?.code, told?.message]).toEqual(['PASSWORD_WEAK', expect.stringMatching(why)]);
  });

  test('that we make is strong, and a new one each time', () => {
    const made = Array.from({ length: 100 }, newPassword);
    expect(new Set(made).size).toBe(100);
    for (const one of made) expect(one).toMatch(/^(?:[a-km-np-z2-9]{6}-){3}[a-km-np-z2-9]{6}$/);
    expect(() => assertStrong(made[0] ?? '')).not.toThrow();
  });
});
