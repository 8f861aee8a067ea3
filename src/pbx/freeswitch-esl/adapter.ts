import { IpntError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../ports/site-pbx.ts';
import type { EslAddress } from './client.ts';
import { answerOf, statusCommand } from './commands.ts';
import { createOddities } from './oddities.ts';
import type { Oddities } from './oddities.ts';
import { EslSession } from './session.ts';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MOST_MS = 10_000;
/** A connection that held this long was a good one: the next failure is a new one. */
const GOOD_MS = 10_000;

export interface FreeSwitchEslOptions extends EslAddress {
  /** Agents of the settings: extensions that mod_callcenter does not know. */
  readonly listed?: readonly string[];
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
}

/** A call centre's FreeSWITCH over its event socket. Every reconnect is a new session, and every session begins with a whole snapshot. */
export class FreeSwitchEsl implements SitePbx {
  readonly #options: FreeSwitchEslOptions;
  readonly #oddities: Oddities;
  #session: EslSession | undefined;
  #isStopped = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #lastFailure = '';
  #coreUuid = '';

  constructor(options: FreeSwitchEslOptions) {
    this.#options = options;
    this.#oddities = createOddities(options.log);
  }

  /** What was not understood since the start, and how often. */
  get oddities(): ReadonlyMap<string, number> {
    return this.#oddities.counts;
  }

  start(sink: SitePbxSink): void {
    this.#isStopped = false;
    this.#running = this.#run(sink);
  }

  requestSnapshot(why: string): void {
    this.#session?.requestSnapshot(why);
  }

  /** Done once, and answered with what FreeSWITCH said. Rejects with ESL_UNREACHABLE when nobody can say what became of it. */
  async command(command: AgentCommand): Promise<CommandAnswer> {
    const session = this.#session;
    if (session === undefined) throw new IpntError('ESL_UNREACHABLE', 'not connected', this.#where);
    const text = statusCommand(command);
    if (text === null) return { outcome: 'refused', said: `"${command.agent}" is no name of an agent` };
    const isListed = this.#options.listed?.includes(command.agent) ?? false;
    if (isListed && !session.isKnown(command.agent))
      return { outcome: 'ours', said: 'mod_callcenter does not know him' };
    return answerOf(await session.api(text), command);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#session?.close('stopped');
    this.#wake();
    await this.#running;
  }

  get #where(): string {
    return `${this.#options.host}:${this.#options.port}`;
  }

  async #run(sink: SitePbxSink): Promise<void> {
    const { clock, log, host, port, password, listed = [] } = this.#options;
    for (let attempt = 0; !this.#isStopped; attempt += 1) {
      this.#session = new EslSession({
        ...{ address: { host, port, password }, clock, log, sink, listed, oddities: this.#oddities },
        onCore: (coreUuid) => this.#noteCore(coreUuid),
      });
      let upSinceMs = Infinity;
      try {
        await this.#session.run(() => {
          upSinceMs = clock.monoMs();
          this.#lastFailure = '';
          log.info('connected to the PBX', { event: 'linkUp' });
        });
      } catch (error) {
        if (this.#isStopped) break;
        this.#report(error);
        sink.event({ kind: 'linkDown', reason: error instanceof Error ? error.message : String(error) }, clock.nowMs());
      }
      if (clock.monoMs() - upSinceMs >= GOOD_MS) attempt = 0;
      await this.#backOff(attempt);
    }
    this.#session = undefined;
  }

  #noteCore(coreUuid: string): void {
    if (this.#coreUuid !== '' && coreUuid !== this.#coreUuid)
      this.#options.log.warn('FreeSWITCH was started anew: its agents have the status of its configuration', {
        event: 'restarted',
      });
    this.#coreUuid = coreUuid;
  }

  /** One line a failure, when it changes: an unreachable PBX would fill the log otherwise. */
  #report(error: unknown): void {
    const failure = error instanceof IpntError ? error : new IpntError('BUG', String(error), '', { cause: error });
    const text = `${failure.message}: ${failure.cure}`;
    if (text === this.#lastFailure) return;
    this.#lastFailure = text;
    const level = failure.code === 'ESL_UNREACHABLE' ? 'warn' : 'error';
    this.#options.log[level](text, { event: 'linkDown', errCode: failure.code });
  }

  /** 0.25 s doubling to 10 s, the later half of it at random, so that adapters do not come back in step. */
  #backOff(attempt: number): Promise<void> {
    if (this.#isStopped) return Promise.resolve();
    const ms = Math.min(BACKOFF_MOST_MS, BACKOFF_FIRST_MS * 2 ** Math.min(attempt, 10));
    const random = this.#options.random ?? Math.random;
    return new Promise((resolve) => {
      const timer: Timer = this.#options.clock.after(ms * (0.5 + random() / 2), resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }
}
