import type { Strategy } from './strategy.ts';

/** The site with the greatest share of free agents. 0 minus it: nobody's key is -0. */
export const siteFreeShare: Strategy = { by: 'site', ofCall: false, key: (_siteId, { freeShare }) => 0 - freeShare };
