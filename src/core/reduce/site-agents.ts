import type { AgentReport, DeviceState, MembershipReport } from '../events.ts';
import { addressOf, agentIdOf, levelOfPenalty, queueSkill } from '../model/agent.ts';
import type { Activity, AgentState, AgentStatus } from '../model/agent.ts';
import { faded } from '../stats/occupancy.ts';
import type { Draft } from './site-draft.ts';
import type { AgentRecord, SiteRules } from './site-model.ts';

/** Queues tell the end of a call in whole seconds (LastCall); two times closer than this are one and the same end. */
const SAME_CALL_END_MS = 2_000;

/** Ringing, busy and held phones are all in somebody's call; only `ringing` alone can still be answered. */
export function activityOf(device: DeviceState): Activity {
  switch (device) {
    case 'not_in_use':
      return 'idle';
    case 'ringing':
      return 'ringing';
    case 'in_use':
    case 'busy':
    case 'ring_in_use':
    case 'on_hold':
      return 'talking';
    case 'invalid':
    case 'unavailable':
      return 'unreachable';
    case 'unknown':
      return 'unknown';
  }
}

/** An agent of whom nothing is known but his name. */
export function blankAgent(rules: SiteRules, name: string, atMs: number): AgentRecord {
  const row: AgentState = {
    agentId: agentIdOf(rules.siteId, name),
    siteId: rules.siteId,
    name,
    title: name,
    address: addressOf(name),
    status: 'unknown',
    pauseReason: '',
    statusSinceMs: atMs,
    activity: 'unknown',
    activitySinceMs: atMs,
    idleSinceMs: 0,
    lastCallEndMs: null,
    wrapUpUntilMs: null,
    skills: {},
    memberships: [],
    ...{ callsTaken: 0, occupancy: 0, occupancyAtMs: atMs },
  };
  return {
    ...{ name, memberships: [], device: 'unknown', own: null, declared: null, leftMs: null },
    ...{ callEndMs: null, loginMs: null, row },
  };
}

/** Writes an agent with the row that follows from his record, and marks the queues whose figures he is part of. */
export function putAgent(draft: Draft, agent: AgentRecord, atMs: number): void {
  const old = draft.model.agents.get(agent.name);
  const row = rowOf(draft.model.rules, agent, atMs);
  draft.setAgent({ ...agent, row });
  if (row === agent.row && old !== undefined) return;
  for (const { queue } of old?.memberships ?? []) draft.markQueue(queue);
  for (const { queue } of agent.memberships) draft.markQueue(queue);
}

/** The agent's row at `nowMs`. The very same object when nothing in it changed, so that an event seen twice changes nothing. */
export function rowOf(rules: SiteRules, agent: AgentRecord, nowMs: number): AgentState {
  const before = agent.row;
  const { status, reason } = statusOf(rules, agent);
  const wrapUp = wrapUpUntilMs(agent, nowMs);
  const activity = agentActivity(agent, wrapUp);
  const first = agent.memberships[0];
  const row: AgentState = {
    ...before,
    title: agent.own?.title || first?.title || before.title,
    address: agent.own === null ? before.address : agent.own.address,
    status,
    pauseReason: reason,
    statusSinceMs: status === before.status ? before.statusSinceMs : nowMs,
    activity,
    activitySinceMs: activity === before.activity ? before.activitySinceMs : nowMs,
    idleSinceMs: Math.max(agent.callEndMs ?? 0, agent.loginMs ?? 0),
    lastCallEndMs: agent.callEndMs,
    wrapUpUntilMs: wrapUp,
    skills: skillsOf(agent.memberships),
    memberships: agent.memberships.map(({ queue, penalty, paused, pauseReason, dynamic }) => ({
      ...{ queue, penalty, paused, pauseReason, dynamic },
    })),
  };
  return sameRow(before, row) ? before : { ...row, ...workOf(before, row, nowMs) };
}

/** An event that is told again after a snapshot is at most this old; a clock that was set back is further off. */
const TOLD_AGAIN_MS = 60_000;

/**
 * What he has done, up to now: written when his row changes for another reason, so that it costs no write of its own. The time
 * since the last change was spent as he then was; it counts while he was at work. A talk counts when it begins, once: one that
 * is told again is older than the last change, and one under way when he was first seen has been counted, or was never ours.
 */
function workOf(
  before: AgentState,
  row: AgentState,
  nowMs: number,
): Pick<AgentState, 'callsTaken' | 'occupancy' | 'occupancyAtMs'> {
  const { callsTaken, occupancy, occupancyAtMs } = before;
  const isBack = before.status === 'logged_out' && row.status !== 'logged_out';
  if (nowMs < occupancyAtMs && occupancyAtMs - nowMs < TOLD_AGAIN_MS)
    return { callsTaken: isBack ? 0 : callsTaken, occupancy, occupancyAtMs };
  const isBusy = before.activity === 'talking' || before.activity === 'wrap_up';
  const began = row.activity === 'talking' && before.activity !== 'talking' && before.activity !== 'unknown';
  return {
    callsTaken: (isBack ? 0 : callsTaken) + (began ? 1 : 0),
    occupancy: before.status === 'ready' ? faded(occupancy, nowMs - occupancyAtMs, isBusy) : occupancy,
    occupancyAtMs: nowMs,
  };
}

/** Nobody saw what he did until now: it counts as neither busy nor idle. */
export const unseenUntil = (agent: AgentRecord, nowMs: number): AgentRecord => ({
  ...agent,
  row: { ...agent.row, occupancyAtMs: Math.max(agent.row.occupancyAtMs, nowMs) },
});

