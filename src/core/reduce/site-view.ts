import type { AgentState } from '../model/agent.ts';
import type { QueueState } from '../model/queue.ts';
import type { Connection, SiteSnapshot } from '../model/site.ts';
import { nextAdvanceMs } from '../stats/window.ts';
import { blankAgent, rowOf } from './site-agents.ts';
import { queueRow } from './site-queues.ts';
import { KEEP_LOGGED_OUT_MS } from './site-model.ts';
import type { AgentRecord, SiteModel, SiteRules } from './site-model.ts';

/**
 * The state before the PBX has spoken: the agents of the settings, and what the site's own rows say (statuses that agents
 * without a queue declared, dynamic members who logged out, idle times), so that a restart forgets none of it.
 */
export function initialSite(rules: SiteRules, stored: SiteSnapshot | null, nowMs: number): SiteModel {
  const agents = new Map<string, AgentRecord>();
  for (const row of stored?.agents ?? []) agents.set(row.name, restored(rules, row, nowMs));
  for (const name of rules.listed) {
    const agent = agents.get(name) ?? blankAgent(rules, name, nowMs);
    agents.set(name, { ...agent, row: rowOf(rules, agent, nowMs) });
  }
  return { rules, connection: 'connecting', pbxVersion: '', agents, queues: new Map(), channels: new Map() };
}

function restored(rules: SiteRules, row: AgentState, nowMs: number): AgentRecord {
  const memberships = row.memberships.map((membership) => ({
    ...membership,
    ...{ device: row.name, iface: row.name, observable: !row.name.startsWith('Local/'), title: row.title },
    ...{ state: 'unknown' as const, lastCallMs: row.lastCallEndMs, loginMs: null, wrapUpMs: 0 },
  }));
  const isOurs = rules.statusIsOurs === true || rules.listed.includes(row.name);
  const isDeclared =
    (row.status === 'paused' || row.status === 'logged_out') &&
    (memberships.length === 0 ? isOurs : row.status === 'logged_out' || !memberships.every((m) => m.paused));
  return {
    ...blankAgent(rules, row.name, nowMs),
    memberships,
    declared: isDeclared ? { status: row.status as 'paused' | 'logged_out', reason: row.pauseReason } : null,
    leftMs: memberships.length === 0 && row.status === 'logged_out' && !isOurs ? row.statusSinceMs : null,
    callEndMs: row.lastCallEndMs,
    loginMs: row.idleSinceMs > (row.lastCallEndMs ?? 0) ? row.idleSinceMs : null,
    row,
  };
}

/** When the model changes by time alone; null when it does not. Give it `timePassed` then. */
export function nextDueMs(state: SiteModel): number | null {
  const due: number[] = [];
  for (const agent of state.agents.values()) {
    if (agent.row.wrapUpUntilMs !== null) due.push(agent.row.wrapUpUntilMs);
    if (agent.leftMs !== null && agent.memberships.length === 0 && !state.rules.listed.includes(agent.name)) {
      due.push(agent.leftMs + KEEP_LOGGED_OUT_MS);
    }
  }
  for (const queue of state.queues.values()) {
    const next = nextAdvanceMs(queue.window);
    if (next !== null) due.push(next);
  }
  return due.length === 0 ? null : due.reduce((a, b) => Math.min(a, b));
}

/** Calls at the site now: channels that belong together count once. */
export const callsInProgress = (state: SiteModel): number =>
  new Set([...state.channels.values()].map(({ linkedId }) => linkedId)).size;

/** The whole site as a reader will see it, in order of names. */
export interface SiteView {
  readonly siteId: string;
  readonly connection: Connection;
  readonly callsInProgress: number;
  readonly agents: readonly AgentState[];
  readonly queues: readonly QueueState[];
}

export function siteView(state: SiteModel): SiteView {
  const names = (map: ReadonlyMap<string, unknown>) => [...map.keys()].sort();
  return {
    siteId: state.rules.siteId,
    connection: state.connection,
    callsInProgress: callsInProgress(state),
    agents: names(state.agents).flatMap((name) => state.agents.get(name)?.row ?? []),
    queues: names(state.queues).flatMap((name) => queueRow(state, name) ?? []),
  };
}
