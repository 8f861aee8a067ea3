/** From a phone's answer to the screen of one who follows the board, call after call. */
import { randomInt } from 'node:crypto';
import type { Board } from '../../src/core/model/board.ts';
import type { Follower } from '../../test/lab/crowd/follower.ts';
import { agentOf, free } from '../../test/lab/routing.ts';
import type { Phone } from '../../test/lab/sip/phone.ts';
import type { Stack } from '../../test/lab/stack.ts';
import { quantile } from '../stats.ts';
import { pause } from '../state/measure.ts';

export const PHONE = 'berlin/1001';

export interface BoardRound {
  readonly calls: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly mostMs: number;
  /** Resident memory of the API's process, MB. */
  readonly apiMb: number;
  /** Share of one core. */
  readonly apiCpu: number;
}

const talks = (board: Board): boolean => board.agents.find(({ id }) => id === agentOf(PHONE))?.shown === 'talking';

/** One call: how long after the 200 OK of the phone the follower had the frame that shows it. */
async function playCall(stack: Stack, caller: Phone, follower: Follower): Promise<number> {
  await free(stack, PHONE);
  await follower.shows((board) => !talks(board), 'the agent is free');
  // Calls do not come in step with the frames.
  await pause(randomInt(250));
  const shown = follower.shows(talks, 'the agent talks');
  const call = caller.call('support', { fromUser: '4930111001' });
  const [seenAtMs] = await Promise.all([shown, call.answered]);
  const answeredAtMs = stack.phones.offersOf(PHONE).at(-1)?.answeredAtMs ?? NaN;
  await call.hangup();
  return seenAtMs - answeredAtMs;
}

/** So many calls, or as many as fit. */
export async function playCalls(
  stack: Stack,
  follower: Follower,
  { calls, mostMs }: { calls: number; mostMs: number },
): Promise<number[]> {
  const caller = await stack.caller();
  const endMs = performance.now() + mostMs;
  const delaysMs: number[] = [];
  while (delaysMs.length < calls && performance.now() < endMs) delaysMs.push(await playCall(stack, caller, follower));
  return delaysMs;
}

export const roundOf = (delaysMs: readonly number[], of: Pick<BoardRound, 'apiMb' | 'apiCpu'>): BoardRound => ({
  ...{ calls: delaysMs.length, p50Ms: quantile(delaysMs, 0.5), p95Ms: quantile(delaysMs, 0.95) },
  ...{ mostMs: Math.max(...delaysMs), ...of },
});
