import { expect, it } from 'vitest';
import type { EdgeMeter } from '../../../../src/ports/metrics.ts';
import { answers, busy, Stage } from './stage.ts';

/** Writes down how often each thing was counted, and sums up the times. */
function tally() {
  const counts: Record<string, number> = {};
  const add = (what: string): void => void (counts[what] = (counts[what] ?? 0) + 1);
  const waits: number[] = [];
  const meter: EdgeMeter = {
    callEnded: (service, outcome) => add(`ended ${service} ${outcome}`),
    answered: (service, waitMs) => {
      add(`answered ${service}`);
      waits.push(waitMs);
    },
    offerEnded: (outcome) => add(`offer ${outcome}`),
    claimed: (outcome) => add(`claim ${outcome}`),
    incident: (code) => add(`incident ${code}`),
    matched: () => undefined,
    stateRead: () => undefined,
  };
  return { counts, waits, meter };
}

it('what becomes of calls is counted by service and outcome, wherever they end', async () => {
  const { counts, waits, meter } = tally();
  const stage = await Stage.open({ agents: { 1001: busy, 1002: answers(2_000) }, meter });
  stage.call();
  await stage.pass(20_000);
  stage.call({ patienceMs: 1_000 });
  stage.call({ args: ['dnis=1', 'service=shut'] });
  // A dialplan may name anything: each name must not become a series of its own.
  for (const name of ['nonsense', 'nonsense2']) stage.call({ args: ['dnis=1', `service=${name}`] });
  await stage.pass(20_000);
  expect(counts).toEqual({
    'ended support answered': 1,
    'ended support abandoned': 1,
    'ended shut closed': 1,
    'ended (none) defaulted': 2,
    'answered support': 1,
    'offer busy': 2,
    'offer answered': 1,
    'offer cancelled': 1,
    'claim won': 4,
  });
  expect(waits.map((ms) => Math.round(ms / 1_000))).toEqual([2]);
});
