/** What calls are tried out in, for the command line and the API. Read only: nothing is claimed, nobody is rung. */
import type { AgentId } from '../../core/model/agent.ts';
import type { Customer } from '../../core/model/call.ts';
import { normalizeNumber } from '../../core/model/number.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { Service } from '../../core/model/service.ts';
import type { DryCall, DryCase, DryRun, DryWorld } from '../../core/routing/dry-case.ts';
import { differences } from '../../core/routing/dry-check.ts';
import type { Difference } from '../../core/routing/dry-check.ts';
import { dryRun, identifyDry } from '../../core/routing/dry-run.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import { EMPTY_CURSOR } from '../../ports/edge-store.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Customers } from './customer-source.ts';
import { StateCopy } from './state-copy.ts';

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

export const NOBODY: Known = { customer: null, last: '', problem: '' };

/** Tries a case out. Throws ARGUMENT_INVALID and REQUIREMENT_INVALID for a call that makes no sense. */
export async function tryCase({ world, caller }: Bench, one: DryCase): Promise<Tried> {
  const { found } = identifyDry(one, world);
  const { customer, last, problem } = found === null ? NOBODY : await caller(one, found.service);
  const run = dryRun({ ...one, lastAgent: one.lastAgent || last }, world, customer);
  return { run, wrong: differences(one.expect, run, world.view), problem };
}

/** A bench in a state that is live: `view` as it is now, callers looked up as an edge does, with its budget of time. */
export function liveBench(
  { routing, view }: Pick<DryWorld, 'routing' | 'view'>,
  country: string,
  customers: Customers,
): Bench {
  const normalise = (number: string): string => normalizeNumber(number, country);
  return {
    world: { routing, view, normalise },
    caller: async (call, { name, customer, preferred }) => {
      const [found, last] = await Promise.all([
        customers.find(customer.source, customerKey(call, customer, normalise)),
        preferred.last && call.ani !== '' ? customers.lastAgentOf(call.ani, name) : null,
      ]);
      return { ...found, last: last ?? '' };
    },
  };
}

/** What a caller is looked up by, as his service says. */
export const customerKey = (
  { ani, customerId }: DryCall,
  { by }: Service['customer'],
  normalise: (number: string) => string,
) => ({ number: normalise(ani), customerId: by === 'id' ? customerId : '' });

/** The state as an edge would read it now. Which trunks are up only an edge knows: here all are. */
export async function liveView(store: Pick<EdgeStore, 'readChanges'>, routing: Routing): Promise<RoutingView> {
  const copy = new StateCopy();
  copy.provision(routing);
  copy.apply(await store.readChanges(EMPTY_CURSOR), 0, 0);
  return copy.viewFromOutside(0);
}
