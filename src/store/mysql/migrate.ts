import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { IpntError } from '../../core/errors.ts';
import type { Log } from '../../ports/log.ts';
import { errnoOf, failureOf } from './errors.ts';
import { Database } from './pool.ts';
import { bind, DB_NOW_MS, withoutComments } from './sql.ts';
import { single } from './transaction.ts';

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly statements: readonly string[];
}

/** How the database's schema stands to this program's. `usable`: a program runs on its own schema and on the next one. */
export interface SchemaStatus {
  readonly state: 'current' | 'older' | 'newer';
  readonly usable: boolean;
  /** Highest migration that was applied; 0 for an empty database. */
  readonly databaseVersion: number;
  readonly programVersion: number;
}

const LEASE_MS = 60_000;
const WAIT_MS = 200;
const WAIT_AT_MOST_MS = 180_000;
const STATEMENT_MS = 50_000;

/** Two tables that migrations themselves need. A row, not GET_LOCK: on Galera that lock holds on one node only. */
const BOOT = [
  `CREATE TABLE IF NOT EXISTS schema_migration (version INT NOT NULL PRIMARY KEY, name VARCHAR(190) NOT NULL,
     checksum CHAR(64) NOT NULL, applied_at_ms BIGINT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  `CREATE TABLE IF NOT EXISTS schema_lease (id INT NOT NULL PRIMARY KEY, holder VARCHAR(64) NOT NULL,
     until_ms BIGINT NOT NULL) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin`,
  "INSERT INTO schema_lease (id, holder, until_ms) SELECT 1, '', 0 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM schema_lease)",
];

/** The program's migrations, `migrations/<number>_<name>.sql`, in order. */
export function programMigrations(): readonly Migration[] {
  const folder = new URL('./migrations/', import.meta.url);
  const names = readdirSync(folder).filter((name) => /^\d{4}_\w+\.sql$/.test(name));
  return names.sort().map((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n');
    const statements = withoutComments(text).split(/;\s*$/m);
    return {
      version: Number(name.slice(0, 4)),
      name: name.slice(5, -4),
      checksum: createHash('sha256').update(text).digest('hex'),
      statements: statements.map((one) => one.trim()).filter((one) => one !== ''),
    };
  });
}

/** Reads where the schema stands. Changes nothing. */
export async function readSchemaStatus(db: Database): Promise<SchemaStatus> {
  const programVersion = programMigrations().at(-1)?.version ?? 0;
  const databaseVersion = (await applied(db)).at(-1)?.version ?? 0;
  const ahead = databaseVersion - programVersion;
  const state = ahead === 0 ? 'current' : ahead < 0 ? 'older' : 'newer';
  return { state, usable: ahead === 0 || ahead === 1, databaseVersion, programVersion };
}

/** Throws SCHEMA_OLDER or SCHEMA_NEWER where this program cannot run. */
export function assertUsable(status: SchemaStatus): void {
  if (status.usable) return;
  const detail = `the database has schema ${status.databaseVersion}, the program ${status.programVersion}`;
  throw new IpntError(status.state === 'older' ? 'SCHEMA_OLDER' : 'SCHEMA_NEWER', detail);
}

async function applied(db: Database): Promise<readonly { version: number; checksum: string }[]> {
  try {
    const { rows } = await single(db, 'SELECT version, checksum FROM schema_migration ORDER BY version');
    return rows.map((row) => ({ version: Number(row['version']), checksum: String(row['checksum']) }));
  } catch (error) {
    if (error instanceof IpntError && failureOf(error.cause) === 'schema') return [];
    throw error;
  }
}

/**
 * Applies what is missing, each migration once, in order. Several may start at once: one works under the lease, the others
 * wait and find it done. A holder that dies leaves its lease to expire, and the next one runs the cut-off migration again.
 * Throws SCHEMA_NEWER when the database is newer, or when an applied migration is not the text that this program knows.
 */
export async function migrate(options: { readonly url: string; readonly log: Log }): Promise<SchemaStatus> {
  const db = new Database(options.url, options.log);
  const holder = randomUUID();
  try {
    for (const sql of BOOT) await bootStatement(db, sql);
    await takeLease(db, holder);
    try {
      await applyMissing(db, holder, options.log);
    } finally {
      await single(db, bind("UPDATE schema_lease SET holder = '', until_ms = 0 WHERE holder = :holder", { holder }));
    }
    return await readSchemaStatus(db);
  } finally {
    await db.close();
  }
}

/** Several starts at once may insert the one lease row twice: it is there then, and that is all we want. */
async function bootStatement(db: Database, sql: string): Promise<void> {
  try {
    await single(db, sql, { timeoutMs: STATEMENT_MS });
  } catch (error) {
    if (errnoOf(error) !== 1062) throw error;
  }
}

async function takeLease(db: Database, holder: string): Promise<void> {
  const until = performance.now() + WAIT_AT_MOST_MS;
  while (!(await renewLease(db, holder))) {
    if (performance.now() > until) throw new IpntError('DATABASE_DOWN', 'another migration holds the lease', db.where);
    await pause(WAIT_MS);
  }
}

async function renewLease(db: Database, holder: string): Promise<boolean> {
  const sql = `UPDATE schema_lease SET holder = :holder, until_ms = ${DB_NOW_MS} + :leaseMs
    WHERE id = 1 AND (holder = :holder OR until_ms <= ${DB_NOW_MS})`;
  return (await single(db, bind(sql, { holder, leaseMs: LEASE_MS }))).matched === 1;
}

/** An ALTER TABLE is done whole or not at all: one whose column or key is there was done before the migration was cut off. */
const DONE_BEFORE: ReadonlySet<number | undefined> = new Set([1060, 1061, 1091]);

/** Large tables take longer than the statements of every day may (MariaDB counts ALTER TABLE among them). */
async function statementOf(db: Database, sql: string): Promise<void> {
  try {
    await single(db, `/*M! SET STATEMENT max_statement_time = 0 FOR */ ${sql}`, { timeoutMs: STATEMENT_MS });
  } catch (error) {
    if (!(/^ALTER TABLE/i.test(sql) && DONE_BEFORE.has(errnoOf(error)))) throw error;
  }
}

async function applyMissing(db: Database, holder: string, log: Log): Promise<void> {
  const known = programMigrations();
  const done = await applied(db);
  for (const { version, checksum } of done) {
    const own = known.find((one) => one.version === version);
    if (own === undefined)
      throw new IpntError('SCHEMA_NEWER', `the database has schema ${version}, the program ${known.length}`);
    if (own.checksum !== checksum)
      throw new IpntError('SCHEMA_NEWER', `migration ${version} was applied with another text`);
  }
  for (const migration of known.filter((one) => !done.some(({ version }) => version === one.version))) {
    for (const sql of migration.statements) {
      if (!(await renewLease(db, holder)))
        throw new IpntError('DATABASE_DOWN', 'lost the lease of migrations', db.where);
      await statementOf(db, sql);
    }
    const { version, name, checksum } = migration;
    const insert = `INSERT INTO schema_migration (version, name, checksum, applied_at_ms)
      SELECT :version, :name, :checksum, ${DB_NOW_MS} FROM DUAL
      WHERE NOT EXISTS (SELECT 1 FROM schema_migration WHERE version = :version)`;
    await single(db, bind(insert, { version, name, checksum }));
    log.info('the schema was migrated', { component: 'store', event: 'migrated', detail: `${version} ${name}` });
  }
}
