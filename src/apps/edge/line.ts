import type { PlacedCall } from '../../core/model/call.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Changes, EdgeStore } from '../../ports/edge-store.ts';
import type { EdgeMeter } from '../../ports/metrics.ts';
import type { Fence } from '../../ports/site-store.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Matcher } from './matcher.ts';
import type { StateCopy } from '../common/state-copy.ts';
import { rowOf } from './waiting-calls.ts';

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
  readonly meter: EdgeMeter;
  readonly matcher: Matcher;
  readonly onAnswer: () => void;
  readonly onFailure: (error: unknown) => void;
  /** Not right after this process was asleep: what it read before may be long past. */
  readonly isAwake: () => boolean;
  readonly onFenced: () => void;
  /** After each read: talks and arrivals are followed by what the sites show. */
  readonly onRead: () => void;
}

/**
 * The waiting line: places new calls, reads what changed, and has them matched.
 * One round runs at a time; what comes meanwhile goes into the next, so that a burst shares its round trips. Placing and reading
 * go side by side: a call is in the line before its first match, and what was placed is known without being read.
 */
export class Line {
  private readonly parts: LineParts;
  private readonly fence: Fence;
  private readonly toPlace = new Set<string>();
  /** In the line already; what they ask for has changed. */
  private readonly toChange = new Set<string>();
  private readonly toLeave = new Set<string>();
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
    this.toLeave.delete(callId);
    this.toPlace.add(callId);
    this.wake();
  }

  /** It asks for something else from now on. */
  change(callId: string): void {
    this.toChange.add(callId);
    this.wake();
  }

  leave(callId: string): void {
    this.toChange.delete(callId);
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
    const [line, read] = await Promise.allSettled([this.writeLine(), needsRead ? this.read() : null]);
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
    this.again = this.toPlace.size + this.toChange.size > 0;
    onRead();
    this.leaveBehind();
    if (isAwake()) this.parts.matcher.match();
  }

  private async read(): Promise<Changes> {
    const { store, copy, clock, meter } = this.parts;
    const startedMs = clock.monoMs();
    const changes = await store.readChanges(copy.cursor);
    meter.stateRead(clock.monoMs() - startedMs);
    return changes;
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
    const dbNowMs = this.parts.copy.dbNow(clock.monoMs());
    const placing = [...new Set([...this.toPlace, ...this.toChange])].flatMap((callId): PlacedCall[] => {
      const state = calls.get(callId);
      if (state === undefined || (state.phase !== 'placing' && !this.toChange.has(callId))) return [];
      return [rowOf(state, dbNowMs)];
    });
    // What changes again from here on is for the next round.
    const changing = [...this.toChange];
    this.toChange.clear();
    // The two write the same row of the edge, and the one who waits for an agent goes first.
    const leaving = placing.length === 0 || clock.monoMs() >= this.leaveByMs ? [...this.toLeave] : [];
    const [placed, left] = await Promise.all([
      placing.length === 0 ? new Map<string, number>() : store.placeWaiting(this.fence, placing),
      leaving.length === 0 ? 'ok' : store.leaveWaiting(this.fence, leaving),
    ]).catch((error: unknown) => {
      for (const callId of changing) this.toChange.add(callId);
      throw error;
    });
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
}
