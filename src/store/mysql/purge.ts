import { IpntError } from '../../core/errors.ts';
import { INTERVAL_MS } from '../../core/model/counts.ts';
import type { Retention } from '../../ports/retention.ts';
import { COMMANDS_KEPT_MS, LEFT_OVER_MS, TOMBSTONE_MS } from '../common/store.ts';
import { blankCalls } from './customers.ts';
import type { Database } from './pool.ts';
import { bind, DB_NOW_MS } from './sql.ts';
import { single, transaction } from './transaction.ts';

/** What is over, by the key of its time. */
const tablesOf = ({ intervalsMs, auditMs }: Retention) =>
  [
    ['agent_state', 'gone_at_ms', TOMBSTONE_MS],
    ['queue_state', 'gone_at_ms', TOMBSTONE_MS],
    ['waiting_call', 'gone_at_ms', TOMBSTONE_MS],
    ['service_figures', 'updated_at_ms', LEFT_OVER_MS],
    ['callback', 'ended_at_ms', LEFT_OVER_MS],
    ['command', 'asked_at_ms', COMMANDS_KEPT_MS],
    ['login_session', 'expires_at_ms', 0],
    ['call_interval', 'start_ms', intervalsMs],
    ['audit', 'at_ms', auditMs],
  ] as const;
const BATCH = 500;
const CALLS = 100;
const BATCHES_AT_MOST = 20;

/** Deletes in small batches, by keys. A role without the grant for a table leaves it to another. */
export async function purge(db: Database, retention: Retention): Promise<number> {
  let purged = 0;
  for (const [table, column, ageMs] of tablesOf(retention)) {
    const sql = `DELETE FROM ${table} WHERE ${column} < ${DB_NOW_MS} - :ageMs ORDER BY ${column} LIMIT :batch`;
    purged += await batches(BATCH, () => deleted(db, bind(sql, { ageMs, batch: BATCH })));
  }
  return purged + (await purgeCalls(db, retention));
}

/**
 * From here on no call that arrived before is counted, so that intervals whose calls are partly deleted are not counted anew. It waits
 * until the calls of the time before intervals were counted are.
 */
const KEPT_FROM = `UPDATE call_interval_state
  SET kept_from_ms = GREATEST(kept_from_ms, (${DB_NOW_MS} - :ageMs) DIV ${INTERVAL_MS} * ${INTERVAL_MS})
  WHERE id = 1 AND filled_from_ms = 0`;
/** Those that were counted as they stand now. */
const COUNTED = `arrived_at_ms < (SELECT kept_from_ms FROM call_interval_state WHERE id = 1)
  AND changed_at <= (SELECT FROM_UNIXTIME(counted_until_ms / 1000) FROM call_interval_state WHERE id = 1)`;

async function purgeCalls(db: Database, { callsMs, decisionsMs, numbersMs }: Retention): Promise<number> {
  await orNothing(async () => (await single(db, bind(KEPT_FROM, { ageMs: callsMs }))).matched);
  const some = (ageMs: number, which: string, work: (ids: readonly string[]) => Promise<unknown>) =>
    batches(CALLS, () => someCalls(db, ageMs, which, work));
  const run = (statements: readonly string[]) => (ids: readonly string[]) =>
    transaction(
      db,
      statements.map((one) => bind(one, { ids })),
    );
  const whole = await some(callsMs, COUNTED, run(WHOLE_CALLS));
  const decisions = await some(decisionsMs, 'has_decisions = 1', run(DECISIONS_ALONE));
  return whole + decisions + (await some(numbersMs, 'has_numbers = 1', (ids) => blankCalls(db, ids)));
}

/** Until one is not full, or enough is done for this time. */
async function batches(full: number, one: () => Promise<number>): Promise<number> {
  let sum = 0;
  for (let i = 0; i < BATCHES_AT_MOST; i++) {
    const count = await one();
    sum += count;
    if (count < full) break;
  }
  return sum;
}

const WHOLE_CALLS = [
  'DELETE FROM call_event WHERE call_id IN (:ids)',
  'DELETE FROM call_summary WHERE call_id IN (:ids)',
];
/** The counts of such a call stay as they are: it did not change. */
const DECISIONS_ALONE = [
  "DELETE FROM call_event WHERE call_id IN (:ids) AND kind = 'decided'",
  'UPDATE call_summary SET has_decisions = 0, changed_at = changed_at WHERE call_id IN (:ids)',
];

/** Some of the calls that are older: by KEY(arrived_at_ms), KEY(has_decisions, arrived_at_ms) or KEY(has_numbers, arrived_at_ms). Gives back how many. */
async function someCalls(
  db: Database,
  ageMs: number,
  which: string,
  work: (ids: readonly string[]) => Promise<unknown>,
): Promise<number> {
  const sql = `SELECT call_id FROM call_summary WHERE ${which} AND arrived_at_ms < ${DB_NOW_MS} - :ageMs
    ORDER BY arrived_at_ms LIMIT :calls`;
  return orNothing(async () => {
    const { rows } = await single(db, bind(sql, { ageMs, calls: CALLS }));
    const ids = rows.map((row) => String(row['call_id'])).sort();
    if (ids.length > 0) await work(ids);
    return ids.length;
  });
}

const deleted = (db: Database, sql: string): Promise<number> => orNothing(async () => (await single(db, sql)).matched);

async function orNothing(work: () => Promise<number>): Promise<number> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof IpntError && error.code === 'DATABASE_REFUSED') return 0;
    throw error;
  }
}
