import type { AgentReport, MembershipReport, PbxEvent } from '../events.ts';
import {
  blankAgent,
  isKept,
  putAgent,
  withCallEnd,
  withDevice,
  withMembership,
  withReport,
  withoutMembership,
} from './site-agents.ts';
import { draftOf } from './site-draft.ts';
import type { Draft } from './site-draft.ts';
import { KEEP_LOGGED_OUT_MS } from './site-model.ts';
import type { AgentRecord, QueueRecord, SiteInput, SiteModel, SiteStep } from './site-model.ts';
import { abandoned, agedQueue, answered, blankQueue, completed, joined, left } from './site-queues.ts';
import { reconcile } from './site-snapshot.ts';

/**
 * One event of a site's PBX, or the passing of time. Total: every event has an answer in every state. Idempotent: an event
 * seen twice changes nothing the second time, and one from before a snapshot may be reported again after it.
 * `nowMs` is when the event was read.
 */
export function reduceSite(state: SiteModel, event: SiteInput, nowMs: number): SiteStep {
  if (event.kind === 'snapshotTaken') return reconcile(state, event.snapshot, nowMs);
  const draft = draftOf(state);
  reduceInto(draft, event, nowMs);
  return draft.finish();
}

function reduceInto(draft: Draft, event: Exclude<SiteInput, { kind: 'snapshotTaken' }>, nowMs: number): void {
  switch (event.kind) {
    case 'linkUp':
      return draft.setSite({ connection: 'connecting', pbxVersion: event.version });
    case 'linkDown':
      // The rows stay as they were last seen: the site is stale, and what is true now is told by the next snapshot.
      return draft.model.connection === 'down' ? undefined : draft.setSite({ connection: 'down' });
    case 'membershipReported':
      return membershipReported(draft, event.membership, nowMs);
    case 'membershipRemoved':
      return membershipRemoved(draft, event, nowMs);
    case 'agentReported':
      return agentReported(draft, event.agent, nowMs);
    case 'agentRemoved':
      return agentRemoved(draft, event.device);
    case 'deviceChanged':
      return deviceChanged(draft, event, nowMs);
    case 'statusDeclared':
      return statusDeclared(draft, event, nowMs);
    case 'callerJoined':
    case 'callerLeft':
    case 'callerAbandoned':
      return callerMoved(draft, event, nowMs);
    case 'agentConnected':
    case 'agentCompleted':
    case 'agentRangNoAnswer':
      return agentServed(draft, event, nowMs);
    case 'channelStarted':
      return draft.setChannel(event.channelId, { linkedId: event.linkedId, device: event.device });
    case 'channelEnded':
      return draft.removeChannel(event.channelId);
    case 'agentTransferred':
      // Told by the devices and channels as well; the event itself is for those who follow one call.
      return;
    case 'timePassed':
      return timePassed(draft, nowMs);
  }
}

function membershipReported(draft: Draft, report: MembershipReport, nowMs: number): void {
  const old = draft.model.agents.get(report.device) ?? blankAgent(draft.model.rules, report.device, nowMs);
  const agent = withDevice(withMembership(old, report), report.state, nowMs);
  queueNamed(draft, report.queue);
  putAgent(draft, agent, nowMs);
}

function agentReported(draft: Draft, report: AgentReport, nowMs: number): void {
  const old = draft.model.agents.get(report.device) ?? blankAgent(draft.model.rules, report.device, nowMs);
  putAgent(draft, withDevice(withReport(old, report), report.state, nowMs), nowMs);
}

function agentRemoved(draft: Draft, name: string): void {
  for (const { queue } of draft.model.agents.get(name)?.memberships ?? []) draft.markQueue(queue);
  draft.removeAgent(name);
}

function membershipRemoved(draft: Draft, event: { queue: string; device: string }, nowMs: number): void {
  const old = findAgent(draft, event.queue, event.device);
  if (old === undefined) return draft.requestSnapshot(`${event.device} left ${event.queue}, and was not known there`);
  const agent = withoutMembership(old, event.queue, nowMs);
  if (agent === old) return;
  draft.markQueue(event.queue);
  if (isKept(draft.model.rules, agent)) putAgent(draft, agent, nowMs);
  else draft.removeAgent(agent.name);
}

