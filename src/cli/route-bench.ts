/** What `ipnt route` tries calls out in: the live state or a state file, the routing in force or a routing file. Read only. */
import { Customers } from '../apps/edge/customer-source.ts';
import { StateCopy } from '../apps/edge/state-copy.ts';
import type { AgentId } from '../core/model/agent.ts';
import { normalizeNumber } from '../core/model/number.ts';
import type { Customer } from '../core/model/call.ts';
import { NO_ROUTING } from '../core/model/routing.ts';
import type { Routing } from '../core/model/routing.ts';
import type { Service } from '../core/model/service.ts';
import type { DryCall, DryCase, DryRun, DryWorld } from '../core/routing/dry-case.ts';
import { differences } from '../core/routing/dry-check.ts';
import type { Difference } from '../core/routing/dry-check.ts';
import { dryRun, identifyDry } from '../core/routing/dry-run.ts';
import type { RoutingView } from '../core/routing/view.ts';
import { EMPTY_CURSOR } from '../ports/edge-store.ts';
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
import { openCustomerDatabase } from '../store/mysql/customer-query.ts';
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

/** Who is calling, and whom he spoke to last; `problem` where it could not be found out. */
interface Known {
  readonly customer: Customer | null;
  readonly last: AgentId;
  readonly problem: string;
}

/** The world of a test, and who its callers are. */
export interface Bench {
  readonly world: DryWorld;
  readonly caller: (call: DryCall, service: Service) => Promise<Known>;
}

/** What came of a case, and how it differs from what was expected. */
export interface Tried {
  readonly run: DryRun;
  readonly wrong: readonly Difference[];
  /** Why the caller could not be looked up. */
  readonly problem: string;
}

const NOBODY: Known = { customer: null, last: '', problem: '' };

/** Tries a case out. */
export async function tryCase({ world, caller }: Bench, one: DryCase): Promise<Tried> {
  const { found } = identifyDry(one, world);
  const { customer, last, problem } = found === null ? NOBODY : await caller(one, found.service);
  const run = dryRun({ ...one, lastAgent: one.lastAgent || last }, world, customer);
  return { run, wrong: differences(one.expect, run, world.view), problem };
}

const LIVE = 'live';

/** Runs `work` on a bench; the database is opened only where something is wanted of it. */
export async function onBench<T>(options: BenchOptions, io: Io, work: (bench: Bench) => Promise<T>): Promise<T> {
  if (options.state !== LIVE && options.routing !== undefined)
    return work(await benchOf(options, countryOf(options, io), null));
  return withStore(options, io, async (store, settings) => {
    const sources = settings.customerSources.map((source) => ({
      ...{ name: source.name, budgetMs: source.budgetMs, cacheMs: source.cacheMs },
      database: openCustomerDatabase({ ...source, url: source.url.reveal() }),
    }));
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
  const normalise = (number: string): string => normalizeNumber(number, country);
  const inForce = live === null ? NO_ROUTING : await live.store.loadRouting();
  const routing = options.routing === undefined ? inForce : { ...inForce, ...rulesOf(options.routing, country) };
  const keyOf = ({ ani, customerId }: DryCall, { customer }: Service) => ({
    ...{ number: normalise(ani), customerId: customer.by === 'id' ? customerId : '' },
  });
  if (options.state === LIVE && live !== null) {
    const view = await liveView(live.store, routing);
    return { world: { routing, view, normalise }, caller: (call, service) => liveCaller(live, call, service, keyOf) };
  }
  const { state, view } = stateOf(options.state, routing);
  const caller: Bench['caller'] = (call, service) => {
    const isAsked = service.customer.source !== 'none';
    return Promise.resolve({ ...NOBODY, customer: isAsked ? customerOf(state, keyOf(call, service)) : null });
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

/** The state as an edge would read it now. Which trunks are up only an edge knows: here all are. */
export async function liveView(store: Store, routing: Routing): Promise<RoutingView> {
  const copy = new StateCopy();
  copy.provision(routing);
  copy.apply(await store.readChanges(EMPTY_CURSOR), 0, 0);
  return copy.view(
    0,
    '',
    () => null,
    () => true,
  );
}

/** As an edge asks, with its budget of time. */
async function liveCaller(
  { customers }: Live,
  call: DryCall,
  service: Service,
  keyOf: (call: DryCall, service: Service) => { readonly number: string; readonly customerId: string },
): Promise<Known> {
  const [found, last] = await Promise.all([
    customers.find(service.customer.source, keyOf(call, service)),
    service.preferred.last && call.ani !== '' ? customers.lastAgentOf(call.ani, service.name) : null,
  ]);
  return { ...found, last: last ?? '' };
}
