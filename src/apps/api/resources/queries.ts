/** What several queries ask for. */
import { z } from 'zod';

export const moment = (what: string) =>
  z.coerce.number().int().min(0).max(8.64e15).optional().describe(`${what}; epoch ms.`);

export const whether = (what: string) =>
  z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional()
    .describe(what);
