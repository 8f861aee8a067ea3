/**
 * One connection to ARI: preflight, load, websocket, requests with deadlines, watchdog. It lives once; `link.ts` makes the next.
 *
 * Requests go over the websocket where this Asterisk can (20.14, 21.9, 22.4 and later), else over HTTP by ari-client.
 * Measured side by side (Asterisk 22.10.1, Node 20, two shared cores, three rounds of 300, one after the other): originate p50
 * 0.6 ms against 1.1, p95 1.2 against 2.7; setting a variable 0.3 against 0.7; a whole bridge(), whose requests need no waiting
 * for one another there, 2.0 against 3.3; CPU of ours an originate and a variable, events included, 1.1 ms against 2.3. So
 * everything goes over the websocket: it keeps the order, and its answers carry the status that ari-client drops.
 */
import { IpntError } from '../../core/errors.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { atMost, callByHttp, loadAri, openSocket } from './ari-client.ts';
import type { AriSocket, Json, LoadedAri } from './ari-client.ts';
import { getOverHttp, placeOf } from './http-get.ts';
import { replyOfError, toReply, toRestRequest } from './rest.ts';
import type { Declaration, Params, Reply } from './rest.ts';

export interface ClientOptions {
  readonly url: string;
  readonly user: string;
  readonly password: string;
  readonly app: string;
  /** Events of everything that the PBX has, not of the application's own channels alone. */
  readonly subscribeAll?: boolean;
  readonly clock: Clock;
  /** `auto` asks this Asterisk; the others are for measuring and for old ones. */
  readonly transport?: 'auto' | 'http';
}

/** Deadline of an operation. */
export const DEADLINE_MS = 1500;
/** Loading is 13 requests. */
const LOAD_DEADLINE_MS = 5000;
const MOST_HTTP = 16;
const PING_EVERY_MS = 1000;
/** A frozen Asterisk and a half-open socket are known after this, at most a ping later. */
const SILENT_MS = 2000;

/**
 * Answers that grow with the calls: they always come over HTTP. Asterisk copies each websocket message onto the stack of a thread
 * (`ast_alloca` in ast_websocket_write, res_http_websocket.c; 496 kB) and dies of one that is larger: seen on 22.10.1 with
 * GET /channels of 1,400 channels.
 */
const GROWING: ReadonlySet<string> = new Set(['channels.list', 'bridges.list', 'endpoints.list', 'applications.get']);

export interface ConnectionHandlers {
  /** Before any event is handed over. */
  readonly onOpen: () => void;
  /** Answers to requests are not among them. */
  readonly onEvent: (event: Json) => void;
  readonly onLost: (reason: string) => void;
  /** A message or the answer to a ping. */
  readonly onAlive?: () => void;
  readonly onGarbage?: (what: string) => void;
}

interface Waiting {
  readonly resolve: (reply: Reply) => void;
  readonly reject: (error: IpntError) => void;
  readonly timer: Timer;
}

/**
 * Is somebody there, does he take our login, and has he his declarations? ari-client would throw uncaught on a wrong
 * password, and without the declarations (`rest-api` below astdatadir, seen on 22.10.1) it can do nothing.
 */
async function preflight(options: ClientOptions): Promise<void> {
  const { user } = options;
  const place = placeOf(options.url);
  const { status: ping } = await getOverHttp(options, 'asterisk/ping', DEADLINE_MS);
  if (ping === 401 || ping === 403)
    throw new IpntError('ARI_LOGIN_REFUSED', `ARI refused the login of ${user} (${ping})`, place);
  if (ping !== 200) throw new IpntError('ARI_UNREACHABLE', `this is no ARI: it answers ${ping}`, place);
  const { status: declarations } = await getOverHttp(options, 'api-docs/resources.json', DEADLINE_MS);
  if (declarations === 200) return;
  const detail = `ARI has no declarations (${declarations}): the folder rest-api is missing below its astdatadir`;
  throw new IpntError('ARI_UNREACHABLE', detail, place);
}

