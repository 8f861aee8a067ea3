/** Runs one real Asterisk below a folder of its own, for tests, the demo and the bench. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Part } from '../../../src/runtime/parts/index.ts';
import { PbxProcess } from '../process.ts';
import { writeInstance } from './base-config.ts';
import type { InstancePlan } from './base-config.ts';

const BOOT_DEADLINE_MS = 60_000;

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
  private readonly process = new PbxProcess();

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
    return this.process.pid;
  }

  async start(): Promise<void> {
    if (this.part.command.length === 0) throw new Error('the Asterisk part has no command');
    const argv = [...this.part.command, '-f', '-C', this.configFile];
    this.process.start(argv, join(this.dir, 'log', 'console'), this.part.env);
    await this.booted();
  }

  private async booted(): Promise<void> {
    const deadline = Date.now() + BOOT_DEADLINE_MS;
    while (Date.now() < deadline) {
      if (!this.process.running) throw new Error(`Asterisk ${this.name} ended while booting:\n${this.logTail()}`);
      if (existsSync(join(this.runDir, 'asterisk.ctl'))) {
        const answer = await this.cli('core waitfullybooted').catch(() => '');
        if (answer.includes('fully booted')) return;
      }
      await delay(25);
    }
    throw new Error(`Asterisk ${this.name} was not up within ${BOOT_DEADLINE_MS} ms:\n${this.logTail()}`);
  }

  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  freeze(): Promise<void> {
    return this.process.freeze();
  }

  thaw(): void {
    this.process.thaw();
  }

  async stop(): Promise<void> {
    await this.process.end();
    rmSync(this.runDir, { recursive: true, force: true });
  }

  async restart(): Promise<void> {
    await this.process.end();
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
