import { COMMANDS_KEPT_MS, DECISIONS_KEPT_MS, LEFT_OVER_MS, RECORDS_KEPT_MS, TOMBSTONE_MS } from '../common/store.ts';
import { IpntError } from '../../core/errors.ts';
import type { Database } from './pool.ts';
import { bind, DB_NOW_MS } from './sql.ts';
import { single, transaction } from './transaction.ts';

/** What is over, by the key of its time. */
const TABLES = [
  ['agent_state', 'gone_at_ms', TOMBSTONE_MS],
  ['queue_state', 'gone_at_ms', TOMBSTONE_MS],
  ['waiting_call', 'gone_at_ms', TOMBSTONE_MS],
  ['service_figures', 'updated_at_ms', LEFT_OVER_MS],
  ['callback', 'ended_at_ms', LEFT_OVER_MS],
  ['command', 'asked_at_ms', COMMANDS_KEPT_MS],
] as const;
const BATCH = 500;
const CALLS = 100;
const BATCHES_AT_MOST = 20;

/** Deletes in small batches, by keys. A role without the grant for a table leaves it to another. */
export async function purge(db: Database): Promise<number> {
  let purged = 0;
  for (const [table, column, ageMs] of TABLES) {
    const sql = `DELETE FROM ${table} WHERE ${column} < ${DB_NOW_MS} - :ageMs ORDER BY ${column} LIMIT :batch`;
    purged += await batches(BATCH, () => deleted(db, bind(sql, { ageMs, batch: BATCH })));
  }
  purged += await batches(CALLS, () => purgeCalls(db, RECORDS_KEPT_MS, 'arrived_at_ms > 0', wholeCalls));
  purged += await batches(CALLS, () => purgeCalls(db, DECISIONS_KEPT_MS, 'has_decisions = 1', decisionsAlone));
  return purged;
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

const wholeCalls = [
  'DELETE FROM call_event WHERE call_id IN (:ids)',
  'DELETE FROM call_summary WHERE call_id IN (:ids)',
];
const decisionsAlone = [
  "DELETE FROM call_event WHERE call_id IN (:ids) AND kind = 'decided'",
  'UPDATE call_summary SET has_decisions = 0 WHERE call_id IN (:ids)',
];

/** Some of the calls that are older: by KEY(arrived_at_ms) or KEY(has_decisions, arrived_at_ms). Gives back how many calls. */
async function purgeCalls(db: Database, ageMs: number, which: string, statements: readonly string[]): Promise<number> {
  const sql = `SELECT call_id FROM call_summary WHERE ${which} AND arrived_at_ms < ${DB_NOW_MS} - :ageMs
    ORDER BY arrived_at_ms LIMIT :calls`;
  return orNothing(async () => {
    const { rows } = await single(db, bind(sql, { ageMs, calls: CALLS }));
    const ids = rows.map((row) => String(row['call_id'])).sort();
    if (ids.length === 0) return 0;
    await transaction(
      db,
      statements.map((one) => bind(one, { ids })),
    );
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
