import type { Strategy } from './strategy.ts';

/** The site of the lowest cost. */
export const siteCost: Strategy = { by: 'site', ofCall: false, key: (_siteId, { terms }) => terms.cost };
