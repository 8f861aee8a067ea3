/** Digest authentication as a SIP client does it: RFC 2617 with MD5, and RFC 8760's SHA-256 where a server asks for nothing else. */
import { createHash, randomBytes } from 'node:crypto';
import { cseq, header, type SipRequest, type SipResponse } from './message.ts';

export interface Challenge {
  realm: string;
  nonce: string;
  algorithm: string;
  qop: string;
  opaque?: string;
}
export interface DigestInput {
  user: string;
  password: string;
  method: string;
  uri: string;
  challenge: Challenge;
  cnonce: string;
  /** How often this nonce has been used, as eight hex digits. */
  nc: string;
}

/** Reads `Digest realm="..", nonce=".."`; undefined for another scheme or one without a nonce. */
export function parseChallenge(value: string): Challenge | undefined {
  if (!/^\s*digest\s/i.test(value)) return undefined;
  const p: Record<string, string> = {};
  for (const m of value.matchAll(/([A-Za-z-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,]+))/g)) {
    p[(m[1] ?? '').toLowerCase()] = m[2] ?? m[3] ?? '';
  }
  if (p.nonce === undefined) return undefined;
  return {
    realm: p.realm ?? '',
    nonce: p.nonce,
    algorithm: (p.algorithm ?? 'MD5').toUpperCase(),
    qop: (p.qop ?? '').split(/\s*,\s*/).includes('auth') ? 'auth' : '',
    opaque: p.opaque,
  };
}

/** The `response` value of RFC 2617 section 3.2.2. */
export function digestResponse(i: DigestInput): string {
  const name = i.challenge.algorithm === 'SHA-256' ? 'sha256' : 'md5';
  const hash = (text: string): string => createHash(name).update(text).digest('hex');
  const a1 = hash(`${i.user}:${i.challenge.realm}:${i.password}`);
  const a2 = hash(`${i.method}:${i.uri}`);
  const middle = i.challenge.qop === '' ? i.challenge.nonce : [i.challenge.nonce, i.nc, i.cnonce, 'auth'].join(':');
  return hash(`${a1}:${middle}:${a2}`);
}

/**
 * The same request again, with credentials for the challenge in a 401 or 407 and a new CSeq.
 * Undefined when the server offers no scheme we know, or the request already carried credentials and no `stale` is said.
 */
export function withCredentials(
  request: SipRequest,
  challenged: SipResponse,
  credentials: { user: string; password: string },
  seq: number,
): SipRequest | undefined {
  const proxy = challenged.status === 407;
  const field = proxy ? 'proxy-authorization' : 'authorization';
  const values = challenged.headers.get(proxy ? 'proxy-authenticate' : 'www-authenticate') ?? [];
  if (request.headers.has(field) && !values.some((v) => /stale\s*=\s*"?true/i.test(v))) return undefined;
  const known = values.map(parseChallenge).filter((c) => c !== undefined);
  const challenge = known.find((c) => c.algorithm === 'MD5') ?? known.find((c) => c.algorithm === 'SHA-256');
  if (!challenge) return undefined;
  const { user, password } = credentials;
  const cnonce = randomBytes(8).toString('hex');
  const { uri, method } = request;
  const response = digestResponse({ user, password, method, uri, challenge, cnonce, nc: '00000001' });
  let value = `Digest username="${user}", realm="${challenge.realm}", nonce="${challenge.nonce}", uri="${uri}", response="${response}"`;
  value += `, algorithm=${challenge.algorithm}`;
  if (challenge.qop !== '') value += `, qop=auth, cnonce="${cnonce}", nc=00000001`;
  if (challenge.opaque !== undefined) value += `, opaque="${challenge.opaque}"`;
  const headers = new Map(request.headers);
  headers.delete('via');
  headers.set('cseq', [`${seq} ${cseq(request).method}`]);
  headers.set(field, [value]);
  return { ...request, headers };
}

/** Whether a response asks for credentials. */
export function isChallenge(r: SipResponse): boolean {
  return (r.status === 401 || r.status === 407) && header(r, 'cseq') !== '';
}
