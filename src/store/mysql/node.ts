import { createPool } from 'mysql2';
import type { Pool, PoolConnection } from 'mysql2';
import { DatabaseTimeout, failureOf } from './errors.ts';
import type { DatabaseAddress } from './url.ts';

export type Row = Readonly<Record<string, unknown>>;

/** What one statement gave: rows, or how many rows its condition matched. */
export interface Result {
  readonly rows: readonly Row[];
  readonly matched: number;
}

/** A connection that is ours until the work is done. */
export interface Link {
  /** One statement, or on the batch pool several: one result each. Rejects at the deadline and gives the connection up. */
  send(sql: string, timeoutMs?: number): Promise<readonly Result[]>;
}

/**
 * Sent on each new connection. sql_mode also makes assignments of an UPDATE go from left to right and backslash escapes
 * valid. The limit of a statement's run is well above ours: it ends what we have given up.
 */
const SESSION = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
  "SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = 1, sql_mode = 'STRICT_TRANS_TABLES,NO_ENGINE_SUBSTITUTION'" +
    ' /*M! , max_statement_time = 6 */ /*!80000 , max_execution_time = 6000 */',
];

/** Connections to one server. `batch` allows several statements in one text: our own texts only. */
export class Node {
  readonly name: string;
  readonly #pools: { readonly single: Pool; readonly batch: Pool };
  readonly #ready = new WeakSet<PoolConnection>();

  constructor(address: DatabaseAddress, at: { readonly host: string; readonly port: number }, connections: number) {
    this.name = `${at.host}:${at.port}`;
    const make = (multipleStatements: boolean) =>
      createPool({
        ...{ host: at.host, port: at.port, user: address.user, password: address.password, database: address.database },
        ...{
          multipleStatements,
          connectionLimit: connections,
          queueLimit: 1_000,
          connectTimeout: address.connectTimeoutMs,
        },
        // FOUND_ROWS stays on (mysql2's default): an UPDATE counts the rows that its condition matched. So 0 always means
        // "the condition did not hold", never "nothing to change", and a claim repeated within a millisecond sees its win.
        // The price: an upsert's count says nothing, so we never judge by one.
        charset: 'UTF8MB4_BIN',
        ...(address.tls === 'verify' ? { ssl: {} } : {}),
      });
    this.#pools = { single: make(false), batch: make(true) };
  }

  /** Runs `work` on a connection; gives it back clean, or ends it. Rejects with the driver's errors, or DatabaseTimeout. */
  async run<T>(
    kind: 'single' | 'batch',
    work: (link: Link) => Promise<T>,
    timeoutMs: number,
    deadlineAtMs: number,
  ): Promise<T> {
    const connection = await this.#acquire(this.#pools[kind], deadlineAtMs);
    const link: Link = {
      send: (sql, ownTimeoutMs = timeoutMs) =>
        withDeadline(connection, sql, Math.min(ownTimeoutMs, deadlineAtMs - performance.now())),
    };
    try {
      if (!this.#ready.has(connection)) {
        await Promise.all(SESSION.map((sql) => link.send(sql)));
        this.#ready.add(connection);
      }
      const result = await work(link);
      connection.release();
      return result;
    } catch (error) {
      await this.#clean(connection, kind, error, link);
      throw error;
    }
  }

  /** A release keeps an open transaction: end it first, and a connection that is not surely sound with it. */
  async #clean(connection: PoolConnection, kind: 'single' | 'batch', error: unknown, link: Link): Promise<void> {
    const failure = failureOf(error);
    const sound =
      this.#ready.has(connection) && (failure === 'contended' || failure === 'data' || failure === 'schema');
    try {
      if (!sound) throw error;
      if (kind === 'batch') await link.send('ROLLBACK');
      connection.release();
    } catch {
      connection.destroy();
    }
  }

  #acquire(pool: Pool, deadlineAtMs: number): Promise<PoolConnection> {
    return new Promise((resolve, reject) => {
      let late = false;
      const timer = setTimeout(
        () => {
          late = true;
          reject(new DatabaseTimeout(false));
        },
        Math.max(0, deadlineAtMs - performance.now()),
      );
      pool.getConnection((error, connection) => {
        clearTimeout(timer);
        if (error) return reject(error);
        if (late) return connection.release();
        // Without a listener, an idle connection that breaks would end the process. The pool drops it by itself.
        if (!this.#ready.has(connection)) connection.on('error', () => undefined);
        resolve(connection);
      });
    });
  }

  /** Idle connections say goodbye; what still runs is cut off after a second. */
  async close(): Promise<void> {
    const ends = Object.values(this.#pools).map((pool) => new Promise<void>((resolve) => pool.end(() => resolve())));
    const limit = new Promise<void>((resolve) => setTimeout(resolve, 1_000).unref());
    await Promise.race([Promise.all(ends), limit]);
  }
}

/** mysql2's own `timeout` covers only the time to the first packet, and leaves the connection to the next user. */
function withDeadline(connection: PoolConnection, sql: string, timeoutMs: number): Promise<readonly Result[]> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => {
        reject(new DatabaseTimeout(true));
        connection.destroy();
      },
      Math.max(0, timeoutMs),
    );
    connection.query(sql, (error, answer: unknown) => {
      clearTimeout(timer);
      // The statement holds callers' numbers: it must not travel with the error into a log.
      if (error) reject(Object.assign(error, { sql: undefined }));
      else resolve(resultsOf(answer));
    });
  });
}

/** One statement gives a header or rows; several give an array of those. */
function resultsOf(answer: unknown): readonly Result[] {
  const one = (part: unknown): Result =>
    Array.isArray(part)
      ? { rows: part as Row[], matched: part.length }
      : { rows: [], matched: (part as { affectedRows?: number }).affectedRows ?? 0 };
  if (!Array.isArray(answer)) return [one(answer)];
  const first: unknown = answer[0];
  const several =
    Array.isArray(first) ||
    (typeof first === 'object' && first !== null && first.constructor?.name === 'ResultSetHeader');
  return several ? answer.map(one) : [one(answer)];
}
