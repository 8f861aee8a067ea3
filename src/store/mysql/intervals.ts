import { INTERVAL_MS, intervalStartMs } from '../../core/model/counts.ts';
import type { IntervalCounts } from '../../core/model/counts.ts';
import { USUAL_SERVICE_LEVEL_MS } from '../../core/stats/call-counts.ts';
import type { IntervalStore } from '../../ports/intervals.ts';
import { COUNT_OVERLAP_MS, FILL_INTERVALS } from '../common/store.ts';
import type { Link, Row } from './node.ts';
import type { Database } from './pool.ts';
import { number, text } from './rows.ts';
import { bind, chunks, DB_NOW_MS, query } from './sql.ts';
import { retrying, single } from './transaction.ts';

const ROLL_UP = query('roll-up');
/** An outage's worth of calls may be counted at once, some intervals a statement. */
const COUNT = { timeoutMs: 5_000, deadlineMs: 30_000 };
const INTERVALS_A_STATEMENT = 96;
const LIST = { timeoutMs: 5_000 };

const CHANGED_SINCE = 'changed_at >= FROM_UNIXTIME((:untilMs - :overlapMs) / 1000)';
/** Where counting stands, and whether there is anything to count: one row, and one look at the end of KEY(changed_at). */
const LOOK = bind(
  `SELECT s.filled_from_ms > 0 OR EXISTS (SELECT 1 FROM call_summary WHERE
     ${CHANGED_SINCE.replace(':untilMs', 's.counted_until_ms')}) AS is_due
   FROM call_interval_state s WHERE s.id = 1`,
  { overlapMs: COUNT_OVERLAP_MS },
);
const LOCK = 'SELECT counted_until_ms, kept_from_ms, filled_from_ms FROM call_interval_state WHERE id = 1 FOR UPDATE';

/** IntervalStore on MySQL. */
export function intervalStore(db: Database): IntervalStore {
  return {
    async rollUp(serviceLevelMs) {
      const [state] = (await single(db, LOOK)).rows;
      if (state === undefined || number(state, 'is_due') === 0) return [];
      return retrying(db, 'batch', (link) => count(link, levelsOf(serviceLevelMs)), COUNT);
    },

    async intervals(fromMs, toMs, service) {
      const which = service === undefined ? '' : bind('AND service = :service', { service });
      const sql = `SELECT * FROM call_interval WHERE start_ms >= :fromMs AND start_ms < :toMs ${which}
        ORDER BY start_ms, service`;
      return (await single(db, bind(sql, { fromMs, toMs }), LIST)).rows.map(countsOf);
    },
  };
}

/** All in one transaction that locks the state first: whoever comes second counts later, and what he writes is newer. */
async function count(link: Link, levels: string): Promise<readonly number[]> {
  const [, locked] = await link.send(`START TRANSACTION; ${LOCK}`);
  const [state = {}] = locked?.rows ?? [];
  const [untilMs, keptFromMs, filledFromMs] = ['counted_until_ms', 'kept_from_ms', 'filled_from_ms'].map((column) =>
    number(state, column),
  );
  const [clock, changed, older] = await link.send(
    [
      `SELECT ${DB_NOW_MS} AS now_ms`,
      bind(
        `SELECT DISTINCT arrived_at_ms DIV ${INTERVAL_MS} * ${INTERVAL_MS} AS start_ms FROM call_summary
           WHERE ${CHANGED_SINCE} AND arrived_at_ms >= :keptFromMs`,
        { untilMs: untilMs ?? 0, overlapMs: COUNT_OVERLAP_MS, keptFromMs: keptFromMs ?? 0 },
      ),
      bind(
        'SELECT MAX(arrived_at_ms) AS at_ms FROM call_summary WHERE arrived_at_ms < :before AND arrived_at_ms >= :from',
        {
          before: filledFromMs ?? 0,
          from: Math.max(1, keptFromMs ?? 0),
        },
      ),
    ].join(';\n'),
  );
  const fill = fillOf(Number(older?.rows[0]?.['at_ms'] ?? 0), keptFromMs ?? 0);
  const starts = [...new Set([...(changed?.rows ?? []).map((row) => number(row, 'start_ms')), ...fill])].sort(
    (a, b) => a - b,
  );
  const statements = chunks(starts, INTERVALS_A_STATEMENT).map((some) =>
    ROLL_UP.replace(':levels', () => levels).replace(':ranges', () => rangesOf(some)),
  );
  const done = bind(
    `UPDATE call_interval_state SET counted_until_ms = GREATEST(counted_until_ms, :nowMs), filled_from_ms = :filledMs
       WHERE id = 1`,
    { nowMs: number(clock?.rows[0] ?? {}, 'now_ms'), filledMs: Math.max(0, fill[0] ?? 0) },
  );
  for (const sql of statements) await link.send(sql);
  await link.send(`${done}; COMMIT`);
  return starts;
}

