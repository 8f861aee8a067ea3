/** A call that somebody makes to our phone: it rings, and does what its behaviour says. */
import { Call } from './call.ts';
import { dialogOfServer } from './dialog.ts';
import { header, parseNameAddr, type SipRequest } from './message.ts';
import type { ServerTransaction } from './transaction.ts';
import { CAPABILITIES, deferred, type CallHost, type RingBehaviour } from './types.ts';

/** What a Reason header means to a phone: RFC 3326's cause 200 keeps the call out of its list of missed ones. */
export function reasonOf(value: string): string {
  return /cause\s*=\s*200\b/i.test(value) || /completed elsewhere/i.test(value) ? 'answered_elsewhere' : value;
}

function describe(invite: SipRequest): Record<string, string> {
  const from = parseNameAddr(header(invite, 'from'));
  const detail: Record<string, string> = {
    from: from.uri,
    fromName: from.name,
    to: parseNameAddr(header(invite, 'to')).uri,
    uri: invite.uri,
  };
  const optional = {
    xIpntCall: 'x-ipnt-call',
    pai: 'p-asserted-identity',
    diversion: 'diversion',
    replaces: 'replaces',
    alertInfo: 'alert-info',
  };
  for (const [key, name] of Object.entries(optional)) {
    const value = header(invite, name);
    if (value !== '') detail[key] = value;
  }
  return detail;
}

export class IncomingCall extends Call {
  readonly #tx: ServerTransaction;
  readonly #confirmed = deferred<void>();
  #talkMs?: number;
  #isConfirmed = false;

  constructor(host: CallHost, tx: ServerTransaction) {
    super(host, header(tx.request, 'call-id'), 'in');
    this.#tx = tx;
    this.peer = header(tx.request, 'from');
    this.dialog = dialogOfServer(tx.request, tx.toTag);
    this.record('invited', describe(tx.request));
  }

  /** Rings or not. `busy`: the phone is in another call and takes no second one. `replaced`: this INVITE takes over that call. */
  start(behaviour: RingBehaviour, busy: boolean, replaced?: Call): void {
    if (behaviour.kind === 'silent') return this.#keepSilent();
    this.#tx.onCancel = (cancel) => this.#onCancel(cancel);
    if (replaced) {
      this.answer();
      void replaced.bye({ why: 'replaced' });
      return;
    }
    if (busy) return this.reject(486, { why: 'second_call' });
    if (behaviour.kind === 'redirect') return this.#redirect(behaviour.to);
    if (behaviour.kind === 'reject' && behaviour.afterMs === undefined) return this.reject(behaviour.code);
    this.#tx.respond(180, { headers: { contact: this.host.contact, ...CAPABILITIES } });
    this.record('ringing');
    if (behaviour.kind === 'reject') this.later(behaviour.afterMs ?? 0, () => this.reject(behaviour.code));
    if (behaviour.kind !== 'answer') return;
    this.#talkMs = behaviour.talkMs;
    if (behaviour.afterMs <= 0) this.answer();
    else this.later(behaviour.afterMs, () => this.answer());
  }

  /** Picks up: 200, repeated until the ACK. */
  answer(): void {
    if (this.state !== 'ringing' || this.#tx.answered) return;
    const offer = this.#tx.request.body;
    const headers = { contact: this.host.contact, ...CAPABILITIES, 'content-type': 'application/sdp' };
    this.awaitAck(this.#tx);
    this.#tx.respond(200, { headers, body: this.host.media.sdp(offer) });
    this.talk(offer);
    this.record('answered');
  }

  reject(code: number, detail: Record<string, string> = {}): void {
    if (this.state !== 'ringing' || this.#tx.answered) return;
    this.#tx.respond(code);
    this.record('rejected', { code: String(code), ...detail });
    this.end('rejected', { code: String(code), ...detail });
  }

  override onAck(ack: SipRequest): boolean {
    const first = super.onAck(ack);
    if (!first || this.#isConfirmed) return first;
    this.#isConfirmed = true;
    this.record('confirmed');
    this.#confirmed.resolve();
    if (this.#talkMs !== undefined) this.later(this.#talkMs, () => void this.bye());
    return first;
  }

  override end(cause: string, detail?: Record<string, string>): void {
    super.end(cause, detail);
    this.#confirmed.resolve();
  }

  /** Declines while it rings; else BYE, which must wait for the ACK (RFC 3261 section 15). */
  override async hangup(): Promise<void> {
    if (this.state === 'ringing') return this.reject(486);
    await this.#confirmed.promise;
    await this.bye();
  }

  protected override onByeWhileRinging(): void {
    this.#tx.respond(487);
  }

  #redirect(to: string): void {
    this.#tx.respond(302, { headers: { contact: `<${to}>` } });
    this.record('redirected', { to });
    this.end('redirected', { to });
  }

  #onCancel(cancel: ServerTransaction): void {
    cancel.respond(200);
    if (this.state !== 'ringing' || this.#tx.answered) return;
    this.#tx.respond(487);
    this.#cancelled(cancel.request);
  }

  #cancelled(cancel: SipRequest): void {
    const reasonHeader = (cancel.headers.get('reason') ?? []).join(', ');
    const reason = reasonOf(reasonHeader);
    const detail: Record<string, string> = reasonHeader === '' ? {} : { reason, reasonHeader };
    this.record('cancelled', detail);
    if (reason !== 'answered_elsewhere') this.record('missed', detail);
    this.end('cancelled', detail);
  }

  /** As a phone without power: its caller gives up after 64 T1 at the latest. */
  #keepSilent(): void {
    this.#tx.onCancel = (cancel) => this.#cancelled(cancel.request);
    this.later(64 * this.host.endpoint.t1Ms, () => {
      this.record('missed', { why: 'silent' });
      this.end('silent');
    });
  }
}
