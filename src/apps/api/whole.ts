import { z } from 'zod';

/** A whole number in an address: digits and nothing else. `Number` alone would take nothing at all for 0, and `0x10` for 16. */
export const whole = (min: number, max: number = Number.MAX_SAFE_INTEGER) =>
  z
    .preprocess(
      (text) => (typeof text === 'string' && /^\d+$/.test(text) ? Number(text) : text),
      z.int().min(min).max(max),
    )
    .meta({ type: 'integer', minimum: min, maximum: max });
