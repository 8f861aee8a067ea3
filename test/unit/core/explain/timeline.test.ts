/** A call as bars and marks, told from its facts. */
import { describe, expect, it } from 'vitest';
import { timeAxis, timelineOf } from '../../../../src/core/explain/timeline.ts';
import type { CallEvent, CallFact } from '../../../../src/core/model/call.ts';
import { arrived, candidate, decided, step, T0, TITLES } from './explain-world.ts';

/** Facts with the second at which each happened. */
const at = (...facts: readonly (readonly [number, CallFact])[]): CallEvent[] =>
  facts.map(([s, fact], seq) => ({ callId: 'c1', seq, atMs: T0 + s * 1_000, fact }));

const ANNA = 'berlin/PJSIP/1001';
const BOB = 'paris/PJSIP/2001';
const offered = (agent: string): CallFact => ({ kind: 'offered', offer: 'o', agent, site: '', ringMs: 20_000 });
const unanswered = (agent: string): CallFact => ({
  ...{ kind: 'offerEnded', offer: 'o', agent, outcome: 'no_answer', reason: 'no_answer', cause: 0, techCause: 0 },
  rangMs: 0,
});
const bridged = (agent: string): CallFact => ({ kind: 'bridged', agent, site: '', waitMs: 0, recording: '' });
const ended: CallFact = { kind: 'ended', outcome: 'answered', by: 'caller', talkMs: 0 };

const WHOLE = at(
  [0, arrived],
  [1, decided({})],
  [10, step({})],
  [10, decided({ winner: candidate(ANNA, 'Anna', 1, 0) })],
  [10, offered(ANNA)],
  [30, unanswered(ANNA)],
  [31, offered(BOB)],
  [35, bridged(BOB)],
  [60, { kind: 'requeued', agent: BOB, service: 'support' }],
  [70, offered(ANNA)],
  [72, bridged(ANNA)],
  [100, ended],
);

/** `kind from-to` in seconds since the arrival. */
const drawn = (events: readonly CallEvent[], nowS = 0) => {
  const { lanes, isLive } = timelineOf(events, TITLES, T0 + nowS * 1_000);
  const text = lanes.map(({ title, bars }) => {
    const parts = bars.map(
      (bar) => `${bar.kind} ${(bar.fromMs - T0) / 1_000}-${(bar.toMs - T0) / 1_000}${bar.isOpen ? '...' : ''}`,
    );
    return `${title}: ${parts.join(', ')}`;
  });
  return { isLive, text };
};

describe('bars', () => {
  it('tell a call that was not answered, answered, sent back and answered again', () => {
    expect(drawn(WHOLE)).toEqual({
      isLive: false,
      text: [
        'Caller: waiting 0-35, talking 35-60, waiting 60-72, talking 72-100',
        'Anna (Berlin): ringing 10-30, ringing 70-72, talking 72-100',
        'Bob (Paris): ringing 31-35, talking 35-60',
      ],
    });
  });

  it('say what they show, and how an offer ended', () => {
    const [caller, anna] = timelineOf(WHOLE, TITLES, T0).lanes;
    expect(caller?.bars[0]?.says).toBe('waited for 35 s');
    expect(anna?.bars[0]?.says).toBe('rang for 20 s, did not answer');
  });

  it('go on until now while the call does', () => {
    const live = WHOLE.slice(0, 8);
    expect(drawn(live, 50)).toEqual({
      isLive: true,
      text: [
        'Caller: waiting 0-35, talking 35-50...',
        'Anna (Berlin): ringing 10-30',
        'Bob (Paris): ringing 31-35, talking 35-50...',
      ],
    });
  });

  it('survive a clock of the browser that is behind', () => {
    expect(drawn(WHOLE.slice(0, 8), -20).text[0]).toBe('Caller: waiting 0-35, talking 35-35...');
  });

  it('are none for no events', () => {
    expect(drawn([])).toEqual({ isLive: false, text: ['Caller: '] });
  });
});

it('marks what was decided and what changed', () => {
  expect(timelineOf(WHOLE, TITLES, T0).marks.map(({ label, seq }) => `${seq} ${label}`)).toEqual([
    '0 arrived',
    '1 nobody free',
    '2 step 1',
    '3 chosen',
    '8 sent back',
    '11 end',
  ]);
});

describe('the axis', () => {
  const axisOf = (...facts: readonly (readonly [number, CallFact])[]) => timeAxis(timelineOf(at(...facts), TITLES, T0));

  it('has round ticks, counted from the arrival', () => {
    expect(timeAxis(timelineOf(WHOLE, TITLES, T0)).ticks.map(({ label }) => label)).toEqual([
      ...['0', '15 s', '30 s', '45 s', '1 min', '1 min 15 s', '1 min 30 s'],
    ]);
  });

  it('leaves a wait of ten seconds readable before a talk of an hour', () => {
    const { cut, place, ticks } = axisOf([0, arrived], [9, offered(ANNA)], [10, bridged(ANNA)], [3_610, ended]);
    expect(cut).not.toBeNull();
    expect(place(T0 + 10_000)).toBeCloseTo(0.45);
    expect(place(T0 + 3_610_000)).toBe(1);
    expect(ticks.at(-1)?.label).toBe('1 h');
  });

  it('draws nothing shorter for what happened at once', () => {
    expect(axisOf([0, arrived], [0.01, decided({})], [15, ended]).cut).toBeNull();
  });

  it('is to scale where it can be', () => {
    const { cut, place } = axisOf([0, arrived], [30, bridged(ANNA)], [60, ended]);
    expect(cut).toBeNull();
    expect(place(T0 + 30_000)).toBe(0.5);
  });

  it.each([
    [[[0, arrived]]],
    [
      [
        [0, arrived],
        [0, ended],
      ],
    ],
  ] as const)('has a width where no time passed', (facts) => {
    const { place, ticks } = axisOf(...facts);
    expect([place(T0), ticks[0]?.label]).toEqual([0, '0']);
  });
});
