import type { HolderReading } from '../../ports/metrics.ts';
import type { kitOf } from './registry.ts';

type Kit = ReturnType<typeof kitOf>;

export const databaseGauge = (kit: Kit) =>
  kit.gauge('ipnt_database_up', 'Whether the database answers this process: 1 or 0');

/** Gauges of every role that holds an epoch. */
export function holderGauges(kit: Kit): (reading: HolderReading) => void {
  const held = kit.gauge('ipnt_fence_held', 'Whether this process holds its site or edge: 1, or 0 while it stands by');
  const epoch = kit.gauge('ipnt_epoch', 'Epoch under which it is held; it grows with each taking over');
  const database = databaseGauge(kit);
  return ({ isHolding, epoch: now, databaseAnswers }) => {
    held.set(Number(isHolding));
    epoch.set(now);
    database.set(Number(databaseAnswers));
  };
}
