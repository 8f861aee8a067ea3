import { expect, it } from 'vitest';
import { NO_ROUTING } from '../../../src/core/model/routing.ts';
import { RETENTION } from '../../../src/ports/retention.ts';
import { IpntError } from '../../../src/core/errors.ts';
import { keepPurged } from '../../../src/cli/purging.ts';
import { SERVICE_DEFAULTS } from '../../../src/core/model/service.ts';
import { noLog } from '../../../src/runtime/log.ts';
import { VirtualClock } from '../../simulation/virtual-clock.ts';

it('deletes what is over each minute or so, also after a failure, until it is stopped', async () => {
  const clock = new VirtualClock();
  const atMs: number[] = [];
  const store = {
    loadRouting: () => Promise.resolve(NO_ROUTING),
    rollUp: () => Promise.resolve([]),
    purge: () => {
      atMs.push(clock.monoMs());
      return atMs.length === 1 ? Promise.reject(new Error('away')) : Promise.resolve(3);
    },
  };
  const draws = [0, 0.5, 1];
  const purging = keepPurged(store, RETENTION, { clock, log: noLog, random: () => draws.shift() ?? 0.5 });
  await clock.run(clock.monoMs() + 200_000);
  expect(atMs).toEqual([30_000, 90_000, 180_000]);
  purging.stop();
  await clock.run(clock.monoMs() + 900_000);
  expect(atMs).toHaveLength(3);
});

it('counts calls before it deletes any, with each service’s T; who may not count deletes all the same', async () => {
  const clock = new VirtualClock();
  const done: unknown[] = [];
  const service = { ...SERVICE_DEFAULTS, name: 'sales', title: '', requirement: '', serviceLevelMs: 7_000 };
  const store = (refused: boolean) => ({
    loadRouting: () =>
      refused
        ? Promise.reject(new IpntError('DATABASE_REFUSED'))
        : Promise.resolve({ ...NO_ROUTING, services: [service] }),
    rollUp: (levels: ReadonlyMap<string, number>) => Promise.resolve((done.push(...levels), [])),
    purge: ({ callsMs }: typeof RETENTION) => Promise.resolve(done.push(callsMs)),
  });
  for (const refused of [false, true]) {
    const purging = keepPurged(store(refused), { ...RETENTION, callsMs: 5 }, { clock, log: noLog, random: () => 0.5 });
    await clock.run(clock.monoMs() + 60_000);
    purging.stop();
  }
  expect(done).toEqual([['sales', 7_000], 5, 5]);
});
