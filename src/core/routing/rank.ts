import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import { SITE_TERMS } from '../model/routing.ts';
import { asStaffed, ineligible, isOnDuty, isStaffed } from './eligible.ts';
import type { Asked, Requirement } from './requirement.ts';
import { levelOf, skillsOf, unmet } from './requirement.ts';
import { hash } from './strategies/hash.ts';
import { strategyOf } from './strategies/index.ts';
import { idleSinceMs } from './strategies/longest-idle.ts';
import type { RoutingView } from './view.ts';

/** Something that has a place in a call's order. */
export interface Ranked {
  readonly agentId: AgentId;
  readonly keys: readonly number[];
}

/** The order of a call's candidates: their keys, first key first, then the agent's id. */
export function byKeys(a: Ranked, b: Ranked): number {
  for (let i = 0; i < a.keys.length; i++) {
    const [left = 0, right = 0] = [a.keys[i], b.keys[i]];
    if (left !== right) return left < right ? -1 : 1;
  }
  return a.agentId < b.agentId ? -1 : a.agentId > b.agentId ? 1 : 0;
}

/**
 * The keys that a call orders an agent by: his place among its preferred agents (where it has any), its strategy's key, and since when
 * he is idle. All are finite: they are recorded.
 */
export function keysFor(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
): (agent: KnownAgent) => readonly number[] {
  const own = strategyKey(view, call, requirement);
  const { preferred } = call;
  return (agent) => {
    const reservation = view.reservations.get(agent.agentId);
    const key = own(agent);
    const idle = idleSinceMs(agent, reservation);
    const keys = call.strategy === 'longest_idle' ? [idle] : [key, idle];
    if (preferred.length === 0) return keys;
    const place = preferred.indexOf(agent.agentId);
    return [place < 0 ? preferred.length : place, ...keys];
  };
}

function strategyKey(view: RoutingView, call: WaitingCall, requirement: Requirement): (agent: KnownAgent) => number {
  const strategy = strategyOf(call.strategy);
  switch (strategy.by) {
    case 'agent': {
      const shown = strategy.shown ?? ((key: number) => key);
      return (agent) => shown(strategy.key(agent, view.reservations.get(agent.agentId)), view.nowMs);
    }
    case 'skills': {
      const skills = [...new Set(skillsOf(requirement))];
      return (agent) => strategy.key(skills.reduce((sum, skill) => sum + levelOf(agent, skill), 0));
    }
    case 'chance': {
      const seed = hash(call.callId);
      return (agent) => strategy.key(hash(agent.agentId), seed);
    }
    case 'site': {
      const shares = call.strategy === 'site_free_share' ? freeShares(view, call, requirement) : null;
      const { callId } = call;
      return ({ siteId }) => {
        const terms = view.siteTerms[siteId] ?? SITE_TERMS;
        return strategy.key(siteId, { callId, terms, freeShare: shares?.get(siteId) ?? 0 });
      };
    }
  }
}

/** Eligible / staffed agents of each site, of those who meet the requirement. */
function freeShares(view: RoutingView, call: WaitingCall, requirement: Requirement): ReadonlyMap<string, number> {
  const meets = (asked: Asked): boolean => unmet(requirement, asked) === null;
  const counts = new Map<string, { free: number; staffed: number }>();
  for (const agent of view.agents.values()) {
    if (!isOnDuty(agent) || !meets(asStaffed(agent))) continue;
    let count = counts.get(agent.siteId);
    if (!count) counts.set(agent.siteId, (count = { free: 0, staffed: 0 }));
    count.staffed += 1;
    if (meets(agent) && ineligible(agent, view, call.networkFirst).length === 0) count.free += 1;
  }
  return new Map([...counts].map(([siteId, { free, staffed }]) => [siteId, free / staffed]));
}

/**
 * Whether the call waits for its preferred agents alone: its patience lasts, and one of them is staffed and meets the requirement. Where
 * none is, waiting for them would be for nothing.
 */
export function waitsForPreferred(view: RoutingView, call: WaitingCall, requirement: Requirement): boolean {
  if (call.preferredUntilMs <= view.nowMs) return false;
  return call.preferred.some((agentId) => {
    const agent = view.agents.get(agentId);
    return agent !== undefined && isStaffed(agent, view) && unmet(requirement, asStaffed(agent)) === null;
  });
}
