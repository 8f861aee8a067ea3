import type { AgentProfile, Routing, RoutingRules, ServiceOverride } from '../core/model/routing.ts';
import type { Customer } from '../core/model/call.ts';

/** One version of the routing, for `ipnt apply --history`. */
export interface RoutingVersion {
  readonly version: number;
  readonly by: string;
  readonly atMs: number;
  /** `added a; changed b; removed c` (200 characters at most), `closed support: fire alarm`, `rolled back to 3: changed b`, `imported 12 agents`. */
  readonly what: string;
}

/** What is provisioned. Only the API and the CLI write it; every change is a new version. */
export interface RoutingStore {
  loadRouting(): Promise<Routing>;
  /** Replaces services, calendars and site terms at once. `waiting`: calls in progress take them over as well. */
  applyRouting(rules: RoutingRules, by: string, options?: { readonly waiting?: boolean }): Promise<Routing>;
  /** Puts the rules of an earlier version in force again (null: those before the last change of rules). ROUTING_VERSION_UNKNOWN where there are none. Rules that are the same make no version. */
  rollbackRouting(version: number | null, by: string): Promise<Routing>;
  /** Newest first. */
  routingHistory(limit: number): Promise<readonly RoutingVersion[]>;
  /** Closes or opens a service by hand; null takes the override away (`by` whom). What is so already makes no version. SERVICE_UNKNOWN where there is none. */
  overrideService(service: string, override: Omit<ServiceOverride, 'atMs'> | null, by?: string): Promise<Routing>;
  /** Adds or replaces the profiles of these agents; `whole`: of these alone. */
  importProfiles(profiles: readonly AgentProfile[], by: string, whole: boolean): Promise<Routing>;
}

/** A row of the shared customer tables. */
export interface CustomerRecord extends Customer {
  /** E.164. */
  readonly numbers: readonly string[];
}

/** The shared customer tables. */
export interface CustomerStore {
  /** By number (E.164) or id. Null: unknown. Rejects with DATABASE_DOWN. */
  findCustomer(key: { readonly number: string } | { readonly customerId: string }): Promise<Customer | null>;
  /** The numbers (E.164) in the record of this customer, sorted. */
  customerNumbers(customerId: string): Promise<readonly string[]>;
  /** Adds or replaces, all or nothing; `whole`: these alone stay. A number belongs to whoever was imported with it last. */
  importCustomers(
    customers: readonly CustomerRecord[],
    whole?: boolean,
  ): Promise<{ readonly added: number; readonly replaced: number; readonly removed: number }>;
  /**
   * Erases every trace: the record, the numbers and names in the records of calls, callbacks that are pending. By id (with the
   * numbers that stand in the record) or by a number, known to the customer tables or not. Records hold
   * numbers as trunks sent them: `country` (calling code, or '') tells which spellings are the same number. Cut off, it can be repeated.
   */
  eraseCustomer(
    key: { readonly number: string } | { readonly customerId: string },
    country?: string,
  ): Promise<{ readonly customers: number; readonly calls: number; readonly callbacks: number }>;
}

/** Where a service's callers are looked up: bounded in time and cached, never in the way. */
export interface CustomerSource {
  /** Answers within the budget; `problem` says why there is nobody (`` for simply unknown). Never rejects. */
  find(
    source: string,
    key: { readonly number: string; readonly customerId: string },
  ): Promise<{ readonly customer: Customer | null; readonly problem: string }>;
}
