import { OCCUPANCY_FADES_MS } from '../model/agent.ts';

/** A share of time that fades: what it is after `ms` more, all of them busy or all of them idle. 0 to 1, to six places. */
export function faded(occupancy: number, ms: number, isBusy: boolean): number {
  const kept = Math.exp(-Math.max(0, ms) / OCCUPANCY_FADES_MS);
  const now = occupancy * kept + (isBusy ? 1 - kept : 0);
  return Math.round(Math.min(1, Math.max(0, now)) * 1e6) / 1e6;
}
