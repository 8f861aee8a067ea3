import type { AgentId } from '../../core/model/agent.ts';
import { UNFINISHED_AT_MOST, UNFINISHED_SINCE_MS } from '../../ports/queries.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { Database } from './pool.ts';
import { eventOf } from './records.ts';
import { AGENT_COLUMNS, agentOf, QUEUE_COLUMNS, queueOf, RESERVATION_COLUMNS, reservationOf } from './rows.ts';
import { SITE_COLUMNS, siteOf, SUMMARY_COLUMNS, summaryOf } from './rows.ts';
import { bind, DB_NOW_MS } from './sql.ts';
import { single, together } from './transaction.ts';

const LIST = { timeoutMs: 5_000 };
/** A suffix is sought among the latest calls: there is no index for it. */
const SUFFIX_AMONG = 50_000;

/** QueryStore on MySQL: what people ask, never in the path of a call. */
export function queryStore(db: Database): QueryStore {
  return {
    async sites() {
      const reads = [`SELECT ${DB_NOW_MS} AS now_ms`, `SELECT ${SITE_COLUMNS} FROM site_state ORDER BY site_id`];
      const [clock, sites] = await together(db, reads);
      return { dbNowMs: Number(clock?.rows[0]?.['now_ms']), sites: (sites?.rows ?? []).map(siteOf) };
    },

    async agents(siteId) {
      const where = siteId === undefined ? '' : bind('AND site_id = :siteId', { siteId });
      const [agents, reservations] = await together(
        db,
        [
          `SELECT ${AGENT_COLUMNS} FROM agent_state WHERE gone_at_ms IS NULL ${where} ORDER BY agent_id`,
          `SELECT ${RESERVATION_COLUMNS} FROM reservation
             WHERE agent_id IN (SELECT agent_id FROM agent_state WHERE gone_at_ms IS NULL ${where})`,
        ],
        LIST,
      );
      const byAgent = new Map((reservations?.rows ?? []).map(reservationOf).map((one) => [one.agentId, one]));
      const rows = (agents?.rows ?? []).map(agentOf);
      return rows.map((agent) => ({ ...agent, reservation: byAgent.get(agent.agentId) ?? null }));
    },

    async queues(siteId) {
      const where = siteId === undefined ? '' : bind('AND site_id = :siteId', { siteId });
      const sql = `SELECT ${QUEUE_COLUMNS} FROM queue_state WHERE gone_at_ms IS NULL ${where} ORDER BY queue_id`;
      return (await single(db, sql, LIST)).rows.map(queueOf);
    },

    async calls({ limit, service, live }) {
      const terms = [
        service === undefined ? '' : bind('service = :service', { service }),
        live === undefined ? '' : live ? 'outcome IS NULL' : 'outcome IS NOT NULL',
      ].filter((term) => term !== '');
      const where = terms.length > 0 ? `WHERE ${terms.join(' AND ')}` : '';
      const sql = `SELECT ${SUMMARY_COLUMNS} FROM call_summary ${where} ORDER BY arrived_at_ms DESC, call_id LIMIT :limit`;
      return (await single(db, bind(sql, { limit: Math.max(0, Math.floor(limit)) }), LIST)).rows.map(summaryOf);
    },

    async callEvents(wanted) {
      const callId = await findCall(db, wanted);
      if (callId === null) return [];
      const sql = 'SELECT call_id, seq, at_ms, fact FROM call_event WHERE call_id = :callId ORDER BY seq';
      return (await single(db, bind(sql, { callId }), LIST)).rows.map(eventOf);
    },

    async unfinishedCalls(edgeId) {
      const sql = `SELECT call_id FROM call_summary WHERE outcome IS NULL AND edge_id = :edgeId
        AND arrived_at_ms > ${DB_NOW_MS} - :sinceMs ORDER BY arrived_at_ms, call_id LIMIT :limit`;
      const params = { edgeId, sinceMs: UNFINISHED_SINCE_MS, limit: UNFINISHED_AT_MOST };
      return (await single(db, bind(sql, params), LIST)).rows.map((row) => String(row['call_id']));
    },

    lastAgentOf: (ani, service) => lastAgentOf(db, ani, service),

    async edges() {
      const { rows } = await single(
        db,
        'SELECT edge_id, epoch, seen_at_ms, lease_until_ms FROM edge_state ORDER BY edge_id',
      );
      return rows.map((row) => ({
        edgeId: String(row['edge_id']),
        epoch: Number(row['epoch']),
        seenAtMs: Number(row['seen_at_ms']),
        leaseUntilMs: Number(row['lease_until_ms']),
      }));
    },
  };
}

async function lastAgentOf(db: Database, ani: string, service: string): Promise<AgentId | null> {
  if (ani === '') return null;
  const sql = `SELECT agent_id FROM call_summary WHERE ani = :ani AND service = :service AND agent_id <> ''
    AND outcome IN ('answered', 'redirected') ORDER BY arrived_at_ms DESC LIMIT 1`;
  const [row] = (await single(db, bind(sql, { ani, service }))).rows;
  return row === undefined ? null : String(row['agent_id']);
}

/** The whole id, a unique prefix, or a unique suffix among the latest calls. */
async function findCall(db: Database, wanted: string): Promise<string | null> {
  if (wanted === '') return null;
  const pattern = wanted.replace(/[\\%_]/g, '\\$&');
  const tries = [
    bind('SELECT call_id FROM call_summary WHERE call_id = :wanted', { wanted }),
    bind('SELECT call_id FROM call_summary WHERE call_id LIKE :pattern LIMIT 2', { pattern: `${pattern}%` }),
    bind(
      `SELECT call_id FROM (SELECT call_id FROM call_summary ORDER BY arrived_at_ms DESC LIMIT ${SUFFIX_AMONG}) latest
         WHERE call_id LIKE :pattern LIMIT 2`,
      { pattern: `%${pattern}` },
    ),
  ];
  for (const sql of tries) {
    const { rows } = await single(db, sql, LIST);
    if (rows.length > 0) return rows.length === 1 ? String(rows[0]?.['call_id']) : null;
  }
  return null;
}
