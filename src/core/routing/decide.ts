import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import { byTurn } from '../model/call.ts';
import type { Candidate, Decision, Reason, ReasonCode, Refusal } from '../model/decision.ts';
import { asStaffed, ineligible, isStaffed } from './eligible.ts';
import { byKeys, keysFor, waitsForPreferred } from './rank.ts';
import type { Requirement } from './requirement.ts';
import { unmet } from './requirement.ts';
import { idleSinceMs } from './strategies/longest-idle.ts';
import type { RoutingView } from './view.ts';

/** How many runners-up and how many refused a decision keeps; the rest is counted. */
const NEXT_KEPT = 10;
const REFUSED_KEPT = 200;

/** The candidates of a call in their order, who meets the requirement and could not take it, and everybody else by first reason. */
interface Sorted {
  readonly order: readonly Candidate[];
  readonly refused: readonly Refusal[];
  readonly others: Readonly<Partial<Record<ReasonCode, number>>>;
}

/**
 * Writes down why `winner` (or nobody) takes this call now: his place in the order, the next ten, and the reasons of everyone else.
 * `takenBy` tells which agents go to other calls in the same match.
 */
export function decide(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  winner: Pick<KnownAgent, 'agentId'> | null,
  takenBy: ReadonlyMap<AgentId, string>,
): Decision {
  const { order, refused, others } = sortOut(view, call, requirement, takenBy);
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

function sortOut(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  takenBy: ReadonlyMap<AgentId, string>,
): Sorted {
  const able: KnownAgent[] = [];
  const refused: Refusal[] = [];
  const others: Partial<Record<ReasonCode, number>> = {};
  const count = (reason: Reason): void => {
    others[reason.code] = (others[reason.code] ?? 0) + 1;
  };
  const onlyPreferred = waitsForPreferred(view, call, requirement);
  for (const agent of view.agents.values()) {
    const missing = unmet(requirement, agent);
    if (missing) {
      count(missing);
      continue;
    }
    const reasons = [...ineligible(agent, view, call.networkFirst)];
    if (onlyPreferred && !call.preferred.includes(agent.agentId))
      reasons.push({ code: 'not_preferred', untilMs: call.preferredUntilMs });
    const other = takenBy.get(agent.agentId);
    if (other !== undefined && other !== call.callId) reasons.push({ code: 'taken_by_earlier_call', callId: other });
    const first = reasons[0];
    if (first === undefined) able.push(agent);
    else if (refused.length < REFUSED_KEPT) refused.push({ agentId: agent.agentId, title: agent.title, reasons });
    else count(first);
  }
  return { order: inOrder(view, call, requirement, able), refused, others };
}

function inOrder(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  able: readonly KnownAgent[],
): readonly Candidate[] {
  const keysOf = keysFor(view, call, requirement);
  const ranked = able.map((agent) => ({ agent, agentId: agent.agentId, keys: keysOf(agent) })).sort(byKeys);
  return ranked.map(({ agent, agentId, keys }, index) => {
    const since = idleSinceMs(agent, view.reservations.get(agentId));
    const idleMs = since === 0 ? null : Math.max(0, Math.round(view.nowMs - since));
    return { agentId, title: agent.title, rank: index + 1, keys, idleMs };
  });
}

/** Whether anybody who is logged in at a living site could ever meet the requirement. */
export function anyoneStaffed(view: RoutingView, requirement: Requirement): boolean {
  for (const agent of view.agents.values()) {
    if (isStaffed(agent, view) && unmet(requirement, asStaffed(agent)) === null) return true;
  }
  return false;
}
