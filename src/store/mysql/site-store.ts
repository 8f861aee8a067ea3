import { agentIdOf } from '../../core/model/agent.ts';
import type { AgentState } from '../../core/model/agent.ts';
import { queueIdOf } from '../../core/model/queue.ts';
import type { QueueState } from '../../core/model/queue.ts';
import type { Log } from '../../ports/log.ts';
import type { Fence, SiteBatch, SiteStore } from '../../ports/site-store.ts';
import type { Database } from './pool.ts';
import {
  AGENT_COLUMNS,
  agentCells,
  agentOf,
  QUEUE_COLUMNS,
  queueCells,
  queueOf,
  SITE_COLUMNS,
  siteOf,
} from './rows.ts';
import { bind, chunks, derivedRows, query } from './sql.ts';
import { single, together, transaction } from './transaction.ts';

const TAKE = query('take-site').split(/;\s*$/m);
const FENCE = query('fence-site');
const SEEN = query('seen-site');
const AGENTS = query('publish-agents');
const QUEUES = query('publish-queues');
const RESERVATIONS = query('make-reservations');
const BURY_AGENTS = query('bury-agents');
const BURY_QUEUES = query('bury-queues');

/** Longest name that fits its column; one that is longer is no device or queue that anybody named. */
const NAME_LENGTH = 190;

/** For `IN (...)`, which must not be empty. No id is empty. */
export const orNone = (ids: readonly string[]): readonly string[] => (ids.length > 0 ? ids : ['']);

/** SiteStore on MySQL: one writer a site, under its fence. */
export function siteStore(db: Database, log: Log): SiteStore {
  /** Agents whose reservation row is known to exist: asked for once a process. */
  const reserved = new Set<string>();
  return {
    async takeSite(siteId, title, holder, leaseMs) {
      const params = { siteId, title: title.slice(0, 255), holder, leaseMs };
      const [, taken, now] = await transaction(
        db,
        TAKE.map((sql) => bind(sql, params)),
      );
      return taken?.matched === 1 ? { id: siteId, epoch: Number(now?.rows[0]?.['epoch']) } : null;
    },

    async publish(fence, batch, leaseMs) {
      const fitting = withoutLongNames(batch, log);
      const unreserved = fitting.agents.map((agent) => agent.agentId).filter((id) => !reserved.has(id));
      const statements = publishStatements(fence, fitting, unreserved, leaseMs);
      const timeoutMs = db.limits().timeoutMs + 2 * (fitting.agents.length + fitting.queues.length);
      const results = await transaction(db, statements, { timeoutMs });
      if (results[0]?.matched !== 1) return 'fenced';
      for (const id of unreserved) reserved.add(id);
      return { version: Number(results.at(-1)?.rows[0]?.['version']) };
    },

    async seen(fence, pbxSeenAgoMs, leaseMs) {
      const { matched } = await single(db, bind(SEEN, { ...keyOf(fence), agoMs: wholeMs(pbxSeenAgoMs), leaseMs }));
      return matched === 1 ? 'ok' : 'fenced';
    },

    async releaseSite(fence) {
      const sql = `UPDATE site_state SET holder = '', lease_until_ms = 0, pbx_seen_at_ms = 0, connection = 'down'
        WHERE site_id = :siteId AND epoch = :epoch`;
      await single(db, bind(sql, keyOf(fence)));
    },

    async loadSite(siteId) {
      const reads = [
        `SELECT ${SITE_COLUMNS} FROM site_state WHERE site_id = :siteId`,
        `SELECT ${AGENT_COLUMNS} FROM agent_state WHERE site_id = :siteId AND gone_at_ms IS NULL`,
        `SELECT ${QUEUE_COLUMNS} FROM queue_state WHERE site_id = :siteId AND gone_at_ms IS NULL`,
      ];
      const [site, agents, queues] = await together(
        db,
        reads.map((sql) => bind(sql, { siteId })),
        { timeoutMs: 5_000 },
      );
      const row = site?.rows[0];
      if (row === undefined) return null;
      return {
        site: siteOf(row),
        agents: (agents?.rows ?? []).map(agentOf),
        queues: (queues?.rows ?? []).map(queueOf),
      };
    },
  };
}

const keyOf = (fence: Fence) => ({ siteId: fence.id, epoch: fence.epoch });

const wholeMs = (ms: number | null): number | null => (ms === null ? null : Math.ceil(ms));

/** All of a batch; whoever is superseded changes nothing, as every statement is joined to the fence. */
function publishStatements(fence: Fence, batch: SiteBatch, unreserved: readonly string[], leaseMs: number): string[] {
  const key = keyOf(fence);
  const { connection, callsInProgress, whole } = batch;
  const bury = (names: readonly string[], idOf: (siteId: string, name: string) => string) => ({
    ...{ ...key, whole, ids: orNone(names.map((name) => idOf(fence.id, name)).sort()) },
  });
  const statements = [
    bind(FENCE, { ...key, connection, callsInProgress, agoMs: wholeMs(batch.pbxSeenAgoMs), leaseMs }),
    ...chunks(sorted(batch.agents, (agent: AgentState) => agent.agentId)).map((some) =>
      bind(AGENTS, { ...key, rows: derivedRows(some.map(agentCells)) }),
    ),
    ...chunks(sorted(batch.queues, (queue: QueueState) => queue.queueId)).map((some) =>
      bind(QUEUES, { ...key, rows: derivedRows(some.map(queueCells)) }),
    ),
    ...chunks([...unreserved].sort()).map((some) =>
      bind(RESERVATIONS, { ...key, rows: derivedRows(some.map((agent_id) => ({ agent_id }))) }),
    ),
  ];
  if (whole || batch.removedAgents.length > 0) statements.push(bind(BURY_AGENTS, bury(batch.removedAgents, agentIdOf)));
  if (whole || batch.removedQueues.length > 0) statements.push(bind(BURY_QUEUES, bury(batch.removedQueues, queueIdOf)));
  statements.push(bind('SELECT version FROM site_state WHERE site_id = :siteId AND epoch = :epoch', key));
  return statements;
}

function sorted<T>(rows: readonly T[], idOf: (row: T) => string): readonly T[] {
  return [...rows].sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1));
}

/** Drops what its column cannot hold, and says so: one absurd name must not keep a whole site from being published. */
function withoutLongNames(batch: SiteBatch, log: Log): SiteBatch {
  const fits = (row: { readonly name: string; readonly siteId: string }) =>
    row.name.length <= NAME_LENGTH && row.siteId.length <= 64;
  const agents = batch.agents.filter(fits);
  const queues = batch.queues.filter(fits);
  const dropped = batch.agents.length - agents.length + batch.queues.length - queues.length;
  if (dropped === 0) return batch;
  log.warn('names longer than 190 characters are left out', {
    component: 'store',
    event: 'dropped',
    detail: String(dropped),
  });
  return { ...batch, agents, queues };
}
