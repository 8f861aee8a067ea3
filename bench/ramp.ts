/** How many calls a second go without a failure: sought by halving, for a step takes seconds. */
import { playRound } from './measure.ts';
import type { Round } from './measure.ts';
import type { BenchStack, Way } from './stack.ts';

/** Times between calls in ms, slow first: SIPp takes whole ones. */
const GAPS_MS = [50, 40, 33, 28, 25, 22, 20, 18, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5];
const SECONDS = 6;
const TALK_MS = 400;
/** A step that something else on the machine spoiled is not the limit. */
const TRIES = 2;

export interface Ramp {
  readonly way: Way;
  /** The greatest rate at which every call was served; 0 when there was none. */
  readonly ratePerSec: number;
  readonly steps: readonly Round[];
}

export async function seekRate(stack: BenchStack, way: Way): Promise<Ramp> {
  const steps: Round[] = [];
  const works = async (gapMs: number): Promise<boolean> => {
    for (let attempt = 1; attempt <= TRIES; attempt += 1) {
      const round = await playRound(stack, { way, ratePerSec: 1_000 / gapMs, seconds: SECONDS, talkMs: TALK_MS });
      steps.push(round);
      if (round.failed === 0) return true;
    }
    return false;
  };
  let [good, bad] = [-1, GAPS_MS.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (await works(GAPS_MS[middle] ?? 0)) good = middle;
    else bad = middle;
  }
  const best = steps.filter((step) => step.failed === 0).map((step) => step.placedPerSec);
  return { way, ratePerSec: Math.max(0, ...best), steps };
}
