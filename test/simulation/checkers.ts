import { SITE_STALE_MS } from '../../src/core/model/site.ts';
import type { WaitingCall } from '../../src/core/model/call.ts';
import type { AgentState } from '../../src/core/model/agent.ts';
import type { Reservation } from '../../src/core/model/claim.ts';
import type { Changes, ClaimRequest } from '../../src/ports/edge-store.ts';
import { EMPTY_CURSOR } from '../../src/ports/edge-store.ts';
import type { TruthEvent } from '../../src/pbx/simulated/truth.ts';
import type { Fence } from '../../src/ports/site-store.ts';
import type { MemoryStore } from '../../src/store/memory/index.ts';
import type { Statement } from './faulty-store.ts';
import { checkOrder, checkOutcomes, checkRest, checkRows } from './final-checks.ts';
import { CommandChecks } from './command-checks.ts';
import type { Scenario } from './scenario.ts';

const LOOK_MS = 250;
/** What is promised of commands (design section 4) stands beside the invariants. */
const COMMANDS = 10;
/** Longest ring time of the scenarios' services, with the margin. */
const OFFER_LEASE_MS = 6_000 + 3_000;
const TALK_LEASE_MS = 9_000;
/** A talk whose leg is gone: 10 s, and a look. */
const ORPHAN_MS = 10_000 + 2 * LOOK_MS;
const WAIT_MS = 1_000;
/** No end of a claim leaves an agent without a hold or a settling time of 300 ms at least, less the way over the trunk. */
const REST_MS = 200;
/** A caller in the silence of a bridge that nobody else is in, while his edge is served. */
const ALONE_MS = 5_000;

/**
 * Watches the invariants of design section 8. It reads what phones and callers saw, the rows, and the statements that the
 * database executed; never an app's memory.
 */
