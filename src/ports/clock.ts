/** A timer that can be called off. */
export interface Timer {
  cancel(): void;
}

/** Time, as a value that apps are given. The simulated world has its own. */
export interface Clock {
  /** Wall clock, epoch ms. */
  nowMs(): number;
  /** Monotonic, ms: for durations. */
  monoMs(): number;
  /** Runs `fn` once after `ms`. */
  after(ms: number, fn: () => void): Timer;
}

/** Resolves after `ms` on the given clock. */
export const pause = (clock: Clock, ms: number): Promise<void> => new Promise((resolve) => clock.after(ms, resolve));
