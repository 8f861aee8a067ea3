/** A routing file looked at and put in force, and an earlier version put in force again: for the command line and the API. */
import type { Routing, RoutingRules } from '../../core/model/routing.ts';
import type { RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';
import { FaultsError, readRouting } from '../../settings/index.ts';
import type { Fault } from '../../settings/index.ts';
import { routingChange } from '../../settings/routing-change.ts';
import { exportedWarnings, knownNames, routingWarnings } from '../../settings/routing-warnings.ts';
import type { KnownNames, Machine } from '../../settings/routing-warnings.ts';

type ReadStore = Pick<QueryStore, 'queues' | 'sites' | 'agents'> & Pick<RoutingStore, 'loadRouting'>;

/** What a file would do. */
export interface RoutingPlan {
  readonly rules: RoutingRules;
  /** In force when it was looked at. */
  readonly before: Routing;
  readonly warnings: readonly Fault[];
  /** `support: max_wait 5m -> 2m`; empty: nothing would change. */
  readonly change: readonly string[];
}

/** Looks at the text of a routing file against what is in force and what the sites have told. Throws ROUTING_INVALID with all faults. */
export async function planRouting(
  store: ReadStore,
  machine: Machine,
  text: string,
  file: string,
): Promise<RoutingPlan> {
  const { rules, faults, warnings, placed } = readRouting(text, file, machine.country);
  const before = await store.loadRouting();
  if (rules === null) throw new FaultsError('ROUTING_INVALID', file, faults);
  const known = await namesIn(store, before);
  return {
    ...{ rules, before, change: routingChange(before, rules) },
    warnings: [...warnings, ...routingWarnings(rules, machine.settings, known).map(placed)],
  };
}

/** Puts it in force; null where it changes nothing. `waiting`: calls that wait take the rules over, even the same ones. */
export function applyPlan(
  store: Pick<RoutingStore, 'applyRouting'>,
  { rules, before, change }: RoutingPlan,
  by: string,
  waiting = false,
): Promise<Routing | null> {
  if (change.length === 0 && before.version > 0 && !waiting) return Promise.resolve(null);
  return store.applyRouting(rules, by, { waiting });
}

/** Puts the rules of an earlier version in force again (null: those before). Throws ROUTING_VERSION_UNKNOWN. */
export async function rollBackRouting(
  store: ReadStore & Pick<RoutingStore, 'rollbackRouting'>,
  machine: Machine,
  version: number | null,
  by: string,
): Promise<Omit<RoutingPlan, 'rules'> & { readonly after: Routing }> {
  const before = await store.loadRouting();
  const after = await store.rollbackRouting(version, by);
  const known = await namesIn(store, after);
  const warnings = exportedWarnings(after, `version ${after.version}`, machine, known);
  return { before, after, warnings, change: after.version === before.version ? [] : routingChange(before, after) };
}

/** What the sites and the profiles have told. */
async function namesIn(store: ReadStore, { profiles }: Routing): Promise<KnownNames> {
  const [queues, { sites }, agents] = await Promise.all([store.queues(), store.sites(), store.agents()]);
  return knownNames({ queues, sites, agents, profiles });
}
