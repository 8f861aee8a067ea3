import type { Counts } from './window.ts';

/** A queue's counts or a service's figures: both have these. */
type Having<K extends keyof Counts> = Pick<Counts, K> & Partial<Counts>;

/** Answered within T / (answered + abandoned after T), 0 to 1; null when there was no such call. */
export function serviceLevelOf(counts: Having<'answered' | 'answeredInTime' | 'abandonedLate'>): number | null {
  const of = counts.answered + counts.abandonedLate;
  return of === 0 ? null : counts.answeredInTime / of;
}

/** Mean wait of answered calls (ASA), ms, rounded. */
export const meanWaitMs = (counts: Having<'answered' | 'waitMs'>): number | null =>
  counts.answered === 0 ? null : Math.round(counts.waitMs / counts.answered);

/** Mean of talk and wrap-up (AHT), ms, rounded. */
export const meanHandleMs = (counts: Having<'handled' | 'handleMs'>): number | null =>
  counts.handled === 0 ? null : Math.round(counts.handleMs / counts.handled);
