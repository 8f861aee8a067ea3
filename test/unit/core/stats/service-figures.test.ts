import { describe, expect, test } from 'vitest';
import type { CallFact } from '../../../../src/core/model/call.ts';
import { FIGURES_WINDOW_MS, NO_FIGURES } from '../../../../src/core/model/figures.ts';
import { meanHandleMs, meanWaitMs, serviceLevelOf } from '../../../../src/core/stats/figures.ts';
import { ServiceFiguresWindow } from '../../../../src/core/stats/service-figures.ts';
import type { NotedCall } from '../../../../src/core/stats/service-figures.ts';

const MINUTE = 60_000;
const call = (changes: Partial<NotedCall> = {}): NotedCall => ({
  ...{ service: 'support', serviceLevelMs: 20_000, wrapUpMs: 10_000, waitedMs: 25_000, talkedMs: null },
  ...changes,
});
const talked = call({ talkedMs: 60_000 });
const bridged = (waitMs: number): CallFact => ({ kind: 'bridged', agent: 'a', site: 's', waitMs, recording: '' });
const ended = (outcome: 'answered' | 'abandoned' | 'overflowed' | 'redirected', talkMs = 0): CallFact => ({
  ...{ kind: 'ended', outcome, by: 'caller', talkMs },
});
const returned = (status: 'REDIRECTED' | 'ANSWERED' | 'TIMEOUT', waitMs: number): CallFact => ({
  ...{ kind: 'returned', status, waitMs, detail: '' },
});

describe('figures of a service', () => {
  const inTime = { answered: 1, answeredInTime: 1, waitMs: 20_000 };
  const late = { answered: 1, waitMs: 25_000 };
  test.each<[string, readonly (readonly [NotedCall, CallFact])[], object]>([
    ['answered in time', [[call(), bridged(20_000)]], inTime],
    ['answered late', [[call(), bridged(20_001)]], { answered: 1, waitMs: 20_001 }],
    ['talked: talk and wrap-up', [[talked, ended('answered', 60_000)]], { handled: 1, handleMs: 70_000 }],
    ['gave up in time', [[call({ waitedMs: 20_000 }), ended('abandoned')]], { abandoned: 1 }],
    ['gave up late', [[call(), ended('abandoned')]], { abandoned: 1, abandonedLate: 1 }],
    [
      'redirected: answered at his site, and what becomes of it we do not see',
      [
        [call(), returned('REDIRECTED', 20_000)],
        [call(), ended('redirected')],
      ],
      inTime,
    ],
    ["answered to the dialplan's own Dial", [[call(), ended('answered')]], late],
    [
      'back in the dialplan after the talk: counted once',
      [
        [talked, returned('ANSWERED', 25_000)],
        [talked, ended('answered', 60_000)],
      ],
      { handled: 1, handleMs: 70_000 },
    ],
    [
      'sent back to the line by the agent: that talk counts',
      [[talked, { kind: 'requeued', agent: 'a', service: 'support' }]],
      { handled: 1, handleMs: 70_000 },
    ],
    [
      'waited too long: neither answered nor abandoned',
      [
        [call(), returned('TIMEOUT', 300_000)],
        [call(), ended('overflowed')],
      ],
      {},
    ],
  ])('%s', (_, facts, expected) => {
    const window = new ServiceFiguresWindow();
    for (const [of, fact] of facts) window.noteFact(of, fact, MINUTE);
    const rows = window.figures(MINUTE);
    expect(rows).toEqual(
      Object.keys(expected).length === 0 ? [] : [{ service: 'support', ...NO_FIGURES, ...expected }],
    );
  });

  test('cover the window, and end with one row of zeros', () => {
    const window = new ServiceFiguresWindow();
    window.answered('support', 1_000, 20_000, 0);
    window.answered('support', 3_000, 20_000, 10 * MINUTE);
    window.abandoned('sales', 30_000, 20_000, 10 * MINUTE);
    expect(window.figures(FIGURES_WINDOW_MS - 1).map(({ service, answered }) => [service, answered])).toEqual([
      ['support', 2],
      ['sales', 0],
    ]);
    const [support] = window.figures(FIGURES_WINDOW_MS);
    expect([support?.answered, support && meanWaitMs(support), support && serviceLevelOf(support)]).toEqual([
      1, 3_000, 1,
    ]);
    const later = 10 * MINUTE + FIGURES_WINDOW_MS;
    expect(window.figures(later)).toEqual([
      { service: 'support', ...NO_FIGURES },
      { service: 'sales', ...NO_FIGURES },
    ]);
    expect(window.figures(later)).toEqual([]);
  });

  test('hold what the window holds, however long nobody asks', () => {
    const window = new ServiceFiguresWindow();
    for (let minute = 0; minute < 24 * 60; minute++) window.handled('support', 60_000, minute * MINUTE);
    const [row] = window.figures(24 * 60 * MINUTE - 1);
    expect([row?.handled, row && meanHandleMs(row)]).toEqual([30, 60_000]);
  });
});
