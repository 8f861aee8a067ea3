import type { Chosen } from '../../core/effects.ts';
import type { AgentId, AgentState } from '../../core/model/agent.ts';
import type { WaitingCall } from '../../core/model/call.ts';
import type { Decision } from '../../core/model/decision.ts';
import { anyoneStaffed, decide } from '../../core/routing/decide.ts';
import { match } from '../../core/routing/match.ts';
import type { Pair } from '../../core/routing/match.ts';
import { parseRequirement } from '../../core/routing/requirement.ts';
import type { Requirement } from '../../core/routing/requirement.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Log } from '../../ports/log.ts';
import type { Fence } from '../../ports/site-store.ts';
import type { LiveCalls } from './live-calls.ts';
import type { StateCopy } from './state-copy.ts';

/** Versions are read this often while calls wait, and otherwise. */
const READ_BUSY_MS = 20;
const READ_IDLE_MS = 250;
/** An agent matched to another edge's call is left alone for this long, then goes to the next. */
const LEAVE_ALONE_MS = 300;
/** How long an edge that did not claim an agent in time is passed over for him. */
const PASSED_OVER_MS = 2_000;

interface OthersPair {
  readonly firstMs: number;
  lastMs: number;
  passedMs: number | null;
}

export interface LineParts {
  readonly edgeId: string;
  readonly store: EdgeStore;
  readonly calls: LiveCalls;
  readonly copy: StateCopy;
  readonly clock: Clock;
  readonly log: Log;
  readonly trunkUp: (siteId: string) => boolean;
  readonly onAnswer: () => void;
  readonly onFailure: (error: unknown) => void;
  /** Not right after this process was asleep: what it read before may be long past. */
  readonly isAwake: () => boolean;
  readonly onFenced: () => void;
  /** After each read: talks and arrivals are followed by what the sites show. */
  readonly onRead: () => void;
}

/**
 * The waiting line: places new calls, reads what changed, matches, and hands each of our own pairs to its call.
 * One round runs at a time; what comes meanwhile goes into the next, so that a burst shares its round trips.
 */
export class Line {
  private readonly parts: LineParts;
  private readonly fence: Fence;
  private readonly toPlace = new Set<string>();
  private readonly toLeave = new Set<string>();
  /** By edge and agent: since when that edge could claim him and does not, and when he was passed on for it. */
  private readonly othersPairs = new Map<string, OthersPair>();
  private readonly requirements = new Map<string, Requirement>();
  private running = false;
  private again = false;
  private stopped = false;
  private timer: Timer | null = null;

  constructor(parts: LineParts, fence: Fence) {
    this.parts = parts;
    this.fence = fence;
  }

  place(callId: string): void {
    this.toPlace.add(callId);
    this.wake();
  }

  leave(callId: string): void {
    if (this.toPlace.delete(callId)) return;
    this.toLeave.add(callId);
    this.wake();
  }

  /** Starts a round now, or another one as soon as the running one has ended. */
  wake(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    if (this.stopped) return;
    this.running = true;
    this.timer?.cancel();
    void this.rounds().finally(() => {
      this.running = false;
      if (this.stopped) return;
      const busy = this.parts.calls.states().some((state) => state.phase === 'waiting');
      this.timer = this.parts.clock.after(busy ? READ_BUSY_MS : READ_IDLE_MS, () => this.wake());
    });
  }

  stop(): void {
    this.stopped = true;
    this.timer?.cancel();
  }

  private async rounds(): Promise<void> {
    do {
      this.again = false;
      try {
        await this.round();
        this.parts.onAnswer();
      } catch (error) {
        this.parts.onFailure(error);
        return;
      }
    } while (this.again && !this.stopped);
  }

  private async round(): Promise<void> {
    const { store, copy, clock } = this.parts;
    await this.writeLine();
    const startedMs = clock.monoMs();
    const changes = await store.readChanges(copy.cursor);
    if (this.stopped) return;
    copy.apply(changes, startedMs, clock.monoMs());
    this.parts.onRead();
    this.leaveBehind();
    if (this.parts.isAwake()) this.matchOwn();
  }

  /** Rows of ours for calls that are gone: a placement whose answer was lost, or that came later than its end. */
  private leaveBehind(): void {
    for (const { callId, edgeId } of this.parts.copy.waiting.values()) {
      if (edgeId === this.parts.edgeId && this.parts.calls.get(callId) === undefined) this.toLeave.add(callId);
    }
  }

  /** Writes who came and who went; on failure they stay for the next round. */
  private async writeLine(): Promise<void> {
    const { calls, store } = this.parts;
    const leaving = [...this.toLeave];
    const placing = [...this.toPlace].flatMap((callId) => {
      const state = calls.get(callId);
      return state?.phase === 'placing' ? [state.request] : [];
    });
    const [placed, left] = await Promise.all([
      placing.length === 0
        ? null
        : store.placeWaiting(
            this.fence,
            placing.map(({ callId, edgeId, service, requirement, priority, networkFirst }) => {
              return { callId, edgeId, service, requirement, priority, offering: false, networkFirst };
            }),
          ),
      leaving.length === 0 ? 'ok' : store.changeWaiting(this.fence, { offering: [], gone: leaving }),
    ]);
    if (placed === 'fenced' || left === 'fenced') return this.parts.onFenced();
    for (const callId of leaving) this.toLeave.delete(callId);
    for (const [callId, arrivedAtMs] of placed ?? []) {
      this.toPlace.delete(callId);
      calls.input(callId, { kind: 'placed', arrivedAtMs });
      if (calls.get(callId) === undefined) this.toLeave.add(callId);
    }
    for (const callId of this.toPlace) if (calls.get(callId)?.phase !== 'placing') this.toPlace.delete(callId);
  }

