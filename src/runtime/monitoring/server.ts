/** What monitoring systems ask over HTTP: `/health/live`, `/health/ready` and `/metrics`. No login: it says nothing of calls or people. */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { IpntError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { healthOf } from './health.ts';
import { CONTENT_TYPE, textOf } from './registry.ts';
import type { RoleState, Source, Wanted } from './role-monitor.ts';

export interface MonitoringOptions {
  readonly host: string;
  readonly port: number;
  readonly source: Source;
  readonly log: Log;
  readonly clock: Clock;
}

const TRY_AGAIN_MS = 10_000;
const MOST_CONNECTIONS = 64;
const REQUEST_MS = 10_000;
const PATHS = '/metrics, /health/live, /health/ready';

/**
 * Serves monitoring for as long as the process lives. An address that cannot be had is told once and tried again: a role that serves
 * calls does not end for it.
 */
export class MonitoringServer {
  readonly #o: MonitoringOptions;
  readonly #asked = new Map<Wanted, Promise<readonly RoleState[]>>();
  #server: Server | undefined;
  #retry: Timer | undefined;
  #said = '';
  #isClosed = false;

  constructor(options: MonitoringOptions) {
    this.#o = options;
    this.#listen();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#retry?.cancel();
    const server = this.#server;
    if (server === undefined) return;
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #listen(): void {
    if (this.#isClosed) return;
    const { host, port, log } = this.#o;
    const server = createServer({ requestTimeout: REQUEST_MS }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => send(response, 500, `${String(error)}\n`));
    });
    server.maxConnections = MOST_CONNECTIONS;
    this.#server = server;
    server.on('error', (error) => this.#failed(error));
    server.listen({ host, port }, () => {
      this.#said = '';
      log.info(`monitoring is at http://${host.includes(':') ? `[${host}]` : host}:${port}: ${PATHS}`);
    });
  }

  #failed(error: Error): void {
    const { host, port, log, clock } = this.#o;
    if (this.#server?.listening !== true) this.#server = undefined;
    const failure = new IpntError('MONITORING_ADDRESS', error.message, `${host}:${port}`, { cause: error });
    if (this.#said !== failure.message)
      log.error('nobody can ask for monitoring', {
        errCode: failure.code,
        detail: `${failure.message}; ${failure.cure}`,
      });
    this.#said = failure.message;
    this.#retry = clock.after(TRY_AGAIN_MS, () => this.#listen());
  }

  async #answer({ method, url }: IncomingMessage, response: ServerResponse): Promise<void> {
    if (method !== 'GET' && method !== 'HEAD') return send(response, 405, 'only GET\n');
    switch (url?.split('?')[0]) {
      case '/health/live':
        return sendJson(response, 200, { live: true });
      case '/health/ready': {
        const health = healthOf(await this.#states('checks'));
        return sendJson(response, health.ready ? 200 : 503, health);
      }
      case '/metrics': {
        const states = await this.#states('metrics');
        return send(response, 200, await textOf(states.map(({ metrics }) => metrics)), CONTENT_TYPE);
      }
      default:
        return send(response, 404, `there is only ${PATHS}\n`);
    }
  }

  /** Who asks while another is being answered gets the same answer: many askers cost no more than one. */
  #states(wanted: Wanted): Promise<readonly RoleState[]> {
    const running = this.#asked.get(wanted);
    if (running !== undefined) return running;
    const asked = this.#o.source.states(wanted).finally(() => this.#asked.delete(wanted));
    this.#asked.set(wanted, asked);
    return asked;
  }
}

const sendJson = (response: ServerResponse, status: number, body: unknown): void =>
  send(response, status, `${JSON.stringify(body)}\n`, 'application/json');

function send(response: ServerResponse, status: number, body: string, type = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': type, 'cache-control': 'no-store' }).end(body);
}
