import type { Clock, Timer } from '../../ports/clock.ts';

/** Timers of one reign: all of them go with it. */
export class Timers {
  private readonly timers = new Set<Timer>();
  private readonly clock: Clock;
  private readonly run: (fn: () => void) => void;

  /** `run` does what is due, or holds it back. */
  constructor(clock: Clock, run: (fn: () => void) => void) {
    this.clock = clock;
    this.run = run;
  }

  once(ms: number, fn: () => void): void {
    const timer = this.clock.after(ms, () => {
      this.timers.delete(timer);
      this.run(fn);
    });
    this.timers.add(timer);
  }

  every(ms: number, fn: () => void): void {
    this.once(ms, () => {
      fn();
      this.every(ms, fn);
    });
  }

  end(): void {
    for (const timer of this.timers) timer.cancel();
  }
}
