import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openWorld } from './api-world.ts';

let world: Awaited<ReturnType<typeof openWorld>>;
beforeAll(async () => void (world = await openWorld()));
afterAll(() => world.close());

describe('the server', () => {
  it.each([
    ['GET', '/health/live', 200, undefined],
    ['GET', '/v1/openapi.json', 200, undefined],
    ['GET', '/v1/me', 401, 'NOT_LOGGED_IN'],
    ['GET', '/v1/stream', 401, 'NOT_LOGGED_IN'],
    ['GET', '/v1/nothing', 404, 'ROUTE_UNKNOWN'],
    ['GET', '/v1/%E0%A4', 404, 'ROUTE_UNKNOWN'],
    ['DELETE', '/v1/me', 405, 'METHOD_UNKNOWN'],
    ['POST', '/v1/login', 400, 'REQUEST_INVALID'],
    ['GET', '/health/live?x=1', 400, 'REQUEST_INVALID'],
  ])('%s %s: %i %s', async (method, path, status, code) => {
    const { status: found, body } = await world.ask(method, path);
    expect({ status: found, code: (body as { code?: string }).code }).toEqual({ status, code });
  });
});
