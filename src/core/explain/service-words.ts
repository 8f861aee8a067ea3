/** A service's rules in plain words: what it needs, who goes first, what changes as a caller waits, and when it is open. Pure. */
import type { Calendar, OpenHours, Weekday } from '../model/calendar.ts';
import type { Measure, MeasureCondition, Service, Step, Target } from '../model/service.ts';
import { GOES_FIRST, targetText } from './facts.ts';
import { requirementText } from './requirement.ts';
import type { Titles } from './titles.ts';
import { siteName } from './titles.ts';
import { span } from './text.ts';

/** A line of a list: `Rings each agent`, `20 s, then the next one is tried`. */
export interface RuleLine {
  readonly label: string;
  readonly says: string;
}

/** Only what is set: a rule that is off is not told. */
export function ruleLines(service: Service, titles: Titles): readonly RuleLine[] {
  const line = (label: string, says: string): RuleLine => ({ label, says });
  const all = [
    line('Needs', needsText(service.requirement, service.sites, titles)),
    line('First comes', `${GOES_FIRST[service.strategy]}.`),
    line('Priority', priorityText(service)),
    line('Longest wait', `${span(service.maxWaitMs)}, then the caller goes back to the dialplan.`),
    line('Most waiting', `${service.maxWaiting}; one more goes back to the dialplan at once.`),
    line('Rings', `each agent for ${span(service.ringMs)}, then the next one is tried.`),
    line('No answer', `an agent who let it ring is left alone for ${span(service.noAnswerMs)}, longer the next time.`),
    line('After a call', wrapUpText(service)),
    line('Own agents', preferredText(service)),
    line('Who is calling', customerText(service)),
    line('Caller hears', hearsText(service)),
    line('Keys', keysText(service)),
    line('Reaches the agent', DELIVERY[service.delivery]),
    line(
      'Own queues',
      service.share === 'network_first' ? "its callers go before those in the call centres' own queues." : '',
    ),
    line('Sending back', service.requeue ? 'an agent may send a caller back to the line with *7.' : ''),
    line('Service level', `answered within ${span(service.serviceLevelMs)}.`),
    line('When closed', leavesText(service.whenClosed, titles, 'callers go back to the dialplan.')),
    line('Database away', leavesText(service.defaultRoute, titles, '')),
  ];
  return all.filter(({ says }) => says !== '').map(({ label, says }) => ({ label, says: sentence(says) }));
}

const sentence = (text: string): string => `${text[0]?.toUpperCase() ?? ''}${text.slice(1)}`;

function needsText(requirement: string, sites: readonly string[], titles: Titles): string {
  const wanted = requirementText(requirement, titles.sites);
  return sites.length === 0
    ? `${wanted}.`
    : `${wanted}, at first of ${listed(sites.map((site) => siteName(site, titles)))}.`;
}

