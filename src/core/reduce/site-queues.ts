import { queueIdOf } from '../model/queue.ts';
import type { QueueState } from '../model/queue.ts';
import { meanHandleMs, meanWaitMs, serviceLevelOf } from '../stats/figures.ts';
import { addCounts, advance, emptyWindow, totals } from '../stats/window.ts';
import type { Counts } from '../stats/window.ts';
import { DEFAULT_SERVICE_LEVEL_MS, KEEP_CALL_MS, KEEP_OPEN_CALL_MS } from './site-model.ts';
import type { QueueCall, QueueRecord, SiteModel, SiteRules } from './site-model.ts';

export const blankQueue = (rules: SiteRules, name: string): QueueRecord => ({
  name,
  serviceLevelMs: DEFAULT_SERVICE_LEVEL_MS,
  waiting: new Map(),
  calls: new Map(),
  window: emptyWindow(rules.windowMs),
});

const NOT_YET = { answeredMs: null, abandoned: false, completed: false } as const;

/** A caller is in the line. Counted as offered once a call, whoever tells it and however often. */
export function joined(queue: QueueRecord, callId: string, sinceMs: number, nowMs: number): QueueRecord {
  const known = queue.calls.get(callId);
  const waiting = queue.waiting.has(callId) ? queue.waiting : new Map(queue.waiting).set(callId, sinceMs);
  if (known !== undefined) return waiting === queue.waiting ? queue : { ...queue, waiting };
  const call: QueueCall = {
    ...{ callId, joinedMs: sinceMs, lastMs: nowMs },
    ...NOT_YET,
  };
  return counted({ ...queue, waiting }, call, sinceMs, { offered: 1 }, nowMs);
}

export function left(queue: QueueRecord, callId: string): QueueRecord {
  if (!queue.waiting.has(callId)) return queue;
  const waiting = new Map(queue.waiting);
  waiting.delete(callId);
  return { ...queue, waiting };
}

export function abandoned(queue: QueueRecord, callId: string, toldWaitMs: number, nowMs: number): QueueRecord {
  const call = callOf(queue, callId, nowMs - toldWaitMs, nowMs);
  const gone = left(queue, callId);
  if (call.abandoned || call.answeredMs !== null) return gone;
  const late = nowMs - call.joinedMs > queue.serviceLevelMs ? 1 : 0;
  const more = { ...offeredNow(queue, callId), abandoned: 1, abandonedLate: late };
  return counted(gone, { ...call, abandoned: true, lastMs: nowMs }, nowMs, more, nowMs);
}

export function answered(queue: QueueRecord, callId: string, toldWaitMs: number, nowMs: number): QueueRecord {
  const call = callOf(queue, callId, nowMs - toldWaitMs, nowMs);
  const gone = left(queue, callId);
  if (call.answeredMs !== null) return gone;
  const waitMs = Math.max(0, nowMs - call.joinedMs);
  const inTime = waitMs <= queue.serviceLevelMs ? 1 : 0;
  const more = { ...offeredNow(queue, callId), answered: 1, answeredInTime: inTime, waitMs };
  return counted(gone, { ...call, answeredMs: nowMs, lastMs: nowMs }, nowMs, more, nowMs);
}

/** The end of an answered call. Where its answer was missed (an outage), the answer is counted with it. */
export function completed(
  queue: QueueRecord,
  told: { callId: string; waitMs: number; talkMs: number; wrapUpMs: number },
  nowMs: number,
): QueueRecord {
  const call = callOf(queue, told.callId, nowMs - told.talkMs - told.waitMs, nowMs);
  const gone = left(queue, told.callId);
  if (call.completed) return gone;
  // The PBX tells whole seconds: what we saw ourselves is better.
  const talkMs = call.answeredMs ? Math.max(0, nowMs - call.answeredMs) : told.talkMs;
  const late =
    call.answeredMs !== null
      ? {}
      : { answered: 1, answeredInTime: told.waitMs <= queue.serviceLevelMs ? 1 : 0, waitMs: told.waitMs };
  const more = { ...offeredNow(queue, told.callId), ...late, handled: 1, handleMs: talkMs + told.wrapUpMs };
  return counted(
    gone,
    { ...call, answeredMs: call.answeredMs ?? 0, completed: true, lastMs: nowMs },
    nowMs,
    more,
    nowMs,
  );
}

/** A call first heard of by its answer or end was offered all the same. */
const offeredNow = (queue: QueueRecord, callId: string): { offered?: number } =>
  queue.calls.has(callId) ? {} : { offered: 1 };

function callOf(queue: QueueRecord, callId: string, joinedMs: number, nowMs: number): QueueCall {
  return queue.calls.get(callId) ?? { callId, joinedMs, ...NOT_YET, lastMs: nowMs };
}

function counted(queue: QueueRecord, call: QueueCall, atMs: number, more: Partial<Counts>, nowMs: number): QueueRecord {
  const calls = new Map(queue.calls).set(call.callId, call);
  return { ...queue, calls, window: addCounts(queue.window, atMs, more, nowMs) };
}

/** Moves the window on, and forgets calls that no event will speak of again. The same object when neither did. */
export function agedQueue(queue: QueueRecord, nowMs: number): QueueRecord {
  const window = advance(queue.window, nowMs);
  const isOld = (call: QueueCall) =>
    !queue.waiting.has(call.callId) &&
    nowMs - call.lastMs >= (call.abandoned || call.completed ? KEEP_CALL_MS : KEEP_OPEN_CALL_MS);
  const old = [...queue.calls.values()].filter(isOld);
  if (window === queue.window && old.length === 0) return queue;
  const calls = new Map(queue.calls);
  for (const call of old) calls.delete(call.callId);
  return { ...queue, window, calls };
}

/** The queue's row, made when somebody wants it: it depends on all its members. */
export function queueRow(model: SiteModel, name: string): QueueState | null {
  const queue = model.queues.get(name);
  if (queue === undefined) return null;
  const counts = totals(queue.window);
  const staff = staffOf(model, name);
  return {
    queueId: queueIdOf(model.rules.siteId, name),
    siteId: model.rules.siteId,
    name,
    waiting: queue.waiting.size,
    longestSinceMs: queue.waiting.size === 0 ? null : Math.min(...queue.waiting.values()),
    ...staff,
    windowMs: queue.window.windowMs,
    offered: counts.offered,
    answered: counts.answered,
    abandoned: counts.abandoned,
    meanWaitMs: meanWaitMs(counts),
    meanHandleMs: meanHandleMs(counts),
    serviceLevel: serviceLevelOf(counts),
  };
}

/** loggedIn: a member by his status, whose phone can be reached. ready: he would be rung now. onCalls: talking, on whatever call. */
function staffOf(model: SiteModel, name: string): Pick<QueueState, 'loggedIn' | 'ready' | 'onCalls'> {
  let [loggedIn, ready, onCalls] = [0, 0, 0];
  for (const { row, memberships } of model.agents.values()) {
    const membership = memberships.find(({ queue }) => queue === name);
    if (membership === undefined || row.status === 'logged_out' || row.activity === 'unreachable') continue;
    loggedIn += 1;
    if (row.activity === 'talking') onCalls += 1;
    if (row.activity === 'idle' && row.status === 'ready' && !membership.paused) ready += 1;
  }
  return { loggedIn, ready, onCalls };
}
