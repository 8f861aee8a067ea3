import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ROUTES } from '../../../../src/apps/api/routes.ts';
import { route } from '../../../../src/apps/api/route.ts';
import { IpntError } from '../../../../src/core/errors.ts';
import { refusal, ROLES } from '../../../../src/core/model/person.ts';
import type { Log } from '../../../../src/ports/log.ts';
import { noLog } from '../../../../src/runtime/log.ts';
import { codeOf, JSON_TYPE, openWorld, personOf } from './api-world.ts';
import type { World } from './api-world.ts';

const logged: string[] = [];
const log: Log = { ...noLog, error: (message, fields) => void logged.push(`${message} ${fields?.detail ?? ''}`) };

/** Routes that go wrong, beside the real ones. */
const WRONG = [
  route({
    ...{ method: 'get', path: '/v1/bug', tag: 'x', summary: 'x', right: null, isOpen: true, answer: z.string() },
    run: () => Promise.reject(new TypeError('secret of the inside')),
  }),
  route({
    ...{ method: 'get', path: '/v1/down', tag: 'x', summary: 'x', right: null, isOpen: true, answer: z.string() },
    run: () => Promise.reject(new IpntError('DATABASE_DOWN', 'no answer', 'db.internal:3306')),
  }),
];

/** As much of OpenAPI as is looked at. */
interface Document {
  readonly tags: readonly { readonly name: string }[];
  readonly paths: Record<string, Record<string, { readonly tags: readonly string[]; readonly description?: string }>>;
  readonly components: { readonly schemas: Record<string, unknown> };
}

let world: World;
beforeAll(async () => void (world = await openWorld({ routes: [...ROUTES, ...WRONG], log })));
afterAll(() => world.close());

describe('the server', () => {
  it.each([
    ['GET', '/health/live', 200, undefined],
    ['GET', '/health/ready', 200, undefined],
    ['GET', '/v1/openapi.json', 401, 'NOT_LOGGED_IN'],
    ['GET', '/v1/me', 401, 'NOT_LOGGED_IN'],
    ['GET', '/v1/stream', 401, 'NOT_LOGGED_IN'],
    ['GET', '/v1/nothing', 404, 'ROUTE_UNKNOWN'],
    ['GET', '/v1/%E0%A4', 404, 'ROUTE_UNKNOWN'],
    ['GET', '/v1/agents/%E0%A4', 400, 'REQUEST_INVALID'],
    ['DELETE', '/v1/me', 405, 'METHOD_UNKNOWN'],
    ['POST', '/v1/login', 400, 'REQUEST_INVALID'],
    ['GET', '/health/live?x=1', 400, 'REQUEST_INVALID'],
    ['GET', '/v1/bug', 500, 'BUG'],
    ['GET', '/v1/down', 503, 'DATABASE_DOWN'],
  ])('%s %s: %i %s', async (method, path, status, code) => {
    const answer = await world.ask(method, path);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  });

  it('has in its document every tag and every shape that an operation names', async () => {
    const { body } = await world.asks(await world.session('agent'), 'GET', '/v1/openapi.json');
    const { tags, paths, components } = body as Document;
    const operations = Object.values(paths).flatMap((path) => Object.values(path));
    const known = tags.map(({ name }) => name);
    expect(operations.flatMap((one) => one.tags).filter((tag) => !known.includes(tag))).toEqual([]);
    const shapes = operations.flatMap(({ description = '' }) => description.match(/\b[A-Z][a-z]+[A-Z]\w+/g) ?? []);
    expect(Object.keys(components.schemas)).toEqual(
      expect.arrayContaining([...shapes, 'BoardSnapshot', 'BoardChange']),
    );
  });

  it('answers HEAD of the stream without following it', async () => {
    const headers = { cookie: await world.session('viewer') };
    const answer = await world.ask('HEAD', '/v1/stream', { headers });
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(world.followers).toEqual([]);
  });

  it('tells a problem with its code, what it is and its cure, and is no page of HTML', async () => {
    const { headers, body } = await world.ask('GET', '/v1/nothing');
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toEqual({
      ...{ type: 'urn:ipnt:problem:ROUTE_UNKNOWN', title: 'there is no such address', status: 404 },
      ...{ detail: 'there is no such address', code: 'ROUTE_UNKNOWN', cure: 'see /v1/openapi.json' },
    });
  });

  it('logs a bug, lets nothing of it out, and goes on', async () => {
    const [bug, down] = [await world.ask('GET', '/v1/bug'), await world.ask('GET', '/v1/down')];
    expect(JSON.stringify(bug.body)).not.toContain('secret');
    expect(JSON.stringify(down.body)).not.toContain('3306');
    expect(logged.filter((line) => line.includes('GET /v1/bug'))[0]).toContain('secret of the inside');
    expect((await world.ask('GET', '/health/live')).status).toBe(200);
  });

  it('keeps nothing of the API in caches, and lets nothing from elsewhere run', async () => {
    const { headers } = await world.ask('GET', '/health/live');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'self';.*frame-ancestors 'none'$/);
    // No TLS here: browsers would heed it for the whole host.
    expect(headers.get('strict-transport-security')).toBeNull();
    expect(headers.get('x-powered-by')).toBeNull();
  });
});

