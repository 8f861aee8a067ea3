/** FreeSWITCH's event socket as its transcripts have it (mod_event_socket, 1.10.12). */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { EslAddress } from './esl.ts';
import { EslClient, withBody } from './server-client.ts';
import type { EslEvent } from './server-client.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0 or absent takes a free one. */
  readonly port?: number;
  readonly password: string;
  /** What an `api` command answers; null where there is no such command. */
  api(command: string): string | null;
  /** Events that may wait for one client: MAX_QUEUE_LEN of mod_event_socket by default. When one queue is full, all clients hang. */
  readonly mostQueued?: number;
}

/** MAX_QUEUE_LEN (mod_event_socket.c, 1.10.12). */
const MOST_QUEUED = 100_000;

const SHUT_DOWN = withBody('text/disconnect-notice', 'The system is being shut down.\n');

/** An event as the socket sends it, in the order that JSON clients see. */
export function eventFrame(body: string): Buffer {
  return Buffer.from(`Content-Length: ${Buffer.byteLength(body)}\nContent-Type: text/event-json\n\n${body}`);
}

export class EslServer {
  readonly options: ServerOptions;
  readonly clients = new Set<EslClient>();
  #server: Server | undefined;
  #isFrozen = false;
  #port: number;

  constructor(options: ServerOptions) {
    this.options = options;
    this.#port = options.port ?? 0;
  }

  get address(): EslAddress {
    return { host: this.options.host, port: this.#port };
  }

  /** The longest send queue of any client, in events. */
  get queued(): number {
    return Math.max(0, ...[...this.clients].map((client) => client.queued));
  }

  /** Frozen by a test, or because one client's queue is full: then nobody is served until that one closes. */
  get isStuck(): boolean {
    return this.#isFrozen || this.queued >= (this.options.mostQueued ?? MOST_QUEUED);
  }

  async listen(): Promise<void> {
    const server = createServer((socket) => {
      const client = new EslClient(socket, this);
      this.clients.add(client);
      socket.once('close', () => {
        this.clients.delete(client);
        this.#wake();
      });
    });
    server.listen(this.#port, this.options.host);
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as { port: number }).port;
  }

  /** To everybody who asked for it. */
  tell(event: EslEvent): void {
    this.#tell(event, eventFrame(JSON.stringify(event)));
  }

  #tell(event: EslEvent, frame: Buffer): void {
    for (const client of this.clients) client.event(event, frame);
  }

  /** Events as they were recorded, to the byte; `speed` 1 is their own pace, 10 ten times as fast, Infinity at once. */
  async play(bodies: readonly string[], speed = Infinity): Promise<void> {
    let beforeUs = NaN;
    for (const body of bodies) {
      const event = JSON.parse(body) as EslEvent;
      const madeUs = Number(event['Event-Date-Timestamp']);
      const restMs = Math.max(0, madeUs - beforeUs || 0) / 1_000 / speed;
      if (restMs > 0) await delay(restMs);
      this.#tell(event, eventFrame(body));
      beforeUs = madeUs;
    }
  }

  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
    this.#wake();
  }

  #wake(): void {
    for (const client of this.clients) client.wake();
  }

  /** `sigterm` ends every connection with a notice; `fin` and `rst` are what a killed process leaves. The port is closed first. */
  async close(how: 'sigterm' | 'fin' | 'rst' = 'fin'): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    server?.close();
    for (const client of [...this.clients]) {
      if (how === 'sigterm') client.end(SHUT_DOWN);
      else client.drop(how);
    }
    if (server !== undefined) await once(server, 'close');
  }
}
