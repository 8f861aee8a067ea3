import type { OpenFile } from './scenario-values.ts';

const CSV_CURE =
  'begin a CSV with the line "at,service" and write times like 2026-03-02T08:15:04Z; or give `ipnt calls --json`';

type Recorded = { readonly atMs: readonly number[] } | { readonly wrong: string; readonly cure: string };

/** A moment as ISO 8601 with its offset, or as epoch milliseconds; NaN when it is none. */
function msOf(value: unknown): number {
  if (typeof value === 'number') return value;
  if (typeof value !== 'string') return Number.NaN;
  if (/^\d{12,14}$/.test(value)) return Number(value);
  return /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
    ? Date.parse(value)
    : Number.NaN;
}

/**
 * When calls of a service came, out of a CSV with the columns `at` and, where it has calls of several services, `service`; or out of
 * JSON: the rows of `ipnt calls --json`, or a list of moments.
 */
export function readRecorded(path: string, service: string, open: OpenFile): Recorded {
  let content: string;
  try {
    content = open(path);
  } catch (error) {
    return { wrong: error instanceof Error ? error.message : String(error), cure: CSV_CURE };
  }
  const rows = /^\s*\[/.test(content) ? jsonRows(content) : csvRows(content);
  if (typeof rows === 'string') return { wrong: rows, cure: CSV_CURE };
  const atMs: number[] = [];
  for (const { at, of, place } of rows) {
    if (of !== undefined && of !== service) continue;
    const ms = msOf(at);
    if (Number.isNaN(ms)) return { wrong: `${place}: "${String(at).slice(0, 40)}" is no time`, cure: CSV_CURE };
    atMs.push(ms);
  }
  if (atMs.length === 0) return { wrong: `has no calls of "${service}"`, cure: CSV_CURE };
  return { atMs: atMs.sort((a, b) => a - b) };
}

interface Row {
  readonly at: unknown;
  /** Undefined: the file does not say. */
  readonly of: unknown;
  readonly place: string;
}

function jsonRows(content: string): readonly Row[] | string {
  let rows: unknown;
  try {
    rows = JSON.parse(content);
  } catch {
    return 'is no JSON';
  }
  if (!Array.isArray(rows)) return 'is no list';
  return rows.map((row: unknown, index): Row => {
    const place = `row ${index + 1}`;
    if (typeof row !== 'object' || row === null) return { at: row, of: undefined, place };
    const { at, arrivedAtMs, service } = row as Record<string, unknown>;
    return { at: at ?? arrivedAtMs, of: service, place };
  });
}

function csvRows(content: string): readonly Row[] | string {
  const [head = '', ...lines] = content.split(/\r?\n/);
  const names = head.split(',').map((name) => name.trim().toLowerCase());
  const [at, of] = [names.indexOf('at'), names.indexOf('service')];
  if (at < 0) return 'line 1: has no column "at"';
  return lines.flatMap((line, index): Row[] => {
    if (line.trim() === '') return [];
    const cells = line.split(',').map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    return [{ at: cells[at], of: of < 0 ? undefined : cells[of], place: `line ${index + 2}` }];
  });
}
