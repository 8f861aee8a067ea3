/** Rounds of the bench of the state path: so many changes a second, read by somebody. */
import { memoryMb } from '../../test/lab/crowd/watch.ts';
import { countCpu } from '../cpu.ts';
import { quantile } from '../stats.ts';
import type { Reader } from './reader.ts';
import type { Change, Source } from './source.ts';

export interface StateRound {
  readonly ratePerSec: number;
  readonly readEveryMs: number;
  readonly changes: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly overtaken: number;
  /** Agents whose row was wrong a while after the last change. */
  readonly differences: number;
  /** Share of one core, by process. */
  readonly cpu: Readonly<Record<string, number>>;
  readonly siteMb: number;
}

/** What the bench drives: the site's role and its database are processes of their own. */
export interface Driven {
  readonly source: Source;
  readonly sitePid: number;
  readonly pids: Readonly<Record<string, number>>;
}

const TICK_MS = 10;
const QUIET_WITHIN_MS = 10_000;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

/** Every agent in turn becomes busy, then every one free again: none changes twice within agents / rate. */
export class Driver {
  private next = 0;
  private readonly source: Source;

  constructor(source: Source) {
    this.source = source;
  }

  /** Makes changes at this rate until `isOver`; gives back how many. */
  async drive(ratePerSec: number, isOver: () => boolean): Promise<number> {
    const startedMs = performance.now();
    let made = 0;
    while (!isOver()) {
      const due = ((performance.now() - startedMs) * ratePerSec) / 1_000;
      for (; made < due; made += 1) this.source.change(this.change());
      await pause(TICK_MS);
    }
    return made;
  }

  private change(): Change {
    const { agents } = this.source;
    const at = this.next++;
    return { agent: agents[at % agents.length] ?? '', busy: Math.floor(at / agents.length) % 2 === 0 };
  }
}

/** Until every row is what was last heard; false when that takes too long. */
export async function isQuiet(reader: Reader, withinMs = QUIET_WITHIN_MS): Promise<boolean> {
  const endMs = performance.now() + withinMs;
  while (reader.differences().length > 0) {
    if (performance.now() > endMs) return false;
    await pause(TICK_MS);
  }
  return true;
}

export async function playRound(
  driven: Driven,
  reader: Reader,
  driver: Driver,
  { ratePerSec, seconds, readEveryMs }: { ratePerSec: number; seconds: number; readEveryMs: number },
): Promise<StateRound> {
  reader.start(readEveryMs);
  await isQuiet(reader);
  reader.delaysMs.length = 0;
  reader.overtaken = 0;
  const used = countCpu(driven.pids);
  const startedMs = performance.now();
  const changes = await driver.drive(ratePerSec, () => performance.now() - startedMs >= seconds * 1_000);
  const cpu = used();
  const tookMs = performance.now() - startedMs;
  await pause(500);
  await isQuiet(reader);
  await reader.stop();
  return {
    ...{ ratePerSec, readEveryMs, changes, overtaken: reader.overtaken, differences: reader.differences().length },
    ...{ p50Ms: quantile(reader.delaysMs, 0.5), p99Ms: quantile(reader.delaysMs, 0.99) },
    cpu: Object.fromEntries(Object.entries(cpu).map(([name, ms]) => [name, ms / tookMs])),
    siteMb: memoryMb(driven.sitePid),
  };
}
