import { describe, expect, test } from 'vitest';
import type { CallEvent, CallFact } from '../../src/core/model/call.ts';
import { INTERVAL_MS, intervalStartMs } from '../../src/core/model/counts.ts';
import type { IntervalCounts } from '../../src/core/model/counts.ts';
import { byInterval, countCalls, NO_COUNTS, NO_OUTCOMES } from '../../src/core/stats/call-counts.ts';
import { arrived, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const ended = (outcome: 'answered' | 'abandoned' | 'redirected', by: 'caller' | 'router', talkMs = 0): CallFact => ({
  ...{ kind: 'ended', outcome, by, talkMs },
});
const bridged = (waitMs: number): CallFact => ({ kind: 'bridged', agent: 's/a', site: 's', waitMs, recording: '' });
const returned = (status: 'REDIRECTED' | 'TIMEOUT', waitMs: number): CallFact => ({
  ...{ kind: 'returned', status, waitMs, detail: '' },
});
const REDIRECTED: CallFact = { kind: 'redirected', agent: 's/a', site: 's', contact: 'c' };
const CONTINUED: CallFact = { kind: 'continued', agent: 's/a', site: 's' };
const REQUEUED: CallFact = { kind: 'requeued', agent: 's/a', service: 'x' };
const one = (outcome: keyof typeof NO_OUTCOMES) => ({ offered: 1, outcomes: { ...NO_OUTCOMES, [outcome]: 1 } });
const live = { offered: 1, inProgress: 1 };

/** What happens to a caller, each at so many ms after his arrival, and how he counts where T is 20 s. */
type Story = readonly [string, readonly (readonly [number, CallFact])[], Partial<IntervalCounts>];
const STORIES: readonly Story[] = [
  ['waits', [], live],
  [
    'is answered in time and talks',
    [[4_000, bridged(4_000)]],
    { ...live, reached: 1, reachedInTime: 1, waitMs: 4_000, longestWaitMs: 4_000 },
  ],
  [
    'is answered late, and hangs up',
    [
      [20_001, bridged(20_001)],
      [80_000, ended('answered', 'caller', 59_999)],
    ],
    { ...one('answered'), reached: 1, waitMs: 20_001, longestWaitMs: 20_001, talks: 1, talkMs: 59_999 },
  ],
  ['gives up soon', [[20_000, ended('abandoned', 'caller')]], { ...one('abandoned'), abandonedWaitMs: 20_000 }],
  [
    'gives up late',
    [[20_001, ended('abandoned', 'caller')]],
    { ...one('abandoned'), abandonedLate: 1, abandonedWaitMs: 20_001 },
  ],
  [
    'is sent on by a 302',
    [
      [9_000, REDIRECTED],
      [9_000, returned('REDIRECTED', 9_000)],
      [9_000, ended('redirected', 'router')],
    ],
    { ...one('redirected'), reached: 1, reachedInTime: 1, waitMs: 9_000, longestWaitMs: 9_000 },
  ],
  [
    'is answered by the dialplan’s own Dial: waited until it dialled, and nobody knows how long he talked',
    [
      [5_000, CONTINUED],
      [95_000, ended('answered', 'caller')],
    ],
    { ...one('answered'), reached: 1, reachedInTime: 1, waitMs: 5_000, longestWaitMs: 5_000 },
  ],
  [
    'is sent back to the line, and gives up there: by his second wait',
    [
      [5_000, bridged(5_000)],
      [65_000, REQUEUED],
      [90_000, ended('abandoned', 'caller')],
    ],
    { ...one('abandoned'), abandonedLate: 1, abandonedWaitMs: 25_000 },
  ],
  [
    'is sent back to the line, and waits',
    [
      [5_000, bridged(5_000)],
      [65_000, REQUEUED],
    ],
    live,
  ],
  [
    'waits for too long',
    [
      [60_000, returned('TIMEOUT', 60_000)],
      [60_000, { kind: 'ended', outcome: 'overflowed', by: 'router', talkMs: 0 }],
    ],
    one('overflowed'),
  ],
];

/** The same each time: a call's story and its wait follow from its number. */
function generated(service: string, startMs: number, calls: number): readonly CallEvent[] {
  return Array.from({ length: calls }, (_, n) => {
    const [, facts] = STORIES[(n * 7) % STORIES.length] ?? ['', []];
    return events(unique('gen'), service, startMs + ((n * 37_591) % (4 * INTERVAL_MS)), facts);
  }).flat();
}

const events = (callId: string, service: string, atMs: number, facts: Story[1]): readonly CallEvent[] =>
  [[0, { ...arrived, service } as CallFact] as const, ...facts].map(([afterMs, fact], i) => ({
    ...{ callId, seq: i + 1, atMs: atMs + afterMs, fact },
  }));

export function intervalStories(use: () => StoreUnderTest): void {
  const NO_LEVELS = new Map<string, number>();
  const day = async () => intervalStartMs((await use().store.sites()).dbNowMs) - 86_400_000;
  const counted = async (service: string, fromMs: number) =>
    use().store.intervals(fromMs, fromMs + 8 * INTERVAL_MS, service);

  describe('the counts of an interval', () => {
    test.each(STORIES)('of a caller who %s', async (_, facts, expected) => {
      const { store } = use();
      const [service, startMs] = [unique('service'), await day()];
      await store.appendCallEvents(events(unique('iv'), service, startMs + 1_000, facts));
      expect(await store.rollUp(NO_LEVELS)).toContain(startMs);
      expect(await counted(service, startMs)).toEqual([{ ...NO_COUNTS, ...expected, service, startMs }]);
    });

    test('are those of the calls themselves, by service and with its T', async () => {
      const { store } = use();
      const [one, two, startMs] = [unique('service'), unique('service'), await day()];
      await store.appendCallEvents([...generated(one, startMs, 150), ...generated(two, startMs, 110)]);
      await store.rollUp(new Map([[two, 5_000]]));
      for (const [service, levelMs] of [[one, 20_000] as const, [two, 5_000] as const]) {
        const calls = byInterval(await store.calls({ limit: 1_000, service }));
        const expected = [...calls].sort(([a], [b]) => a - b);
        expect(await counted(service, startMs)).toEqual(
          expected.map(([at, some]) => ({ service, startMs: at, ...countCalls(some, levelMs) })),
        );
      }
      const all = await store.intervals(startMs, startMs + 4 * INTERVAL_MS);
      const mine = all.filter(({ service }) => service === one || service === two);
      expect(mine.map(({ startMs: at }) => (at - startMs) / INTERVAL_MS)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
    });

    test('change with a call, however late that is, and with nothing else', async () => {
      const { store, advance } = use();
      const [service, callId, startMs] = [unique('service'), unique('iv'), await day()];
      const [first, ...later] = events(callId, service, startMs, STORIES[2]?.[1] ?? []);
      await store.appendCallEvents(first === undefined ? [] : [first]);
      await store.rollUp(NO_LEVELS);
      await advance(3_600_000);
      await store.rollUp(NO_LEVELS);
      expect(await store.rollUp(NO_LEVELS)).toEqual([]);
      await store.appendCallEvents(later);
      expect(await store.rollUp(NO_LEVELS)).toEqual([startMs]);
      expect(await counted(service, startMs)).toMatchObject([{ offered: 1, inProgress: 0, reached: 1 }]);
    });

    test('have a call once that another edge took over an hour later', async () => {
      const { store } = use();
      const [service, callId, startMs] = [unique('service'), unique('iv'), await day()];
      await store.appendCallEvents(events(callId, service, startMs, []));
      await store.rollUp(NO_LEVELS);
      const again: CallFact = { ...arrived, service, edge: 'other' } as CallFact;
      await store.appendCallEvents([{ callId, seq: 1_001, atMs: startMs + 4 * INTERVAL_MS, fact: again }]);
      await store.rollUp(NO_LEVELS);
      expect(await counted(service, startMs)).toMatchObject([{ startMs, offered: 1, inProgress: 1 }]);
      expect((await store.calls({ limit: 1, service }))[0]).toMatchObject({ arrivedAtMs: startMs, edgeId: 'other' });
    });

    test('are right after many counted and wrote at once', async () => {
      const { store } = use();
      const [service, startMs] = [unique('service'), await day()];
      const ids = Array.from({ length: 30 }, () => unique('iv'));
      await Promise.all(
        ids.map(async (callId, i) => {
          for (const event of events(callId, service, startMs + i, STORIES[2]?.[1] ?? [])) {
            await store.appendCallEvents([event]);
            if (i % 5 === 0) await store.rollUp(NO_LEVELS);
          }
        }),
      );
      await store.rollUp(NO_LEVELS);
      expect(await counted(service, startMs)).toMatchObject([{ offered: 30, reached: 30, talks: 30 }]);
    });
  });
}
