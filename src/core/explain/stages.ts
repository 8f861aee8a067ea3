/** The stages of a wait as a service's rules foresee them, and hours as people write them: what pages draw. Pure. */
import type { Calendar, OpenHours, Weekday } from '../model/calendar.ts';
import type { Service, Step } from '../model/service.ts';
import { GOES_FIRST } from './facts.ts';
import { askedText, changesOf, conditionText } from './rules.ts';
import type { Titles } from './titles.ts';
import { span } from './text.ts';

/** A line of a calendar: `Mon-Fri`, `08:00 to 18:00`. */
export interface HoursLine {
  readonly label: string;
  readonly says: string;
}

/** One stage of a wait, as the rules foresee it. */
export interface PlannedStage {
  /** 0 is the beginning. */
  readonly step: number;
  /** When it begins at the latest that can be said from the rules alone, from the arrival. */
  readonly afterMs: number;
  /** `30 s later`, `when the expected wait is over 2 min`. */
  readonly when: string;
  /** What changes. */
  readonly does: readonly string[];
  /** The call leaves. */
  readonly isEnd: boolean;
}

/** The stages of a wait: the beginning, each step, and the longest wait where no step ends it before. */
export function plannedStages(service: Service, titles: Titles): readonly PlannedStage[] {
  const { strategy, steps, maxWaitMs } = service;
  const begins = [`The call needs ${askedText(service, titles)}.`, `First comes ${GOES_FIRST[strategy]}.`];
  const stages: PlannedStage[] = [{ step: 0, afterMs: 0, when: 'on arrival', does: begins, isEnd: false }];
  let afterMs = 0;
  for (const [index, step] of steps.entries()) {
    afterMs += step.afterMs;
    const isEnd = step.overflow !== null;
    stages.push({ step: index + 1, afterMs, when: whenText(step), does: changesOf(step, titles).map(sentence), isEnd });
  }
  const isEnded = steps.some(({ overflow, when }) => overflow !== null && when.length === 0);
  if (!isEnded || afterMs > maxWaitMs) {
    const does = ['The longest wait is over: the caller goes back to the dialplan.'];
    stages.push({
      step: steps.length + 1,
      afterMs: maxWaitMs,
      when: `after ${span(maxWaitMs)} in all`,
      does,
      isEnd: true,
    });
  }
  return stages;
}

function whenText({ afterMs, when }: Step): string {
  const after = afterMs === 0 ? '' : `${span(afterMs)} later`;
  const conditions = when.map(conditionText).join(' and ');
  if (conditions === '') return after === '' ? 'at once' : after;
  return `${after === '' ? '' : `${after}, `}when ${conditions}`;
}

const sentence = (text: string): string => `${text.replace(/^./, (first) => first.toUpperCase())}.`;

const DAYS = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'] as const;

/** `Mon-Fri`, `Sat`, `Mon-Wed, Fri`. */
export function daysText(days: readonly Weekday[]): string {
  const sorted = [...days].sort((a, b) => a - b);
  const runs: { from: number; to: number }[] = [];
  for (const day of sorted) {
    const run = runs.at(-1);
    if (run !== undefined && run.to === day - 1) run.to = day;
    else runs.push({ from: day, to: day });
  }
  const name = (day: number): string => DAYS[day - 1] ?? '';
  return runs
    .map(({ from, to }) => (from === to ? name(from) : `${name(from)}${to === from + 1 ? ', ' : '-'}${name(to)}`))
    .join(', ');
}

/** `08:00 to 18:00`, `22:00 to 02:00 of the next day`. */
export function hoursText({ fromMinute, toMinute }: Pick<OpenHours, 'fromMinute' | 'toMinute'>): string {
  const clock = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  if (toMinute <= 1_440) return `${clock(fromMinute)} to ${clock(toMinute)}`;
  return `${clock(fromMinute)} to ${clock(toMinute - 1_440)} of the next day`;
}

/** The lines of a calendar: weekdays first, then the special days in order of their dates. */
export function calendarLines({ hours, special }: Calendar): readonly HoursLine[] {
  const open = (list: readonly Pick<OpenHours, 'fromMinute' | 'toMinute'>[]): string =>
    list.length === 0 ? 'closed' : list.map(hoursText).join(', ');
  const days = [...special].sort((a, b) => (a.date < b.date ? -1 : 1));
  return [
    ...hours.map((one) => ({ label: daysText(one.days), says: hoursText(one) })),
    ...days.map(({ date, title, hours: its }) => ({
      label: date.startsWith('*-') ? `Each year, ${date.slice(2)}` : date,
      says: `${title === '' ? '' : `${title}: `}${open(its)}`,
    })),
  ];
}
