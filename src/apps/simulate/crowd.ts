import { agentIdOf } from '../../core/model/agent.ts';
import type { AgentId, KnownAgent } from '../../core/model/agent.ts';
import type { Reservation } from '../../core/model/claim.ts';
import { holdMs } from '../../core/model/claim.ts';
import type { SiteRow } from '../../core/model/site.ts';
import { isOpen } from '../../core/routing/calendar.ts';
import { faded } from '../../core/stats/occupancy.ts';
import type { Crew, Scenario } from '../../settings/scenario-model.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import type { AgentTally } from './tally.ts';

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** What an agent does: away is not at work, `held` is our hold after an offer whose caller hung up. */
type Doing = 'away' | 'free' | 'ringing' | 'talking' | 'wrapUp' | 'held';

/** One agent of the scenario: his rows as routing sees them, changed in place, and what he did. */
export interface Member {
  readonly index: number;
  readonly crew: Crew;
  /** Another object where his status is another: an index of rows goes by that. */
  agent: Mutable<KnownAgent>;
  readonly reservation: Mutable<Reservation>;
  /** Handle times of his own, by service. */
  readonly handle: ReadonlyMap<string, Chance>;
  doing: Doing;
  sinceMs: number;
  /** When his shift ends, or begins while he is away; infinite for never. */
  shiftMs: number;
  /** Within the counted time. */
  busyMs: number;
  staffedMs: number;
  answered: number;
}

const NEVER_OPEN = { open: false, untilMs: null };

/** Fresh for ever: sites of a scenario do not fall silent. */
const ALWAYS_SEEN_MS = Number.MAX_SAFE_INTEGER;

const siteRow = (siteId: string): SiteRow => ({
  ...{ siteId, title: siteId, epoch: 1, version: 1, connection: 'up' },
  ...{ pbxSeenAtMs: ALWAYS_SEEN_MS, callsInProgress: 0 },
});

function member(crew: Crew, name: string, index: number, fromMs: number): Member {
  const agentId = agentIdOf(crew.siteId, name);
  const agent: KnownAgent = {
    ...{ agentId, siteId: crew.siteId, name, title: name, address: name, pauseReason: '' },
    ...{ status: 'logged_out', statusSinceMs: fromMs, activity: 'idle', activitySinceMs: fromMs },
    ...{ idleSinceMs: 0, lastCallEndMs: null, wrapUpUntilMs: null, skills: crew.skills, memberships: [] },
    ...{ callsTaken: 0, occupancy: 0, occupancyAtMs: fromMs, attributes: crew.attributes, wrapUpMs: crew.wrapUpMs },
  };
  const reservation: Reservation = {
    ...{ agentId, phase: 'free', token: '', callId: '', edgeId: 'edge', holdReason: '' },
    ...{ expiresAtMs: 0, changedAtMs: fromMs, idleSinceMs: 0, claimedAtMs: 0, noAnswers: 0 },
  };
  const handle = new Map(Object.entries(crew.handle).map(([service, of]) => [service, chanceOf(of)]));
  return {
    ...{ index, crew, agent, reservation, handle, doing: 'away', sinceMs: fromMs, shiftMs: fromMs },
    ...{ busyMs: 0, staffedMs: 0, answered: 0 },
  };
}

/**
 * The agents of a scenario and what they do on the virtual clock. It writes the rows that an adapter and an edge would write: status
 * and activity as the site reports them, phases of the claim as the edge advances them.
 */
export class Crowd {
  readonly members: readonly Member[];
  readonly agents: Map<AgentId, KnownAgent>;
  readonly reservations: ReadonlyMap<AgentId, Reservation>;
  readonly sites: ReadonlyMap<string, SiteRow>;
  /** Those who could be offered a call. */
  free = 0;
  private readonly byId: ReadonlyMap<AgentId, Member>;
  private readonly countedFromMs: number;
  private readonly countedToMs: number;

  constructor(scenario: Scenario) {
    const { crews, fromMs } = scenario;
    const all = crews.flatMap((crew) => crew.names.map((name) => ({ crew, name })));
    this.members = all.map(({ crew, name }, index) => member(crew, name, index, fromMs));
    this.byId = new Map(this.members.map((member) => [member.agent.agentId, member]));
    this.agents = new Map(this.members.map(({ agent }) => [agent.agentId, agent]));
    this.reservations = new Map(this.members.map(({ reservation }) => [reservation.agentId, reservation]));
    this.sites = new Map(crews.map(({ siteId }) => [siteId, siteRow(siteId)]));
    this.countedFromMs = fromMs + scenario.warmUpMs;
    this.countedToMs = fromMs + scenario.lengthMs;
  }

  memberOf(agentId: AgentId): Member {
    return this.byId.get(agentId) as Member;
  }

