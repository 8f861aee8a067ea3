import { IpntError } from '../../core/errors.ts';
import { NO_RULES } from '../../core/model/routing.ts';
import type { AgentProfile, Routing, RoutingRules, ServiceOverride } from '../../core/model/routing.ts';
import type { RoutingVersion } from '../../ports/provisioning.ts';
import {
  appliedText,
  importedText,
  noSuchVersion,
  overrideText,
  rolledBackText,
  sameOverride,
  sameRules,
} from '../common/routing-words.ts';
import { ROUTINGS_KEPT } from '../common/store.ts';
import type { Data } from './data.ts';

export function loadRouting(data: Data): Routing {
  const last = data.routings.at(-1);
  const rules = last?.rules ?? NO_RULES;
  return structuredClone({
    ...rules,
    version: last?.version ?? 0,
    waitingVersion: last?.waitingVersion ?? 0,
    overrides: Object.fromEntries([...data.overrides].sort(([a], [b]) => (a < b ? -1 : 1))),
    profiles: [...data.profiles.values()].sort((a, b) => (a.agentId < b.agentId ? -1 : 1)),
  });
}

/** Puts another version on top; what is not given stays as it was. */
function next(
  data: Data,
  by: string,
  what: string,
  changed: { rules?: RoutingRules; waiting?: boolean } = {},
): Routing {
  const last = data.routings.at(-1);
  const version = (last?.version ?? 0) + 1;
  const rules = changed.rules ?? last?.rules ?? NO_RULES;
  data.routings.push({
    ...{ version, by, what, atMs: data.clock.nowMs(), rules: structuredClone(rules) },
    rulesVersion: changed.rules === undefined ? (last?.rulesVersion ?? 0) : version,
    waitingVersion: changed.waiting === true ? version : (last?.waitingVersion ?? 0),
  });
  data.routings.splice(0, data.routings.length - ROUTINGS_KEPT);
  return loadRouting(data);
}

/** A service that is gone takes its override with it. */
function applyRules(data: Data, rules: RoutingRules, by: string, what: string, waiting: boolean): Routing {
  const names = new Set(rules.services.map(({ name }) => name));
  for (const name of data.overrides.keys()) if (!names.has(name)) data.overrides.delete(name);
  return next(data, by, what, { rules, waiting });
}

export const applyRouting = (
  data: Data,
  rules: RoutingRules,
  by: string,
  options: { waiting?: boolean } = {},
): Routing => applyRules(data, rules, by, appliedText(loadRouting(data), rules), options.waiting === true);

export function rollbackRouting(data: Data, wanted: number | null, by: string): Routing {
  const version = wanted ?? (data.routings.at(-1)?.rulesVersion ?? 0) - 1;
  const found = data.routings.find((one) => one.version === version);
  if (found === undefined) throw noSuchVersion(wanted);
  const before = loadRouting(data);
  if (sameRules(before, found.rules)) return before;
  return applyRules(data, found.rules, by, rolledBackText(version, before, found.rules), false);
}

export const routingHistory = (data: Data, limit: number): readonly RoutingVersion[] =>
  [...data.routings]
    .reverse()
    .slice(0, Math.max(0, Math.floor(limit)))
    .map(({ version, by, atMs, what }) => ({ version, by, atMs, what }));

export function overrideService(
  data: Data,
  service: string,
  override: Omit<ServiceOverride, 'atMs'> | null,
  by = '',
): Routing {
  if (!data.routings.at(-1)?.rules.services.some(({ name }) => name === service))
    throw new IpntError('SERVICE_UNKNOWN', `there is no service "${service}"`);
  if (sameOverride(data.overrides.get(service), override)) return loadRouting(data);
  if (override === null) data.overrides.delete(service);
  else data.overrides.set(service, { ...override, atMs: data.clock.nowMs() });
  return next(data, override?.by ?? by, overrideText(service, override));
}

export function importProfiles(data: Data, profiles: readonly AgentProfile[], by: string, whole: boolean): Routing {
  if (whole) data.profiles.clear();
  for (const profile of profiles) data.profiles.set(profile.agentId, structuredClone(profile));
  return next(data, by, importedText(profiles.length));
}
