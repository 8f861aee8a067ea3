import { mix } from './hash.ts';
import type { Strategy } from './strategy.ts';

/** By lot. The lot is a hash of call and agent: every edge draws the same one, and the decision can be repeated. */
export const random: Strategy = {
  by: 'chance',
  key: (agentSeed, callSeed) => mix(Math.imul(agentSeed, 0x9e3779b1) ^ callSeed),
};
