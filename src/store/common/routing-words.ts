import { isDeepStrictEqual } from 'node:util';
import { IpntError } from '../../core/errors.ts';
import type { RoutingRules, ServiceOverride } from '../../core/model/routing.ts';

/** What a version of the routing did, for its history. */
/** `closed support: fire alarm` */
export const overrideText = (service: string, override: Omit<ServiceOverride, 'atMs'> | null): string =>
  override === null
    ? `${service} follows its calendar again`
    : `${override.state === 'closed' ? 'closed' : 'opened'} ${service}${override.why && `: ${override.why}`}`;

/** As much as a line of the history has place for. */
const MOST_CHARACTERS = 200;

/** `added a; changed b, calendar c; removed d`; `applied` where that is nothing. */
export const appliedText = (before: RoutingRules, after: RoutingRules): string =>
  short(changeText(before, after) || 'applied');

/** `rolled back to 3: changed b` */
export const rolledBackText = (version: number, before: RoutingRules, after: RoutingRules): string =>
  short(`rolled back to ${version}: ${changeText(before, after)}`);

/** Null: the one before. */
export const noSuchVersion = (wanted: number | null): IpntError =>
  wanted === null
    ? new IpntError('ROUTING_VERSION_UNKNOWN', 'there is no version before this one')
    : new IpntError('ROUTING_VERSION_UNKNOWN', '', `version ${wanted}`);

/** Whether two rules do the same, the order of services among it. */
export const sameRules = (a: RoutingRules, b: RoutingRules): boolean => changeText(a, b) === '';

/** Whether somebody asks for what is so already: who asks, and when, makes no difference to callers. */
export const sameOverride = (
  now: ServiceOverride | undefined,
  wanted: Omit<ServiceOverride, 'atMs'> | null,
): boolean => (wanted === null ? now === undefined : now?.state === wanted.state && now.why === wanted.why);

function changeText(before: RoutingRules, after: RoutingRules): string {
  const [old, fresh] = [entriesOf(before), entriesOf(after)];
  const names = {
    added: [...fresh.keys()].filter((name) => !old.has(name)),
    changed: [...fresh].filter(([name, now]) => old.has(name) && !isDeepStrictEqual(old.get(name), now)),
    removed: [...old.keys()].filter((name) => !fresh.has(name)),
  };
  const parts = [
    ...(names.added.length > 0 ? [`added ${names.added.join(', ')}`] : []),
    ...(names.changed.length > 0 ? [`changed ${names.changed.map(([name]) => name).join(', ')}`] : []),
    ...(names.removed.length > 0 ? [`removed ${names.removed.join(', ')}`] : []),
  ];
  if (parts.length > 0) return parts.join('; ');
  return isDeepStrictEqual([...old.keys()], [...fresh.keys()]) ? '' : 'changed the order';
}

/** By name, as they are stored. */
function entriesOf(rules: RoutingRules): ReadonlyMap<string, unknown> {
  const { services, calendars, sites } = JSON.parse(JSON.stringify(rules)) as RoutingRules;
  const bySite = Object.entries(sites).sort(([a], [b]) => (a < b ? -1 : 1));
  return new Map<string, unknown>([
    ...services.map((one): [string, unknown] => [one.name, one]),
    ...calendars.map((one): [string, unknown] => [`calendar ${one.name}`, one]),
    ...bySite.map(([name, terms]): [string, unknown] => [`site ${name}`, terms]),
  ]);
}

const short = (text: string): string =>
  text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;

export const importedText = (agents: number): string =>
  agents === 1 ? 'imported 1 agent' : `imported ${agents} agents`;