export class Checkers {
  readonly violations: string[] = [];
  /** First claim won, by call. */
  readonly firstClaims = new Map<string, { readonly atMs: number; readonly agentId: string }>();
  /** Arrival in the line, by call, and the call's row. */
  readonly placed = new Map<string, { readonly atMs: number; readonly call: Omit<WaitingCall, 'arrivedAtMs'> }>();
  readonly leftLine = new Map<string, number>();
  private readonly scenario: Scenario;
  private readonly rows: MemoryStore;
  private readonly holders = new Map<string, string>();
  private readonly orphanSince = new Map<string, number>();
  /** End of our last offer or talk, by phone. */
  private readonly offeredUntil = new Map<string, number>();
  private readonly eligibleSince = new Map<string, number>();

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.rows = scenario.sim.memory.another();
    const { sim } = scenario;
    sim.statements.push((statement) => this.onStatement(statement));
    sim.world.watch((event) => this.onTruth(event));
    sim.recordings.push((name, edgeId, event) => {
      const holder = this.holders.get(edgeId);
      if (holder !== name)
        this.violated(8, `${name} recorded '${event.fact.kind}' of ${event.callId}; ${holder} holds ${edgeId}`);
    });
    new CommandChecks(sim, (what) => this.violated(COMMANDS, what));
    this.lookAgain();
  }

  violated(invariant: number, what: string): void {
    this.scenario.sim.world.trace(() => `VIOLATION (${invariant}) ${what}`);
    if (this.violations.length < 20) this.violations.push(`(${invariant}) ${what}`);
  }

  /** After quiet. */
  async finish(): Promise<readonly string[]> {
    checkOutcomes(this.scenario, this);
    checkOrder(this.scenario, this);
    const changes = await this.rows.readChanges(EMPTY_CURSOR);
    checkRows(this.scenario, this, changes);
    checkRest(this.scenario, this, changes);
    for (const bug of this.scenario.sim.bugs) this.violated(0, bug);
    return this.violations;
  }

  private get nowMs(): number {
    return this.scenario.sim.clock.monoMs();
  }

  private onTruth(event: TruthEvent): void {
    // What the dialplan dialled has no claim of ours while it is talked on: the site's state governs there.
    if (event.kind === 'offerEnded' && event.offerId.includes('.offer')) this.offeredUntil.set(event.phone, this.nowMs);
    if (event.kind === 'invited' && this.isRestless(event.phone))
      this.violated(1, `${event.phone} is rung for ${event.offerId} and had no rest after the last offer`);
    if (event.kind === 'invited' && event.others.length > 0)
      this.violated(1, `${event.phone} is rung for ${event.offerId} and has ${event.others.join()} already`);
    if (event.kind === 'registered' && this.holders.get(event.edgeId) !== event.by)
      this.violated(
        8,
        `${event.by} registered the application; ${this.holders.get(event.edgeId)} holds ${event.edgeId}`,
      );
    if (event.kind === 'strangerActed')
      this.violated(8, `a superseded edge process did ${event.operation} ${event.target} on ${event.edgeId}`);
  }

  /** Leases that run out (a dead edge, a silent database) leave the agent to what his site shows. */
  private isRestless(phone: string): boolean {
    const { faults } = this.scenario;
    if (this.nowMs - (this.offeredUntil.get(phone) ?? -Infinity) >= REST_MS) return false;
    return !['edge', 'database'].some((what) => faults.wasDisturbed(what, this.nowMs - 30_000, this.nowMs, 10_000));
  }

  private onStatement(statement: Statement): void {
    const { operation, args, result, process } = statement;
    switch (operation) {
      case 'takeEdge':
      case 'takeSite':
        if (result !== null) this.holders.set((result as Fence).id, process.name);
        if (result !== null && operation === 'takeEdge' && (result as Fence).epoch > 1)
          this.scenario.faults.note(`edge ${(result as Fence).id} taken`, 8_000);
        if (result !== null && operation === 'takeSite') this.scenario.faults.siteTaken((result as Fence).id);
        return;
      case 'publish':
      case 'seen':
      case 'answerCommand':
      case 'renewEdge':
      case 'placeWaiting':
      case 'leaveWaiting':
        if (result !== 'fenced') this.fencedWrite(statement, (args[0] as Fence).id);
        break;
      case 'claim':
        if (result === 'won') this.claimed(statement, args[0] as ClaimRequest);
        return;
      default:
    }
    if (result === 'fenced') return;
    if (operation === 'placeWaiting')
      for (const call of args[1] as readonly WaitingCall[])
        if (!this.placed.has(call.callId)) this.placed.set(call.callId, { atMs: this.nowMs, call });
    if (operation === 'leaveWaiting')
      for (const callId of args[1] as readonly string[]) this.leftLine.set(callId, this.nowMs);
  }

  private fencedWrite({ operation, process }: Statement, id: string): void {
    const holder = this.holders.get(id);
    if (holder !== process.name) this.violated(8, `${process.name} wrote ${operation}, and ${holder} holds ${id}`);
  }

  private claimed({ before, process }: Statement, request: ClaimRequest): void {
    const { agentId, token, callId } = request;
    const { sim, faults } = this.scenario;
    const holder = this.holders.get(request.edgeId);
    if (holder !== process.name)
      this.violated(8, `${process.name} claimed ${agentId}, and ${holder} holds ${request.edgeId}`);
    const isLive = before !== null && before.phase !== 'free' && before.expiresAtMs > sim.clock.nowMs();
    if (isLive && before.token !== token)
      this.violated(1, `${process.name} won ${agentId} for ${token}; ${before.token} had it (${before.phase})`);
    const siteId = agentId.split('/')[0];
    const stale = faults.staleTimes.find(
      (one) => one.siteId === siteId && one.fromMs < this.nowMs && one.untilMs > this.nowMs,
    );
    if (stale)
      this.violated(9, `${agentId} was chosen for ${callId}; his site has been silent since ${stale.fromMs - 7_000}`);
    if (!this.firstClaims.has(callId)) this.firstClaims.set(callId, { atMs: this.nowMs, agentId });
  }

  private lookAgain(): void {
    const { sim, endsMs } = this.scenario;
    sim.clock.after(LOOK_MS, () => {
      void this.rows.readChanges(EMPTY_CURSOR).then((changes) => this.look(changes));
      if (this.nowMs < endsMs) this.lookAgain();
    });
  }

  private look(changes: Changes): void {
    for (const reservation of changes.reservations) this.lookAtClaim(reservation, changes.dbNowMs);
    this.lookAtRinging(changes);
    this.lookAtWaiting(changes);
    this.lookAtCallers();
  }

  private lookAtClaim({ phase, expiresAtMs, agentId, token, edgeId }: Reservation, dbNowMs: number): void {
    if ((phase !== 'offer' && phase !== 'talk') || expiresAtMs <= dbNowMs) return;
    const leaseMs = phase === 'offer' ? OFFER_LEASE_MS : TALK_LEASE_MS;
    if (expiresAtMs - dbNowMs > leaseMs) this.violated(3, `${agentId}: ${phase} of ${token} is leased for too long`);
    const { sim, faults } = this.scenario;
    const isAlive = sim.edges.get(edgeId)?.offers.has(token) || sim.world.offersAt(agentId).length > 0;
    const sinceMs = this.orphanSince.get(token) ?? this.nowMs;
    if (isAlive) this.orphanSince.delete(token);
    else this.orphanSince.set(token, sinceMs);
    // An edge that is cut off from its PBX cannot know of the end; its lease is its own, and lasts.
    const isForgiven = ['database', `edge ${edgeId} link`].some((what) =>
      faults.wasDisturbed(what, sinceMs, this.nowMs),
    );
    if (this.nowMs - sinceMs > ORPHAN_MS && !isForgiven) {
      this.violated(3, `${agentId}: ${phase} of ${token} outlives its leg`);
      this.orphanSince.delete(token);
    }
  }

  /** (3): no phone rings under a claim that is over, not even when its edge is dead. */
  private lookAtRinging(changes: Changes): void {
    for (const edge of this.scenario.edges) {
      for (const { offerId, state, phone } of edge.offers.values()) {
        const claim = changes.reservations.find(({ agentId }) => agentId === `${phone?.siteId}/${phone?.name}`);
        // What was on its way over a half-open link comes late, whatever its lease.
        if (this.scenario.faults.wasDisturbed(`edge ${edge.edgeId} link`, this.nowMs - 10_000, this.nowMs)) continue;
        if (state !== 'ringing' || (claim?.token === offerId && claim.expiresAtMs > changes.dbNowMs)) continue;
        this.violated(3, `${offerId} rings, and the claim is ${claim?.token} until ${claim?.expiresAtMs}`);
      }
    }
  }

  /** (4): who is eligible, as the rows show it, and meets the requirement of a call that waits, for over a second. */
  private lookAtWaiting(changes: Changes): void {
    const claimed = new Set(changes.reservations.filter((r) => isLive(r, changes.dbNowMs)).map(({ callId }) => callId));
    const seen = new Set<string>();
    const free = changes.waiting.length === 0 ? [] : changes.agents.filter((agent) => isEligible(agent, changes));
    for (const call of changes.waiting) {
      if (claimed.has(call.callId) || !this.isServed(call)) continue;
      for (const agent of free) {
        if (!meets(call.requirement, agent) || !this.isReachable(call.edgeId, agent.siteId)) continue;
        if (!call.networkFirst && ownCallersWait(agent, changes)) continue;
        const key = `${call.callId} ${agent.agentId}`;
        seen.add(key);
        const sinceMs = this.eligibleSince.get(key) ?? this.nowMs;
        this.eligibleSince.set(key, sinceMs);
        if (this.nowMs - sinceMs <= WAIT_MS) continue;
        if (this.nowMs - sinceMs <= WAIT_MS + LOOK_MS)
          this.violated(4, `${call.callId} has waited for ${agent.agentId}, who is free, since ${sinceMs.toFixed()}`);
      }
    }
    for (const key of this.eligibleSince.keys()) if (!seen.has(key)) this.eligibleSince.delete(key);
  }

  /** His edge is well, and so is the database; and he is still there. */
  private isServed(call: WaitingCall): boolean {
    const { sim, faults } = this.scenario;
    if (faults.wasDisturbed('database', this.nowMs, this.nowMs, 7_000)) return false;
    if (faults.wasDisturbed(`edge ${call.edgeId}`, this.nowMs, this.nowMs, 3_000)) return false;
    return sim.edges.get(call.edgeId)?.app !== null;
  }

  private isReachable(edgeId: string, siteId: string): boolean {
    const trunk = this.scenario.sim.edges.get(edgeId)?.trunks.get(`PJSIP/${siteId}`);
    return trunk !== undefined && trunk.believedUp;
  }

  private lookAtCallers(): void {
    const { sim, faults } = this.scenario;
    for (const story of sim.world.stories) {
      if (story.aloneSinceMs === null || this.nowMs - story.aloneSinceMs < ALONE_MS) continue;
      const edge = `edge ${story.edgeId}`;
      if (faults.wasDisturbed(edge, story.aloneSinceMs, this.nowMs, 2_000)) continue;
      this.violated(2, `${story.channelId} is alone in his bridge since ${story.aloneSinceMs.toFixed()}`);
      story.aloneSinceMs = null;
    }
  }
}

