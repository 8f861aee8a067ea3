/**
 * Control variates: what chance did to each replication, known to be zero in the mean, is taken out of a figure. How much of it goes
 * into the figure is learnt from the other replications only (Avramidis and Wilson's splitting): so nothing is biased by it, and
 * what was learnt badly widens the interval.
 */

/** In so many parts: each learns from all the others. */
const FOLDS = 10;
/** Added to the diagonal, relative to it: columns that are sums of others do no harm. */
const RIDGE = 1e-9;

type Numbers = readonly number[];

interface Fold {
  readonly learns: Numbers;
  readonly applies: Numbers;
  /** Column means over those that it learns from, and the Cholesky factor of the columns' products there. */
  readonly means: Numbers;
  readonly factor: readonly number[][];
}

export interface Controls {
  readonly rows: readonly Numbers[];
  readonly folds: readonly Fold[];
}

export const NO_CONTROLS: Controls = { rows: [], folds: [] };

const sumOf = (values: Numbers): number => values.reduce((sum, value) => sum + value, 0);

/** Of sums that are zero in the mean, one row a replication. Columns that are always the same are left out. */
export function controlsOf(sums: readonly ArrayLike<number>[]): Controls {
  const columns = Array.from({ length: sums[0]?.length ?? 0 }, (_, k) => sums.map((row) => row[k] ?? 0));
  const scaled = columns.flatMap((column) => {
    const size = Math.sqrt(sumOf(column.map((value) => value * value)) / column.length);
    return size > 0 ? [column.map((value) => value / size)] : [];
  });
  const rows = sums.map((_, i) => scaled.map((column) => column[i] ?? 0));
  if (scaled.length === 0) return NO_CONTROLS;
  const all = rows.map((_, i) => i);
  const folds = Array.from({ length: FOLDS }, (_, fold) => {
    const learns = all.filter((i) => i % FOLDS !== fold);
    const means = scaled.map((column) => sumOf(learns.map((i) => column[i] ?? 0)) / learns.length);
    return { learns, applies: all.filter((i) => i % FOLDS === fold), means, factor: factorOf(rows, learns, means) };
  });
  return { rows, folds };
}

/** The lower triangle L with L L' = the columns' products about their means. */
function factorOf(rows: readonly Numbers[], learns: Numbers, means: Numbers): number[][] {
  const factor: number[][] = [];
  means.forEach((mean, a) => {
    const line: number[] = [];
    for (let b = 0; b <= a; b += 1) {
      const product = sumOf(learns.map((i) => ((rows[i]?.[a] ?? 0) - mean) * ((rows[i]?.[b] ?? 0) - (means[b] ?? 0))));
      const before = sumOf(
        Array.from({ length: b }, (_, k) => (line[k] ?? 0) * ((b === a ? line : factor[b])?.[k] ?? 0)),
      );
      if (b === a) line.push(Math.sqrt(Math.max(product - before, 0) + RIDGE * learns.length));
      else line.push((product - before) / (factor[b]?.[b] ?? 1));
    }
    factor.push(line);
  });
  return factor;
}

/** What is left of each replication's pull when chance is taken out of it. */
export function withoutChance(pulls: Numbers, { rows, folds }: Controls): Numbers {
  if (folds.length === 0) return pulls;
  const left = [...pulls];
  for (const { learns, applies, means, factor } of folds) {
    const mean = sumOf(learns.map((i) => pulls[i] ?? 0)) / learns.length;
    const products = means.map((columnMean, k) =>
      sumOf(learns.map((i) => ((rows[i]?.[k] ?? 0) - columnMean) * ((pulls[i] ?? 0) - mean))),
    );
    const slopes = solved(factor, products);
    for (const i of applies) left[i] = (left[i] ?? 0) - sumOf(slopes.map((slope, k) => slope * (rows[i]?.[k] ?? 0)));
  }
  return left;
}

/** x with L L' x = b. */
function solved(factor: readonly number[][], b: Numbers): number[] {
  const x = [...b];
  for (let i = 0; i < x.length; i += 1) {
    for (let k = 0; k < i; k += 1) x[i] = (x[i] ?? 0) - (factor[i]?.[k] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (factor[i]?.[i] ?? 1);
  }
  for (let i = x.length - 1; i >= 0; i -= 1) {
    for (let k = i + 1; k < x.length; k += 1) x[i] = (x[i] ?? 0) - (factor[k]?.[i] ?? 0) * (x[k] ?? 0);
    x[i] = (x[i] ?? 0) / (factor[i]?.[i] ?? 1);
  }
  return x;
}
