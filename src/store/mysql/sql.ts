import { readFileSync } from 'node:fs';
import { escape } from 'mysql2';

/** The database's clock, epoch ms: UTC on every connection, the same on MySQL and MariaDB. Constant within a statement. */
export const DB_NOW_MS = 'CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)';

/** Rows for `FROM (:rows) n`: already SQL, made by `derivedRows` alone. */
export class DerivedRows {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Scalar = string | number | boolean | null;
export type Params = Readonly<Record<string, Scalar | readonly Scalar[] | DerivedRows>>;

/** Reads `queries/<name>.sql`, without its comments, once at start. `:dbNowMs` stands for the database's clock. */
export function query(name: string): string {
  return withoutComments(readFileSync(new URL(`./queries/${name}.sql`, import.meta.url), 'utf8'))
    .trim()
    .replace(/;$/, '')
    .replaceAll(':dbNowMs', DB_NOW_MS);
}

export const withoutComments = (text: string): string => text.replace(/^\s*--.*$/gm, '');

/**
 * Puts values in the places of `:name`. We do it ourselves: named places, only scalars and lists of them, and nothing
 * undefined. What is put in is not looked at again. The session's sql_mode (pool.ts) makes backslash escapes valid.
 */
export function bind(text: string, params: Params): string {
  return text.replace(/:([a-z][A-Za-z]*)/g, (_, name: string) => {
    const value = params[name];
    if (value === undefined) throw new Error(`no value for :${name}`);
    if (value instanceof DerivedRows) return value.text;
    return Array.isArray(value) ? value.map(literal).join(', ') : literal(value as Scalar);
  });
}

function literal(value: Scalar): string {
  if (value === null) return 'NULL';
  if (typeof value === 'string') return escape(value);
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (!Number.isFinite(value)) throw new Error('not a finite number');
  return String(value);
}

/**
 * `SELECT 1 AS a, 2 AS b UNION ALL SELECT 3, 4`: portable rows that a fence can be joined to (MySQL and MariaDB share no
 * other form), for `INSERT ... SELECT n.* FROM (:rows) n JOIN ... ON DUPLICATE KEY UPDATE c = n.c`.
 */
export function derivedRows(rows: readonly Readonly<Record<string, Scalar>>[]): DerivedRows {
  const names = Object.keys(rows[0] ?? {});
  const texts = rows.map((row, i) => {
    const cells = names.map((name) => literal(row[name] ?? null) + (i === 0 ? ` AS ${name}` : ''));
    return `SELECT ${cells.join(', ')}`;
  });
  return new DerivedRows(texts.join(' UNION ALL '));
}

/** Rows of one statement: more make the parser slow without making the batch faster. */
const ROWS_A_STATEMENT = 100;

export function chunks<T>(all: readonly T[], size = ROWS_A_STATEMENT): readonly (readonly T[])[] {
  const out: (readonly T[])[] = [];
  for (let at = 0; at < all.length; at += size) out.push(all.slice(at, at + size));
  return out;
}

/** Cuts a text that a person wrote to its column. Code points, as the database counts. */
export function clip(text: string, length: number): string {
  if (text.length <= length) return text;
  return [...text].slice(0, length).join('');
}
