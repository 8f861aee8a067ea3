import { AggregatorRegistry, collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

export type RoleKind = 'site' | 'edge' | 'api' | 'run';

/** Which process speaks. */
export interface RoleName {
  readonly role: RoleKind;
  /** Of the site or edge; '' for others. */
  readonly name: string;
}

/** A registry's content as it travels from one process to another. */
export type MetricsJson = Awaited<ReturnType<Registry['getMetricsAsJSON']>>;

/** What a claim, a read or a write takes. */
const QUICK_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5];
/** What callers wait. */
const WAIT_SECONDS = [0.5, 1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1_200];

export const MS = 1_000;

/** The registry of one process: Node's own metrics are in it, and each sample says whose it is. */
export function openRegistry({ role, name }: RoleName, version: string): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ role, ...(role === 'site' || role === 'edge' ? { [role]: name } : {}) });
  collectDefaultMetrics({ register: registry });
  kitOf(registry).gauge('ipnt_build_info', 'Version of the program; always 1', ['version']).set({ version }, 1);
  return registry;
}

/** Makes metrics in a registry, in few words. */
export function kitOf(registry: Registry) {
  const registers = [registry];
  const histogram = <L extends string>(name: string, help: string, labelNames: readonly L[], buckets: number[]) =>
    new Histogram({ name, help, labelNames, buckets, registers });
  return {
    gauge: <L extends string = never>(name: string, help: string, labelNames: readonly L[] = []) =>
      new Gauge({ name, help, labelNames, registers }),
    /** With `values` of its one label: each is there from the start, so that the first of its kind shows as an increase. */
    counter: <L extends string = never>(
      name: string,
      help: string,
      labelNames: readonly L[] = [],
      values: readonly string[] = [],
    ) => {
      const counter = new Counter({ name, help, labelNames, registers });
      for (const value of values) counter.inc({ [labelNames[0] ?? '']: value } as Record<L, string>, 0);
      return counter;
    },
    /** Of work that takes milliseconds. */
    quick: (name: string, help: string) => histogram(name, help, [], QUICK_SECONDS),
    /** Of callers' waits. */
    waits: <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
      histogram(name, help, labelNames, WAIT_SECONDS),
  };
}

/** Sets a counter to what somebody else has counted. */
export function setTo(counter: Counter, value: number): void {
  counter.reset();
  counter.inc(value);
}

/** Metrics of several processes as Prometheus reads them. Their labels differ, so nothing is summed up. */
export function textOf(all: readonly MetricsJson[]): Promise<string> {
  // prom-client leaves some of Node's metrics out of sums; here there is nothing to sum.
  const whole = all.map((metrics) => metrics.map((metric) => ({ ...metric, aggregator: 'sum' })));
  return AggregatorRegistry.aggregate(whole).metrics();
}

export const CONTENT_TYPE = Registry.PROMETHEUS_CONTENT_TYPE;
