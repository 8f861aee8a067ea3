/** CSV as spreadsheets write it. Pure. */

/** One field of a line, and where it begins; lines and columns count from 1. */
export interface Cell {
  readonly text: string;
  readonly line: number;
  readonly column: number;
}

export interface CsvRow {
  readonly line: number;
  readonly cells: readonly Cell[];
}

/** What is wrong with the quotes of a file, and where. */
export interface CsvProblem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
  readonly cure: string;
}

const BOM = '\u{feff}';
const SEPARATORS = [',', ';', '\t'] as const;

/**
 * Reads RFC 4180: fields that hold separators, quotes or line ends stand in quotes, a quote within them is doubled. Lines end with
 * CRLF or LF, a byte order mark is passed over, and empty lines as well. The separator is the one that the first line has most of:
 * spreadsheets write semicolons where the comma is a decimal point.
 */
export function readCsv(text: string): { readonly rows: readonly CsvRow[]; readonly problems: readonly CsvProblem[] } {
  const reader = new Reader(text.startsWith(BOM) ? text.slice(1) : text);
  return { rows: reader.rows(), problems: reader.problems };
}

/** The separator of the first line, quoted parts aside. */
function separatorOf(text: string): string {
  const first = (/^(?:"(?:[^"]|"")*"|[^"\r\n])*/.exec(text)?.[0] ?? '').replaceAll(/"(?:[^"]|"")*"/g, '');
  const count = (separator: string): number => first.split(separator).length;
  return SEPARATORS.reduce((best, one) => (count(one) > count(best) ? one : best));
}

class Reader {
  readonly problems: CsvProblem[] = [];
  private readonly text: string;
  private readonly separator: string;
  private at = 0;
  private line = 1;
  private lineStart = 0;

  constructor(text: string) {
    this.text = text;
    this.separator = separatorOf(text);
  }

  rows(): readonly CsvRow[] {
    const rows: CsvRow[] = [];
    while (this.at < this.text.length) {
      const { line } = this;
      const cells = this.cells();
      if (cells.length > 1 || cells[0]?.text !== '') rows.push({ line, cells });
    }
    return rows;
  }

  /** One line's cells; stands behind its end. */
  private cells(): readonly Cell[] {
    const cells: Cell[] = [];
    for (;;) {
      const place = { line: this.line, column: this.at - this.lineStart + 1 };
      cells.push({ ...place, text: this.text[this.at] === '"' ? this.quoted(place) : this.bare(place) });
      if (this.text[this.at] !== this.separator) break;
      this.at += 1;
    }
    this.lineEnd();
    return cells;
  }

  /** Up to the separator or the line's end. */
  private bare({ line, column }: { line: number; column: number }): string {
    const start = this.at;
    while (this.at < this.text.length && !this.isEnd()) this.at += 1;
    const text = this.text.slice(start, this.at);
    if (text.includes('"')) {
      const cure = 'put the whole field in quotes and double those within it: "say ""hello"""';
      this.problems.push({ line, column, message: 'a quote within a field that is not in quotes', cure });
    }
    return text;
  }

  private quoted(place: { line: number; column: number }): string {
    let text = '';
    for (let start = this.at + 1; ;) {
      const end = this.text.indexOf('"', start);
      if (end < 0) {
        this.problems.push({
          ...place,
          message: 'a quote is opened and never closed',
          cure: 'close it with another "',
        });
        this.skip(this.text.length);
        return text;
      }
      text += this.text.slice(start, end);
      this.skip(end + 1);
      if (this.text[end + 1] !== '"') break;
      text += '"';
      start = end + 2;
    }
    const rest = this.at;
    while (this.at < this.text.length && !this.isEnd()) this.at += 1;
    if (this.at > rest) {
      const cure = 'double a quote that belongs to the field: ""';
      const column = rest - this.lineStart + 1;
      this.problems.push({ line: this.line, column, message: 'text after a closing quote', cure });
    }
    return text;
  }

  /** Goes on to `to`, counting the lines that a quoted field spans. */
  private skip(to: number): void {
    for (let end = this.text.indexOf('\n', this.at); end >= 0 && end < to; end = this.text.indexOf('\n', end + 1)) {
      this.line += 1;
      this.lineStart = end + 1;
    }
    this.at = Math.max(this.at, to);
  }

  private isEnd(): boolean {
    const char = this.text[this.at];
    return char === this.separator || char === '\n' || (char === '\r' && this.text[this.at + 1] === '\n');
  }

  private lineEnd(): void {
    if (this.text[this.at] === '\r') this.at += 1;
    if (this.at >= this.text.length) return;
    this.at += 1;
    this.line += 1;
    this.lineStart = this.at;
  }
}
