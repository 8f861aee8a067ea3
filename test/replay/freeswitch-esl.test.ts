import { copyFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayPath } from '../../src/apps/site/replay.ts';
import type { Replayed } from '../../src/apps/site/replay.ts';

const HERE = new URL('./transcripts/freeswitch/', import.meta.url).pathname;

/** What is expected of a replay: what a reader of the transcript can tell without counting milliseconds of his own. */
function told({ state, differences }: Replayed) {
  const agents = state.agents.map(({ name, address, status, pauseReason, activity, skills, callsTaken }) => ({
    ...{ name, address, status, pauseReason, activity, skills, callsTaken },
  }));
  const round = (ms: number | null) => ms && Math.round(ms);
  const queues = state.queues.map((queue) => {
    const { name, waiting, loggedIn, ready, onCalls, offered, answered, abandoned } = queue;
    const means = { meanWaitMs: round(queue.meanWaitMs), meanHandleMs: round(queue.meanHandleMs) };
    return { name, waiting, loggedIn, ready, onCalls, offered, answered, abandoned, ...means };
  });
  return { connection: state.connection, callsInProgress: state.callsInProgress, differences, agents, queues };
}

/** Recorded from FreeSWITCH 1.10.12 with mod_callcenter; what each must end in was read from its events and written beside it. */
describe.each(readdirSync(HERE).filter((file) => file.endsWith('.esl')))('the transcript %s', (file) => {
  const expected: unknown = JSON.parse(readFileSync(join(HERE, file.replace('.esl', '.expect.json')), 'utf8'));

  test.each([['whole', undefined] as const, ['a byte at a time', 1] as const, ['seven at a time', 7] as const])(
    'ends in the expected state, read %s',
    (_, chunk) => {
      expect(told(replayPath(join(HERE, file), chunk === undefined ? {} : { chunk }))).toEqual(expected);
    },
  );
});

test('lists are known by their form where nobody wrote down what was asked', () => {
  const alone = join(mkdtempSync(join(tmpdir(), 'ipnt-replay-')), 'snapshot-busy.esl');
  copyFileSync(join(HERE, 'snapshot-busy.esl'), alone);
  // Without times nobody can say whose wrap-up is over: the rest is the same.
  const factsOf = (replayed: Replayed) =>
    told(replayed).agents.map(({ name, address, status, skills }) => ({ name, address, status, skills }));
  expect(factsOf(replayPath(alone))).toEqual(factsOf(replayPath(join(HERE, 'snapshot-busy.esl'))));
});
