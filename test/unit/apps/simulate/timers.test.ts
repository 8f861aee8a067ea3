/** The heap of the virtual clock, against a list that is sorted each time. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { stream } from '../../../../src/apps/simulate/random.ts';
import { Timers } from '../../../../src/apps/simulate/timers.ts';

const change = fc.record({ slot: fc.nat(99), atMs: fc.option(fc.integer({ min: 0, max: 50 }), { nil: Infinity }) });

it('what is due first is first, whatever was set, moved and cleared', () => {
  fc.assert(
    fc.property(fc.array(change, { maxLength: 300 }), (changes) => {
      const timers = new Timers();
      const plain = new Map<number, number>();
      for (const { slot, atMs } of changes) {
        timers.set(slot, atMs);
        if (atMs === Infinity) plain.delete(slot);
        else plain.set(slot, atMs);
        const first = [...plain].sort(([a, x], [b, y]) => x - y || a - b)[0];
        expect([timers.first, timers.firstMs]).toEqual(first ?? [-1, Infinity]);
      }
    }),
  );
});

it('streams of different purposes have nothing to do with each other, and each is even', () => {
  const draws = (purpose: string) => Array.from({ length: 20_000 }, stream(1, 0, purpose));
  const [a, b] = [draws('support/arrivals'), draws('support/handle')];
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  expect(mean(a)).toBeCloseTo(0.5, 2);
  expect(mean(a.map((value, i) => (value - 0.5) * ((b[i] ?? 0) - 0.5)))).toBeCloseTo(0, 2);
  expect(draws('support/arrivals')).toEqual(a);
  for (const value of a) expect(value > 0 && value < 1).toBe(true);
});
