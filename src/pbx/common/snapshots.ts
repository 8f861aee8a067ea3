import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';

const AUDIT_EVERY_MS = 60_000;
/** Requests for a snapshot that come together are one. */
const GATHER_MS = 200;

export interface SnapshotsOptions {
  readonly clock: Clock;
  readonly log: Log;
  /** Takes one whole snapshot; rejects where that is not possible, which ends the session. */
  readonly take: () => Promise<void>;
  readonly failed: (error: Error) => void;
}

/** A session's later snapshots: those that are asked for, one at a time, and an audit each minute. */
export class Snapshots {
  readonly #options: SnapshotsOptions;
  readonly #timers = new Set<Timer>();
  #state: 'first' | 'open' | 'closed' = 'first';
  #wanted: string | undefined;
  #isBusy = false;

  constructor(options: SnapshotsOptions) {
    this.#options = options;
  }

  /** The first one has been taken. */
  open(): void {
    if (this.#state === 'closed') return;
    this.#state = 'open';
    this.#auditLater();
    if (this.#wanted !== undefined) this.#gather();
  }

  /** Coalesced. What is asked for during the first one is taken after it. */
  request(why: string): void {
    if (this.#wanted !== undefined) return;
    this.#wanted = why;
    this.#gather();
  }

  close(): void {
    this.#state = 'closed';
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
  }

  #gather(): void {
    this.#after(GATHER_MS, () => void this.#takeWanted());
  }

  async #takeWanted(): Promise<void> {
    if (this.#isBusy) return this.#gather();
    const why = this.#wanted;
    this.#wanted = undefined;
    this.#isBusy = true;
    try {
      await this.#options.take();
      this.#options.log.debug('snapshot taken', { event: why ?? '' });
    } catch (error) {
      this.#options.failed(error as Error);
    }
    this.#isBusy = false;
    if (why === 'audit') this.#auditLater();
  }

  #auditLater(): void {
    this.#after(AUDIT_EVERY_MS, () => this.#audit());
  }

  /** Where one is wanted already, that one is the audit. */
  #audit(): void {
    if (this.#wanted !== undefined) return this.#auditLater();
    this.request('audit');
  }

  #after(ms: number, run: () => void): void {
    if (this.#state !== 'open') return;
    const timer = this.#options.clock.after(ms, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }
}
