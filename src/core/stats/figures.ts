import type { Counts } from './window.ts';

/** Answered within T / (answered + abandoned after T), 0 to 1; null when there was no such call. */
export function serviceLevelOf(counts: Counts): number | null {
  const of = counts.answered + counts.abandonedLate;
  return of === 0 ? null : counts.answeredInTime / of;
}

/** Mean wait of answered calls (ASA), ms, rounded. */
export const meanWaitMs = (counts: Counts): number | null =>
  counts.answered === 0 ? null : Math.round(counts.waitMs / counts.answered);

/** Mean of talk and the site's wrap-up (AHT), ms, rounded. */
export const meanHandleMs = (counts: Counts): number | null =>
  counts.handled === 0 ? null : Math.round(counts.handleMs / counts.handled);
