import type { Chosen } from '../../core/effects.ts';
import type { AgentId, AgentState } from '../../core/model/agent.ts';
import type { PlacedCall, WaitingCall } from '../../core/model/call.ts';
import type { Decision } from '../../core/model/decision.ts';
import { anyoneStaffed, decide } from '../../core/routing/decide.ts';
import { match } from '../../core/routing/match.ts';
import type { Pair } from '../../core/routing/match.ts';
import { parseRequirement } from '../../core/routing/requirement.ts';
import type { Requirement } from '../../core/routing/requirement.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Fence } from '../../ports/site-store.ts';
import type { LiveCalls } from './live-calls.ts';
import { OthersPairs } from './others-pairs.ts';
import type { StateCopy } from './state-copy.ts';

/** Versions are read this often while calls wait, and otherwise. */
const READ_BUSY_MS = 20;
const READ_IDLE_MS = 250;
/** Who has left is written when nobody has to be placed, and at the latest after this. */
const LEAVE_WITHIN_MS = 100;

/** What a round wrote: who came, with the time of arrival, and who went. */
interface Written {
  readonly placing: readonly PlacedCall[];
  readonly placed: ReadonlyMap<string, number>;
  readonly leaving: readonly string[];
}

export interface LineParts {
  readonly edgeId: string;
  readonly store: EdgeStore;
  readonly calls: LiveCalls;
  readonly copy: StateCopy;
  readonly clock: Clock;
  readonly trunkUp: (siteId: string) => boolean;
  readonly isRedirectable: (siteId: string) => boolean;
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
 * One round runs at a time; what comes meanwhile goes into the next, so that a burst shares its round trips. Placing and reading
 * go side by side: a call is in the line before its first match, and what was placed is known without being read.
 */
export class Line {
  private readonly parts: LineParts;
  private readonly fence: Fence;
  private readonly toPlace = new Set<string>();
  private readonly toLeave = new Set<string>();
  private readonly others = new OthersPairs();
  private readonly requirements = new Map<string, Requirement>();
  private running = false;
  private again = false;
  private stopped = false;
  private timer: { readonly timer: Timer; readonly atMs: number } | null = null;
  private readMs = -Infinity;
  private leaveByMs = Infinity;

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
    this.willLeave(callId);
    if (!this.running) this.wakeIn(READ_BUSY_MS);
  }

  private willLeave(callId: string): void {
    if (this.toLeave.size === 0) this.leaveByMs = this.parts.clock.monoMs() + LEAVE_WITHIN_MS;
    this.toLeave.add(callId);
  }

  /** Starts a round now, or another one as soon as the running one has ended. */
  wake(): void {
    if (this.running) {
      this.again = true;
      return;
    }
    if (this.stopped) return;
    this.running = true;
    this.timer?.timer.cancel();
    this.timer = null;
    void this.rounds().finally(() => {
      this.running = false;
      const busy = this.toLeave.size > 0 || this.isAny('waiting');
      this.wakeIn(busy ? READ_BUSY_MS : READ_IDLE_MS);
    });
  }

  /** A round that is planned for earlier stays as it is. */
  private wakeIn(ms: number): void {
    const atMs = this.parts.clock.monoMs() + ms;
    if (this.stopped || (this.timer !== null && this.timer.atMs <= atMs)) return;
    this.timer?.timer.cancel();
    this.timer = { atMs, timer: this.parts.clock.after(ms, () => this.wake()) };
  }

  private isAny(wanted: 'waiting' | 'placing'): boolean {
    return this.parts.calls.states().some(({ phase }) => phase === wanted);
  }

  stop(): void {
    this.stopped = true;
    this.timer?.timer.cancel();
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
    const { copy, clock, onRead, isAwake } = this.parts;
    const needsRead = this.isAny('waiting') || this.isAny('placing') || clock.monoMs() - this.readMs >= READ_IDLE_MS;
    const startedMs = clock.monoMs();
    // Both have ended before the next round begins, whatever became of the other.
    const [line, read] = await Promise.allSettled([
      this.writeLine(),
      needsRead ? this.parts.store.readChanges(copy.cursor) : null,
    ]);
    if (this.stopped) return;
    if (read.status === 'fulfilled' && read.value !== null) {
      copy.apply(read.value, startedMs, clock.monoMs());
      this.readMs = startedMs;
    }
    if (line.status === 'rejected') throw line.reason;
    this.noteLine(line.value);
    if (read.status === 'rejected') throw read.reason;
    if (read.value === null) return;
    // What asked for a round meanwhile is seen to by this one; who came meanwhile is not in the line yet.
    this.again = this.toPlace.size > 0;
    onRead();
    this.leaveBehind();
    if (isAwake()) this.matchOwn();
  }

