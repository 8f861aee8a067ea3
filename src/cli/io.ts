/** Where secrets come from: never from the arguments, which every user of the machine can read. */
export interface SecretInput {
  /** Whether somebody sits there who can be asked. */
  readonly isTerminal: boolean;
  /** Asks on the terminal, without showing what is typed. Ctrl-C ends the command. */
  ask(prompt: string): Promise<string>;
  /** The first line of standard input. */
  line(): Promise<string>;
}

/** Where a command reads from and writes to: the process, or a test's own. */
export interface Io {
  out(text: string): void;
  err(text: string): void;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Whether `out` is a screen that can be redrawn. */
  readonly isScreen: boolean;
  /** Absent: there is nobody to ask and nothing to read. */
  readonly secrets?: SecretInput;
}

export const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  env: process.env,
  isScreen: process.stdout.isTTY,
};

/** What the shell is told. Documented in `ipnt --help`. */
export const EXIT = { ok: 0, failed: 1, usage: 2 } as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
