import type { Strategy } from './strategy.ts';

/** The highest sum of levels over the skills that the requirement names, each counted once. 0 minus it: nobody's key is -0. */
export const bestSkilled: Strategy = {
  by: 'skills',
  key: (levelSum) => 0 - levelSum,
};
