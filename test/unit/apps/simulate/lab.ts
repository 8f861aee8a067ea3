/** Scenarios of the tests: small ones, with names that a reader of a queueing book knows. */
import { NO_RULES } from '../../../../src/core/model/routing.ts';
import type { RoutingRules } from '../../../../src/core/model/routing.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import type { Service } from '../../../../src/core/model/service.ts';
import { NEVER } from '../../../../src/core/stats/distributions.ts';
import type { Distribution } from '../../../../src/core/stats/distributions.ts';
import type { Estimate } from '../../../../src/core/stats/intervals.ts';
import type { Crew, Scenario, Traffic } from '../../../../src/settings/scenario-model.ts';

export const SECOND = 1_000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/** A Monday, midnight UTC. */
export const MONDAY = Date.UTC(2026, 0, 5);

export const exponential = (seconds: number): Distribution => ({ kind: 'exponential', meanMs: seconds * SECOND });
export const constant = (seconds: number): Distribution => ({ kind: 'constant', ms: seconds * SECOND });

/** Nobody is turned away and nobody is timed out, unless `change` says so. */
export const service = (name: string, change: Partial<Service> = {}): Service => ({
  ...blankService(name),
  ...{ requirement: name, maxWaitMs: 1e12, maxWaiting: 1e9 },
  ...change,
});

export const rules = (...services: Service[]): RoutingRules => ({ ...NO_RULES, services });

/** Calls by chance, so many a second. */
export const traffic = (name: string, rate: number, change: Partial<Traffic> = {}): Traffic => ({
  service: name,
  arrivals: { kind: 'rates', intervalMs: HOUR, calls: [rate * 3_600] },
  ...{ handle: exponential(60), patience: NEVER, answer: constant(0), preferred: 0 },
  ...change,
});

export const crew = (siteId: string, count: number, skills: readonly string[], change: Partial<Crew> = {}): Crew => ({
  siteId,
  names: Array.from({ length: count }, (_, i) => `${skills.join('-')}-${String(i).padStart(3, '0')}`),
  skills: Object.fromEntries(skills.map((skill) => [skill, 10])),
  ...{ attributes: {}, shift: null, handle: {}, handleFactor: 1, wrapUpMs: null },
  ...change,
});

export const scenario = (traffics: readonly Traffic[], crews: readonly Crew[], change: Partial<Scenario> = {}) => ({
  ...{ routing: null, fromMs: MONDAY, lengthMs: 24 * HOUR, warmUpMs: 0, replications: 1, seed: 1, confidence: 0.999 },
  ...{ traffic: traffics, crews },
  ...change,
});

/** Half of the interval's width over its value. */
export const looseness = ({ value, low, high }: Estimate): number => (high - low) / 2 / value;
