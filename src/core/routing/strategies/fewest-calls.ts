import type { Strategy } from './strategy.ts';

/** Who took the fewest calls since his log-in, the site's and ours alike. */
export const fewestCalls: Strategy = { by: 'agent', key: ({ callsTaken }) => callsTaken };