/** Every body and query that is wrong, and where the fault is said to be. */
describe('a request', () => {
  const user = { name: 'eve', password: 'correct horse battery', role: 'viewer' };
  const cases: readonly (readonly [string, unknown, string])[] = [
    ['a key too many', { ...user, isAdmin: true }, 'body.isAdmin'],
    ['a role that there is not', { ...user, role: 'root' }, 'body.role'],
    ['a number for a name', { ...user, name: 7 }, 'body.name'],
    ['nothing for a password', { name: 'eve', role: 'viewer' }, 'body.password'],
    ['HTML for a name', { ...user, name: '<img onerror=alert(1)>' }, 'body.name'],
    ['NUL in a text', { ...user, agentId: 'a\u0000b' }, 'body.agentId'],
    ['half a character', { ...user, sites: ['\ud800'] }, 'body.sites.0'],
    ['a text for a list', { ...user, sites: 'berlin' }, 'body.sites'],
    ['an agent without his id', { ...user, role: 'agent' }, 'body.agentId'],
    ['a supervisor of whom nobody knows what he may change', { ...user, role: 'supervisor' }, 'body.sites'],
    ['a list for all of it', [user], 'body'],
  ];
  it.each(cases)('with %s: %j is refused at %s', async (_what, body, path) => {
    const answer = await world.asks(await world.session('admin'), 'POST', '/v1/users', body);
    expect(codeOf(answer)).toBe('REQUEST_INVALID');
    expect((answer.body as { faults: { path: string }[] }).faults.map((fault) => fault.path)).toContain(path);
    expect(await world.store.user('eve')).toBeNull();
  });

  it.each([
    ['no JSON', '{"name":', JSON_TYPE, 400, 'REQUEST_INVALID'],
    ['no content type', 'name=eve', {}, 415, 'BODY_NOT_JSON'],
    ['a form', 'name=eve', { 'content-type': 'application/x-www-form-urlencoded' }, 415, 'BODY_NOT_JSON'],
    ['an unknown charset', '{}', { 'content-type': 'application/json; charset=martian' }, 415, 'BODY_NOT_JSON'],
    ['2 MB', JSON.stringify({ name: 'x'.repeat(2_000_000) }), JSON_TYPE, 413, 'BODY_TOO_LARGE'],
    ['a thousand lists in lists', `${'['.repeat(1_000)}${']'.repeat(1_000)}`, JSON_TYPE, 400, 'REQUEST_INVALID'],
  ])('with %s is refused', async (_what, body, headers, status, code) => {
    const cookie = await world.session('admin');
    const init = { headers: { cookie, 'sec-fetch-site': 'same-origin', ...headers }, body };
    const answer = await world.ask('POST', '/v1/users', init);
    expect({ status: answer.status, code: codeOf(answer) }).toEqual({ status, code });
  });

  it('with a hundred thousand unknown keys is refused at once, and told of some', async () => {
    const keys = Array.from({ length: 100_000 }, (_, i) => `"${i}":0`);
    const headers = { ...JSON_TYPE, cookie: await world.session('admin'), 'sec-fetch-site': 'same-origin' };
    const answer = await world.ask('POST', '/v1/users', { headers, body: `{${keys.join(',')}}` });
    expect(codeOf(answer)).toBe('REQUEST_INVALID');
    expect((answer.body as { faults: unknown[] }).faults).toHaveLength(50);
  });

  it('makes a supervisor of what it names and of nothing else', async () => {
    const admin = await world.session('admin');
    const eve = { ...user, name: 'eve2' };
    await world.asks(admin, 'POST', '/v1/users', eve);
    expect(codeOf(await world.asks(admin, 'PATCH', '/v1/users/eve2', { role: 'supervisor' }))).toBe('REQUEST_INVALID');
    const changed = await world.asks(admin, 'PATCH', '/v1/users/eve2', { role: 'supervisor', sites: ['berlin'] });
    expect(changed.body).toMatchObject({ role: 'supervisor', sites: ['berlin'], services: [] });
    await world.store.removeUser('eve2');
  });

  it('of somebody who logs in is small', async () => {
    const body = JSON.stringify({ name: 'anna', password: 'x'.repeat(20_000) });
    expect(codeOf(await world.ask('POST', '/v1/login', { headers: JSON_TYPE, body }))).toBe('BODY_TOO_LARGE');
  });

  it('of somebody who may not is refused before its body is read', async () => {
    const body = { name: 'x'.repeat(2_000_000) };
    expect(codeOf(await world.asks(await world.session('viewer'), 'POST', '/v1/users', body))).toBe('NOT_ALLOWED');
  });

  it.each([
    ['/v1/users?limit=0', 'query.limit'],
    ['/v1/users?limit=1001', 'query.limit'],
    ['/v1/users?limit=ten', 'query.limit'],
    ['/v1/users?limit=1&limit=2', 'query.limit'],
    ['/v1/users?role=admin', 'query.role'],
    ['/v1/users?__proto__=x', 'query.__proto__'],
    ['/v1/audit?by=%00', 'query.by'],
  ])('GET %s is refused at %s', async (path, place) => {
    const answer = await world.asks(await world.session('admin'), 'GET', path);
    expect(codeOf(answer)).toBe('REQUEST_INVALID');
    expect((answer.body as { faults: { path: string }[] }).faults.map((fault) => fault.path)).toContain(place);
  });
});

