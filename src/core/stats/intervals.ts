/** Estimates from independent replications, with confidence intervals. Pure. */
import { NO_CONTROLS, withoutChance } from './controls.ts';
import type { Controls } from './controls.ts';

/** A figure and the interval that holds its true value with the confidence asked for. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** ln of the gamma function for x > 0 (Lanczos' approximation, g = 7). */
function lnGamma(x: number): number {
  const g = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
    -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const t = x + 6.5;
  const sum = g.reduce((total, coefficient, i) => total + coefficient / (x + i), 0.99999999999980993);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** The regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz's method). */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(lnGamma(a + b) - lnGamma(a) - lnGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const tiny = 1e-300;
  const away = (value: number): number => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let result = d;
  for (let m = 1; m < 500; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    result *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    result *= d * c;
    if (Math.abs(d * c - 1) < 1e-14) break;
  }
  return front * result;
}

/** Two-sided quantile of Student's t: |t| stays below it with probability `confidence`. Found by halving. */
export function studentQuantile(confidence: number, freedom: number): number {
  const outside = (t: number): number => incompleteBeta(freedom / (freedom + t * t), freedom / 2, 0.5);
  let [low, high] = [0, 1];
  while (outside(high) > 1 - confidence && high < 1e9) high *= 2;
  for (let i = 0; i < 100; i += 1) {
    const middle = (low + high) / 2;
    if (outside(middle) > 1 - confidence) low = middle;
    else high = middle;
  }
  return high;
}

const sumOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0);

/** A ratio of sums with what each replication pulls it by: those pulls make its interval, alone or paired with another's. */
export interface Ratio {
  readonly value: number;
  readonly pulls: readonly number[];
}

/**
 * Sum of `parts` over sum of `wholes`, one of each a replication: every call counts the same, whichever replication it is of.
 * Null where there is nothing to divide by.
 */
export function ratioOf(parts: readonly number[], wholes: readonly number[]): Ratio | null {
  const whole = sumOf(wholes);
  if (whole === 0) return null;
  const value = sumOf(parts) / whole;
  const mean = whole / wholes.length;
  return { value, pulls: parts.map((part, i) => (part - value * (wholes[i] ?? 0)) / mean) };
}

/** How far chance has moved a figure, and the half width of its interval when that is taken away. */
interface Settled {
  readonly shift: number;
  readonly half: number;
}

/** By the pulls of its replications. A single one tells nothing of how far off it may be: the interval is infinite. */
export function settle(pulls: readonly number[], confidence: number, controls: Controls): Settled {
  const n = pulls.length;
  if (n < 2) return { shift: 0, half: Infinity };
  const left = withoutChance(pulls, controls);
  const mean = sumOf(left) / n;
  const variance = sumOf(left.map((value) => (value - mean) ** 2)) / (n - 1);
  return { shift: -mean, half: studentQuantile(confidence, n - 1) * Math.sqrt(variance / n) };
}

const around = (value: number, { shift, half }: Settled): Estimate => ({
  value: value - shift,
  low: value - shift - half,
  high: value - shift + half,
});

/** The interval of a ratio. */
export const estimateOf = (ratio: Ratio, confidence: number, controls: Controls = NO_CONTROLS): Estimate =>
  around(ratio.value, settle(ratio.pulls, confidence, controls));

/** How much greater `a` is than `b`, both over the same replications: what both have in common cancels out. */
export function differenceOf(a: Ratio, b: Ratio, confidence: number, controls: Controls = NO_CONTROLS): Estimate {
  const pulls = a.pulls.map((pull, i) => pull - (b.pulls[i] ?? 0));
  return around(a.value - b.value, settle(pulls, confidence, controls));
}
