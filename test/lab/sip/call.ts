/** What both directions of a call share once there is a dialog: requests inside it, its media, its end. */
import { nextHop, refreshTarget, requestIn, type Dialog } from './dialog.ts';
import { rtpOf, type MediaLeg } from './media.ts';
import { cseq, header, type SipRequest } from './message.ts';
import type { Remote, ServerTransaction } from './transaction.ts';
import { acceptRefer, hearNotify, settleTransfer, type PendingTransfer } from './transfer.ts';
import { CAPABILITIES, deferred, type CallHost, type PhoneCall, type PhoneEvent, type PhoneLogEntry } from './types.ts';

export abstract class Call implements PhoneCall, MediaLeg {
  readonly callId: string;
  readonly direction: 'in' | 'out';
  readonly host: CallHost;
  state: 'ringing' | 'talking' | 'ended' = 'ringing';
  peer = '';
  rtpReceived = 0;
  remoteRtp?: Remote;
  dialog?: Dialog;
  /** A REFER of ours that is under way. */
  transfer?: PendingTransfer;
  readonly #acks = new Map<number, ServerTransaction>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #ended = deferred<PhoneLogEntry>();

  constructor(host: CallHost, callId: string, direction: 'in' | 'out') {
    this.host = host;
    this.callId = callId;
    this.direction = direction;
  }

  get ended(): Promise<PhoneLogEntry> {
    return this.#ended.promise;
  }

  abstract hangup(): Promise<void>;

  /** A request that belongs to this dialog, ACK excepted. */
  receive(tx: ServerTransaction): void {
    switch (tx.request.method) {
      case 'BYE':
        return this.#onBye(tx);
      case 'INVITE':
      case 'UPDATE':
        return this.#onRefresh(tx);
      case 'NOTIFY':
        tx.respond(200);
        return hearNotify(this, tx.request);
      case 'REFER':
        return acceptRefer(this, tx);
      case 'INFO':
      case 'OPTIONS':
      case 'MESSAGE':
        return tx.respond(200, { headers: { allow: CAPABILITIES.allow } });
      default:
        return tx.respond(405, { headers: { allow: CAPABILITIES.allow } });
    }
  }

  /** An ACK for a 2xx of ours; true the first time. */
  onAck(ack: SipRequest): boolean {
    const { num } = cseq(ack);
    const tx = this.#acks.get(num);
    if (!tx) return false;
    this.#acks.delete(num);
    tx.acked();
    if (ack.body !== '') this.remoteRtp = rtpOf(ack.body);
    return true;
  }

  record(what: PhoneEvent, detail: Record<string, string> = {}): PhoneLogEntry {
    return this.host.record(what, this.callId, { direction: this.direction, ...detail });
  }

  /** Ends the call with a BYE; resolves at its final response. */
  async bye(detail: Record<string, string> = {}): Promise<void> {
    const d = this.dialog;
    if (this.state === 'ended' || !d) return;
    this.record('bye_sent', detail);
    this.end('bye_sent', detail);
    await this.send('BYE');
  }

  /** A request inside the dialog and its final response; 481 when there is no dialog, 408 when no answer came. */
  async send(method: string, headers: Record<string, string> = {}, body = ''): Promise<number> {
    const d = this.dialog;
    const hop = d && nextHop(d);
    if (!d || !hop) return 481;
    const request = requestIn(d, method, { contact: this.host.contact, ...headers }, body);
    return (await this.host.request(request, hop, () => ++d.seq)).status;
  }

  protected awaitAck(tx: ServerTransaction): void {
    this.#acks.set(cseq(tx.request).num, tx);
    tx.onAckTimeout = () => void this.bye({ why: 'no_ack' });
  }

  /** Both sides have agreed: media may flow. */
  protected talk(sdp: string): void {
    this.state = 'talking';
    if (sdp !== '') this.remoteRtp = rtpOf(sdp);
    this.host.media.attach(this);
  }

  /** A timer that dies with the call. */
  protected later(ms: number, run: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      run();
    }, ms);
    this.#timers.add(timer);
  }

  end(cause: string, detail: Record<string, string> = {}): void {
    if (this.state === 'ended') return;
    this.state = 'ended';
    for (const timer of this.#timers) clearTimeout(timer);
    for (const tx of this.#acks.values()) tx.acked();
    this.host.media.detach(this);
    this.host.forget(this.callId);
    const entry = this.record('ended', { ...detail, cause });
    settleTransfer(this);
    this.#ended.resolve(entry);
  }

  /** The other side said BYE before or after the answer; a ringing call overrides to answer its INVITE. */
  protected onByeWhileRinging(): void {}

  #onBye(tx: ServerTransaction): void {
    tx.respond(200);
    const reason = header(tx.request, 'reason');
    const detail: Record<string, string> = reason === '' ? {} : { reasonHeader: reason };
    if (this.state === 'ringing') this.onByeWhileRinging();
    this.record('bye_received', detail);
    this.end('bye_received', detail);
  }

  #onRefresh(tx: ServerTransaction): void {
    const offer = tx.request.body;
    if (this.dialog) refreshTarget(this.dialog, tx.request);
    if (offer !== '') this.remoteRtp = rtpOf(offer);
    const invite = tx.request.method === 'INVITE';
    const headers: Record<string, string> = { contact: this.host.contact, ...CAPABILITIES };
    const body = invite || offer !== '' ? this.host.media.sdp(offer) : '';
    if (body !== '') headers['content-type'] = 'application/sdp';
    if (invite) this.awaitAck(tx);
    tx.respond(200, { headers, body });
  }
}
