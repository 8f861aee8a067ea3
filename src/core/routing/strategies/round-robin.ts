import type { Strategy } from './strategy.ts';

/** Whom we have claimed least recently, whether he answered or not. Who never was goes first. */
export const roundRobin: Strategy = { by: 'agent', key: (_agent, reservation) => reservation?.claimedAtMs ?? 0 };
