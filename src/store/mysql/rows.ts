import type { Activity, AgentState, AgentStatus, Membership } from '../../core/model/agent.ts';
import type { CallFact, Outcome, PlacedCall, WaitingCall } from '../../core/model/call.ts';
import type { ClaimPhase, HoldReason, Reservation } from '../../core/model/claim.ts';
import type { QueueState } from '../../core/model/queue.ts';
import type { Connection, SiteRow } from '../../core/model/site.ts';
import { STRATEGIES } from '../../core/model/service.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';
import type { Row } from './node.ts';
import { clip } from './sql.ts';
import type { Scalar } from './sql.ts';

/** The border: rows become what the core knows, once. Written by hand, as these are read fifty times a second. */
export const text = (row: Row, column: string): string => String(row[column] ?? '');
export const number = (row: Row, column: string): number => Number(row[column] ?? 0);
export const maybe = (row: Row, column: string): number | null => (row[column] == null ? null : Number(row[column]));

/** One of the values we know: a newer program may have written another. */
export function oneOf<T extends string>(known: readonly T[], value: unknown, otherwise: T): T {
  return known.find((one) => one === value) ?? otherwise;
}

export function json<T>(row: Row, column: string, otherwise: T): T {
  try {
    return JSON.parse(text(row, column)) as T;
  } catch {
    return otherwise;
  }
}

const CONNECTIONS: readonly Connection[] = ['connecting', 'up', 'down'];
const STATUSES: readonly AgentStatus[] = ['unknown', 'logged_out', 'ready', 'paused'];
const ACTIVITIES: readonly Activity[] = ['idle', 'ringing', 'talking', 'wrap_up', 'unreachable', 'unknown'];
const PHASES: readonly ClaimPhase[] = ['free', 'offer', 'talk', 'wrap_up', 'hold'];
const HOLDS: readonly (HoldReason | '')[] = [
  '',
  'cancelled',
  'busy',
  'failed',
  'no_answer',
  'redirect_lost',
  'arrival',
];
const OUTCOMES: readonly Outcome[] = [
  ...(['answered', 'abandoned', 'overflowed', 'defaulted', 'redirected', 'called_back', 'closed', 'failed'] as const),
];

export const SITE_COLUMNS = 'site_id, title, epoch, version, connection, pbx_seen_at_ms, calls_in_progress';
export const AGENT_COLUMNS =
  'agent_id, site_id, version, gone_at_ms, name, title, address, status, pause_reason, status_since_ms, activity, ' +
  'activity_since_ms, idle_since_ms, last_call_end_ms, wrap_up_until_ms, skills, memberships, ' +
  'calls_taken, occupancy, occupancy_at_ms';
export const QUEUE_COLUMNS =
  'queue_id, site_id, version, gone_at_ms, name, waiting, longest_since_ms, logged_in, ready, on_calls, window_ms, ' +
  'offered, answered, abandoned, mean_wait_ms, mean_handle_ms, service_level';
export const WAITING_COLUMNS =
  'call_id, edge_id, version, gone_at_ms, service, requirement, priority, arrived_at_ms, offering, network_first, terms';
export const RESERVATION_COLUMNS =
  'agent_id, phase, token, call_id, edge_id, hold_reason, expires_at_ms, changed_at_ms, idle_since_ms, claimed_at_ms, no_answers';
export const SUMMARY_COLUMNS =
  'call_id, edge_id, service, ani, dnis, customer_id, arrived_at_ms, ended_at_ms, agent_id, site_id, wait_ms, talk_ms, ' +
  'offers, outcome, status';

export const isGone = (row: Row): boolean => row['gone_at_ms'] != null;

export const siteOf = (row: Row): SiteRow => ({
  siteId: text(row, 'site_id'),
  title: text(row, 'title'),
  epoch: number(row, 'epoch'),
  version: number(row, 'version'),
  connection: oneOf(CONNECTIONS, row['connection'], 'down'),
  pbxSeenAtMs: number(row, 'pbx_seen_at_ms'),
  callsInProgress: number(row, 'calls_in_progress'),
});

