import type { Clock, Timer } from '../../src/ports/clock.ts';

interface Entry {
  readonly atMs: number;
  readonly order: number;
  fn: (() => void) | null;
}

/** Wall clock at the start of every world. */
const EPOCH_MS = Date.UTC(2025, 0, 6, 9);
/** Turns of the microtask queue after each timer: longer than any chain of awaits that waits for no timer. */
const TURNS = 14;

/** Time that passes only when it is told to: a heap of timers, run in order; equal times in the order of their setting. */
export class VirtualClock implements Clock {
  private readonly heap: Entry[] = [];
  private nowAt = 0;
  private count = 0;
  /** Timers run so far. */
  fired = 0;

  nowMs(): number {
    return Math.floor(EPOCH_MS + this.nowAt);
  }

  monoMs(): number {
    return this.nowAt;
  }

  after(ms: number, fn: () => void): Timer {
    const entry: Entry = { atMs: this.nowAt + Math.max(0, ms), order: (this.count += 1), fn };
    this.push(entry);
    return { cancel: () => void (entry.fn = null) };
  }

  /** Lets time pass until `untilMs`: each timer, and after it all that it set free. */
  async run(untilMs: number): Promise<void> {
    await drain();
    for (let next = this.heap[0]; next !== undefined && next.atMs <= untilMs; next = this.heap[0]) {
      this.pop();
      if (next.fn === null) continue;
      this.nowAt = next.atMs;
      this.fired += 1;
      next.fn();
      await drain();
    }
    this.nowAt = Math.max(this.nowAt, untilMs);
  }

  private push(entry: Entry): void {
    const { heap } = this;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent] as Entry;
      if (!isBefore(entry, above)) break;
      heap[at] = above;
      at = parent;
    }
    heap[at] = entry;
  }

  private pop(): void {
    const { heap } = this;
    const last = heap.pop() as Entry;
    if (heap.length === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry)) child += 1;
      if (!isBefore(heap[child] as Entry, last)) break;
      heap[at] = heap[child] as Entry;
      at = child;
    }
    heap[at] = last;
  }
}

const isBefore = (a: Entry, b: Entry): boolean => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

async function drain(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await null;
}
