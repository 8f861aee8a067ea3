/** REFER, both ways (RFC 3515, 3891, 5589): our phone transfers a call, or is told to call somebody else. */
import type { Call } from './call.ts';
import { replacesValue } from './dialog.ts';
import { header, parseNameAddr, parseUri, type SipRequest } from './message.ts';
import type { ServerTransaction } from './transaction.ts';
import { CallFailed, deferred } from './types.ts';

export interface PendingTransfer {
  to: string;
  /** The far side took the REFER: if it then says BYE before its last NOTIFY, the transfer is still its word. */
  accepted: boolean;
  resolve: () => void;
  reject: (e: Error) => void;
}

/** The Refer-To that makes the peer take over `consult`'s far end. */
export function referToReplacing(consult: Call): string {
  if (!consult.dialog) throw new Error(`call ${consult.callId} has no dialog to replace`);
  const [target = ''] = consult.dialog.target.split('?');
  return `${target}?Replaces=${encodeURIComponent(replacesValue(consult.dialog))}`;
}

/** How long to wait before a REFER that came too early is sent again. */
const TOO_EARLY_MS = [50, 100, 200];

/**
 * Transfers the call. Resolves once the transfer succeeded and our leg is down; rejects with a CallFailed when the REFER or the
 * new call was refused: our leg then stays up, as a phone's would.
 *
 * Asterisk 22.10 takes a REFER in the first milliseconds after the answer and then says 400, because the two legs are not yet
 * bridged (AST_BRIDGE_TRANSFER_INVALID). No person is that quick, a test is: so a 400 is tried again.
 */
export async function sendRefer(call: Call, to: string): Promise<void> {
  for (const waitMs of TOO_EARLY_MS) {
    try {
      return await referOnce(call, to);
    } catch (e) {
      if (!(e instanceof CallFailed) || e.code !== 400 || call.state === 'ended') throw e;
    }
    await new Promise((resolve) => setTimeout(resolve, waitMs));
  }
  await referOnce(call, to);
}

/** One REFER and its NOTIFYs. */
async function referOnce(call: Call, to: string): Promise<void> {
  if (call.transfer) throw new Error(`call ${call.callId} is being transferred already`);
  const done = deferred<void>();
  call.transfer = { to, accepted: false, resolve: () => done.resolve(), reject: done.reject };
  const { name, server } = call.host.options;
  const headers = { 'refer-to': `<${to}>`, 'referred-by': `<sip:${name}@${server.host}>` };
  const status = await call.send('REFER', headers);
  if (status >= 300) {
    call.transfer = undefined;
    call.record('transfer', { to, result: 'refused', code: String(status) });
    throw new CallFailed(status, 'REFER refused');
  }
  if (call.transfer) call.transfer.accepted = true;
  call.record('transfer', { to, result: 'accepted', code: String(status) });
  await done.promise;
  await call.hangup();
}

/** A NOTIFY inside the call: the progress of our REFER as a sipfrag; any other is none of our business. */
export function hearNotify(call: Call, notify: SipRequest): void {
  const pending = call.transfer;
  const code = Number(/^SIP\/2\.0 (\d{3})/i.exec(notify.body)?.[1] ?? 0);
  if (!pending || !/^refer\b/i.test(header(notify, 'event')) || code === 0) return;
  const result = code < 200 ? 'progress' : code < 300 ? 'done' : 'failed';
  call.record('transfer', { to: pending.to, result, code: String(code) });
  if (code < 200) return;
  call.transfer = undefined;
  if (code < 300) pending.resolve();
  else pending.reject(new CallFailed(code, 'transfer failed'));
}

/** The call is over: a REFER that was taken is done, one that was not never will be. */
export function settleTransfer(call: Call): void {
  const pending = call.transfer;
  call.transfer = undefined;
  if (pending?.accepted) pending.resolve();
  else pending?.reject(new CallFailed(481, 'call ended before the transfer'));
}

/** The peer asks us to call somebody: 202, the call, and its outcome as NOTIFYs. The peer ends the old leg. */
export function acceptRefer(call: Call, tx: ServerTransaction): void {
  const target = parseNameAddr(header(tx.request, 'refer-to')).uri;
  const parsed = parseUri(target);
  if (!parsed) return tx.respond(400, { reason: 'Bad Refer-To' });
  tx.respond(202, { headers: { contact: call.host.contact } });
  const [to = target] = target.split('?');
  call.record('transfer', { to, result: 'asked' });
  const notify = (line: string, state: string): void => {
    if (call.state === 'ended') return;
    const headers = { event: 'refer', 'subscription-state': state, 'content-type': 'message/sipfrag;version=2.0' };
    void call.send('NOTIFY', headers, `SIP/2.0 ${line}\r\n`);
  };
  notify('100 Trying', 'active;expires=60');
  const headers: Record<string, string> = {};
  if (parsed.headers.replaces !== undefined) headers.replaces = parsed.headers.replaces;
  call.host.call(to, { headers }).answered.then(
    () => notify('200 OK', 'terminated;reason=noresource'),
    (e: unknown) => notify(`${e instanceof CallFailed ? e.code : 500} Failed`, 'terminated;reason=noresource'),
  );
}
