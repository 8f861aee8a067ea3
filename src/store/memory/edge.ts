import type { ServiceFigures } from '../../core/model/figures.ts';
import { addFigures, FIGURES_WINDOW_MS, NO_FIGURES } from '../../core/model/figures.ts';
import type { PlacedCall, WaitingCall } from '../../core/model/call.ts';
import { EMPTY_CURSOR } from '../../ports/edge-store.ts';
import type { Changes, Cursor } from '../../ports/edge-store.ts';
import type { Fence } from '../../ports/site-store.ts';
import { notBack } from '../common/place.ts';
import { figuresAnew, READER_LATE_MS } from '../common/store.ts';
import { pausing } from './commands.ts';
import { changedReservations, take } from './data.ts';
import type { Data, EdgeData, Row } from './data.ts';
import { siteRow } from './site.ts';

/** A new epoch buries the calls of the old one; those that its holder places again keep their arrival. */
export function takeEdge(data: Data, edgeId: string, holder: string, leaseMs: number): Fence | null {
  const nowMs = data.clock.nowMs();
  let edge = data.edges.get(edgeId);
  if (edge === undefined) {
    edge = {
      edgeId,
      epoch: 0,
      version: 0,
      holder: '',
      leaseUntilMs: 0,
      seenAtMs: 0,
      waiting: new Map(),
      figures: new Map(),
    };
    data.edges.set(edgeId, edge);
  }
  if (!take(edge, nowMs, holder, leaseMs)) return null;
  edge.version += 1;
  edge.seenAtMs = nowMs;
  for (const row of edge.waiting.values())
    if (row.goneAtMs === null) Object.assign(row, { goneAtMs: nowMs, version: edge.version });
  return { id: edgeId, epoch: edge.epoch };
}

export function held(data: Data, fence: Fence): EdgeData | undefined {
  const edge = data.edges.get(fence.id);
  return edge?.epoch === fence.epoch ? edge : undefined;
}

export function renewEdge(data: Data, fence: Fence, leaseMs: number): 'ok' | 'fenced' {
  const edge = held(data, fence);
  if (edge === undefined) return 'fenced';
  edge.seenAtMs = data.clock.nowMs();
  edge.leaseUntilMs = edge.seenAtMs + leaseMs;
  return 'ok';
}

export function releaseEdge(data: Data, fence: Fence): void {
  const edge = held(data, fence);
  if (edge !== undefined) Object.assign(edge, { holder: '', leaseUntilMs: 0, seenAtMs: 0 });
}

export function placeWaiting(
  data: Data,
  fence: Fence,
  calls: readonly PlacedCall[],
): ReadonlyMap<string, number> | 'fenced' {
  const edge = held(data, fence);
  if (edge === undefined) return 'fenced';
  if (calls.length === 0) return new Map();
  const nowMs = data.clock.nowMs();
  edge.version += 1;
  edge.seenAtMs = nowMs;
  const arrivals = new Map<string, number>();
  for (const call of calls) {
    const known = edge.waiting.get(call.callId);
    const arrivedAtMs = call.arrivedAtMs ?? known?.value.arrivedAtMs ?? nowMs;
    // A call that left in this epoch stays away: a placement that comes late must not bring it back.
    const goneAtMs = known?.epoch === edge.epoch && call.arrivedAtMs === null ? known.goneAtMs : null;
    const value = { ...call, edgeId: edge.edgeId, arrivedAtMs };
    edge.waiting.set(call.callId, { value, version: edge.version, goneAtMs, epoch: edge.epoch });
    arrivals.set(call.callId, arrivedAtMs);
  }
  return arrivals;
}

export function leaveWaiting(data: Data, fence: Fence, callIds: readonly string[]): 'ok' | 'fenced' {
  const edge = held(data, fence);
  if (edge === undefined) return 'fenced';
  if (callIds.length === 0) return 'ok';
  const nowMs = data.clock.nowMs();
  edge.version += 1;
  edge.seenAtMs = nowMs;
  for (const callId of callIds) {
    const row = edge.waiting.get(callId);
    if (row && row.goneAtMs === null) Object.assign(row, { goneAtMs: nowMs, version: edge.version });
  }
  return 'ok';
}

export function publishFigures(data: Data, fence: Fence, figures: readonly ServiceFigures[]): 'ok' | 'fenced' {
  const edge = held(data, fence);
  if (edge === undefined) return 'fenced';
  if (figures.length === 0) return 'ok';
  edge.version += 1;
  edge.seenAtMs = data.clock.nowMs();
  for (const one of figures)
    edge.figures.set(one.service, { value: { ...one }, version: edge.version, atMs: edge.seenAtMs });
  return 'ok';
}

