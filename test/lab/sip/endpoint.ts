/** One UDP socket that speaks SIP: it sorts datagrams into transactions and hands new requests up. */
import { createSocket, type Socket } from 'node:dgram';
import {
  cseq,
  formatMessage,
  header,
  parseMessage,
  type SipMessage,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import {
  ClientTransaction,
  ServerTransaction,
  token,
  type ClientHandlers,
  type Remote,
  type Wire,
} from './transaction.ts';

/** True drops the datagram: tests lose packets with it. */
export type Drop = (direction: 'in' | 'out', message: SipMessage) => boolean;

export interface EndpointHandlers {
  /** A new request, never a repeated one; an ACK comes through `ack`. */
  request: (tx: ServerTransaction) => void;
  /** An ACK for a 2xx. */
  ack: (ack: SipRequest) => void;
}

export const branchOf = (via: string): string => /;\s*branch\s*=\s*([^;,\s]+)/i.exec(via)?.[1] ?? '';
const sentBy = (via: string): string => /^\S+\s+([^;\s]+)/.exec(via)?.[1]?.toLowerCase() ?? '';

export class SipEndpoint implements Wire {
  readonly t1Ms: number;
  readonly address: string;
  port = 0;
  readonly #handlers: EndpointHandlers;
  readonly #drop?: Drop;
  readonly #clients = new Map<string, ClientTransaction>();
  readonly #servers = new Map<string, ServerTransaction>();
  #socket?: Socket;

  constructor(o: { address: string; t1Ms: number; handlers: EndpointHandlers; drop?: Drop }) {
    this.address = o.address;
    this.t1Ms = o.t1Ms;
    this.#handlers = o.handlers;
    this.#drop = o.drop;
  }

  /** Binds; port 0 takes a free one. */
  async open(port: number): Promise<void> {
    const socket = createSocket('udp4');
    socket.on('message', (data, from) => this.#receive(data, { host: from.address, port: from.port }));
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(port, this.address, resolve);
    });
    // From here on errors are ICMP answers of a server that is away: the retransmissions are the handling.
    socket.removeAllListeners('error').on('error', () => undefined);
    this.port = socket.address().port;
    this.#socket = socket;
  }

  /** Starts a client transaction; the Via is put in here. `branch` is given for a CANCEL, which shares its INVITE's. */
  request(request: SipRequest, remote: Remote, handlers: ClientHandlers, branch?: string): ClientTransaction {
    const id = this.#addVia(request, branch);
    const key = `${id}|${request.method}`;
    const tx = new ClientTransaction(this, key, request, remote, handlers);
    this.#clients.set(key, tx);
    return tx;
  }

  /** Sends a request outside any transaction: an ACK for a 2xx. */
  sendAck(ack: SipRequest, remote: Remote): void {
    if (!ack.headers.has('via')) this.#addVia(ack);
    this.send(ack, remote);
  }

  send(m: SipMessage, to: Remote): void {
    if (!this.#socket || this.#drop?.('out', m)) return;
    this.#socket.send(formatMessage(m), to.port, to.host, () => undefined);
  }

  drop(key: string): void {
    this.#clients.delete(key);
    this.#servers.delete(key);
  }

  async close(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    const clients = [...this.#clients.values()];
    for (const tx of this.#servers.values()) tx.stop();
    this.#clients.clear();
    this.#servers.clear();
    for (const tx of clients) tx.abort();
    if (socket) await new Promise<void>((resolve) => socket.close(resolve));
  }

  #addVia(request: SipRequest, branch = `z9hG4bK${token()}`): string {
    const rest = [...request.headers].filter(([name]) => name !== 'via');
    request.headers = new Map([
      ['via', [`SIP/2.0/UDP ${this.address}:${this.port};branch=${branch};rport`]],
      ['max-forwards', ['70']],
      ...rest,
    ]);
    return branch;
  }

  #receive(data: Buffer, from: Remote): void {
    const m = parseMessage(data);
    if (!m || this.#drop?.('in', m)) return;
    if (m.kind === 'response') this.#receiveResponse(m);
    else this.#receiveRequest(m, from);
  }

  #receiveResponse(r: SipResponse): void {
    this.#clients.get(`${branchOf(header(r, 'via'))}|${cseq(r).method}`)?.receive(r);
  }

  #receiveRequest(request: SipRequest, from: Remote): void {
    const via = header(request, 'via');
    const id = `${branchOf(via)}|${sentBy(via)}`;
    const inviteTx = this.#servers.get(`${id}|INVITE`);
    if (request.method === 'ACK') {
      if (inviteTx) inviteTx.acked();
      else this.#handlers.ack(request);
      return;
    }
    const key = `${id}|${request.method}`;
    const known = this.#servers.get(key);
    if (known) return known.again();
    const vias = request.headers.get('via');
    // RFC 3581: say where the request really came from.
    if (vias) vias[0] = via.replace(/;\s*rport\s*(?=;|$)/i, `;rport=${from.port};received=${from.host}`);
    const tx = new ServerTransaction(this, key, request, from);
    this.#servers.set(key, tx);
    if (request.method !== 'CANCEL') return this.#handlers.request(tx);
    if (inviteTx?.onCancel) inviteTx.onCancel(tx);
    else tx.respond(inviteTx ? 200 : 481);
  }
}
