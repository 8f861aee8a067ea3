import { describe, expect, test } from 'vitest';
import type { Clock } from '../../src/ports/clock.ts';
import { IpntError } from '../../src/core/errors.ts';
import { openMemoryStore } from '../../src/store/memory/index.ts';
import { storeContract } from './store.ts';
import { freshSite } from './store-world.ts';
import { claimOf } from './store-claims.ts';

function handClock(): Clock & { advance(ms: number): void } {
  let nowMs = 1_700_000_000_000;
  const after = () => {
    throw new Error('the memory store sets no timers');
  };
  return { nowMs: () => nowMs, monoMs: () => nowMs, after, advance: (ms) => void (nowMs += ms) };
}

storeContract('plain Maps', () => {
  const clock = handClock();
  const store = openMemoryStore(clock);
  const advance = (ms: number) => Promise.resolve(clock.advance(ms));
  return Promise.resolve({ store, advance, close: () => store.close() });
});

describe('faults of the memory store', () => {
  test('a refused call does nothing; a lost answer hides what was done; another process is not disturbed', async () => {
    const store = openMemoryStore(handClock());
    const other = store.another();
    const { ids } = await freshSite(store, 2);
    const down = new IpntError('DATABASE_DOWN');
    const [first = '', second = ''] = ids;
    store.fault = (operation) => (operation === 'claim' ? down : undefined);
    await expect(store.claim(claimOf(first, 't1'))).rejects.toBe(down);
    expect((await other.readReservation(first))?.phase).toBe('free');
    store.fault = undefined;
    store.lostAnswer = () => down;
    await expect(store.claim(claimOf(second, 't2'))).rejects.toBe(down);
    expect((await other.readReservation(second))?.phase).toBe('offer');
    expect(await other.claim(claimOf(first, 't3'))).toBe('won');
  });
});
