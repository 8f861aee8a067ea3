/** The database stopped in the middle of the traffic: what becomes of the state, and of the memory. */
import { memoryMb } from '../../test/lab/crowd/watch.ts';
import { isQuiet, pause } from './measure.ts';
import type { Driven, Driver } from './measure.ts';
import type { Reader } from './reader.ts';

export interface Outage {
  readonly ratePerSec: number;
  readonly outSeconds: number;
  readonly changesMeanwhile: number;
  readonly siteMbBefore: number;
  readonly siteMbMost: number;
  /** From the database's return to the first read in which every row is what was last heard, with the traffic going on. */
  readonly caughtUpMs: number;
  readonly differences: number;
}

const BEFORE_MS = 3_000;
const LOOK_EVERY_MS = 200;

export async function playOutage(
  driven: Driven,
  reader: Reader,
  driver: Driver,
  database: { stop(): Promise<void>; start(): Promise<void> },
  { ratePerSec, outSeconds }: { ratePerSec: number; outSeconds: number },
): Promise<Outage> {
  reader.start(20);
  let isOver = false;
  const driving = driver.drive(ratePerSec, () => isOver);
  await pause(BEFORE_MS);
  const siteMbBefore = memoryMb(driven.sitePid);
  await database.stop();
  const stoppedMs = performance.now();
  let siteMbMost = siteMbBefore;
  while (performance.now() - stoppedMs < outSeconds * 1_000) {
    await pause(LOOK_EVERY_MS);
    siteMbMost = Math.max(siteMbMost, memoryMb(driven.sitePid));
  }
  await database.start();
  const backMs = performance.now();
  // The traffic never stands still: what was missed is made up for when the agents behind are no more than a moment's changes.
  const moment = Math.ceil(ratePerSec / 10);
  while (reader.differences().length > moment && performance.now() - backMs < 60_000) await pause(5);
  const caughtUpMs = performance.now() - backMs;
  siteMbMost = Math.max(siteMbMost, memoryMb(driven.sitePid));
  isOver = true;
  const changes = await driving;
  await pause(500);
  await isQuiet(reader);
  await reader.stop();
  const changesMeanwhile = Math.min(changes, Math.round(ratePerSec * outSeconds));
  return {
    ...{ ratePerSec, outSeconds, changesMeanwhile, siteMbBefore, siteMbMost, caughtUpMs },
    differences: reader.differences().length,
  };
}
