import { INTERVAL_MS } from '../../core/model/counts.ts';
import type { CallCounts, IntervalCounts } from '../../core/model/counts.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { Service } from '../../core/model/service.ts';
import { addCounts, NO_COUNTS, serviceLevelsOf } from '../../core/stats/call-counts.ts';
import { dayStartMs, dayZone } from '../../core/stats/day.ts';
import type { IntervalStore } from '../../ports/intervals.ts';

const HOUR_MS = 3_600_000;
/** Days of services in different zones begin as much earlier; a day has 25 hours at most. */
const LONGEST_MS = 26 * HOUR_MS;

interface Day {
  readonly counts: CallCounts;
  readonly startMs: number;
  /** Of the rows that it was made of. */
  readonly version: number;
}

/** The counts of today by service, each for the day in its own zone: sums over the intervals that the database keeps. */
export class Today {
  private readonly store: IntervalStore;
  private rows: ReadonlyMap<string, readonly IntervalCounts[]> = new Map();
  private version = 0;
  private days = new Map<string, Day>();

  constructor(store: IntervalStore) {
    this.store = store;
  }

  /** Counts anew what has changed, and reads it. Rejects with DATABASE_DOWN. */
  async read(routing: Routing, nowMs: number): Promise<void> {
    await this.store.rollUp(serviceLevelsOf(routing));
    const starts = routing.services.map((service) => dayStartMs(dayZone(routing, service.name), nowMs));
    const fromMs = Math.max(nowMs - LONGEST_MS, Math.min(nowMs, ...starts));
    const rows = new Map<string, IntervalCounts[]>();
    // Clocks of edges may be a little ahead: what arrived in the next interval is of today, too.
    for (const row of await this.store.intervals(fromMs, nowMs + INTERVAL_MS)) {
      const known = rows.get(row.service);
      if (known === undefined) rows.set(row.service, [row]);
      else known.push(row);
    }
    this.rows = rows;
    this.version += 1;
  }

  /** The counts of the service's day at `nowMs`, as of the last `read`. */
  of(routing: Routing, service: Service, nowMs: number): { readonly counts: CallCounts; readonly zone: string } {
    const zone = dayZone(routing, service.name);
    const startMs = dayStartMs(zone, nowMs);
    const known = this.days.get(service.name);
    if (known?.version === this.version && known.startMs === startMs) return { counts: known.counts, zone };
    const rows = (this.rows.get(service.name) ?? []).filter((row) => row.startMs >= startMs);
    const counts = rows.reduce<CallCounts>(addCounts, NO_COUNTS);
    this.days.set(service.name, { counts, startMs, version: this.version });
    return { counts, zone };
  }
}
