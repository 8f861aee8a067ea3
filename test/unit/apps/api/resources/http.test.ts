import { afterAll, beforeAll, expect, it } from 'vitest';
import { runApi } from '../../../../../src/apps/api/run.ts';
import type { RunningApi } from '../../../../../src/apps/api/run.ts';
import { ROUTES } from '../../../../../src/apps/api/routes.ts';
import { newSecret, hashOf } from '../../../../../src/runtime/secrets.ts';
import { noLog } from '../../../../../src/runtime/log.ts';
import { systemClock } from '../../../../../src/runtime/clock.ts';
import { API_USUAL } from '../../../../../src/settings/index.ts';
import { openDesk, PEOPLE, settings } from './desk.ts';

let running: RunningApi;
const secret = `ipnt_${newSecret()}`;

beforeAll(async () => {
  const { store } = await openDesk(ROUTES);
  const api = { ...API_USUAL, listen: { host: '127.0.0.1', port: 0 } };
  const common = { clock: systemClock, log: noLog, monitor: { watch: () => {} } };
  running = await runApi({ api, store, settings: settings(), version: '1', ...common });
  const token = { tokenId: 't', secretHash: hashOf(secret), createdBy: 'test', expiresAtMs: null };
  await store.addToken({ ...PEOPLE.admin, ...token });
});
afterAll(() => running.stop());

it.each([
  ['get', '/v1/board', '', undefined],
  ['get', '/v1/sites', '', undefined],
  ['get', '/v1/edges', '', undefined],
  ['get', '/v1/queues', '', undefined],
  ['get', '/v1/agents', '?limit=1', undefined],
  ['get', '/v1/services', '', undefined],
  ['get', '/v1/calls', '', undefined],
  ['get', '/v1/calendars', '', undefined],
  ['get', '/v1/intervals', '', undefined],
  ['get', '/v1/commands', '', undefined],
  ['get', '/v1/routing', '', undefined],
  ['get', '/v1/routing/versions', '', undefined],
  ['put', '/v1/routing', '?dryRun=true', { text: 'services: {}' }],
  ['post', '/v1/route/test', '', { service: 'support' }],
] as const)('%s %s%s with the live board answers what its schema says', async (method, path, query, body) => {
  const route = ROUTES.find((one) => one.method === method && one.path === path);
  const answer = await fetch(`${running.url}${path}${query}`, {
    method: method.toUpperCase(),
    headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const found: unknown = await answer.json();
  expect(answer.status, JSON.stringify(found)).toBe(200);
  expect(route?.answer?.parse(found)).toEqual(found);
});
