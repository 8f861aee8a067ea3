/**
 * SIP transactions over UDP (RFC 3261 section 17, with RFC 6026's "accepted" state so that a repeated 2xx finds its owner).
 * A transaction knows when to send again and when to give up; what the messages mean is the business of the call above it.
 */
import { randomBytes } from 'node:crypto';
import { cseq, header, type Headers, type SipRequest, type SipResponse } from './message.ts';

export interface Remote {
  host: string;
  port: number;
}
/** What a transaction needs of its socket. */
export interface Wire {
  /** RFC 3261's T1; T2 is 8 T1, and a transaction lives for 64 T1. */
  readonly t1Ms: number;
  send(m: SipRequest | SipResponse, to: Remote): void;
  drop(key: string): void;
}
export interface ClientHandlers {
  /** Every response, and again for each repeated 2xx to an INVITE. */
  response: (r: SipResponse) => void;
  /** Nothing final came within 64 T1. */
  timeout: () => void;
}

const REASONS: Record<number, string> = {
  100: 'Trying',
  180: 'Ringing',
  200: 'OK',
  202: 'Accepted',
  302: 'Moved Temporarily',
  405: 'Method Not Allowed',
  480: 'Temporarily Unavailable',
  481: 'Call/Transaction Does Not Exist',
  482: 'Loop Detected',
  486: 'Busy Here',
  487: 'Request Terminated',
  503: 'Service Unavailable',
  603: 'Decline',
};

export const token = (bytes = 8): string => randomBytes(bytes).toString('hex');

/** Calls `send` after `firstMs`, then at doubling distances of at most `capMs`; `expired` once after `limitMs`. Returns its end. */
function repeat(send: () => void, firstMs: number, capMs: number, limitMs: number, expired: () => void): () => void {
  let gap = firstMs;
  let spent = 0;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    const wait = Math.min(gap, limitMs - spent);
    timer = setTimeout(() => {
      spent += wait;
      if (spent >= limitMs) return expired();
      send();
      gap = Math.min(gap * 2, capMs);
      next();
    }, wait);
  };
  next();
  return () => clearTimeout(timer);
}

/** A request of ours. An ACK for a refused INVITE is sent here; the one for a 2xx belongs to the dialog. */
export class ClientTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly #wire: Wire;
  readonly #remote: Remote;
  readonly #handlers: ClientHandlers;
  readonly #invite: boolean;
  #state: 'calling' | 'proceeding' | 'accepted' | 'completed' = 'calling';
  #stop: () => void;

  constructor(wire: Wire, key: string, request: SipRequest, remote: Remote, handlers: ClientHandlers) {
    this.#wire = wire;
    this.key = key;
    this.request = request;
    this.#remote = remote;
    this.#handlers = handlers;
    this.#invite = request.method === 'INVITE';
    const send = (): void => wire.send(request, remote);
    const cap = this.#invite ? Infinity : 8 * wire.t1Ms;
    this.#stop = repeat(send, wire.t1Ms, cap, 64 * wire.t1Ms, () => {
      wire.drop(key);
      handlers.timeout();
    });
    send();
  }

  receive(r: SipResponse): void {
    if (this.#state === 'completed') {
      if (this.#invite && r.status >= 300) this.#ack(r);
      return;
    }
    if (this.#state === 'accepted') {
      if (r.status >= 200 && r.status < 300) this.#handlers.response(r);
      return;
    }
    if (r.status < 200) {
      if (this.#invite) this.#stop();
      this.#state = 'proceeding';
    } else {
      this.#stop();
      this.#state = this.#invite && r.status < 300 ? 'accepted' : 'completed';
      if (this.#invite && r.status >= 300) this.#ack(r);
      const linger = setTimeout(() => this.#wire.drop(this.key), 64 * this.#wire.t1Ms).unref();
      this.#stop = () => clearTimeout(linger);
    }
    this.#handlers.response(r);
  }

  /** The socket closes: whoever waits for a final response is told that none will come. */
  abort(): void {
    this.#stop();
    if (this.#state === 'calling' || this.#state === 'proceeding') this.#handlers.timeout();
  }

  #ack(r: SipResponse): void {
    const headers: Headers = new Map([['via', [header(this.request, 'via')]]]);
    for (const name of ['max-forwards', 'from', 'call-id', 'route']) {
      const values = this.request.headers.get(name);
      if (values) headers.set(name, values);
    }
    headers.set('to', [header(r, 'to')]);
    headers.set('cseq', [`${cseq(this.request).num} ACK`]);
    this.#wire.send({ kind: 'request', method: 'ACK', uri: this.request.uri, headers, body: '' }, this.#remote);
  }
}

export interface ResponseParts {
  reason?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** A request to us. Repeats its last response when the request comes again, and a final one to an INVITE until the ACK. */
export class ServerTransaction {
  readonly key: string;
  readonly request: SipRequest;
  readonly remote: Remote;
  /** Our tag in To, where the request brought none: the dialog's local tag. */
  readonly toTag: string = token(6);
  /** Set by the owner: a CANCEL for this INVITE came, and is his to answer. */
  onCancel?: (cancel: ServerTransaction) => void;
  /** Set by the owner: no ACK came for the final response within 64 T1. */
  onAckTimeout?: () => void;
  readonly #wire: Wire;
  #last?: SipResponse;
  #stop: () => void = () => undefined;

  constructor(wire: Wire, key: string, request: SipRequest, remote: Remote) {
    this.#wire = wire;
    this.key = key;
    this.request = request;
    this.remote = remote;
  }

  /** A final response has been given. */
  get answered(): boolean {
    return (this.#last?.status ?? 0) >= 200;
  }

  /** The same request came again. */
  again(): void {
    if (this.#last) this.#wire.send(this.#last, this.remote);
  }

  respond(status: number, parts: ResponseParts = {}): void {
    if (this.answered) return;
    const headers: Headers = new Map([['via', this.request.headers.get('via') ?? []]]);
    const routes = this.request.headers.get('record-route');
    if (routes && status > 100 && status < 300) headers.set('record-route', routes);
    const to = header(this.request, 'to');
    const tagged = status === 100 || /;\s*tag=/i.test(to.slice(to.lastIndexOf('>') + 1));
    headers.set('from', [header(this.request, 'from')]);
    headers.set('to', [tagged ? to : `${to};tag=${this.toTag}`]);
    headers.set('call-id', [header(this.request, 'call-id')]);
    headers.set('cseq', [header(this.request, 'cseq')]);
    for (const [name, value] of Object.entries(parts.headers ?? {})) headers.set(name.toLowerCase(), [value]);
    const reason = parts.reason ?? REASONS[status] ?? 'Response';
    const response: SipResponse = { kind: 'response', status, reason, headers, body: parts.body ?? '' };
    this.#last = response;
    this.#wire.send(response, this.remote);
    if (status >= 200) this.#finish(response);
  }

  /** The ACK came: no more repeating. */
  acked(): void {
    this.#stop();
    this.#linger();
  }

  stop(): void {
    this.#stop();
  }

  #finish(response: SipResponse): void {
    const { t1Ms } = this.#wire;
    if (this.request.method !== 'INVITE') return this.#linger();
    this.#stop = repeat(
      () => this.#wire.send(response, this.remote),
      t1Ms,
      8 * t1Ms,
      64 * t1Ms,
      () => {
        this.#wire.drop(this.key);
        this.onAckTimeout?.();
      },
    );
  }

  #linger(): void {
    const timer = setTimeout(() => this.#wire.drop(this.key), 64 * this.#wire.t1Ms).unref();
    this.#stop = () => clearTimeout(timer);
  }
}
