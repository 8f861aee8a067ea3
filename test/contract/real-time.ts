import { setTimeout as delay } from 'node:timers/promises';
import { vi } from 'vitest';
import type { SitePbxWorld } from './site-pbx.ts';

export const AT_MOST_MS = 15_000;

/** How time passes in a world of real programs. */
export const realTime: Pick<SitePbxWorld, 'nowMs' | 'pass' | 'until'> = {
  nowMs: () => Date.now(),
  pass: (ms) => delay(ms),
  until: (holds, what) =>
    vi.waitFor(
      () => {
        if (!holds()) throw new Error(`${what}: not within ${AT_MOST_MS} ms`);
      },
      { timeout: AT_MOST_MS, interval: 10 },
    ),
};
