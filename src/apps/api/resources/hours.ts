/** Calendars, and counts of calls by quarter of an hour. */
import { z } from 'zod';
import { INTERVAL_MS } from '../../../core/model/counts.ts';
import { isOpen } from '../../../core/routing/calendar.ts';
import { RequestInvalid } from '../problems.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';
import { intervalShape } from '../shapes/counts.ts';
import { calendarShape } from '../shapes/service.ts';
import { allOf, atMs, flag, text, texts } from '../shapes/values.ts';
import { moment } from './queries.ts';

const calendarNow = z.object({
  calendar: calendarShape,
  isOpen: flag('whether it is open now'),
  why: text('the special day, or `hours`'),
  untilMs: atMs('when that changes; null: it does not').nullable(),
  services: texts('services that go by it'),
});

const CALENDARS = route({
  method: 'get',
  path: '/v1/calendars',
  tag: 'Services',
  summary: 'The calendars: hours and special days, whether each is open now, and which services go by it.',
  right: 'look',
  answer: allOf(calendarNow),
  run: (_asked, { live }) => {
    const { calendars, services } = live.routing();
    const { nowMs } = live.view();
    const items = calendars.map((calendar) => {
      const { open, why, untilMs } = isOpen(calendar, nowMs);
      const goBy = services.filter((service) => service.calendar === calendar.name).map(({ name }) => name);
      return { calendar, isOpen: open, why, untilMs, services: goBy };
    });
    return Promise.resolve({ items } as { items: z.output<typeof calendarNow>[] });
  },
});

const DAY_MS = 86_400_000;
/** As many rows as an answer may have, in days: of all services, and of one. */
const MOST_DAYS = { all: 8, one: 100 };

const INTERVALS = route({
  method: 'get',
  path: '/v1/intervals',
  tag: 'Calls',
  summary: `Counts of calls by service and quarter of an hour: the last day, or ${MOST_DAYS.all} days at most (${MOST_DAYS.one} of one service).`,
  right: 'look',
  query: z.strictObject({
    from: moment('Begins then or later; else a day before `to`'),
    to: moment('Begins before; else now'),
    service: z.string().optional().describe('Of this service alone.'),
  }),
  answer: allOf(intervalShape),
  run: async ({ query }, { store, live }) => {
    const { service, to: toMs = Math.floor(live.view().nowMs) } = query;
    const fromMs = query.from ?? Math.max(0, toMs - DAY_MS);
    const days = service === undefined ? MOST_DAYS.all : MOST_DAYS.one;
    if (toMs - fromMs > days * DAY_MS + INTERVAL_MS)
      throw new RequestInvalid([
        { path: 'query.from', message: `is more than ${days} days before \`to\``, cure: 'ask for less at a time' },
      ]);
    return { items: [...(await store.intervals(fromMs, toMs, service))] };
  },
});

export const HOUR_ROUTES: readonly Route[] = [CALENDARS, INTERVALS];
