import type { CallFilter, CallPage, CallPlace } from '../../ports/call-search.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';
import type { Data } from './data.ts';
import { summaries } from './records.ts';

const byPlace = (a: CallPlace, b: CallPlace): number =>
  a.arrivedAtMs - b.arrivedAtMs || (a.callId < b.callId ? -1 : a.callId > b.callId ? 1 : 0);

export function searchCalls(data: Data, filter: CallFilter, page: CallPage): readonly CallSummary[] {
  const order = page.newestFirst ? (a: CallPlace, b: CallPlace) => byPlace(b, a) : byPlace;
  const { after } = page;
  return summaries(data)
    .filter((call) => isMeant(call, filter) && (after === undefined || order(after, call) < 0))
    .sort(order)
    .slice(0, Math.max(0, Math.floor(page.limit)));
}

function isMeant(call: CallSummary, filter: CallFilter): boolean {
  const same = (value: unknown, wanted: unknown): boolean => wanted === undefined || value === wanted;
  const { fromMs = -Infinity, toMs = Infinity, numbers = [''], minWaitMs = -Infinity } = filter;
  return (
    call.arrivedAtMs >= fromMs &&
    call.arrivedAtMs < toMs &&
    same(call.service, filter.service) &&
    same(call.siteId, filter.siteId) &&
    same(call.agentId, filter.agentId) &&
    same(call.edgeId, filter.edgeId) &&
    same(call.customerId, filter.customerId) &&
    same(call.outcome, filter.outcome) &&
    same(call.outcome === null, filter.live) &&
    call.callId.startsWith(filter.callId ?? '') &&
    numbers.some((begin) => call.ani.startsWith(begin) || call.dnis.startsWith(begin)) &&
    (minWaitMs === -Infinity || (call.waitMs !== null && call.waitMs >= minWaitMs))
  );
}
