import { defineConfig } from 'vitest/config';

/** `fast` needs nothing but Node; `real` brings up Asterisk and MariaDB, one file at a time: two cores are all we ask for. */
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
        },
      },
      {
        test: {
          name: 'real',
          include: ['test/integration/**/*.test.ts', 'test/e2e/**/*.test.ts', 'test/contract/**/*.real.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
