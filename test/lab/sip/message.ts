/**
 * SIP messages as plain data: parsing, formatting and the few header grammars that a phone needs (RFC 3261 section 7, 20 and 25).
 *
 * Header names are held in lower case with compact forms expanded, folded lines joined and the list headers a dialog depends on
 * split at their commas, so that nothing above this file can depend on how a sender happened to write them.
 */
export type Headers = Map<string, string[]>;
export interface SipRequest {
  kind: 'request';
  method: string;
  uri: string;
  headers: Headers;
  body: string;
}
export interface SipResponse {
  kind: 'response';
  status: number;
  reason: string;
  headers: Headers;
  body: string;
}
export type SipMessage = SipRequest | SipResponse;

/** A header value such as `"Name" <sip:u@h>;tag=1`, taken apart. Parameter names are lower case; a bare parameter is ''. */
export interface NameAddr {
  name: string;
  uri: string;
  params: Record<string, string>;
}
export interface SipUri {
  user: string;
  host: string;
  port: number;
  /** What follows `?`, decoded, names in lower case: Refer-To carries its Replaces there. */
  headers: Record<string, string>;
}

const COMPACT: Record<string, string> = {
  a: 'accept-contact',
  b: 'referred-by',
  c: 'content-type',
  d: 'request-disposition',
  e: 'content-encoding',
  f: 'from',
  i: 'call-id',
  j: 'reject-contact',
  k: 'supported',
  l: 'content-length',
  m: 'contact',
  o: 'event',
  r: 'refer-to',
  s: 'subject',
  t: 'to',
  u: 'allow-events',
  v: 'via',
  x: 'session-expires',
  y: 'identity',
};
const LISTS = new Set(['via', 'route', 'record-route', 'contact']);
const SPECIAL: Record<string, string> = {
  'call-id': 'Call-ID',
  cseq: 'CSeq',
  'www-authenticate': 'WWW-Authenticate',
  'x-ipnt-call': 'X-IPNT-Call',
};

/** Splits at commas that stand outside quotes and angle brackets. */
export function splitList(value: string): string[] {
  if (!value.includes(',')) return [value.trim()];
  const out: string[] = [];
  let start = 0;
  let quoted = false;
  let depth = 0;
  for (let i = 0; i < value.length; i++) {
    const c = value[i];
    if (quoted && c === '\\') i++;
    else if (c === '"') quoted = !quoted;
    else if (quoted) continue;
    else if (c === '<') depth++;
    else if (c === '>') depth--;
    else if (c === ',' && depth === 0) {
      out.push(value.slice(start, i).trim());
      start = i + 1;
    }
  }
  out.push(value.slice(start).trim());
  return out.filter((v) => v !== '');
}

function parseHeaders(lines: readonly string[]): Headers {
  const headers: Headers = new Map();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const raw = line.slice(0, colon).trim().toLowerCase();
    const name = COMPACT[raw] ?? raw;
    const text = line.slice(colon + 1).trim();
    const values = LISTS.has(name) ? splitList(text) : [text];
    const known = headers.get(name);
    if (known) known.push(...values);
    else headers.set(name, values);
  }
  return headers;
}

/** One datagram; undefined for keep-alives and whatever is no SIP message. */
export function parseMessage(datagram: Buffer): SipMessage | undefined {
  let end = datagram.indexOf('\r\n\r\n');
  let gap = 4;
  if (end < 0) {
    end = datagram.indexOf('\n\n');
    gap = 2;
  }
  if (end < 0) return undefined;
  const unfolded = datagram
    .toString('utf8', 0, end)
    .replace(/^(?:\r?\n)+/, '')
    .replace(/\r?\n[ \t]+/g, ' ');
  const [first = '', ...lines] = unfolded.split(/\r?\n/);
  const headers = parseHeaders(lines);
  const declared = Number.parseInt(headers.get('content-length')?.[0] ?? '', 10);
  const bodyEnd = Number.isNaN(declared) ? datagram.length : Math.min(end + gap + declared, datagram.length);
  const body = datagram.toString('utf8', end + gap, bodyEnd);
  const status = /^SIP\/2\.0 (\d{3})(?: (.*))?$/i.exec(first);
  if (status) return { kind: 'response', status: Number(status[1]), reason: status[2] ?? '', headers, body };
  const start = /^(\S+) (\S+) SIP\/2\.0$/i.exec(first);
  if (!start) return undefined;
  return { kind: 'request', method: start[1] ?? '', uri: start[2] ?? '', headers, body };
}

