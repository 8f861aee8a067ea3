import { expect, it } from 'vitest';
import { report, runSeed } from './run-seed.ts';

/** Seeds that found a bug, by what they found. A scenario that changes what a seed means makes its row one more world, no less. */
const FOUND: readonly (readonly [number, string])[] = [
  [1, 'an edge process that slept went on as if it still had the edge, and recorded beside its successor'],
  [2, 'callers of an earlier process were taken over twice'],
  [13, 'the row of a call whose placement got no answer waited for ever'],
  [23, 'the same, in another world'],
  [29, 'each waiting call of a dead edge kept a free agent from the others for 300 ms, one after the other'],
  [39, 'the same, with seven calls'],
  [163, 'a caller who had been served by the dialplan was sent to the default route by the next process'],
  [257, 'a caller who left while the edge was not connected stayed in the dialplan for ever'],
  [266, 'an originate that got no answer rang after its call had gone on to the next agent'],
  [
    355,
    'a call that the dialplan rang for looked to the other edge as if it waited: two edges left an agent to each other',
  ],
  [470, 'as 163, after a frozen process'],
  [659, 'a caller who could not be sent to the dialplan was held there'],
  [698, 'the same, over a half-open link'],
  [1231, 'a superseded process that reconnected took the application back'],
  [1345, 'a superseded process that slept brought an expired claim back to life'],
  [1747, 'one that slept for two seconds while the database was away went on beside its successor'],
  [1866, "the dialplan's report was lost with the link"],
  [2262, 'a leg whose hang-up was lost with the link stood for ever'],
];

it.each(FOUND)('seed %i: %s', async (seed) => {
  const result = await runSeed(seed);
  expect(result.violations, report(result)).toEqual([]);
});
