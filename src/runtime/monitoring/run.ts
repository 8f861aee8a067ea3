import type { Registry } from 'prom-client';
import type { Clock } from '../../ports/clock.ts';
import type { Check } from '../../ports/metrics.ts';
import { askOver } from './channel.ts';
import type { Channel } from './channel.ts';
import { kitOf, openRegistry } from './registry.ts';
import type { RoleName } from './registry.ts';
import type { RoleState, Source, Wanted } from './role-monitor.ts';

/** One role under supervision. */
export interface Supervisee extends RoleName {
  /** Null between its end and its next start. */
  readonly channel: Channel | null;
  readonly restarts: number;
}

const ANSWER_WITHIN_MS = 1_000;

const SILENT: Check = {
  check: 'process',
  isOk: false,
  detail: `its process does not answer within ${ANSWER_WITHIN_MS} ms`,
};
const GONE: Check = { check: 'process', isOk: false, detail: 'its process does not run now; it is started again' };

/** Watches a supervisor and, by asking them, all that it started. One that is dead or silent holds nobody up. */
export function openRunMonitor(
  supervisees: () => readonly Supervisee[],
  version: string,
  clock: Clock,
): Source & { readonly registry: Registry } {
  const registry = openRegistry({ role: 'run', name: '' }, version);
  const kit = kitOf(registry);
  const up = kit.gauge('ipnt_role_up', 'Whether the process of a role runs and answers: 1 or 0', ['role', 'name']);
  const restarts = kit.counter('ipnt_role_restarts_total', 'Times that a role was started again', ['role', 'name']);
  const look = async ({ role, name, channel }: Supervisee, wanted: Wanted): Promise<RoleState> => {
    const state = channel && (await askOver(channel, wanted, clock, ANSWER_WITHIN_MS));
    up.set({ role, name }, Number(state !== null));
    return state ?? { role, name, checks: [channel === null ? GONE : SILENT], metrics: [] };
  };
  return {
    registry,
    async states(wanted) {
      const all = supervisees();
      const states = await Promise.all(all.map((one) => look(one, wanted)));
      if (wanted === 'checks') return states;
      restarts.reset();
      for (const { role, name, restarts: count } of all) restarts.inc({ role, name }, count);
      return [{ role: 'run', name: '', checks: [], metrics: await registry.getMetricsAsJSON() }, ...states];
    },
  };
}
