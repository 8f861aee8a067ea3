/** One of our roles as its own process: the built command line, as an administrator runs it. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

export interface Role {
  readonly name: string;
  readonly pid: number;
  /** All lines that it has printed so far. */
  readonly lines: readonly string[];
  /** Resolves with the first line that contains the text, also when it was printed before; rejects after the deadline. */
  said(text: string, deadlineMs?: number): Promise<string>;
  kill(signal: NodeJS.Signals): void;
  /** Its exit status, when it has ended; -1 when a signal ended it. */
  readonly ended: Promise<number>;
  /** SIGTERM, then SIGKILL after 5 s. */
  stop(): Promise<void>;
}

/** Starts `ipnt <args>`; its output goes to `<dir>/<name>.out`. */
export function startRole(name: string, args: readonly string[], dir: string): Role {
  const child: ChildProcess = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  const waiting = new Set<() => void>();
  const file = createWriteStream(`${dir}/${name}.out`, { flags: 'a' });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      file.write(chunk);
      const parts = (rest + chunk).split('\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      for (const look of waiting) look();
    });
  }
  const ended = new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  let gone = false;
  void ended.then(() => {
    gone = true;
    file.end();
    for (const look of waiting) look();
  });
  return {
    name,
    pid: child.pid ?? 0,
    lines,
    ended,
    said: (text, deadlineMs = 15_000) =>
      new Promise((resolve, reject) => {
        const settle = (finish: () => void): void => {
          waiting.delete(look);
          clearTimeout(timer);
          finish();
        };
        const look = (): void => {
          const line = lines.find((candidate) => candidate.includes(text));
          if (line !== undefined) settle(() => resolve(line));
          else if (gone)
            settle(() => reject(new Error(`${name} ended without "${text}":\n${lines.slice(-15).join('\n')}`)));
        };
        const timer = setTimeout(
          () =>
            settle(() =>
              reject(new Error(`${name} did not say "${text}" in ${deadlineMs} ms:\n${lines.slice(-15).join('\n')}`)),
            ),
          deadlineMs,
        );
        waiting.add(look);
        look();
      }),
    kill: (signal) => void child.kill(signal),
    stop: async () => {
      if (gone) return;
      child.kill('SIGCONT');
      child.kill('SIGTERM');
      const force = setTimeout(() => child.kill('SIGKILL'), 5_000);
      await ended;
      clearTimeout(force);
    },
  };
}