export const agentOf = (row: Row): AgentState => ({
  agentId: text(row, 'agent_id'),
  siteId: text(row, 'site_id'),
  name: text(row, 'name'),
  title: text(row, 'title'),
  address: row['address'] == null ? null : text(row, 'address'),
  status: oneOf(STATUSES, row['status'], 'unknown'),
  pauseReason: text(row, 'pause_reason'),
  statusSinceMs: number(row, 'status_since_ms'),
  activity: oneOf(ACTIVITIES, row['activity'], 'unknown'),
  activitySinceMs: number(row, 'activity_since_ms'),
  idleSinceMs: number(row, 'idle_since_ms'),
  lastCallEndMs: maybe(row, 'last_call_end_ms'),
  wrapUpUntilMs: maybe(row, 'wrap_up_until_ms'),
  skills: json<Record<string, number>>(row, 'skills', {}),
  memberships: json<readonly Membership[]>(row, 'memberships', []),
  callsTaken: number(row, 'calls_taken'),
  occupancy: number(row, 'occupancy'),
  occupancyAtMs: number(row, 'occupancy_at_ms'),
});

/** Columns of a published agent, in the order of publish-agents.sql. Texts that people wrote are cut, ids never. */
export const agentCells = (agent: AgentState): Record<string, Scalar> => ({
  agent_id: agent.agentId,
  name: agent.name,
  title: clip(agent.title, 255),
  address: agent.address,
  status: agent.status,
  pause_reason: clip(agent.pauseReason, 255),
  status_since_ms: agent.statusSinceMs,
  activity: agent.activity,
  activity_since_ms: agent.activitySinceMs,
  idle_since_ms: agent.idleSinceMs,
  last_call_end_ms: agent.lastCallEndMs,
  wrap_up_until_ms: agent.wrapUpUntilMs,
  skills: JSON.stringify(agent.skills),
  memberships: JSON.stringify(agent.memberships),
  calls_taken: agent.callsTaken,
  occupancy: agent.occupancy,
  occupancy_at_ms: Math.floor(agent.occupancyAtMs),
});

export const queueOf = (row: Row): QueueState => ({
  queueId: text(row, 'queue_id'),
  siteId: text(row, 'site_id'),
  name: text(row, 'name'),
  waiting: number(row, 'waiting'),
  longestSinceMs: maybe(row, 'longest_since_ms'),
  loggedIn: number(row, 'logged_in'),
  ready: number(row, 'ready'),
  onCalls: number(row, 'on_calls'),
  windowMs: number(row, 'window_ms'),
  offered: number(row, 'offered'),
  answered: number(row, 'answered'),
  abandoned: number(row, 'abandoned'),
  meanWaitMs: maybe(row, 'mean_wait_ms'),
  meanHandleMs: maybe(row, 'mean_handle_ms'),
  serviceLevel: maybe(row, 'service_level'),
});

/** In the order of publish-queues.sql. */
export const queueCells = (queue: QueueState): Record<string, Scalar> => ({
  queue_id: queue.queueId,
  name: queue.name,
  waiting: queue.waiting,
  longest_since_ms: queue.longestSinceMs,
  logged_in: queue.loggedIn,
  ready: queue.ready,
  on_calls: queue.onCalls,
  window_ms: queue.windowMs,
  offered: queue.offered,
  answered: queue.answered,
  abandoned: queue.abandoned,
  mean_wait_ms: queue.meanWaitMs,
  mean_handle_ms: queue.meanHandleMs,
  service_level: queue.serviceLevel,
});

type Terms = Pick<WaitingCall, 'strategy' | 'ageing' | 'preferred' | 'preferredUntilMs' | 'step'>;
const NO_TERMS: Terms = { strategy: 'longest_idle', ageing: 0, preferred: [], preferredUntilMs: 0, step: 0 };

