/** A scripted SIP phone over UDP: registers, rings, answers, calls and transfers, and writes down when. */
import type { Call } from './call.ts';
import { remoteOf } from './dialog.ts';
import { isChallenge, withCredentials } from './digest.ts';
import { SipEndpoint } from './endpoint.ts';
import { IncomingCall } from './incoming.ts';
import { PhoneLog } from './log.ts';
import { Media } from './media.ts';
import { escapeUser, header, parseNameAddr, type Headers, type SipRequest, type SipResponse } from './message.ts';
import { OutgoingLeg, targetUri } from './outgoing.ts';
import { token, type Remote, type ServerTransaction } from './transaction.ts';
import { referToReplacing, sendRefer } from './transfer.ts';
import {
  CallFailed,
  CAPABILITIES,
  type CallHost,
  type CallOptions,
  type OutgoingCall,
  type PhoneCall,
  type PhoneEvent,
  type PhoneLogEntry,
  type PhoneOptions,
  type RingBehaviour,
} from './types.ts';

export type { CallOptions, OutgoingCall, PhoneCall, PhoneLogEntry, PhoneOptions, RingBehaviour } from './types.ts';
export { CallFailed } from './types.ts';

const NO_ANSWER: SipResponse = { kind: 'response', status: 408, reason: 'No response', headers: new Map(), body: '' };

export class Phone {
  readonly name: string;
  behaviour: RingBehaviour;
  readonly #o: PhoneOptions;
  readonly #log: PhoneLog;
  readonly #calls = new Map<string, Call>();
  readonly #endpoint: SipEndpoint;
  readonly #media: Media;
  readonly #registration = { callId: token(12), tag: token(6), seq: 0 };
  #host!: CallHost;
  #refresh?: NodeJS.Timeout;