  private matchOwn(): void {
    const { calls, copy, clock, edgeId, trunkUp } = this.parts;
    const waits = calls.states().filter((state) => state.phase === 'waiting');
    if (waits.length === 0) return;
    const nowMs = clock.monoMs();
    const view = copy.view(nowMs, edgeId, (callId) => this.ownState(callId), trunkUp);
    const pairs = match(view, {
      requirementOf: (text) => this.requirementOf(text),
      passedOver: (callId, agentId) => this.isPassedOver(view.waiting.get(callId)?.edgeId ?? '', agentId),
    });
    const takenBy = new Map<AgentId, string>(pairs.map(({ agent, call }) => [agent.agentId, call.callId]));
    const matched = new Set<string>();
    for (const pair of pairs) {
      if (pair.call.edgeId === edgeId) {
        matched.add(pair.call.callId);
        calls.input(pair.call.callId, {
          kind: 'matched',
          chosen: chosenOf(pair),
          decision: this.decision(view, pair.call, pair.agent, takenBy),
        });
      } else this.noteOthers(pair, nowMs);
    }
    for (const state of waits) {
      const call = view.waiting.get(state.request.callId);
      if (call && !matched.has(call.callId)) this.nobodyFor(view, call, takenBy);
    }
    this.forgetOthers(nowMs);
  }

  /** Nobody for this call now: written down when that is new; sent back when nobody could ever come. */
  private nobodyFor(view: RoutingView, call: WaitingCall, takenBy: ReadonlyMap<AgentId, string>): void {
    const { calls } = this.parts;
    if (calls.get(call.callId)?.lastAnswer === '') return;
    const first = calls.get(call.callId)?.lastAnswer === null;
    calls.record(call.callId, { kind: 'decided', decision: this.decision(view, call, null, takenBy) });
    calls.noteAnswer(call.callId, '');
    if (first && !anyoneStaffed(view, this.requirementOf(call.requirement))) {
      calls.input(call.callId, {
        kind: 'giveUp',
        status: 'NOAGENTS',
        detail: 'nobody is logged in who meets the requirement',
      });
    }
  }

  private decision(
    view: RoutingView,
    call: WaitingCall,
    agent: AgentState | null,
    takenBy: ReadonlyMap<AgentId, string>,
  ): Decision {
    return decide(view, call, this.requirementOf(call.requirement), agent, takenBy);
  }

  private ownState(callId: string): 'waiting' | 'busy' | 'gone' {
    const phase = this.parts.calls.get(callId)?.phase;
    if (phase === undefined || phase === 'over' || phase === 'closing' || phase === 'talking') return 'gone';
    return phase === 'waiting' ? 'waiting' : 'busy';
  }

  private requirementOf(text: string): Requirement {
    let requirement = this.requirements.get(text);
    if (!requirement) {
      // Texts come from services and dialplans: few in number, but a bound costs nothing.
      if (this.requirements.size > 10_000) this.requirements.clear();
      requirement = parseRequirement(text);
      this.requirements.set(text, requirement);
    }
    return requirement;
  }

  /** A dead edge's calls count as one: else each of them would keep the agent for as long. */
  private noteOthers(pair: Pair, nowMs: number): void {
    const key = `${pair.call.edgeId} ${pair.agent.agentId}`;
    const seen = this.othersPairs.get(key);
    // Looked at with a gap between (nobody of ours waited, no answer from the database): it begins anew.
    if (!seen || nowMs - seen.lastMs > LEAVE_ALONE_MS)
      this.othersPairs.set(key, { firstMs: nowMs, lastMs: nowMs, passedMs: null });
    else {
      seen.lastMs = nowMs;
      if (nowMs - seen.firstMs > LEAVE_ALONE_MS) seen.passedMs ??= nowMs;
    }
  }

  /** Who was claimed after all, or whom that edge is given another chance for. */
  private forgetOthers(nowMs: number): void {
    for (const [key, { lastMs, passedMs }] of this.othersPairs) {
      if (passedMs === null ? lastMs < nowMs : nowMs - passedMs > PASSED_OVER_MS) this.othersPairs.delete(key);
    }
  }

  private isPassedOver(edgeId: string, agentId: AgentId): boolean {
    return (this.othersPairs.get(`${edgeId} ${agentId}`)?.passedMs ?? null) !== null;
  }
}

const chosenOf = ({ agent }: Pair): Chosen => ({
  agentId: agent.agentId,
  siteId: agent.siteId,
  title: agent.title,
  // An agent without an address is not eligible and is never matched.
  address: agent.address ?? '',
});
