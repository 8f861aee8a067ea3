import { percent, shortSpan } from '../../core/explain/text.ts';
import type { CallCounts, IntervalCounts } from '../../core/model/counts.ts';
import type { Routing } from '../../core/model/routing.ts';
import {
  addCounts,
  meanAbandonedWaitOfCounts,
  meanTalkOfCounts,
  meanWaitOfCounts,
  NO_COUNTS,
  serviceLevelOfCounts,
} from '../../core/stats/call-counts.ts';
import { dayStartMs, dayText, dayZone, nextDayStartMs, readDay } from '../../core/stats/day.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { withStore } from '../open.ts';
import { rollUp } from '../purging.ts';
import { table } from '../table.ts';

/** A service's day, in its own zone. */
export interface ServiceDay {
  readonly service: string;
  /** `2026-12-24` */
  readonly day: string;
  readonly zone: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** `ipnt figures`: what became of a day's calls. */
export const addFigures: AddCommand = (program, io) => {
  program
    .command('figures')
    .description(
      "a day's calls of each service, the day being that of its zone: offered, reached, waits, service level",
    )
    .option('--day <day>', 'YYYY-MM-DD; without it today')
    .option(...JSON_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<{ day?: string; json?: boolean }>(command);
      if (options.day !== undefined && readDay('UTC', options.day) === null)
        command.error(`error: "${options.day}" is no day: write e.g. 2026-12-24`);
      const rows = await withStore(options, io, async (store) => {
        await rollUp(store);
        const [routing, { dbNowMs }] = await Promise.all([store.loadRouting(), store.sites()]);
        return figuresOf(routing, dbNowMs, options.day, (fromMs, toMs) => store.intervals(fromMs, toMs));
      });
      io.out(options.json ? `${JSON.stringify(rows, null, 2)}\n` : figuresText(rows));
    });
};

type Figures = ServiceDay & CallCounts;

/** The day of each service, those among them that are no more and had calls. */
export async function figuresOf(
  routing: Routing,
  nowMs: number,
  day: string | undefined,
  read: (fromMs: number, toMs: number) => Promise<readonly IntervalCounts[]>,
): Promise<readonly Figures[]> {
  const dayOf = (service: string): ServiceDay => {
    const zone = dayZone(routing, service);
    const fromMs = (day === undefined ? null : readDay(zone, day)) ?? dayStartMs(zone, nowMs);
    return { service, zone, day: dayText(zone, fromMs), fromMs, toMs: nextDayStartMs(zone, fromMs) };
  };
  const named = routing.services.map(({ name }) => dayOf(name));
  const usual = dayOf('');
  const all = [...named, usual];
  const rows = await read(Math.min(...all.map(({ fromMs }) => fromMs)), Math.max(...all.map(({ toMs }) => toMs)));
  const others = [...new Set(rows.map(({ service }) => service))].filter(
    (service) => !named.some((one) => one.service === service),
  );
  return [...named, ...others.map((service) => ({ ...usual, service }))].map((one) => ({
    ...one,
    ...rows
      .filter(({ service, startMs }) => service === one.service && startMs >= one.fromMs && startMs < one.toMs)
      .reduce<CallCounts>(addCounts, NO_COUNTS),
  }));
}

/** Neither reached nor abandoned. */
const others = ({ outcomes }: CallCounts): number =>
  outcomes.overflowed + outcomes.defaulted + outcomes.called_back + outcomes.closed + outcomes.failed;

export const figuresText = (rows: readonly Figures[]): string =>
  table(
    rows,
    [
      { title: 'SERVICE', of: (row) => row.service },
      { title: 'DAY', of: (row) => `${row.day} ${row.zone}` },
      { title: 'OFFERED', of: (row) => row.offered, right: true },
      { title: 'REACHED', of: (row) => row.reached, right: true },
      { title: 'ABANDONED', of: (row) => row.outcomes.abandoned, right: true },
      { title: 'GAVE UP AFTER', of: (row) => shortSpan(meanAbandonedWaitOfCounts(row)), right: true },
      { title: 'OTHER', of: (row) => others(row), right: true },
      { title: 'IN PROGRESS', of: (row) => row.inProgress, right: true },
      { title: 'LEVEL', of: (row) => percent(serviceLevelOfCounts(row)), right: true },
      { title: 'WAIT', of: (row) => shortSpan(meanWaitOfCounts(row)), right: true },
      { title: 'LONGEST', of: (row) => (row.reached === 0 ? null : shortSpan(row.longestWaitMs)), right: true },
      { title: 'TALK', of: (row) => shortSpan(meanTalkOfCounts(row)), right: true },
    ],
    'no service was ever applied, and no call has been recorded',
  );
