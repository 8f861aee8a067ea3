import { beforeEach, describe, expect, it } from 'vitest';
import type { Page } from '../../../../../src/apps/api/paging.ts';
import { CUSTOMER_ROUTES } from '../../../../../src/apps/api/resources/customers.ts';
import { HOUR_ROUTES } from '../../../../../src/apps/api/resources/hours.ts';
import { ROUTE_TEST_ROUTES } from '../../../../../src/apps/api/resources/route-test.ts';
import { ROUTING_ROUTES } from '../../../../../src/apps/api/resources/routing.ts';
import type { RoutingVersion } from '../../../../../src/ports/provisioning.ts';
import { openDesk, ROUTING } from './desk.ts';
import type { Desk, Who } from './desk.ts';

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk([...ROUTING_ROUTES, ...HOUR_ROUTES, ...ROUTE_TEST_ROUTES, ...CUSTOMER_ROUTES]);
});

interface Changed {
  readonly version: number;
  readonly changes: readonly string[];
  readonly warnings: readonly string[];
}
const SHORTER = ROUTING.replace('max_wait: 5m', 'max_wait: 4m');

describe('the routing', () => {
  it('is read, looked at, put in force and taken back', async () => {
    const { version, text } = await desk.ask<{ version: number; text: string }>('viewer', 'GET /v1/routing');
    expect(version).toBe(1);
    expect(text).toContain('title: Support in French');
    const change = { changes: ['support: max_wait 5m -> 4m'] };
    const plan = await desk.ask<Changed>('admin', 'PUT /v1/routing?dryRun=true', { text: SHORTER });
    expect(plan).toMatchObject({ version: 1, ...change });
    expect(plan.warnings.join()).toContain('"queue:sales"'.replace('queue:', ''));
    expect(await desk.ask('admin', 'PUT /v1/routing', { text: SHORTER })).toMatchObject({ version: 2, ...change });
    expect(desk.parts.live.routing().services[0]?.maxWaitMs).toBe(240_000);
    expect(await desk.ask('admin', 'PUT /v1/routing', { text: SHORTER })).toMatchObject({ version: 2, changes: [] });
    const back = await desk.ask('admin', 'POST /v1/routing/rollback', { version: null });
    expect(back).toMatchObject({ version: 3, changes: ['support: max_wait 4m -> 5m'] });
    const { items, next } = await desk.ask<Page<RoutingVersion>>('viewer', 'GET /v1/routing/versions?limit=2');
    expect(items.map((one) => [one.version, one.by])).toEqual([
      [3, 'admin'],
      [2, 'admin'],
    ]);
    const rest = await desk.ask<Page<RoutingVersion>>('viewer', `GET /v1/routing/versions?limit=2&cursor=${next}`);
    expect(rest).toMatchObject({ items: [{ version: 1 }], next: null });
  });

  it.each<[Who, string, unknown, string]>([
    ['agent', 'GET /v1/routing', undefined, 'NOT_ALLOWED'],
    ['supervisor', 'PUT /v1/routing', { text: SHORTER }, 'NOT_ALLOWED'],
    ['supervisor', 'POST /v1/routing/rollback', { version: null }, 'NOT_ALLOWED'],
    ['admin', 'PUT /v1/routing', { text: 'services: { support: { max_wait: 5 } }' }, 'ROUTING_INVALID'],
    ['admin', 'PUT /v1/routing', { text: '{' }, 'ROUTING_INVALID'],
    ['admin', 'PUT /v1/routing', {}, 'REQUEST_INVALID'],
    ['admin', 'PUT /v1/routing?dryRun=perhaps', { text: SHORTER }, 'REQUEST_INVALID'],
    ['admin', 'POST /v1/routing/rollback', { version: 77 }, 'ROUTING_VERSION_UNKNOWN'],
    ['admin', 'POST /v1/routing/rollback', { version: 'x' }, 'REQUEST_INVALID'],
  ])('%s asks %s %j: %s', async (who, what, body, code) => {
    expect(await desk.ask(who, what, body)).toMatchObject({ code });
    expect((await desk.store.loadRouting()).version).toBe(1);
  });
});

