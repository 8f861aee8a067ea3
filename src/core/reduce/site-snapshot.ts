import type { AgentReport, MembershipReport, Snapshot } from '../events.ts';
import {
  blankAgent,
  isKept,
  putAgent,
  unseenUntil,
  withDevice,
  withMembership,
  withReport,
  withoutMembership,
} from './site-agents.ts';
import { auditOf, touchedBy } from './site-audit.ts';
import { draftOf } from './site-draft.ts';
import type { Draft } from './site-draft.ts';
import { blankQueue, joined, left } from './site-queues.ts';
import type { AgentRecord, SiteModel, SiteStep } from './site-model.ts';
import { DEFAULT_SERVICE_LEVEL_MS } from './site-model.ts';

/**
 * A snapshot replaces what it lists and removes what it does not. What came while it was taken is reported again after it,
 * so that the last word on everything is the newest. On a site that was up it is an audit: whatever it changes was missed.
 */
export function reconcile(before: SiteModel, snapshot: Snapshot, atMs: number): SiteStep {
  const draft = draftOf(before);
  reconcileQueues(draft, snapshot, atMs);
  reconcileAgents(draft, snapshot, atMs);
  reconcileChannels(draft, snapshot);
  if (before.connection !== 'up') {
    draft.setSite({ connection: 'up' });
    return draft.finish();
  }
  return draft.finish(auditOf(before, draft.model, snapshot.during ?? []));
}

function reconcileQueues(draft: Draft, snapshot: Snapshot, atMs: number): void {
  const rules = draft.model.rules;
  const waitingOf = groupBy(snapshot.waiting, ({ queue }) => queue);
  const listed = new Map(snapshot.queues.map((queue) => [queue.name, queue]));
  for (const name of draft.model.queues.keys()) if (!listed.has(name)) draft.removeQueue(name);
  for (const { name, serviceLevelMs } of listed.values()) {
    const old = draft.model.queues.get(name);
    const waiting = waitingOf.get(name) ?? [];
    let queue = { ...(old ?? blankQueue(rules, name)), serviceLevelMs: serviceLevelMs || DEFAULT_SERVICE_LEVEL_MS };
    const here = new Set(waiting.map(({ callId }) => callId));
    for (const callId of queue.waiting.keys()) if (!here.has(callId)) queue = left(queue, callId);
    for (const { callId, sinceMs } of waiting) queue = joined(queue, callId, Math.min(sinceMs, atMs), atMs);
    const isSame =
      old?.serviceLevelMs === queue.serviceLevelMs && old.waiting === queue.waiting && old.calls === queue.calls;
    if (!isSame) draft.setQueue(queue);
  }
}

function reconcileAgents(draft: Draft, snapshot: Snapshot, atMs: number): void {
  const rules = draft.model.rules;
  const reported = groupBy(snapshot.memberships, ({ device }) => device);
  const devices = new Map(snapshot.devices.map(({ device, state }) => [device, state]));
  const during = touchedBy(snapshot.during ?? []);
  const own = new Map((snapshot.agents ?? []).map((agent) => [agent.device, agent]));
  const names = new Set([...draft.model.agents.keys(), ...reported.keys(), ...own.keys(), ...rules.listed]);
  for (const name of names) {
    const known = draft.model.agents.get(name);
    const old = known !== undefined && draft.model.connection !== 'up' ? unseenUntil(known, atMs) : known;
    let agent = withOwn(old ?? blankAgent(rules, name, atMs), own.get(name));
    agent = withMemberships(agent, reported.get(name) ?? [], atMs);
    if (!isKept(rules, agent)) {
      draft.removeAgent(name);
      for (const { queue } of old?.memberships ?? []) draft.markQueue(queue);
      continue;
    }
    // The list of devices is the newer answer; a queue's view of a device can lag behind it.
    const device = devices.get(name) ?? agent.own?.state ?? agent.memberships[0]?.state ?? 'unknown';
    // Where events came meanwhile, the snapshot may show a device as it was: it ends no call, the events after it do.
    agent = during.agents.has(name) ? { ...agent, device } : withDevice(agent, device, atMs);
    putAgent(draft, agent, atMs);
  }
}

const withOwn = (agent: AgentRecord, report: AgentReport | undefined): AgentRecord =>
  report === undefined ? { ...agent, own: null } : withReport(agent, report);

function withMemberships(agent: AgentRecord, reports: readonly MembershipReport[], atMs: number): AgentRecord {
  const now = new Set(reports.map(({ queue }) => queue));
  const gone = agent.memberships.filter(({ queue }) => !now.has(queue));
  let result = gone.reduce((left, { queue }) => withoutMembership(left, queue, atMs), agent);
  for (const report of reports) result = withMembership(result, report);
  return result;
}

function reconcileChannels(draft: Draft, snapshot: Snapshot): void {
  const listed = new Set(snapshot.channels.map(({ channelId }) => channelId));
  for (const channelId of draft.model.channels.keys()) if (!listed.has(channelId)) draft.removeChannel(channelId);
  for (const { channelId, linkedId, device } of snapshot.channels) {
    const old = draft.model.channels.get(channelId);
    if (old?.linkedId !== linkedId) draft.setChannel(channelId, { linkedId, device });
  }
}

/** Map.groupBy, which Node 20 does not have. */
function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), [item]);
    else group.push(item);
  }
  return groups;
}
