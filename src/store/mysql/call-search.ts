import { IpntError } from '../../core/errors.ts';
import type { CallFilter, CallPage, CallSearch } from '../../ports/call-search.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';
import { SEARCH_AT_MOST_MS } from '../common/store.ts';
import type { Database } from './pool.ts';
import { SUMMARY_COLUMNS, summaryOf } from './rows.ts';
import { bind } from './sql.ts';
import { single } from './transaction.ts';

const STATEMENT = { timeoutMs: 5_000 };
/** The first stretch of arrivals that is looked through; the next are longer, as long as that is fast. */
const FIRST_SPAN_MS = 6 * 3_600_000;
const GROWTH = 4;
const FAST_MS = 150;

/** The arrivals of one statement, both ends included. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/**
 * CallSearch on MySQL: stretch after stretch of arrivals, so that each statement is short whatever is looked for, and a search for what is
 * nowhere ends after SEARCH_AT_MOST_MS with SEARCH_TOO_WIDE.
 */
export function callSearch(db: Database): CallSearch {
  return {
    async searchCalls(filter, page) {
      const began = performance.now();
      const found: CallSummary[] = [];
      const whole = await spanOf(db, filter, page);
      let ahead = whole;
      for (let spanMs = FIRST_SPAN_MS; ahead !== null && found.length < page.limit;) {
        const span = page.newestFirst
          ? { fromMs: Math.max(ahead.fromMs, ahead.toMs - spanMs), toMs: ahead.toMs }
          : { fromMs: ahead.fromMs, toMs: Math.min(ahead.toMs, ahead.fromMs + spanMs) };
        const startedMs = performance.now();
        found.push(...(await searched(db, filter, { ...page, limit: page.limit - found.length }, span)));
        if (performance.now() - startedMs < FAST_MS) spanMs *= GROWTH;
        ahead = rest(ahead, span, page.newestFirst);
        if (ahead !== null && found.length < page.limit && performance.now() - began > SEARCH_AT_MOST_MS)
          throw new IpntError('SEARCH_TOO_WIDE');
      }
      return found;
    },
  };
}

/** What is left to look through. */
function rest(all: Span, done: Span, newestFirst: boolean): Span | null {
  const left = newestFirst ? { ...all, toMs: done.fromMs - 1 } : { ...all, fromMs: done.toMs + 1 };
  return left.fromMs > left.toMs ? null : left;
}

/** From the oldest call to the newest, as far as the filter and the page before let it. Null: there is nothing. */
async function spanOf(db: Database, filter: CallFilter, page: CallPage): Promise<Span | null> {
  const sql = 'SELECT MIN(arrived_at_ms) AS from_ms, MAX(arrived_at_ms) AS to_ms FROM call_summary';
  const [row] = (await single(db, sql)).rows;
  if (row?.['from_ms'] == null) return null;
  const place = page.after?.arrivedAtMs;
  const fromMs = Math.max(
    ...[Number(row['from_ms']), filter.fromMs ?? 0, page.newestFirst ? 0 : (place ?? 0)].map(Math.ceil),
  );
  const toMs = Math.min(
    ...[
      Number(row['to_ms']),
      Math.ceil(filter.toMs ?? Infinity) - 1,
      page.newestFirst ? (place ?? Infinity) : Infinity,
    ],
  );
  return fromMs > toMs ? null : { fromMs, toMs };
}

async function searched(db: Database, filter: CallFilter, page: CallPage, span: Span): Promise<readonly CallSummary[]> {
  const limit = Math.max(0, Math.floor(page.limit));
  const direction = page.newestFirst ? 'DESC' : 'ASC';
  const order = `ORDER BY arrived_at_ms ${direction}, call_id ${direction} LIMIT ${limit}`;
  const terms = [...termsOf(filter), ...placeOf(page), bind('arrived_at_ms BETWEEN :fromMs AND :toMs', { ...span })];
  const select = (more: readonly string[]): string =>
    `SELECT ${SUMMARY_COLUMNS} FROM call_summary WHERE ${[...terms, ...more].join(' AND ')} ${order}`;
  const { numbers } = filter;
  // Two keys: one statement over both would read all calls of the stretch. The beginnings are ranges of one key.
  const sql =
    numbers === undefined
      ? select([])
      : `(${select([begins('ani', numbers)])}) UNION (${select([begins('dnis', numbers)])}) ${order}`;
  return (await single(db, sql, STATEMENT)).rows.map(summaryOf);
}

function begins(column: string, texts: readonly string[]): string {
  const patterns = texts.map((text) => ({ pattern: `${text.replace(/[\\%_]/g, '\\$&')}%` }));
  return `(${patterns.map((one) => bind(`${column} LIKE :pattern`, one)).join(' OR ')})`;
}

const placeOf = ({ after, newestFirst }: CallPage): readonly string[] => {
  if (after === undefined) return [];
  const than = newestFirst ? '<' : '>';
  const { arrivedAtMs: atMs, callId } = after;
  return [
    bind(`(arrived_at_ms ${than} :atMs OR (arrived_at_ms = :atMs AND call_id ${than} :callId))`, { atMs, callId }),
  ];
};

function termsOf(filter: CallFilter): readonly string[] {
  const equal = (column: string, value: string | undefined): readonly string[] =>
    value === undefined ? [] : [bind(`${column} = :value`, { value })];
  return [
    ...equal('service', filter.service),
    ...equal('site_id', filter.siteId),
    ...equal('agent_id', filter.agentId),
    ...equal('edge_id', filter.edgeId),
    ...equal('customer_id', filter.customerId),
    ...equal('outcome', filter.outcome),
    ...(filter.callId === undefined ? [] : [begins('call_id', [filter.callId])]),
    ...(filter.live === undefined ? [] : [filter.live ? 'outcome IS NULL' : 'outcome IS NOT NULL']),
    ...(filter.minWaitMs === undefined ? [] : [bind('wait_ms >= :ms', { ms: Math.ceil(filter.minWaitMs) })]),
  ];
}
