import { defineConfig } from 'vitest/config';

/**
 * `fast` needs nothing but Node, and takes every core. `real` brings up Asterisk and MariaDB, and mostly waits for them: two files at a
 * time, each in a lab of its own, keep the two cores busy that we ask for.
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
          testTimeout: 30_000,
          maxWorkers: '100%',
          // Projects that differ in how many files they run at once must not be one group.
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts', 'test/contract/**/*.real.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 300_000,
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
