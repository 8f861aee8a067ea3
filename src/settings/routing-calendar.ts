/** Calendars as a manager writes them: `Mon-Fri 08:00-18:00`. */
import { z } from 'zod';
import type { Calendar, OpenHours, SpecialDay, Weekday } from '../core/model/calendar.ts';
import { isZone } from '../core/routing/calendar.ts';
import { nearest, say } from './document.ts';
import { groups, issuesOf, object, text } from './values.ts';

type Span = Omit<OpenHours, 'days'>;

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;
const FULL_DAYS = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];
const DAY_MINUTES = 1_440;

/** What a text means, or what is wrong with it. */
type Read<T> = { readonly value: T } | { readonly wrong: string };

function readDays(text: string): Read<readonly Weekday[]> {
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [from = '', to = from, ...more] = part.split('-').map((day) => day.trim().toLowerCase());
    const [first, last] = [from, to].map((day) =>
      FULL_DAYS.findIndex((full) => full === day || full.slice(0, 3) === day),
    );
    if (first === undefined || last === undefined || first < 0 || last < 0 || more.length > 0)
      return { wrong: `"${part.trim()}" is no weekday` };
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day + 1);
      if (day === last) break;
    }
  }
  return { value: [...days].sort((a, b) => a - b) as Weekday[] };
}

/** `08:00-12:00, 22:00-02:00`. */
function readSpans(text: string): Read<readonly Span[]> {
  const spans: Span[] = [];
  for (const part of text.split(',')) {
    const [, from, to] = /^(\d{1,2}:\d{2})\s*-\s*(\d{1,2}:\d{2})$/.exec(part.trim()) ?? [];
    const fromMinute = from === undefined ? null : minuteOf(from);
    const until = to === undefined ? null : minuteOf(to);
    if (fromMinute === null || fromMinute === DAY_MINUTES || until === null)
      return { wrong: `"${part.trim()}" is no time of day like 08:00-18:00` };
    spans.push({ fromMinute, toMinute: until > fromMinute ? until : until + DAY_MINUTES });
  }
  return { value: spans };
}

/** 0 to 1440; null when it is no time of day. */
function minuteOf(text: string): number | null {
  const [hour = 0, minute = 0] = text.split(':').map(Number);
  const minutes = hour * 60 + minute;
  return minute < 60 && minutes <= DAY_MINUTES ? minutes : null;
}

function readHours(text: string): Read<readonly OpenHours[]> {
  const [, written = '', times = ''] = /^([^\d]*)(.*)$/.exec(text.trim()) ?? [];
  const days = readDays(written.trim());
  if ('wrong' in days) return days;
  const spans = readSpans(times);
  return 'wrong' in spans ? spans : { value: spans.value.map((span) => ({ days: days.value, ...span })) };
}

function issue(context: z.RefinementCtx, message: string, cure: string): typeof z.NEVER {
  context.addIssue({ code: 'custom', message: say(message, cure) });
  return z.NEVER;
}

const HOURS_CURE = 'write e.g. "Mon-Fri 08:00-18:00" or "Sat 22:00-02:00"';
const SPECIAL_CURE = 'write closed, or hours like "09:00-12:00"';

const hours = () =>
  z.unknown().transform((input, context): readonly OpenHours[] => {
    if (typeof input !== 'string') return issue(context, 'must be days and hours', HOURS_CURE);
    const read = readHours(input);
    return 'wrong' in read ? issue(context, read.wrong, HOURS_CURE) : read.value;
  });

const specialHours = () =>
  z.unknown().transform((input, context): readonly Span[] => {
    if (input === 'closed') return [];
    const parts: unknown[] = Array.isArray(input) ? input : [input];
    const spans: Span[] = [];
    for (const part of parts) {
      const read = typeof part === 'string' ? readSpans(part) : { wrong: 'must be hours' };
      if ('wrong' in read) return issue(context, read.wrong, SPECIAL_CURE);
      spans.push(...read.value);
    }
    return spans;
  });

const titled = object({ title: text('Labour Day'), hours: specialHours() }, '{ title: Labour Day, hours: closed }');

const specialDay = () =>
  z.unknown().transform((input, context): Omit<SpecialDay, 'date'> => {
    const schema = isGroup(input) ? titled : specialHours();
    const issues = issuesOf(schema, input);
    for (const one of issues) context.addIssue(one);
    if (issues.length > 0) return z.NEVER;
    return isGroup(input) ? titled.parse(input) : { title: '', hours: specialHours().parse(input) };
  });

const isGroup = (input: unknown): boolean => typeof input === 'object' && input !== null && !Array.isArray(input);

/** A day that there is: in every year, the 29th of February too. */
function isDate(written: string): boolean {
  const [, year = '', rest = ''] = /^(\d{4}|\*)-(\d{2}-\d{2})$/.exec(written) ?? [];
  const date = `${year === '*' ? '2000' : year}-${rest}`;
  const read = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(read.getTime()) && read.toISOString().startsWith(date);
}

const zone = () =>
  text('Europe/Berlin').superRefine((name, context) => {
    if (isZone(name)) return;
    const near = nearest(Intl.supportedValuesOf('timeZone'), name);
    const cure =
      near === undefined ? 'write a name of the time zone database, e.g. Europe/Berlin' : `did you mean "${near}"?`;
    context.addIssue({ code: 'custom', message: say(`"${name}" is no time zone`, cure) });
  });

/** Below `calendars.NAME`. */
export const calendarSchema = object(
  {
    zone: zone(),
    hours: z.array(hours(), { error: () => say('must be a list of days and hours', HOURS_CURE) }),
    special: groups(
      z.string().refine(isDate, say('is no day', 'write e.g. "2026-12-24", or "*-12-25" for every year')),
      specialDay(),
      'must be a group: day to its hours',
      'write e.g. { "2026-12-24": "09:00-12:00", "*-12-25": closed }',
    ).prefault({}),
  },
  '{ zone: Europe/Berlin, hours: ["Mon-Fri 08:00-18:00"] }',
);

export function calendarOf(name: string, written: z.output<typeof calendarSchema>): Calendar {
  const special = Object.entries(written.special).map(([date, day]): SpecialDay => ({ date, ...day }));
  return { name, zone: written.zone, hours: written.hours.flat(), special };
}

/** A calendar as it is written: reads back as the same. */
export function writtenCalendar({ zone, hours, special }: Calendar): Record<string, unknown> {
  const days = special.map(({ date, title, hours }): [string, unknown] => {
    const times = hours.length === 0 ? 'closed' : hours.map(spanText).join(', ');
    return [date, title === '' ? times : { title, hours: times }];
  });
  return {
    zone,
    hours: hours.map(({ days, ...span }) => `${daysText(days)} ${spanText(span)}`),
    special: Object.fromEntries(days),
  };
}

const spanText = ({ fromMinute, toMinute }: Span): string =>
  `${timeText(fromMinute)}-${timeText(toMinute > DAY_MINUTES ? toMinute - DAY_MINUTES : toMinute)}`;

const timeText = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;

/** `Mon-Wed,Fri`. */
function daysText(days: readonly Weekday[]): string {
  const runs: Weekday[][] = [];
  for (const day of days) {
    const run = runs.at(-1);
    if (run?.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const name = (day: Weekday | undefined): string => DAYS[(day ?? 1) - 1] ?? '';
  return runs.map((run) => (run.length === 1 ? name(run[0]) : `${name(run[0])}-${name(run.at(-1))}`)).join(',');
}