  constructor(o: PhoneOptions) {
    this.name = o.name;
    this.behaviour = o.behaviour ?? { kind: 'answer', afterMs: 0 };
    this.#o = o;
    this.#log = new PhoneLog(o.label ?? o.name, o.log);
    this.#media = new Media(o.localAddress, o.rtp ?? false);
    this.#endpoint = new SipEndpoint({
      address: o.localAddress,
      t1Ms: o.t1Ms ?? 500,
      drop: o.drop,
      handlers: {
        request: (tx) => this.#onRequest(tx),
        ack: (ack) => void this.#calls.get(header(ack, 'call-id'))?.onAck(ack),
      },
    });
  }

  get entries(): PhoneLogEntry[] {
    return this.#log.entries;
  }

  /** Live dialogs of both directions by Call-ID. */
  get calls(): ReadonlyMap<string, PhoneCall> {
    return this.#calls;
  }

  /** Our Contact's URI: where the phone can be called without a server. */
  get uri(): string {
    return `sip:${escapeUser(this.name)}@${this.#o.localAddress}:${this.#endpoint.port}`;
  }

  async start(): Promise<void> {
    await this.#endpoint.open(this.#o.localPort ?? 0);
    await this.#media.open();
    this.#host = {
      options: this.#o,
      endpoint: this.#endpoint,
      media: this.#media,
      contact: `<${this.uri}>`,
      record: (what: PhoneEvent, call, detail = {}) => this.#log.record(what, call, detail),
      request: (r, remote, nextSeq) => this.#request(r, remote, nextSeq),
      call: (to, o) => this.call(to, o),
      forget: (callId) => void this.#calls.delete(callId),
    };
  }

  /** Registers, and again before it expires. Rejects with a CallFailed that carries the server's code. */
  async register(expiresSec = 3600): Promise<void> {
    clearTimeout(this.#refresh);
    await this.#register(expiresSec);
    this.#log.record('registered', '', { expires: String(expiresSec) });
    const again = (): void => void this.register(expiresSec).catch(() => undefined);
    this.#refresh = setTimeout(again, expiresSec * 800).unref();
  }

  async unregister(): Promise<void> {
    clearTimeout(this.#refresh);
    await this.#register(0);
    this.#log.record('unregistered', '', {});
  }

  call(to: string, o: CallOptions = {}): OutgoingCall {
    const leg = new OutgoingLeg(this.#host, to, o);
    this.#calls.set(leg.callId, leg);
    leg.start();
    return leg;
  }

  /** Picks up a call that rings (behaviour `ring`), the only one when no Call-ID is said. */
  answer(callId?: string): void {
    const ringing = [...this.#calls.values()].find((c) => c.state === 'ringing' && (callId ?? c.callId) === c.callId);
    if (!(ringing instanceof IncomingCall)) throw new Error(`phone ${this.name}: no call rings`);
    ringing.answer();
  }

  /** Ends one call, or all: BYE, CANCEL or a rejection as fits. */
  async hangup(callId?: string): Promise<void> {
    const calls = callId === undefined ? [...this.#calls.values()] : [this.#get(callId)];
    await Promise.all(calls.map((c) => c.hangup()));
  }

  /** REFER; resolves once the transfer succeeded and our leg is down, rejects with the code that it failed with. */
  async blindTransfer(callId: string, to: string): Promise<void> {
    await sendRefer(this.#get(callId), targetUri(to, this.#o.server));
  }

  /** REFER with Replaces: joins the far ends of two of our calls. */
  async attendedTransfer(callId: string, consult: string): Promise<void> {
    await sendRefer(this.#get(callId), referToReplacing(this.#get(consult)));
  }

  /** One digit as telephone-events in the RTP (RFC 4733), for which the phone needs `rtp`; resolves when the key is released. */
  async press(callId: string, digit: string): Promise<void> {
    await this.#media.press(this.#get(callId), digit);
  }

  /** One digit as SIP INFO (dtmf-relay). */
  async sendDtmf(callId: string, digit: string): Promise<void> {
    const headers = { 'content-type': 'application/dtmf-relay' };
    const status = await this.#get(callId).send('INFO', headers, `Signal=${digit}\r\nDuration=160\r\n`);
    if (status >= 300) throw new CallFailed(status, 'INFO refused');
  }

  waitFor(what: PhoneEvent, match?: (e: PhoneLogEntry) => boolean, timeoutMs?: number): Promise<PhoneLogEntry> {
    return this.#log.waitFor(what, match, timeoutMs);
  }

  /** `waitFor` forgets what came before. */
  mark(): void {
    this.#log.mark();
  }

  /** Drops what is logged so far. */
  forget(): void {
    this.#log.forget();
  }

  /** Ends what is live (waiting half a second at most) and closes. `abrupt` vanishes without a word, as a power cut would. */
  async stop(o: { abrupt?: boolean } = {}): Promise<void> {
    clearTimeout(this.#refresh);
    const live = [...this.#calls.values()];
    if (live.length > 0 && !o.abrupt) {
      const polite = Promise.allSettled(live.map((c) => c.hangup()));
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([polite, new Promise((resolve) => (timer = setTimeout(resolve, 500)))]);
      clearTimeout(timer);
    }
    for (const c of [...this.#calls.values()]) c.end('stopped');
    await Promise.all([this.#endpoint.close(), this.#media.close()]);
  }

  #get(callId: string): Call {
    const call = this.#calls.get(callId);
    if (!call) throw new Error(`phone ${this.name}: no live call ${callId}`);
    return call;
  }

  #onRequest(tx: ServerTransaction): void {
    const { request } = tx;
    const known = this.#calls.get(header(request, 'call-id'));
    const tagged = parseNameAddr(header(request, 'to')).params.tag !== undefined;
    if (known && tagged) return known.receive(tx);
    switch (request.method) {
      case 'INVITE':
        if (tagged) return tx.respond(481);
        return known ? tx.respond(482) : this.#onInvite(tx);
      case 'OPTIONS':
      case 'NOTIFY':
      case 'MESSAGE':
        return tx.respond(200, { headers: { ...CAPABILITIES, contact: this.#host.contact } });
      default:
        return tx.respond(tagged ? 481 : 405, { headers: { allow: CAPABILITIES.allow } });
    }
  }

  #onInvite(tx: ServerTransaction): void {
    const inCall = this.#calls.size > 0;
    const replaces = header(tx.request, 'replaces').split(';')[0] ?? '';
    const replaced = replaces === '' ? undefined : this.#calls.get(replaces);
    const call = new IncomingCall(this.#host, tx);
    this.#calls.set(call.callId, call);
    call.start(this.behaviour, inCall && this.#o.secondCall !== 'accept', replaced);
  }

  /** One transaction, and a second one with credentials when the first is challenged. */
  async #request(request: SipRequest, remote: Remote, nextSeq: () => number): Promise<SipResponse> {
    const response = await new Promise<SipResponse>((resolve) => {
      this.#endpoint.request(request, remote, {
        response: (r) => {
          if (r.status >= 200) resolve(r);
        },
        timeout: () => resolve(NO_ANSWER),
      });
    });
    const { password } = this.#o;
    if (!isChallenge(response) || password === undefined) return response;
    const again = withCredentials(request, response, { user: this.name, password }, nextSeq());
    return again ? this.#request(again, remote, nextSeq) : response;
  }

  async #register(expires: number): Promise<void> {
    const { host, port } = this.#o.server;
    const uri = `sip:${host}:${port}`;
    const own = `<sip:${escapeUser(this.name)}@${host}>`;
    const headers: Headers = new Map([
      ['from', [`${own};tag=${this.#registration.tag}`]],
      ['to', [own]],
      ['call-id', [this.#registration.callId]],
      ['cseq', [`${++this.#registration.seq} REGISTER`]],
      ['contact', [this.#host.contact]],
      ['expires', [String(expires)]],
    ]);
    const request: SipRequest = { kind: 'request', method: 'REGISTER', uri, headers, body: '' };
    const remote = remoteOf(uri);
    if (!remote) throw new Error(`phone ${this.name}: ${uri} is no address`);
    const r = await this.#request(request, remote, () => ++this.#registration.seq);
    if (r.status >= 300) throw new CallFailed(r.status, `REGISTER ${r.reason}`);
  }
}
