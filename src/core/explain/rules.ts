/** What a service's rules say, in words: for people who did not write the routing file. Pure. */
import type { Comparison, Measure, MeasureCondition, Service, Step } from '../model/service.ts';
import { withSites } from '../routing/steps.ts';
import { GOES_FIRST, targetText } from './facts.ts';
import { requirementText } from './requirement.ts';
import { siteName } from './titles.ts';
import type { Titles } from './titles.ts';
import { counted, span } from './text.ts';

/** What is asked of an agent at the beginning: the requirement with the sites. */
export const askedText = ({ requirement, sites }: Pick<Service, 'requirement' | 'sites'>, titles: Titles): string =>
  requirementText(withSites(requirement, sites), titles.sites);

/** The rules besides steps and hours, one sentence each; what is usual and changes nothing is left away. */
/** Where calls go while it is closed: `back to the dialplan`, `to the service "Night line", with the arrival that it had`. */
export const closedText = ({ whenClosed }: Pick<Service, 'whenClosed'>, titles: Titles): string =>
  whenClosed === null ? 'back to the dialplan' : `to ${targetText(whenClosed, '', titles)}`;

export function rulesText(service: Service, titles: Titles): readonly string[] {
  const { strategy, priority, ageing, maxWaitMs, maxWaiting, ringMs, wrapUpMs, preferred } = service;
  return [
    `An agent needs ${askedText(service, titles)}.`,
    `First comes ${GOES_FIRST[strategy]}.`,
    ...preferredText(preferred),
    ...(priority === 0 ? [] : [`Its calls have the priority ${priority}: higher ones go first.`]),
    ...(ageing === 0 ? [] : [`For each minute of waiting a call gains ${ageing} of priority.`]),
    `A caller waits ${span(maxWaitMs)} at most, and ${counted(maxWaiting, 'caller')} at most wait at a time.`,
    `A phone rings for ${span(ringMs)}${wrapUpMs === 0 ? '' : `; after a call its agent has ${span(wrapUpMs)} to finish`}.`,
    ...(service.share === 'network_first' ? ["Its calls go before callers in the agents' own queues."] : []),
    ...keysText(service),
    `When it is closed, its calls go ${closedText(service, titles)}.`,
    ...(service.defaultRoute === null
      ? []
      : [`While the database is away, its calls go to ${targetText(service.defaultRoute, '', titles)}.`]),
  ];
}

function preferredText({ customer, last, patienceMs }: Service['preferred']): readonly string[] {
  if (!customer && !last) return [];
  const who = [
    ...(customer ? ["the agents whom the customer's record names"] : []),
    ...(last ? ['the one whom the caller spoke to last'] : []),
  ].join(' and ');
  return [`Before all others come ${who}${patienceMs === 0 ? '' : `; for ${span(patienceMs)} nobody else will do`}.`];
}

const keysText = ({ keys }: Service): readonly string[] =>
  Object.entries(keys).map(([key, action]) =>
    action.kind === 'callback'
      ? `With ${key} a waiting caller asks to be called back.`
      : `With ${key} a waiting caller leaves the line.`,
  );

const MEASURED: Readonly<Record<Measure, string>> = {
  waiting: 'the number of callers who wait',
  ewt: 'the expected wait',
  eligible: 'the number of agents who are free',
  staffed: 'the number of agents at work',
  service_level: 'the service level',
};

const COMPARED: Readonly<Record<Comparison, string>> = {
  '>=': 'is at least',
  '>': 'is over',
  '=': 'is',
  '!=': 'is not',
  '<=': 'is at most',
  '<': 'is under',
};

function valueText({ measure, value }: MeasureCondition): string {
  if (measure === 'ewt') return span(value);
  return measure === 'service_level' ? `${Math.round(value * 100)} %` : String(value);
}

/** `the expected wait is over 2 min`. */
export const conditionText = (condition: MeasureCondition): string =>
  `${MEASURED[condition.measure]} ${COMPARED[condition.operator]} ${valueText(condition)}`;

/** One step of a service, `index` from 0: when it begins and what it changes. */
export function stepRuleText(step: Step, index: number, titles: Titles): string {
  const since = index === 0 ? '' : ` after step ${index} began`;
  const at =
    step.afterMs === 0
      ? index === 0
        ? 'At once'
        : 'Right then'
      : `${span(step.afterMs)}${since || ' after the arrival'}`;
  const when = step.when.length === 0 ? '' : `, when ${step.when.map(conditionText).join(' and ')}`;
  return `${at}${when}: ${changesOf(step, titles).join('; ') || 'nothing changes'}.`;
}

/** What a step changes, in parts of a sentence. */
export function changesOf(
  { requirement, sites, priority, strategy, overflow }: Step,
  titles: Titles,
): readonly string[] {
  if (overflow !== null) return [`the call leaves for ${targetText(overflow, '', titles)}`];
  return [
    ...(requirement === null ? [] : [`the call needs ${requirementText(requirement, titles.sites)}`]),
    ...(sites === null
      ? []
      : sites.length === 0
        ? ['agents of any call centre will do']
        : [`agents of ${sites.map((site) => siteName(site, titles)).join(' and ')} will do`]),
    ...(priority === 0 ? [] : [`its priority ${priority > 0 ? 'grows' : 'falls'} by ${Math.abs(priority)}`]),
    ...(strategy === null ? [] : [`first comes ${GOES_FIRST[strategy]}`]),
  ];
}
