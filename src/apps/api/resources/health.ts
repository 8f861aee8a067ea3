/** Whether this process lives, and whether it can answer: for what watches over it. */
import { z } from 'zod';
import { IpntError } from '../../../core/errors.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';

const Health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });

export const HEALTH_ROUTES: readonly Route[] = [
  route({
    ...{ method: 'get', path: '/health/live', tag: 'Health', right: null, isOpen: true },
    summary: 'The process lives.',
    answer: Health,
    run: () => Promise.resolve({ status: 'ok' as const }),
  }),
  route({
    ...{ method: 'get', path: '/health/ready', tag: 'Health', right: null, isOpen: true },
    summary: 'It can answer: its database does.',
    answer: Health,
    run: (_asked, { live }) => {
      if (live.snapshot().staleSinceMs !== null) throw new IpntError('DATABASE_DOWN');
      return Promise.resolve({ status: 'ok' as const });
    },
  }),
];
