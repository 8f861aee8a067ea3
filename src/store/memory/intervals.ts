import { intervalStartMs } from '../../core/model/counts.ts';
import type { IntervalCounts } from '../../core/model/counts.ts';
import { byInterval, countCalls, USUAL_SERVICE_LEVEL_MS } from '../../core/stats/call-counts.ts';
import type { Data } from './data.ts';
import { summaries } from './records.ts';

export function rollUp(data: Data, serviceLevelMs: ReadonlyMap<string, number>): readonly number[] {
  if (data.uncounted.size === 0) return [];
  const all = summaries(data);
  const changed = all
    .filter(({ callId }) => data.uncounted.has(callId))
    .map((call) => intervalStartMs(call.arrivedAtMs));
  const starts = [...new Set(changed)].filter((startMs) => startMs >= data.keptFromMs).sort((a, b) => a - b);
  const groups = byInterval(all);
  for (const startMs of starts)
    for (const [service, calls] of byService(groups.get(startMs) ?? [])) {
      const counts = countCalls(calls, serviceLevelMs.get(service) ?? USUAL_SERVICE_LEVEL_MS);
      data.intervals.set(`${startMs} ${service}`, { service, startMs, ...counts });
    }
  data.uncounted.clear();
  return starts;
}

/** A call of which not even its service is known yet is none. */
function byService<T extends { readonly service: string }>(calls: readonly T[]): ReadonlyMap<string, readonly T[]> {
  const names = new Set(calls.map(({ service }) => service).filter((service) => service !== ''));
  return new Map([...names].map((name) => [name, calls.filter(({ service }) => service === name)]));
}

export const intervals = (data: Data, fromMs: number, toMs: number, service?: string): readonly IntervalCounts[] =>
  [...data.intervals.values()]
    .filter((one) => one.startMs >= fromMs && one.startMs < toMs)
    .filter((one) => service === undefined || one.service === service)
    .sort((a, b) => a.startMs - b.startMs || (a.service < b.service ? -1 : 1));
