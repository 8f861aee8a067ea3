/** The schema of a service and of a site in the routing file, and the rules that come of it. */
import { z } from 'zod';
import { queueSkill } from '../core/model/agent.ts';
import { normalizeEntry } from '../core/model/number.ts';
import { SITE_TERMS } from '../core/model/routing.ts';
import type { SiteTerms } from '../core/model/routing.ts';
import { SERVICE_DEFAULTS } from '../core/model/service.ts';
import type { Service, Step } from '../core/model/service.ts';
import { say } from './document.ts';
import {
  amount,
  conditions,
  dialled,
  keyAction,
  NAME,
  requirement,
  share,
  sites,
  strategy,
  target,
} from './routing-values.ts';
import { duration, flag, groups, object, oneOf, text, whole } from './values.ts';

const HOUR = 3_600_000;

const list = <T extends z.ZodType>(of: T, example: string) =>
  z.array(of, { error: () => say('must be a list', `write e.g. ${example}`) });

const stepSchema = object(
  {
    after: duration(0, 24 * HOUR, '30s').optional(),
    when: conditions().optional(),
    requirement: requirement().optional(),
    sites: sites().optional(),
    priority: whole(-1000, 1000, 5).optional(),
    strategy: strategy().optional(),
    overflow: target().optional(),
  },
  '{ after: 30s, sites: any }',
);

const announceSchema = object(
  {
    position: flag().optional(),
    expected_wait: flag().optional(),
    on_entry: flag().optional(),
    every: duration(0, HOUR, '60s')
      .refine((ms) => ms === 0 || ms >= 10_000, say('must be 10s or more, or 0s for never', 'write e.g. 60s'))
      .optional(),
  },
  '{ position: true, expected_wait: true, every: 60s }',
);

const callbackSchema = object(
  {
    allow: list(text('"+49"', /^\+[1-9]\d{0,14}$/, 'the beginning of numbers in E.164'), '["+49"]').optional(),
    first: oneOf(['customer', 'agent']).optional(),
    tries: whole(1, 20, 3).optional(),
    gap: duration(1_000, 24 * HOUR, '5m').optional(),
    ring: duration(5_000, 300_000, '30s').optional(),
    calendar: text('office', NAME, 'the name of a calendar').optional(),
  },
  '{ allow: ["+49"], first: customer, tries: 3 }',
);

const preferredSchema = object(
  { customer: flag().optional(), last: flag().optional(), patience: duration(0, HOUR, '30s').optional() },
  '{ last: true, patience: 30s }',
);

const customerSchema = object(
  {
    source: text('shared', NAME, 'shared, none, or the name of a source in the settings').optional(),
    by: oneOf(['ani', 'id']).optional(),
  },
  '{ source: shared, by: ani }',
);

