import { IpntError } from '../../core/errors.ts';
import { ROLE_LEASE_MS } from '../../core/model/claim.ts';
import { queueRow } from '../../core/reduce/site-queues.ts';
import type { SiteChanges, SiteModel } from '../../core/reduce/site-model.ts';
import { callsInProgress } from '../../core/reduce/site-view.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SiteMeter } from '../../ports/metrics.ts';
import type { Fence, SiteBatch, SiteStore } from '../../ports/site-store.ts';

/** A batch at most this often: what changes in between is one batch, and the latest state wins. */
const GATHER_MS = 10;
/** After a quiet moment a batch waits so long for the events that come along with the first. */
const FIRST_MS = 2;
const SEEN_EVERY_MS = 1_000;
const RETRY_FIRST_MS = 250;
const RETRY_MOST_MS = 2_000;

export interface WriterDeps {
  readonly store: SiteStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly fence: Fence;
  readonly meter: SiteMeter;
  /** The state at the moment of writing. */
  model(): SiteModel;
  /** How long ago the PBX was seen; null while it is down or not reconciled. */
  pbxSeenAgoMs(): number | null;
  /** Called once, when another process has taken the site: nothing is written after it. */
  fenced(): void;
}

/**
 * Brings the model to the store: one write in flight, never more than the latest state, so that memory is bounded by the
 * site itself. After a failed write nobody knows what arrived: the whole site is written next.
 */
export class SiteWriter {
  readonly #deps: WriterDeps;
  #agents = new Set<string>();
  #queues = new Set<string>();
  #isSiteDirty = true;
  #isWhole = true;
  #isWriting = false;
  #isOver = false;
  #failures = 0;
  #timer: Timer | undefined;
  #heartbeat: Timer | undefined;
  #wroteAtMs = -Infinity;
  #answeredAtMs: number;
  /** When the oldest change came that is not written; null when there is none. */
  #dirtySinceMs: number | null = null;
  #idle: () => void = () => undefined;

  constructor(deps: WriterDeps) {
    this.#deps = deps;
    this.#answeredAtMs = deps.clock.monoMs();
    this.#schedule(0);
    this.#beat();
  }

  /** Notes which rows changed; they are written within a few milliseconds. */
  note(changed: SiteChanges): void {
    for (const name of [...changed.agents, ...changed.removedAgents]) this.#agents.add(name);
    for (const name of [...changed.queues, ...changed.removedQueues]) this.#queues.add(name);
    this.#isSiteDirty ||= changed.site;
    if (!this.#isDirty) return;
    this.#dirtySinceMs ??= this.#deps.clock.monoMs();
    this.#schedule(this.#gatherMs);
  }

  /** Since the store last took a write; null while it refuses them. */
  get answeredAgoMs(): number | null {
    return this.#failures > 0 ? null : this.#deps.clock.monoMs() - this.#answeredAtMs;
  }

  /** Writes everything again: after a reconnect, the rows are as the snapshot says whatever they were. */
  noteWhole(): void {
    this.#isWhole = true;
    this.#isSiteDirty = true;
    this.#schedule(this.#gatherMs);
  }

  /** Ends; resolves when the write under way is done. */
  async stop(): Promise<void> {
    this.#isOver = true;
    this.#timer?.cancel();
    this.#heartbeat?.cancel();
    if (this.#isWriting) await new Promise<void>((resolve) => (this.#idle = resolve));
  }

  get #isDirty(): boolean {
    return this.#agents.size > 0 || this.#queues.size > 0 || this.#isSiteDirty;
  }

  get #gatherMs(): number {
    return Math.max(FIRST_MS, GATHER_MS - (this.#deps.clock.monoMs() - this.#wroteAtMs));
  }

  #schedule(ms: number): void {
    if (this.#isOver || this.#isWriting || this.#timer !== undefined) return;
    this.#timer = this.#deps.clock.after(ms, () => {
      this.#timer = undefined;
      void this.#write();
    });
  }

