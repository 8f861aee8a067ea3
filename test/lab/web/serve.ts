/**
 * Serves the built pages with made-up answers, to look at them: `npx tsx test/lab/web/serve.ts [port] [agents] [changes a second]`.
 * Any name with the password "demo" gets in; the name is the role where it is one. `POST /lab/stale`, `/lab/well` and `/lab/drop` play trouble, `/lab/end` ends all calls.
 */
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { REASONS } from '../../../src/core/explain/reasons.ts';
import { ROLES, rightsOf } from '../../../src/core/model/person.ts';
import { chances } from './board.ts';
import { intervals } from './counts.ts';
import { LivingBoard } from './life.ts';
import { pageAnswers } from './pages/answers.ts';

const ROOT = join(import.meta.dirname, '../../../dist/web');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
};
/** As strict as the API's: what it would refuse must be seen here. */
const CSP =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'";

const [port = '8090', agents = '160', changes = '12'] = process.argv.slice(2);
const living = new LivingBoard({ agents: Number(agents), seed: 3 }, Number(changes));
const pages = pageAnswers(Date.now());
const streams = new Set<ServerResponse>();

type Answer = { readonly status: number; readonly body?: unknown };
const ok = (body: unknown): Answer => ({ status: 200, body });
const problem = (status: number, code: string, detail: string, cure: string): Answer => ({
  status,
  body: { type: 'about:blank', title: detail, status, detail: '', code, cure },
});

const firstAgent = (): string => living.snapshot().board.agents[0]?.id ?? '';

/** An agent as he sees himself. */
function agent(path: string): Answer {
  const { board, nowMs, staleSinceMs } = living.snapshot();
  const line = board.agents.find(({ id }) => id === decodeURIComponent(path.split('/')[3] ?? ''));
  if (line === undefined) return problem(404, 'AGENT_UNKNOWN', 'there is no such agent', 'write his whole id');
  const site = board.sites.find(({ id }) => id === line.siteId);
  const callTitle = board.services.find(({ id }) => id === line.call?.service)?.title ?? '';
  const reasons = line.blockedBy.map((code) => REASONS[code].example);
  return ok({ ...line, nowMs, staleSinceMs, site, callTitle, reasons, says: [] });
}

/** His own password is "demo", too; whatever new one he gives stays unknown here. */
const password = ({ old = '', new: next = '' }: Record<string, string>): Answer =>
  old !== 'demo'
    ? problem(403, 'PASSWORD_WRONG', 'the old password is wrong', 'try again; nothing was changed')
    : next.length < 10
      ? problem(422, 'PASSWORD_WEAK', `the password has ${next.length} characters, and must have 10 at least`, '')
      : { status: 204 };

/** The login is the cookie itself. */
function who(request: IncomingMessage) {
  const name = decodeURIComponent(/lab_name=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '');
  if (name === '') return null;
  const role = ROLES.find((one) => one === name) ?? 'admin';
  return {
    name,
    role,
    sites: ['*'],
    services: ['*'],
    agentId: role === 'agent' ? firstAgent() : '',
    rights: rightsOf(role),
  };
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, string>> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text === '' ? {} : (JSON.parse(text) as Record<string, string>);
}

function command(path: string, { action = '', reason = '' }: Record<string, string>): Answer {
  const agentId = decodeURIComponent(path.split('/')[3] ?? '');
  if (agentId.startsWith('madrid/'))
    return ok({ commandId: 'c2', outcome: 'expired', said: 'nobody took it in time: the site is not heard of' });
  living.command(agentId, action === 'pause' ? 'paused' : action === 'logout' ? 'logged_out' : 'idle', reason);
  return ok({ commandId: 'c1', outcome: 'done', said: 'Interface paused successfully' });
}

async function answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<Answer | null> {
  const path = url.pathname;
  const me = who(request);
  if (path === '/v1/login') {
    const { name = '', password = '' } = await bodyOf(request);
    if (password !== 'demo')
      return problem(
        401,
        'LOGIN_REFUSED',
        'name or password is wrong',
        'check both; an administrator can set a new password',
      );
    response.setHeader('set-cookie', `lab_name=${encodeURIComponent(name)}; HttpOnly; SameSite=Strict`);
    return ok(who({ ...request, headers: { cookie: `lab_name=${encodeURIComponent(name)}` } } as IncomingMessage));
  }
  if (me === null) return problem(401, 'LOGIN_NEEDED', 'not logged in', 'log in');
  if (path === '/v1/logout') {
    response.setHeader('set-cookie', 'lab_name=; Max-Age=0');
    return { status: 204 };
  }
  if (path === '/v1/me') return ok(me);
  if (path === '/v1/board') return ok(living.snapshot());
  if (path === '/v1/stream') return stream(response);
  if (/^\/v1\/agents\/[^/]+\/commands$/.test(path)) return command(path, await bodyOf(request));
  if (/^\/v1\/agents\/[^/]+$/.test(path)) return agent(path);
  if (path === '/v1/me/password') return password(await bodyOf(request));
  if (path === '/v1/intervals') {
    const service = url.searchParams.get('service');
    const names = living.snapshot().board.services.map(({ id }) => id);
    const [from, to] = [url.searchParams.get('from'), url.searchParams.get('to')].map(Number);
    return ok({
      items: intervals(
        service === null ? names : [service],
        from ?? 0,
        to ?? 0,
        chances(names.indexOf(service ?? '') + 5),
      ),
    });
  }
  const asked = {
    ...{ method: request.method ?? 'GET', path: decodeURIComponent(path), query: url.searchParams },
    body: request.method === 'GET' ? {} : await bodyOf(request),
  };
  return pages(asked) ?? problem(404, 'NOT_FOUND', 'there is no such thing here', 'it is a lab');
}

function stream(response: ServerResponse): null {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  const send = (event: string, data: { readonly seq: number }): void =>
    void response.write(`id: ${data.seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  send('snapshot', living.snapshot());
  const stopListening = living.listen((change) => send('change', change));
  const ping = setInterval(() => response.write(': ping\n\n'), 15_000);
  streams.add(response);
  response.on('close', () => {
    stopListening();
    clearInterval(ping);
    streams.delete(response);
  });
  return null;
}

function trouble(path: string): Answer {
  if (path === '/lab/stale') living.staleSinceMs = Date.now() - 4_000;
  if (path === '/lab/well') living.staleSinceMs = null;
  if (path === '/lab/drop') for (const one of streams) one.destroy();
  if (path === '/lab/end') pages({ method: 'POST', path, query: new URLSearchParams(), body: {} });
  return { status: 204 };
}

function file(response: ServerResponse, path: string): void {
  const name = join(ROOT, normalize(path === '/' ? '/index.html' : path));
  if (!name.startsWith(ROOT) || !existsSync(name)) return void response.writeHead(404).end();
  response.writeHead(200, {
    'content-type': TYPES[extname(name)] ?? 'application/octet-stream',
    'content-security-policy': CSP,
  });
  response.end(readFileSync(name));
}

const server = createServer((request, response) => {
  void (async () => {
    const url = new URL(request.url ?? '/', 'http://lab');
    if (url.pathname.startsWith('/lab/')) return void response.writeHead(trouble(url.pathname).status).end();
    if (!url.pathname.startsWith('/v1/')) return file(response, url.pathname);
    const said = await answer(request, response, url);
    if (said === null) return;
    const type = said.status >= 400 ? 'application/problem+json' : 'application/json';
    response
      .writeHead(said.status, { 'content-type': type })
      .end(said.body === undefined ? '' : JSON.stringify(said.body));
  })();
}).listen(Number(port), '127.0.0.1', () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`));
