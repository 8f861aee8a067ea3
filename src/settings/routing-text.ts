/** Rules as a routing file: what `ipnt export` prints, and what two versions are compared by. */
import { isDeepStrictEqual } from 'node:util';
import { Document, isMap, visit } from 'yaml';
import { queueSkill } from '../core/model/agent.ts';
import { SITE_TERMS } from '../core/model/routing.ts';
import type { RoutingRules, SiteTerms } from '../core/model/routing.ts';
import { blankService } from '../core/model/service.ts';
import type { KeyAction, Service, Step } from '../core/model/service.ts';
import { writtenCalendar } from './routing-calendar.ts';
import { conditionsText, shareText, writtenTarget } from './routing-values.ts';
import { formatDuration as span } from './values.ts';

type Written = Readonly<Record<string, unknown>>;

/** Rules as a routing file that reads back as the same; what equals the default is left away. */
export function routingText({ services, calendars, sites }: RoutingRules): string {
  const file = {
    ...(Object.keys(sites).length > 0 && {
      sites: mapValues(sites, (terms) => without(writtenSite(terms), USUAL_SITE)),
    }),
    ...(calendars.length > 0 && {
      calendars: Object.fromEntries(
        calendars.map((calendar) => [calendar.name, without(writtenCalendar(calendar), { special: {} })]),
      ),
    }),
    services: Object.fromEntries(services.map((service) => [service.name, briefService(service)])),
  };
  const document = new Document(file, { aliasDuplicateObjects: false });
  visit(document, {
    // A group stands on one line where it fits; that of a service must be shorter, to be read and compared line by line.
    Collection(_key, node, parents) {
      const depth = parents.filter(isMap).length;
      if (depth > 1 && JSON.stringify(node).length <= (depth > 2 ? LONG_LINE : SHORT_LINE)) node.flow = true;
    },
  });
  return document.toString({ lineWidth: 0, defaultStringType: 'PLAIN' });
}

const LONG_LINE = 100;
const SHORT_LINE = 40;

const briefService = (service: Service): Written => {
  const usual = writtenService({ ...blankService(service.name), requirement: queueSkill(service.name) });
  return without(writtenService(service), { ...usual, title: undefined });
};

export const writtenSite = ({ weight, cost }: SiteTerms): Written => ({ weight, cost });
const USUAL_SITE = writtenSite(SITE_TERMS);

/** A service with every key, as it is written. */
export const writtenService = (service: Service): Written => ({
  title: service.title,
  numbers: service.numbers,
  requirement: service.requirement,
  sites: sitesOf(service.sites),
  strategy: service.strategy,
  priority: service.priority,
  ageing: service.ageing,
  max_wait: span(service.maxWaitMs),
  max_waiting: service.maxWaiting,
  steps: service.steps.map(writtenStep),
  ring: span(service.ringMs),
  wrap_up: span(service.wrapUpMs),
  wrap_up_after: mapValues(service.wrapUpAfter, span),
  requeue: service.requeue,
  no_answer: span(service.noAnswerMs),
  delivery: service.delivery,
  share: service.share,
  music: service.music,
  announce: {
    position: service.announce.position,
    expected_wait: service.announce.expectedWait,
    on_entry: service.announce.onEntry,
    every: span(service.announce.everyMs),
  },
  keys: mapValues(service.keys, writtenKey),
  callback: {
    allow: service.callback.allow,
    first: service.callback.first,
    tries: service.callback.tries,
    gap: span(service.callback.gapMs),
    ring: span(service.callback.ringMs),
    calendar: service.callback.calendar,
  },
  preferred: {
    customer: service.preferred.customer,
    last: service.preferred.last,
    patience: span(service.preferred.patienceMs),
  },
  customer: { source: service.customer.source, by: service.customer.by },
  after: service.after,
  service_level: span(service.serviceLevelMs),
  service_level_target: shareText(service.serviceLevelTarget),
  arrival: span(service.arrivalMs),
  calendar: service.calendar,
  closed: service.closed,
  when_closed: service.whenClosed && writtenTarget(service.whenClosed),
  default_route: service.defaultRoute && writtenTarget(service.defaultRoute),
});

const writtenStep = (step: Step): Written => ({
  ...(step.afterMs > 0 && { after: span(step.afterMs) }),
  ...(step.when.length > 0 && { when: conditionsText(step.when) }),
  ...(step.requirement !== null && { requirement: step.requirement }),
  ...(step.sites !== null && { sites: sitesOf(step.sites) }),
  ...(step.priority !== 0 && { priority: step.priority }),
  ...(step.strategy !== null && { strategy: step.strategy }),
  ...(step.overflow !== null && { overflow: writtenTarget(step.overflow) }),
});

const writtenKey = (action: KeyAction): unknown => (action.kind === 'leave' ? { leave: action.place } : 'callback');

const sitesOf = (sites: readonly string[]): unknown => (sites.length === 0 ? 'any' : sites);

const mapValues = <T, U>(of: Readonly<Record<string, T>>, map: (value: T) => U): Record<string, U> =>
  Object.fromEntries(Object.entries(of).map(([key, value]) => [key, map(value)]));

/** What differs from `usual`, group by group. */
function without(written: Written, usual: Written): Written {
  const kept = Object.entries(written).flatMap(([key, value]): [string, unknown][] => {
    const normal = usual[key];
    if (isDeepStrictEqual(value, normal)) return [];
    return [[key, isGroup(value) && isGroup(normal) ? without(value, normal) : value]];
  });
  return Object.fromEntries(kept);
}

const isGroup = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
