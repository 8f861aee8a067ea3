/** Who asks: by the cookie of a login, or by a token. */
import type { Request, Response } from 'express';
import { IpntError } from '../../core/errors.ts';
import type { Person } from '../../core/model/person.ts';
import type { PeopleStore, UserRecord } from '../../ports/people.ts';
import { hashOf } from '../../runtime/secrets.ts';
import type { LoginCookie } from './route.ts';

export const COOKIE = 'ipnt_session';
const HOUR_MS = 3_600_000;

/** How long a login lasts after its last use: a wall is not logged in anew each morning. */
export const sessionLastsMs = ({ role }: Pick<UserRecord, 'role'>): number =>
  role === 'viewer' ? 30 * 24 * HOUR_MS : 12 * HOUR_MS;

/** Who it is where nobody is logged in: of the role that may least, and no agent's. */
export const NOBODY: Person = { name: '', role: 'agent', sites: [], services: [], agentId: '' };

export interface Identity {
  readonly person: Person;
  readonly via: 'login' | 'token';
  /** Whether the login or token still holds, for answers that go on for long. True while the database cannot tell; never rejects. */
  stillValid(): Promise<boolean>;
}

/** Who asks; null: nobody who is known. A token stands above a cookie; what else Authorization says is for a proxy before us. */
export async function identify(request: Request, store: PeopleStore): Promise<Identity | null> {
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(/ +/, 2);
  if (scheme.toLowerCase() === 'bearer') return token === '' ? null : byToken(hashOf(token), store);
  const secret = cookieOf(request);
  return secret === '' ? null : bySession(hashOf(secret), store);
}

async function byToken(secretHash: string, store: PeopleStore): Promise<Identity | null> {
  const find = () => store.useToken(secretHash);
  const token = await find();
  if (token === null) return null;
  const { tokenId: _id, secretHash: _hash, ...rest } = token;
  return { person: personOf(rest), via: 'token', stillValid: () => holds(find) };
}

async function bySession(secretHash: string, store: PeopleStore): Promise<Identity | null> {
  const find = () => store.useSession(secretHash, sessionLastsMs);
  const found = await find();
  return found === null ? null : { person: personOf(found.user), via: 'login', stillValid: () => holds(find) };
}

const personOf = ({ name, role, sites, services, agentId }: Person): Person => ({
  name,
  role,
  sites,
  services,
  agentId,
});

async function holds(find: () => Promise<unknown>): Promise<boolean> {
  try {
    return (await find()) !== null;
  } catch {
    return true;
  }
}

/** The secret of our cookie; '' where there is none. */
function cookieOf(request: Request): string {
  const cookies = (request.headers.cookie ?? '').split(';').map((one) => one.trim());
  return cookies.find((one) => one.startsWith(`${COOKIE}=`))?.slice(COOKIE.length + 1) ?? '';
}

/** The cookie of this request, and how the answer changes it. `Secure` wherever the browser came by TLS. */
export function loginCookie(request: Request, response: Response): LoginCookie {
  const secret = cookieOf(request);
  const attributes = { httpOnly: true, sameSite: 'strict', secure: request.secure, path: '/' } as const;
  return {
    secretHash: secret === '' ? '' : hashOf(secret),
    set: (value, lastsMs) => void response.cookie(COOKIE, value, { ...attributes, maxAge: lastsMs }),
    clear: () => void response.clearCookie(COOKIE, attributes),
  };
}

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether a change is asked for by our own pages. Browsers tell where a request comes from; who tells nothing is a program: fine at a login
 * (`isOpen`), and refused with a cookie, which programs have no use for. Throws ORIGIN_REFUSED.
 */
export function checkOrigin(request: Request, isOpen: boolean): void {
  if (SAFE.has(request.method)) return;
  const { origin, 'sec-fetch-site': site } = request.headers;
  if (typeof site === 'string') {
    if (site === 'same-origin') return;
  } else if (origin === undefined) {
    if (isOpen) return;
  } else if (hostOf(origin) === request.host) return;
  throw new IpntError('ORIGIN_REFUSED');
}

function hostOf(origin: string): string {
  try {
    return new URL(origin).host;
  } catch {
    return '';
  }
}
