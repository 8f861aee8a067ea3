/** What `ipnt route` tries calls out in: the live state or a state file, the routing in force or a routing file. Read only. */
import { StateCopy } from '../apps/edge/state-copy.ts';
import { normalizeNumber } from '../core/model/number.ts';
import type { Customer } from '../core/model/call.ts';
import { NO_ROUTING } from '../core/model/routing.ts';
import type { Routing } from '../core/model/routing.ts';
import type { Service } from '../core/model/service.ts';
import type { DryCall, DryWorld } from '../core/routing/dry-case.ts';
import type { RoutingView } from '../core/routing/view.ts';
import { EMPTY_CURSOR } from '../ports/edge-store.ts';
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

/** The world of a test, and who its callers are. */
export interface Bench {
  readonly world: DryWorld;
  readonly customer: (call: DryCall, service: Service) => Promise<Customer | null>;
}

const LIVE = 'live';

/** Runs `work` on a bench; the database is opened only where something is wanted of it. */
export async function onBench<T>(options: BenchOptions, io: Io, work: (bench: Bench) => Promise<T>): Promise<T> {
  if (options.state !== LIVE && options.routing !== undefined)
    return work(await benchOf(options, countryOf(options, io), null));
  return withStore(options, io, async (store, { country }) => work(await benchOf(options, country, store)));
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

async function benchOf(options: BenchOptions, country: string, store: Store | null): Promise<Bench> {
  const normalise = (number: string): string => normalizeNumber(number, country);
  const inForce = store === null ? NO_ROUTING : await store.loadRouting();
  const routing = options.routing === undefined ? inForce : { ...inForce, ...rulesOf(options.routing, country) };
  if (options.state === LIVE && store !== null) {
    const view = await liveView(store, routing);
    return {
      world: { routing, view, normalise },
      customer: (call, service) => liveCustomer(store, call, service, normalise),
    };
  }
  const { state, view } = stateOf(options.state, routing);
  const customer = ({ ani, customerId }: DryCall, { customer: rules }: Service): Promise<Customer | null> => {
    const key = { number: normalise(ani), customerId: rules.by === 'id' ? customerId : '' };
    return Promise.resolve(rules.source === 'none' ? null : customerOf(state, key));
  };
  return { world: { routing, view, normalise }, customer };
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

/** The shared customer tables alone: a database of the centre's own is not asked for a test. */
async function liveCustomer(
  store: Store,
  { ani, customerId }: DryCall,
  { customer: { source, by } }: Service,
  normalise: (number: string) => string,
): Promise<Customer | null> {
  if (source !== 'shared') return null;
  if (by === 'id' && customerId !== '') return store.findCustomer({ customerId });
  return ani === '' ? null : store.findCustomer({ number: normalise(ani) });
}
