import { expect, it } from 'vitest';
import { dice } from '../../lab/random.ts';
import { makePassword } from '../../../src/web/parts/password.ts';

it('makes up a password in groups, without letters that look alike', () => {
  const { next } = dice(1);
  const made = Array.from({ length: 200 }, () => makePassword(() => Math.floor(next() * 2 ** 32)));
  for (const one of made) expect(one).toMatch(/^([^0O1lIiBSo8-]{4}-){3}[^0O1lIiBSo8-]{4}$/);
  expect(new Set(made).size).toBe(200);
});

it('draws again where the lot would prefer some letters', () => {
  const lots = [2 ** 32 - 1, ...Array<number>(16).fill(0)];
  expect(makePassword(() => lots.shift() ?? 0)).toBe('aaaa-aaaa-aaaa-aaaa');
  expect(lots).toEqual([]);
});
