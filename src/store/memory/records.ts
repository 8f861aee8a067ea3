import type { CallEvent } from '../../core/model/call.ts';
import type { Routing, RoutingRules } from '../../core/model/routing.ts';
import type { CallSummary, QueryStore } from '../../ports/queries.ts';
import { foldCall } from '../common/fold-call.ts';
import { TOMBSTONE_MS } from '../common/store.ts';
import type { Data, Row } from './data.ts';
import { live } from './site.ts';

export function appendCallEvents(data: Data, events: readonly CallEvent[]): { readonly refused: readonly [] } {
  for (const event of events) {
    const known = data.events.get(event.callId) ?? new Map<number, CallEvent>();
    if (!known.has(event.seq)) known.set(event.seq, event);
    data.events.set(event.callId, known);
  }
  return { refused: [] };
}

export function callEvents(data: Data, wanted: string): readonly CallEvent[] {
  const ids = [...data.events.keys()];
  const tries = [
    ids.filter((id) => id === wanted),
    ids.filter((id) => id.startsWith(wanted)),
    ids.filter((id) => id.endsWith(wanted)),
  ];
  const found = wanted === '' ? undefined : tries.find((some) => some.length > 0);
  if (found?.length !== 1) return [];
  return [...(data.events.get(found[0] ?? '')?.values() ?? [])].sort((a, b) => a.seq - b.seq);
}

export function calls(data: Data, filter: Parameters<QueryStore['calls']>[0]): readonly CallSummary[] {
  return [...data.events]
    .map(([id, events]) => foldCall(id, [...events.values()]))
    .filter((call) => filter.service === undefined || call.service === filter.service)
    .filter((call) => filter.live === undefined || (call.outcome === null) === filter.live)
    .sort((a, b) => b.arrivedAtMs - a.arrivedAtMs || (a.callId < b.callId ? -1 : 1))
    .slice(0, filter.limit);
}

export function agents(data: Data, siteId?: string): Awaited<ReturnType<QueryStore['agents']>> {
  return [...data.sites.values()]
    .filter((site) => siteId === undefined || site.siteId === siteId)
    .flatMap((site) => live(site.agents.values()))
    .map((agent) => ({ ...agent, reservation: data.reservations.get(agent.agentId) ?? null }))
    .sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
}

export function applyRouting(data: Data, rules: RoutingRules): Routing {
  data.routing = { ...data.routing, ...structuredClone(rules), version: data.routing.version + 1 };
  return data.routing;
}

export function purge(data: Data): number {
  const beforeMs = data.clock.nowMs() - TOMBSTONE_MS;
  const sweep = <T>(rows: Map<string, Row<T>>, forget?: (id: string) => void): number => {
    const old = [...rows].filter(([, row]) => row.goneAtMs !== null && row.goneAtMs < beforeMs);
    for (const [id] of old) {
      rows.delete(id);
      forget?.(id);
    }
    return old.length;
  };
  let purged = 0;
  for (const site of data.sites.values())
    purged += sweep(site.agents, (id) => data.agentRows.delete(id)) + sweep(site.queues);
  for (const edge of data.edges.values()) purged += sweep(edge.waiting);
  return purged;
}
