/** Runs one real Asterisk below a folder of its own, for tests, the demo and the bench. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../../../src/runtime/parts/index.ts';
import { writeInstance } from './base-config.ts';
import type { InstancePlan } from './base-config.ts';

const BOOT_DEADLINE_MS = 20_000;
const STOP_GRACE_MS = 3_000;

/** Where util-linux has it: a test runner that is killed leaves no Asterisk behind. It execs, so the pid is Asterisk's. */
const SETPRIV = '/usr/bin/setpriv';
const DIE_WITH_PARENT = existsSync(SETPRIV) ? [SETPRIV, '--pdeathsig', 'KILL'] : [];

/** Killed when this process ends by itself without stopping them. */
const living = new Set<ChildProcess>();
process.once('exit', () => living.forEach((child) => child.kill('SIGKILL')));

export interface AsteriskInstance {
  readonly name: string;
  readonly address: string;
  readonly dir: string;
  /** Of the running process; another one after restart(). */
  readonly pid: number;
  readonly sip: { host: string; port: number };
  readonly ami: { host: string; port: number };
  readonly http: { host: string; port: number };
  /** SIGTERM, then SIGKILL after 3 s; also when it is stopped by a signal. Idempotent. */
  stop(): Promise<void>;
  /** SIGSTOP, and only back when every thread stands: a signal is delivered some time after it was sent. */
  freeze(): Promise<void>;
  thaw(): void;
  kill(signal: NodeJS.Signals): void;
  restart(): Promise<void>;
  /** Runs a CLI command (asterisk -rx) and returns what it printed. */
  cli(command: string): Promise<string>;
  /** The last 6 kB of its log. */
  logTail(): string;
}

export interface InstanceSpec extends Omit<InstancePlan, 'runDir'> {
  part: Part;
}

/** Writes its configuration, starts it and waits until it is fully booted; throws with the end of its log otherwise. */
export async function startAsterisk(spec: InstanceSpec): Promise<AsteriskInstance> {
  const runDir = mkdtempSync(join(tmpdir(), 'ipnt-ast-'));
  const configFile = writeInstance({ ...spec, runDir }, spec.part);
  const running = new RunningAsterisk(spec, runDir, configFile);
  try {
    await running.start();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

class RunningAsterisk implements AsteriskInstance {
  readonly name: string;
  readonly address: string;
  readonly dir: string;
  readonly sip: { host: string; port: number };
  readonly ami: { host: string; port: number };
  readonly http: { host: string; port: number };
  private readonly part: Part;
  private readonly runDir: string;
  private readonly configFile: string;
  private child: ChildProcess | undefined;
  private gone: Promise<void> = Promise.resolve();

  constructor(spec: InstanceSpec, runDir: string, configFile: string) {
    this.name = spec.name;
    this.address = spec.address;
    this.dir = spec.dir;
    this.part = spec.part;
    this.runDir = runDir;
    this.configFile = configFile;
    this.sip = { host: spec.address, port: 5060 };
    this.ami = { host: spec.address, port: 5038 };
    this.http = { host: spec.address, port: 8088 };
  }

  get pid(): number {
    return this.child?.pid ?? 0;
  }

  async start(): Promise<void> {
    const [program, ...prefix] = this.part.command;
    if (program === undefined) throw new Error('the Asterisk part has no command');
    const out = openSync(join(this.dir, 'log', 'console'), 'a');
    const argv = [...DIE_WITH_PARENT, program, ...prefix, '-f', '-C', this.configFile];
    const child = spawn(argv[0] ?? program, argv.slice(1), {
      stdio: ['ignore', out, out],
      env: { ...process.env, ...this.part.env },
    });
    closeSync(out);
    this.child = child;
    this.gone = new Promise((resolve) => {
      child.once('exit', () => resolve());
      child.once('error', () => resolve());
    });
    void this.gone.then(() => {
      living.delete(child);
      if (this.child === child) this.child = undefined;
    });
    living.add(child);
    await this.booted();
  }

  private async booted(): Promise<void> {
    const deadline = Date.now() + BOOT_DEADLINE_MS;
    while (Date.now() < deadline) {
      if (this.child === undefined) throw new Error(`Asterisk ${this.name} ended while booting:\n${this.logTail()}`);
      if (existsSync(join(this.runDir, 'asterisk.ctl'))) {
        const answer = await this.cli('core waitfullybooted').catch(() => '');
        if (answer.includes('fully booted')) return;
      }
      await delay(25);
    }
    throw new Error(`Asterisk ${this.name} was not up within ${BOOT_DEADLINE_MS} ms:\n${this.logTail()}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.child?.kill(signal);
  }

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

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.runDir, { recursive: true, force: true });
  }

  private async end(): Promise<void> {
    const child = this.child;
    if (child === undefined) return;
    child.kill('SIGCONT');
    child.kill('SIGTERM');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS);
    await this.gone;
    clearTimeout(timer);
  }

  async restart(): Promise<void> {
    await this.end();
    rmSync(join(this.runDir, 'asterisk.ctl'), { force: true });
    await this.start();
  }

  cli(command: string): Promise<string> {
    const [program, ...prefix] = this.part.command;
    return new Promise((resolve, reject) => {
      const child = spawn(program ?? '', [...prefix, '-C', this.configFile, '-rx', command], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { ...process.env, ...this.part.env },
        timeout: BOOT_DEADLINE_MS,
      });
      let text = '';
      let faults = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      child.stderr.on('data', (chunk: Buffer) => (faults += chunk.toString()));
      child.once('error', reject);
      child.once('close', (code) => {
        if (code === 0) resolve(text);
        else reject(new Error(`asterisk -rx "${command}" ended with ${code}: ${(text + faults).trim()}`));
      });
    });
  }

  logTail(): string {
    const read = (file: string): string => {
      const path = join(this.dir, 'log', file);
      return existsSync(path) ? readFileSync(path, 'utf8').slice(-6_000) : '';
    };
    return read('full') || read('console');
  }
}