describe('hours', () => {
  it('are calendars, and what goes by them', async () => {
    // A Monday, 10:00 in Paris.
    expect(await desk.ask('viewer', 'GET /v1/calendars')).toMatchObject({
      items: [{ calendar: { name: 'office', zone: 'Europe/Paris' }, isOpen: true, why: 'hours', services: ['french'] }],
    });
  });

  it('have counts of calls, so many days at most', async () => {
    expect(await desk.ask('viewer', 'GET /v1/intervals')).toEqual({ items: [] });
    const month = `from=${desk.clock.nowMs() - 30 * 86_400_000}`;
    expect(await desk.ask('viewer', `GET /v1/intervals?service=support&${month}`)).toEqual({ items: [] });
    expect(await desk.ask('viewer', `GET /v1/intervals?${month}`)).toMatchObject({ code: 'REQUEST_INVALID' });
    expect(await desk.ask('agent', 'GET /v1/intervals')).toMatchObject({ code: 'NOT_ALLOWED' });
  });
});

describe('a call that is tried out', () => {
  it('tells who would be rung and why not the others', async () => {
    const answer = await desk.ask('supervisor', 'POST /v1/route/test', { dnis: '+4930555100' });
    expect(answer).toMatchObject({
      text: expect.arrayContaining(['offered: it would be offered to somebody at once.']) as string[],
      problem: '',
      run: { ok: true, outcome: 'offered', decision: { winner: { agentId: 'berlin/PJSIP/1001' } } },
    });
    const closed = await desk.ask('supervisor', 'POST /v1/route/test', { service: 'french', at: '2026-12-26T10:00' });
    expect(closed).toMatchObject({ run: { outcome: 'closed', zone: 'Europe/Paris' } });
    const unknown = await desk.ask('supervisor', 'POST /v1/route/test', { dnis: '999' });
    expect(unknown).toMatchObject({ run: { outcome: 'unknown' } });
  });

  it.each<[Who, unknown, string]>([
    ['viewer', { service: 'support' }, 'NOT_ALLOWED'],
    ['supervisor', {}, 'REQUEST_INVALID'],
    ['supervisor', { service: 'support', at: 'tomorrow' }, 'REQUEST_INVALID'],
    ['supervisor', { service: 'french', at: '2026-03-29T02:30' }, 'REQUEST_INVALID'],
    ['supervisor', { service: 'support', lastAgent: 'Zoë' }, 'REQUEST_INVALID'],
    ['supervisor', { service: 'support', priority: 1_000 }, 'REQUEST_INVALID'],
    ['supervisor', { service: 'support', requirement: 'queue:' }, 'REQUIREMENT_INVALID'],
  ])('%s asks %j: %s', async (who, body, code) => {
    expect(await desk.ask(who, 'POST /v1/route/test', body)).toMatchObject({ code });
  });
});

describe('a customer', () => {
  beforeEach(async () => {
    await desk.store.importCustomers([
      {
        ...{ customerId: 'c-1', name: 'Mme <b>Martin</b>', numbers: ['+493055577'], priority: null, requirement: '' },
        ...{ preferred: [], attributes: { tier: 'gold' } },
      },
    ]);
  });

  it.each([
    ...['number=03055577', 'number=%2B493055577', 'number=493055577', 'number=0049%20(0)30%20555-77', 'id=c-1'],
    ...['number=(030)%205.55-77', 'number=0049%2030%20555%2077'],
  ])('is found by %s, and erased', async (query) => {
    const found = await desk.ask('supervisor', `GET /v1/customers?${query}`);
    expect(found).toMatchObject({
      customer: { customerId: 'c-1', name: 'Mme <b>Martin</b>' },
      numbers: ['+493055577'],
    });
    const what = `DELETE /v1/customers/${query.split('=')[1]}`;
    expect(await desk.ask('supervisor', what)).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await desk.ask('admin', what)).toMatchObject({ customers: 1 });
    expect(await desk.ask('admin', what)).toMatchObject({ code: 'CUSTOMER_UNKNOWN' });
    expect(await desk.ask('supervisor', `GET /v1/customers?${query}`)).toMatchObject({ code: 'CUSTOMER_UNKNOWN' });
  });

  it.each<[Who, string, string]>([
    ['viewer', '?id=c-1', 'NOT_ALLOWED'],
    ['supervisor', '', 'REQUEST_INVALID'],
    ['supervisor', '?id=c-1&number=1', 'REQUEST_INVALID'],
  ])('%s asks %s: %s', async (who, query, code) => {
    expect(await desk.ask(who, `GET /v1/customers${query}`)).toMatchObject({ code });
  });
});
