import { agentIdOf } from '../../core/model/agent.ts';
import { queueIdOf } from '../../core/model/queue.ts';
import type { SiteRow, SiteSnapshot } from '../../core/model/site.ts';
import type { Fence, SiteBatch } from '../../ports/site-store.ts';
import { take, touch } from './data.ts';
import type { Data, Row, SiteData } from './data.ts';

export function takeSite(data: Data, siteId: string, title: string, holder: string, leaseMs: number): Fence | null {
  let site = data.sites.get(siteId);
  if (site === undefined) {
    site = {
      ...{ siteId, title, epoch: 0, version: 0, holder: '', leaseUntilMs: 0 },
      ...{ connection: 'connecting', pbxSeenAtMs: 0, callsInProgress: 0, agents: new Map(), queues: new Map() },
    };
    data.sites.set(siteId, site);
  }
  if (!take(site, data.clock.nowMs(), holder, leaseMs)) return null;
  site.title = title;
  site.connection = 'connecting';
  site.pbxSeenAtMs = 0;
  return { id: siteId, epoch: site.epoch };
}

export function held(data: Data, fence: Fence): SiteData | undefined {
  const site = data.sites.get(fence.id);
  return site?.epoch === fence.epoch ? site : undefined;
}

export function publish(data: Data, fence: Fence, batch: SiteBatch, leaseMs: number): { version: number } | 'fenced' {
  const site = held(data, fence);
  if (site === undefined) return 'fenced';
  site.version += 1;
  site.connection = batch.connection;
  site.callsInProgress = batch.callsInProgress;
  stampSeen(data, site, batch.pbxSeenAgoMs, leaseMs);
  const { version } = site;
  for (const agent of batch.agents) {
    const row = put(site.agents, agent.agentId, { ...agent, siteId: site.siteId }, version);
    data.agentRows.set(agent.agentId, { site, row });
    makeReservation(data, agent.agentId);
  }
  for (const queue of batch.queues) put(site.queues, queue.queueId, { ...queue, siteId: site.siteId }, version);
  const nowMs = data.clock.nowMs();
  bury(
    site.agents,
    batch.removedAgents.map((name) => agentIdOf(site.siteId, name)),
    batch.whole,
    version,
    nowMs,
  );
  bury(
    site.queues,
    batch.removedQueues.map((name) => queueIdOf(site.siteId, name)),
    batch.whole,
    version,
    nowMs,
  );
  return { version };
}

function stampSeen(data: Data, site: SiteData, pbxSeenAgoMs: number | null, leaseMs: number): void {
  const nowMs = data.clock.nowMs();
  site.pbxSeenAtMs = pbxSeenAgoMs === null ? 0 : Math.floor(nowMs - pbxSeenAgoMs);
  site.leaseUntilMs = nowMs + leaseMs;
}

function put<T>(rows: Map<string, Row<T>>, id: string, value: T, version: number): Row<T> {
  const row = rows.get(id) ?? { value, version, goneAtMs: null };
  Object.assign(row, { value, version, goneAtMs: null });
  rows.set(id, row);
  return row;
}

/** Tombstones for what is named, and for all that a whole batch did not name: it carries an older version. */
function bury<T>(
  rows: Map<string, Row<T>>,
  ids: readonly string[],
  whole: boolean,
  version: number,
  nowMs: number,
): void {
  const toBury = ids.flatMap((id) => rows.get(id) ?? []);
  if (whole) for (const row of rows.values()) if (row.version < version) toBury.push(row);
  for (const row of toBury) {
    if (row.goneAtMs !== null) continue;
    row.goneAtMs = nowMs;
    row.version = version;
  }
}

function makeReservation(data: Data, agentId: string): void {
  if (data.reservations.has(agentId)) return;
  const row = {
    ...{ agentId, phase: 'free' as const, token: '', callId: '', edgeId: '', holdReason: '' as const },
    ...{ expiresAtMs: 0, changedAtMs: 0, idleSinceMs: 0, noAnswers: 0, claimedAtMs: 0 },
  };
  data.reservations.set(agentId, row);
  touch(data, row);
}

export function seen(data: Data, fence: Fence, pbxSeenAgoMs: number | null, leaseMs: number): 'ok' | 'fenced' {
  const site = held(data, fence);
  if (site === undefined) return 'fenced';
  stampSeen(data, site, pbxSeenAgoMs, leaseMs);
  return 'ok';
}

export function releaseSite(data: Data, fence: Fence): void {
  const site = held(data, fence);
  if (site === undefined) return;
  Object.assign(site, { holder: '', leaseUntilMs: 0, pbxSeenAtMs: 0, connection: 'down' });
}

export function siteRow(site: SiteData): SiteRow {
  const { siteId, title, epoch, version, connection, pbxSeenAtMs, callsInProgress } = site;
  return { siteId, title, epoch, version, connection, pbxSeenAtMs, callsInProgress };
}

export const live = <T>(rows: Iterable<Row<T>>): T[] => {
  const values: T[] = [];
  for (const row of rows) if (row.goneAtMs === null) values.push(row.value);
  return values;
};

export function loadSite(data: Data, siteId: string): SiteSnapshot | null {
  const site = data.sites.get(siteId);
  if (site === undefined) return null;
  return { site: siteRow(site), agents: live(site.agents.values()), queues: live(site.queues.values()) };
}
