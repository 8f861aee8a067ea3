import type { Command } from 'commander';
import type { ExitCode, Io } from './io.ts';
import type { GlobalOptions } from './open.ts';

/** Adds a command to the program. `finish` carries the exit code out of commander. */
export type AddCommand = (program: Command, io: Io) => void;

/** An ending other than 0 that has been told to the person already. */
export class Ending extends Error {
  readonly code: ExitCode;

  constructor(code: ExitCode) {
    super(`exit ${code}`);
    this.name = 'Ending';
    this.code = code;
  }
}

/** Options of a command and the global ones together. */
export const optionsOf = <T extends object>(command: Command): T & GlobalOptions =>
  command.optsWithGlobals<T & GlobalOptions>();

export const JSON_OPTION = ['--json', 'as JSON'] as const;
export const WATCH_OPTION = ['--watch', 'again each second, until Ctrl-C'] as const;
