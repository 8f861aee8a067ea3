import { NO_RULES } from '../../src/core/model/routing.ts';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IpntError } from '../../src/core/errors.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import type { EmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { migrate, openMysqlStore } from '../../src/store/mysql/index.ts';
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

const dataDir = mkdtempSync(join(tmpdir(), 'ipnt-store-'));
/** An administrator's URL of another server to hold to the contract: a MySQL, say. Its process is not ours to freeze. */
const elsewhere = process.env['IPNT_TEST_DATABASE_URL'];
let server: Pick<EmbeddedMariadb, 'adminUrl' | 'kill' | 'stop'>;
let admin: Connection;

beforeAll(async () => {
  const foreign = { adminUrl: elsewhere ?? '', kill: () => undefined, stop: () => Promise.resolve() };
  server = elsewhere === undefined ? await startEmbeddedMariadb({ dataDir }) : foreign;
  admin = await createConnection({ uri: server.adminUrl, multipleStatements: true });
});
afterAll(async () => {
  await admin?.end();
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Columns on the database's clock. To let time pass, everything that has happened moves into the past. */
const CLOCKED: readonly (readonly [string, readonly string[]])[] = [
  ['site_state', ['lease_until_ms', 'pbx_seen_at_ms']],
  ['edge_state', ['lease_until_ms', 'seen_at_ms']],
  ['agent_state', ['gone_at_ms']],
  ['queue_state', ['gone_at_ms']],
  ['waiting_call', ['gone_at_ms', 'arrived_at_ms']],
  ['reservation', ['expires_at_ms', 'changed_at_ms', 'idle_since_ms', 'claimed_at_ms']],
  ['service_figures', ['updated_at_ms']],
  ['callback', ['arrived_at_ms', 'not_before_ms', 'ended_at_ms']],
];

async function freshDatabase(): Promise<{ url: string; name: string }> {
  const name = unique('ipnt_test_');
  await admin.query(`DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name}`);
  return { url: server.adminUrl.replace(/\/[^/]*$/, `/${name}`), name };
}

storeContract('MariaDB', async () => {
  const { url, name } = await freshDatabase();
  await migrate({ url, log: silent });
  const store = await openMysqlStore({ url, log: silent });
  const advance = async (ms: number) => {
    for (const [table, columns] of CLOCKED) {
      const moves = columns.map((column) => `${column} = IF(${column} > 0, ${column} - ${ms}, ${column})`);
      await admin.query(`UPDATE ${name}.${table} SET ${moves.join(', ')}`);
    }
  };
  return { store, advance, close: () => store.close() };
});

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof IpntError ? error.code : String(error)),
  );

describe('migrations', () => {
  test('three who start at once leave one schema, applied once', async () => {
    const { url, name } = await freshDatabase();
    const all = await Promise.all([1, 2, 3].map(() => migrate({ url, log: silent })));
    expect(all.map((status) => status.state)).toEqual(['current', 'current', 'current']);
    const [rows] = await admin.query(`SELECT version FROM ${name}.schema_migration`);
    expect(rows).toEqual(all[0] ? Array.from({ length: all[0].programVersion }, (_, i) => ({ version: i + 1 })) : []);
  });

  test('an empty database is older; the next schema is fine, the one after it is not; a changed text is told', async () => {
    const { url, name } = await freshDatabase();
    expect(await codeOf(openMysqlStore({ url, log: silent }))).toBe('SCHEMA_OLDER');
    const { programVersion } = await migrate({ url, log: silent });
    const add = (version: number) =>
      admin.query(`INSERT INTO ${name}.schema_migration VALUES (${version}, 'later', REPEAT('0', 64), 0)`);
    await add(programVersion + 1);
    const store = await openMysqlStore({ url, log: silent });
    expect(await store.schemaStatus()).toMatchObject({ state: 'newer', usable: true });
    await store.close();
    await add(programVersion + 2);
    expect(await codeOf(openMysqlStore({ url, log: silent }))).toBe('SCHEMA_NEWER');
    await admin.query(`DELETE FROM ${name}.schema_migration WHERE version > ${programVersion}`);
    await admin.query(`UPDATE ${name}.schema_migration SET checksum = REPEAT('1', 64)`);
    expect(await codeOf(migrate({ url, log: silent }))).toBe('SCHEMA_NEWER');
  });

  test('one that was cut off is run again from its beginning', async () => {
    const { url, name } = await freshDatabase();
    await migrate({ url, log: silent });
    await admin.query(`DELETE FROM ${name}.schema_migration; DROP TABLE ${name}.routing`);
    expect((await migrate({ url, log: silent })).state).toBe('current');
  });
});