  /** He comes to work, or waits for his shift to begin. */
  clockIn(member: Member, nowMs: number): void {
    const { open, untilMs } =
      member.crew.shift === null ? { open: true, untilMs: null } : isOpen(member.crew.shift, nowMs);
    member.shiftMs = untilMs ?? Infinity;
    if (!open) return;
    this.put(member, { status: 'ready', statusSinceMs: nowMs, idleSinceMs: nowMs, callsTaken: 0 });
    this.turn(member, 'free', nowMs);
  }

  /** His shift is over, and he is in no call. */
  clockOut(member: Member, nowMs: number): void {
    this.put(member, { status: 'logged_out', statusSinceMs: nowMs });
    this.turn(member, 'away', nowMs);
    const { shift } = member.crew;
    const { open, untilMs } = shift === null ? NEVER_OPEN : isOpen(shift, nowMs);
    // A call that lasted into his next shift: he is back at once.
    member.shiftMs = open ? nowMs : (untilMs ?? Infinity);
  }

  private put(member: Member, change: Partial<KnownAgent>): void {
    member.agent = { ...member.agent, ...change };
    this.agents.set(member.agent.agentId, member.agent);
  }

  ring(member: Member, callId: string, nowMs: number): void {
    this.turn(member, 'ringing', nowMs);
    member.agent.activity = 'ringing';
    this.claim(member, 'offer', Infinity, nowMs);
    member.reservation.callId = callId;
    member.reservation.claimedAtMs = nowMs;
  }

  /** The caller hung up while he was rung: the claim takes its hold. Answers when it ends. */
  cancel(member: Member, nowMs: number): number {
    const untilMs = nowMs + holdMs('cancelled', 0);
    this.turn(member, 'held', nowMs);
    member.agent.activity = 'idle';
    this.claim(member, 'hold', untilMs, nowMs);
    member.reservation.holdReason = 'cancelled';
    return untilMs;
  }

  talk(member: Member, callId: string, nowMs: number): void {
    const { agent, reservation } = member;
    if (member.doing === 'free') reservation.claimedAtMs = nowMs;
    this.turn(member, 'talking', nowMs);
    agent.activity = 'talking';
    this.claim(member, 'talk', Infinity, nowMs);
    reservation.callId = callId;
    agent.callsTaken += 1;
    if (nowMs >= this.countedFromMs && nowMs < this.countedToMs) member.answered += 1;
  }

  /** The talk has ended; he wraps up until the time given, or is free at once. */
  hangUp(member: Member, wrapUpUntilMs: number, nowMs: number): void {
    const { agent, reservation } = member;
    agent.idleSinceMs = nowMs;
    agent.lastCallEndMs = nowMs;
    reservation.idleSinceMs = nowMs;
    agent.activity = 'idle';
    if (wrapUpUntilMs > nowMs) {
      this.turn(member, 'wrapUp', nowMs);
      this.claim(member, 'wrap_up', wrapUpUntilMs, nowMs);
    } else this.release(member, nowMs);
  }

  release(member: Member, nowMs: number): void {
    this.turn(member, 'free', nowMs);
    this.claim(member, 'free', 0, nowMs);
    member.reservation.callId = '';
    member.reservation.holdReason = '';
  }

  /** At the end: what everybody was doing is counted until now. */
  settle(nowMs: number): void {
    for (const member of this.members) this.account(member, nowMs);
  }

  tallies(): readonly AgentTally[] {
    return this.members.map(({ agent, busyMs, staffedMs, answered }) => {
      const { agentId, siteId, skills } = agent;
      return { agentId, siteId, skills: Object.keys(skills), busyMs, staffedMs, answered };
    });
  }

  private claim(member: Member, phase: Reservation['phase'], expiresAtMs: number, nowMs: number): void {
    const { reservation } = member;
    reservation.phase = phase;
    reservation.expiresAtMs = expiresAtMs;
    reservation.changedAtMs = nowMs;
  }

  private turn(member: Member, doing: Doing, nowMs: number): void {
    this.account(member, nowMs);
    this.free += Number(doing === 'free') - Number(member.doing === 'free');
    member.doing = doing;
    member.sinceMs = nowMs;
    member.agent.activitySinceMs = nowMs;
  }

  /** Adds the time since his last turn to what he did, and lets his occupancy follow. */
  private account(member: Member, nowMs: number): void {
    const { agent, doing, sinceMs } = member;
    const busy = doing === 'talking' || doing === 'wrapUp';
    // Who is away fades as little as an adapter lets him: his occupancy is of his ready time.
    if (doing !== 'away') agent.occupancy = faded(agent.occupancy, nowMs - agent.occupancyAtMs, busy);
    agent.occupancyAtMs = nowMs;
    const spanMs = Math.min(nowMs, this.countedToMs) - Math.max(sinceMs, this.countedFromMs);
    if (doing === 'away' || spanMs <= 0) return;
    member.staffedMs += spanMs;
    if (busy) member.busyMs += spanMs;
  }
}
