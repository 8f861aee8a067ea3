import type { Registry } from 'prom-client';
import type { Check, Reading } from '../../ports/metrics.ts';
import type { MetricsJson, RoleName } from './registry.ts';

/** What somebody wants to know of a role. */
export type Wanted = 'checks' | 'metrics';

/** How a role stands. `metrics` is empty where only the checks were asked for. */
export interface RoleState extends RoleName {
  readonly checks: readonly Check[];
  readonly metrics: MetricsJson;
}

/** Anything that can be asked how it stands. Never rejects. */
export interface Source {
  states(wanted: Wanted): Promise<readonly RoleState[]>;
}

const STARTING: Check = { check: 'start', isOk: false, detail: 'it is starting, or cannot: see its log' };

/** The process of one role, as it is watched. */
export class RoleMonitor<R extends Reading> implements Source {
  readonly #who: RoleName;
  readonly registry: Registry;
  readonly #show: (reading: R) => void;
  #read: (() => R) | undefined;

  /** `show` brings a reading into the registry's gauges. */
  constructor(who: RoleName, registry: Registry, show: (reading: R) => void) {
    this.#who = who;
    this.registry = registry;
    this.#show = show;
  }

  watch(read: () => R): void {
    this.#read = read;
  }

  async state(wanted: Wanted): Promise<RoleState> {
    const checks = this.#look();
    return { ...this.#who, checks, metrics: wanted === 'metrics' ? await this.registry.getMetricsAsJSON() : [] };
  }

  async states(wanted: Wanted): Promise<readonly RoleState[]> {
    return [await this.state(wanted)];
  }

  /** A fault in what is only looked at must not end what is at work. */
  #look(): readonly Check[] {
    if (this.#read === undefined) return [STARTING];
    try {
      const reading = this.#read();
      this.#show(reading);
      return reading.checks;
    } catch (error) {
      return [{ check: 'reading', isOk: false, detail: String(error) }];
    }
  }
}
