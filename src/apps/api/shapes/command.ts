import { z } from 'zod';
import type { AgentId } from '../../../core/model/agent.ts';
import { AGENT_ACTIONS } from '../../../core/model/command.ts';
import type { AgentAction } from '../../../core/model/command.ts';
import type { CommandEnd } from '../../../ports/commands.ts';
import { atMs, oneOf, text, texts } from './values.ts';

const OUTCOMES = ['done', 'refused', 'expired', 'unknown'] as const satisfies CommandEnd['outcome'][];
const outcome = oneOf(
  OUTCOMES,
  'refused: the PBX said no; expired: nobody took it in time, so nothing was done; unknown: it was taken, and nobody knows whether it was done',
);

/** What came of a command. */
export interface CommandAnswer extends CommandEnd {
  readonly commandId: string;
}

export const commandAnswerShape: z.ZodType<CommandAnswer> = z.object({
  commandId: text('its id'),
  outcome,
  said: text('what the PBX said, or why nothing was done'),
});

/** A command as it is listed. */
export interface CommandListed {
  readonly commandId: string;
  readonly siteId: string;
  readonly agentId: AgentId;
  readonly action: AgentAction;
  readonly reason: string;
  readonly queues: readonly string[];
  readonly askedBy: string;
  readonly askedAtMs: number;
  /** Null while it is open. */
  readonly outcome: CommandEnd['outcome'] | null;
  readonly said: string;
}

export const commandListedShape: z.ZodType<CommandListed> = z.object({
  commandId: text('its id'),
  siteId: text('where'),
  agentId: text('with whom'),
  action: z.enum(AGENT_ACTIONS),
  reason: text("why he pauses; ''"),
  queues: texts('these alone; empty: all of his'),
  askedBy: text('who asked for it'),
  askedAtMs: atMs('when'),
  outcome: outcome.nullable(),
  said: text("what the PBX said, or why nothing was done; '' while it is open"),
});
