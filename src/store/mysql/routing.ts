import { z } from 'zod';
import { IpntError } from '../../core/errors.ts';
import { SERVICE_DEFAULTS } from '../../core/model/service.ts';
import type { Routing, Service } from '../../core/model/service.ts';
import type { RoutingStore } from '../../ports/provisioning.ts';
import type { Database } from './pool.ts';
import { bind, DB_NOW_MS } from './sql.ts';
import { single } from './transaction.ts';

/** What is certain of a stored service; the rest has defaults, as an older program may have written it. */
const stored = z.array(z.looseObject({ name: z.string(), title: z.string(), requirement: z.string() }));

const LOAD = 'SELECT version, services FROM routing ORDER BY version DESC LIMIT 1';
const ATTEMPTS = 5;

/** RoutingStore on MySQL: every version is a row, the highest is in force. */
export function routingStore(db: Database): RoutingStore {
  return {
    loadRouting: () => load(db),

    async applyRouting(services, by) {
      const text = JSON.stringify(services);
      for (let attempt = 1; ; attempt++) {
        const { version } = await load(db);
        const params = { version: version + 1, services: text, by: by.slice(0, 255) };
        const sql = `INSERT INTO routing (version, services, applied_by, applied_at_ms)
          VALUES (:version, :services, :by, ${DB_NOW_MS})`;
        try {
          await single(db, bind(sql, params));
          return { version: version + 1, services: structuredClone(services) as Service[] };
        } catch (error) {
          // Somebody else applied at the same moment, or the answer to our own try was lost: the later one goes on top.
          const cause = error instanceof IpntError ? (error.cause as { errno?: number } | undefined) : undefined;
          if (cause?.errno !== 1062 || attempt === ATTEMPTS) throw error;
        }
      }
    },
  };
}

async function load(db: Database): Promise<Routing> {
  const { rows } = await single(db, LOAD);
  const row = rows[0];
  if (row === undefined) return { version: 0, services: [] };
  const parsed = stored.safeParse(JSON.parse(String(row['services'])));
  if (!parsed.success)
    throw new IpntError('BUG', 'the stored routing does not parse', db.where, { cause: parsed.error });
  const services = parsed.data.map((service) => ({ ...SERVICE_DEFAULTS, ...service }) as Service);
  return { version: Number(row['version']), services };
}
