import { intervalStartMs } from '../../core/model/counts.ts';
import type { Retention } from '../../ports/retention.ts';
import { withoutPerson } from '../common/erase.ts';
import { foldCall } from '../common/fold-call.ts';
import { COMMANDS_KEPT_MS, LEFT_OVER_MS, TOMBSTONE_MS } from '../common/store.ts';
import type { Data } from './data.ts';

export function purge(data: Data, retention: Retention): number {
  const nowMs = data.clock.nowMs();
  let purged = purgeCalls(data, retention);
  /** Deletes the rows whose time (null: they live) is older than so many ms. */
  const sweep = <K, T>(rows: Map<K, T>, ageMs: number, timeOf: (row: T) => number | null, also?: (id: K) => void) => {
    for (const [id, row] of rows) {
      const atMs = timeOf(row);
      if (atMs === null || atMs >= nowMs - ageMs) continue;
      rows.delete(id);
      also?.(id);
      purged += 1;
    }
  };
  const goneAt = (row: { goneAtMs: number | null }): number | null => row.goneAtMs;
  for (const site of data.sites.values()) {
    sweep(site.agents, TOMBSTONE_MS, goneAt, (id) => data.agentRows.delete(id));
    sweep(site.queues, TOMBSTONE_MS, goneAt);
  }
  for (const edge of data.edges.values()) {
    sweep(edge.waiting, TOMBSTONE_MS, goneAt);
    sweep(edge.figures, LEFT_OVER_MS, (row) => row.atMs);
  }
  sweep(data.callbacks, LEFT_OVER_MS, (row) => row.endedAtMs);
  sweep(data.commands, COMMANDS_KEPT_MS, (row) => row.askedAtMs);
  sweep(data.sessions, 0, (row) => row.expiresAtMs);
  sweep(data.intervals, retention.intervalsMs, (row) => row.startMs);
  sweep(data.audits, retention.auditMs, (row) => row.atMs);
  return purged;
}

function purgeCalls(data: Data, { callsMs, decisionsMs, numbersMs }: Retention): number {
  const nowMs = data.clock.nowMs();
  data.keptFromMs = Math.max(data.keptFromMs, intervalStartMs(nowMs - callsMs));
  let purged = 0;
  for (const [callId, events] of data.events) {
    const { arrivedAtMs } = foldCall(callId, [...events.values()]);
    if (arrivedAtMs < Math.min(data.keptFromMs, nowMs - callsMs) && !data.uncounted.has(callId)) {
      data.events.delete(callId);
      purged += 1;
      continue;
    }
    if (arrivedAtMs < nowMs - decisionsMs)
      for (const [seq, { fact }] of events) if (fact.kind === 'decided' && events.delete(seq)) purged += 1;
    if (arrivedAtMs < nowMs - numbersMs)
      for (const [seq, event] of events) events.set(seq, { ...event, fact: withoutPerson(event.fact) });
  }
  return purged;
}
