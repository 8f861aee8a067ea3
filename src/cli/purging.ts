import type { Clock, Timer } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';

const EVERY_MS = 60_000;

/**
 * Deletes what is over (tombstones, old commands and records), each minute or so, for as long as a role runs. Any of them may do it, so they
 * keep out of each other's step; a database that is away is told by those who need it.
 */
export function keepPurged(
  store: { purge(): Promise<number> },
  { clock, log, random = Math.random }: { readonly clock: Clock; readonly log: Log; readonly random?: () => number },
): { stop(): void } {
  let timer: Timer | undefined;
  let isOver = false;
  const later = (): void => {
    if (!isOver) timer = clock.after(EVERY_MS * (0.5 + random()), () => void purge());
  };
  const purge = async (): Promise<void> => {
    try {
      const rows = await store.purge();
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