/** Figures of these services, each added up over the edges; what an edge wrote before the window counts no more. */
function summed(data: Data, services: ReadonlySet<string>): ServiceFigures[] {
  const sinceMs = data.clock.nowMs() - FIGURES_WINDOW_MS;
  const rows = [...data.edges.values()].flatMap(({ figures }) => [...figures.values()]);
  const wanted = rows.filter(({ value }) => services.has(value.service));
  return addFigures(
    wanted.map(({ value, atMs }) => (atMs > sinceMs ? value : { ...NO_FIGURES, service: value.service })),
  );
}

/** What a source shows to a reader who stands at `at`: all that lives when its epoch is new to him, else what is newer. */
function changedRows<T>(rows: Map<string, Row<T>>, afterVersion: number): { shown: T[]; gone: string[] } {
  const shown: T[] = [];
  const gone: string[] = [];
  for (const [id, row] of rows) {
    if (row.version <= afterVersion) continue;
    if (row.goneAtMs === null) shown.push(row.value);
    else if (afterVersion >= 0) gone.push(id);
  }
  return { shown, gone };
}

/** The version after which a reader wants rows; -1 for all; null when nothing is new to him. */
function readAfter(
  at: { epoch: number; version: number } | undefined,
  source: { epoch: number; version: number },
): number | null {
  if (at === undefined || at.epoch !== source.epoch) return -1;
  return source.version > at.version ? at.version : null;
}

export function readChanges(data: Data, given: Cursor): Changes {
  const dbNowMs = data.clock.nowMs();
  const cursor = dbNowMs - given.readAtMs > READER_LATE_MS ? EMPTY_CURSOR : given;
  const out = {
    ...{ agents: [] as Changes['agents'][number][], removedAgents: [] as string[], reloadedSites: [] as string[] },
    ...{ queues: [] as Changes['queues'][number][], removedQueues: [] as string[] },
    ...{ waiting: [] as WaitingCall[], removedWaiting: [] as string[], reloadedEdges: [] as string[] },
  };
  const sites = new Map<string, { epoch: number; version: number }>();
  const edges = new Map<string, { epoch: number; version: number }>();
  for (const site of data.sites.values()) {
    const { epoch, version } = notBack(site, cursor.sites.get(site.siteId));
    sites.set(site.siteId, { epoch, version });
    const after = readAfter(cursor.sites.get(site.siteId), { epoch, version });
    if (after === null) continue;
    if (after < 0) out.reloadedSites.push(site.siteId);
    const agents = changedRows(site.agents, after);
    const queues = changedRows(site.queues, after);
    out.agents.push(...agents.shown);
    out.removedAgents.push(...agents.gone);
    out.queues.push(...queues.shown);
    out.removedQueues.push(...queues.gone);
  }
  const services = new Set<string>();
  const isAnew = figuresAnew(cursor.readAtMs, dbNowMs);
  for (const edge of data.edges.values()) {
    const { epoch, version } = notBack(edge, cursor.edges.get(edge.edgeId));
    edges.set(edge.edgeId, { epoch, version });
    const after = readAfter(cursor.edges.get(edge.edgeId), { epoch, version });
    if (isAnew || after !== null)
      for (const { value, version: at } of edge.figures.values())
        if (isAnew || at > (after ?? at)) services.add(value.service);
    if (after === null) continue;
    if (after < 0) out.reloadedEdges.push(edge.edgeId);
    const waiting = changedRows(edge.waiting, after);
    out.waiting.push(...waiting.shown);
    out.removedWaiting.push(...waiting.gone);
  }
  return {
    ...out,
    dbNowMs,
    figures: services.size > 0 ? summed(data, services) : [],
    sites: [...data.sites.values()].map((site) => ({ ...siteRow(site), ...sites.get(site.siteId) })),
    edges: [...data.edges.values()].map(({ edgeId, epoch, version, seenAtMs }) => ({
      edgeId,
      ...(edges.get(edgeId) ?? { epoch, version }),
      seenAtMs,
    })),
    reservations: changedReservations(data, cursor.readAtMs),
    pausing: pausing(data),
    routingVersion: data.routings.at(-1)?.version ?? 0,
    cursor: { sites, edges, readAtMs: dbNowMs },
  };
}
