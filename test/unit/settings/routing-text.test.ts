import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar, Weekday } from '../../../src/core/model/calendar.ts';
import type { RoutingRules } from '../../../src/core/model/routing.ts';
import { MEASURES, SERVICE_DEFAULTS, STRATEGIES } from '../../../src/core/model/service.ts';
import type { MeasureCondition, Service, Step, Target } from '../../../src/core/model/service.ts';
import { readRouting, routingText } from '../../../src/settings/index.ts';

const sites = fc.uniqueArray(fc.constantFrom('berlin', 'paris', '007', 'true', 'null'), { maxLength: 3 });
const name = fc
  .stringMatching(/^[A-Za-z0-9][A-Za-z0-9_-]{0,10}[a-z0-9]$/)
  .filter((one) => !/^\d+$/.test(one) && one !== '__proto__');
const seconds = (from: number, to: number): fc.Arbitrary<number> =>
  fc.oneof(
    fc.integer({ min: from, max: to }).map((s) => s * 1_000),
    fc.integer({ min: from * 1_000, max: to * 1_000 }),
  );
const place = fc.constantFrom('ivr^s^1', 'queue-voicemail^s^start', 'on^9^n');
const requirement = fc.constantFrom('', 'support>=5 and (lang_en or lang_fr>=3)', 'team=gold and site!=paris', 'not a');
/** Whatever people write: quotes, colons, hashes, other scripts. */
const title = fc
  .oneof(
    fc.constantFrom("Hilfe: 'jetzt' # sofort", '{a}', '- x', 'yes', '12', '~', 'Ünïcode ☎', '', ' '),
    fc.string({ maxLength: 12 }),
  )
  .filter((one) => ![...one].some((c) => c < ' ' || c === '\u007f'));

const queueTarget: fc.Arbitrary<Target> = fc.oneof(
  fc.record({
    kind: fc.constant('queue' as const),
    queue: fc.constantFrom('support', 'a.b', '100'),
    sites,
    by: fc.constantFrom('expected_wait' as const, 'free_share' as const),
    percent: fc.constant({}),
  }),
  fc.integer({ min: 0, max: 100 }).map((share): Target => ({
    kind: 'queue',
    queue: 'q',
    sites: ['paris', 'rome'],
    by: 'percent',
    percent: { paris: share, rome: 100 - share },
  })),
);
const away: fc.Arbitrary<Target> = fc.oneof(
  queueTarget,
  fc.constantFrom('+49301234567', '100', '*97', '0800').map((number): Target => ({ kind: 'number', number })),
  place.map((to): Target => ({ kind: 'place', place: to })),
);

const condition: fc.Arbitrary<MeasureCondition> = fc
  .record({
    measure: fc.constantFrom(...MEASURES),
    operator: fc.constantFrom('>=', '>', '=', '!=', '<=', '<'),
    value: fc.nat(1_000_000),
  })
  .map(({ measure, operator, value }) => ({
    measure,
    operator,
    value: measure === 'service_level' ? value / 1_000_000 : value,
  }));

const step: fc.Arbitrary<Step> = fc.record({
  afterMs: seconds(0, 3_600),
  when: fc.array(condition, { maxLength: 3 }),
  requirement: fc.option(requirement),
  sites: fc.option(sites),
  priority: fc.integer({ min: -1000, max: 1000 }),
  strategy: fc.option(fc.constantFrom(...STRATEGIES)),
  overflow: fc.constant(null),
});
const steps = fc
  .tuple(fc.array(step, { maxLength: 3 }), fc.option(away))
  .map(([before, overflow]) =>
    overflow === null
      ? before
      : [
          ...before,
          { afterMs: 1_000, when: [], requirement: null, sites: null, priority: 0, strategy: null, overflow },
        ],
  );

