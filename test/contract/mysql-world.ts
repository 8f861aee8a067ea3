import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { IpntError } from '../../src/core/errors.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import type { EmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { unique } from './store-world.ts';

/** An administrator's URL of another server to hold to the contract: a MySQL, say. Its process is not ours to freeze. */
export const elsewhere = process.env['IPNT_TEST_DATABASE_URL'];

/** A real server with an administrator, and fresh databases on it. */
export interface MysqlWorld {
  readonly server: Pick<EmbeddedMariadb, 'adminUrl' | 'kill'>;
  readonly admin: Connection;
  freshDatabase(): Promise<{ url: string; name: string }>;
  close(): Promise<void>;
}

export async function openMysqlWorld(): Promise<MysqlWorld> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ipnt-store-'));
  const foreign = { adminUrl: elsewhere ?? '', kill: () => undefined, stop: () => Promise.resolve() };
  const server = elsewhere === undefined ? await startEmbeddedMariadb({ dataDir }) : foreign;
  const admin = await createConnection({ uri: server.adminUrl, multipleStatements: true });
  return {
    server,
    admin,
    async freshDatabase() {
      const name = unique(`ipnt_test_${process.pid}_`);
      await admin.query(`DROP DATABASE IF EXISTS ${name}; CREATE DATABASE ${name}`);
      return { url: server.adminUrl.replace(/\/[^/]*$/, `/${name}`), name };
    },
    async close() {
      await admin.end();
      await server.stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

export const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'no error',
    (error: unknown) => (error instanceof IpntError ? error.code : String(error)),
  );
