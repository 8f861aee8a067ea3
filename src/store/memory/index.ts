import type { CallSearch } from '../../ports/call-search.ts';
import type { Clock } from '../../ports/clock.ts';
import type { IntervalStore } from '../../ports/intervals.ts';
import type { CustomerStore, RoutingStore } from '../../ports/provisioning.ts';
import type { PeopleStore } from '../../ports/people.ts';
import type { Store } from '../common/store.ts';
import * as callSearch from './call-search.ts';
import * as callbacks from './callbacks.ts';
import * as commands from './commands.ts';
import * as claims from './claims.ts';
import { emptyData } from './data.ts';
import type { Data } from './data.ts';
import * as customers from './customers.ts';
import * as edge from './edge.ts';
import * as intervals from './intervals.ts';
import * as people from './people.ts';
import * as provisioning from './provisioning.ts';
import { purge } from './purge.ts';
import * as records from './records.ts';
import * as site from './site.ts';

/** Names the failing operation: gives the error that it is to reject with, or nothing. */
export type Fault = (operation: keyof Store) => Error | undefined;

/** A store without a database, for the simulated world and for tests. Synchronous inside: no timers, resolved promises only. */
export interface MemoryStore extends Store {
  /** Asked at each call's start: nothing is done when it gives an error. */
  fault: Fault | undefined;
  /** Asked at each call's end: all is done, and its answer is lost. */
  lostAnswer: Fault | undefined;
  /** The same rows seen by another process, with faults of its own. */
  another(): MemoryStore;
}

/** Opens an empty store. `clock` plays the database's clock. */
export const openMemoryStore = (clock: Clock): MemoryStore => over(emptyData(clock));

/** Makes a function on the data into the method of that name. */
type On = <A extends unknown[], R>(
  name: keyof Store,
  work: (data: Data, ...args: A) => R,
) => (...args: A) => Promise<R>;

const provisioned = (on: On): RoutingStore & CustomerStore => ({
  loadRouting: on('loadRouting', provisioning.loadRouting),
  applyRouting: on('applyRouting', provisioning.applyRouting),
  rollbackRouting: on('rollbackRouting', provisioning.rollbackRouting),
  routingHistory: on('routingHistory', provisioning.routingHistory),
  overrideService: on('overrideService', provisioning.overrideService),
  importProfiles: on('importProfiles', provisioning.importProfiles),
  findCustomer: on('findCustomer', customers.findCustomer),
  customerNumbers: on('customerNumbers', customers.customerNumbers),
  importCustomers: on('importCustomers', customers.importCustomers),
  eraseCustomer: on('eraseCustomer', customers.eraseCustomer),
});

const listings = (on: On): CallSearch & IntervalStore => ({
  searchCalls: on('searchCalls', callSearch.searchCalls),
  rollUp: on('rollUp', intervals.rollUp),
  intervals: on('intervals', intervals.intervals),
});

const peopleMethods = (on: On): PeopleStore => ({
  users: on('users', people.users),
  user: on('user', people.user),
  addUser: on('addUser', people.addUser),
  changeUser: on('changeUser', people.changeUser),
  removeUser: on('removeUser', people.removeUser),
  openSession: on('openSession', people.openSession),
  useSession: on('useSession', people.useSession),
  endSession: on('endSession', people.endSession),
  tokens: on('tokens', people.tokens),
  addToken: on('addToken', people.addToken),
  useToken: on('useToken', people.useToken),
  removeToken: on('removeToken', people.removeToken),
  audit: on('audit', people.audit),
  audits: on('audits', people.audits),
});

function over(data: Data): MemoryStore {
  const store = { fault: undefined, lostAnswer: undefined, another: () => over(data) } as unknown as MemoryStore;
  const on: On =
    (name, work) =>
    (...args) => {
      const refused = store.fault?.(name);
      if (refused) return Promise.reject(refused);
      try {
        const result = work(data, ...args);
        const lost = store.lostAnswer?.(name);
        return lost ? Promise.reject(lost) : Promise.resolve(result);
      } catch (error) {
        return Promise.reject(error as Error);
      }
    };
  const methods: Store = {
    takeSite: on('takeSite', site.takeSite),
    publish: on('publish', site.publish),
    seen: on('seen', site.seen),
    releaseSite: on('releaseSite', site.releaseSite),
    loadSite: on('loadSite', site.loadSite),
    takeEdge: on('takeEdge', edge.takeEdge),
    renewEdge: on('renewEdge', edge.renewEdge),
    releaseEdge: on('releaseEdge', edge.releaseEdge),
    readChanges: on('readChanges', edge.readChanges),
    placeWaiting: on('placeWaiting', edge.placeWaiting),
    leaveWaiting: on('leaveWaiting', edge.leaveWaiting),
    publishFigures: on('publishFigures', edge.publishFigures),
    claim: on('claim', claims.claim),
    advance: on('advance', claims.advance),
    renewTalks: on('renewTalks', claims.renewTalks),
    readReservation: on('readReservation', claims.readReservation),
    appendCallEvents: on('appendCallEvents', records.appendCallEvents),
    keepCallback: on('keepCallback', callbacks.keepCallback),
    endCallback: on('endCallback', callbacks.endCallback),
    takeCallbacks: on('takeCallbacks', callbacks.takeCallbacks),
    askCommand: on('askCommand', commands.askCommand),
    commandEnd: on('commandEnd', commands.commandEnd),
    commands: on('commands', commands.commands),
    waitingCommands: on('waitingCommands', commands.waitingCommands),
    takeCommand: on('takeCommand', commands.takeCommand),
    answerCommand: on('answerCommand', commands.answerCommand),
    sites: on('sites', records.sites),
    agents: on('agents', records.agents),
    queues: on('queues', records.queues),
    calls: on('calls', records.calls),
    callEvents: on('callEvents', records.callEvents),
    lastAgentOf: on('lastAgentOf', records.lastAgentOf),
    unfinishedCalls: on('unfinishedCalls', records.unfinishedCalls),
    edges: on('edges', records.edges),
    ...provisioned(on),
    ...listings(on),
    ...peopleMethods(on),
    purge: on('purge', purge),
    close: () => Promise.resolve(),
  };
  return Object.assign(store, methods);
}
