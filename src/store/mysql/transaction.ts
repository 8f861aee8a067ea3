import { setTimeout as pause } from 'node:timers/promises';
import { failureOf, toIpntError } from './errors.ts';
import type { Link, Result } from './node.ts';
import type { Database, Deadline } from './pool.ts';

const ATTEMPTS = 4;

/**
 * Runs `work` and runs it whole again when it was contended (1213, 1205, 1020), when a node does not serve (1047) and when
 * its answer was lost (1180, lost connections, timeouts: COMMIT included) — so all that goes through here is idempotent.
 * Bounded by attempts and by one deadline over everything; waits are jittered. Rejects with IpntError.
 */
export async function retrying<T>(
  db: Database,
  kind: 'single' | 'batch',
  work: (link: Link) => Promise<T>,
  deadline: Deadline = {},
): Promise<T> {
  const { timeoutMs, deadlineMs } = db.limits(deadline);
  const deadlineAtMs = performance.now() + deadlineMs;
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.once(kind, work, timeoutMs, deadlineAtMs);
    } catch (error) {
      const failure = failureOf(error);
      const again = failure === 'contended' || failure === 'down' || failure === 'unknown';
      const waitMs = (failure === 'contended' ? 5 : 25) * 2 ** (attempt - 1) * (0.5 + Math.random());
      if (!again || attempt === ATTEMPTS || performance.now() + waitMs >= deadlineAtMs)
        throw toIpntError(error, db.where);
      await pause(waitMs);
    }
  }
}

/** One statement of its own, retried. */
export async function single(db: Database, sql: string, deadline?: Deadline): Promise<Result> {
  const [result] = await retrying(db, 'single', (link) => link.send(sql), deadline);
  return result ?? { rows: [], matched: 0 };
}

/** Several statements in one round trip without a transaction: reads. One result each. */
export function together(db: Database, statements: readonly string[], deadline?: Deadline): Promise<readonly Result[]> {
  return retrying(db, 'batch', (link) => link.send(statements.join(';\n')), deadline);
}

/** Servers take 16 MB in one packet. */
const TEXT_LIMIT = 4_000_000;

/**
 * Several statements in one transaction and one round trip (more only above 4 MB). Gives one result for each statement.
 * The first is the fence: where it matches no row, those after it must match none either, as they are joined to it.
 */
export function transaction(
  db: Database,
  statements: readonly string[],
  deadline?: Deadline,
): Promise<readonly Result[]> {
  const packs: string[][] = [[]];
  let length = 0;
  for (const sql of ['START TRANSACTION', ...statements, 'COMMIT']) {
    if (length + sql.length > TEXT_LIMIT) {
      packs.push([]);
      length = 0;
    }
    packs.at(-1)?.push(sql);
    length += sql.length;
  }
  const work = async (link: Link): Promise<readonly Result[]> => {
    const results: Result[] = [];
    for (const pack of packs) results.push(...(await link.send(pack.join(';\n'))));
    return results.slice(1, -1);
  };
  return retrying(db, 'batch', work, deadline);
}
