import { differenceOf } from '../../core/stats/intervals.ts';
import type { Estimate } from '../../core/stats/intervals.ts';
import { luckOf, ratioIn } from './report.ts';
import type { Figure } from './report.ts';
import type { RunTally, Tally } from './tally.ts';

/** What a manager weighs two routings by. */
export const COMPARED = ['serviceLevel', 'meanWaitMs', 'waited', 'blocked', 'abandoned', 'answered'] as const;

export type Differences = Readonly<Partial<Record<Figure, Estimate | null>>>;

/** How much greater each figure is under `runs` than under `others`, of the same arrivals, handle times and patience. */
export interface Comparison {
  readonly all: Differences;
  readonly services: Readonly<Record<string, Differences>>;
}

export function compare(runs: readonly RunTally[], others: readonly RunTally[], confidence: number): Comparison {
  // What chance did to the one says as much of the other: the same calls came.
  const luck = luckOf(runs);
  const differences = (of: (run: RunTally) => Tally | undefined): Differences =>
    Object.fromEntries(
      COMPARED.map((figure) => {
        const [a, b] = [runs, others].map((all) =>
          ratioIn(
            figure,
            all.flatMap((run) => of(run) ?? []),
          ),
        );
        return [figure, a && b ? differenceOf(a, b, confidence, luck) : null];
      }),
    );
  const names = [...(runs[0]?.services.keys() ?? [])].filter((name) => others[0]?.services.has(name));
  return {
    all: differences(({ all }) => all),
    services: Object.fromEntries(names.map((name) => [name, differences(({ services }) => services.get(name))])),
  };
}
