/** A real PBX as a process that a test starts, freezes, kills and starts again. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** Where util-linux has it: a test runner that is killed leaves no PBX behind. It execs, so the pid is the PBX's. */
const SETPRIV = '/usr/bin/setpriv';
const DIE_WITH_PARENT = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL'] : [];

/** Killed when this process ends by itself without stopping them. */
const living = new Set<ChildProcess>();
process.once('exit', () => living.forEach((child) => child.kill('SIGKILL')));

export class PbxProcess {
  #child: ChildProcess | undefined;
  #gone: Promise<void> = Promise.resolve();

  /** Of the running process; 0 when there is none. */
  get pid(): number {
    return this.#child?.pid ?? 0;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** What it prints is added to the file. */
  start(argv: readonly string[], console: string, env: Readonly<Record<string, string>> = {}): void {
    const [program = '', ...args] = [...DIE_WITH_PARENT, ...argv];
    const out = openSync(console, 'a');
    const child = spawn(program, args, { stdio: ['ignore', out, out], env: { ...process.env, ...env } });
    closeSync(out);
    this.#child = child;
    this.#gone = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    void this.#gone.then(() => {
      living.delete(child);
      if (this.#child === child) this.#child = undefined;
    });
    living.add(child);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  /** SIGSTOP, and only back when every thread stands: a signal is delivered some time after it was sent. */
  async freeze(): Promise<void> {
    this.kill('SIGSTOP');
    const tasks = `/proc/${this.pid}/task`;
    const stands = (id: string): boolean => {
      // A thread may end while the list is read.
      const path = `${tasks}/${id}/stat`;
      return !existsSync(path) || /^\d+ \(.*\) [TtZX] /.test(readFileSync(path, 'utf8'));
    };
    while (!readdirSync(tasks).every(stands)) await delay(1);
  }

  thaw(): void {
    this.kill('SIGCONT');
  }

  /** SIGTERM, then SIGKILL when that was not enough; also when it is stopped by a signal. Resolves when it is gone. */
  async end(graceMs = 3_000): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await this.#gone;
    clearTimeout(timer);
  }
}
