/**
 * Keeps a connection to ARI, for ever: a new client each time, one at a time, with jittered backoff. ApplicationReplaced
 * is a fence: somebody else has our application now, and taking it back would only go back and forth. The socket is
 * closed and none is opened until start() is called again.
 */
import type { IpntError } from '../../core/errors.ts';
import { pause } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { backoffMs } from '../../runtime/retry.ts';
import type { Backoff } from '../../runtime/retry.ts';
import { AriConnection } from './client.ts';
import type { ClientOptions } from './client.ts';
import { readEvent } from './wire.ts';
import type { AriEvent } from './wire.ts';

/** Callers wait meanwhile, and the default route takes over within seconds: sooner than for a site. */
const BACKOFF: Backoff = { baseMs: 100, maxMs: 5000 };

export interface LinkHandlers {
  /** Before any event of this connection. */
  readonly onUp: (connection: AriConnection) => void;
  readonly onEvent: (event: AriEvent) => void;
  readonly onDown: (reason: string) => void;
  readonly onReplaced: () => void;
}

export class AriLink {
  readonly #options: ClientOptions;
  readonly #log: Log;
  readonly #handlers: LinkHandlers;
  #connection: AriConnection | undefined;
  #running: symbol | undefined;
  #loop: Promise<void> = Promise.resolve();
  #wake: () => void = () => undefined;
  #mayOpen: () => Promise<boolean> = () => Promise.resolve(true);

  constructor(options: ClientOptions, log: Log, handlers: LinkHandlers) {
    this.#options = options;
    this.#log = log;
    this.#handlers = handlers;
  }

  get connection(): AriConnection | undefined {
    return this.#connection;
  }

  /** Resolves when the link is up for the first time, or when it is stopped before that. */
  async start(mayOpen?: () => Promise<boolean>): Promise<void> {
    if (this.#running) return;
    if (mayOpen) this.#mayOpen = mayOpen;
    const run = Symbol('run');
    this.#running = run;
    await this.#loop;
    await new Promise<void>((resolve) => {
      this.#loop = this.#keep(run, resolve).finally(resolve);
    });
  }

  async stop(): Promise<void> {
    this.#running = undefined;
    this.#wake();
    this.#connection?.end('stopped');
    await this.#loop;
  }

  async #keep(run: symbol, firstUp: () => void): Promise<void> {
    const { clock } = this.#options;
    let attempt = 0;
    let lastError = '';
    while (this.#running === run) {
      const startedMs = clock.monoMs();
      const error = await this.#once(run, () => {
        lastError = '';
        firstUp();
      });
      // A link that held for a while starts the backoff anew; one that breaks at once does not.
      attempt = clock.monoMs() - startedMs > BACKOFF.maxMs ? 1 : attempt + 1;
      if (this.#running !== run) return;
      lastError = this.#report(error, lastError, attempt);
      await Promise.race([
        pause(clock, backoffMs(attempt, Math.random(), BACKOFF)),
        new Promise<void>((resolve) => (this.#wake = resolve)),
      ]);
    }
  }

  /** A failure that goes on is logged when it changes. */
  #report(error: IpntError | undefined, lastError: string, attempt: number): string {
    if (!error) return lastError;
    if (error.message === lastError) return lastError;
    this.#log.error(`no link to the edge's Asterisk: ${error.message}; ${error.cure}`, {
      errCode: error.code,
      attempt,
    });
    return error.message;
  }

  /** One connection from its making to its end. Returns why it could not be made. */
  async #once(run: symbol, up: () => void): Promise<IpntError | undefined> {
    let lost: (reason: string) => void = () => undefined;
    const ended = new Promise<string>((resolve) => (lost = resolve));
    try {
      const connection = await AriConnection.load(this.#options);
      if (this.#running !== run || !(await this.#mayOpen()) || this.#running !== run) return undefined;
      await connection.open({
        onOpen: () => this.#opened(connection, run, up),
        onEvent: (json) => {
          const event = readEvent(json);
          if (event) this.#event(event, run);
        },
        onLost: lost,
      });
    } catch (error) {
      return error as IpntError;
    }
    const reason = await ended;
    this.#connection = undefined;
    this.#log.warn(`the link to the edge's Asterisk is down: ${reason}`, { event: 'linkDown' });
    this.#handlers.onDown(reason);
    return undefined;
  }

  #opened(connection: AriConnection, run: symbol, up: () => void): void {
    // Stopped while it opened: nobody wants it any more.
    if (this.#running !== run) return connection.end('stopped');
    this.#connection = connection;
    const how = connection.ordered ? 'requests over the websocket' : 'requests over HTTP';
    this.#log.info(`linked to the edge's Asterisk (${how})`, { event: 'linkUp' });
    this.#handlers.onUp(connection);
    up();
  }

  #event(event: AriEvent, run: symbol): void {
    if (this.#running !== run) return;
    if (event.type !== 'ApplicationReplaced') return this.#handlers.onEvent(event);
    this.#running = undefined;
    this.#log.error('another program has taken over our ARI application: this one stands by', { event: 'replaced' });
    this.#handlers.onReplaced();
    this.#connection?.end('replaced');
  }
}
