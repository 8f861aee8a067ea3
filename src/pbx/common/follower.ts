import { IpntError } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SitePbxSink } from '../../ports/site-pbx.ts';

const BACKOFF_FIRST_MS = 250;
const BACKOFF_MOST_MS = 10_000;
/** A connection that held this long was a good one: the next failure is a new one. */
const GOOD_MS = 10_000;

/** One connection to a site's PBX, from its opening to its end. */
export interface SiteSession {
  /** Resolves never; rejects with why it ended. `up` is called once the first snapshot has been handed over. */
  run(up: () => void): Promise<never>;
  requestSnapshot(why: string): void;
  close(reason: string): void;
}

export interface FollowerOptions<S extends SiteSession> {
  readonly clock: Clock;
  readonly log: Log;
  /** 0 to 1, for the jitter. */
  readonly random?: () => number;
  /** A failure of this code is a network's or a PBX's bad moment; any other wants a person. */
  readonly passing: ErrorCode;
  newSession(sink: SitePbxSink): S;
}

/** Follows a PBX for ever: one session after the other, with jittered backoff between them. Each begins with a whole snapshot. */
export class SiteFollower<S extends SiteSession> {
  readonly #options: FollowerOptions<S>;
  #session: S | undefined;
  #isStopped = false;
  #wake: () => void = () => undefined;
  #running: Promise<void> = Promise.resolve();
  #lastFailure = '';

  constructor(options: FollowerOptions<S>) {
    this.#options = options;
  }

  /** The present one; undefined before the first and after the last. */
  get session(): S | undefined {
    return this.#session;
  }

  start(sink: SitePbxSink): void {
    this.#isStopped = false;
    this.#running = this.#run(sink);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#session?.close('stopped');
    this.#wake();
    await this.#running;
  }

  async #run(sink: SitePbxSink): Promise<void> {
    const { clock, log } = this.#options;
    for (let attempt = 0; !this.#isStopped; attempt += 1) {
      this.#session = this.#options.newSession(sink);
      let upSinceMs = Infinity;
      try {
        await this.#session.run(() => {
          upSinceMs = clock.monoMs();
          this.#lastFailure = '';
          log.info('connected to the PBX', { event: 'linkUp' });
        });
      } catch (error) {
        if (this.#isStopped) break;
        const failure = error instanceof IpntError ? error : new IpntError('BUG', String(error), '', { cause: error });
        this.#report(failure);
        sink.failed?.(failure);
        sink.event({ kind: 'linkDown', reason: error instanceof Error ? error.message : String(error) }, clock.nowMs());
      }
      if (clock.monoMs() - upSinceMs >= GOOD_MS) attempt = 0;
      await this.#backOff(attempt);
    }
    this.#session = undefined;
  }

  /** One line a failure, when it changes: an unreachable PBX would fill the log otherwise. */
  #report(failure: IpntError): void {
    const text = `${failure.message}: ${failure.cure}`;
    if (text === this.#lastFailure) return;
    this.#lastFailure = text;
    const level = failure.code === this.#options.passing ? 'warn' : 'error';
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
