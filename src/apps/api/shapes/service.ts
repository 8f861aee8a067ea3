import { z } from 'zod';
import type { Customer } from '../../../core/model/call.ts';
import type { Calendar } from '../../../core/model/calendar.ts';
import type { Service, Step, Target } from '../../../core/model/service.ts';
import { MEASURES } from '../../../core/model/service.ts';
import { strategyShape } from './decision.ts';
import { amount, count, flag, oneOf, share, spanMs, text, texts } from './values.ts';

export const targetShape: z.ZodType<Target> = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('service'), service: text('waits on there, with the arrival that it had') }),
    z.object({
      kind: z.literal('queue'),
      queue: text("a site's own queue"),
      sites: texts('of these sites; empty: of any that has it'),
      by: oneOf(['expected_wait', 'percent', 'free_share'], 'how the site is chosen'),
      percent: z.record(z.string(), z.number()).meta({ description: 'share by site; percent' }),
    }),
    z.object({ kind: z.literal('number'), number: text("dialled by the edge's dialplan") }),
    z.object({ kind: z.literal('place'), place: text("`context^exten^priority` of the edge's dialplan") }),
  ])
  .meta({ description: 'where a call goes that leaves its service' });

const stepShape: z.ZodType<Step> = z.object({
  afterMs: spanMs('begins so long after the step before'),
  when: z.array(
    z.object({
      measure: z.enum(MEASURES),
      operator: z.enum(['>=', '>', '=', '!=', '<=', '<']),
      value: amount('a count; of `ewt` ms, of `service_level` 0 to 1'),
    }),
  ),
  requirement: text('null: as before').nullable(),
  sites: texts('null: as before; empty: any').nullable(),
  priority: amount("added to the call's priority"),
  strategy: strategyShape.nullable(),
  overflow: targetShape.nullable(),
});

const keyShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('leave'), place: text('place of the dialplan') }),
  z.object({ kind: z.literal('callback') }),
]);

export const rulesShape: z.ZodType<Service> = z
  .object({
    name: text('its name'),
    title: text('what people call it'),
    numbers: texts('dialled numbers that lead here: exact, `+4930*`, or a pattern of Asterisk'),
    requirement: text('what an agent must have'),
    sites: texts('sites whose agents it begins with; empty: any'),
    strategy: strategyShape,
    priority: amount('higher goes first'),
    ageing: amount('added to the priority for each minute of waiting'),
    maxWaitMs: spanMs('longest wait'),
    maxWaiting: count('greatest number waiting'),
    steps: z.array(stepShape),
    ringMs: spanMs('so long one phone rings'),
    wrapUpMs: spanMs('wrap-up after our calls'),
    wrapUpAfter: z
      .object({ transferred: z.number().optional(), requeued: z.number().optional() })
      .meta({ description: 'another wrap-up after a call handed on or sent back; ms' }),
    noAnswerMs: spanMs('left alone so long after a first unanswered offer'),
    delivery: oneOf(['bridge', 'redirect', 'continue'], 'how a call reaches the agent'),
    share: oneOf(
      ['site_first', 'network_first'],
      "whose callers go first where a site's own queue wants the same agent",
    ),
    music: text("music class of those who wait; '' for ringing"),
    requeue: flag('agents may send a caller back with *7'),
    announce: z.object({
      position: flag('says the place in the line'),
      expectedWait: flag('says the expected wait'),
      onEntry: flag('at the beginning'),
      everyMs: spanMs('again so often; 0: on entry only'),
    }),
    keys: z.record(z.string(), keyShape).meta({ description: 'what keys of a waiting caller do' }),
    callback: z.object({
      allow: texts('numbers in E.164 that begin so may be called back'),
      first: oneOf(['customer', 'agent'], 'who is called first'),
      tries: count('how often'),
      gapMs: spanMs('between two tries'),
      ringMs: spanMs('so long his phone rings'),
      calendar: text("when; '' for the service's hours"),
    }),
    preferred: z.object({
      customer: flag("agents whom the customer's record names go first"),
      last: flag('the one whom he spoke to last goes first'),
      patienceMs: spanMs('so long he waits for them alone'),
    }),
    customer: z.object({
      source: text('where he is looked up: none, shared, or a source of the settings'),
      by: oneOf(['ani', 'id'], 'by his number, or by what the dialplan collected'),
    }),
    after: oneOf(['hangup', 'continue'], 'what follows the talk'),
    serviceLevelMs: spanMs('T of the service level'),
    serviceLevelTarget: share('what its service level should be'),
    arrivalMs: spanMs('a call that was sent on must arrive at its site within'),
    calendar: text("its hours; '' for always open"),
    closed: flag('closed in the routing file'),
    whenClosed: targetShape.nullable(),
    defaultRoute: targetShape.nullable(),
  })
  .meta({ description: 'the rules of a service' });

export const customerShape: z.ZodType<Customer> = z.object({
  customerId: text('his id'),
  name: text('his name'),
  priority: amount("null: the service's").nullable(),
  requirement: text("what he needs beside; ''"),
  preferred: texts('ids or titles of agents whom he gets first'),
  attributes: z.record(z.string(), z.string()).meta({ description: 'what else his record says' }),
});

const hours = { fromMinute: count('minutes since local midnight'), toMinute: count('past 1440: on the next day') };

export const calendarShape: z.ZodType<Calendar> = z.object({
  name: text('its name'),
  zone: text('IANA zone'),
  hours: z.array(
    z.object({
      days: z
        .array(z.union([1, 2, 3, 4, 5, 6, 7].map((day) => z.literal(day as Calendar['hours'][number]['days'][number]))))
        .meta({ description: '1 is Monday' }),
      ...hours,
    }),
  ),
  special: z.array(
    z.object({
      date: text('`2026-12-24`, or `*-12-25` for every year'),
      title: text('why'),
      hours: z.array(z.object(hours)),
    }),
  ),
});