/** Trunks, hints and parking lots change as well: a device is an agent's only when we know the agent. */
function deviceChanged(draft: Draft, event: Extract<PbxEvent, { kind: 'deviceChanged' }>, nowMs: number): void {
  const agent = draft.model.agents.get(event.device);
  if (agent === undefined) return;
  putAgent(draft, withDevice(agent, event.state, nowMs), nowMs);
}

/**
 * For an agent without a queue the declared status is the status. For one with queues it lies over what his queues say, until
 * he declares himself ready.
 */
function statusDeclared(draft: Draft, event: Extract<PbxEvent, { kind: 'statusDeclared' }>, nowMs: number): void {
  const agent = agentNamed(draft, event.device, nowMs);
  const declared = event.status === 'ready' ? null : { status: event.status, reason: event.reason };
  putAgent(draft, { ...agent, declared }, nowMs);
}

function callerMoved(
  draft: Draft,
  event: Extract<PbxEvent, { kind: 'callerJoined' | 'callerLeft' | 'callerAbandoned' }>,
  nowMs: number,
): void {
  const old = queueNamed(draft, event.queue);
  const queue =
    event.kind === 'callerJoined'
      ? joined(old, event.callId, nowMs, nowMs)
      : event.kind === 'callerLeft'
        ? left(old, event.callId)
        : abandoned(old, event.callId, event.waitMs, nowMs);
  if (queue !== old) draft.setQueue(queue);
}

function agentServed(
  draft: Draft,
  event: Extract<PbxEvent, { kind: 'agentConnected' | 'agentCompleted' | 'agentRangNoAnswer' }>,
  nowMs: number,
): void {
  const agent = findAgent(draft, event.queue, event.device) ?? agentNamed(draft, event.device, nowMs);
  const old = queueNamed(draft, event.queue);
  // Ringing unanswered moves nothing: neither his idle time nor the queue's figures.
  if (event.kind === 'agentRangNoAnswer') return;
  if (event.kind === 'agentConnected') {
    const queue = answered(old, event.callId, event.waitMs, nowMs);
    if (queue !== old) draft.setQueue(queue);
    return;
  }
  const wrapUpMs = agent.memberships.find((membership) => membership.queue === event.queue)?.wrapUpMs ?? 0;
  const queue = completed(old, { ...event, wrapUpMs }, nowMs);
  if (queue === old) return;
  draft.setQueue(queue);
  putAgent(draft, withCallEnd(agent, event.queue, nowMs), nowMs);
}

/** Wrap-ups end, figures leave the window, agents who logged out long ago are forgotten. */
function timePassed(draft: Draft, nowMs: number): void {
  for (const agent of draft.model.agents.values()) {
    const isForgotten =
      agent.memberships.length === 0 && agent.leftMs !== null && nowMs - agent.leftMs >= KEEP_LOGGED_OUT_MS;
    if (isForgotten && !draft.model.rules.listed.includes(agent.name)) draft.removeAgent(agent.name);
    else if (agent.row.wrapUpUntilMs !== null && agent.row.wrapUpUntilMs <= nowMs) putAgent(draft, agent, nowMs);
  }
  for (const queue of draft.model.queues.values()) {
    const aged = agedQueue(queue, nowMs);
    if (aged !== queue) draft.setQueue(aged);
  }
}

/** Events about a call name what the queue dialled: the interface. The agent is the device behind it. */
function findAgent(draft: Draft, queue: string, deviceOrInterface: string): AgentRecord | undefined {
  const direct = draft.model.agents.get(deviceOrInterface);
  if (direct !== undefined) return direct;
  for (const agent of draft.model.agents.values()) {
    if (agent.memberships.some((m) => m.queue === queue && m.iface === deviceOrInterface)) return agent;
  }
  return undefined;
}

function agentNamed(draft: Draft, name: string, nowMs: number): AgentRecord {
  const known = draft.model.agents.get(name);
  if (known !== undefined) return known;
  putAgent(draft, blankAgent(draft.model.rules, name, nowMs), nowMs);
  draft.requestSnapshot(`agent ${name} is not known`);
  return draft.model.agents.get(name) ?? blankAgent(draft.model.rules, name, nowMs);
}

function queueNamed(draft: Draft, name: string): QueueRecord {
  const known = draft.model.queues.get(name);
  if (known !== undefined) return known;
  const queue = blankQueue(draft.model.rules, name);
  draft.setQueue(queue);
  draft.requestSnapshot(`queue ${name} is not known`);
  return queue;
}
