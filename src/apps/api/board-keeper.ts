import { boardChange } from '../../core/board/change.ts';
import type { RowChanges } from '../../core/board/change.ts';
import { IpntError } from '../../core/errors.ts';
import { BoardMaker, EMPTY_BOARD } from '../../core/board/make.ts';
import type { Board, BoardChange, BoardSnapshot } from '../../core/model/board.ts';
import { isFree } from '../../core/model/claim.ts';
import { NO_ROUTING } from '../../core/model/routing.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { isInUse, StateCopy } from '../common/state-copy.ts';
import { CallServices } from './call-services.ts';
import type { ApiStore, LiveState } from './route.ts';
import { Today } from './today.ts';

/** From the beginning of a read of the state to that of the next; so often there is a frame, too. */
export const TICK_MS = 300;
/** Between two frames at least. Less than a tick: the frame after a slow read comes right after its own, and so do all that follow. */
const FRAME_GAP_MS = 125;
/** And never more than so many in any second. */
const FRAMES_A_SECOND = 4;
/** The database has not answered for this long: the figures stand still, and say so. */
const STALE_AFTER_MS = 2_000;
/** The day is counted anew so often, and never more than a tenth of the time. */
const TODAY_EVERY_MS = 500;
const TODAY_SHARE = 10;
/** A frame of nothing after so long, so that pages know that their connection lives. */
const QUIET_MS = 5_000;

export interface KeeperParts {
  readonly store: Pick<ApiStore, 'readChanges' | 'loadRouting' | 'rollUp' | 'intervals' | 'calls'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Keeps the live state and the board up to date from the database. Owns its timers; `start` and `stop` it. */
export class BoardKeeper implements LiveState {
  private readonly parts: KeeperParts;
  private readonly copy = new StateCopy();
  private readonly maker = new BoardMaker(this.copy.floor);
  private readonly services = new CallServices();
  private readonly today: Today;
  private rules: Routing = NO_ROUTING;
  private board: Board = EMPTY_BOARD;
  /** As of the last frame. */
  private framed: BoardSnapshot;
  private readonly listeners = new Set<(frame: BoardChange) => void>();
  private readonly timers = new Map<'read' | 'today' | 'watch' | 'publish', Timer>();
  private reading: Promise<void> | null = null;
  private isRunning = false;
  private hasRead = false;
  /** Monotonic times of what happened last. */
  private answeredMs: number;
  /** When the last FRAMES_A_SECOND frames were sent, the latest last. */
  private framesMs: readonly number[] = new Array<number>(FRAMES_A_SECOND).fill(-Infinity);
  private lastFault = '';
  private dbNowAtAnswerMs: number;

  constructor(parts: KeeperParts) {
    this.parts = parts;
    this.today = new Today(parts.store);
    const nowMs = parts.clock.nowMs();
    this.answeredMs = parts.clock.monoMs();
    this.dbNowAtAnswerMs = nowMs;
    // Numbers of a process that comes after are above all of this one's: four frames a second never overtake the milliseconds.
    this.framed = { seq: Math.floor(nowMs), nowMs, staleSinceMs: nowMs, board: EMPTY_BOARD };
  }

  /** Resolves after the first read, whether it succeeded or not. */
  async start(): Promise<void> {
    this.isRunning = true;
    this.watch();
    await this.tick();
    void this.countToday();
  }

  async stop(): Promise<void> {
    this.isRunning = false;
    for (const timer of this.timers.values()) timer.cancel();
    this.timers.clear();
    await this.reading;
  }

  /** Calls back with each frame, right after the board has changed. */
  onFrame(listener: (frame: BoardChange) => void): void {
    this.listeners.add(listener);
  }

  snapshot(): BoardSnapshot {
    return { ...this.framed, ...this.times(), board: this.board };
  }

  /** The board as of the last frame: the next one tells what changes of this, and not of what a `refresh` has shown meanwhile. */
  lastFrame(): BoardSnapshot {
    return { ...this.framed, ...this.times() };
  }

  view(): RoutingView {
    return this.copy.viewFromOutside(this.parts.clock.monoMs());
  }

  routing(): Routing {
    return this.rules;
  }

  /** Rejects with DATABASE_DOWN. */
  async refresh(): Promise<void> {
    // A read under way may have begun before the change.
    await this.reading?.catch(() => undefined);
    await this.read();
    this.make();
  }

  private later(name: 'read' | 'today' | 'watch' | 'publish', ms: number, run: () => void): void {
    this.timers.get(name)?.cancel();
    if (this.isRunning) this.timers.set(name, this.parts.clock.after(Math.max(0, ms), run));
  }

  private async tick(): Promise<void> {
    const startedMs = this.parts.clock.monoMs();
    await this.read().then(
      () => this.publishSoon(),
      (error: unknown) => this.failed(error),
    );
    this.later('read', startedMs + TICK_MS - this.parts.clock.monoMs(), () => void this.tick());
  }

