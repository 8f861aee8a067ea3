import type { AuditEntry, PeopleStore, SessionRecord, TokenRecord, UserRecord } from '../../ports/people.ts';
import { endsSessions, isRenewed, TOKEN_NOTED_MS } from '../common/people.ts';
import type { Data } from './data.ts';

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

export const users = (data: Data): readonly UserRecord[] =>
  structuredClone([...data.users.values()].sort((a, b) => byText(a.name, b.name)));

export const user = (data: Data, name: string): UserRecord | null => structuredClone(data.users.get(name) ?? null);

export function addUser(data: Data, added: Parameters<PeopleStore['addUser']>[0]): boolean {
  if (data.users.has(added.name)) return false;
  const nowMs = data.clock.nowMs();
  data.users.set(added.name, structuredClone({ ...added, createdAtMs: nowMs, changedAtMs: nowMs }));
  return true;
}

export function changeUser(data: Data, name: string, change: Parameters<PeopleStore['changeUser']>[1]): boolean {
  const known = data.users.get(name);
  if (known === undefined) return false;
  const changedAtMs = change.passwordHash === undefined ? known.changedAtMs : data.clock.nowMs();
  data.users.set(name, structuredClone({ ...known, ...change, changedAtMs }));
  if (endsSessions(change)) endSessionsOf(data, name);
  return true;
}

export function removeUser(data: Data, name: string): boolean {
  endSessionsOf(data, name);
  return data.users.delete(name);
}

function endSessionsOf(data: Data, name: string): void {
  for (const [hash, session] of data.sessions) if (session.user === name) data.sessions.delete(hash);
}

export function openSession(
  data: Data,
  { secretHash, user: name, lastsMs }: Parameters<PeopleStore['openSession']>[0],
): void {
  const nowMs = data.clock.nowMs();
  data.sessions.set(secretHash, { secretHash, user: name, createdAtMs: nowMs, expiresAtMs: nowMs + lastsMs });
}

export function useSession(
  data: Data,
  secretHash: string,
  lastsMs: (user: UserRecord) => number,
): { readonly user: UserRecord; readonly session: SessionRecord } | null {
  const nowMs = data.clock.nowMs();
  const session = data.sessions.get(secretHash);
  const owner = data.users.get(session?.user ?? '');
  if (session === undefined || owner === undefined || owner.isDisabled) return null;
  if (session.expiresAtMs <= nowMs || session.createdAtMs < owner.changedAtMs) return null;
  const untilMs = nowMs + lastsMs(owner);
  const renewed = isRenewed(session.expiresAtMs, untilMs, lastsMs(owner))
    ? { ...session, expiresAtMs: untilMs }
    : session;
  data.sessions.set(secretHash, renewed);
  return structuredClone({ user: owner, session: renewed });
}

export const endSession = (data: Data, secretHash: string): void => void data.sessions.delete(secretHash);

export const tokens = (data: Data): readonly TokenRecord[] =>
  structuredClone([...data.tokens.values()].sort((a, b) => byText(a.name, b.name) || byText(a.tokenId, b.tokenId)));

export function addToken(data: Data, token: Parameters<PeopleStore['addToken']>[0]): void {
  if (data.tokens.has(token.tokenId)) return;
  data.tokens.set(token.tokenId, structuredClone({ ...token, createdAtMs: data.clock.nowMs(), lastUsedMs: null }));
}

export function useToken(data: Data, secretHash: string): TokenRecord | null {
  const nowMs = data.clock.nowMs();
  const token = [...data.tokens.values()].find((one) => one.secretHash === secretHash);
  if (token === undefined || (token.expiresAtMs !== null && token.expiresAtMs <= nowMs)) return null;
  const isNoted = token.lastUsedMs !== null && token.lastUsedMs > nowMs - TOKEN_NOTED_MS;
  const used = isNoted ? token : { ...token, lastUsedMs: nowMs };
  data.tokens.set(token.tokenId, used);
  return structuredClone(used);
}

export const removeToken = (data: Data, tokenId: string): boolean => data.tokens.delete(tokenId);

export function audit(data: Data, entry: Parameters<PeopleStore['audit']>[0]): void {
  if (!data.audits.has(entry.auditId)) data.audits.set(entry.auditId, { ...entry, atMs: data.clock.nowMs() });
}

const newestFirst = (a: Pick<AuditEntry, 'atMs' | 'auditId'>, b: Pick<AuditEntry, 'atMs' | 'auditId'>): number =>
  b.atMs - a.atMs || byText(b.auditId, a.auditId);

export function audits(
  data: Data,
  { limit, before, by, action, target }: Parameters<PeopleStore['audits']>[0],
): readonly AuditEntry[] {
  return [...data.audits.values()]
    .filter((one) => by === undefined || one.by === by)
    .filter((one) => action === undefined || one.action === action)
    .filter((one) => target === undefined || one.target === target)
    .filter((one) => before === undefined || newestFirst(before, one) < 0)
    .sort(newestFirst)
    .slice(0, Math.max(0, Math.floor(limit)));
}
