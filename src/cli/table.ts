import { printable } from '../core/explain/text.ts';

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