  /** Rows of ours for calls that are gone: a placement whose answer was lost, or that came later than its end. */
  private leaveBehind(): void {
    for (const { callId, edgeId } of this.parts.copy.waiting.values()) {
      if (edgeId === this.parts.edgeId && this.parts.calls.get(callId) === undefined) this.willLeave(callId);
    }
  }

  /** Writes who came and who went; on failure they stay for the next round. */
  private async writeLine(): Promise<Written | null> {
    const { calls, clock, store } = this.parts;
    const placing = [...this.toPlace].flatMap((callId): PlacedCall[] => {
      const state = calls.get(callId);
      if (state?.phase !== 'placing') return [];
      const { edgeId, service, requirement, priority, networkFirst, rules, preferred } = state.request;
      const { strategy, ageing } = rules;
      const row = { callId, edgeId, service, requirement, priority, networkFirst, strategy, ageing, preferred };
      return [{ ...row, offering: false, preferredUntilMs: 0, step: 0, arrivedAtMs: null }];
    });
    // The two write the same row of the edge, and the one who waits for an agent goes first.
    const leaving = placing.length === 0 || clock.monoMs() >= this.leaveByMs ? [...this.toLeave] : [];
    const [placed, left] = await Promise.all([
      placing.length === 0 ? new Map<string, number>() : store.placeWaiting(this.fence, placing),
      leaving.length === 0 ? 'ok' : store.leaveWaiting(this.fence, leaving),
    ]);
    return placed === 'fenced' || left === 'fenced' ? null : { placing, placed, leaving };
  }

  /** Takes in what was written, which the read beside it need not have seen. */
  private noteLine(written: Written | null): void {
    const { calls, copy } = this.parts;
    if (written === null) return this.parts.onFenced();
    for (const callId of written.leaving) {
      this.toLeave.delete(callId);
      copy.waiting.delete(callId);
    }
    if (this.toLeave.size === 0) this.leaveByMs = Infinity;
    for (const call of written.placing) {
      const arrivedAtMs = written.placed.get(call.callId);
      if (arrivedAtMs === undefined) continue;
      this.toPlace.delete(call.callId);
      copy.waiting.set(call.callId, { ...call, arrivedAtMs });
      calls.input(call.callId, { kind: 'placed', arrivedAtMs });
      if (calls.get(call.callId) === undefined) this.willLeave(call.callId);
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
      passedOver: (callId, agentId) => this.others.isPassedOver(view.waiting.get(callId)?.edgeId ?? '', agentId),
    });
    const takenBy = new Map<AgentId, string>(pairs.map(({ agent, call }) => [agent.agentId, call.callId]));
    const matched = new Set<string>();
    for (const pair of pairs) {
      if (pair.call.edgeId === edgeId) {
        matched.add(pair.call.callId);
        calls.input(pair.call.callId, {
          kind: 'matched',
          chosen: chosenOf(pair, this.parts.isRedirectable(pair.agent.siteId)),
          decision: this.decision(view, pair.call, pair.agent, takenBy),
        });
      } else this.others.note(pair, nowMs);
    }
    for (const state of waits) {
      const call = view.waiting.get(state.request.callId);
      if (call && !matched.has(call.callId)) this.nobodyFor(view, call, takenBy);
    }
    this.others.forget(nowMs);
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
}

const chosenOf = ({ agent }: Pair, redirectable: boolean): Chosen => ({
  redirectable,
  agentId: agent.agentId,
  siteId: agent.siteId,
  title: agent.title,
  wrapUpMs: agent.wrapUpMs,
  // An agent without an address is not eligible and is never matched.
  address: agent.address ?? '',
});
