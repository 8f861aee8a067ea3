import type { AgentState } from '../../model/agent.ts';
import type { Reservation } from '../../model/claim.ts';

/** Idle since the later of the site's report and the end of our last talk with him. */
export const idleSinceMs = (agent: AgentState, reservation: Reservation | undefined): number =>
  Math.max(agent.idleSinceMs, reservation?.idleSinceMs ?? 0);

/** Who has been idle longest goes first; the last tie-break is the agent's id, so the order is total. */
export function longestIdle(
  a: { agent: AgentState; idleSinceMs: number },
  b: { agent: AgentState; idleSinceMs: number },
): number {
  return (
    a.idleSinceMs - b.idleSinceMs ||
    (a.agent.agentId < b.agent.agentId ? -1 : a.agent.agentId > b.agent.agentId ? 1 : 0)
  );
}
