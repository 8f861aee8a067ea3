/** Words that the shapes share. What a value is and its unit stand in the description: the documentation is made of it. */
import { z } from 'zod';

export const text = (description: string) => z.string().meta({ description });
export const flag = (description: string) => z.boolean().meta({ description });
export const count = (description: string) => z.int().min(0).meta({ description });
export const amount = (description: string) => z.number().meta({ description });
/** A moment. */
export const atMs = (description: string) =>
  z.number().meta({ description: `${description}; epoch ms, the database's clock` });
/** A duration. */
export const spanMs = (description: string) => z.number().meta({ description: `${description}; ms` });
/** A part of a whole. */
export const share = (description: string) =>
  z
    .number()
    .min(0)
    .meta({ description: `${description}; 0 to 1` });
export const texts = (description: string) => z.array(z.string()).meta({ description });
export const oneOf = <const T extends readonly string[]>(values: T, description: string) =>
  z.enum(values).meta({ description });

/** All of a list that is short by nature. */
export const allOf = <T>(item: z.ZodType<T>) => z.object({ items: z.array(item) });
