import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CallEvent } from '../../../src/core/model/call.ts';
import { foldCall } from '../../../src/store/common/fold-call.ts';
import { arrived, event } from '../../contract/store-world.ts';

const EVENTS: readonly CallEvent[] = [
  event('c', 1, arrived),
  event('c', 2, { kind: 'offered', offer: 'o1', agent: 's/1', site: 's', ringMs: 20_000 }),
  event('c', 3, { kind: 'offered', offer: 'o2', agent: 's/2', site: 's', ringMs: 20_000 }),
  event('c', 4, { kind: 'bridged', agent: 's/2', site: 's', waitMs: 900, recording: '' }),
  event('c', 5, { kind: 'incident', code: 'X', detail: '' }),
  event('c', 6, { kind: 'returned', status: 'ANSWERED', waitMs: 1_000, detail: '' }),
  event('c', 7, { kind: 'ended', outcome: 'answered', by: 'agent', talkMs: 5 }),
];

test('a call’s row does not depend on the order of its facts', () => {
  const expected = foldCall('c', EVENTS);
  expect(expected).toMatchObject({
    agentId: 's/2',
    offers: 2,
    waitMs: 900,
    talkMs: 5,
    outcome: 'answered',
    status: 'ANSWERED',
  });
  fc.assert(
    fc.property(fc.shuffledSubarray([...EVENTS], { minLength: EVENTS.length }), (shuffled) => {
      expect(foldCall('c', shuffled)).toEqual(expected);
    }),
  );
});

test('any part of its facts makes a row', () => {
  fc.assert(fc.property(fc.subarray([...EVENTS]), (some) => foldCall('c', some).callId === 'c'));
});
