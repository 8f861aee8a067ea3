import type { Callback } from '../../ports/callbacks.ts';
import { EDGE_DEAD_MS } from '../../ports/callbacks.ts';
import type { Fence } from '../../ports/site-store.ts';
import type { Data } from './data.ts';
import { held } from './edge.ts';

export function keepCallback(data: Data, fence: Fence, callback: Callback): 'ok' | 'duplicate' | 'fenced' {
  if (held(data, fence) === undefined) return 'fenced';
  const { callId, number, service } = callback;
  const rows = [...data.callbacks.values()].filter((row) => row.endedAtMs === null);
  const taken = rows.some(
    ({ callback: one }) => one.callId !== callId && one.number === number && one.service === service,
  );
  const known = data.callbacks.get(callId);
  if (taken || (known && (known.endedAtMs !== null || known.callback.edgeId !== fence.id))) return 'duplicate';
  data.callbacks.set(callId, { callback: { ...callback, edgeId: fence.id }, endedAtMs: null });
  return 'ok';
}

export function endCallback(data: Data, fence: Fence, callId: string): 'ok' | 'fenced' {
  if (held(data, fence) === undefined) return 'fenced';
  const row = data.callbacks.get(callId);
  if (row?.callback.edgeId === fence.id) row.endedAtMs ??= data.clock.nowMs();
  return 'ok';
}

export function takeCallbacks(data: Data, fence: Fence): readonly Callback[] | 'fenced' {
  if (held(data, fence) === undefined) return 'fenced';
  const deadSinceMs = data.clock.nowMs() - EDGE_DEAD_MS;
  const isDead = (edgeId: string): boolean => (data.edges.get(edgeId)?.seenAtMs ?? 0) <= deadSinceMs;
  const own: Callback[] = [];
  for (const row of data.callbacks.values()) {
    if (row.endedAtMs !== null) continue;
    if (row.callback.edgeId !== fence.id && isDead(row.callback.edgeId))
      row.callback = { ...row.callback, edgeId: fence.id };
    if (row.callback.edgeId === fence.id) own.push({ ...row.callback });
  }
  return own.sort((a, b) => a.arrivedAtMs - b.arrivedAtMs || (a.callId < b.callId ? -1 : 1));
}
