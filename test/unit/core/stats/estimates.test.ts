/** What the simulator's figures rest on: distributions, percentiles, intervals, control variates. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { controlsOf, NO_CONTROLS } from '../../../../src/core/stats/controls.ts';
import { meanOf, normalQuantile, quantileOf } from '../../../../src/core/stats/distributions.ts';
import type { Distribution } from '../../../../src/core/stats/distributions.ts';
import { Histogram } from '../../../../src/core/stats/histogram.ts';
import { differenceOf, estimateOf, ratioOf, studentQuantile } from '../../../../src/core/stats/intervals.ts';

describe('distributions', () => {
  it.each([
    [{ kind: 'constant', ms: 240_000 }, 240_000],
    [{ kind: 'exponential', meanMs: 240_000 }, 166_355.3],
    [{ kind: 'lognormal', meanMs: 240_000, sdMs: 180_000 }, 192_000],
    [{ kind: 'empirical', values: [1, 2, 30, 40] }, 30],
  ] as const satisfies readonly (readonly [Distribution, number])[])(
    '%o: the median, and the mean of many draws',
    (of, median) => {
      const quantile = quantileOf(of);
      expect(quantile(0.5)).toBeCloseTo(median, 0);
      const draws = Array.from({ length: 200_000 }, (_, i) => quantile((i + 0.5) / 200_000));
      expect(draws.reduce((sum, ms) => sum + ms, 0) / draws.length / meanOf(of)).toBeCloseTo(1, 3);
    },
  );

  it.each([
    [0.5, 0],
    [0.975, 1.959963985],
    [0.999, 3.090232306],
    [1e-6, -4.753424309],
  ])('normal quantile of %f is %f', (p, z) => expect(normalQuantile(p)).toBeCloseTo(z, 7));
});

describe('intervals', () => {
  it.each([
    [0.95, 1, 12.706],
    [0.95, 19, 2.093],
    [0.999, 39, 3.558],
    [0.99, 1_000, 2.581],
  ])('Student: %f, %i degrees of freedom: %f', (confidence, freedom, t) =>
    expect(studentQuantile(confidence, freedom)).toBeCloseTo(t, 3),
  );

  it('a ratio counts each call the same, and its interval is that of the textbook', () => {
    const ratio = ratioOf([1, 3, 2, 4], [10, 10, 10, 10]);
    expect(ratio?.value).toBe(0.25);
    // Standard deviation .129 of the shares .1 .3 .2 .4, over the root of 4, times t(3) = 3.182.
    const { low, high } = estimateOf(ratio ?? { value: 0, pulls: [] }, 0.95);
    expect(low).toBeCloseTo(0.25 - 0.2054, 3);
    expect(high).toBeCloseTo(0.25 + 0.2054, 3);
  });

  it('a single replication has no interval, and nothing over nothing is nothing', () => {
    expect(estimateOf({ value: 1, pulls: [0] }, 0.95)).toEqual({ value: 1, low: -Infinity, high: Infinity });
    expect(ratioOf([0], [0])).toBeNull();
  });

  it('what two have in common cancels out of their difference', () => {
    const [a, b] = [ratioOf([11, 31, 21], [10, 10, 10]), ratioOf([10, 30, 20], [10, 10, 10])];
    const { value, low, high } = differenceOf(a ?? { value: 0, pulls: [] }, b ?? { value: 0, pulls: [] }, 0.95);
    for (const each of [value, low, high]) expect(each).toBeCloseTo(0.1, 12);
  });
});

describe('control variates', () => {
  const chance = Array.from({ length: 60 }, (_, i) => Math.sin(i * 12.9898) * 3);
  const rest = Array.from({ length: 60 }, (_, i) => Math.sin(i * 78.233 + 1) * 0.1);
  const figure = ratioOf(
    chance.map((luck, i) => 5 + 2 * luck + (rest[i] ?? 0)),
    chance.map(() => 1),
  ) ?? { value: 0, pulls: [] };

  it('what is known to be chance is taken out: the interval is narrower, and nearer to the truth', () => {
    const rows = chance.map((luck) => [luck, 0, luck * 2]);
    const [plain, cleared] = [NO_CONTROLS, controlsOf(rows)].map((controls) => estimateOf(figure, 0.95, controls));
    expect((cleared?.high ?? 0) - (cleared?.low ?? 0)).toBeLessThan(((plain?.high ?? 0) - (plain?.low ?? 0)) / 10);
    expect(Math.abs((cleared?.value ?? 0) - 5)).toBeLessThan(0.05);
  });

  it('controls that have nothing to do with it move little, and none at all change nothing', () => {
    const noise = Array.from({ length: 60 }, (_, i) => [Math.sin(i * 4.1414 + 2)]);
    expect(estimateOf(figure, 0.95, controlsOf(noise)).value).toBeCloseTo(figure.value, 0);
    expect(controlsOf([[0], [0]])).toEqual(NO_CONTROLS);
  });
});

describe('a histogram', () => {
  it('gives percentiles to half a per cent, whatever was put in', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.5, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 }),
        (values) => {
          const histogram = new Histogram();
          for (const value of values) histogram.add(value);
          const greatest = Math.max(...values);
          const read = histogram.percentile(1);
          expect(Math.abs(read - greatest)).toBeLessThanOrEqual(Math.max(1, greatest * 0.005));
          expect(histogram.atMost(greatest * 1.01 + 1)).toBeCloseTo(values.length, 9);
        },
      ),
    );
  });

  it('keeps those who did not wait apart, and adds up', () => {
    const [a, b] = [new Histogram(), new Histogram()];
    for (const ms of [0, 0, 0, 1_000]) a.add(ms);
    b.add(3_000);
    a.addAll(b);
    expect(a.count).toBe(5);
    expect(a.percentile(0.6)).toBe(0);
    expect(a.percentile(0.8) / 1_000).toBeCloseTo(1, 2);
    expect([a.atMost(0), a.atMost(2_000), a.atMost(1e9)]).toEqual([3, 4, 5]);
  });
});
