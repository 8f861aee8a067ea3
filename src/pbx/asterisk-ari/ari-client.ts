/**
 * npm ari-client 2.2.0 (the user's choice) with its teeth drawn. What it does by itself and must not, each seen on Node 20:
 *
 * - A failed load of the API throws in an emitter's callback, which ends the process: `SwaggerApi.fail` throws after it has
 *   reported. We replace it by one that only reports. (Refused connections after the first report nothing: deadlines.)
 * - Its websocket handler throws on an event type that it does not know, and on JSON that does not parse.
 * - It reconnects by itself, gives up after 11 tries, and can end up with two sockets: its listeners for `close` and `error`
 *   come off, one client is one connection.
 * - Its logs and errors can hold the websocket's URL, and that holds the password: nothing of it is logged.
 *
 * Credentials are kept one a process and host, so one edge a process.
 */
import { createRequire } from 'node:module';
import ari from 'ari-client';
import { parseJson } from './rest.ts';
import type { Declaration } from './rest.ts';

/** The part of `ws` that we use of ari-client's socket. */
export interface AriSocket {
  on(name: string, listener: (...args: unknown[]) => void): void;
  removeAllListeners(name?: string): void;
  send(text: string): void;
  ping(): void;
  terminate(): void;
  close(): void;
}

/** A message of the websocket, parsed. */
export type Json = Readonly<Record<string, unknown>>;

type Operation = (params: Record<string, unknown>) => Promise<unknown>;

/** What of ari-client is used. `_ws` and `_swagger` are its own, and stable since 2014. */
export interface LoadedAri {
  readonly _ws?: AriSocket;
  readonly _swagger: {
    readonly apis: Readonly<
      Record<string, { readonly operations: Readonly<Record<string, Declaration>>; readonly models: object }>
    >;
  };
  start(app: string, subscribeAll: boolean): Promise<void>;
  removeAllListeners(): void;
}

let tamed = false;

/** Once a process: see above. */
function tame(): void {
  if (tamed) return;
  tamed = true;
  const swagger = createRequire(createRequire(import.meta.url).resolve('ari-client'))('swagger-client') as {
    SwaggerApi: { prototype: { fail: (this: { failure(message: unknown): void }, message: unknown) => void } };
  };
  swagger.SwaggerApi.prototype.fail = function fail(message) {
    this.failure(message);
  };
  // It also leaks a global `log` through which it prints that Asterisk's declarations are of an old kind.
  Object.assign(globalThis, { log: () => undefined });
}

/** Loads the API's declarations: 13 GETs, about 100 ms. May never settle when the PBX dies meanwhile: use a deadline. */
export function loadAri(url: string, user: string, password: string): Promise<LoadedAri> {
  tame();
  return ari.connect(url, user, password) as unknown as Promise<LoadedAri>;
}

/** No message of Asterisk's is longer: its websocket threads die of half of that (client.ts, GROWING). */
const MOST_CHARACTERS = 1_000_000;

/**
 * Opens the websocket by ari-client and takes the socket over. Resolves when it is open. Messages come to `onMessage`, parsed
 * once: ari-client would parse them again and make objects with some 40 methods of each channel (2.3 ms of CPU a call).
 * `subscribeAll`: events of everything, not of the application's own channels alone.
 */
export function openSocket(
  client: LoadedAri,
  app: string,
  handlers: {
    onMessage: (json: Json) => void;
    /** A message that is none: too long, or no JSON object. */
    onGarbage?: (what: string) => void;
    onAlive: () => void;
    onEnd: (reason: string) => void;
  },
  subscribeAll = false,
): { readonly socket: AriSocket; readonly open: Promise<void> } {
  const started = Promise.resolve(client.start(app, subscribeAll));
  const socket = client._ws;
  if (!socket) throw new Error('ari-client opened no websocket');
  for (const name of ['message', 'close', 'error']) socket.removeAllListeners(name);
  const failed = new Promise<never>((_, reject) => {
    const end = (reason: string) => {
      handlers.onEnd(reason);
      reject(new Error(reason));
    };
    socket.on('error', (error) => end(errorCode(error)));
    socket.on('close', (code) => end(`the websocket was closed (${String(code)})`));
  });
  failed.catch(() => undefined);
  socket.on('pong', () => handlers.onAlive());
  socket.on('message', (data) => {
    handlers.onAlive();
    const text = String(data);
    if (text.length > MOST_CHARACTERS) return handlers.onGarbage?.('a message of more than a million characters');
    const json = parseJson(text);
    if (typeof json !== 'object' || json === null) return handlers.onGarbage?.('a message that is no JSON object');
    handlers.onMessage(json as Record<string, unknown>);
  });
  return { socket, open: Promise.race([started, failed]) };
}

/** What went wrong, never with the URL in it (it holds the password). */
function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (typeof code === 'string') return code;
  const message = error instanceof Error ? error.message : '';
  return /^Unexpected server response: \d+$/.test(message) ? message : 'the websocket failed';
}

/** Calls an operation over HTTP. On a broken connection it never settles (shred emits an event that nobody hears). */
export async function callByHttp(
  client: LoadedAri,
  resource: string,
  operation: string,
  params: object,
): Promise<unknown> {
  const operations = (client as unknown as Record<string, Record<string, Operation> | undefined>)[resource];
  const call = operations?.[operation];
  if (!call) throw new Error(`{"message":"${resource}.${operation} not found"}`);
  return call({ ...params });
}

/** Runs so many works at once, the others in turn. Over HTTP each opens a connection, and Asterisk is slow to accept hundreds. */
export function atMost(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const queue: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running >= most) await new Promise<void>((resolve) => queue.push(resolve));
    else running++;
    try {
      return await work();
    } finally {
      // The place goes to the next, or is free again.
      const next = queue.shift();
      if (next) next();
      else running--;
    }
  };
}
