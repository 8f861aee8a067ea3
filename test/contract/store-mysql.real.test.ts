import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_FIGURES } from '../../src/core/model/figures.ts';
import { NO_RULES } from '../../src/core/model/routing.ts';
import { SERVICE_DEFAULTS } from '../../src/core/model/service.ts';
import { RETENTION } from '../../src/ports/retention.ts';
import { migrate, openMysqlStore } from '../../src/store/mysql/index.ts';
import type { MysqlStore } from '../../src/store/mysql/index.ts';
import { codeOf, elsewhere, openMysqlWorld } from './mysql-world.ts';
import type { MysqlWorld } from './mysql-world.ts';
import { claimOf } from './store-claims.ts';
import { storeContract } from './store.ts';
import {
  agent,
  arrived,
  batch,
  event,
  freshEdge,
  freshSite,
  LEASE_MS,
  silent,
  unique,
  waiting,
} from './store-world.ts';

let world: MysqlWorld;
beforeAll(async () => {
  world = await openMysqlWorld();
});
afterAll(async () => world?.close());

/** Columns on the database's clock. To let time pass, everything that has happened moves into the past. */
const CLOCKED: readonly (readonly [string, readonly string[]])[] = [
  ['site_state', ['lease_until_ms', 'pbx_seen_at_ms']],
  ['edge_state', ['lease_until_ms', 'seen_at_ms']],
  ['agent_state', ['gone_at_ms']],
  ['queue_state', ['gone_at_ms']],
  ['waiting_call', ['gone_at_ms', 'arrived_at_ms']],
  ['reservation', ['expires_at_ms', 'changed_at_ms', 'idle_since_ms', 'claimed_at_ms']],
  ['service_figures', ['updated_at_ms']],
  ['command', ['asked_at_ms', 'deadline_ms', 'holds_until_ms', 'answered_at_ms']],
  ['user_account', ['created_at_ms', 'changed_at_ms']],
  ['login_session', ['created_at_ms', 'expires_at_ms']],
  ['access_token', ['created_at_ms', 'expires_at_ms', 'last_used_ms']],
  ['audit', ['at_ms']],
  ['call_interval_state', ['counted_until_ms']],
  ['callback', ['arrived_at_ms', 'not_before_ms', 'ended_at_ms']],
];

storeContract('MariaDB', async () => {
  const { url, name } = await world.freshDatabase();
  await migrate({ url, log: silent });
  const store = await openMysqlStore({ url, log: silent });
  const advance = async (ms: number) => {
    for (const [table, columns] of CLOCKED) {
      const moves = columns.map((column) => `${column} = IF(${column} > 0, ${column} - ${ms}, ${column})`);
      await world.admin.query(`UPDATE ${name}.${table} SET ${moves.join(', ')}`);
    }
    await world.admin.query(
      `UPDATE ${name}.call_summary SET changed_at = changed_at - INTERVAL ${ms * 1_000} MICROSECOND`,
    );
  };
  return { store, advance, close: () => store.close() };
});

