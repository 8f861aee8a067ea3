import { expect, it } from 'vitest';
import { report, runSeed } from './run-seed.ts';

/** `SEED=123` runs one again, `SEEDS=5000` runs longer, `FROM=1000` begins elsewhere. */
const only = process.env['SEED'];
const from = Number(only ?? process.env['FROM'] ?? 1);
const count = only === undefined ? Number(process.env['SEEDS'] ?? 500) : 1;

it(`keeps the invariants in ${count} worlds`, { timeout: 60_000 + count * 2_000 }, async () => {
  const failed: string[] = [];
  for (let seed = from; seed < from + count && failed.length < 3; seed += 1) {
    const result = await runSeed(seed);
    if (result.violations.length > 0) failed.push(report(result));
  }
  expect(failed.join('\n\n')).toBe('');
});
