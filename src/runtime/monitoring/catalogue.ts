import type { Registry } from 'prom-client';
import { systemClock } from '../clock.ts';
import { openApiMonitor } from './api.ts';
import { openEdgeMonitor } from './edge.ts';
import type { RoleKind } from './registry.ts';
import { openRunMonitor } from './run.ts';
import { openSiteMonitor } from './site.ts';

/** A metric as it is registered. */
export interface Registered {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram' | 'summary';
  readonly help: string;
  /** Those that it is given, and those that say which process speaks. */
  readonly labels: readonly string[];
  readonly roles: readonly RoleKind[];
}

/** Every metric of every role, as the registrations have them: for documentation, and for what is checked against it. */
export function catalogue(): readonly Registered[] {
  const all = new Map<string, Registered>();
  for (const [role, registry] of registries()) {
    for (const metric of registry.getMetricsAsArray()) {
      // prom-client keeps both on every metric and names neither in its types.
      const { name, help, type, labelNames = [] } = metric as unknown as Registered & { labelNames?: string[] };
      const own = role === 'site' || role === 'edge' ? ['role', role] : ['role'];
      const before = all.get(name);
      const labels = [...new Set([...(before?.labels ?? []), ...labelNames, ...own])];
      all.set(name, { name, help, type, labels, roles: [...(before?.roles ?? []), role] });
    }
  }
  return [...all.values()];
}

const registries = (): readonly (readonly [RoleKind, Registry])[] => [
  ['run', openRunMonitor(() => [], '', systemClock).registry],
  ['site', openSiteMonitor('', '').registry],
  ['edge', openEdgeMonitor('', '').registry],
  ['api', openApiMonitor('').registry],
];
