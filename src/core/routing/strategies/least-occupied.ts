import { OCCUPANCY_FADES_MS } from '../../model/agent.ts';
import type { Strategy } from './strategy.ts';

/** Below this nobody tells two occupancies apart: they count as equal, and who is idle longer goes first. */
const GRAIN = 10_000;

/**
 * Who was busy for the smallest share of his time, faded to now. All fade alike, so the order stays while time passes: the key is the
 * logarithm of the occupancy with the time added that it is of, in grains of a ten-thousandth part, and -Infinity for none at all.
 */
export const leastOccupied: Strategy = {
  by: 'agent',
  key: ({ occupancy, occupancyAtMs }) =>
    occupancy > 0 ? Math.round((Math.log(occupancy) + occupancyAtMs / OCCUPANCY_FADES_MS) * GRAIN) : -Infinity,
  shown: (key, nowMs) => Math.exp(key / GRAIN - nowMs / OCCUPANCY_FADES_MS),
};