/** Rejects after `ms`; what comes later is ignored. */
function withDeadline<T>(clock: Clock, ms: number, work: Promise<T>, late: () => Error): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = clock.after(ms, () => reject(late()));
    work.then(resolve, reject).finally(() => timer.cancel());
  });
}

export class AriConnection {
  readonly #options: ClientOptions;
  readonly #client: LoadedAri;
  readonly #place: string;
  readonly #waiting = new Map<string, Waiting>();
  readonly #inTurn = atMost(MOST_HTTP);
  #socket: AriSocket | undefined;
  #nextId = 0;
  #heardMs = 0;
  #watchdog: Timer | undefined;
  #ended = false;
  #overWebsocket = false;
  #onEvent: (event: Json) => void = () => undefined;
  #onLost: (reason: string) => void = () => undefined;

  private constructor(options: ClientOptions, client: LoadedAri) {
    this.#options = options;
    this.#client = client;
    this.#place = placeOf(options.url);
  }

  /** Preflight and load: nothing is registered yet. Throws IpntError. */
  static async load(options: ClientOptions): Promise<AriConnection> {
    await preflight(options);
    const late = () => new IpntError('ARI_UNREACHABLE', 'the API declarations did not load', placeOf(options.url));
    const loading = loadAri(options.url, options.user, options.password).catch(() => {
      throw late();
    });
    return new AriConnection(options, await withDeadline(options.clock, LOAD_DEADLINE_MS, loading, late));
  }

  /** Requests are carried out one after the other, in the order of sending. */
  get ordered(): boolean {
    return this.#overWebsocket;
  }