describe('a database in trouble', () => {
  const opened = async () => {
    const { url } = await world.freshDatabase();
    await migrate({ url, log: silent });
    return { url, store: await openMysqlStore({ url, log: silent }) };
  };

  test('a wrong password, a database that is not there, a port where nobody listens', async () => {
    const wrong = world.server.adminUrl.replace(/:[^:@/]*@/, ':wrong@');
    expect(await codeOf(openMysqlStore({ url: wrong, log: silent }))).toBe('DATABASE_REFUSED');
    const nobody = 'mysql://a:b@127.0.0.1:1/ipnt';
    expect(await codeOf(openMysqlStore({ url: nobody, log: silent }))).toBe('DATABASE_DOWN');
  });

  test.skipIf(elsewhere !== undefined)(
    'a frozen server is told within a second and a half, by every kind of call; and it works again after',
    async () => {
      const { store } = await opened();
      const { fence, ids } = await freshSite(store, 1);
      const cursor = (await store.readChanges({ sites: new Map(), edges: new Map(), readAtMs: 0 })).cursor;
      world.server.kill('SIGSTOP');
      const started = performance.now();
      const codes = await Promise.all([
        codeOf(store.claim(claimOf(ids[0] ?? '', unique('offer')))),
        codeOf(store.readChanges(cursor)),
        codeOf(store.seen(fence, 0, LEASE_MS)),
        codeOf(store.publish(fence, batch(), LEASE_MS)),
      ]).finally(() => world.server.kill('SIGCONT'));
      expect(performance.now() - started).toBeLessThan(1_700);
      expect(codes).toEqual(Array(4).fill('DATABASE_DOWN'));
      expect(await store.seen(fence, 0, LEASE_MS)).toBe('ok');
      await store.close();
    },
  );

  test('a second host serves where the first does not', async () => {
    const { url, store } = await opened();
    const two = await openMysqlStore({ url: url.replace('@', '@127.0.0.1:1,'), log: silent });
    const { siteId } = await freshSite(two, 1);
    expect((await store.loadSite(siteId))?.agents).toHaveLength(1);
    await two.close();
    await store.close();
  });

  test('a batch that fails half-way leaves nothing behind, and its connection clean', async () => {
    const { store } = await opened();
    const { fence, siteId } = await freshSite(store, 1);
    const broken = agent(siteId, 'PJSIP/2', { status: 'a status that is far too long' as never });
    const half = batch({ agents: [agent(siteId, 'PJSIP/1', { status: 'paused' }), broken] });
    expect(await codeOf(store.publish(fence, half, LEASE_MS))).toBe('BUG');
    for (let i = 0; i < 5; i++) expect((await store.loadSite(siteId))?.site.version).toBe(1);
    expect(await store.publish(fence, batch(), LEASE_MS)).toEqual({ version: 2 });
    await store.close();
  });

  test('a fact that no table takes is refused alone', async () => {
    const { store } = await opened();
    const bad = event('x'.repeat(300), 1, arrived);
    const good = event(unique('rec'), 1, arrived);
    const { refused } = await store.appendCallEvents([bad, good]);
    expect(refused.map((one) => one.event)).toEqual([bad]);
    expect(await store.callEvents(good.callId)).toEqual([good]);
    await store.close();
  });

  test('killed connections are not noticed by those who ask', async () => {
    const { store } = await opened();
    const { fence } = await freshSite(store, 1);
    const [rows] = await world.admin.query('SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()');
    for (const { id } of rows as { id: number }[]) await world.admin.query(`KILL ${id}`).catch(() => undefined);
    expect(await store.seen(fence, 0, LEASE_MS)).toBe('ok');
    expect(await store.publish(fence, batch(), LEASE_MS)).toEqual({ version: 2 });
    await store.close();
  });
});

/** Who may know users and count calls. */
async function grantsOfPeople(api: MysqlStore, edge: MysqlStore, site: MysqlStore): Promise<void> {
  const anna = { name: 'anna', role: 'admin', sites: [], services: [], agentId: '' } as const;
  expect(await api.addUser({ ...anna, passwordHash: 'h', isDisabled: false })).toBe(true);
  await api.openSession({ secretHash: 's', user: 'anna', lastsMs: 60_000 });
  expect(await api.useSession('s', () => 120_000)).not.toBeNull();
  await api.addToken({ ...anna, tokenId: 't', secretHash: 's', createdBy: 'me', expiresAtMs: null });
  expect(await api.useToken('s')).not.toBeNull();
  await api.audit({ auditId: 'a', by: 'me', via: 'cli', address: '', action: 'x', target: '', detail: '' });
  await Promise.all([api.endSession('s'), api.removeToken('t'), api.removeUser('anna')]);
  const late = { ...event('c9', 1, arrived), atMs: Date.now() };
  expect(await edge.rollUp(new Map())).toHaveLength(1);
  await edge.appendCallEvents([late]);
  expect(await api.rollUp(new Map())).not.toEqual([]);
  expect(await api.searchCalls({}, { limit: 9, newestFirst: true })).toHaveLength(2);
  expect(await edge.intervals(0, Date.now())).toMatchObject([{ service: 'sales', offered: 2 }]);
  for (const other of [edge, site]) {
    expect(await codeOf(other.users())).toBe('DATABASE_REFUSED');
    expect(await codeOf(other.useToken('s'))).toBe('DATABASE_REFUSED');
    expect(await codeOf(other.audits({ limit: 1 }))).toBe('DATABASE_REFUSED');
  }
  expect(await codeOf(site.rollUp(new Map()))).toBe('DATABASE_REFUSED');
}