/** Below `services.NAME`. */
export const serviceSchema = object(
  {
    title: text('Support').optional(),
    numbers: list(dialled(), '["+49301234567"]').optional(),
    requirement: requirement().optional(),
    sites: sites().optional(),
    strategy: strategy().optional(),
    priority: whole(-1000, 1000, 5).optional(),
    ageing: amount(0, 1000, '1 (a minute)').optional(),
    max_wait: duration(1_000, 24 * HOUR, '300s').optional(),
    max_waiting: whole(0, 100_000, 50).optional(),
    steps: list(stepSchema, '[{ after: 30s, sites: any }]').optional(),
    ring: duration(1_000, 300_000, '20s').optional(),
    wrap_up: duration(0, HOUR, '10s').optional(),
    wrap_up_after: object(
      { transferred: duration(0, HOUR, '0s').optional(), requeued: duration(0, HOUR, '0s').optional() },
      '{ transferred: 0s, requeued: 0s }',
    ).optional(),
    no_answer: duration(0, HOUR, '30s').optional(),
    delivery: oneOf(['bridge', 'redirect', 'continue']).optional(),
    share: oneOf(['site_first', 'network_first']).optional(),
    music: text('default', /^[A-Za-z0-9_.-]*$/, 'the name of a music class').optional(),
    requeue: flag().optional(),
    announce: announceSchema.optional(),
    keys: groups(
      text('"1"', /^[0-9*#]$/, 'a key: 0 to 9, * or #'),
      keyAction(),
      'must be a group: key to what it does',
      'write e.g. { "1": callback, "9": { leave: "ctx^exten^1" } }',
    ).optional(),
    callback: callbackSchema.optional(),
    preferred: preferredSchema.optional(),
    customer: customerSchema.optional(),
    after: oneOf(['hangup', 'continue']).optional(),
    service_level: duration(1_000, HOUR, '20s').optional(),
    service_level_target: share().optional(),
    arrival: duration(1_000, 120_000, '8s').optional(),
    calendar: text('office', NAME, 'the name of a calendar').optional(),
    closed: flag().optional(),
    when_closed: target().optional(),
    default_route: target().optional(),
  },
  '{ title: Support, numbers: ["+49301234567"] }',
);

/** Below `sites.NAME`. */
export const siteSchema = object(
  { weight: amount(0, 1_000_000, '60').optional(), cost: amount(0, 1_000_000, '1').optional() },
  '{ weight: 60, cost: 1 }',
);

export const siteTermsOf = (written: z.output<typeof siteSchema>): SiteTerms => ({
  weight: written.weight ?? SITE_TERMS.weight,
  cost: written.cost ?? SITE_TERMS.cost,
});

type Written = z.output<typeof serviceSchema>;
const D = SERVICE_DEFAULTS;

const stepOf = (written: z.output<typeof stepSchema>): Step => ({
  afterMs: written.after ?? 0,
  when: written.when ?? [],
  requirement: written.requirement ?? null,
  sites: written.sites ?? null,
  priority: written.priority ?? 0,
  strategy: written.strategy ?? null,
  overflow: written.overflow ?? null,
});

/** The service that was written; numbers in E.164, `country` being the calling code to assume. */
export const serviceOf = (name: string, written: Written, country: string): Service => ({
  name,
  title: written.title ?? name,
  numbers: (written.numbers ?? []).map((number) => normalizeEntry(number, country)),
  requirement: written.requirement ?? queueSkill(name),
  sites: written.sites ?? D.sites,
  strategy: written.strategy ?? D.strategy,
  priority: written.priority ?? D.priority,
  ageing: written.ageing ?? D.ageing,
  maxWaitMs: written.max_wait ?? D.maxWaitMs,
  maxWaiting: written.max_waiting ?? D.maxWaiting,
  steps: (written.steps ?? []).map(stepOf),
  ringMs: written.ring ?? D.ringMs,
  wrapUpMs: written.wrap_up ?? D.wrapUpMs,
  wrapUpAfter: written.wrap_up_after ?? D.wrapUpAfter,
  requeue: written.requeue ?? D.requeue,
  noAnswerMs: written.no_answer ?? D.noAnswerMs,
  delivery: written.delivery ?? D.delivery,
  share: written.share ?? D.share,
  music: written.music ?? D.music,
  ...waitingOf(written),
  customer: { source: written.customer?.source ?? D.customer.source, by: written.customer?.by ?? D.customer.by },
  after: written.after ?? D.after,
  serviceLevelMs: written.service_level ?? D.serviceLevelMs,
  serviceLevelTarget: written.service_level_target ?? D.serviceLevelTarget,
  arrivalMs: written.arrival ?? D.arrivalMs,
  calendar: written.calendar ?? D.calendar,
  closed: written.closed ?? D.closed,
  whenClosed: written.when_closed ?? null,
  defaultRoute: written.default_route ?? null,
});

/** What a waiting caller hears, can press, and is preferred by. */
function waitingOf(written: Written): Pick<Service, 'announce' | 'keys' | 'callback' | 'preferred'> {
  const { announce = {}, callback = {}, preferred = {} } = written;
  return {
    announce: {
      position: announce.position ?? D.announce.position,
      expectedWait: announce.expected_wait ?? D.announce.expectedWait,
      onEntry: announce.on_entry ?? D.announce.onEntry,
      everyMs: announce.every ?? D.announce.everyMs,
    },
    keys: written.keys ?? D.keys,
    callback: {
      allow: callback.allow ?? D.callback.allow,
      first: callback.first ?? D.callback.first,
      tries: callback.tries ?? D.callback.tries,
      gapMs: callback.gap ?? D.callback.gapMs,
      ringMs: callback.ring ?? D.callback.ringMs,
      calendar: callback.calendar ?? D.callback.calendar,
    },
    preferred: {
      customer: preferred.customer ?? D.preferred.customer,
      last: preferred.last ?? D.preferred.last,
      patienceMs: preferred.patience ?? D.preferred.patienceMs,
    },
  };
}
