/** A floor that is told of each change knows what one knows that looks at everybody. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { KnownAgent } from '../../src/core/model/agent.ts';
import type { Reservation } from '../../src/core/model/claim.ts';
import type { QueueState } from '../../src/core/model/queue.ts';
import type { SiteRow } from '../../src/core/model/site.ts';
import { asStaffed, ineligible, isStaffed } from '../../src/core/routing/eligible.ts';
import { Floor } from '../../src/core/routing/floor.ts';
import { match } from '../../src/core/routing/match.ts';
import { parseRequirement, unmet } from '../../src/core/routing/requirement.ts';
import type { RoutingView } from '../../src/core/routing/view.ts';
import type { WorldSpec } from '../unit/core/routing/world.ts';
import { NOW_MS, queue, site, world } from '../unit/core/routing/world.ts';
import { agentRow, AGENTS, OPTIONS, REQUIREMENTS, reservationOf, SITES, spec } from './match-world.ts';

/** The maps of a view, as their owner changes them. */
class Copy {
  readonly agents = new Map<string, KnownAgent>();
  readonly reservations = new Map<string, Reservation>();
  readonly queues = new Map<string, QueueState>();
  readonly sites = new Map<string, SiteRow>();
  readonly trunksDown = new Set<string>();
  readonly floor = new Floor();
  nowMs = NOW_MS;
  private readonly start: RoutingView;

  constructor(spec: WorldSpec) {
    const start = world(spec);
    this.start = start;
    for (const one of start.agents.values()) this.agents.set(one.agentId, one);
    for (const one of spec.reservations ?? []) this.reservations.set(one.agentId, one);
    for (const one of start.queues.values()) this.queues.set(one.queueId, one);
    for (const one of start.sites.values()) this.sites.set(one.siteId, one);
  }

  view(): RoutingView {
    const { agents, reservations, queues, sites, nowMs, trunksDown } = this;
    return { ...this.start, agents, reservations, queues, sites, nowMs, trunkUp: (siteId) => !trunksDown.has(siteId) };
  }
}

type Change = (copy: Copy) => void;
const someAgent = fc.constantFrom(...AGENTS);
const someSite = fc.constantFrom(...SITES);

const change: fc.Arbitrary<Change> = fc.oneof(
  someAgent.chain(agentRow).map((row): Change => ({ agents, floor }) => {
    agents.set(row.agentId, row);
    floor.touchAgent(row.agentId);
  }),
  someAgent.chain(reservationOf).map((row): Change => ({ reservations, floor }) => {
    reservations.set(row.agentId, row);
    floor.touchAgent(row.agentId);
  }),
  someAgent.map((agentId): Change => ({ agents, floor }) => {
    floor.touchAgent(agentId);
    agents.delete(agentId);
  }),
  fc.tuple(someSite, fc.nat(2)).map(([siteId, waiting]): Change => ({ queues, floor }) => {
    const row = queue(siteId, 'sales', waiting);
    queues.set(row.queueId, row);
    floor.touchQueue(row.queueId);
  }),
  someSite.map((siteId): Change => ({ queues, floor }) => {
    queues.delete(`${siteId}/sales`);
    floor.touchQueue(`${siteId}/sales`);
  }),
  fc.tuple(someSite, fc.constantFrom('up' as const, 'down' as const)).map(([siteId, connection]): Change => (copy) => {
    copy.sites.set(siteId, site(siteId, { connection, pbxSeenAtMs: copy.nowMs }));
  }),
  someSite.map((siteId): Change => ({ trunksDown }) => {
    if (!trunksDown.delete(siteId)) trunksDown.add(siteId);
  }),
  fc.constantFrom(100, 800, 3_000).map((ms): Change => (copy) => {
    copy.nowMs += ms;
  }),
  // A reload: everything may be another.
  fc.tuple(...AGENTS.slice(0, 4).map(agentRow)).map((rows): Change => ({ agents, floor }) => {
    agents.clear();
    for (const row of rows) agents.set(row.agentId, row);
    floor.touchAll();
  }),
);

const pairsOf = (view: RoutingView, floor?: Floor): string[] =>
  match(view, { ...OPTIONS, floor }).map((pair) => `${pair.call.callId} ${pair.agent.agentId}`);

test('the same match and the same counts after each change', () => {
  fc.assert(
    fc.property(spec, fc.array(fc.array(change, { maxLength: 3 }), { maxLength: 12 }), (given, rounds) => {
      const copy = new Copy(given);
      for (const changes of [[], ...rounds]) {
        for (const apply of changes) apply(copy);
        const view = copy.view();
        expect(pairsOf(view, copy.floor)).toEqual(pairsOf(view));
        for (const text of REQUIREMENTS) {
          const requirement = parseRequirement(text);
          const all = [...view.agents.values()];
          const can = (first: boolean): number =>
            all.filter((one) => unmet(requirement, one) === null && ineligible(one, view, first).length === 0).length;
          const staffed = all.filter((one) => isStaffed(one, view) && unmet(requirement, asStaffed(one)) === null);
          expect([text, copy.floor.eligible(text), copy.floor.eligible(text, true), copy.floor.staffed(text)]).toEqual([
            text,
            can(false),
            can(true),
            staffed.length,
          ]);
        }
      }
    }),
    { numRuns: 600 },
  );
});

test('more agents than it began with', () => {
  const rows = fc.sample(agentRow('berlin/PJSIP/1'), { numRuns: 300, seed: 7 });
  const agents = rows.map((row, i) => ({ ...row, agentId: `berlin/PJSIP/${1_000 + i}`, name: `PJSIP/${1_000 + i}` }));
  const copy = new Copy({ agents: agents.slice(0, 10), sites: [site('berlin')] });
  expect(copy.floor.eligible('en')).toBe(0);
  copy.floor.sync(copy.view());
  copy.floor.staffed('en');
  for (const row of agents) {
    copy.agents.set(row.agentId, row);
    copy.floor.touchAgent(row.agentId);
  }
  const view = copy.view();
  copy.floor.sync(view);
  const fresh = new Floor();
  fresh.sync(view);
  expect(fresh.staffed('en')).toBeGreaterThan(50);
  expect([copy.floor.staffed('en'), copy.floor.eligible('en')]).toEqual([fresh.staffed('en'), fresh.eligible('en')]);
});
