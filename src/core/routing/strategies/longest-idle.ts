import type { AgentState } from '../../model/agent.ts';
import type { Reservation } from '../../model/claim.ts';
import type { Strategy } from './strategy.ts';

/** Idle since the later of the site's report and the end of our last talk with him. */
export const idleSinceMs = (agent: AgentState, reservation: Reservation | undefined): number =>
  Math.max(agent.idleSinceMs, reservation?.idleSinceMs ?? 0);

/** Who has been idle longest. Also the tie-break of all others. */
export const longestIdle: Strategy = { by: 'agent', key: idleSinceMs };
