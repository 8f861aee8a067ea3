import { z } from 'zod';
import type { RoutingRules, SiteTerms } from '../core/model/routing.ts';
import { openDocument } from './document.ts';
import type { OpenDocument } from './document.ts';
import { byPlace } from './faults.ts';
import type { Fault } from './faults.ts';
import { calendarOf, calendarSchema } from './routing-calendar.ts';
import { checkRules } from './routing-check.ts';
import { finding } from './routing-finding.ts';
import type { Finding } from './routing-finding.ts';
import { serviceOf, serviceSchema, siteSchema, siteTermsOf } from './routing-schema.ts';
import { NAME, siteName } from './routing-values.ts';
import { groups, object, text } from './values.ts';

/** What `readRouting` found. */
export interface RoutingRead {
  /** Null where there are faults. */
  readonly rules: RoutingRules | null;
  readonly faults: readonly Fault[];
  /** What may be meant: it never stops an apply. */
  readonly warnings: readonly Fault[];
  /** Where something is that only others know to be wrong. */
  readonly placed: (finding: Finding) => Fault;
}

const SECTIONS = object(
  {
    services: groups(
      text('support', NAME, 'a name of letters, digits, _ and -'),
      z.unknown(),
      'must be a group: service to its rules',
      'write services: and below it one group a service (config/routing.example.yaml)',
    ),
    calendars: groups(
      text('office', NAME, 'a name of letters, digits, _ and -'),
      z.unknown(),
      'must be a group: calendar to its hours',
      'write e.g. { office: { zone: Europe/Berlin, hours: ["Mon-Fri 08:00-18:00"] } }',
    ).prefault({}),
    sites: groups(
      siteName(),
      z.unknown(),
      'must be a group: site to its weight and cost',
      'write e.g. { berlin: { weight: 60, cost: 1 } }',
    ).prefault({}),
  },
  'services: { support: {...} }',
);

const SECTION_NAMES = ['services', 'calendars', 'sites'] as const;
/** Of each section. Ten times what the largest call centres have; each is looked at against all others. */
const MOST_ENTRIES = 2_000;

const crowded = (section: (typeof SECTION_NAMES)[number]): Finding =>
  finding('fault', [section], `has more than ${MOST_ENTRIES} entries`, 'leave out those that are not used');

/**
 * Checks the text of a routing file; all faults at once: one in a service hides none of another, and none between them. Numbers
 * come back in E.164, `country` being the calling code to assume ('' for none).
 */
export function readRouting(content: string, file: string, country = ''): RoutingRead {
  const document = openDocument(content, file);
  const placed = ({ path, message, cure }: Finding): Fault => document.faultAt(path, message, cure);
  // The sections of a broken document are not always those that were meant.
  const faults = [...document.syntax];
  if (faults.length === 0) faults.push(...document.check(SECTIONS, document.raw ?? {}, []).faults);
  const tooMany = SECTION_NAMES.filter((section) => namesOf(document, section).length > MOST_ENTRIES);
  if (tooMany.length > 0)
    return { rules: null, faults: [...faults, ...tooMany.map(crowded).map(placed)], warnings: [], placed };
  const services = readEntries(document, 'services', serviceSchema.nullable(), faults);
  const calendars = readEntries(document, 'calendars', calendarSchema, faults);
  const sites = readEntries(document, 'sites', siteSchema.nullable(), faults);
  const rules: RoutingRules = {
    services: services.map(([name, written]) => serviceOf(name, written ?? {}, country)),
    calendars: calendars.map(([name, written]) => calendarOf(name, written)),
    sites: Object.fromEntries(sites.map(([name, written]): [string, SiteTerms] => [name, siteTermsOf(written ?? {})])),
  };
  // In a broken document an entry may have been swallowed by the one before it: what looks like its name is good enough.
  const words =
    document.syntax.length === 0 ? [] : [...content.matchAll(/^\s*["']?([\w-]+)["']?\s*:/gm)].map(([, n = '']) => n);
  const found = checkRules(rules, {
    services: [...namesOf(document, 'services'), ...words],
    calendars: [...namesOf(document, 'calendars'), ...words],
  });
  faults.push(...found.filter(({ level }) => level === 'fault').map(placed));
  return {
    rules: faults.length === 0 ? rules : null,
    faults: faults.sort(byPlace),
    warnings: found
      .filter(({ level }) => level === 'warning')
      .map(placed)
      .sort(byPlace),
    placed,
  };
}

/** The entries of a section that are as they should be; what is wrong with the others goes to `faults`. */
function readEntries<S extends z.ZodType>(
  document: OpenDocument,
  section: string,
  schema: S,
  faults: Fault[],
): [string, z.output<S>][] {
  return Object.entries(sectionOf(document, section)).flatMap(([name, input]): [string, z.output<S>][] => {
    if (!NAME.test(name) || document.isBroken(section, name)) return [];
    const { value, faults: found } = document.check(schema, input, [section, name]);
    faults.push(...found);
    return found.length > 0 ? [] : [[name, value as z.output<S>]];
  });
}

const namesOf = (document: OpenDocument, section: string): string[] => Object.keys(sectionOf(document, section));

function sectionOf({ raw }: OpenDocument, section: string): Readonly<Record<string, unknown>> {
  const found = isGroup(raw) ? raw[section] : undefined;
  return isGroup(found) ? found : {};
}

const isGroup = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
