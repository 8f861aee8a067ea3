/** Runs one real FreeSWITCH below a folder of its own, where the machine has one. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PbxProcess } from '../process.ts';
import { ESL_PORT, freeswitchXml, PHONE_PORT, TRUNK_PORT } from './config.ts';
import type { FreeswitchPlan } from './config.ts';
import { eslApi } from './esl.ts';
import type { EslAddress } from './esl.ts';
import type { FreeswitchPbx } from './site.ts';

const BOOT_DEADLINE_MS = 30_000;

export interface FreeswitchSpec extends FreeswitchPlan {
  readonly program: string;
  readonly dir: string;
}

/** Writes its configuration, starts it and waits until its event socket answers; throws with the end of its log otherwise. */
export async function startFreeswitch(spec: FreeswitchSpec): Promise<RealFreeswitch> {
  const running = new RealFreeswitch(spec);
  try {
    await running.start();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}

const FOLDERS = [
  'conf',
  'log',
  'db',
  'run',
  'cache',
  'certs',
  'storage',
  'recordings',
  'sounds',
  'scripts',
  'temp',
  'grammar',
  'htdocs',
];

export class RealFreeswitch implements FreeswitchPbx {
  readonly kind = 'real';
  readonly #spec: FreeswitchSpec;
  readonly #process = new PbxProcess();
  readonly name: string;
  readonly address: string;
  readonly dir: string;
  readonly eslPassword: string;
  readonly esl: EslAddress;
  readonly sip: { readonly host: string; readonly port: number };
  readonly phones: { readonly host: string; readonly port: number };

  constructor(spec: FreeswitchSpec) {
    this.#spec = spec;
    this.name = spec.spec.name;
    this.address = spec.address;
    this.dir = spec.dir;
    this.eslPassword = spec.eslPassword;
    this.esl = { host: spec.address, port: ESL_PORT };
    this.sip = { host: spec.address, port: TRUNK_PORT };
    this.phones = { host: spec.address, port: PHONE_PORT };
    for (const folder of FOLDERS) mkdirSync(join(spec.dir, folder), { recursive: true });
    writeFileSync(join(spec.dir, 'conf', 'freeswitch.xml'), freeswitchXml(spec), { mode: 0o600 });
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** Loopback alone, no port mapping, nothing outside its folder but the program's own modules. */
  async start(): Promise<void> {
    const places = FOLDERS.flatMap((folder) => [`-${folder}`, join(this.dir, folder)]);
    const argv = [this.#spec.program, '-nf', '-c', '-nonat', '-nonatmap', '-nocal', '-np', ...places];
    this.#process.start(argv, join(this.dir, 'log', 'console'));
    const deadline = Date.now() + BOOT_DEADLINE_MS;
    while (Date.now() < deadline) {
      if (!this.#process.running) throw new Error(`FreeSWITCH ${this.name} ended while booting:\n${this.logTail()}`);
      const said = await this.cli('status').catch(() => '');
      if (said.includes('is ready') && (await this.cli('sofia status').catch(() => '')).match(/RUNNING/g)?.length === 2)
        return;
      await delay(50);
    }
    throw new Error(`FreeSWITCH ${this.name} was not up within ${BOOT_DEADLINE_MS} ms:\n${this.logTail()}`);
  }

  cli(command: string): Promise<string> {
    return eslApi(this.esl, this.eslPassword, command);
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }

  freeze(): Promise<void> {
    return this.#process.freeze();
  }

  thaw(): void {
    this.#process.thaw();
  }

  async restart(): Promise<void> {
    await this.#process.end(10_000);
    await this.start();
  }

  /** Not asked nicely: that takes it three seconds. */
  async stop(): Promise<void> {
    await this.#process.end(0);
    rmSync(this.dir, { recursive: true, force: true });
  }

  /** The last 6 kB of its log. */
  logTail(): string {
    const read = (file: string): string =>
      existsSync(join(this.dir, 'log', file)) ? readFileSync(join(this.dir, 'log', file), 'utf8').slice(-6_000) : '';
    return read('freeswitch.log') || read('console');
  }
}
