import { defineConfig } from 'vitest/config';

const REAL = ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts', 'test/contract/**/*.real.test.ts'];

/** They load the machine, freeze parts of it, and judge times and order: a neighbour would be measured with them. */
const ALONE = [
  ...['database-failures', 'dialplan-overflow', 'edge-ari-say', 'failures', 'load', 'routing-live'],
  ...['stream-clients', 'two-edges'],
].map((name) => `test/integration/${name}.test.ts`);

const patience = { testTimeout: 60_000, hookTimeout: 300_000 };

/**
 * `fast` needs nothing but Node, and takes every core. `real` brings up Asterisk and MariaDB and mostly waits for them: two files at
 * a time, each in a lab of its own, keep two cores busy. `real-alone` comes after it, one file at a time.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'fast',
          include: [
            'test/{unit,property,replay,simulation}/**/*.test.ts',
            'test/*.test.ts',
            'test/contract/**/*.fast.test.ts',
          ],
          // None takes a tenth of it; in `npm test` they give way to all that keeps time.
          testTimeout: 120_000,
          maxWorkers: '100%',
          // Vitest wants projects that differ in how many files run at once to be groups of their own.
          sequence: { groupOrder: 1 },
        },
      },
      { test: { name: 'real', include: REAL, exclude: ALONE, ...patience, maxWorkers: 2 } },
      { test: { name: 'real-alone', include: ALONE, ...patience, fileParallelism: false } },
    ],
  },
});