const isLive = (r: Reservation, dbNowMs: number): boolean =>
  (r.phase === 'offer' || r.phase === 'talk') && r.expiresAtMs > dbNowMs;

/** Written anew on purpose: a fault in the core's own predicate must show. */
function isEligible(agent: AgentState, changes: Changes): boolean {
  const site = changes.sites.find(({ siteId }) => siteId === agent.siteId);
  const claim = changes.reservations.find(({ agentId }) => agentId === agent.agentId);
  if (!site || site.connection !== 'up' || changes.dbNowMs - site.pbxSeenAtMs > SITE_STALE_MS) return false;
  if (changes.pausing.includes(agent.agentId)) return false;
  if (agent.status !== 'ready' || agent.activity !== 'idle' || (agent.wrapUpUntilMs ?? 0) > changes.dbNowMs)
    return false;
  return claim === undefined || claim.phase === 'free' || claim.expiresAtMs <= changes.dbNowMs;
}

const ownCallersWait = (agent: AgentState, changes: Changes): boolean =>
  agent.memberships.some(
    ({ queue, paused }) =>
      !paused && (changes.queues.find((q) => q.siteId === agent.siteId && q.name === queue)?.waiting ?? 0) > 0,
  );

/** The scenarios' requirements are one skill or nothing. */
const meets = (requirement: string, agent: AgentState): boolean =>
  requirement === '' || (agent.skills[requirement] ?? 0) > 0;
