import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Fence } from '../../ports/site-store.ts';
import { claims } from './claim.ts';
import type { Database } from './pool.ts';
import { figuresCells } from './figures.ts';
import { readChanges } from './read-changes.ts';
import { waitingCells } from './rows.ts';
import { orNone } from './site-store.ts';
import { bind, chunks, DB_NOW_MS, derivedRows, query } from './sql.ts';
import { single, transaction } from './transaction.ts';

const TAKE = query('take-edge').split(/;\s*$/m);
const FENCE = query('fence-edge');
const PLACE = query('place-waiting');
const LEAVE = query('leave-waiting');
const FIGURES = query('publish-figures');
const FENCE_FIGURES = query('fence-figures');

/** EdgeStore on MySQL. */
export function edgeStore(db: Database): EdgeStore {
  return {
    ...claims(db),
    readChanges: (cursor) => readChanges(db, cursor),

    async takeEdge(edgeId, holder, leaseMs) {
      const params = { edgeId, holder, leaseMs };
      const [, taken, , now] = await transaction(
        db,
        TAKE.map((sql) => bind(sql, params)),
      );
      return taken?.matched === 1 ? { id: edgeId, epoch: Number(now?.rows[0]?.['epoch']) } : null;
    },

    async renewEdge(fence, leaseMs) {
      const sql = `UPDATE edge_state SET seen_at_ms = ${DB_NOW_MS}, lease_until_ms = ${DB_NOW_MS} + :leaseMs
        WHERE edge_id = :edgeId AND epoch = :epoch`;
      return (await single(db, bind(sql, { ...keyOf(fence), leaseMs }))).matched === 1 ? 'ok' : 'fenced';
    },

    async releaseEdge(fence) {
      const sql = `UPDATE edge_state SET holder = '', lease_until_ms = 0, seen_at_ms = 0
        WHERE edge_id = :edgeId AND epoch = :epoch`;
      await single(db, bind(sql, keyOf(fence)));
    },

    async placeWaiting(fence, calls) {
      const ids = calls.map((call) => call.callId);
      const cells = [...calls].sort((a, b) => (a.callId < b.callId ? -1 : 1)).map(waitingCells);
      const arrivals = 'SELECT call_id, arrived_at_ms FROM waiting_call WHERE call_id IN (:ids)';
      const results = await transaction(db, [
        bind(FENCE, keyOf(fence)),
        ...chunks(cells).map((some) => bind(PLACE, { ...keyOf(fence), rows: derivedRows(some) })),
        bind(arrivals, { ids: orNone(ids) }),
      ]);
      if (results[0]?.matched !== 1) return 'fenced';
      return new Map((results.at(-1)?.rows ?? []).map((row) => [String(row['call_id']), Number(row['arrived_at_ms'])]));
    },

    async leaveWaiting(fence, callIds) {
      const sql = bind(LEAVE, { ...keyOf(fence), callIds: orNone([...callIds].sort()) });
      const [fenced] = await transaction(db, [bind(FENCE, keyOf(fence)), sql]);
      return fenced?.matched === 1 ? 'ok' : 'fenced';
    },

    async publishFigures(fence, figures) {
      if (figures.length === 0) return 'ok';
      const cells = [...figures].sort((a, b) => (a.service < b.service ? -1 : 1)).map(figuresCells);
      const [fenced] = await transaction(db, [
        bind(FENCE_FIGURES, keyOf(fence)),
        ...chunks(cells).map((some) => bind(FIGURES, { ...keyOf(fence), rows: derivedRows(some) })),
      ]);
      return fenced?.matched === 1 ? 'ok' : 'fenced';
    },
  };
}

/** Who writes, for the statements of an edge. */
export const keyOf = (fence: Fence) => ({ edgeId: fence.id, epoch: fence.epoch });
