import type { Clock } from '../../ports/clock.ts';

/**
 * The session beats each second. A process that has missed one was asleep (SIGSTOP, a swapping host). Not later: where the database
 * has been silent before, the lease may have expired already, and another process may have the edge after any sleep.
 */
const ASLEEP_MS = 1_900;

/**
 * Notices that this process was asleep, for meanwhile another one may have taken the edge. What comes then is held until
 * it is known that the epoch is still ours: a superseded edge changes nothing.
 */
export class Wakefulness {
  private readonly clock: Clock;
  private readonly verify: () => Promise<boolean>;
  private held: (() => void)[] | null = null;
  private lastMs: number;

  /** `verify` finds out whether the epoch is still ours; `false` ends it all. */
  constructor(clock: Clock, verify: () => Promise<boolean>) {
    this.clock = clock;
    this.verify = verify;
    this.lastMs = clock.monoMs();
  }

  /** Whether what is known may be acted upon. */
  get isAwake(): boolean {
    return this.held === null && this.clock.monoMs() - this.lastMs <= ASLEEP_MS;
  }

  /** Runs `fn` now, or when the epoch is known to be ours. In order. */
  run(fn: () => void): void {
    if (this.isAwake) {
      this.lastMs = this.clock.monoMs();
      return fn();
    }
    if (this.held !== null) return void this.held.push(fn);
    this.held = [fn];
    void this.verify().then((isOurs) => (isOurs ? this.resume() : undefined));
  }

  private resume(): void {
    const held = this.held ?? [];
    this.held = null;
    this.lastMs = this.clock.monoMs();
    for (const fn of held) this.run(fn);
  }
}
