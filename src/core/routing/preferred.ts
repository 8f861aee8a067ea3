import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { Customer } from '../model/call.ts';
import type { PreferredRules } from '../model/service.ts';

/** A caller's agents beyond this many are no preference. */
const MOST = 20;

/**
 * The agents whom a caller gets first, best first: those of the customer's record, then the one he spoke to last. A record names an
 * agent by id, by what comes after the site in it, or by title; a name that several bear means all of them, and one that nobody
 * bears nobody. `last` is null where nobody knows.
 */
export function preferredAgents(
  rules: PreferredRules,
  customer: Customer | null,
  last: AgentId | null,
  agents: ReadonlyMap<AgentId, KnownAgent>,
): readonly AgentId[] {
  const chosen = new Set<AgentId>();
  for (const name of rules.customer ? (customer?.preferred ?? []).slice(0, MOST) : [])
    for (const agentId of named(name.trim(), agents)) chosen.add(agentId);
  if (rules.last && last !== null && agents.has(last)) chosen.add(last);
  return [...chosen].slice(0, MOST);
}

function named(name: string, agents: ReadonlyMap<AgentId, KnownAgent>): readonly AgentId[] {
  if (name === '') return [];
  if (agents.has(name)) return [name];
  const wanted = name.toLowerCase();
  const found: AgentId[] = [];
  for (const agent of agents.values())
    if (agent.name === name || agent.title.toLowerCase() === wanted) found.push(agent.agentId);
  return found.sort();
}
