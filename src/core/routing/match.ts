import type { AgentId, AgentState } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import { byTurn } from '../model/call.ts';
import { isFree } from '../model/claim.ts';
import { ineligible } from './eligible.ts';
import type { Requirement } from './requirement.ts';
import { unmet } from './requirement.ts';
import { idleSinceMs, longestIdle } from './strategies/longest-idle.ts';
import type { RoutingView } from './view.ts';

/** A call and the agent it should be offered to now. */
export interface Pair {
  readonly call: WaitingCall;
  readonly agent: AgentState;
}

export interface MatchOptions {
  readonly requirementOf: (text: string) => Requirement;
  /** Pairs that another edge has had time to claim and did not: the agent goes to the next call. */
  readonly passedOver: (callId: string, agentId: AgentId) => boolean;
}

interface Ranked {
  readonly agent: AgentState;
  readonly idleSinceMs: number;
  /** Held back from calls of services that serve the site's own queue first. */
  readonly networkFirstOnly: boolean;
}

/** Agents who could take some call now, best first. */
export function rankedAgents(view: RoutingView): readonly Ranked[] {
  const ranked: Ranked[] = [];
  for (const agent of view.agents.values()) {
    const reservation = view.reservations.get(agent.agentId);
    if (agent.status !== 'ready' || !isFree(reservation, view.nowMs)) continue;
    const reasons = ineligible(agent, view, false);
    const networkFirstOnly = reasons.length === 1 && reasons[0]?.code === 'site_queue_waiting';
    if (reasons.length > 0 && !networkFirstOnly) continue;
    ranked.push({ agent, idleSinceMs: idleSinceMs(agent, reservation), networkFirstOnly });
  }
  return ranked.sort(longestIdle);
}

/**
 * Matches all waiting calls of all live edges, in their turn, with the agents who are free: the same function on every edge,
 * so that they agree without talking. A call that is being offered is left out, and so is an agent who is claimed.
 */
export function match(view: RoutingView, options: MatchOptions): readonly Pair[] {
  const calls = [...view.waiting.values()].filter((call) => !call.offering).sort((a, b) => byTurn(a, b, view.nowMs));
  if (calls.length === 0) return [];
  const agents = rankedAgents(view);
  const taken = new Set<AgentId>();
  const pairs: Pair[] = [];
  for (const call of calls) {
    if (taken.size === agents.length) break;
    const requirement = options.requirementOf(call.requirement);
    const best = agents.find(
      ({ agent, networkFirstOnly }) =>
        !taken.has(agent.agentId) &&
        (!networkFirstOnly || call.networkFirst) &&
        unmet(requirement, agent) === null &&
        !options.passedOver(call.callId, agent.agentId),
    );
    if (!best) continue;
    taken.add(best.agent.agentId);
    pairs.push({ call, agent: best.agent });
  }
  return pairs;
}
