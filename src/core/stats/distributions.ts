/**
 * How long things take, as a distribution in ms. Each is drawn by its quantile at a uniform number of (0, 1): the same number gives
 * a long call under every routing, which is what makes two routings comparable call by call.
 */
export type Distribution =
  | { readonly kind: 'constant'; readonly ms: number }
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'lognormal'; readonly meanMs: number; readonly sdMs: number }
  /** What was measured: each value as likely as the others. Ascending, at least one. */
  | { readonly kind: 'empirical'; readonly values: readonly number[] };

export const NEVER: Distribution = { kind: 'constant', ms: Infinity };

/** A function from a uniform number of (0, 1) to ms. What can be worked out beforehand is. */
export function quantileOf(distribution: Distribution): (u: number) => number {
  switch (distribution.kind) {
    case 'constant': {
      const { ms } = distribution;
      return () => ms;
    }
    case 'exponential': {
      const { meanMs } = distribution;
      return (u) => -meanMs * Math.log1p(-u);
    }
    case 'lognormal': {
      const variance = Math.log1p((distribution.sdMs / distribution.meanMs) ** 2);
      const sigma = Math.sqrt(variance);
      const mu = Math.log(distribution.meanMs) - variance / 2;
      return (u) => Math.exp(mu + sigma * normalQuantile(u));
    }
    case 'empirical': {
      const { values } = distribution;
      return (u) => values[Math.min(values.length - 1, Math.floor(u * values.length))] ?? 0;
    }
  }
}

/** Expectation, ms. */
export function meanOf(distribution: Distribution): number {
  switch (distribution.kind) {
    case 'constant':
      return distribution.ms;
    case 'exponential':
    case 'lognormal':
      return distribution.meanMs;
    case 'empirical':
      return distribution.values.reduce((sum, value) => sum + value, 0) / distribution.values.length;
  }
}

/** Coefficients of P. J. Acklam's rational approximation (2003). */
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
];
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
];
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
/** Below this, and above 1 minus this, the tails have a formula of their own. */
const TAIL = 0.02425;

const polynomial = (coefficients: readonly number[], x: number): number =>
  coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0);

/** Quantile of the standard normal distribution, with a relative error below 1.2e-9. */
export function normalQuantile(p: number): number {
  if (p < TAIL) {
    const q = Math.sqrt(-2 * Math.log(p));
    return polynomial(C, q) / polynomial(D, q);
  }
  if (p > 1 - TAIL) return -normalQuantile(1 - p);
  const q = p - 0.5;
  const r = q * q;
  return (polynomial(A, r) * q) / polynomial(B, r);
}
