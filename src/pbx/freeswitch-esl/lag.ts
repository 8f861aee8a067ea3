/** Further behind than this, and we leave: FreeSWITCH keeps up to 100,000 events for us, and then freezes all who listen. */
export const LAG_LEAVE_MS = 5_000;
/** Both clocks drift: how near the two were is learnt anew after this long. */
const WINDOW_MS = 300_000;

export interface Lag {
  /** An event that came `delayMs` after the PBX made it, by two clocks that may differ; how late we are, ms. */
  note(delayMs: number, monoMs: number): number;
}

/**
 * How far behind its PBX a connection is. The clocks of both differ by an unknown offset; the least delay seen within the last minutes
 * stands for it, so that what is measured is how much later than at best an event came.
 */
export function createLag(): Lag {
  let [least, leastBefore, sinceMs] = [Infinity, Infinity, -Infinity];
  return {
    note(delayMs, monoMs) {
      if (monoMs - sinceMs >= WINDOW_MS) [leastBefore, least, sinceMs] = [least, Infinity, monoMs];
      least = Math.min(least, delayMs);
      return delayMs - Math.min(least, leastBefore);
    },
  };
}
