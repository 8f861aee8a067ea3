/** The rows of sites, edges, queues and waiting calls. */
import { AGENT_SHOWN } from '../model/board.ts';
import type { AgentLine, AgentShown, EdgeLine, QueueLine, SiteLine, WaitingLine } from '../model/board.ts';
import { effectivePriority, inTurn } from '../model/call.ts';
import { EDGE_SILENT_MS } from '../model/claim.ts';
import type { QueueState } from '../model/queue.ts';
import { isStale } from '../routing/eligible.ts';
import type { RoutingView } from '../routing/view.ts';
import { BOARD_ORDER } from './order.ts';

export function siteLines(view: RoutingView, agents: readonly AgentLine[]): SiteLine[] {
  const counts = new Map<string, Record<AgentShown, number>>();
  for (const siteId of view.sites.keys()) counts.set(siteId, nobody());
  for (const { siteId, shown } of agents) {
    const of = counts.get(siteId);
    if (of !== undefined) of[shown] += 1;
  }
  const waiting = new Map<string, number>();
  for (const queue of view.queues.values()) waiting.set(queue.siteId, (waiting.get(queue.siteId) ?? 0) + queue.waiting);
  const lines = [...view.sites.values()].map(
    ({ siteId, title, connection, pbxSeenAtMs, callsInProgress }): SiteLine => {
      const state = connection !== 'up' ? connection : isStale(view, siteId) ? 'stale' : 'up';
      return {
        ...{ id: siteId, title, state, callsInProgress },
        lastHeardMs: state === 'up' || pbxSeenAtMs === 0 ? null : pbxSeenAtMs,
        waiting: waiting.get(siteId) ?? 0,
        agents: counts.get(siteId) ?? nobody(),
      };
    },
  );
  return lines.sort(BOARD_ORDER.sites);
}

const nobody = () => Object.fromEntries(AGENT_SHOWN.map((shown) => [shown, 0])) as Record<AgentShown, number>;

/** `seenAtMs` by edge; 0: it was stopped, and said so. */
export function edgeLines(
  view: RoutingView,
  seenAtMs: ReadonlyMap<string, number>,
  agents: readonly AgentLine[],
): EdgeLine[] {
  const calls = new Map([...seenAtMs.keys()].map((edgeId) => [edgeId, new Set<string>()]));
  for (const { edgeId, callId } of view.waiting.values()) calls.get(edgeId)?.add(callId);
  for (const { id, call } of agents) {
    const edgeId = call === null ? undefined : view.reservations.get(id)?.edgeId;
    if (call !== null && edgeId !== undefined) calls.get(edgeId)?.add(call.callId);
  }
  const lines = [...seenAtMs].map(([id, atMs]): EdgeLine => {
    const state = atMs === 0 ? 'away' : view.nowMs - atMs > EDGE_SILENT_MS ? 'silent' : 'up';
    return { id, state, lastHeardMs: state === 'silent' ? atMs : null, calls: calls.get(id)?.size ?? 0 };
  });
  return lines.sort(BOARD_ORDER.edges);
}

export const queueLines = (view: RoutingView): QueueLine[] =>
  [...view.queues.values()].map(queueLine).sort(BOARD_ORDER.queues);

const queueLine = (queue: QueueState): QueueLine => ({
  id: queue.queueId,
  siteId: queue.siteId,
  name: queue.name,
  waiting: queue.waiting,
  longestSinceMs: queue.longestSinceMs,
  loggedIn: queue.loggedIn,
  ready: queue.ready,
  onCalls: queue.onCalls,
  windowMs: queue.windowMs,
  answered: queue.answered,
  abandoned: queue.abandoned,
  meanWaitMs: queue.meanWaitMs,
  serviceLevel: queue.serviceLevel,
});

/** Calls in their turn. One that talks already waits no more, whatever its row says: that is written after the claim. */
export function waitingLines(view: RoutingView, agents: readonly AgentLine[]): WaitingLine[] {
  const phases = new Map(agents.flatMap(({ call }) => (call === null ? [] : [[call.callId, call.phase] as const])));
  return inTurn(view.waiting.values(), view.nowMs)
    .filter(({ callId }) => phases.get(callId) !== 'talk')
    .map((call, index) => ({
      id: call.callId,
      edgeId: call.edgeId,
      service: call.service,
      position: index + 1,
      arrivedAtMs: call.arrivedAtMs,
      priority: Math.floor(effectivePriority(call, view.nowMs)),
      step: call.step,
      isOffering: call.offering || phases.has(call.callId),
      requirement: call.requirement,
    }));
}
