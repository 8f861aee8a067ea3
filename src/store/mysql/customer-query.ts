import { createPool } from 'mysql2';
import type { FieldPacket, Pool, PoolConnection } from 'mysql2';
import { IpntError } from '../../core/errors.ts';
import type { CustomerQuery } from '../../core/model/customer-query.ts';
import type { CustomerRow } from '../../core/routing/customer-row.ts';
import type { CustomerDatabase, CustomerKey } from '../../ports/customers.ts';
import { DatabaseTimeout, failureOf } from './errors.ts';
import { parseDatabaseUrl } from './url.ts';

const CONNECTIONS = 4;
/** More lookups than this wait for a connection: the rest is told so at once. */
const MOST_WAITING = 50;
/** The server ends a statement that is too slow by itself; where it does not, we end the connection so much later. */
const GRACE_MS = 100;
/** BIT in the protocol (mysql2's Types): a number to us. */
const BIT = 16;

/** What a login that can only read is granted (SHOW GRANTS of MySQL 8.4 and MariaDB 10.11). */
const HARMLESS = /^(?:USAGE|SELECT|SHOW VIEW|SHOW DATABASES)$/;

export interface CustomerDatabaseOptions {
  /** `mysql://user:password@host/database`; with several hosts, the next one when one does not answer. */
  readonly url: string;
  readonly query: CustomerQuery;
  /** Limit of one statement on the server, and of the whole answer here. */
  readonly budgetMs: number;
}

/** A source as the settings have it: its address is kept secret until it is opened. */
export interface CustomerSourceAccess extends Omit<CustomerDatabaseOptions, 'url'> {
  readonly name: string;
  readonly url: { reveal(): string };
  readonly cacheMs: number;
}

/** One database for each source. */
export const openCustomerDatabases = (sources: readonly CustomerSourceAccess[]) =>
  sources.map(({ name, url, query, budgetMs, cacheMs }) => ({
    ...{ name, budgetMs, cacheMs },
    database: openCustomerDatabase({ url: url.reveal(), query, budgetMs }),
  }));

/**
 * A pool of its own to somebody else's MySQL or MariaDB. Every transaction of its sessions is READ ONLY (a statement by itself is
 * one), and the server limits their time. Values go as those of a prepared statement: nothing that a caller sends is SQL.
 */
export function openCustomerDatabase({ url, query, budgetMs }: CustomerDatabaseOptions): CustomerDatabase {
  const { hosts, user, password, database, tls, connectTimeoutMs } = parseDatabaseUrl(url);
  const pools = hosts.map(({ host, port }) =>
    createPool({
      ...{ host, port, user, password, database, connectTimeout: connectTimeoutMs, charset: 'UTF8MB4_BIN' },
      ...{ connectionLimit: CONNECTIONS, queueLimit: MOST_WAITING, dateStrings: true },
      ...{ supportBigNumbers: true, bigNumberStrings: true, ...(tls === 'verify' ? { ssl: {} } : {}) },
    }),
  );
  const where = hosts.map(({ host, port }) => `${host}:${port}`).join(',');
  let current = 0;
  const run = async (sql: string, values: readonly string[], limitMs: number): Promise<Answer> => {
    const pool = pools[current] as Pool;
    try {
      return await ask(pool, sql, values, budgetMs, limitMs);
    } catch (error) {
      if (failureOf(error) === 'down') current = (current + 1) % pools.length;
      throw customerError(error, where, budgetMs);
    }
  };
  const valueOf = (key: CustomerKey, param: 'number' | 'id'): string => (param === 'id' ? key.customerId : key.number);
  return {
    keyOf: (key) =>
      query.params.every((param) => valueOf(key, param) === '')
        ? ''
        : JSON.stringify(query.params.map((param) => valueOf(key, param))),
    find: async (key) => {
      const values = query.params.map((param) => valueOf(key, param));
      const { rows, fields } = await run(query.sql, values, budgetMs + GRACE_MS);
      return rows[0] === undefined ? null : plainRow(rows[0], fields);
    },
    rightsToWrite: async () => {
      const { rows } = await run('SHOW GRANTS', [], Math.max(budgetMs, connectTimeoutMs) + GRACE_MS);
      return rows.flatMap((row) => rightsOf(String(Object.values(row)[0] ?? '')));
    },
    close: async () => {
      await Promise.all(pools.map((pool) => new Promise<void>((resolve) => pool.end(() => resolve()))));
    },
  };
}

