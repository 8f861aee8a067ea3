import { COMMAND_ANSWER_MS, COMMAND_MS, COMMAND_SETTLES_MS } from '../../ports/commands.ts';
import type { CommandEnd } from '../../ports/commands.ts';
import type { AgentCommand } from '../../ports/site-pbx.ts';

/** Until when an agent counts as pausing whose command was asked for at `askedAtMs`; 0 where it makes nobody pause. */
export const holdsMs = (action: AgentCommand['action'], askedAtMs: number): number =>
  action === 'pause' || action === 'logout' ? askedAtMs + COMMAND_MS + COMMAND_SETTLES_MS : 0;

/** How a command stands in its row; `outcome` '' while it is not answered. */
interface Stood {
  readonly deadlineMs: number;
  readonly isTaken: boolean;
  readonly outcome: string;
  readonly said: string;
}

const OUTCOMES: readonly CommandEnd['outcome'][] = ['done', 'refused', 'expired', 'unknown'];
const NOBODY = 'no process of the site took it in time: nothing was done';
const SILENT = 'the site took it and did not answer: nobody knows whether it was done';

/** What came of a command at `nowMs`; null while that is open. Expiry is told by the time alone: nobody needs to write it. */
export function endOf(stood: Stood | null, nowMs: number): CommandEnd | null {
  if (stood === null) return { outcome: 'expired', said: NOBODY };
  const outcome = OUTCOMES.find((one) => one === stood.outcome);
  if (outcome !== undefined) return { outcome, said: stood.said };
  if (!stood.isTaken) return nowMs >= stood.deadlineMs ? { outcome: 'expired', said: NOBODY } : null;
  return nowMs >= stood.deadlineMs + COMMAND_ANSWER_MS ? { outcome: 'unknown', said: SILENT } : null;
}
