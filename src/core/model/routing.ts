import { IpntError } from '../errors.ts';
import type { AgentId, AgentState, KnownAgent } from './agent.ts';
import type { Calendar } from './calendar.ts';
import type { Service } from './service.ts';

/** What the routing file says of a site. */
export interface SiteTerms {
  /** Share of the calls, for `site_weight`; 0 gets none while another has somebody. */
  readonly weight: number;
  /** For `site_cost`: lower goes first. */
  readonly cost: number;
}

export const SITE_TERMS: SiteTerms = { weight: 1, cost: 0 };

/** The routing file, checked: what `ipnt apply` puts in force and `ipnt export` prints. */
export interface RoutingRules {
  readonly services: readonly Service[];
  readonly calendars: readonly Calendar[];
  readonly sites: Readonly<Record<string, SiteTerms>>;
}

export const NO_RULES: RoutingRules = { services: [], calendars: [], sites: {} };

/** A service closed or opened by hand, whatever its calendar says (`ipnt service close NAME`). */
export interface ServiceOverride {
  readonly state: 'closed' | 'open';
  readonly by: string;
  readonly why: string;
  readonly atMs: number;
}

/** What provisioning says of an agent, on top of what his PBX says (`ipnt agents import`). */
export interface AgentProfile {
  readonly agentId: AgentId;
  /** '' leaves the PBX's title. */
  readonly title: string;
  /** Skill to level; over those of the PBX. Level 0 takes one away. */
  readonly skills: Readonly<Record<string, number>>;
  /** Text attributes that a requirement can ask for (`team=gold`). */
  readonly attributes: Readonly<Record<string, string>>;
  /** His own wrap-up; null: the service's. */
  readonly wrapUpMs: number | null;
}

/** Everything that is provisioned, read whole and swapped whole. */
export interface Routing extends RoutingRules {
  /** Grows with every `apply`, `service close|open` and import. */
  readonly version: number;
  /** Calls that entered under an older version than this take over the rules in force (`apply --waiting`). */
  readonly waitingVersion: number;
  readonly overrides: Readonly<Record<string, ServiceOverride>>;
  readonly profiles: readonly AgentProfile[];
}

export const NO_ROUTING: Routing = { ...NO_RULES, version: 0, waitingVersion: 0, overrides: {}, profiles: [] };

/** An agent as his site reports him, with his profile laid over. A level of 0 takes a skill away. */
export function withProfile(agent: AgentState, profile: AgentProfile | undefined): KnownAgent {
  if (profile === undefined) return { ...agent, attributes: {}, wrapUpMs: null };
  const skills = Object.entries({ ...agent.skills, ...profile.skills }).filter(([, level]) => level > 0);
  return {
    ...agent,
    title: profile.title || agent.title,
    skills: Object.fromEntries(skills),
    attributes: profile.attributes,
    wrapUpMs: profile.wrapUpMs,
  };
}

const byName = new WeakMap<RoutingRules, ReadonlyMap<string, Service>>();

/** The services by name. A routing is swapped whole and never changed: what was made of it once stays good. */
export function servicesByName(rules: RoutingRules): ReadonlyMap<string, Service> {
  let services = byName.get(rules);
  if (services === undefined) {
    services = new Map(rules.services.map((service) => [service.name, service]));
    byName.set(rules, services);
  }
  return services;
}

/** Throws SERVICE_UNKNOWN. */
export function serviceNamed(rules: RoutingRules, name: string): Service {
  const service = servicesByName(rules).get(name);
  if (service === undefined) throw new IpntError('SERVICE_UNKNOWN', `there is no service "${name}"`);
  return service;
}