interface Answer {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly fields: readonly FieldPacket[];
}

const ready = new WeakSet<PoolConnection>();

/** One statement within `limitMs`, its connection with it. One that was not answered in time leaves no connection behind. */
function ask(
  pool: Pool,
  sql: string,
  values: readonly string[],
  statementMs: number,
  limitMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    let held: PoolConnection | undefined;
    let isOver = false;
    const end = (error: Error | null, answer?: Answer): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      if (error === null || isSound(error)) held?.release();
      else held?.destroy();
      if (error) reject(error);
      else resolve(answer ?? { rows: [], fields: [] });
    };
    const timer = setTimeout(() => end(new DatabaseTimeout(held !== undefined)), limitMs);
    pool.getConnection((error, connection) => {
      if (error) return end(error);
      if (isOver) return connection.release();
      held = connection;
      const send = (): void => {
        if (isOver) return;
        const answered = (failed: Error | null, rows: unknown, fields: FieldPacket[]): void =>
          end(failed, { rows: Array.isArray(rows) ? (rows as Answer['rows']) : [], fields: fields ?? [] });
        // Not every server prepares a SHOW.
        if (values.length === 0) connection.query(sql, answered);
        else connection.execute(sql, [...values], answered);
      };
      if (ready.has(connection)) return send();
      // Without a listener, an idle connection that breaks would end the process. The pool drops it by itself.
      connection.on('error', () => undefined);
      connection.query(READ_ONLY, (failed) => {
        if (failed) return end(failed);
        connection.query(limitSql(statementMs), (refused) => {
          if (refused) return end(refused);
          ready.add(connection);
          send();
        });
      });
    });
  });
}

const READ_ONLY = 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY';

const limitSql = (ms: number): string =>
  `SET SESSION /*M! max_statement_time = ${ms / 1_000} */ /*!80000 max_execution_time = ${Math.ceil(ms)} */`;

/** The server answered, if only to refuse: the connection can go on. */
const isSound = (error: Error): boolean => 'sqlState' in error && !('fatal' in error && error.fatal === true);

/** The rights of one line of SHOW GRANTS that are no reading: their names, or the line where it is no list of rights (a role). */
export function rightsOf(grant: string): readonly string[] {
  const match = /^GRANT (.+) ON .+ TO .+$/i.exec(grant);
  if (!match) return [`a role (${/^GRANT (.+?) TO /i.exec(grant)?.[1] ?? 'unknown'})`];
  // Rights on columns: SELECT (`id`, `name`), UPDATE (`name`).
  const names = (match[1] ?? '').replaceAll(/\([^)]*\)/g, '').split(',');
  const rights = names.map((name) => name.trim().toUpperCase()).filter((name) => !HARMLESS.test(name));
  return /\bWITH\b.*\bGRANT OPTION\b/i.test(grant) ? [...rights, 'GRANT OPTION'] : rights;
}

function plainRow(row: Readonly<Record<string, unknown>>, fields: readonly FieldPacket[]): CustomerRow {
  const bits = new Set(fields.filter((field) => field.columnType === BIT).map((field) => field.name));
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, plain(value, bits.has(name))]));
}

function plain(value: unknown, isBits: boolean): CustomerRow[string] {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value;
  if (Buffer.isBuffer(value)) return isBits ? Number(`0x${value.toString('hex') || '0'}`) : value.toString('utf8');
  return value === undefined ? null : JSON.stringify(value);
}

/** Over the statement's limit on MariaDB and MySQL. */
const TOO_SLOW: readonly unknown[] = [1969, 3024];

/** In words of its own: those of our own database's errors would mislead here. */
function customerError(error: unknown, where: string, limitMs: number): IpntError {
  const isSlow =
    error instanceof DatabaseTimeout || (error instanceof Error && 'errno' in error && TOO_SLOW.includes(error.errno));
  const text = isSlow ? `no answer within ${limitMs} ms` : error instanceof Error ? error.message : String(error);
  const failure = failureOf(error);
  const isDown = failure === 'unknown' || failure === 'contended' || failure === 'down';
  return new IpntError(isDown ? 'CUSTOMER_SOURCE_DOWN' : 'CUSTOMER_QUERY_REFUSED', text, where, { cause: error });
}
