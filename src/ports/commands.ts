import type { AgentId } from '../core/model/agent.ts';
import type { AgentCommand } from './site-pbx.ts';
import type { Fence } from './site-store.ts';

/** A command that nobody took within this time of its asking has expired: it is never done late. */
export const COMMAND_MS = 5_000;
/** An answer may be on its way this long after that; later nobody knows what came of a command that was taken. */
export const COMMAND_ANSWER_MS = 1_500;
/** For so long after his PBX did it an agent counts as pausing still: his site's own row may be as far behind. */
export const COMMAND_SETTLES_MS = 1_000;

/** `expired`: nobody took it in time, so nothing was done. `unknown`: it was taken, and nobody knows whether it was done. */
export interface CommandEnd {
  readonly outcome: 'done' | 'refused' | 'expired' | 'unknown';
  /** What the PBX said, or why nothing was done. */
  readonly said: string;
}

/** What somebody wants done at a site. */
export interface AskedCommand extends AgentCommand {
  /** Given by whoever asks, unique for ever. */
  readonly commandId: string;
  readonly siteId: string;
  readonly askedBy: string;
}

/** A command as it stands: what was asked for, when, and what came of it. */
export interface CommandLine extends AskedCommand {
  /** The database's clock. */
  readonly askedAtMs: number;
  /** Null while it is open. */
  readonly end: CommandEnd | null;
}

/** Which commands are looked for; what is not given does not matter. */
export interface CommandFilter {
  readonly commandId?: string;
  readonly siteId?: string;
  readonly agentId?: AgentId;
  readonly limit: number;
  /** Those asked for before this one: the next page. */
  readonly before?: { readonly askedAtMs: number; readonly commandId: string };
}

/** Who wants something done at a PBX. Every method rejects with DATABASE_DOWN when the database does not answer. */
export interface CommandAsker {
  /** Writes it down for the site's process to find. Idempotent by id. From now on edges take an agent who is to pause or to log out for paused. */
  askCommand(asked: AskedCommand): Promise<void>;
  /** What came of it; null while that is open. One that nobody asked for has expired. */
  commandEnd(commandId: string): Promise<CommandEnd | null>;
  /** Newest first, as far back as commands are kept. */
  commands(filter: CommandFilter): Promise<readonly CommandLine[]>;
}

/** The site's process, which carries commands out. Every method rejects with DATABASE_DOWN when the database does not answer. */
export interface CommandTaker {
  /** Those of this site that nobody took and that have not expired, oldest first. */
  waitingCommands(siteId: string): Promise<readonly AskedCommand[]>;
  /**
   * Takes one, once, under the fence; `attempt` is new for each call, so that a call repeated after a lost answer sees its own win.
   * How long it may be carried out, ms, counted from before the call; null when it is not to be done by us.
   */
  takeCommand(fence: Fence, commandId: string, attempt: string): Promise<number | null>;
  /** Writes what came of one that this fence took. */
  answerCommand(fence: Fence, commandId: string, end: CommandEnd): Promise<'ok' | 'fenced'>;
}