/** A program of the schema before writes none, a later one perhaps a strategy that we do not have. */
function termsOf(row: Row): Terms {
  if (row['terms'] == null) return NO_TERMS;
  const terms = { ...NO_TERMS, ...json<Partial<Terms>>(row, 'terms', {}) };
  return { ...terms, strategy: oneOf(STRATEGIES, terms.strategy, NO_TERMS.strategy) };
}

export const waitingOf = (row: Row): WaitingCall => ({
  callId: text(row, 'call_id'),
  edgeId: text(row, 'edge_id'),
  service: text(row, 'service'),
  requirement: text(row, 'requirement'),
  priority: number(row, 'priority'),
  arrivedAtMs: number(row, 'arrived_at_ms'),
  offering: number(row, 'offering') === 1,
  networkFirst: number(row, 'network_first') === 1,
  ...termsOf(row),
});

const termsIn = ({ strategy, ageing, preferred, preferredUntilMs, step }: Terms): Terms => ({
  ...{ strategy, ageing, preferred, preferredUntilMs, step },
});

/** For place-waiting.sql. */
export const waitingCells = (call: PlacedCall): Record<string, Scalar> => ({
  call_id: call.callId,
  service: call.service,
  requirement: call.requirement,
  priority: call.priority,
  offering: call.offering,
  network_first: call.networkFirst,
  terms: JSON.stringify(termsIn(call)),
  arrived_ms: Math.floor(call.arrivedAtMs ?? 0),
});

export const reservationOf = (row: Row): Reservation => ({
  agentId: text(row, 'agent_id'),
  phase: oneOf(PHASES, row['phase'], 'hold'),
  token: text(row, 'token'),
  callId: text(row, 'call_id'),
  edgeId: text(row, 'edge_id'),
  holdReason: oneOf(HOLDS, row['hold_reason'], ''),
  expiresAtMs: number(row, 'expires_at_ms'),
  changedAtMs: number(row, 'changed_at_ms'),
  idleSinceMs: number(row, 'idle_since_ms'),
  claimedAtMs: number(row, 'claimed_at_ms'),
  noAnswers: number(row, 'no_answers'),
});

export const factOf = (row: Row): CallFact =>
  json<CallFact>(row, 'fact', { kind: 'incident', code: 'unreadable', detail: '' });

export const summaryOf = (row: Row): CallSummary => ({
  callId: text(row, 'call_id'),
  edgeId: text(row, 'edge_id'),
  service: text(row, 'service'),
  ani: text(row, 'ani'),
  dnis: text(row, 'dnis'),
  customerId: text(row, 'customer_id'),
  arrivedAtMs: number(row, 'arrived_at_ms'),
  endedAtMs: maybe(row, 'ended_at_ms'),
  agentId: text(row, 'agent_id'),
  siteId: text(row, 'site_id'),
  waitMs: maybe(row, 'wait_ms'),
  talkMs: maybe(row, 'talk_ms'),
  offers: number(row, 'offers'),
  outcome: row['outcome'] == null ? null : oneOf(OUTCOMES, row['outcome'], 'failed'),
  status: text(row, 'status'),
});

/** In the order of write-summaries.sql. */
export const summaryCells = (call: CallSummary): Record<string, Scalar> => ({
  call_id: call.callId,
  edge_id: clip(call.edgeId, 64),
  service: clip(call.service, 190),
  ani: clip(call.ani, 190),
  dnis: clip(call.dnis, 190),
  arrived_at_ms: call.arrivedAtMs,
  ended_at_ms: call.endedAtMs,
  agent_id: clip(call.agentId, 255),
  site_id: clip(call.siteId, 64),
  wait_ms: call.waitMs,
  talk_ms: call.talkMs,
  offers: call.offers,
  outcome: call.outcome,
  status: clip(call.status, 16),
  customer_id: clip(call.customerId, 190),
});
