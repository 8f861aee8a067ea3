import type { Calendar, OpenHours, SpecialDay, Weekday } from '../model/calendar.ts';

/** Whether a calendar is open at a moment, and why. */
export interface Opening {
  readonly open: boolean;
  /** When that changes next; null: never, or not within the next 400 days. */
  readonly untilMs: number | null;
  /** The special day's title (its date where it has none), or `hours`. */
  readonly why: string;
}

type Hours = Pick<OpenHours, 'fromMinute' | 'toMinute'>;

/** The hours of one day, those of the evening before that reach into it among them, in minutes of this day. */
interface Day {
  readonly hours: readonly (Hours & { readonly why: string })[];
  /** Why it is closed outside them. */
  readonly why: string;
}

const MINUTE = 60_000;
const QUARTER = 15 * MINUTE;
const DAY = 86_400_000;
const DAY_MINUTES = 1_440;
const LOOK_AHEAD_DAYS = 400;
/** Without special days a week says it all, the next one where the clock skips its only hours. */
const LOOK_AHEAD_WEEKS = 15;

/**
 * Whether it is open at `atMs`. What counts is what a clock on the wall of its zone shows: an hour that the clock skips does not
 * happen, one that it shows twice is open (or closed) both times. Hours past midnight belong to the day they began on, and
 * hold even where the next day is a special one. Throws RangeError for a zone that does not exist.
 */
export function isOpen(calendar: Calendar, atMs: number): Opening {
  const known = answers.get(calendar);
  if (known !== undefined && known.fromMs <= atMs && atMs < known.toMs) return known.opening;
  const { open, why } = shownAt(calendar, atMs + offsetMs(calendar.zone, atMs));
  // The look ahead is what costs: the change that was found stays the next one until it comes.
  const { sinceMs, opening } = known ?? { sinceMs: atMs, opening: null };
  const isKnown = opening?.untilMs != null && sinceMs <= atMs && atMs < opening.untilMs;
  const untilMs = isKnown ? opening.untilMs : nextChange(calendar, atMs, open);
  const answer: Opening = { open, why, untilMs };
  const quarterEnd = (Math.floor(atMs / QUARTER) + 1) * QUARTER;
  answers.set(calendar, {
    sinceMs: isKnown ? sinceMs : atMs,
    fromMs: atMs,
    toMs: Math.min(untilMs ?? quarterEnd, quarterEnd),
    opening: answer,
  });
  return answer;
}

interface Answer {
  /** Since when the next change is known. */
  readonly sinceMs: number;
  /** The answer holds from here to there: every zone has its midnight, where the reason may change, at a quarter of an hour. */
  readonly fromMs: number;
  readonly toMs: number;
  readonly opening: Opening;
}

/** The last answer of each calendar: hundreds of calls a second ask for the same one. */
const answers = new WeakMap<Calendar, Answer>();

/** What the calendar says where the wall shows `local` (as if it were UTC). */
function shownAt(calendar: Calendar, local: number): { readonly open: boolean; readonly why: string } {
  const day = dayOf(calendar, local);
  const minute = Math.floor((local % DAY) / MINUTE);
  const within = day.hours.find(({ fromMinute, toMinute }) => fromMinute <= minute && minute < toMinute);
  return within === undefined ? { open: false, why: day.why } : { open: true, why: within.why };
}

function dayOf(calendar: Calendar, local: number): Day {
  const today = hoursOn(calendar, local);
  const before = hoursOn(calendar, local - DAY);
  const late = before.hours
    .filter(({ toMinute }) => toMinute > DAY_MINUTES)
    .map(({ toMinute }) => ({ fromMinute: 0, toMinute: toMinute - DAY_MINUTES, why: before.why }));
  return { hours: [...today.hours.map((one) => ({ ...one, why: today.why })), ...late], why: today.why };
}

/** The hours that begin on the day of `local`: those of a special day, else of the weekday. */
function hoursOn(calendar: Calendar, local: number): { readonly hours: readonly Hours[]; readonly why: string } {
  const special = calendar.special.length === 0 ? undefined : specialOn(calendar.special, local);
  if (special !== undefined) return { hours: special.hours, why: special.title || special.date };
  // The first of January 1970 was a Thursday.
  const weekday = ((((Math.floor(local / DAY) + 3) % 7) + 7) % 7) + 1;
  return { hours: calendar.hours.filter(({ days }) => days.includes(weekday as Weekday)), why: 'hours' };
}

/** A date of one year stands above one of every year. */
function specialOn(special: readonly SpecialDay[], local: number): SpecialDay | undefined {
  const date = new Date(local).toISOString().slice(0, 10);
  return special.find((one) => one.date === date) ?? special.find((one) => one.date === `*${date.slice(4)}`);
}

/** Goes ahead in stretches of a day, shorter where the clock changes within one: inside a stretch the clock just runs. */
function nextChange(calendar: Calendar, atMs: number, open: boolean): number | null {
  let offset = offsetMs(calendar.zone, atMs);
  let from = atMs;
  const days = calendar.special.length === 0 ? LOOK_AHEAD_WEEKS : LOOK_AHEAD_DAYS;
  while (from < atMs + days * DAY) {
    let to = from + DAY;
    let after = offsetMs(calendar.zone, to);
    if (after !== offset) {
      to = clockChange(calendar.zone, from, to, offset);
      after = offsetMs(calendar.zone, to);
    }
    const change = changeWithin(calendar, from + offset, to + offset, open);
    if (change !== null) return change - offset;
    if (shownAt(calendar, to + after).open !== open) return to;
    [from, offset] = [to, after];
  }
  return null;
}

/** The first moment of (from, to), a day at most on the wall, at which it is no longer as `open` says. */
function changeWithin(calendar: Calendar, from: number, to: number, open: boolean): number | null {
  const edges = [from, from + DAY].flatMap((local) => {
    const midnight = Math.floor(local / DAY) * DAY;
    const minutes = dayOf(calendar, local).hours.flatMap(({ fromMinute, toMinute }) => [fromMinute, toMinute]);
    return [0, ...minutes].map((minute) => midnight + minute * MINUTE);
  });
  const ahead = edges.filter((edge) => edge > from && edge < to).sort((a, b) => a - b);
  return ahead.find((edge) => shownAt(calendar, edge).open !== open) ?? null;
}

/** The first millisecond in (from, to] at which the offset is no longer `before`. */
function clockChange(zone: string, from: number, to: number, before: number): number {
  let [low, high] = [from, to];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetMs(zone, middle) === before) low = middle;
    else high = middle;
  }
  return high;
}

/** Making a formatter takes a hundred times as long as using it. There are some 400 zones, and nobody uses them all. */
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatterOf(zone: string): Intl.DateTimeFormat {
  let formatter = formatters.get(zone);
  if (formatter === undefined) {
    const numeric = 'numeric';
    formatter = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      ...{ year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric },
    });
    formatters.set(zone, formatter);
  }
  return formatter;
}

/** How far the wall's clock of a zone is ahead of UTC at a moment. */
export function offsetMs(zone: string, atMs: number): number {
  const [month = 0, day = 0, year = 0, hour = 0, minute = 0, second = 0] = formatterOf(zone)
    .format(atMs)
    .split(/\D+/)
    .map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1_000) * 1_000;
}

/** Whether a name is one of a time zone (`Europe/Berlin`). Offsets are none: they know no daylight saving. */
export function isZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}
