/** What becomes due at a time: a binary heap of (time, slot). A slot that is set again keeps its last time alone. */
export class Due {
  private readonly times: number[] = [];
  private readonly slots: number[] = [];
  private readonly current = new Map<number, number>();

  set(slot: number, atMs: number): void {
    if (this.current.get(slot) === atMs) return;
    this.current.set(slot, atMs);
    this.rise(this.times.length, atMs, slot);
  }

  clear(slot: number): void {
    this.current.delete(slot);
  }

  /** A slot whose time has come, and which is thereby cleared; -1 when there is none (any more). */
  next(nowMs: number): number {
    for (;;) {
      const atMs = this.times[0];
      if (atMs === undefined || atMs > nowMs) return -1;
      const slot = this.slots[0] ?? -1;
      this.pop();
      if (this.current.get(slot) !== atMs) continue;
      this.current.delete(slot);
      return slot;
    }
  }

  private rise(from: number, atMs: number, slot: number): void {
    let at = from;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.times[parent] ?? 0) <= atMs) break;
      this.put(at, this.times[parent] ?? 0, this.slots[parent] ?? 0);
      at = parent;
    }
    this.put(at, atMs, slot);
  }

  private pop(): void {
    const atMs = this.times.pop() ?? 0;
    const slot = this.slots.pop() ?? 0;
    const size = this.times.length;
    if (size === 0) return;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && (this.times[child + 1] ?? 0) < (this.times[child] ?? 0)) child += 1;
      if ((this.times[child] ?? 0) >= atMs) break;
      this.put(at, this.times[child] ?? 0, this.slots[child] ?? 0);
      at = child;
    }
    this.put(at, atMs, slot);
  }

  private put(at: number, atMs: number, slot: number): void {
    this.times[at] = atMs;
    this.slots[at] = slot;
  }
}
