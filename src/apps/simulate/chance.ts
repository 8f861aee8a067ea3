import { meanOf, quantileOf } from '../../core/stats/distributions.ts';
import type { Distribution } from '../../core/stats/distributions.ts';

/** A duration by chance, drawn with a uniform number. */
export interface Chance {
  readonly ms: (u: number) => number;
  readonly meanMs: number;
  /** The rate at which it ends, however long it has lasted: only an exponential one has such a rate, others 0. */
  readonly perMs: number;
}

export const chanceOf = (distribution: Distribution): Chance => ({
  ms: quantileOf(distribution),
  meanMs: meanOf(distribution),
  perMs: distribution.kind === 'exponential' ? 1 / distribution.meanMs : 0,
});