const prettyNames = new Map<string, string>();
function pretty(name: string): string {
  let out = prettyNames.get(name);
  if (out === undefined) {
    out = SPECIAL[name] ?? name.replace(/(^|-)[a-z]/g, (m) => m.toUpperCase());
    prettyNames.set(name, out);
  }
  return out;
}

/** The bytes on the wire. A line break inside a value becomes a space, so that no test can inject a header by accident. */
export function formatMessage(m: SipMessage): Buffer {
  let text = m.kind === 'request' ? `${m.method} ${m.uri} SIP/2.0\r\n` : `SIP/2.0 ${m.status} ${m.reason}\r\n`;
  for (const [name, values] of m.headers) {
    if (name === 'content-length') continue;
    for (const v of values) text += `${pretty(name)}: ${v.replace(/[\r\n]+/g, ' ')}\r\n`;
  }
  return Buffer.from(`${text}Content-Length: ${Buffer.byteLength(m.body)}\r\n\r\n${m.body}`);
}

/** The first value of a header, '' when it is absent; the name in lower case. */
export function header(m: SipMessage, name: string): string {
  return m.headers.get(name)?.[0] ?? '';
}

export function cseq(m: SipMessage): { num: number; method: string } {
  const [num = '0', method = ''] = header(m, 'cseq').split(/\s+/);
  return { num: Number(num), method };
}

function parseParams(text: string): Record<string, string> {
  const params: Record<string, string> = {};
  for (const m of text.matchAll(/;\s*([^=;\s]+)(?:\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*))?/g)) {
    params[(m[1] ?? '').toLowerCase()] = (m[2] ?? '').trim();
  }
  return params;
}

/** Takes a From, To, Contact, Refer-To or Route value apart; a display name may hold any quoted text. */
export function parseNameAddr(value: string): NameAddr {
  const quoted = /^\s*"((?:[^"\\]|\\.)*)"/s.exec(value);
  const rest = quoted ? value.slice(quoted[0].length) : value;
  const open = rest.indexOf('<');
  if (open < 0) {
    const semi = rest.indexOf(';');
    const uri = (semi < 0 ? rest : rest.slice(0, semi)).trim();
    return { name: '', uri, params: semi < 0 ? {} : parseParams(rest.slice(semi)) };
  }
  const close = rest.indexOf('>', open);
  const end = close < 0 ? rest.length : close;
  return {
    name: quoted ? (quoted[1] ?? '').replace(/\\(.)/gs, '$1') : rest.slice(0, open).trim(),
    uri: rest.slice(open + 1, end).trim(),
    params: parseParams(rest.slice(end + 1)),
  };
}

/** Takes `sip:user@host:port;p?h=v` apart; undefined when it is no SIP URI. */
export function parseUri(uri: string): SipUri | undefined {
  const m = /^sips?:(?:([^@]*)@)?(\[[^\]]+\]|[^:;?\s]+)(?::(\d+))?(?:;[^?]*)?(?:\?(.*))?$/i.exec(uri);
  if (!m) return undefined;
  const headers: Record<string, string> = {};
  for (const pair of (m[4] ?? '').split('&')) {
    const eq = pair.indexOf('=');
    if (eq > 0) headers[pair.slice(0, eq).toLowerCase()] = unescapeUri(pair.slice(eq + 1));
  }
  return { user: unescapeUri(m[1] ?? ''), host: m[2] ?? '', port: Number(m[3] ?? 5060), headers };
}

function unescapeUri(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** A display name as a quoted string: hostile characters travel, the grammar stays whole. */
export function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}

/** A user part with what RFC 3261's `user` rule does not allow escaped (`#` above all). */
export function escapeUser(user: string): string {
  return user.replace(/[^A-Za-z0-9\-_.!~*'()&=+$,;?/%]/g, (c) => encodeURIComponent(c));
}
