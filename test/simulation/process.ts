import type { Clock, Timer } from '../../src/ports/clock.ts';

/** A process of ours: whatever runs in it comes through its clock, so that it can be frozen or killed from outside. */
export class SimProcess {
  readonly name: string;
  readonly clock: Clock;
  private readonly world: Clock;
  private state: 'running' | 'frozen' | 'dead' = 'running';
  private backlog: (() => void)[] = [];

  /** `skewMs`: how wrong its wall clock is. */
  constructor(world: Clock, name: string, skewMs: number) {
    this.world = world;
    this.name = name;
    this.clock = {
      nowMs: () => world.nowMs() + Math.round(skewMs),
      monoMs: () => world.monoMs(),
      after: (ms, fn) => this.after(ms, fn),
    };
  }

  get isDead(): boolean {
    return this.state === 'dead';
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  kill(): void {
    this.state = 'dead';
    this.backlog = [];
  }

  freeze(): void {
    if (this.state === 'running') this.state = 'frozen';
  }

  /** Goes on: what was due meanwhile runs now, in its order. */
  thaw(): void {
    if (this.state !== 'frozen') return;
    this.state = 'running';
    const backlog = this.backlog;
    this.backlog = [];
    for (const fn of backlog) this.world.after(0, () => this.gate(fn));
  }

  private after(ms: number, fn: () => void): Timer {
    let cancelled = false;
    const timer = this.world.after(ms, () => this.gate(() => (cancelled ? undefined : fn())));
    return {
      cancel: () => {
        cancelled = true;
        timer.cancel();
      },
    };
  }

  private gate(fn: () => void): void {
    if (this.state === 'running') fn();
    else if (this.state === 'frozen') this.backlog.push(fn);
  }
}