  /** Whether this Asterisk's own declarations have an event of that type. */
  declares(type: string): boolean {
    return Object.hasOwn(this.#client._swagger.apis['events']?.models ?? {}, type);
  }

  /** Registers the application. */
  async open(on: ConnectionHandlers): Promise<void> {
    const { clock, app, subscribeAll = false } = this.#options;
    const early: Json[] = [];
    this.#onEvent = (event) => void early.push(event);
    const handlers = {
      onMessage: (json: Json) => this.#message(json),
      onAlive: () => {
        this.#heardMs = clock.monoMs();
        on.onAlive?.();
      },
      onEnd: (reason: string) => this.end(reason),
      ...(on.onGarbage && { onGarbage: on.onGarbage }),
    };
    const { socket, open } = openSocket(this.#client, app, handlers, subscribeAll);
    this.#socket = socket;
    try {
      const late = () => new IpntError('ARI_UNREACHABLE', 'the websocket did not open', this.#place);
      await withDeadline(clock, DEADLINE_MS, open, late);
      this.#heardMs = clock.monoMs();
      this.#watch(clock.monoMs());
      if (this.#options.transport !== 'http') this.#overWebsocket = await this.#canDoRest();
      // Lost while asking?
      if (this.#ended) throw new IpntError('ARI_UNREACHABLE', 'the websocket was closed at once', this.#place);
    } catch (error) {
      this.end('');
      throw error instanceof IpntError
        ? error
        : new IpntError('ARI_UNREACHABLE', String((error as Error).message), this.#place);
    }
    this.#onLost = on.onLost;
    on.onOpen();
    this.#onEvent = on.onEvent;
    for (const event of early) on.onEvent(event);
  }

  /** One operation, by its name in ARI's declarations. Rejects with ARI_UNREACHABLE after the deadline or when the link is lost. */
  request(resource: string, operation: string, params: Params = {}): Promise<Reply> {
    if (this.#ended) return Promise.reject(this.#unreachable('the link is down'));
    if (GROWING.has(`${resource}.${operation}`)) return this.#byGet(resource, operation, params);
    if (this.#overWebsocket) return this.#byWebsocket(resource, operation, params);
    return this.#inTurn(() => this.#byHttp(resource, operation, params));
  }

  /** Ends it, for good: the socket is destroyed, not closed politely, so there are never two. */
  end(reason: string): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#watchdog?.cancel();
    this.#client.removeAllListeners();
    this.#onEvent = () => undefined;
    for (const [, waiting] of this.#waiting) {
      waiting.timer.cancel();
      waiting.reject(this.#unreachable('the link was lost'));
    }
    this.#waiting.clear();
    this.#socket?.terminate();
    if (reason !== '') this.#onLost(reason);
  }

  #unreachable(detail: string): IpntError {
    return new IpntError('ARI_UNREACHABLE', detail, this.#place);
  }

  #byHttp(resource: string, operation: string, params: Params): Promise<Reply> {
    if (this.#ended) return Promise.reject(this.#unreachable('the link was lost'));
    const call = callByHttp(this.#client, resource, operation, params).then(
      (body): Reply => ({ status: 200, body }),
      (error: unknown) => replyOfError(error),
    );
    return withDeadline(this.#options.clock, DEADLINE_MS, call, () =>
      this.#unreachable(`no answer to ${resource}.${operation} within ${DEADLINE_MS} ms`),
    );
  }

  /** Rejects when the link is lost meanwhile: an answer that belongs to no link says nothing. */
  async #byGet(resource: string, operation: string, params: Params): Promise<Reply> {
    const declaration = this.#declarationOf(resource, operation);
    if (!declaration) return unknownOperation(resource, operation);
    const reply = await getOverHttp(this.#options, toRestRequest('', declaration, params).uri, LOAD_DEADLINE_MS);
    if (this.#ended) throw this.#unreachable('the link was lost');
    return reply;
  }

  #declarationOf(resource: string, operation: string): Declaration | undefined {
    return this.#client._swagger.apis[resource]?.operations[operation];
  }

  #byWebsocket(resource: string, operation: string, params: Params): Promise<Reply> {
    const declaration = this.#declarationOf(resource, operation);
    if (!declaration) return Promise.resolve(unknownOperation(resource, operation));
    const id = String(++this.#nextId);
    return new Promise((resolve, reject) => {
      const timer = this.#options.clock.after(DEADLINE_MS, () => {
        this.#waiting.delete(id);
        reject(this.#unreachable(`no answer to ${resource}.${operation} within ${DEADLINE_MS} ms`));
      });
      this.#waiting.set(id, { resolve, reject, timer });
      this.#socket?.send(JSON.stringify(toRestRequest(id, declaration, params)));
    });
  }

  /** Older ones ignore a message of the client; a short look is enough, it stands in nobody's way. */
  async #canDoRest(): Promise<boolean> {
    const asked = this.#byWebsocket('asterisk', 'ping', {}).then(
      (reply) => reply.status === 200,
      () => false,
    );
    return withDeadline(this.#options.clock, 500, asked, () => new Error('late')).catch(() => false);
  }

  #message(json: Json): void {
    if (json['type'] !== 'RESTResponse') return this.#onEvent(json);
    const { id, reply } = toReply(json);
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    waiting?.timer.cancel();
    waiting?.resolve(reply);
  }

  /** Pings each second. A tick that comes late itself (our own process was held up) judges nobody. */
  #watch(tickMs: number): void {
    const { clock } = this.#options;
    this.#watchdog = clock.after(PING_EVERY_MS, () => {
      const nowMs = clock.monoMs();
      const punctual = nowMs - tickMs < PING_EVERY_MS * 1.5;
      if (punctual && nowMs - this.#heardMs > SILENT_MS)
        return this.end(`no sign of life for ${Math.round(nowMs - this.#heardMs)} ms`);
      this.#socket?.ping();
      this.#watch(nowMs);
    });
  }
}

const unknownOperation = (resource: string, operation: string): Reply => ({
  status: 404,
  body: { message: `no ${resource}.${operation} here` },
});
