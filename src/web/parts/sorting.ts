/** How a table is sorted. Pure. */
export interface Sorting {
  readonly by: string;
  readonly isDown: boolean;
}

export type Sortable = string | number | boolean | null;

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Nothing known goes last, whichever way it is sorted; `Agent 9` comes before `Agent 10`. */
export function compare(a: Sortable, b: Sortable, isDown: boolean): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const up = typeof a === 'string' && typeof b === 'string' ? collator.compare(a, b) : Number(a) - Number(b);
  return isDown ? -up : up;
}

/** A stable sort; the rows are left as they are. */
export const sorted = <T>(rows: readonly T[], value: (row: T) => Sortable, isDown: boolean): readonly T[] =>
  rows
    .map((row) => ({ row, key: value(row) }))
    .sort((a, b) => compare(a.key, b.key, isDown))
    .map(({ row }) => row);
