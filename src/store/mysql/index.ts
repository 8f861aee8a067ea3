import type { Log } from '../../ports/log.ts';
import type { Store } from '../common/store.ts';
import { callSearch } from './call-search.ts';
import { callbackStore } from './callbacks.ts';
import { commandStore } from './commands.ts';
import { customerStore } from './customers.ts';
import { edgeStore } from './edge-store.ts';
import { intervalStore } from './intervals.ts';
import { assertUsable, readSchemaStatus } from './migrate.ts';
import type { SchemaStatus } from './migrate.ts';
import { peopleStore } from './people.ts';
import { Database } from './pool.ts';
import { purge } from './purge.ts';
import { queryStore } from './queries.ts';
import { recordStore } from './records.ts';
import { routingStore } from './routing.ts';
import { siteStore } from './site-store.ts';

export { migrate } from './migrate.ts';
export type { SchemaStatus } from './migrate.ts';

/** The store on MySQL or MariaDB. Users and their grants: grants.sql. */
export interface MysqlStore extends Store {
  schemaStatus(): Promise<SchemaStatus>;
}

/**
 * Opens the store at `mysql://user:password@h1:3306,h2:3306/db`: the first host that serves, with failover of its own. With
 * `check: false` the database is first asked when something is wanted of it. Throws SETTINGS_INVALID, DATABASE_DOWN,
 * DATABASE_REFUSED, and SCHEMA_OLDER or SCHEMA_NEWER where this program cannot run on that schema.
 */
export async function openMysqlStore(options: {
  readonly url: string;
  readonly log: Log;
  readonly check?: boolean;
}): Promise<MysqlStore> {
  const db = new Database(options.url, options.log);
  try {
    if (options.check !== false) assertUsable(await readSchemaStatus(db));
  } catch (error) {
    await db.close();
    throw error;
  }
  return {
    ...siteStore(db, options.log),
    ...edgeStore(db),
    ...callbackStore(db),
    ...commandStore(db),
    ...recordStore(db),
    ...routingStore(db),
    ...customerStore(db),
    ...queryStore(db),
    ...callSearch(db),
    ...intervalStore(db),
    ...peopleStore(db),
    schemaStatus: () => readSchemaStatus(db),
    purge: (retention) => purge(db, retention),
    close: () => db.close(),
  };
}
