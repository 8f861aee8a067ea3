/** A SIP dialog as data (RFC 3261 section 12): who, by which route, and which number comes next. */
import { cseq, header, parseNameAddr, parseUri, type Headers, type SipRequest, type SipResponse } from './message.ts';
import type { Remote } from './transaction.ts';

export interface Dialog {
  readonly callId: string;
  /** Whole From value of our requests, our tag included. */
  readonly local: string;
  /** Whole To value of our requests, the peer's tag included. */
  readonly remote: string;
  /** The peer's Contact; a re-INVITE or UPDATE may move it. */
  target: string;
  readonly routes: readonly string[];
  /** CSeq of our last request. */
  seq: number;
}

const contactOf = (m: SipRequest | SipResponse): string => parseNameAddr(header(m, 'contact')).uri;

/** The dialog of an INVITE that came to us. */
export function dialogOfServer(invite: SipRequest, localTag: string): Dialog {
  return {
    callId: header(invite, 'call-id'),
    local: `${header(invite, 'to')};tag=${localTag}`,
    remote: header(invite, 'from'),
    target: contactOf(invite) || parseNameAddr(header(invite, 'from')).uri,
    routes: invite.headers.get('record-route') ?? [],
    seq: Math.floor(Math.random() * 1000),
  };
}

/** The dialog that a response to our INVITE makes. Its routes come in reverse. */
export function dialogOfClient(invite: SipRequest, response: SipResponse): Dialog {
  return {
    callId: header(invite, 'call-id'),
    local: header(invite, 'from'),
    remote: header(response, 'to'),
    target: contactOf(response) || invite.uri,
    routes: [...(response.headers.get('record-route') ?? [])].reverse(),
    seq: cseq(invite).num,
  };
}

/** A target refresh: the peer now wants its requests elsewhere. */
export function refreshTarget(d: Dialog, m: SipRequest | SipResponse): void {
  const contact = contactOf(m);
  if (contact !== '') d.target = contact;
}

/** A request within the dialog. An ACK keeps its INVITE's number, everything else takes the next. Loose routing only. */
export function requestIn(
  d: Dialog,
  method: string,
  extra: Record<string, string> = {},
  body = '',
  ackOf = 0,
): SipRequest {
  const headers: Headers = new Map([
    ['from', [d.local]],
    ['to', [d.remote]],
    ['call-id', [d.callId]],
    ['cseq', [`${method === 'ACK' ? ackOf : ++d.seq} ${method}`]],
  ]);
  if (d.routes.length > 0) headers.set('route', [...d.routes]);
  for (const [name, value] of Object.entries(extra)) headers.set(name.toLowerCase(), [value]);
  return { kind: 'request', method, uri: d.target, headers, body };
}

/** Where a URI's datagrams go; lab hosts are addresses, never names. */
export function remoteOf(uri: string): Remote | undefined {
  const u = parseUri(uri);
  return u && { host: u.host, port: u.port };
}

/** Where the dialog's requests go: its first route, else its target. */
export function nextHop(d: Dialog): Remote | undefined {
  const route = d.routes[0];
  return remoteOf(route === undefined ? d.target : parseNameAddr(route).uri);
}

/** The value of a Replaces header (RFC 3891) by which a third party takes over the peer's end of this dialog. */
export function replacesValue(d: Dialog): string {
  const tag = (v: string): string => parseNameAddr(v).params.tag ?? '';
  return `${d.callId};to-tag=${tag(d.remote)};from-tag=${tag(d.local)}`;
}
