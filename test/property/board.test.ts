/** Worlds that change at random, and what a page that follows them ends up with. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { applyChange } from '../../src/core/board/apply.ts';
import { boardChange } from '../../src/core/board/change.ts';
import type { BoardExtras } from '../../src/core/board/make.ts';
import { BoardMaker, EMPTY_BOARD, makeBoard } from '../../src/core/board/make.ts';
import type { Board } from '../../src/core/model/board.ts';
import { NO_ROUTING } from '../../src/core/model/routing.ts';
import type { Routing } from '../../src/core/model/routing.ts';
import { blankService } from '../../src/core/model/service.ts';
import { Floor } from '../../src/core/routing/floor.ts';
import type { RoutingView } from '../../src/core/routing/view.ts';
import { NO_COUNTS } from '../../src/core/stats/call-counts.ts';
import { NOW_MS, world } from '../unit/core/routing/world.ts';
import { REQUIREMENTS, spec } from './match-world.ts';

/** One moment: what the database says, the rules, and how much later than the one before it is. */
const moment = fc.record({
  spec,
  laterMs: fc.constantFrom<number[]>(0, 100, 250, 700, 2_000, 9_000),
  /** The rows are those of the moment before: only time has passed. */
  isSame: fc.boolean(),
  services: fc.subarray(['sales', 'support', 'zoo']),
  requirement: fc.constantFrom(...REQUIREMENTS),
  offered: fc.integer({ min: 0, max: 2 }),
  edges: fc.subarray(['edge1', 'edge2']),
});
type Moment = typeof moment extends fc.Arbitrary<infer T> ? T : never;

const routingOf = ({ services, requirement }: Moment): Routing => ({
  ...NO_ROUTING,
  services: services.map((name) => ({ ...blankService(name), requirement })),
});

const extrasOf = ({ offered, edges }: Moment): BoardExtras => ({
  edgesSeenAtMs: new Map(edges.map((edgeId, index) => [edgeId, index === 0 ? NOW_MS : 0])),
  serviceOf: () => 'support',
  todayOf: () => ({ counts: { ...NO_COUNTS, offered }, zone: 'UTC' }),
});

/** The boards of one maker, of views that share the rows that are the same; and what each is of itself. */
function play(moments: readonly Moment[]): { board: Board; fresh: Board }[] {
  const floor = new Floor();
  const maker = new BoardMaker(floor);
  let nowMs = NOW_MS;
  let rows = world({});
  return moments.map((one) => {
    nowMs += one.laterMs;
    if (!one.isSame) {
      rows = world(one.spec);
      floor.touchAll();
    }
    const view: RoutingView = { ...rows, nowMs };
    const parts = [view, routingOf(one), extrasOf(one)] as const;
    return { board: maker.make(...parts), fresh: makeBoard(...parts) };
  });
}

/** Forecasts are kept for a second: they may be of a moment before. */
const withoutForecasts = (board: Board): Board => ({
  ...board,
  services: board.services.map((row) => ({ ...row, expectedWaitMs: null })),
});

const moments = fc.array(moment, { minLength: 1, maxLength: 6 });

it('a snapshot and the changes since make the board as it is', () => {
  fc.assert(
    fc.property(moments, fc.nat(5), (played, at) => {
      const boards = play(played).map(({ board }) => board);
      const from = Math.min(at, boards.length - 1);
      let shown = from === 0 ? EMPTY_BOARD : (boards[from - 1] ?? EMPTY_BOARD);
      let before = shown;
      for (const board of boards.slice(from)) {
        const change = boardChange(before, board);
        // As it goes over the wire.
        if (change !== null) shown = applyChange(shown, JSON.parse(JSON.stringify(change)) as typeof change);
        before = board;
      }
      expect(shown).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

it('rows that are kept are those that would be made anew', () => {
  fc.assert(
    fc.property(moments, (played) => {
      for (const { board, fresh } of play(played)) expect(withoutForecasts(board)).toEqual(withoutForecasts(fresh));
    }),
    { numRuns: 300 },
  );
});

it('a change that comes again changes nothing', () => {
  fc.assert(
    fc.property(moments, (played) => {
      const [first, last] = [EMPTY_BOARD, play(played).at(-1)?.board ?? EMPTY_BOARD];
      const change = boardChange(first, last) ?? { changed: {}, gone: {} };
      const once = applyChange(first, change);
      expect(applyChange(once, change)).toEqual(once);
    }),
    { numRuns: 100 },
  );
});

it('is the same board, row by row, where nothing but time has passed', () => {
  const quiet = moment.map((one) => ({
    ...one,
    spec: {
      ...one.spec,
      agents: (one.spec.agents ?? []).map((row) => ({ ...row, wrapUpUntilMs: null })),
      reservations: [],
    },
  }));
  fc.assert(
    fc.property(quiet, (one) => {
      const ageless = (one.spec.waiting ?? []).map((call) => ({ ...call, ageing: 0 }));
      const still = { ...one, spec: { ...one.spec, waiting: ageless }, laterMs: 0 };
      const [first, second] = play([
        { ...still, isSame: false },
        { ...still, laterMs: 900, isSame: true },
      ]);
      expect(boardChange(first?.board ?? EMPTY_BOARD, second?.board ?? EMPTY_BOARD)).toBeNull();
    }),
    { numRuns: 100 },
  );
});
