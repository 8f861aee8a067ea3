/** Lists page by page: `{ items, next }`, asked for with `limit` and `cursor`. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { IpntError } from '../../core/errors.ts';
import { whole } from './whole.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** The cursor of the next page; null: this is the last one. */
  readonly next: string | null;
}

/** The schema of a page of `item`. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({
    items: z.array(item),
    next: z.string().nullable().describe('The `cursor` of the next page; null: there is none.'),
  });

/** What every list takes: spread it into the schema of a query. */
export const paging = {
  limit: whole(1, 1000).default(100).describe('How many at most.'),
  cursor: z
    .string()
    .max(2000)
    .optional()
    .describe('`next` of the page before. It goes with the same filter and sort alone.'),
};

/**
 * A place in a list as text that says nothing to others. `query` is filter and sort: the cursor is of use with the same alone, of the same
 * list. It is not signed: whoever makes one up sees nothing that he could not ask for.
 */
export const cursorAt = (list: string, place: unknown, query: unknown): string =>
  Buffer.from(JSON.stringify([markOf(list, query), place])).toString('base64url');

/** The place that a cursor stands for. Throws CURSOR_INVALID where it is none of ours, or of another list or query. */
export function placeOf<T>(list: string, cursor: string, place: z.ZodType<T>, query: unknown): T {
  const [mark, found] = readCursor(cursor);
  if (mark !== markOf(list, query)) throw new IpntError('CURSOR_INVALID', '', 'query.cursor');
  const read = place.safeParse(found);
  if (!read.success) throw new IpntError('CURSOR_INVALID', '', 'query.cursor');
  return read.data;
}

function readCursor(cursor: string): readonly [unknown, unknown] {
  try {
    const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(read) && read.length === 2) return [read[0], read[1]];
  } catch {
    // Told below, with all else that is no cursor.
  }
  throw new IpntError('CURSOR_INVALID', '', 'query.cursor');
}

/** The same for queries that ask for the same, in whatever order. How much of it is no part of that. */
function markOf(list: string, query: unknown): string {
  const entries = Object.entries((query ?? {}) as Readonly<Record<string, unknown>>)
    .filter(([name, value]) => name !== 'limit' && name !== 'cursor' && value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([list, entries]))
    .digest('base64url')
    .slice(0, 10);
}

type Key = readonly (string | number)[];

interface ListQuery {
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/**
 * A page of a list that is held whole. `list` is what it is called, `keyOf` tells its order, ascending, and must tell any two items apart; numbers sort before words. What
 * comes and goes between two pages neither hides nor repeats the others.
 */
export function pageFrom<T>(list: string, all: readonly T[], query: ListQuery, keyOf: (item: T) => Key): Page<T> {
  const after =
    query.cursor === undefined
      ? null
      : placeOf(list, query.cursor, z.array(z.union([z.string(), z.number()])), query as object);
  const found = firstOf(all, query.limit + 1, keyOf, after);
  const page = found.slice(0, query.limit);
  const last = page.at(-1);
  return {
    items: page.map(({ item }) => item),
    next: found.length > page.length && last !== undefined ? cursorAt(list, last.key, query) : null,
  };
}

interface Keyed<T> {
  readonly item: T;
  readonly key: Key;
}

/** The first so many after a place, in order. Of tens of thousands a page is kept: sorting them all would cost several times as much. */
function firstOf<T>(all: readonly T[], most: number, keyOf: (item: T) => Key, after: Key | null): readonly Keyed<T>[] {
  const kept: Keyed<T>[] = [];
  for (const item of all) {
    const key = keyOf(item);
    if (after !== null && byKey(key, after) <= 0) continue;
    const last = kept.at(-1);
    if (kept.length >= most && last !== undefined && byKey(key, last.key) >= 0) continue;
    kept.splice(placeAmong(kept, key), 0, { item, key });
    if (kept.length > most) kept.pop();
  }
  return kept;
}

/** Where a key belongs among others that are in order. */
function placeAmong(kept: readonly Keyed<unknown>[], key: Key): number {
  let [low, high] = [0, kept.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (byKey((kept[middle] as Keyed<unknown>).key, key) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function byKey(a: Key, b: Key): number {
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    const [one, other] = [a[index] ?? '', b[index] ?? ''];
    if (one === other) continue;
    if (typeof one === typeof other) return one < other ? -1 : 1;
    return typeof one === 'number' ? -1 : 1;
  }
  return 0;
}
