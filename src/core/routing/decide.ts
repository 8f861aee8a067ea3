import type { AgentId, AgentState } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import { byTurn } from '../model/call.ts';
import type { Candidate, Decision, Reason, ReasonCode, Refusal } from '../model/decision.ts';
import { ineligible, isStaffed } from './eligible.ts';
import type { Requirement } from './requirement.ts';
import { unmet } from './requirement.ts';
import { idleSinceMs, longestIdle } from './strategies/longest-idle.ts';
import type { RoutingView } from './view.ts';

/** How many runners-up and how many refused a decision keeps; the rest is counted. */
const NEXT_KEPT = 10;
const REFUSED_KEPT = 200;

/**
 * Writes down why `winner` (or nobody) takes this call now: his place in the order, the next ten, and the reasons of everyone else.
 * `takenBy` tells which agents go to calls that are ahead.
 */
export function decide(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  winner: AgentState | null,
  takenBy: ReadonlyMap<AgentId, string>,
): Decision {
  const able: { agent: AgentState; idleSinceMs: number }[] = [];
  const refused: Refusal[] = [];
  const others: Partial<Record<ReasonCode, number>> = {};
  const count = (reason: Reason): void => {
    others[reason.code] = (others[reason.code] ?? 0) + 1;
  };
  for (const agent of view.agents.values()) {
    const missing = unmet(requirement, agent);
    if (missing) {
      count(missing);
      continue;
    }
    const reasons = [...ineligible(agent, view, call.networkFirst)];
    const ahead = takenBy.get(agent.agentId);
    if (ahead !== undefined && ahead !== call.callId) reasons.push({ code: 'taken_by_earlier_call', callId: ahead });
    const first = reasons[0];
    if (first === undefined)
      able.push({ agent, idleSinceMs: idleSinceMs(agent, view.reservations.get(agent.agentId)) });
    else if (refused.length < REFUSED_KEPT) refused.push({ agentId: agent.agentId, title: agent.title, reasons });
    else count(first);
  }
  const order = able.sort(longestIdle).map(({ agent, idleSinceMs: since }, index): Candidate => ({
    agentId: agent.agentId,
    title: agent.title,
    rank: index + 1,
    keys: [since],
    idleMs: since === 0 ? null : Math.max(0, Math.round(view.nowMs - since)),
  }));
  return {
    callId: call.callId,
    service: call.service,
    requirement: call.requirement,
    strategy: call.strategy,
    step: call.step,
    atMs: Math.round(view.nowMs),
    versions: Object.fromEntries(
      [...view.sites.values()].map((site) => [site.siteId, `${site.epoch}.${site.version}`]),
    ),
    winner: order.find((candidate) => candidate.agentId === winner?.agentId) ?? null,
    next: order.filter((candidate) => candidate.agentId !== winner?.agentId).slice(0, NEXT_KEPT),
    refused,
    others,
    ahead: [...view.waiting.values()].filter((other) => !other.offering && byTurn(other, call, view.nowMs) < 0).length,
  };
}

/** Whether anybody who is logged in at a living site could ever meet the requirement. */
export function anyoneStaffed(view: RoutingView, requirement: Requirement): boolean {
  for (const agent of view.agents.values()) {
    if (isStaffed(agent, view) && unmet(requirement, staffedSkills(agent)) === null) return true;
  }
  return false;
}

/** A pause takes a queue's skill away; who is on a break still counts as staffed, so his skills are those of all his queues. */
function staffedSkills(agent: AgentState): Pick<AgentState, 'skills' | 'siteId'> {
  if (agent.status !== 'paused') return agent;
  const skills: Record<string, number> = { ...agent.skills };
  for (const membership of agent.memberships)
    skills[`queue:${membership.queue}`] ??= Math.max(1, 10 - membership.penalty);
  return { siteId: agent.siteId, skills };
}
