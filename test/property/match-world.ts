/** Worlds for the properties of a match: small enough that every agent and every call matters. */
import fc from 'fast-check';
import type { KnownAgent } from '../../src/core/model/agent.ts';
import type { WaitingCall } from '../../src/core/model/call.ts';
import type { Reservation } from '../../src/core/model/claim.ts';
import { STRATEGIES } from '../../src/core/model/service.ts';
import { ineligible } from '../../src/core/routing/eligible.ts';
import type { MatchOptions } from '../../src/core/routing/match.ts';
import { waitsForPreferred } from '../../src/core/routing/rank.ts';
import { parseRequirement, unmet } from '../../src/core/routing/requirement.ts';
import type { RoutingView } from '../../src/core/routing/view.ts';
import type { WorldSpec } from '../unit/core/routing/world.ts';
import { agent, call, NOW_MS, queue, reservation, site } from '../unit/core/routing/world.ts';

export const SITES = ['berlin', 'lyon', 'oslo'];
export const AGENTS = Array.from({ length: 8 }, (_, i) => `${SITES[i % 3]}/PJSIP/${100 + i}`);
export const REQUIREMENTS = [
  '',
  'en',
  'fr>=3',
  'en and fr',
  'en or fr>=5',
  'not fr',
  'team=gold',
  'en and team!=gold',
  'site!=oslo',
  'queue:sales',
];
const few = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most });
const ago = few(3).map((n) => NOW_MS - n * 1_000);

/** Rows of one agent: mostly free, with few values for each key so that ties are common. */
export const agentRow = (agentId: string): fc.Arbitrary<KnownAgent> =>
  fc
    .record({
      status: fc.constantFrom(
        'ready' as const,
        'ready' as const,
        'ready' as const,
        'paused' as const,
        'logged_out' as const,
      ),
      activity: fc.constantFrom(
        'idle' as const,
        'idle' as const,
        'idle' as const,
        'talking' as const,
        'wrap_up' as const,
      ),
      wrapUpUntilMs: fc.constantFrom(null, null, NOW_MS + 500, NOW_MS + 1_500),
      idleSinceMs: ago,
      skills: fc.record({ en: fc.constantFrom(1, 5), fr: fc.constantFrom(2, 3, 7) }, { requiredKeys: [] }),
      attributes: fc.constantFrom<Record<string, string>>({}, { team: 'gold' }, { team: 'red' }),
      callsTaken: few(2),
      occupancy: fc.constantFrom(0, 0.25, 0.5),
      occupancyAtMs: ago,
      isInSales: fc.boolean(),
    })
    .map(({ isInSales, skills, ...row }) => {
      const memberships = isInSales
        ? [{ queue: 'sales', penalty: 2, paused: row.status === 'paused', pauseReason: '', dynamic: true }]
        : [];
      const all: Record<string, number> = { ...skills };
      if (isInSales && row.status !== 'paused') all['queue:sales'] = 8;
      return agent(agentId.replace('/PJSIP', ''), { ...row, skills: all, memberships });
    });

export const reservationOf = (agentId: string): fc.Arbitrary<Reservation> =>
  fc
    .record({
      phase: fc.constantFrom('free' as const, 'free' as const, 'offer' as const, 'wrap_up' as const),
      expiresAtMs: fc.constantFrom(NOW_MS - 1, NOW_MS + 700, NOW_MS + 1_700),
      idleSinceMs: ago,
      claimedAtMs: fc.constantFrom(0, 5, 9),
    })
    .map((row) => reservation(agentId, row));

const waitingCall = (n: number): fc.Arbitrary<WaitingCall> =>
  fc
    .record({
      requirement: fc.constantFrom(...REQUIREMENTS),
      priority: few(1),
      arrivedAtMs: ago,
      ageing: fc.constantFrom(0, 0, 60),
      networkFirst: fc.boolean(),
      strategy: fc.constantFrom(...STRATEGIES),
      preferred: fc.oneof(fc.constant([]), fc.subarray(AGENTS, { maxLength: 3 })),
      preferredUntilMs: fc.constantFrom(0, NOW_MS, NOW_MS + 900),
      edgeId: fc.constantFrom('edge1', 'edge2'),
    })
    .map((row) => call(`c${n}`, row));

export const siteTerms = fc.record({
  berlin: fc.record({ weight: few(2), cost: few(2) }),
  lyon: fc.record({ weight: few(2), cost: few(2) }),
});

const some = <T>(ids: readonly string[], of: (id: string) => fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
  fc.subarray([...ids]).chain((chosen) => fc.tuple(...chosen.map(of)));

export const spec: fc.Arbitrary<WorldSpec> = fc.record({
  agents: some(AGENTS, agentRow),
  reservations: some(AGENTS, reservationOf),
  waiting: few(7).chain((most) => fc.tuple(...Array.from({ length: most }, (_, n) => waitingCall(n)))),
  queues: few(2).map((waiting) => [queue('berlin', 'sales', waiting)]),
  sites: fc.constantFrom([], [site('oslo', { connection: 'down' as const })]),
  trunksDown: fc.constantFrom([], [], ['lyon']),
  siteTerms,
});

const needs = fc
  .subarray(['en', 'fr', 'it', 'es'], { minLength: 1, maxLength: 2 })
  .map((skills) => skills.join(' or '));

/** All idle, fewer than the calls, of few skills each: somebody has to move for most calls. */
export const crowd: fc.Arbitrary<WorldSpec> = fc.record({
  agents: fc.tuple(
    ...AGENTS.slice(0, 6).map((agentId) =>
      fc
        .subarray(['en', 'fr', 'it', 'es'], { minLength: 1, maxLength: 3 })
        .map((known) =>
          agent(agentId.replace('/PJSIP', ''), { skills: Object.fromEntries(known.map((skill) => [skill, 5])) }),
        ),
    ),
  ),
  waiting: fc.tuple(
    ...Array.from({ length: 9 }, (_, n) =>
      fc
        .record({
          requirement: needs,
          arrivedAtMs: ago,
          edgeId: fc.constantFrom('edge1', 'edge2'),
          strategy: fc.constantFrom('longest_idle' as const, 'random' as const),
        })
        .map((row) => call(`c${n}`, row)),
    ),
  ),
});

export const OPTIONS: MatchOptions = { requirementOf: parseRequirement, passedOver: () => false };

/** The plain meaning of "this agent could take this call now". */
export function couldTake(view: RoutingView, wanted: WaitingCall, one: KnownAgent): boolean {
  const requirement = parseRequirement(wanted.requirement);
  if (unmet(requirement, one) !== null || ineligible(one, view, wanted.networkFirst).length > 0) return false;
  return wanted.preferred.includes(one.agentId) || !waitsForPreferred(view, wanted, requirement);
}