describe('a database in trouble', () => {
  const opened = async () => {
    const { url } = await freshDatabase();
    await migrate({ url, log: silent });
    return { url, store: await openMysqlStore({ url, log: silent }) };
  };

  test('a wrong password, a database that is not there, a port where nobody listens', async () => {
    const wrong = server.adminUrl.replace(/:[^:@/]*@/, ':wrong@');
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
      server.kill('SIGSTOP');
      const started = performance.now();
      const codes = await Promise.all([
        codeOf(store.claim(claimOf(ids[0] ?? '', unique('offer')))),
        codeOf(store.readChanges(cursor)),
        codeOf(store.seen(fence, 0, LEASE_MS)),
        codeOf(store.publish(fence, batch(), LEASE_MS)),
      ]).finally(() => server.kill('SIGCONT'));
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
    const [rows] = await admin.query('SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID()');
    for (const { id } of rows as { id: number }[]) await admin.query(`KILL ${id}`).catch(() => undefined);
    expect(await store.seen(fence, 0, LEASE_MS)).toBe('ok');
    expect(await store.publish(fence, batch(), LEASE_MS)).toEqual({ version: 2 });
    await store.close();
  });
});

describe('users with the least grants (grants.sql)', () => {
  test('each role can do its work and nothing of another’s', async () => {
    const { url, name } = await freshDatabase();
    const grants = readFileSync(new URL('../../src/store/mysql/grants.sql', import.meta.url), 'utf8');
    const mine = grants.replaceAll(' ipnt.', ` ${name}.`).replaceAll("'%'", "'127.0.0.1'");
    const [before = '', after = ''] = mine.split(/^-- Run the rest after .*$/m);
    const as = (role: string, n: number) => url.replace(/\/\/[^@]*@/, `//ipnt_${role}:CHANGE-ME-${n}@`);
    const users = ['migrate', 'site', 'edge', 'api'].map((role) => `'ipnt_${role}'@'127.0.0.1'`);
    await admin.query(`DROP USER IF EXISTS ${users.join(', ')}`);
    await admin.query(before);
    await migrate({ url: as('migrate', 1), log: silent });
    await admin.query(after);
    const site = await openMysqlStore({ url: as('site', 2), log: silent });
    const edge = await openMysqlStore({ url: as('edge', 3), log: silent });
    const api = await openMysqlStore({ url: as('api', 4), log: silent });
    const { fence, siteId, ids } = await freshSite(site, 2);
    await site.publish(fence, batch({ removedAgents: ['PJSIP/2'], removedQueues: ['q'] }), LEASE_MS);
    await site.purge();
    await site.releaseSite((await site.takeSite(siteId, 'T', 'holder-a', LEASE_MS)) ?? fence);
    const own = await freshEdge(edge);
    await edge.placeWaiting(own, [waiting(own.id, 'c1')]);
    await edge.leaveWaiting(own, ['c1']);
    expect((await edge.readChanges({ sites: new Map(), edges: new Map(), readAtMs: 0 })).agents).toHaveLength(1);
    expect(await edge.claim(claimOf(ids[0] ?? '', 't'))).toBe('lost');
    expect(await edge.advance(ids[0] ?? '', 't', { phase: 'talk', leaseMs: 1 })).toBe(false);
    await edge.renewTalks(['t'], 1);
    await edge.appendCallEvents([event('c1', 1, arrived)]);
    await edge.purge();
    await edge.renewEdge(own, LEASE_MS);
    await edge.releaseEdge(own);
    await api.applyRouting(NO_RULES, 'me');
    await Promise.all([
      api.sites(),
      api.agents(),
      api.queues(),
      api.calls({ limit: 1 }),
      api.callEvents('c1'),
      api.edges(),
    ]);
    expect(await codeOf(edge.takeSite(siteId, 'T', 'x', LEASE_MS))).toBe('DATABASE_REFUSED');
    expect(await codeOf(site.claim(claimOf(ids[0] ?? '', 't')))).toBe('DATABASE_REFUSED');
    expect(await codeOf(api.takeEdge('e', 'x', LEASE_MS))).toBe('DATABASE_REFUSED');
    await Promise.all([site, edge, api].map((store) => store.close()));
  });
});