describe('users with the least grants (grants.sql)', () => {
  test('each role can do its work and nothing of another’s', async () => {
    const { url, name } = await world.freshDatabase();
    const grants = readFileSync(new URL('../../src/store/mysql/grants.sql', import.meta.url), 'utf8');
    const mine = grants.replaceAll(' ipnt.', ` ${name}.`).replaceAll("'%'", "'127.0.0.1'");
    const [before = '', after = ''] = mine.split(/^-- Run the rest after .*$/m);
    const as = (role: string, n: number) => url.replace(/\/\/[^@]*@/, `//ipnt_${role}:CHANGE-ME-${n}@`);
    const users = ['migrate', 'site', 'edge', 'api'].map((role) => `'ipnt_${role}'@'127.0.0.1'`);
    await world.admin.query(`DROP USER IF EXISTS ${users.join(', ')}`);
    await world.admin.query(before);
    await migrate({ url: as('migrate', 1), log: silent });
    await world.admin.query(after);
    const site = await openMysqlStore({ url: as('site', 2), log: silent });
    const edge = await openMysqlStore({ url: as('edge', 3), log: silent });
    const api = await openMysqlStore({ url: as('api', 4), log: silent });
    const { fence, siteId, ids } = await freshSite(site, 2);
    const command = { ...{ commandId: 'cmd', agent: 'PJSIP/1', queues: [] }, reason: '', askedBy: 'me' };
    await site.publish(fence, batch({ removedAgents: ['PJSIP/2'], removedQueues: ['q'] }), LEASE_MS);
    await site.purge(RETENTION);
    await api.askCommand({ ...command, siteId, action: 'login' });
    expect(await site.waitingCommands(siteId)).toHaveLength(1);
    expect(await site.takeCommand(fence, 'cmd', '1.1')).toBeGreaterThan(0);
    expect(await site.answerCommand(fence, 'cmd', { outcome: 'done', said: '' })).toBe('ok');
    expect(await api.commandEnd('cmd')).toEqual({ outcome: 'done', said: '' });
    await site.releaseSite((await site.takeSite(siteId, 'T', 'holder-a', LEASE_MS)) ?? fence);
    const own = await freshEdge(edge);
    await edge.placeWaiting(own, [waiting(own.id, 'c1')]);
    await edge.leaveWaiting(own, ['c1']);
    expect((await edge.readChanges({ sites: new Map(), edges: new Map(), readAtMs: 0 })).agents).toHaveLength(1);
    expect(await edge.claim(claimOf(ids[0] ?? '', 't'))).toBe('lost');
    expect(await edge.advance(ids[0] ?? '', 't', { phase: 'talk', leaseMs: 1 })).toBe(false);
    await edge.renewTalks(['t'], 1);
    await edge.publishFigures(own, [{ ...NO_FIGURES, service: 'sales' }]);
    const promise = { ...{ callId: 'c1', edgeId: own.id, service: 'sales', number: '+49', callerName: '', dnis: '' } };
    const rest = { requirement: '', priority: 0, arrivedAtMs: 1, tries: 0, notBeforeMs: 0 };
    expect(await edge.keepCallback(own, { ...promise, ...rest })).toBe('ok');
    expect(await edge.takeCallbacks(own)).toHaveLength(1);
    await edge.endCallback(own, 'c1', 'done');
    expect(await edge.findCustomer({ number: '+49' })).toBeNull();
    await edge.loadRouting();
    await edge.unfinishedCalls(own.id);
    await edge.appendCallEvents([{ ...event('c1', 1, arrived), atMs: Date.now() }]);
    await edge.purge(RETENTION);
    await edge.renewEdge(own, LEASE_MS);
    await edge.releaseEdge(own);
    const service = { ...SERVICE_DEFAULTS, name: 'a', title: 'A', requirement: '' };
    await api.applyRouting({ ...NO_RULES, services: [service] }, 'me');
    await api.overrideService('a', { state: 'closed', by: 'me', why: 'x' });
    await api.overrideService('a', null, 'me');
    await api.rollbackRouting(1, 'me');
    const profile = { agentId: ids[0] ?? '', title: '', skills: {}, attributes: {}, wrapUpMs: null };
    await api.importProfiles([profile], 'me', true);
    const person = { customerId: 'c', name: 'n', priority: null, requirement: '', preferred: [], attributes: {} };
    await api.importCustomers([{ ...person, numbers: ['+4930123'] }], true);
    expect(await api.eraseCustomer({ customerId: 'c' })).toMatchObject({ customers: 1, calls: 1 });
    await grantsOfPeople(api, edge, site);
    await api.purge(RETENTION);
    await Promise.all([
      api.sites(),
      api.agents(),
      api.queues(),
      api.calls({ limit: 1 }),
      api.callEvents('c1'),
      api.edges(),
    ]);
    expect(await codeOf(edge.takeSite(siteId, 'T', 'x', LEASE_MS))).toBe('DATABASE_REFUSED');
    expect(await codeOf(edge.takeCommand(fence, 'cmd', '1.2'))).toBe('DATABASE_REFUSED');
    expect(await codeOf(site.claim(claimOf(ids[0] ?? '', 't')))).toBe('DATABASE_REFUSED');
    expect(await codeOf(edge.applyRouting(NO_RULES, 'x'))).toBe('DATABASE_REFUSED');
    expect(await codeOf(edge.importCustomers([{ ...person, numbers: [] }]))).toBe('DATABASE_REFUSED');
    expect(await codeOf(site.findCustomer({ number: '+49' }))).toBe('DATABASE_REFUSED');
    expect(await codeOf(api.takeEdge('e', 'x', LEASE_MS))).toBe('DATABASE_REFUSED');
    await Promise.all([site, edge, api].map((store) => store.close()));
  });
});
