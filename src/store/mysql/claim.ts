import { SITE_STALE_MS } from '../../core/model/site.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import { failureOf, toIpntError } from './errors.ts';
import type { Database } from './pool.ts';
import { RESERVATION_COLUMNS, reservationOf } from './rows.ts';
import { bind, DB_NOW_MS, query } from './sql.ts';
import { single, together } from './transaction.ts';

const CLAIM = query('claim');
const ADVANCE = query('advance');
const RENEW = query('renew-talks');

/** The reservations' part of EdgeStore. */
export function claims(db: Database): Pick<EdgeStore, 'claim' | 'advance' | 'renewTalks' | 'readReservation'> {
  return {
    async claim(request) {
      const { agentId, edgeId, callId, token, leaseMs } = request;
      return claimOnce(db, bind(CLAIM, { agentId, edgeId, callId, token, leaseMs, staleMs: SITE_STALE_MS }));
    },

    async advance(agentId, token, next) {
      if (token === '') return false;
      const holdReason = next.phase === 'hold' ? next.holdReason : '';
      const sql = bind(ADVANCE, { agentId, token, phase: next.phase, holdReason, leaseMs: next.leaseMs });
      return (await single(db, sql)).matched === 1;
    },

    async renewTalks(tokens, leaseMs) {
      if (tokens.length === 0) return [];
      const params = { tokens, leaseMs };
      const ours = `SELECT token FROM reservation WHERE token IN (:tokens) AND phase = 'talk' AND expires_at_ms > ${DB_NOW_MS}`;
      const [, found] = await together(db, [bind(RENEW, params), bind(ours, params)]);
      const still = new Set((found?.rows ?? []).map((row) => row['token']));
      return tokens.filter((token) => !still.has(token));
    },

    async readReservation(agentId) {
      const sql = `SELECT ${RESERVATION_COLUMNS} FROM reservation WHERE agent_id = :agentId`;
      const { rows } = await single(db, bind(sql, { agentId }));
      return rows[0] ? reservationOf(rows[0]) : null;
    },
  };
}

/**
 * 1 row won, 0 lost. Contended (1213, 1020, 1205): once more, then lost. Unknown or down: repeated with the same token, which sees
 * its own win, until the deadline; then DATABASE_DOWN, and a win that nobody heard of ends with its lease.
 */
async function claimOnce(db: Database, sql: string): Promise<'won' | 'lost'> {
  const { deadlineMs } = db.limits();
  const timeoutMs = deadlineMs / 2;
  const deadlineAtMs = performance.now() + deadlineMs;
  let contended = 0;
  for (;;) {
    try {
      const [result] = await db.once('single', (link) => link.send(sql), timeoutMs, deadlineAtMs);
      return result?.matched === 1 ? 'won' : 'lost';
    } catch (error) {
      const failure = failureOf(error);
      if (failure === 'contended' && ++contended === 2) return 'lost';
      const again = failure === 'contended' || failure === 'unknown' || failure === 'down';
      const waitMs = failure === 'contended' ? 2 : 20 + Math.random() * 20;
      if (!again || performance.now() + waitMs >= deadlineAtMs) throw toIpntError(error, db.where);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }
}
