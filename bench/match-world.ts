/** A nation's worth of agents for the bench of the match: made from a seed, so that every run measures the same. */
import type { KnownAgent } from '../src/core/model/agent.ts';
import type { WaitingCall } from '../src/core/model/call.ts';
import type { Reservation } from '../src/core/model/claim.ts';
import type { StrategyName } from '../src/core/model/service.ts';
import { STRATEGIES } from '../src/core/model/service.ts';
import type { SiteRow } from '../src/core/model/site.ts';
import { hash, mix } from '../src/core/routing/strategies/hash.ts';
import type { RoutingView } from '../src/core/routing/view.ts';

export const AGENTS = 24_000;
export const SITES = 200;
export const CALLS = 500;
export const SKILLS = 50;
export const NOW_MS = 1_800_000_000_000;

/** Numbers from 0 to n - 1, the same in every run. */
export function dice(seed: string): (n: number) => number {
  let state = hash(seed);
  return (n) => (state = mix(state + 0x9e3779b9)) % n;
}

function agentRow(index: number, roll: (n: number) => number): KnownAgent {
  const siteId = `site${index % SITES}`;
  const name = `PJSIP/${1_000 + Math.floor(index / SITES)}`;
  const skills: Record<string, number> = {};
  for (let i = 0; i < 5; i++) skills[`skill${roll(SKILLS)}`] = 1 + roll(10);
  return {
    ...{ agentId: `${siteId}/${name}`, siteId, name, title: `Agent ${index}`, address: name.slice(6) },
    ...{ status: 'ready', pauseReason: '', statusSinceMs: 0, activity: 'idle', activitySinceMs: 0 },
    ...{ idleSinceMs: NOW_MS - roll(3_600_000), lastCallEndMs: null, wrapUpUntilMs: null, skills },
    memberships: [{ queue: 'main', penalty: 0, paused: false, pauseReason: '', dynamic: true }],
    ...{ callsTaken: roll(50), occupancy: roll(100) / 100, occupancyAtMs: NOW_MS - roll(60_000) },
    ...{ attributes: { team: `team${roll(20)}` }, wrapUpMs: null },
  };
}

/** One in three asks for a second skill, one in five excludes a team: 50 skills make some 120 requirements. */
export function callRow(index: number, roll: (n: number) => number, strategy: StrategyName | 'all'): WaitingCall {
  const skill = roll(SKILLS);
  const also = skill % 3 === 0 ? ` and skill${(skill * 7 + 1) % SKILLS}` : '';
  const but = roll(5) === 0 ? ' and team!=team3' : '';
  return {
    ...{ callId: `edge${index % 4}-${index}`, edgeId: `edge${index % 4}`, service: `s${skill}` },
    requirement: `skill${skill}>=3${also}${but}`,
    ...{ priority: roll(3), arrivedAtMs: NOW_MS - roll(120_000), offering: false, networkFirst: false },
    strategy: strategy === 'all' ? (STRATEGIES[roll(STRATEGIES.length)] ?? 'longest_idle') : strategy,
    ...{ ageing: roll(2), preferred: [], preferredUntilMs: 0, step: 0 },
  };
}

export const claimed = (agentId: string, isTalking: boolean): Reservation => ({
  ...{ agentId, phase: isTalking ? 'talk' : 'free', token: '', callId: isTalking ? 'x' : '', edgeId: 'edge0' },
  ...{ holdReason: '', expiresAtMs: isTalking ? NOW_MS + 9e9 : 0, changedAtMs: 0, idleSinceMs: 0 },
  ...{ claimedAtMs: 0, noAnswers: 0 },
});

/** The maps of a view, open to change. */
export class BenchWorld {
  readonly agents = new Map<string, KnownAgent>();
  readonly reservations = new Map<string, Reservation>();
  readonly waiting = new Map<string, WaitingCall>();
  readonly sites = new Map<string, SiteRow>();
  readonly roll = dice('match');
  readonly ids: string[] = [];
  private calls = 0;
  private readonly strategy: StrategyName | 'all';

  constructor(isTalking: boolean, calls: number, strategy: StrategyName | 'all') {
    this.strategy = strategy;
    for (let i = 0; i < SITES; i++) this.sites.set(`site${i}`, siteRow(`site${i}`));
    for (let i = 0; i < AGENTS; i++) {
      const row = agentRow(i, this.roll);
      this.ids.push(row.agentId);
      this.agents.set(row.agentId, row);
      this.reservations.set(row.agentId, claimed(row.agentId, isTalking));
    }
    for (let i = 0; i < calls; i++) this.addCall();
  }

  addCall(): WaitingCall {
    const row = callRow(this.calls++, this.roll, this.strategy);
    this.waiting.set(row.callId, row);
    return row;
  }

  view(): RoutingView {
    const { agents, reservations, waiting, sites } = this;
    const siteTerms = { site1: { weight: 5, cost: 2 }, site2: { weight: 3, cost: 1 } };
    return {
      ...{ nowMs: NOW_MS, sites, agents, reservations, waiting, siteTerms },
      ...{ queues: new Map(), figures: new Map(), trunkUp: () => true },
    };
  }
}

const siteRow = (siteId: string): SiteRow => ({
  ...{ siteId, title: siteId, epoch: 1, version: 1, connection: 'up', pbxSeenAtMs: NOW_MS, callsInProgress: 0 },
});
