import { expect, it } from 'vitest';
import { keepPurged } from '../../../src/cli/purging.ts';
import { noLog } from '../../../src/runtime/log.ts';
import { VirtualClock } from '../../simulation/virtual-clock.ts';

it('deletes what is over each minute or so, also after a failure, until it is stopped', async () => {
  const clock = new VirtualClock();
  const atMs: number[] = [];
  const store = {
    purge: () => {
      atMs.push(clock.monoMs());
      return atMs.length === 1 ? Promise.reject(new Error('away')) : Promise.resolve(3);
    },
  };
  const draws = [0, 0.5, 1];
  const purging = keepPurged(store, { clock, log: noLog, random: () => draws.shift() ?? 0.5 });
  await clock.run(clock.monoMs() + 200_000);
  expect(atMs).toEqual([30_000, 90_000, 180_000]);
  purging.stop();
  await clock.run(clock.monoMs() + 900_000);
  expect(atMs).toHaveLength(3);
});
