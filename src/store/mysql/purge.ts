import { TOMBSTONE_MS } from '../common/store.ts';
import { IpntError } from '../../core/errors.ts';
import type { Database } from './pool.ts';
import { bind, DB_NOW_MS } from './sql.ts';
import { single } from './transaction.ts';

const TABLES = ['agent_state', 'queue_state', 'waiting_call'] as const;
const BATCH = 500;
const BATCHES_AT_MOST = 20;

/** Deletes old tombstones in small batches by KEY(gone_at_ms). A role without the grant for a table leaves it to another. */
export async function purge(db: Database): Promise<number> {
  let purged = 0;
  for (const table of TABLES) {
    const sql = `DELETE FROM ${table} WHERE gone_at_ms < ${DB_NOW_MS} - :ageMs ORDER BY gone_at_ms LIMIT :batch`;
    for (let i = 0; i < BATCHES_AT_MOST; i++) {
      const deleted = await deleteSome(db, bind(sql, { ageMs: TOMBSTONE_MS, batch: BATCH }));
      purged += deleted;
      if (deleted < BATCH) break;
    }
  }
  return purged;
}

async function deleteSome(db: Database, sql: string): Promise<number> {
  try {
    return (await single(db, sql)).matched;
  } catch (error) {
    if (error instanceof IpntError && error.code === 'DATABASE_REFUSED') return 0;
    throw error;
  }
}
