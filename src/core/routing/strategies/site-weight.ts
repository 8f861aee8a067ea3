import { hash } from './hash.ts';
import type { Strategy } from './strategy.ts';

/** Far above any lot that a weight gives: sites of weight 0 come last, in an order by lot. */
const LAST = 1e12;

/**
 * Percent allocation: each call draws a site by weight among those that have somebody for it. The lot is -ln(u) / weight with u from a
 * hash of call and site: the lowest one is a site's in proportion to its weight, whichever others take part.
 */
export const siteWeight: Strategy = {
  by: 'site',
  ofCall: true,
  key: (siteId, { callId, terms }) => {
    const u = (hash(`${callId} ${siteId}`) + 0.5) / 2 ** 32;
    return terms.weight > 0 ? Math.min(-Math.log(u) / terms.weight, LAST) : LAST + u;
  },
};