/** The day up to the newest call that was never counted, in intervals; none where there is no such call. */
function fillOf(newestMs: number, keptFromMs: number): readonly number[] {
  if (newestMs === 0) return [];
  const lastMs = intervalStartMs(newestMs);
  const all = Array.from({ length: FILL_INTERVALS }, (_, i) => lastMs - (FILL_INTERVALS - 1 - i) * INTERVAL_MS);
  return all.filter((startMs) => startMs >= keptFromMs && startMs >= 0);
}

/** Neighbours make one range of KEY(arrived_at_ms). */
function rangesOf(starts: readonly number[]): string {
  const ranges: { fromMs: number; toMs: number }[] = [];
  for (const startMs of starts) {
    const last = ranges.at(-1);
    if (last?.toMs === startMs) last.toMs += INTERVAL_MS;
    else ranges.push({ fromMs: startMs, toMs: startMs + INTERVAL_MS });
  }
  return ranges.map((one) => bind('(arrived_at_ms >= :fromMs AND arrived_at_ms < :toMs)', one)).join(' OR ');
}

/** T as a SQL expression of `service`: services of one T together, as a list of texts is looked up fast. */
function levelsOf(serviceLevelMs: ReadonlyMap<string, number>): string {
  const byLevel = new Map<number, string[]>();
  for (const [service, ms] of serviceLevelMs)
    if (ms !== USUAL_SERVICE_LEVEL_MS) byLevel.set(ms, [...(byLevel.get(ms) ?? []), service]);
  if (byLevel.size === 0) return String(USUAL_SERVICE_LEVEL_MS);
  const cases = [...byLevel].map(([ms, names]) => bind('WHEN service IN (:names) THEN :ms', { ms, names }));
  return `CASE ${cases.join(' ')} ELSE ${USUAL_SERVICE_LEVEL_MS} END`;
}

const countsOf = (row: Row): IntervalCounts => ({
  service: text(row, 'service'),
  startMs: number(row, 'start_ms'),
  offered: number(row, 'offered'),
  inProgress: number(row, 'in_progress'),
  outcomes: {
    answered: number(row, 'answered'),
    abandoned: number(row, 'abandoned'),
    overflowed: number(row, 'overflowed'),
    defaulted: number(row, 'defaulted'),
    redirected: number(row, 'redirected'),
    called_back: number(row, 'called_back'),
    closed: number(row, 'closed'),
    failed: number(row, 'failed'),
  },
  reached: number(row, 'reached'),
  reachedInTime: number(row, 'reached_in_time'),
  abandonedLate: number(row, 'abandoned_late'),
  waitMs: number(row, 'wait_ms'),
  longestWaitMs: number(row, 'longest_wait_ms'),
  abandonedWaitMs: number(row, 'abandoned_wait_ms'),
  talks: number(row, 'talks'),
  talkMs: number(row, 'talk_ms'),
});