function statusOf(rules: SiteRules, agent: AgentRecord): { status: AgentStatus; reason: string } {
  const { memberships, declared, own } = agent;
  if (own !== null) {
    if (own.status !== null) return { status: own.status, reason: own.reason };
    return declared ?? { status: 'ready', reason: '' };
  }
  if (memberships.length === 0) {
    if (rules.listed.includes(agent.name)) return declared ?? { status: 'ready', reason: '' };
    return { status: agent.leftMs === null ? 'unknown' : 'logged_out', reason: '' };
  }
  if (declared !== null && declared.status !== 'ready') return declared;
  if (!memberships.every((membership) => membership.paused)) return { status: 'ready', reason: '' };
  return { status: 'paused', reason: memberships.find((membership) => membership.pauseReason)?.pauseReason ?? '' };
}

function agentActivity(agent: AgentRecord, wrapUp: number | null): Activity {
  if (agent.memberships.some((membership) => !membership.observable) || agent.name.startsWith('Local/'))
    return 'unknown';
  const activity = activityOf(agent.device);
  return activity === 'idle' && wrapUp !== null ? 'wrap_up' : activity;
}

function wrapUpUntilMs(agent: AgentRecord, nowMs: number): number | null {
  const told = agent.own === null ? agent.memberships : [...agent.memberships, agent.own];
  const ends = told.map((m) => (m.lastCallMs === null || m.wrapUpMs <= 0 ? 0 : m.lastCallMs + m.wrapUpMs));
  const until = Math.max(0, ...ends);
  return until > nowMs ? until : null;
}

const skillsOf = (memberships: readonly MembershipReport[]): Record<string, number> =>
  Object.fromEntries(memberships.filter((m) => !m.paused).map((m) => [queueSkill(m.queue), levelOfPenalty(m.penalty)]));

/** Key order is ours, so the text of both is comparable. */
const sameRow = (a: AgentState, b: AgentState): boolean => JSON.stringify(a) === JSON.stringify(b);

/** A device's new state. A call ends when the device stops being in one; ringing that nobody answered is no call. */
export function withDevice(agent: AgentRecord, device: DeviceState, atMs: number): AgentRecord {
  if (device === agent.device) return agent;
  const ended = activityOf(agent.device) === 'talking' && activityOf(device) !== 'talking';
  return { ...agent, device, callEndMs: ended ? later(agent.callEndMs, atMs) : agent.callEndMs };
}

/** What the PBX knows of him now. Its own times are whole seconds: they do not replace the exact ones that we saw ourselves. */
export function withReport(agent: AgentRecord, report: AgentReport): AgentRecord {
  const lastCallMs = exactEnd(agent.own?.lastCallMs ?? null, report.lastCallMs);
  const callEndMs = exactEnd(agent.callEndMs, later(agent.callEndMs, lastCallMs));
  return {
    ...agent,
    own: { ...report, lastCallMs },
    leftMs: null,
    callEndMs,
    loginMs: later(agent.loginMs, report.loginMs),
  };
}

/** A membership as reported now. Times in whole seconds do not replace the exact ones that we saw ourselves. */
export function withMembership(agent: AgentRecord, report: MembershipReport): AgentRecord {
  const old = agent.memberships.find((membership) => membership.queue === report.queue);
  const lastCallMs = exactEnd(old?.lastCallMs ?? null, report.lastCallMs);
  const others = agent.memberships.filter((membership) => membership.queue !== report.queue);
  const memberships = [...others, { ...report, lastCallMs }].sort((a, b) => (a.queue < b.queue ? -1 : 1));
  return { ...agent, memberships, leftMs: null, ...timesOf(agent, memberships) };
}

/** The end of a queue call, seen as it happened. */
export function withCallEnd(agent: AgentRecord, queue: string, atMs: number): AgentRecord {
  const memberships = agent.memberships.map((m) =>
    m.queue === queue ? { ...m, lastCallMs: later(m.lastCallMs, atMs) } : m,
  );
  const own = agent.own && { ...agent.own, lastCallMs: later(agent.own.lastCallMs, atMs) };
  return { ...agent, memberships, own, callEndMs: later(agent.callEndMs, atMs) };
}

/** Without one queue. The last dynamic membership leaves a logged-out agent behind, unless he is known by other means. */
export function withoutMembership(agent: AgentRecord, queue: string, atMs: number): AgentRecord {
  const removed = agent.memberships.find((membership) => membership.queue === queue);
  if (removed === undefined) return agent;
  const memberships = agent.memberships.filter((membership) => membership.queue !== queue);
  const leftMs = memberships.length === 0 && removed.dynamic && agent.own === null ? atMs : agent.leftMs;
  return { ...agent, memberships, leftMs };
}

/** Whether there is still a reason to have a row for him. */
export const isKept = (rules: SiteRules, agent: AgentRecord): boolean =>
  agent.memberships.length > 0 || agent.own !== null || agent.leftMs !== null || rules.listed.includes(agent.name);

function timesOf(
  agent: AgentRecord,
  memberships: readonly MembershipReport[],
): Pick<AgentRecord, 'callEndMs' | 'loginMs'> {
  let { callEndMs, loginMs } = agent;
  for (const membership of memberships) {
    callEndMs = exactEnd(callEndMs, later(callEndMs, membership.lastCallMs));
    loginMs = later(loginMs, membership.loginMs);
  }
  return { callEndMs, loginMs };
}

function exactEnd(seen: number | null, told: number | null): number | null {
  if (seen === null || told === null) return told ?? seen;
  return told >= seen + SAME_CALL_END_MS ? told : seen;
}

const later = (a: number | null, b: number | null): number | null => (a === null ? b : b === null ? a : Math.max(a, b));
