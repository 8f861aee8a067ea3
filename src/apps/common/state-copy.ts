import type { AgentId, AgentState, KnownAgent } from '../../core/model/agent.ts';
import type { AgentProfile, Routing, SiteTerms } from '../../core/model/routing.ts';
import { withProfile } from '../../core/model/routing.ts';
import type { WaitingCall } from '../../core/model/call.ts';
import type { Reservation } from '../../core/model/claim.ts';
import { EDGE_SILENT_MS, isFree } from '../../core/model/claim.ts';
import type { ServiceFigures } from '../../core/model/figures.ts';
import type { QueueState } from '../../core/model/queue.ts';
import type { SiteRow } from '../../core/model/site.ts';
import { Floor } from '../../core/routing/floor.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { Changes, Cursor } from '../../ports/edge-store.ts';
import { EMPTY_CURSOR } from '../../ports/edge-store.ts';

/** The call of such a claim waits no longer: it rings, talks, or is on its way to the agent. */
export const isInUse = ({ phase, holdReason }: Reservation): boolean =>
  phase === 'offer' || phase === 'talk' || (phase === 'hold' && holdReason === 'arrival');

/** The reason of an agent whose pause is asked for and not yet seen. */
export const PAUSE_UNDER_WAY = 'a pause is under way';

/** An edge's copy of the shared state: what a decision is made in. Filled by reading versions; holds no socket and no timer. */
export class StateCopy {
  cursor: Cursor = EMPTY_CURSOR;
  routingVersion = -1;
  readonly sites = new Map<string, SiteRow>();
  readonly agents = new Map<AgentId, KnownAgent>();
  readonly figures = new Map<string, ServiceFigures>();
  readonly queues = new Map<string, QueueState>();
  readonly reservations = new Map<AgentId, Reservation>();
  readonly waiting = new Map<string, WaitingCall>();
  /** Who is free, kept up with the maps. */
  readonly floor = new Floor();
  /** As their sites report them. */
  private readonly rows = new Map<AgentId, AgentState>();
  /** Who is to pause or to log out, and whose row need not show it yet. */
  private pausing: ReadonlySet<AgentId> = new Set();
  private profiles: ReadonlyMap<AgentId, AgentProfile> = new Map();
  private siteTerms: Readonly<Record<string, SiteTerms>> = {};
  /** When each edge was last heard; 0: it was stopped. */
  readonly edgesSeenAtMs = new Map<string, number>();
  /** Claims written by us whose outcome a read that began earlier cannot know: agent to the time it was settled. */
  private readonly settledMonoMs = new Map<AgentId, number>();
  private dbNowMs = 0;
  private readMonoMs = 0;

  /** Takes in what changed. `startedMonoMs` is when the read began, `endedMonoMs` when its answer came. */
  apply(changes: Changes, startedMonoMs: number, endedMonoMs: number): void {
    this.dbNowMs = changes.dbNowMs;
    this.readMonoMs = endedMonoMs;
    this.cursor = changes.cursor;
    this.routingVersion = changes.routingVersion;
    for (const siteId of changes.reloadedSites) this.forgetSite(siteId);
    this.sites.clear();
    for (const site of changes.sites) this.sites.set(site.siteId, site);
    for (const agent of changes.agents) this.setAgent(agent);
    for (const agentId of changes.removedAgents) this.dropAgent(agentId);
    this.applyPauses(changes.pausing);
    for (const queue of changes.queues) {
      this.queues.set(queue.queueId, queue);
      this.floor.touchQueue(queue.queueId);
    }
    for (const queueId of changes.removedQueues) this.dropQueue(queueId);
    this.applyEdges(changes);
    for (const one of changes.figures) this.figures.set(one.service, one);
    for (const reservation of changes.reservations) {
      if ((this.settledMonoMs.get(reservation.agentId) ?? -1) < startedMonoMs) this.setReservation(reservation);
    }
  }

  /** From the moment that a pause is asked for, its agent counts as paused. */
  private applyPauses(pausing: readonly AgentId[]): void {
    if (pausing.length === 0 && this.pausing.size === 0) return;
    const before = this.pausing;
    this.pausing = new Set(pausing);
    for (const agentId of new Set([...before, ...pausing])) {
      const row = this.rows.get(agentId);
      if (row !== undefined && before.has(agentId) !== this.pausing.has(agentId)) this.setAgent(row);
    }
  }

