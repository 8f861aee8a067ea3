/** Tables and times as people read them. Pure. */

export interface Column<T> {
  readonly title: string;
  readonly of: (row: T) => string | number | null;
  /** Numbers stand right. */
  readonly right?: boolean;
}

/** Aligned columns under titles; `empty` where there are no rows. Cells that are null show as a dash. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], empty: string): string {
  if (rows.length === 0) return `${empty}\n`;
  const cells = rows.map((row) => columns.map((column) => cell(column.of(row))));
  const widths = columns.map((column, i) =>
    Math.max(widthOf(column.title), ...cells.map((line) => widthOf(line[i] ?? ''))),
  );
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, i) => {
        const fill = ' '.repeat(Math.max(0, (widths[i] ?? 0) - widthOf(text)));
        return columns[i]?.right ? fill + text : text + fill;
      })
      .join('  ')
      .trimEnd();
  return [columns.map((column) => column.title), ...cells].map((texts) => `${line(texts)}\n`).join('');
}

/** A terminal must not obey what a caller or a PBX wrote. */
export const printable = (text: string): string =>
  text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, '?');

const cell = (value: string | number | null): string =>
  value === null || value === '' ? '-' : printable(String(value));

/** Columns that a text takes: East Asian wide characters take two, combining marks none. */
function widthOf(text: string): number {
  let width = 0;
  for (const char of text.normalize('NFC')) {
    if (/\p{M}/u.test(char)) continue;
    width +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/u.test(char)
        ? 2
        : 1;
  }
  return width;
}

/** `0.4 s`, `12 s`, `2 min 10 s`, `3 h 5 min`, `2 days`. Never negative. */
export function span(ms: number): string {
  const whole = Math.round(Math.max(0, ms) / 1_000);
  if (ms < 10_000) return `${(Math.max(0, ms) / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  if (whole < 60) return `${whole} s`;
  if (whole < 3_600) return join(Math.floor(whole / 60), 'min', whole % 60, 's');
  if (whole < 2 * 86_400) return join(Math.floor(whole / 3_600), 'h', Math.floor((whole % 3_600) / 60), 'min');
  return `${Math.floor(whole / 86_400)} days`;
}

const join = (a: number, unitA: string, b: number, unitB: string): string =>
  b === 0 ? `${a} ${unitA}` : `${a} ${unitA} ${b} ${unitB}`;

/** `2m10s`: short, for tables. */
export const shortSpan = (ms: number | null): string | null =>
  ms === null
    ? null
    : span(ms < 10_000 ? Math.floor(ms / 1_000) * 1_000 : ms)
        .replaceAll(' days', 'd')
        .replaceAll(/ (min|s|h)/g, (_, unit: string) => (unit === 'min' ? 'm' : unit))
        .replaceAll(' ', '');

export const percent = (part: number | null): string | null => (part === null ? null : `${Math.round(part * 100)}%`);

/** `2026-11-22 16:41:51`, UTC: the clock that all our machines share. */
export const moment = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
export const timeOfDay = (ms: number): string => new Date(ms).toISOString().slice(11, 19);

/** The first five of them, and how many more there are. */
export const someOf = (ids: readonly string[]): string =>
  ids.length <= 5 ? ids.join(', ') : `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more`;

/** `1 fault`, `2 faults`. */
export const counted = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`;
