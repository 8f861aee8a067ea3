/** A call that our phone makes. */
import { Call } from './call.ts';
import { dialogOfClient, nextHop, remoteOf, requestIn } from './dialog.ts';
import { isChallenge, withCredentials } from './digest.ts';
import { branchOf } from './endpoint.ts';
import {
  cseq,
  escapeUser,
  header,
  parseNameAddr,
  quote,
  type Headers,
  type SipRequest,
  type SipResponse,
} from './message.ts';
import { token, type ClientTransaction } from './transaction.ts';
import {
  CallFailed,
  CAPABILITIES,
  deferred,
  type CallHost,
  type CallOptions,
  type OutgoingCall,
  type PhoneLogEntry,
} from './types.ts';

/** `to` as a URI: a SIP URI as it is, anything else a user at the server. */
export function targetUri(to: string, server: { host: string; port: number }): string {
  return /^sips?:/i.test(to) ? to : `sip:${escapeUser(to)}@${server.host}:${server.port}`;
}

export class OutgoingLeg extends Call implements OutgoingCall {
  readonly #uri: string;
  readonly #options: CallOptions;
  readonly #ringing = deferred<void>();
  readonly #answered = deferred<PhoneLogEntry>();
  #invite?: ClientTransaction;
  #hop = '';
  #provisional = false;
  #giveUp?: string;

  constructor(host: CallHost, to: string, o: CallOptions) {
    super(host, `${token(12)}@${host.options.localAddress}`, 'out');
    this.#uri = targetUri(to, host.options.server);
    this.#options = o;
    this.peer = `<${this.#uri}>`;
  }

  get ringing(): Promise<void> {
    return this.#ringing.promise;
  }

  get answered(): Promise<PhoneLogEntry> {
    return this.#answered.promise;
  }

