/** What `ipnt route` tries calls out in: the live state or a state file, the routing in force or a routing file. Read only. */
import { Customers } from '../apps/common/customer-source.ts';
import { customerKey, liveBench, liveView, NOBODY } from '../apps/common/dry-bench.ts';
import type { Bench } from '../apps/common/dry-bench.ts';
import { normalizeNumber } from '../core/model/number.ts';
import { NO_ROUTING } from '../core/model/routing.ts';
import type { Routing } from '../core/model/routing.ts';
import { systemClock } from '../runtime/clock.ts';
import { noLog } from '../runtime/log.ts';
import {
  customerOf,
  FaultsError,
  findSettings,
  loadSettings,
  readRouting,
  readState,
  readText,
} from '../settings/index.ts';
import { stateFaults, viewOf } from '../settings/index.ts';
import type { Store } from '../store/common/store.ts';
import { openCustomerDatabases } from '../store/mysql/customer-query.ts';
import { withCure } from './cured.ts';
import type { Io } from './io.ts';
import { withStore } from './open.ts';
import type { GlobalOptions } from './open.ts';
import { routingFile } from './routing-file.ts';

export interface BenchOptions extends GlobalOptions {
  /** A state file, or `live`. */
  readonly state: string;
  /** A routing file; undefined: what is in force. */
  readonly routing?: string;
}

const LIVE = 'live';

/** Runs `work` on a bench; the database is opened only where something is wanted of it. */
export async function onBench<T>(options: BenchOptions, io: Io, work: (bench: Bench) => Promise<T>): Promise<T> {
  if (options.state !== LIVE && options.routing !== undefined)
    return work(await benchOf(options, countryOf(options, io), null));
  return withStore(options, io, async (store, settings) => {
    const sources = openCustomerDatabases(settings.customerSources);
    const customers = new Customers(store, sources, systemClock, noLog);
    try {
      return await work(await benchOf(options, settings.country, { store, customers }));
    } finally {
      await customers.close();
    }
  });
}

/** The calling code to assume: of the settings, where there are any. Without a database none are needed. */
function countryOf(options: GlobalOptions, io: Io): string {
  if (options.settings === undefined && (io.env['IPNT_SETTINGS'] ?? '') === '') {
    try {
      findSettings(undefined, io.env);
    } catch {
      return '';
    }
  }
  return loadSettings(findSettings(options.settings, io.env), io.env).settings.country;
}

/** The database, and where callers are looked up. */
interface Live {
  readonly store: Store;
  readonly customers: Customers;
}

async function benchOf(options: BenchOptions, country: string, live: Live | null): Promise<Bench> {
  const inForce = live === null ? NO_ROUTING : await live.store.loadRouting();
  const routing = options.routing === undefined ? inForce : { ...inForce, ...rulesOf(options.routing, country) };
  if (options.state === LIVE && live !== null)
    return liveBench({ routing, view: await liveView(live.store, routing) }, country, live.customers);
  const { state, view } = stateOf(options.state, routing);
  const normalise = (number: string): string => normalizeNumber(number, country);
  const caller: Bench['caller'] = (call, { customer }) => {
    const found = customer.source === 'none' ? null : customerOf(state, customerKey(call, customer, normalise));
    return Promise.resolve({ ...NOBODY, customer: found });
  };
  return { world: { routing, view, normalise }, caller };
}

function rulesOf(file: string, country: string) {
  const { rules, faults } = readRouting(routingFile(file), file, country);
  if (rules === null) throw new FaultsError('ROUTING_INVALID', file, faults);
  return rules;
}

function stateOf(file: string, routing: Routing) {
  const text = withCure('name a state file that this user can read (`ipnt route state` writes one), or live', () =>
    readText(file, 'ROUTING_INVALID'),
  );
  const read = readState(text, file);
  const faults = read.value === null ? read.faults : stateFaults(read.value, routing, read.faultAt);
  if (read.value === null || faults.length > 0) throw new FaultsError('CASES_INVALID', file, faults);
  return { state: read.value, view: viewOf(read.value, routing, Date.now()) };
}
