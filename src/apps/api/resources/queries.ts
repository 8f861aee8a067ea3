/** What several queries ask for. */
import { z } from 'zod';
import { whole } from '../whole.ts';

export const moment = (what: string) => whole(0, 8.64e15).optional().describe(`${what}; epoch ms.`);

export const whether = (what: string) =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe(what);
