import type { AgentId } from '../../core/model/agent.ts';
import type { CallEvent } from '../../core/model/call.ts';
import { UNFINISHED_AT_MOST, UNFINISHED_SINCE_MS } from '../../ports/queries.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';
import type { QueryStore } from '../../ports/queries.ts';
import { foldCall } from '../common/fold-call.ts';
import type { Data } from './data.ts';
import { live, siteRow } from './site.ts';

export function appendCallEvents(data: Data, events: readonly CallEvent[]): { readonly refused: readonly [] } {
  for (const event of events) {
    const known = data.events.get(event.callId) ?? new Map<number, CallEvent>();
    if (known.has(event.seq)) continue;
    known.set(event.seq, event);
    data.uncounted.add(event.callId);
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

/** Every call's row. */
export const summaries = (data: Data): readonly CallSummary[] =>
  [...data.events].map(([id, events]) => foldCall(id, [...events.values()]));

export function calls(data: Data, filter: Parameters<QueryStore['calls']>[0]): readonly CallSummary[] {
  return summaries(data)
    .filter((call) => filter.service === undefined || call.service === filter.service)
    .filter((call) => filter.live === undefined || (call.outcome === null) === filter.live)
    .sort((a, b) => b.arrivedAtMs - a.arrivedAtMs || (a.callId < b.callId ? -1 : 1))
    .slice(0, filter.limit);
}

export function lastAgentOf(data: Data, ani: string, service: string): AgentId | null {
  if (ani === '') return null;
  return (
    calls(data, { service, live: false, limit: Infinity }).find(
      (call) =>
        call.ani === ani && call.agentId !== '' && (call.outcome === 'answered' || call.outcome === 'redirected'),
    )?.agentId ?? null
  );
}

export const sites = (data: Data): Awaited<ReturnType<QueryStore['sites']>> => ({
  dbNowMs: data.clock.nowMs(),
  sites: [...data.sites.values()].map(siteRow),
});

export const queues = (data: Data, siteId?: string): Awaited<ReturnType<QueryStore['queues']>> =>
  [...data.sites.values()]
    .filter((one) => siteId === undefined || one.siteId === siteId)
    .flatMap((one) => live(one.queues.values()));

export const edges = (data: Data): Awaited<ReturnType<QueryStore['edges']>> =>
  [...data.edges.values()].map(({ edgeId, epoch, seenAtMs, leaseUntilMs }) => ({
    ...{ edgeId, epoch, seenAtMs, leaseUntilMs },
  }));

export function agents(data: Data, siteId?: string): Awaited<ReturnType<QueryStore['agents']>> {
  return [...data.sites.values()]
    .filter((site) => siteId === undefined || site.siteId === siteId)
    .flatMap((site) => live(site.agents.values()))
    .map((agent) => ({ ...agent, reservation: data.reservations.get(agent.agentId) ?? null }))
    .sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
}

export function unfinishedCalls(data: Data, edgeId: string): readonly string[] {
  const sinceMs = data.clock.nowMs() - UNFINISHED_SINCE_MS;
  return summaries(data)
    .filter((call) => call.edgeId === edgeId && call.outcome === null && call.arrivedAtMs > sinceMs)
    .sort((a, b) => a.arrivedAtMs - b.arrivedAtMs || (a.callId < b.callId ? -1 : 1))
    .slice(0, UNFINISHED_AT_MOST)
    .map(({ callId }) => callId);
}
