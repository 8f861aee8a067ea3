/** What imports have in common: a table with named columns, and all its faults at once. */
import { readFileSync } from 'node:fs';
import { IpntError } from '../core/errors.ts';
import { FaultsError, nearest } from '../settings/index.ts';
import type { Fault } from '../settings/index.ts';
import { withCure } from './cured.ts';
import { readCsv } from './csv.ts';
import type { Cell, CsvRow } from './csv.ts';

/** One line of the table: its cells by column, trimmed. */
export interface ImportRow {
  readonly line: number;
  /** '' where the table has no such column. */
  text(column: string): string;
  /** Tells a fault of a column's cell. */
  fault(column: string, message: string, cure: string): void;
}

/** The columns with a meaning of their own: the first is the key and must be there. The others become attributes. */
export interface Columns {
  readonly known: readonly [string, ...string[]];
  /** A line of a good table, for who has none. */
  readonly example: string;
}

/** More are counted and not told: the first hundred say what is wrong with a file. */
const FAULTS_TOLD = 100;
/** As a requirement can ask for it (`team=gold`). */
const ATTRIBUTE = /^(?!(?:and|or|not|site)$)[A-Za-z_][A-Za-z0-9_.:-]*$/i;
const CONTROLS = /\p{Cc}/u;

/** The text of a table; refuses what is not UTF-8, which would import broken names. */
export function readTable(file: string): string {
  const bytes = withCure('name a CSV file that this user can read', () => bytesOf(file));
  return withCure('save it as "CSV UTF-8"; nothing was imported', () => textOf(bytes, file));
}

const UNREADABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not read it',
  EISDIR: 'it is a folder',
};

function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    const code = String((error as NodeJS.ErrnoException).code);
    throw new IpntError('IMPORT_INVALID', UNREADABLE[code] ?? `cannot be read (${code})`, file, { cause: error });
  }
}

function textOf(bytes: Buffer, file: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new IpntError('IMPORT_INVALID', 'the file is not UTF-8', file);
  }
}

/** Columns that were taken as attributes: those with a value in some line. */
export const attributesOf = (
  records: readonly { readonly attributes: Readonly<Record<string, string>> }[],
): readonly string[] => [...new Set(records.flatMap(({ attributes }) => Object.keys(attributes)))];

/** Told after an import: who did not mean an attribute sees it here. */
export const attributesText = (names: readonly string[]): string =>
  names.length === 0 ? '' : `taken as attributes: ${names.join(', ')}\n`;

/** Makes a record of each line. Throws IMPORT_INVALID with every fault of the file; then nothing is imported. */
export function importRows<T>(
  text: string,
  file: string,
  columns: Columns,
  recordOf: (row: ImportRow, attributes: Readonly<Record<string, string>>) => T,
): readonly T[] {
  const { rows, problems } = readCsv(text);
  const faults: Fault[] = problems.map((problem) => ({ ...problem, file, path: '' }));
  const [header, ...lines] = rows;
  const names = headerOf(header, file, columns, faults);
  // Without its key no line says whom it is about: each would be a fault, and none of them the real one.
  const records = (names.includes(columns.known[0]) ? lines : []).map((row) => {
    const read = rowOf(row, names, file, faults);
    const attributes = names.filter((name) => name !== '' && !columns.known.includes(name) && read.text(name) !== '');
    return recordOf(read, Object.fromEntries(attributes.map((name) => [name, read.text(name)])));
  });
  if (faults.length === 0) return records;
  faults.sort((a, b) => a.line - b.line || a.column - b.column);
  throw new FaultsError('IMPORT_INVALID', file, told(faults, file));
}

function told(faults: readonly Fault[], file: string): readonly Fault[] {
  const more = faults.length - FAULTS_TOLD;
  const next = faults[FAULTS_TOLD];
  if (more <= 0 || next === undefined) return faults;
  const last = { file, line: next.line, column: next.column, path: '', message: `and ${more} more from here on` };
  return [...faults.slice(0, FAULTS_TOLD), { ...last, cure: 'mend those above first' }];
}

/** Names of the columns in their order, lower case where we know them. */
function headerOf(header: CsvRow | undefined, file: string, columns: Columns, faults: Fault[]): readonly string[] {
  const [key] = columns.known;
  const cells = header?.cells ?? [];
  const names = cells.map(({ text }) => {
    const name = text.trim();
    return columns.known.find((known) => known === name.toLowerCase()) ?? name;
  });
  const add = (cell: Cell | undefined, message: string, cure: string): void =>
    void faults.push({ file, line: cell?.line ?? 1, column: cell?.column ?? 1, path: cell?.text ?? '', message, cure });
  if (!names.includes(key)) add(undefined, `there is no column "${key}"`, `begin the file with ${columns.example}`);
  for (const [i, name] of names.entries()) {
    if (name === '') add(cells[i], 'a column has no name', 'name it in the first line, or take it away');
    else if (names.indexOf(name) < i) add(cells[i], `the column "${name}" is there twice`, 'take one away');
    else if (!columns.known.includes(name) && !ATTRIBUTE.test(name))
      add(cells[i], `"${name}" cannot name an attribute`, 'use letters, digits and _, e.g. tier');
    else if (!columns.known.includes(name)) {
      // Only columns that are not there can have been meant: beside `name`, `age` is an attribute.
      const missing = columns.known.filter((known) => !names.includes(known));
      const near = nearest(missing, name);
      const cure = `did you mean "${near}"? an attribute needs a name that is less like it`;
      if (near !== undefined) add(cells[i], `"${name}" is no column that is known here`, cure);
    }
  }
  return names;
}

function rowOf({ line, cells }: CsvRow, names: readonly string[], file: string, faults: Fault[]): ImportRow {
  if (cells.length !== names.length) {
    const message = `has ${cells.length} fields, and the first line has ${names.length}`;
    const cure = 'put a field that holds a separator in quotes, and keep empty ones';
    faults.push({ file, line, column: 1, path: '', message, cure });
  }
  const cellOf = (column: string): Cell | undefined => cells[names.indexOf(column)];
  const fault = (column: string, message: string, cure: string): void => {
    const place = cellOf(column);
    faults.push({ file, line: place?.line ?? line, column: place?.column ?? 1, path: column, message, cure });
  };
  for (const name of names)
    if (CONTROLS.test((cellOf(name)?.text ?? '').trim()))
      fault(name, 'holds a control character', 'write it on one line');
  return { line, text: (column) => (cellOf(column)?.text ?? '').trim(), fault };
}

/** Several values of one cell: `a; b`. */
export const listOf = (text: string): readonly string[] =>
  text
    .split(';')
    .map((one) => one.trim())
    .filter((one) => one !== '');

/** Finds what is there twice: gives the line where it was first, and remembers this one. */
export function firstLines(): (key: string, line: number) => number | null {
  const lines = new Map<string, number>();
  return (key, line) => {
    const first = lines.get(key);
    if (first === undefined) lines.set(key, line);
    return first ?? null;
  };
}