/** `Berlin`, `Berlin or Lyon`, `Berlin, Lyon or Vienna`. */
const listed = (names: readonly string[]): string =>
  names.length < 2 ? (names[0] ?? '') : `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;

const priorityText = ({ priority, ageing }: Service): string =>
  priority === 0 && ageing === 0
    ? ''
    : `${priority}${ageing === 0 ? '' : `, and ${ageing} more for each minute of waiting`}.`;

function wrapUpText({ wrapUpMs, wrapUpAfter }: Service): string {
  const others = Object.entries(wrapUpAfter).map(
    ([what, ms]) => `${span(ms)} where the call was ${WRAP_UP[what] ?? what}`,
  );
  const rests = [...(wrapUpMs === 0 ? [] : [span(wrapUpMs)]), ...others];
  return rests.length === 0 ? '' : `the agent rests for ${rests.join(', ')}.`;
}
const WRAP_UP: Readonly<Record<string, string>> = { transferred: 'handed on', requeued: 'sent back' };

function preferredText({ preferred }: Service): string {
  const whose = [
    ...(preferred.customer ? ["the customer's own agents"] : []),
    ...(preferred.last ? ['the agent the caller spoke to last'] : []),
  ];
  if (whose.length === 0) return '';
  const patience = preferred.patienceMs === 0 ? '' : `; for ${span(preferred.patienceMs)} nobody else will do`;
  return `${whose.join(' and ')} come first${patience}.`;
}

const customerText = ({ customer }: Service): string =>
  customer.source === 'none'
    ? ''
    : `looked up in ${customer.source === 'shared' ? 'the customer tables' : `"${customer.source}"`} by ${customer.by === 'id' ? 'what the caller typed in, else the number' : "the caller's number"}.`;

function hearsText({ music, announce }: Service): string {
  const said = [
    ...(announce.position ? ['the place in the line'] : []),
    ...(announce.expectedWait ? ['the expected wait'] : []),
  ];
  const when = announce.everyMs === 0 ? 'on entry' : `every ${span(announce.everyMs)}`;
  const words = said.length === 0 ? '' : `; ${said.join(' and ')} ${when}`;
  return `${music === '' ? 'ringing' : `the music "${music}"`}${words}.`;
}

const keysText = ({ keys }: Service): string => {
  const all = Object.entries(keys).map(
    ([key, { kind }]) => `${key} ${kind === 'callback' ? 'asks to be called back' : 'leaves the line'}`,
  );
  return all.length === 0 ? '' : `${all.join(', ')}.`;
};

const DELIVERY = {
  bridge: '',
  redirect: 'the call is sent to the call centre directly.',
  continue: "the edge's dialplan is told whom to ring.",
} as const;

const leavesText = (target: Target | null, titles: Titles, otherwise: string): string =>
  target === null ? otherwise : `callers go to ${targetText(target, '', titles)}.`;

/** One stage of a wait, as the rules foresee it. */
export interface PlannedStage {
  /** 0 is the beginning. */
  readonly step: number;
  /** When it begins at the latest that can be said from the rules alone, from the arrival. */
  readonly afterMs: number;
  /** `after 30 s`, `when the expected wait > 2 min`. */
  readonly when: string;
  /** What changes. */
  readonly does: readonly string[];
  /** The call leaves. */
  readonly isEnd: boolean;
}

/** The stages of a wait: the beginning, each step, and the longest wait where no step ends it before. */
export function plannedStages(service: Service, titles: Titles): readonly PlannedStage[] {
  const { requirement, sites, strategy, steps, maxWaitMs } = service;
  const begins = [`Needs ${needsText(requirement, sites, titles)}`, `First comes ${GOES_FIRST[strategy]}.`];
  const stages: PlannedStage[] = [{ step: 0, afterMs: 0, when: 'on arrival', does: begins, isEnd: false }];
  let afterMs = 0;
  for (const [index, step] of steps.entries()) {
    afterMs += step.afterMs;
    const isEnd = step.overflow !== null;
    stages.push({ step: index + 1, afterMs, when: whenText(step), does: doesText(step, titles), isEnd });
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
  const after = afterMs === 0 ? '' : `after ${span(afterMs)} more`;
  const conditions = when.map(conditionText).join(' and ');
  if (conditions === '') return after === '' ? 'at once' : after;
  return `${after === '' ? '' : `${after}, `}when ${conditions}`;
}

const MEASURE: Readonly<Record<Measure, string>> = {
  waiting: 'callers waiting',
  ewt: 'expected wait',
  eligible: 'agents free',
  staffed: 'agents at work',
  service_level: 'service level',
};

const SIGN = { '>=': '≥', '<=': '≤', '!=': '≠' } as const;

function conditionText({ measure, operator, value }: MeasureCondition): string {
  const shown =
    measure === 'ewt' ? span(value) : measure === 'service_level' ? `${Math.round(value * 100)} %` : `${value}`;
  const sign = operator in SIGN ? SIGN[operator as keyof typeof SIGN] : operator;
  return `${MEASURE[measure]} ${sign} ${shown}`;
}

function doesText(step: Step, titles: Titles): readonly string[] {
  if (step.overflow !== null) return [`The call leaves for ${targetText(step.overflow, '', titles)}.`];
  const sites = step.sites?.map((site) => siteName(site, titles));
  const { priority } = step;
  return [
    ...(step.requirement === null ? [] : [`Needs ${requirementText(step.requirement, titles.sites)}.`]),
    ...(sites === undefined
      ? []
      : [sites.length === 0 ? 'Agents of any call centre will do.' : `Agents of ${listed(sites)} will do.`]),
    ...(priority === 0 ? [] : [`Its priority ${priority > 0 ? 'rises' : 'falls'} by ${Math.abs(priority)}.`]),
    ...(step.strategy === null ? [] : [`First comes ${GOES_FIRST[step.strategy]}.`]),
  ];
}

/** What a service needs on arrival, in a few words. */
export const needsLine = (service: Pick<Service, 'requirement' | 'sites'>, titles: Titles): string =>
  sentence(needsText(service.requirement, service.sites, titles));

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
export function calendarLines({ hours, special }: Calendar): readonly RuleLine[] {
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
