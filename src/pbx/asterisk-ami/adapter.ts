import { IpntError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { AgentCommand, CommandAnswer, SitePbx, SitePbxSink } from '../../ports/site-pbx.ts';
import type { AmiAddress } from './client.ts';
import { carryOut, isAnswer, planCommand } from './commands.ts';
import { createMemberships } from './memberships.ts';
import { AmiSession } from './session.ts';
import type { TranslateOptions } from './translate.ts';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MOST_MS = 10_000;
/** A connection that held this long was a good one: the next failure is a new one. */
const GOOD_MS = 10_000;

export interface AsteriskAmiOptions extends AmiAddress, TranslateOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
}

/** A call centre's Asterisk over AMI. Every reconnect is a new session, and every session begins with a whole snapshot. */
export class AsteriskAmi implements SitePbx {
  readonly #options: AsteriskAmiOptions;
  readonly #memberships = createMemberships();
  #session: AmiSession | undefined;
  #isStopped = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #lastFailure = '';

  constructor(options: AsteriskAmiOptions) {
    this.#options = options;
  }

  start(sink: SitePbxSink): void {
    this.#isStopped = false;
    this.#running = this.#run({
      seen: (atMs) => sink.seen(atMs),
      event: (event, atMs) => {
        this.#memberships.note(event, atMs);
        sink.event(event, atMs);
      },
    });
  }

  requestSnapshot(why: string): void {
    this.#session?.requestSnapshot(why);
  }

  async command(command: AgentCommand): Promise<CommandAnswer> {
    const session = this.#session;
    if (session?.isLive !== true) return { outcome: 'refused', said: 'the PBX is not connected' };
    const plan = planCommand(command, this.#memberships.of(command.agent));
    return isAnswer(plan) ? plan : carryOut(plan, (fields) => session.action(fields));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#session?.close('stopped');
    this.#wake();
    await this.#running;
  }

  async #run(sink: SitePbxSink): Promise<void> {
    const { clock, log, host, port, user, password, wrapUpMs } = this.#options;
    for (let attempt = 0; !this.#isStopped; attempt += 1) {
      const address = { host, port, user, password };
      this.#session = new AmiSession({ address, clock, log, sink, ...(wrapUpMs === undefined ? {} : { wrapUpMs }) });
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

  /** One line a failure, when it changes: an unreachable PBX would fill the log otherwise. */
  #report(error: unknown): void {
    const failure = error instanceof IpntError ? error : new IpntError('BUG', String(error), '', { cause: error });
    const text = `${failure.message}: ${failure.cure}`;
    if (text === this.#lastFailure) return;
    this.#lastFailure = text;
    const level = failure.code === 'AMI_UNREACHABLE' ? 'warn' : 'error';
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