  start(): void {
    const { name, server } = this.host.options;
    const o = this.#options;
    const display = o.fromName === undefined ? '' : `${quote(o.fromName)} `;
    const headers: Headers = new Map([
      ['from', [`${display}<sip:${escapeUser(o.fromUser ?? name)}@${server.host}>;tag=${token(6)}`]],
      ['to', [this.peer]],
      ['call-id', [this.callId]],
      ['cseq', ['1 INVITE']],
      ['contact', [this.host.contact]],
      ['content-type', ['application/sdp']],
    ]);
    for (const [key, value] of [...Object.entries(CAPABILITIES), ...Object.entries(o.headers ?? {})]) {
      headers.set(key.toLowerCase(), [value]);
    }
    this.#send({ kind: 'request', method: 'INVITE', uri: this.#uri, headers, body: this.host.media.sdp() }, this.#uri);
    if (o.ringTimeoutMs !== undefined) this.later(o.ringTimeoutMs, () => this.#cancel('ring_timeout'));
  }

  /** CANCEL before the answer, BYE after it. */
  override async hangup(): Promise<void> {
    if (this.state === 'talking') return this.bye();
    if (this.state === 'ended') return;
    this.#cancel('hangup');
    await this.ended;
  }

  override end(cause: string, detail?: Record<string, string>): void {
    super.end(cause, detail);
    this.#lose(new CallFailed(487, cause));
  }

  /** Sends the INVITE, a first time or again with credentials or to another Contact. `hop` is the URI it travels to. */
  #send(invite: SipRequest, hop: string): void {
    const remote = remoteOf(hop);
    if (!remote) return this.#fail(400, 'no address to send to');
    this.#hop = hop;
    this.#provisional = false;
    this.#invite = this.host.endpoint.request(invite, remote, {
      response: (r) => this.#onResponse(invite, r),
      timeout: () => this.#fail(408, 'no response'),
    });
  }

  #onResponse(invite: SipRequest, r: SipResponse): void {
    if (r.status >= 200 && r.status < 300) return this.#onAnswer(invite, r);
    if (this.state === 'ended') return;
    if (r.status < 200) return this.#onProgress(invite, r);
    const seq = cseq(invite).num + 1;
    const { name, password } = this.host.options;
    if (isChallenge(r) && password !== undefined && this.#giveUp === undefined) {
      const again = withCredentials(invite, r, { user: name, password }, seq);
      if (again) return this.#send(again, this.#hop);
    }
    if (r.status >= 300 && r.status < 400) return this.#onRedirect(invite, r, seq);
    this.#fail(r.status, r.reason, header(r, 'reason'));
  }

  #onProgress(invite: SipRequest, r: SipResponse): void {
    this.#provisional = true;
    if (this.#giveUp !== undefined) this.#sendCancel();
    if (r.status === 100) return;
    if (/;\s*tag=/i.test(header(r, 'to'))) this.dialog = dialogOfClient(invite, r);
    this.record('progress', { code: String(r.status), reason: r.reason });
    this.#ringing.resolve();
  }

  /** Each 2xx is acknowledged, repeated ones and those that crossed our CANCEL too. */
  #onAnswer(invite: SipRequest, r: SipResponse): void {
    const dialog = dialogOfClient(invite, r);
    const hop = nextHop(dialog);
    if (hop) this.host.endpoint.sendAck(requestIn(dialog, 'ACK', {}, '', cseq(invite).num), hop);
    if (this.state !== 'ringing') return;
    this.dialog = dialog;
    this.talk(r.body);
    const entry = this.record('connected', { to: parseNameAddr(header(r, 'to')).uri });
    this.#ringing.resolve();
    if (this.#giveUp !== undefined) return void this.bye({ why: 'answered_while_cancelling' });
    this.#answered.resolve(entry);
  }

  #onRedirect(invite: SipRequest, r: SipResponse, seq: number): void {
    const to = parseNameAddr(header(r, 'contact')).uri;
    this.record('redirected', { code: String(r.status), to });
    if (!this.host.options.followRedirects || !remoteOf(to) || seq > 10) return this.#fail(r.status, r.reason);
    const headers: Headers = new Map(invite.headers);
    headers.set('cseq', [`${seq} INVITE`]);
    this.#send({ ...invite, uri: to, headers }, to);
  }

  #cancel(why: string): void {
    if (this.state !== 'ringing' || this.#giveUp !== undefined) return;
    this.#giveUp = why;
    if (this.#provisional) this.#sendCancel();
  }

  /** RFC 3261 section 9.1: no CANCEL before a provisional response, and the INVITE's own final response ends it. */
  #sendCancel(): void {
    const invite = this.#invite?.request;
    const remote = remoteOf(this.#hop);
    if (!invite || !remote) return;
    const headers: Headers = new Map();
    for (const name of ['from', 'to', 'call-id', 'route']) {
      const values = invite.headers.get(name);
      if (values) headers.set(name, values);
    }
    headers.set('cseq', [`${cseq(invite).num} CANCEL`]);
    const cancel: SipRequest = { kind: 'request', method: 'CANCEL', uri: invite.uri, headers, body: '' };
    const ignore = { response: () => undefined, timeout: () => undefined };
    this.host.endpoint.request(cancel, remote, ignore, branchOf(header(invite, 'via')));
    this.later(64 * this.host.endpoint.t1Ms, () => this.#fail(408, 'CANCEL without an end'));
  }

  #fail(code: number, reason: string, reasonHeader = ''): void {
    if (this.state === 'ended') return;
    const detail: Record<string, string> = { code: String(code), reason };
    if (reasonHeader !== '') detail.reasonHeader = reasonHeader;
    if (this.#giveUp !== undefined) detail.why = this.#giveUp;
    const what = this.#giveUp !== undefined && code === 487 ? 'cancelled' : 'failed';
    this.record(what, detail);
    super.end(what, detail);
    this.#lose(new CallFailed(code, reason));
  }

  #lose(error: CallFailed): void {
    this.#ringing.reject(error);
    this.#answered.reject(error);
  }
}
