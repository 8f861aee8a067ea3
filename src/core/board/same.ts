/** Whether two rows of plain data say the same. Keys that are not there differ from those that are undefined: rows have no such keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [some, other] = [a as Record<string, unknown>, b as Record<string, unknown>];
  const keys = Object.keys(some);
  if (keys.length !== Object.keys(other).length || Array.isArray(a) !== Array.isArray(b)) return false;
  return keys.every((key) => Object.hasOwn(other, key) && isSame(some[key], other[key]));
}

/** The row as it was where it still says the same: so that a difference is found by looking at identities. */
export const keep = <T>(before: T | undefined, now: T): T =>
  before !== undefined && isSame(before, now) ? before : now;

/** The rows with those of before that still say the same; the list itself where all of them do. */
export function keepRows<T extends { readonly id: string }>(before: readonly T[], now: readonly T[]): readonly T[] {
  const known = new Map(before.map((row) => [row.id, row]));
  const rows = now.map((row) => keep(known.get(row.id), row));
  return rows.length === before.length && rows.every((row, index) => row === before[index]) ? before : rows;
}
