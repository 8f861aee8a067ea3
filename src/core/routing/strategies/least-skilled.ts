import type { Strategy } from './strategy.ts';

/** The lowest sum of all his levels: few skills and low ones go first, and the experts stay free. */
export const leastSkilled: Strategy = {
  by: 'agent',
  key: ({ skills }) => {
    let sum = 0;
    for (const skill in skills) sum += skills[skill] ?? 0;
    return sum;
  },
};
