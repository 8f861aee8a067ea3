import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { NO_RULES } from '../../src/core/model/routing.ts';
import { RETENTION } from '../../src/ports/retention.ts';
import { SERVICE_DEFAULTS } from '../../src/core/model/service.ts';
import { migrate, openMysqlStore } from '../../src/store/mysql/index.ts';
import { programMigrations } from '../../src/store/mysql/migrate.ts';
import { codeOf, openMysqlWorld } from './mysql-world.ts';
import type { MysqlWorld } from './mysql-world.ts';
import { silent } from './store-world.ts';

let world: MysqlWorld;
beforeAll(async () => {
  world = await openMysqlWorld();
});
afterAll(async () => world?.close());

describe('migrations', () => {
  test('three who start at once leave one schema, applied once', async () => {
    const { url, name } = await world.freshDatabase();
    const all = await Promise.all([1, 2, 3].map(() => migrate({ url, log: silent })));
    expect(all.map((status) => status.state)).toEqual(['current', 'current', 'current']);
    const [rows] = await world.admin.query(`SELECT version FROM ${name}.schema_migration`);
    expect(rows).toEqual(all[0] ? Array.from({ length: all[0].programVersion }, (_, i) => ({ version: i + 1 })) : []);
  });

  test('an empty database is older; the next schema is fine, the one after it is not; a changed text is told', async () => {
    const { url, name } = await world.freshDatabase();
    expect(await codeOf(openMysqlStore({ url, log: silent }))).toBe('SCHEMA_OLDER');
    const { programVersion } = await migrate({ url, log: silent });
    const add = (version: number) =>
      world.admin.query(`INSERT INTO ${name}.schema_migration VALUES (${version}, 'later', REPEAT('0', 64), 0)`);
    await add(programVersion + 1);
    const store = await openMysqlStore({ url, log: silent });
    expect(await store.schemaStatus()).toMatchObject({ state: 'newer', usable: true });
    await store.close();
    await add(programVersion + 2);
    expect(await codeOf(openMysqlStore({ url, log: silent }))).toBe('SCHEMA_NEWER');
    await world.admin.query(`DELETE FROM ${name}.schema_migration WHERE version > ${programVersion}`);
    await world.admin.query(`UPDATE ${name}.schema_migration SET checksum = REPEAT('1', 64)`);
    expect(await codeOf(migrate({ url, log: silent }))).toBe('SCHEMA_NEWER');
  });

  test('one that was cut off is run again from its beginning', async () => {
    const { url, name } = await world.freshDatabase();
    await migrate({ url, log: silent });
    await world.admin.query(`DELETE FROM ${name}.schema_migration; DROP TABLE ${name}.routing`);
    expect((await migrate({ url, log: silent })).state).toBe('current');
  });
});

