/** A real listener over the memory store, and somebody who asks it. */
import { createApp } from '../../../../src/apps/api/server.ts';
import { listen } from '../../../../src/apps/api/listen.ts';
import { withOpenApi } from '../../../../src/apps/api/openapi.ts';
import type { ApiParts, ApiStore, Follower, LiveState, Route } from '../../../../src/apps/api/route.ts';
import { ROUTES } from '../../../../src/apps/api/routes.ts';
import type { Log } from '../../../../src/ports/log.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { noLog } from '../../../../src/runtime/log.ts';
import { openMemoryStore } from '../../../../src/store/memory/index.ts';

export interface WorldOptions {
  readonly routes?: readonly Route[];
  readonly log?: Log;
  readonly behindProxy?: boolean;
  readonly pages?: string | null;
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

const live = { snapshot: () => ({ staleSinceMs: null }) } as unknown as LiveState;

export async function openWorld({
  routes = ROUTES,
  log = noLog,
  behindProxy = false,
  pages = null,
}: WorldOptions = {}) {
  const store = openMemoryStore(systemClock) as unknown as ApiStore;
  const parts: ApiParts = { store, live, customers: null as never, clock: systemClock, log, country: '49' };
  const ending = new AbortController();
  const follow = ({ response }: Follower): void => void response.end();
  const app = createApp({
    ...{ parts, follow, behindProxy, pages, hasTls: false, closing: ending.signal },
    routes: withOpenApi(routes, '1.2.3'),
  });
  const settings = { listen: { host: '127.0.0.1', port: 0 }, tls: null, behindProxy };
  const listening = await listen({ settings, app, clock: systemClock, log });
  return {
    store,
    url: listening.url,
    async ask(method: string, path: string, init: RequestInit = {}): Promise<Answer> {
      const answer = await fetch(`${listening.url}${path}`, { method, ...init });
      const text = await answer.text();
      const isJson = /json/.test(answer.headers.get('content-type') ?? '');
      return { status: answer.status, headers: answer.headers, body: isJson ? JSON.parse(text) : text };
    },
    async close(): Promise<void> {
      ending.abort();
      await listening.stop();
    },
  };
}