  private applyEdges(changes: Changes): void {
    this.edgesSeenAtMs.clear();
    for (const edge of changes.edges) this.edgesSeenAtMs.set(edge.edgeId, edge.seenAtMs);
    const reloaded = new Set(changes.reloadedEdges);
    for (const call of this.waiting.values()) if (reloaded.has(call.edgeId)) this.waiting.delete(call.callId);
    for (const call of changes.waiting) this.waiting.set(call.callId, call);
    for (const callId of changes.removedWaiting) this.waiting.delete(callId);
  }

  private forgetSite(siteId: string): void {
    for (const agent of this.agents.values()) if (agent.siteId === siteId) this.dropAgent(agent.agentId);
    for (const queue of this.queues.values()) if (queue.siteId === siteId) this.dropQueue(queue.queueId);
  }

  private setAgent(agent: AgentState): void {
    this.rows.set(agent.agentId, agent);
    const isPausing = agent.status === 'ready' && this.pausing.has(agent.agentId);
    const row: AgentState = isPausing ? { ...agent, status: 'paused', pauseReason: PAUSE_UNDER_WAY } : agent;
    this.agents.set(agent.agentId, withProfile(row, this.profiles.get(agent.agentId)));
    this.floor.touchAgent(agent.agentId);
  }

  private dropAgent(agentId: AgentId): void {
    this.rows.delete(agentId);
    this.agents.delete(agentId);
    this.floor.touchAgent(agentId);
  }

  private dropQueue(queueId: string): void {
    this.queues.delete(queueId);
    this.floor.touchQueue(queueId);
  }

  /** What provisioning says of agents and sites, laid over what the sites say. */
  provision({ profiles, sites }: Pick<Routing, 'profiles' | 'sites'>): void {
    this.siteTerms = sites;
    this.profiles = new Map(profiles.map((profile) => [profile.agentId, profile]));
    for (const agent of [...this.rows.values()]) this.setAgent(agent);
  }

  private setReservation(reservation: Reservation): void {
    this.reservations.set(reservation.agentId, reservation);
    this.floor.touchAgent(reservation.agentId);
  }

  /** Our own write to an agent's row, before a read shows it. */
  settle(reservation: Reservation, monoMs: number): void {
    this.settledMonoMs.set(reservation.agentId, monoMs);
    this.setReservation(reservation);
  }

  /** The database's clock now, by the last answer and what has passed since. */
  dbNow(monoMs: number): number {
    return this.dbNowMs + Math.max(0, monoMs - this.readMonoMs);
  }

  /** Since it was last read; null before the first time. */
  ageMs(monoMs: number): number | null {
    return this.dbNowMs === 0 ? null : Math.max(0, monoMs - this.readMonoMs);
  }

  /** What somebody sees who is no edge. Which trunks are up only an edge knows: here all are. */
  viewFromOutside(monoMs: number): RoutingView {
    return this.view(
      monoMs,
      '',
      () => null,
      () => true,
    );
  }

  /**
   * What a match sees: calls of live edges only; one that an agent is being rung for (by its claim) is `offering`.
   * `own` gives a row of ours as its call is now, or null: our rows lag behind ourselves.
   */
  view(
    monoMs: number,
    edgeId: string,
    own: (row: WaitingCall) => WaitingCall | null,
    trunkUp: (siteId: string) => boolean,
  ): RoutingView {
    const nowMs = this.dbNow(monoMs);
    const offered = new Set<string>();
    for (const reservation of this.reservations.values()) {
      if (isInUse(reservation) && !isFree(reservation, nowMs)) offered.add(reservation.callId);
    }
    const waiting = new Map<string, WaitingCall>();
    for (const call of this.waiting.values()) {
      if (call.edgeId === edgeId) {
        const now = own(call);
        if (now !== null) waiting.set(call.callId, now);
      } else if (nowMs - (this.edgesSeenAtMs.get(call.edgeId) ?? 0) <= EDGE_SILENT_MS) {
        waiting.set(call.callId, offered.has(call.callId) ? { ...call, offering: true } : call);
      }
    }
    const { sites, agents, queues, reservations, figures, siteTerms } = this;
    // Asked of every agent: answered once a site.
    const up = new Map([...sites.keys()].map((siteId) => [siteId, trunkUp(siteId)]));
    const trunks = (siteId: string): boolean => up.get(siteId) ?? false;
    return { nowMs, sites, agents, queues, reservations, waiting, figures, siteTerms, trunkUp: trunks };
  }
}
