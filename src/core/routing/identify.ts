/** Which service a call is for, and whether that service is open. */
import { IpntError } from '../errors.ts';
import type { Calendar } from '../model/calendar.ts';
import { bySpecificity, matches, parsePattern } from '../model/dial-pattern.ts';
import type { DialPattern } from '../model/dial-pattern.ts';
import { prefixOf } from '../model/number.ts';
import { servicesByName } from '../model/routing.ts';
import type { Routing } from '../model/routing.ts';
import type { Service } from '../model/service.ts';
import type { DialplanArguments } from './arguments.ts';
import { isOpen } from './calendar.ts';

/** The service of a call, and what led there. */
export interface Identified {
  readonly service: Service;
  readonly by: 'name' | 'number' | 'prefix' | 'pattern';
  /** The name or the entry of `numbers`. */
  readonly entry: string;
}

interface Entry<T> {
  readonly key: T;
  readonly found: Identified;
}

/** One routing, made ready for look-ups. */
interface Index {
  readonly normalise: (number: string) => string;
  readonly calendars: ReadonlyMap<string, Calendar>;
  readonly exact: ReadonlyMap<string, Identified>;
  /** Longest first. */
  readonly prefixes: readonly Entry<string>[];
  /** The narrowest first. */
  readonly patterns: readonly Entry<DialPattern>[];
}

/** A routing is swapped whole and never changed: what was made of it once stays good. */
const indices = new WeakMap<Routing, Index>();

function indexOf(routing: Routing, normalise: (number: string) => string): Index {
  const known = indices.get(routing);
  if (known?.normalise === normalise) return known;
  const index = makeIndex(routing, normalise);
  indices.set(routing, index);
  return index;
}

function makeIndex(routing: Routing, normalise: (number: string) => string): Index {
  const exact = new Map<string, Identified>();
  const prefixes: Entry<string>[] = [];
  const patterns: Entry<DialPattern>[] = [];
  for (const service of routing.services)
    for (const entry of service.numbers) {
      const prefix = prefixOf(entry);
      const pattern = entry.startsWith('_') ? parsePattern(entry) : null;
      if (prefix !== null) prefixes.push({ key: prefix, found: { service, by: 'prefix', entry } });
      else if (pattern === null) {
        for (const number of [entry, normalise(entry)])
          if (number !== '' && !exact.has(number)) exact.set(number, { service, by: 'number', entry });
      } else if (typeof pattern !== 'string') patterns.push({ key: pattern, found: { service, by: 'pattern', entry } });
    }
  return {
    normalise,
    calendars: new Map(routing.calendars.map((calendar) => [calendar.name, calendar])),
    exact,
    prefixes: prefixes.sort((a, b) => b.key.length - a.key.length),
    patterns: patterns.sort((a, b) => bySpecificity(a.key, b.key)),
  };
}

/**
 * The service that the caller asked for by name, else by the number dialled, as it came and in E.164: an exact number goes before
 * the longest prefix, a prefix before the narrowest pattern. Throws SERVICE_UNKNOWN.
 */
export function identify(
  routing: Routing,
  args: Pick<DialplanArguments, 'service' | 'dnis'>,
  normalise: (number: string) => string,
): Identified {
  const index = indexOf(routing, normalise);
  if (args.service !== '') {
    const named = servicesByName(routing).get(args.service);
    if (named !== undefined) return { service: named, by: 'name', entry: named.name };
    throw new IpntError('SERVICE_UNKNOWN', `there is no service '${args.service.slice(0, 60)}'`, 'argument service');
  }
  const dialled = [args.dnis, normalise(args.dnis)].filter((number) => number !== '');
  const found =
    dialled.map((number) => index.exact.get(number)).find((one) => one !== undefined) ??
    index.prefixes.find(({ key }) => dialled.some((number) => number.startsWith(key)))?.found ??
    index.patterns.find(({ key }) => dialled.some((number) => matches(key, number)))?.found;
  if (found !== undefined) return found;
  throw new IpntError('SERVICE_UNKNOWN', `no service has the number '${args.dnis.slice(0, 40)}'`, 'dialled number');
}

/** As `identify`, where it does not matter how it was found. */
export const findService = (
  routing: Routing,
  args: Pick<DialplanArguments, 'service' | 'dnis'>,
  normalise: (number: string) => string,
): Service => identify(routing, args, normalise).service;

/** Whether a service takes calls. */
export interface ServiceState {
  readonly open: boolean;
  /** Who closed or opened it by hand and why, the special day, or its hours: for people. */
  readonly why: string;
  readonly by: 'hand' | 'file' | 'calendar' | 'always';
  /** When its calendar changes that next; null: it does not. */
  readonly untilMs: number | null;
}

/**
 * Whether a service takes calls at `atMs`. What was decided by hand stands above `closed` in the file, that above its calendar.
 * A calendar that is not there closes nobody.
 */
export function serviceState(
  routing: Routing,
  service: Pick<Service, 'name' | 'closed' | 'calendar'>,
  atMs: number,
): ServiceState {
  const override = routing.overrides[service.name];
  if (override !== undefined) {
    const open = override.state === 'open';
    const why = `${open ? 'opened' : 'closed'} by ${override.by}${override.why && `: ${override.why}`}`;
    return { open, why, by: 'hand', untilMs: null };
  }
  if (service.closed) return { open: false, why: 'closed in the routing file', by: 'file', untilMs: null };
  const calendar = service.calendar === '' ? undefined : calendarOf(routing, service.calendar);
  if (calendar === undefined) return { open: true, why: 'always open', by: 'always', untilMs: null };
  const { open, why, untilMs } = isOpen(calendar, atMs);
  const told = why === 'hours' ? `${open ? 'within' : 'outside'} its hours` : why;
  return { open, why: `${told} (${calendar.name})`, by: 'calendar', untilMs };
}

/** A calendar of the routing by name. */
export function calendarOf(routing: Routing, name: string): Calendar | undefined {
  const known = indices.get(routing);
  return known === undefined ? routing.calendars.find((one) => one.name === name) : known.calendars.get(name);
}
