import { describe, expect, it } from 'vitest';
import { PLANTS } from './plants.ts';
import { runSeed } from './run-seed.ts';

/** Far fewer than the worlds that `npm test` runs: a checker that needs more has gone blind. */
const SEEDS = 100;

describe('a planted bug is found', () => {
  for (const [name, sabotage] of Object.entries(PLANTS)) {
    it(name, { timeout: 120_000 }, async () => {
      let found: readonly string[] = [];
      let seed = 0;
      while (found.length === 0 && seed < SEEDS) found = (await runSeed((seed += 1), sabotage)).violations;
      expect(found, `not found in ${SEEDS} seeds`).not.toEqual([]);
      console.log(`${name}: found after ${seed} seeds: ${found[0]}`);
    });
  }
});
