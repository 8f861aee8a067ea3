import type { Callback, CallbackStore } from '../../ports/callbacks.ts';
import { EDGE_DEAD_MS } from '../../ports/callbacks.ts';
import { keyOf } from './edge-store.ts';
import type { Row } from './node.ts';
import type { Database } from './pool.ts';
import { number, text } from './rows.ts';
import { bind, clip, DB_NOW_MS, derivedRows, query } from './sql.ts';
import type { Scalar } from './sql.ts';
import { transaction } from './transaction.ts';
import { errnoOf } from './errors.ts';

const HOLD = query('hold-edge');
const KEEP = query('keep-callback');
const TAKE = query('take-callbacks');
const COLUMNS =
  'call_id, edge_id, service, number, caller_name, dnis, requirement, priority, arrived_at_ms, tries, not_before_ms';
const DUPLICATE_KEY = 1062;

/** CallbackStore on MySQL: rows with one writer, the edge that promised or took over, under its fence. */
export function callbackStore(db: Database): CallbackStore {
  return {
    async keepCallback(fence, callback) {
      const rows = derivedRows([cellsOf(callback)]);
      const ours = `SELECT 1 AS ours FROM callback
        WHERE call_id = :callId AND edge_id = :edgeId AND number = :number AND service = :service AND pending = 1`;
      const { callId, number: called, service } = callback;
      try {
        const [fenced, , kept] = await transaction(db, [
          bind(HOLD, keyOf(fence)),
          bind(KEEP, { ...keyOf(fence), rows }),
          bind(ours, { ...keyOf(fence), callId, number: called, service }),
        ]);
        if (fenced?.matched !== 1) return 'fenced';
        return kept?.rows.length === 1 ? 'ok' : 'duplicate';
      } catch (error) {
        // Ours went on to a service where that number has another one.
        if (errnoOf(error) === DUPLICATE_KEY) return 'duplicate';
        throw error;
      }
    },

    async endCallback(fence, callId, how) {
      const sql = `UPDATE callback SET pending = NULL, how = :how, ended_at_ms = ${DB_NOW_MS}
        WHERE call_id = :callId AND edge_id = :edgeId AND pending = 1
          AND EXISTS (SELECT 1 FROM edge_state e WHERE e.edge_id = :edgeId AND e.epoch = :epoch)`;
      const [fenced] = await transaction(db, [bind(HOLD, keyOf(fence)), bind(sql, { ...keyOf(fence), callId, how })]);
      return fenced?.matched === 1 ? 'ok' : 'fenced';
    },

    async takeCallbacks(fence) {
      const own = `SELECT ${COLUMNS} FROM callback WHERE pending = 1 AND edge_id = :edgeId ORDER BY arrived_at_ms, call_id`;
      const [fenced, , rows] = await transaction(db, [
        bind(HOLD, keyOf(fence)),
        bind(TAKE, { ...keyOf(fence), deadMs: EDGE_DEAD_MS }),
        bind(own, keyOf(fence)),
      ]);
      return fenced?.matched === 1 ? (rows?.rows ?? []).map(callbackOf) : 'fenced';
    },
  };
}

/** In the order of keep-callback.sql. */
const cellsOf = (one: Callback): Record<string, Scalar> => ({
  call_id: one.callId,
  service: one.service,
  number: one.number,
  caller_name: clip(one.callerName, 255),
  dnis: clip(one.dnis, 190),
  requirement: one.requirement,
  priority: one.priority,
  arrived_at_ms: Math.floor(one.arrivedAtMs),
  tries: one.tries,
  not_before_ms: Math.floor(one.notBeforeMs),
});

const callbackOf = (row: Row): Callback => ({
  callId: text(row, 'call_id'),
  edgeId: text(row, 'edge_id'),
  service: text(row, 'service'),
  number: text(row, 'number'),
  callerName: text(row, 'caller_name'),
  dnis: text(row, 'dnis'),
  requirement: text(row, 'requirement'),
  priority: number(row, 'priority'),
  arrivedAtMs: number(row, 'arrived_at_ms'),
  tries: number(row, 'tries'),
  notBeforeMs: number(row, 'not_before_ms'),
});
