import { levelOf } from '../requirement.ts';
import type { Strategy } from './strategy.ts';

/** The highest sum of levels over the skills that the requirement names, each counted once. */
export const bestSkilled: Strategy = {
  by: 'skills',
  key: (agent, skills) => {
    let sum = 0;
    for (const skill of skills) sum -= levelOf(agent, skill);
    return sum;
  },
};
