import { stringify } from 'yaml';
import { z } from 'zod';
import { IpntError } from '../core/errors.ts';
import { queueSkill } from '../core/model/agent.ts';
import { normalizeNumber } from '../core/model/number.ts';
import { SERVICE_DEFAULTS } from '../core/model/service.ts';
import type { Service } from '../core/model/service.ts';
import { parseRequirement } from '../core/routing/requirement.ts';
import { readDocument, say } from './document.ts';
import type { ReadDocument } from './document.ts';
import type { Fault } from './faults.ts';
import { duration, flag, formatDuration, groups, hasControls, object, oneOf, text, whole } from './values.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;
const HOUR = 3_600_000;

/** A number as it is dialled. YAML reads a bare one as a number, and loses its zeros and plus: quotes are asked for. */
const dialled = () =>
  z.unknown().transform((input, context): string => {
    if (typeof input === 'string' && /^\+?[A-Za-z0-9 ().*#_/-]{1,64}$/.test(input)) return input;
    const cure =
      typeof input === 'number'
        ? `write it in quotes: "${input}", with its plus or zeros`
        : 'write e.g. "+49301234567"';
    context.addIssue({ code: 'custom', message: say('must be a dialled number in quotes', cure) });
    return z.NEVER;
  });

/** A requirement; the fault shows the mark. */
const requirement = () =>
  text('"support and lang_fr>=3"').superRefine((value, context) => {
    if (hasControls(value)) return;
    try {
      parseRequirement(value);
    } catch (error) {
      if (!(error instanceof IpntError)) throw error;
      // The mark under the character needs a line of its own; a fault has one, so it names the character.
      const message = `does not parse at ${error.where}: ${error.detail.split('\n')[0]}`;
      context.addIssue({ code: 'custom', message: say(message, 'see README, "Requirements"') });
    }
  });

const serviceSchema = object(
  {
    title: text('Support').optional(),
    numbers: z.array(dialled(), { error: say('must be a list', 'write e.g. ["+49301234567"]') }).optional(),
    requirement: requirement().optional(),
    priority: whole(-1000, 1000, 5).optional(),
    max_wait: duration(1_000, 24 * HOUR, '300s').optional(),
    max_waiting: whole(0, 100_000, 50).optional(),
    ring: duration(1_000, 300_000, '20s').optional(),
    wrap_up: duration(0, HOUR, '10s').optional(),
    delivery: oneOf(['bridge', 'redirect', 'continue']).optional(),
    share: oneOf(['site_first', 'network_first']).optional(),
    music: text('default', /^[A-Za-z0-9_.-]*$/, 'the name of a music class').optional(),
    after: oneOf(['hangup', 'continue']).optional(),
    service_level: duration(1_000, HOUR, '20s').optional(),
    arrival: duration(1_000, 120_000, '8s').optional(),
    closed: flag().optional(),
  },
  '{ title: Support, numbers: ["+49301234567"] }',
);

const routingSchema = object(
  {
    services: groups(
      text('support', NAME, 'a name of letters, digits, _ and -'),
      serviceSchema.nullable(),
      'must be a group: service to its rules',
      'write services: and below it one group a service (config/routing.example.yaml)',
    ),
  },
  'services: { support: {...} }',
);

type Written = NonNullable<z.output<typeof routingSchema>['services'][string]>;

function serviceOf(name: string, written: Written, country: string): Service {
  const given = <T>(value: T | undefined, usual: T): T => (value === undefined ? usual : value);
  return {
    ...SERVICE_DEFAULTS,
    name,
    title: written.title ?? name,
    numbers: (written.numbers ?? []).map((number) => normalizeNumber(number, country)),
    requirement: written.requirement ?? queueSkill(name),
    priority: given(written.priority, SERVICE_DEFAULTS.priority),
    maxWaitMs: given(written.max_wait, SERVICE_DEFAULTS.maxWaitMs),
    maxWaiting: given(written.max_waiting, SERVICE_DEFAULTS.maxWaiting),
    ringMs: given(written.ring, SERVICE_DEFAULTS.ringMs),
    wrapUpMs: given(written.wrap_up, SERVICE_DEFAULTS.wrapUpMs),
    delivery: given(written.delivery, SERVICE_DEFAULTS.delivery),
    share: given(written.share, SERVICE_DEFAULTS.share),
    music: given(written.music, SERVICE_DEFAULTS.music),
    after: given(written.after, SERVICE_DEFAULTS.after),
    serviceLevelMs: given(written.service_level, SERVICE_DEFAULTS.serviceLevelMs),
    arrivalMs: given(written.arrival, SERVICE_DEFAULTS.arrivalMs),
    closed: given(written.closed, SERVICE_DEFAULTS.closed),
  };
}

/**
 * Checks the text of a routing file; all faults at once. Numbers come back in E.164, `country` being the calling code to
 * assume ('' for none). `services` is null where there are faults.
 */
export function readRouting(
  content: string,
  file: string,
  country = '',
): { readonly services: readonly Service[] | null; readonly faults: readonly Fault[] } {
  const read = readDocument(content, file, routingSchema);
  if (read.value === null) return { services: null, faults: read.faults };
  const services = Object.entries(read.value.services).map(([name, written]) =>
    serviceOf(name, written ?? {}, country),
  );
  const faults = duplicateNumbers(services, read);
  return faults.length > 0 ? { services: null, faults } : { services, faults: [] };
}

function duplicateNumbers(services: readonly Service[], read: ReadDocument<unknown>): Fault[] {
  const owners = new Map<string, string>();
  const faults: Fault[] = [];
  for (const service of services)
    service.numbers.forEach((number, index) => {
      const owner = owners.get(number);
      if (owner !== undefined)
        faults.push(
          read.faultAt(
            ['services', service.name, 'numbers', index],
            `${number} leads to "${owner}" already`,
            'leave it with one service',
          ),
        );
      else owners.set(number, service.name);
    });
  return faults;
}

/** Services as a routing file that reads back as the same; what equals the default is left away. */
export function routingText(services: readonly Service[]): string {
  const written = services.map((service) => [service.name, writtenOf(service)] as const);
  return stringify({ services: Object.fromEntries(written) }, { lineWidth: 0, defaultStringType: 'PLAIN' });
}

function writtenOf(service: Service): Record<string, unknown> {
  const d = SERVICE_DEFAULTS;
  const rows: [string, unknown, unknown][] = [
    ['title', service.title, null],
    ['numbers', service.numbers, service.numbers.length === 0 ? service.numbers : null],
    ['requirement', service.requirement, queueSkill(service.name)],
    ['priority', service.priority, d.priority],
    ['max_wait', formatDuration(service.maxWaitMs), formatDuration(d.maxWaitMs)],
    ['max_waiting', service.maxWaiting, d.maxWaiting],
    ['ring', formatDuration(service.ringMs), formatDuration(d.ringMs)],
    ['wrap_up', formatDuration(service.wrapUpMs), formatDuration(d.wrapUpMs)],
    ['delivery', service.delivery, d.delivery],
    ['share', service.share, d.share],
    ['music', service.music, d.music],
    ['after', service.after, d.after],
    ['service_level', formatDuration(service.serviceLevelMs), formatDuration(d.serviceLevelMs)],
    ['arrival', formatDuration(service.arrivalMs), formatDuration(d.arrivalMs)],
    ['closed', service.closed, d.closed],
  ];
  return Object.fromEntries(rows.filter(([, value, usual]) => value !== usual).map(([key, value]) => [key, value]));
}
