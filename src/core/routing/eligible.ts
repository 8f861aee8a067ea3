import type { AgentState, KnownAgent } from '../model/agent.ts';
import { levelOfPenalty, queueSkill } from '../model/agent.ts';
import type { Reservation } from '../model/claim.ts';
import { isFree } from '../model/claim.ts';
import type { Reason } from '../model/decision.ts';
import { queueIdOf } from '../model/queue.ts';
import { SITE_STALE_MS } from '../model/site.ts';
import type { Asked } from './requirement.ts';
import type { RoutingView } from './view.ts';

/** A site is stale when it is not connected and reconciled, or silent for too long on the database's clock. */
export function isStale(view: RoutingView, siteId: string): boolean {
  const site = view.sites.get(siteId);
  return site === undefined || site.connection !== 'up' || view.nowMs - site.pbxSeenAtMs > SITE_STALE_MS;
}

function siteReasons(agent: AgentState, view: RoutingView): Reason[] {
  const reasons: Reason[] = [];
  if (isStale(view, agent.siteId)) reasons.push({ code: 'site_stale' });
  if (!view.trunkUp(agent.siteId)) reasons.push({ code: 'trunk_down' });
  if (agent.address === null) reasons.push({ code: 'no_address' });
  return reasons;
}

function statusReason(agent: AgentState): Reason | null {
  switch (agent.status) {
    case 'ready':
      return null;
    case 'paused':
      return { code: 'paused', reason: agent.pauseReason };
    case 'logged_out':
      return { code: 'logged_out' };
    case 'unknown':
      return { code: 'status_unknown' };
  }
}

function activityReason(agent: AgentState, nowMs: number): Reason | null {
  switch (agent.activity) {
    case 'idle':
      return agent.wrapUpUntilMs !== null && agent.wrapUpUntilMs > nowMs
        ? { code: 'wrap_up', untilMs: agent.wrapUpUntilMs }
        : null;
    case 'wrap_up':
      return agent.wrapUpUntilMs !== null && agent.wrapUpUntilMs <= nowMs
        ? null
        : { code: 'wrap_up', untilMs: agent.wrapUpUntilMs ?? 0 };
    case 'ringing':
    case 'talking':
    case 'unreachable':
      return { code: agent.activity };
    case 'unknown':
      return { code: 'activity_unknown' };
  }
}

function claimReason(reservation: Reservation | undefined, nowMs: number): Reason | null {
  if (reservation === undefined || isFree(reservation, nowMs)) return null;
  switch (reservation.phase) {
    case 'offer':
    case 'talk':
      return { code: 'claimed', callId: reservation.callId, phase: reservation.phase };
    case 'wrap_up':
      return { code: 'wrap_up', untilMs: reservation.expiresAtMs };
    case 'hold':
      return { code: 'held', reason: reservation.holdReason || 'cancelled', untilMs: reservation.expiresAtMs };
    case 'free':
      return null;
  }
}

function ownQueueReason(agent: AgentState, view: RoutingView): Reason | null {
  for (const membership of agent.memberships) {
    if (membership.paused) continue;
    const waiting = view.queues.get(queueIdOf(agent.siteId, membership.queue))?.waiting ?? 0;
    if (waiting > 0) return { code: 'site_queue_waiting', queue: membership.queue, waiting };
  }
  return null;
}

/**
 * Why this agent cannot be offered a call now; empty when he is eligible. Skills are not looked at here: they depend on the call.
 * The predicates that decide are the ones that explain.
 */
export function ineligible(agent: AgentState, view: RoutingView, networkFirst: boolean): readonly Reason[] {
  const reasons = siteReasons(agent, view);
  for (const reason of [
    statusReason(agent),
    activityReason(agent, view.nowMs),
    claimReason(view.reservations.get(agent.agentId), view.nowMs),
    networkFirst ? null : ownQueueReason(agent, view),
  ]) {
    if (reason) reasons.push(reason);
  }
  return reasons;
}

/** What stands in an agent's own way, his site apart: nothing, callers in his own queue, or more. */
export type Standing = 'free' | 'network_first' | 'blocked';

/** The same predicates as `ineligible`, without its list: asked of every agent whose rows change. */
export function standingOf(agent: AgentState, view: RoutingView): Standing {
  if (agent.address === null || statusReason(agent) !== null || activityReason(agent, view.nowMs) !== null)
    return 'blocked';
  if (claimReason(view.reservations.get(agent.agentId), view.nowMs) !== null) return 'blocked';
  return ownQueueReason(agent, view) === null ? 'free' : 'network_first';
}

/** When a blocked agent stands free by time alone; null when something else has to happen first. */
export function freeAtMs(agent: AgentState, reservation: Reservation | undefined): number | null {
  if (agent.address === null || statusReason(agent) !== null) return null;
  const wrapUpMs = agent.wrapUpUntilMs ?? 0;
  if (agent.activity !== 'idle' && !(agent.activity === 'wrap_up' && agent.wrapUpUntilMs !== null)) return null;
  return Math.max(wrapUpMs, reservation === undefined || reservation.phase === 'free' ? 0 : reservation.expiresAtMs);
}

/** Logged in, and of a kind that we may ring: who is on a break counts as staffed. His site may still be stale. */
export const isOnDuty = (agent: AgentState): boolean => agent.status !== 'logged_out' && agent.address !== null;

/** Someone is there who could take such a call sooner or later: logged in at a site that is not stale. */
export const isStaffed = (agent: AgentState, view: RoutingView): boolean =>
  isOnDuty(agent) && !isStale(view, agent.siteId);

/** A pause takes a queue's skill away; who is on a break still counts as staffed, so his skills are those of all his queues. */
export function asStaffed(agent: KnownAgent): Asked {
  if (agent.status !== 'paused') return agent;
  const skills: Record<string, number> = { ...agent.skills };
  for (const { queue, penalty } of agent.memberships) skills[queueSkill(queue)] ??= levelOfPenalty(penalty);
  return { siteId: agent.siteId, attributes: agent.attributes, skills };
}