  /** One at a time: who comes meanwhile waits for the same answer. */
  private read(): Promise<void> {
    this.reading ??= this.readOnce().finally(() => {
      this.reading = null;
    });
    return this.reading;
  }

  private async readOnce(): Promise<void> {
    const { store, clock } = this.parts;
    const startedMs = clock.monoMs();
    const changes = await store.readChanges(this.copy.cursor);
    this.copy.apply(changes, startedMs, clock.monoMs());
    if (changes.routingVersion !== this.rules.version) {
      this.rules = await store.loadRouting();
      this.copy.provision(this.rules);
    }
    this.noteCalls();
    await this.services.look(store, startedMs);
    this.answered();
  }

  private answered(): void {
    const nowMs = this.parts.clock.monoMs();
    if (this.isStale()) this.parts.log.info('the state is read', { component: 'board' });
    this.hasRead = true;
    this.lastFault = '';
    this.answeredMs = nowMs;
    this.dbNowAtAnswerMs = this.copy.dbNow(nowMs);
  }

  /** Told when it changes: it is tried again with each tick. */
  private failed(error: unknown): void {
    const errCode = error instanceof IpntError ? error.code : 'BUG';
    const detail = error instanceof Error ? error.message : String(error);
    const fields = { component: 'board', errCode, detail };
    if (detail !== this.lastFault) this.parts.log.warn('the state could not be read', fields);
    this.lastFault = detail;
  }

  private noteCalls(): void {
    const claimed = new Set<string>();
    const nowMs = this.copy.dbNow(this.parts.clock.monoMs());
    for (const claim of this.copy.reservations.values())
      if (isInUse(claim) && !isFree(claim, nowMs)) claimed.add(claim.callId);
    this.services.note(this.copy, claimed);
  }

  private isStale(): boolean {
    return !this.hasRead || this.parts.clock.monoMs() - this.answeredMs > STALE_AFTER_MS;
  }

  private times(): Pick<BoardSnapshot, 'nowMs' | 'staleSinceMs'> {
    const { clock } = this.parts;
    const nowMs = this.hasRead ? this.copy.dbNow(clock.monoMs()) : clock.nowMs();
    return { nowMs: Math.round(nowMs), staleSinceMs: this.isStale() ? Math.round(this.dbNowAtAnswerMs) : null };
  }

  /** Silence is told even where a read hangs. */
  private watch(): void {
    const wasStale = this.framed.staleSinceMs !== null;
    if (this.isStale() !== wasStale || this.parts.clock.monoMs() - this.framedMs >= QUIET_MS) this.publishSoon();
    this.later('watch', TICK_MS, () => this.watch());
  }

  private get framedMs(): number {
    return this.framesMs.at(-1) ?? -Infinity;
  }

  private publishSoon(): void {
    const mayMs = Math.max(this.framedMs + FRAME_GAP_MS, (this.framesMs[0] ?? -Infinity) + 1_000);
    const waitMs = mayMs - this.parts.clock.monoMs();
    if (waitMs <= 0) this.publish();
    else if (!this.timers.has('publish')) this.later('publish', waitMs, () => this.publish());
  }

  /** Sends what has changed since the last frame; nothing where nothing has, and nobody waited for long. */
  private publish(): void {
    this.timers.get('publish')?.cancel();
    this.timers.delete('publish');
    if (!this.isRunning) return;
    this.make();
    const times = this.times();
    const change: RowChanges | null = boardChange(this.framed.board, this.board);
    const isQuiet = change === null && times.staleSinceMs === this.framed.staleSinceMs;
    if (isQuiet && this.parts.clock.monoMs() - this.framedMs < QUIET_MS) return;
    const seq = this.framed.seq + 1;
    this.framed = { seq, ...times, board: this.board };
    this.framesMs = [...this.framesMs.slice(1), this.parts.clock.monoMs()];
    const frame: BoardChange = { seq, ...times, ...(change ?? { changed: {}, gone: {} }) };
    for (const listener of this.listeners) listener(frame);
  }

  /** While the database is away the last board stands: what time alone would change of it nobody knows. */
  private make(): void {
    if (this.isStale()) return;
    const view = this.view();
    this.board = this.maker.make(view, this.rules, {
      edgesSeenAtMs: this.copy.edgesSeenAtMs,
      serviceOf: this.services.of,
      todayOf: (service) => this.today.of(this.rules, service, view.nowMs),
    });
  }

  private async countToday(): Promise<void> {
    const { clock } = this.parts;
    const startedMs = clock.monoMs();
    try {
      if (this.hasRead) await this.today.read(this.rules, this.copy.dbNow(startedMs));
    } catch (error) {
      this.failed(error);
    }
    const tookMs = clock.monoMs() - startedMs;
    this.later('today', Math.max(TODAY_EVERY_MS - tookMs, (TODAY_SHARE - 1) * tookMs), () => void this.countToday());
  }
}