describe('a page of a list', () => {
  const page = async (path: string) => world.asks(await world.session('admin'), 'GET', path);
  const of = ({ body }: { body: unknown }) => body as { items: { name: string }[]; next: string | null };

  it('goes on where the one before ended', async () => {
    const first = of(await page('/v1/users?limit=3'));
    const second = of(await page(`/v1/users?limit=3&cursor=${first.next}`));
    expect([...first.items, ...second.items].map(({ name }) => name)).toEqual([...ROLES].sort());
    expect(second.next).toBeNull();
  });

  it.each([
    ['of another list', '/v1/tokens?cursor='],
    ['of another filter', '/v1/audit?by=anna&cursor='],
  ])('is refused with the cursor %s', async (_what, path) => {
    await world.asks(await world.session('admin'), 'PATCH', '/v1/users/viewer', { sites: ['*'] });
    await world.asks(await world.session('admin'), 'PATCH', '/v1/users/viewer', { sites: ['*'] });
    const { next } = of(await page('/v1/audit?limit=1'));
    expect(next).not.toBeNull();
    expect(codeOf(await page(`${path}${next}`))).toBe('CURSOR_INVALID');
  });

  it.each(['x', 'WyJ4IiwxXQ', 'a'.repeat(2_001), '%00'])('is refused with the cursor %s', async (cursor) => {
    expect((await page(`/v1/audit?cursor=${cursor}`)).status).toBe(400);
  });
});

const REACHED = { agentId: 'berlin%2FPJSIP%2F1001' } as Readonly<Record<string, string>>;
const pathTo = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => REACHED[name] ?? 'nothing');

describe('every route', () => {
  const guarded = ROUTES.filter(({ isOpen }) => isOpen !== true);
  it.each(guarded.map(({ method, path }) => [method.toUpperCase(), path]))(
    '%s %s is for who is logged in',
    async (method, path) => {
      expect(codeOf(await world.ask(method, pathTo(path)))).toBe('NOT_LOGGED_IN');
      const headers = { cookie: `ipnt_session=${'x'.repeat(43)}`, 'sec-fetch-site': 'same-origin' };
      expect(codeOf(await world.ask(method, pathTo(path), { headers }))).toBe('NOT_LOGGED_IN');
    },
  );

  it.each(
    guarded.flatMap((one) => ROLES.map((role) => [role, one.method.toUpperCase(), one.path, one.right] as const)),
  )('as %s: %s %s wants %s', async (role, method, path, right) => {
    const isAllowed = right === null || refusal(personOf(role), right) === null;
    const answer = await world.asks(await world.session(role), method, pathTo(path));
    expect(answer.status < 500, JSON.stringify(answer.body)).toBe(true);
    expect(codeOf(answer) === 'NOT_ALLOWED').toBe(!isAllowed);
  });

  it('that changes something is recorded, and no other', () => {
    const silent = ROUTES.filter(({ method, audit }) => (method === 'get') === (audit !== undefined));
    // A login records by itself, failed ones too; a dry run changes nothing.
    expect(silent.map(({ method, path }) => `${method} ${path}`).sort()).toEqual([
      'post /v1/login',
      'post /v1/logout',
      'post /v1/route/test',
    ]);
  });
});