const service = (calendar: string): fc.Arbitrary<Omit<Service, 'name' | 'numbers'>> =>
  fc.record({
    title,
    requirement,
    sites,
    strategy: fc.constantFrom(...STRATEGIES),
    priority: fc.integer({ min: -1000, max: 1000 }),
    ageing: fc.constantFrom(0, 1, 0.1, 1000),
    maxWaitMs: seconds(1, 86_400),
    maxWaiting: fc.nat(100_000),
    steps,
    ringMs: seconds(1, 300),
    wrapUpMs: seconds(0, 3_600),
    requeue: fc.boolean(),
    wrapUpAfter: fc.record({ transferred: seconds(0, 60), requeued: seconds(0, 60) }, { requiredKeys: [] }),
    noAnswerMs: seconds(0, 3_600),
    delivery: fc.constantFrom('bridge', 'redirect', 'continue'),
    share: fc.constantFrom('site_first', 'network_first'),
    music: fc.constantFrom('', 'default', '12', 'null'),
    announce: fc.record({
      position: fc.boolean(),
      expectedWait: fc.boolean(),
      onEntry: fc.boolean(),
      everyMs: fc.oneof(fc.constant(0), seconds(10, 3_600)),
    }),
    keys: fc.dictionary(
      fc.constantFrom('0', '1', '9', '*', '#'),
      place.map((to) => ({ kind: 'leave' as const, place: to })),
    ),
    callback: fc.record({
      allow: fc.uniqueArray(fc.constantFrom('+49', '+1', '+33155'), { maxLength: 2 }),
      first: fc.constantFrom('customer', 'agent'),
      tries: fc.integer({ min: 1, max: 20 }),
      gapMs: seconds(1, 86_400),
      ringMs: seconds(5, 300),
      calendar: fc.constantFrom('', calendar),
    }),
    preferred: fc.record({ customer: fc.boolean(), last: fc.boolean(), patienceMs: seconds(0, 3_600) }),
    customer: fc.record({ source: fc.constantFrom('none', 'shared', 'crm'), by: fc.constantFrom('ani', 'id') }),
    after: fc.constantFrom('hangup', 'continue'),
    serviceLevelMs: seconds(1, 3_600),
    serviceLevelTarget: fc.oneof(
      fc.integer({ min: 0, max: 1_000 }).map((n) => n / 1_000),
      fc.constantFrom(1e-7, 1 / 3),
    ),
    arrivalMs: seconds(1, 120),
    calendar: fc.constantFrom('', calendar),
    closed: fc.boolean(),
    whenClosed: fc.option(away),
    defaultRoute: fc.option(away),
  });

const span = fc
  .tuple(fc.nat(1439), fc.integer({ min: 1, max: 1440 }))
  .map(([fromMinute, minutes]) => ({ fromMinute, toMinute: fromMinute + minutes }));
const calendarNamed = (called: string): fc.Arbitrary<Calendar> =>
  fc.record({
    name: fc.constant(called),
    zone: fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'UTC'),
    hours: fc.array(
      fc
        .tuple(fc.uniqueArray(fc.constantFrom<Weekday>(1, 2, 3, 4, 5, 6, 7), { minLength: 1 }), span)
        .map(([days, one]) => ({ days: [...days].sort(), ...one })),
      { maxLength: 4 },
    ),
    special: fc.uniqueArray(
      fc.record({
        date: fc.constantFrom('2026-12-24', '*-12-25', '*-02-29', '2028-02-29'),
        title,
        hours: fc.array(span, { maxLength: 2 }),
      }),
      { selector: ({ date }) => date, maxLength: 3 },
    ),
  });

const rules: fc.Arbitrary<RoutingRules> = fc.uniqueArray(name, { minLength: 2, maxLength: 4 }).chain((names) => {
  const [calendar = 'c', ...others] = names;
  return fc.record({
    services: fc.tuple(
      ...others.map((called, i) =>
        service(calendar).map((one): Service => ({
          ...one,
          name: called,
          numbers: [`+4930123456${i}`, `+4930${i}*`, `_+4940${i}[0-5]X.`, `10${i}`].slice(0, one.priority & 3),
        })),
      ),
    ),
    calendars: calendarNamed(calendar).map((one) => [one]),
    sites: fc.dictionary(
      fc.constantFrom('berlin', 'paris', '007'),
      fc.record({ weight: fc.constantFrom(0, 1, 60, 0.5), cost: fc.constantFrom(0, 1, 2.5) }),
    ),
  });
});

describe('a routing file', () => {
  it('that is printed reads back as the same rules, and prints the same again', () => {
    fc.assert(
      fc.property(rules, (written) => {
        const text = routingText(written);
        const read = readRouting(text, 'routing.yaml');
        expect(read.faults).toEqual([]);
        expect(read.rules).toEqual(written);
        expect(routingText(read.rules ?? written)).toBe(text);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves away what is usual', () => {
    const support: Service = { ...SERVICE_DEFAULTS, name: 'support', title: 'Support', requirement: 'queue:support' };
    const busy: Service = {
      ...support,
      name: 'busy',
      maxWaitMs: 60_000,
      announce: { ...support.announce, everyMs: 60_000, position: true },
    };
    expect(routingText({ services: [support, busy], calendars: [], sites: { berlin: { weight: 60, cost: 0 } } })).toBe(
      `sites:
  berlin: { weight: 60 }
services:
  support: { title: Support }
  busy:
    title: Support
    requirement: queue:support
    max_wait: 1m
    announce: { position: true, every: 1m }
`,
    );
  });
});
