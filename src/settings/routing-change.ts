import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { RoutingRules } from '../core/model/routing.ts';
import { stepName, writtenCalendar, writtenService, writtenSite } from './index.ts';

type Written = Readonly<Record<string, unknown>>;
type Entries = ReadonlyMap<string, Written>;

/** Names in one line: a file of a thousand services is not for reading. */
export function someNames(names: readonly string[], most = 20): string {
  const more = names.length - most;
  return more > 0 ? `${names.slice(0, most).join(', ')} and ${more} more` : names.join(', ');
}

/**
 * What other rules do to those in force, field by field as they are written: `support: max_wait 5m -> 2m`. Empty when nothing
 * changes.
 */
export function routingChange(before: RoutingRules, after: RoutingRules): readonly string[] {
  const services = (rules: RoutingRules): Entries =>
    new Map(rules.services.map((one) => [one.name, writtenService(one)]));
  const calendars = (rules: RoutingRules): Entries =>
    new Map(rules.calendars.map((one) => [one.name, writtenCalendar(one)]));
  const sites = (rules: RoutingRules): Entries =>
    new Map(Object.entries(rules.sites).map(([name, terms]) => [name, writtenSite(terms)]));
  const lines = [
    ...sectionChange('', services(before), services(after)),
    ...sectionChange('calendar ', calendars(before), calendars(after)),
    ...sectionChange('site ', sites(before), sites(after)),
  ];
  if (lines.length > 0) return lines;
  const order = (rules: RoutingRules): readonly string[] => rules.services.map(({ name }) => name);
  return isDeepStrictEqual(order(before), order(after)) ? [] : ['changed the order'];
}

function sectionChange(kind: string, before: Entries, after: Entries): readonly string[] {
  const added = [...after.keys()].filter((name) => !before.has(name));
  const removed = [...before.keys()].filter((name) => !after.has(name));
  const fields = [...after].flatMap(([name, now]) => {
    const was = before.get(name);
    return was === undefined ? [] : fieldChanges(was, now).map((line) => `${kind}${name}: ${line}`);
  });
  return [
    ...(added.length > 0 ? [`added ${kind}${someNames(added)}`] : []),
    ...(removed.length > 0 ? [`removed ${kind}${someNames(removed)}`] : []),
    ...fields,
  ];
}

/** `announce.every 0s -> 1m`; lists of texts by what came and went, lists of groups by place. */
function fieldChanges(was: Written, now: Written, within = ''): readonly string[] {
  return [...new Set([...Object.keys(was), ...Object.keys(now)])].flatMap((key) => {
    const [old, fresh] = [was[key], now[key]];
    const field = within + key;
    if (isDeepStrictEqual(old, fresh)) return [];
    if (isGroup(old) && isGroup(fresh)) return fieldChanges(old, fresh, `${field}.`);
    if (isTexts(old) && isTexts(fresh)) {
      const came = fresh.filter((text) => !old.includes(text)).map((text) => `added ${text}`);
      const went = old.filter((text) => !fresh.includes(text)).map((text) => `removed ${text}`);
      if (came.length + went.length > 0) return [`${field} ${someNames([...came, ...went], 10)}`];
    } else if (Array.isArray(old) && Array.isArray(fresh)) {
      const places = Array.from({ length: Math.max(old.length, fresh.length) }, (_, i) => i);
      const changed = places.filter((i) => !isDeepStrictEqual(old[i], fresh[i]));
      const place = (i: number): string => (field === 'steps' ? stepName(i) : `${field}[${i}]`);
      return changed.map((i) => `${place(i)} ${shown(old[i])} -> ${shown(fresh[i])}`);
    }
    return [`${field} ${shown(old)} -> ${shown(fresh)}`];
  });
}

const isGroup = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((one) => typeof one === 'string');

function shown(value: unknown): string {
  if (value === undefined || value === null) return 'none';
  if (typeof value === 'string') return value === '' ? "''" : value;
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, flowCollectionPadding: false }).trim();
}
