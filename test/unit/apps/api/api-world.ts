/** A real listener over the memory store, with two call centres, and people who ask it. */
import { randomUUID } from 'node:crypto';
import { BoardKeeper } from '../../../../src/apps/api/board-keeper.ts';
import { listen } from '../../../../src/apps/api/listen.ts';
import { withOpenApi } from '../../../../src/apps/api/openapi.ts';
import type { ApiParts, Follower, Route } from '../../../../src/apps/api/route.ts';
import { ROUTES } from '../../../../src/apps/api/routes.ts';
import { BoardStream } from '../../../../src/apps/api/stream.ts';
import { createApp } from '../../../../src/apps/api/server.ts';
import type { GuessLimits } from '../../../../src/apps/api/guess-limits.ts';
import { COOKIE, sessionLastsMs } from '../../../../src/apps/api/who.ts';
import { hashOf, newSecret, newTokenSecret } from '../../../../src/runtime/secrets.ts';
import { Customers } from '../../../../src/apps/common/customer-source.ts';
import { ALL, ROLES } from '../../../../src/core/model/person.ts';
import type { Person, Role } from '../../../../src/core/model/person.ts';
import type { Log } from '../../../../src/ports/log.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { noLog } from '../../../../src/runtime/log.ts';
import { hashPassword } from '../../../../src/runtime/password.ts';
import { openDesk } from './resources/desk.ts';
import type { Desk } from './resources/desk.ts';

export interface WorldOptions {
  readonly routes?: readonly Route[];
  readonly log?: Log;
  readonly behindProxy?: boolean;
  readonly pages?: string | null;
  readonly guessLimits?: GuessLimits;
  /** `/v1/stream` goes on as it does outside; else it is noted who follows, and nothing is said. */
  readonly isStreaming?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export const PASSWORD = 'correct horse battery';
/** Costs a twentieth of a second: once is enough for all worlds. */
const passwordHash = hashPassword(PASSWORD);

export const personOf = (role: Role, over: Partial<Person> = {}): Person => ({
  ...{ name: role, role, sites: [ALL], services: [ALL] },
  agentId: role === 'agent' ? 'berlin/PJSIP/1001' : '',
  ...over,
});

/** The sites do at once what they are asked for. */
function obeying({ store, fences }: Desk): void {
  const ask = store.askCommand.bind(store);
  store.askCommand = async (asked) => {
    await ask(asked);
    const fence = asked.siteId === 'lyon' ? fences.lyon : fences.berlin;
    await store.takeCommand(fence, asked.commandId, 'once');
    await store.answerCommand(fence, asked.commandId, { outcome: 'done', said: 'Success' });
  };
}

/** The database's clock stands still unless it is moved; each role has a user of its name. */
export async function openWorld(options: WorldOptions = {}) {
  const { routes = ROUTES, log = noLog, behindProxy = false, pages = null, guessLimits, isStreaming = false } = options;
  const desk = await openDesk([]);
  const { clock, store } = desk;
  obeying(desk);
  for (const role of ROLES)
    await store.addUser({ ...personOf(role), passwordHash: await passwordHash, isDisabled: false });
  const live = new BoardKeeper({ store, clock: systemClock, log: noLog });
  await live.start();
  const customers = new Customers(store, [], systemClock, noLog);
  const parts: ApiParts = { store, live, customers, clock: systemClock, log, country: '49' };
  const ending = new AbortController();
  const followers: Follower[] = [];
  const stream = new BoardStream({ keeper: live, clock: systemClock });
  const follow = (follower: Follower): void => {
    followers.push(follower);
    if (isStreaming) return stream.follow(follower);
    follower.response.end();
  };
  const app = createApp({
    ...{ parts, follow, behindProxy, pages, hasTls: false, closing: ending.signal },
    ...(guessLimits && { guessLimits }),
    routes: withOpenApi(routes, '1.2.3'),
  });
  const settings = { listen: { host: '127.0.0.1', port: 0 }, tls: null, behindProxy };
  const listening = await listen({ settings, app, clock: systemClock, log });
  const ask = async (method: string, path: string, init: RequestInit = {}): Promise<Answer> => {
    const answer = await fetch(`${listening.url}${path}`, { method, ...init });
    const text = await answer.text();
    const isJson = /json/.test(answer.headers.get('content-type') ?? '');
    return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    ...{ store, clock, parts, followers, ask, url: listening.url },
    /** Asks as a browser of our pages does. */
    asks: (cookie: string, method: string, path: string, body?: unknown) =>
      ask(method, path, {
        headers: { cookie, 'sec-fetch-site': 'same-origin', ...(body !== undefined && JSON_TYPE) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }),
    /** A login that began just now; gives back the cookie. */
    async session(user: Role): Promise<string> {
      const secret = newSecret();
      await store.openSession({ secretHash: hashOf(secret), user, lastsMs: sessionLastsMs({ role: user }) });
      return `${COOKIE}=${secret}`;
    },
    /** A token of that role; gives back the header. */
    async token(person: Person, expiresAtMs: number | null = null): Promise<{ readonly authorization: string }> {
      const secret = newTokenSecret();
      const { name, role, sites, services, agentId } = person;
      await store.addToken({
        ...{ tokenId: randomUUID(), secretHash: hashOf(secret), createdBy: 'test', expiresAtMs },
        ...{ name, role, sites, services, agentId },
      });
      return { authorization: `Bearer ${secret}` };
    },
    async close(): Promise<void> {
      ending.abort();
      stream.stop();
      await listening.stop();
      await live.stop();
    },
  };
}

export type World = Awaited<ReturnType<typeof openWorld>>;

export const JSON_TYPE = { 'content-type': 'application/json' };

/** What the browser sends from now on; '' where no cookie was set. */
export const cookieOf = ({ headers }: Answer): string => headers.getSetCookie()[0]?.split(';')[0] ?? '';

export const codeOf = ({ body }: Answer): string | undefined => (body as { code?: string } | null)?.code;
