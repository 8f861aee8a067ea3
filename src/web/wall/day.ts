import type { ServiceRow } from '../../core/model/board.ts';
import type { CallCounts } from '../../core/model/counts.ts';
import { addCounts, NO_COUNTS, serviceLevelOfCounts } from '../../core/stats/call-counts.ts';
import { OUTCOMES } from '../parts/calls-query.ts';

/** What became of calls, so that the figures of a card add up: reached + abandoned + other = offered. Pure. */

export interface Others {
  readonly count: number;
  /** `overflowed 3, default route 1, not through yet 2`; '' for none. */
  readonly says: string;
  /** Some of them went wrong: nobody was found in time, or something failed. */
  readonly isOdd: boolean;
}

/** Calls that neither reached an agent nor were given up: those that ended in another way, and those that wait. */
export function othersOf({ offered, reached, outcomes }: CallCounts): Others {
  const { answered: _, redirected: __, abandoned, ...rest } = outcomes;
  const ended = Object.values(rest).reduce((sum, count) => sum + count, 0);
  const words = new Map<string, string>(OUTCOMES);
  const told = [
    ...Object.entries(rest).map(([outcome, count]) => [(words.get(outcome) ?? outcome).toLowerCase(), count] as const),
    ['not through yet', offered - reached - abandoned - ended] as const,
  ].filter(([, count]) => count > 0);
  return {
    count: told.reduce((sum, [, count]) => sum + count, 0),
    says: told.map(([word, count]) => `${word} ${count}`).join(', '),
    isOdd: outcomes.defaulted > 0 || outcomes.failed > 0,
  };
}

/** Share of those who came in that gave up, 0 to 1; null where nobody came. */
export const abandonedShare = ({ offered, outcomes }: CallCounts): number | null =>
  offered === 0 ? null : outcomes.abandoned / offered;

/** All services as one. */
export interface Totals {
  readonly waiting: number;
  /** Arrival of the one who waits longest; null when nobody waits. */
  readonly longestSinceMs: number | null;
  readonly today: CallCounts;
  /** Of each call by the T of its own service, 0 to 1; null without a call that counts. */
  readonly serviceLevel: number | null;
}

export function totalsOf(rows: readonly ServiceRow[]): Totals {
  const today = rows.map((row) => row.today).reduce(addCounts, NO_COUNTS);
  const arrivals = rows.flatMap(({ longestSinceMs }) => longestSinceMs ?? []);
  return {
    waiting: rows.reduce((sum, { waiting }) => sum + waiting, 0),
    longestSinceMs: arrivals.length === 0 ? null : Math.min(...arrivals),
    today,
    serviceLevel: serviceLevelOfCounts(today),
  };
}