describe('a database of the schema before', () => {
  /** The database as the first migration alone leaves it. */
  const first = async () => {
    const { url, name } = await world.freshDatabase();
    const text = readFileSync(new URL('../../src/store/mysql/migrations/0001_first.sql', import.meta.url), 'utf8');
    const migrations = `CREATE TABLE schema_migration (version INT NOT NULL PRIMARY KEY, name VARCHAR(190) NOT NULL,
      checksum CHAR(64) NOT NULL, applied_at_ms BIGINT NOT NULL)`;
    const sum = createHash('sha256').update(text).digest('hex');
    await world.admin.query(
      `USE ${name}; ${text.replaceAll(/^--.*$/gm, '')} ${migrations}; INSERT INTO schema_migration VALUES (1, 'first', '${sum}', 0)`,
    );
    return { url, name };
  };
  const services = JSON.stringify([{ name: 'old', title: 'Old', requirement: 'queue:old' }]);
  const OLD_WRITES = [
    `INSERT INTO routing (version, services, applied_by, applied_at_ms) VALUES (7, '${services}', 'me', 5)`,
    `INSERT INTO waiting_call (call_id, edge_id, epoch, version, service, requirement, priority, arrived_at_ms, offering,
       network_first) VALUES ('c', 'e', 1, 1, 'old', '', 0, 9, 0, 0)`,
    "INSERT INTO edge_state (edge_id, epoch, version) VALUES ('e', 1, 1)",
    "INSERT INTO reservation (agent_id) VALUES ('a/PJSIP/1')",
    "INSERT INTO call_summary (call_id) VALUES ('c')",
  ];

  test.each(['before', 'after'])(
    'what an old program wrote %s the migration is read; its routing goes on',
    async (when) => {
      const { url, name } = await first();
      const write = () => world.admin.query(`USE ${name}; ${OLD_WRITES.join('; ')}`);
      if (when === 'before') await write();
      expect(await migrate({ url, log: silent })).toMatchObject({ state: 'current', databaseVersion: 4 });
      if (when === 'after') await write();
      const store = await openMysqlStore({ url, log: silent });
      const old = { ...SERVICE_DEFAULTS, name: 'old', title: 'Old', requirement: 'queue:old' };
      expect(await store.loadRouting()).toEqual({
        ...{ services: [old], calendars: [], sites: {}, version: 7, waitingVersion: 0, overrides: {}, profiles: [] },
      });
      const { waiting: calls } = await store.readChanges({ sites: new Map(), edges: new Map(), readAtMs: 0 });
      expect(calls).toMatchObject([{ callId: 'c', strategy: 'longest_idle', ageing: 0, preferred: [], step: 0 }]);
      expect(await store.overrideService('old', { state: 'closed', by: 'me', why: '' })).toMatchObject({ version: 8 });
      await store.applyRouting(NO_RULES, 'me');
      expect((await store.rollbackRouting(null, 'me')).services).toEqual([old]);
      expect((await store.routingHistory(9)).map(({ version, what }) => [version, what])).toEqual([
        [10, 'rolled back to 8: added old'],
        [9, 'removed old'],
        [8, 'closed old'],
        [7, 'applied'],
      ]);
      await store.close();
    },
  );

  test('the calls of the time before are counted, a day at a time; those of an old program that goes on count as well', async () => {
    const { url, name } = await first();
    const DAY_MS = 86_400_000;
    const write = (callId: string, daysAgo: number, more = '') =>
      world.admin
        .query(`USE ${name}; SET time_zone = '+00:00'; INSERT INTO call_summary (call_id, service, arrived_at_ms)
        VALUES ('${callId}', 'old', ${Date.now() - daysAgo * DAY_MS}) ${more}`);
    for (const daysAgo of [0.001, 5, 40]) await write(`c${daysAgo}`, daysAgo);
    await migrate({ url, log: silent });
    const store = await openMysqlStore({ url, log: silent });
    const counted = async () =>
      (await store.intervals(0, Date.now())).map(({ outcomes, inProgress }) => [inProgress, outcomes.closed]);
    await store.purge({ ...RETENTION, callsMs: 30 * DAY_MS });
    await store.rollUp(new Map());
    expect(await counted()).toEqual([[1, 0]]);
    for (let i = 0; i < 3; i += 1) await store.rollUp(new Map());
    expect(await counted()).toEqual(Array(3).fill([1, 0]));
    await write('c5', 5, "ON DUPLICATE KEY UPDATE outcome = 'closed'");
    await store.rollUp(new Map());
    expect(await counted()).toEqual([
      [1, 0],
      [0, 1],
      [1, 0],
    ]);
    // Before all of them were counted none was deleted.
    await store.purge({ ...RETENTION, callsMs: 30 * DAY_MS });
    expect((await store.calls({ limit: 9 })).map(({ callId }) => callId)).toEqual(['c0.001', 'c5']);
    expect(await counted()).toHaveLength(3);
    await store.close();
  });

  test('a migration that was cut off after any statement is run again', async () => {
    const { url, name } = await first();
    const all = programMigrations()
      .slice(1)
      .flatMap(({ statements }) => statements);
    for (const sql of all) await world.admin.query(`USE ${name}; ${sql}`);
    expect(all.length).toBeGreaterThan(5);
    expect((await migrate({ url, log: silent })).state).toBe('current');
  });
});