  /** The beat keeps the lease and the freshness. It is a write like the others: never beside one. */
  #beat(): void {
    if (this.#isOver) return;
    this.#heartbeat = this.#deps.clock.after(SEEN_EVERY_MS, () => {
      this.#beat();
      this.#schedule(0);
    });
  }

  async #write(): Promise<void> {
    if (this.#isOver || this.#isWriting) return;
    this.#isWriting = true;
    try {
      const result = this.#isDirty ? await this.#publish() : await this.#seen();
      if (this.#failures > 0) this.#deps.log.info('the store takes writes again', { event: 'published' });
      this.#failures = 0;
      this.#answeredAtMs = this.#deps.clock.monoMs();
      if (result === 'fenced') this.#fencedOff();
    } catch (error) {
      this.#failed(error);
    }
    this.#isWriting = false;
    this.#idle();
    if (this.#failures > 0) this.#schedule(Math.min(RETRY_MOST_MS, RETRY_FIRST_MS * 2 ** (this.#failures - 1)));
    else if (this.#isDirty) this.#schedule(GATHER_MS);
  }

  async #publish(): Promise<'ok' | 'fenced'> {
    const { clock, store, fence, meter } = this.#deps;
    const startedMs = clock.monoMs();
    const sinceMs = this.#dirtySinceMs ?? startedMs;
    this.#dirtySinceMs = null;
    let outcome: 'ok' | 'failed' | 'fenced' = 'failed';
    try {
      outcome = (await store.publish(fence, this.#takeBatch(), ROLE_LEASE_MS)) === 'fenced' ? 'fenced' : 'ok';
      this.#wroteAtMs = clock.monoMs();
      return outcome;
    } finally {
      if (outcome === 'failed') this.#dirtySinceMs = sinceMs;
      meter.published(outcome, clock.monoMs() - startedMs, clock.monoMs() - sinceMs);
    }
  }

  async #seen(): Promise<'ok' | 'fenced'> {
    const { clock, store, fence, pbxSeenAgoMs } = this.#deps;
    if (clock.monoMs() - this.#wroteAtMs < SEEN_EVERY_MS / 2) return 'ok';
    const result = await store.seen(fence, pbxSeenAgoMs(), ROLE_LEASE_MS);
    this.#wroteAtMs = clock.monoMs();
    return result;
  }

  /** The whole site is written only when the PBX has told it: rows that a snapshot has not confirmed stay as they are. */
  #takeBatch(): SiteBatch {
    const model = this.#deps.model();
    const isUp = model.connection === 'up';
    const whole = this.#isWhole && isUp;
    const agents = whole ? [...model.agents.keys()] : [...this.#agents];
    const queues = whole ? [...model.queues.keys()] : [...this.#queues];
    const batch: SiteBatch = {
      agents: agents.flatMap((name) => model.agents.get(name)?.row ?? []),
      queues: queues.flatMap((name) => queueRow(model, name) ?? []),
      removedAgents: agents.filter((name) => !model.agents.has(name)),
      removedQueues: queues.filter((name) => !model.queues.has(name)),
      callsInProgress: callsInProgress(model),
      connection: model.connection,
      pbxSeenAgoMs: this.#deps.pbxSeenAgoMs(),
      whole,
    };
    this.#agents = new Set();
    this.#queues = new Set();
    this.#isSiteDirty = false;
    if (whole) this.#isWhole = false;
    return batch;
  }

  #fencedOff(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#timer?.cancel();
    this.#heartbeat?.cancel();
    this.#deps.fenced();
  }

  #failed(error: unknown): void {
    this.#isWhole = true;
    this.#isSiteDirty = true;
    this.#failures += 1;
    if (this.#failures > 1) return;
    const code = error instanceof IpntError ? error.code : 'BUG';
    const text = error instanceof Error ? error.message : String(error);
    this.#deps.log.warn(`the store refused a write: ${text}`, { event: 'publish', errCode: code });
  }
}
