import { IpntError } from '../../errors.ts';
import type { StrategyName } from '../../model/service.ts';
import { STRATEGIES } from '../../model/service.ts';
import { bestSkilled } from './best-skilled.ts';
import { fewestCalls } from './fewest-calls.ts';
import { leastOccupied } from './least-occupied.ts';
import { leastSkilled } from './least-skilled.ts';
import { longestIdle } from './longest-idle.ts';
import { random } from './random.ts';
import { roundRobin } from './round-robin.ts';
import { siteCost } from './site-cost.ts';
import { siteFreeShare } from './site-free-share.ts';
import { siteWeight } from './site-weight.ts';
import type { Strategy } from './strategy.ts';

/** All strategies: the type asks for each name. */
const TABLE: Readonly<Record<StrategyName, Strategy>> = {
  longest_idle: longestIdle,
  least_occupied: leastOccupied,
  fewest_calls: fewestCalls,
  best_skilled: bestSkilled,
  least_skilled: leastSkilled,
  round_robin: roundRobin,
  random,
  site_weight: siteWeight,
  site_cost: siteCost,
  site_free_share: siteFreeShare,
};

/** The strategy of a name that may come from outside. Throws ROUTING_INVALID for one that there is none of. */
export function strategyOf(name: string): Strategy {
  const known = STRATEGIES.find((each) => each === name);
  if (known === undefined)
    throw new IpntError(
      'ROUTING_INVALID',
      `there is no strategy '${name.slice(0, 40)}'; there are ${STRATEGIES.join(', ')}`,
      'strategy',
    );
  return TABLE[known];
}
