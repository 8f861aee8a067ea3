import { IpntError } from '../core/errors.ts';
import { serviceLevelsOf } from '../core/stats/call-counts.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { IntervalStore } from '../ports/intervals.ts';
import type { Log } from '../ports/log.ts';
import type { RoutingStore } from '../ports/provisioning.ts';
import type { Retention } from '../ports/retention.ts';

const EVERY_MS = 60_000;

export interface PurgedStore extends Pick<IntervalStore, 'rollUp'>, Pick<RoutingStore, 'loadRouting'> {
  purge(retention: Retention): Promise<number>;
}

/**
 * Counts the calls by interval and deletes what is over (records of calls, tombstones, old commands), each minute or so, for as long as a role
 * runs. Any of them may do it, so they keep out of each other's step; a database that is away is told by those who need it.
 */
export function keepPurged(
  store: PurgedStore,
  retention: Retention,
  { clock, log, random = Math.random }: { readonly clock: Clock; readonly log: Log; readonly random?: () => number },
): { stop(): void } {
  let timer: Timer | undefined;
  let isOver = false;
  const later = (): void => {
    if (!isOver) timer = clock.after(EVERY_MS * (0.5 + random()), () => void purge());
  };
  const purge = async (): Promise<void> => {
    try {
      await rollUp(store);
      const rows = await store.purge(retention);
      if (rows > 0) log.debug('deleted what is over', { event: 'purged', detail: String(rows) });
    } catch (error) {
      log.debug('what is over could not be deleted', { event: 'purged', detail: String(error) });
    }
    later();
  };
  later();
  return {
    stop() {
      isOver = true;
      timer?.cancel();
    },
  };
}

/** Counts calls with each service's T. A role without the grants for it leaves it to another. */
export async function rollUp(store: Pick<PurgedStore, 'rollUp' | 'loadRouting'>): Promise<void> {
  try {
    await store.rollUp(serviceLevelsOf(await store.loadRouting()));
  } catch (error) {
    if (!(error instanceof IpntError) || error.code !== 'DATABASE_REFUSED') throw error;
  }
}
