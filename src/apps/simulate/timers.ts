/**
 * What happens next on the virtual clock. One timer a slot (an agent, a waiting call, a service's next arrival): setting it anew
 * moves it, clearing it leaves nothing behind. A binary heap that knows where each slot stands; equal times go by slot, so that a
 * run can be repeated.
 */
export class Timers {
  private heap: Int32Array = new Int32Array(64);
  private place: Int32Array = new Int32Array(64).fill(-1);
  private at: Float64Array = new Float64Array(64);
  private size = 0;

  /** The slot that is due first; -1 when there is none. It keeps its timer until it is set or cleared. */
  get first(): number {
    return this.size === 0 ? -1 : (this.heap[0] as number);
  }

  /** When that is; infinite when there is none. */
  get firstMs(): number {
    return this.size === 0 ? Infinity : (this.at[this.heap[0] as number] as number);
  }

  set(slot: number, atMs: number): void {
    if (slot >= this.place.length) this.grow(slot);
    if (atMs === Infinity) return this.clear(slot);
    const place = this.place[slot] as number;
    this.at[slot] = atMs;
    if (place < 0) {
      this.size += 1;
      this.rise(this.size - 1, slot);
    } else if (!this.rise(place, slot)) this.sink(this.place[slot] as number, slot);
  }

  clear(slot: number): void {
    const place = slot < this.place.length ? (this.place[slot] as number) : -1;
    if (place < 0) return;
    this.place[slot] = -1;
    this.size -= 1;
    const last = this.heap[this.size] as number;
    if (last === slot) return;
    if (!this.rise(place, last)) this.sink(place, last);
  }

  private before(a: number, b: number): boolean {
    const atA = this.at[a] as number;
    const atB = this.at[b] as number;
    return atA < atB || (atA === atB && a < b);
  }

  /** Puts a slot at a place or above it; false when it went nowhere. */
  private rise(from: number, slot: number): boolean {
    let place = from;
    while (place > 0) {
      const up = (place - 1) >> 1;
      const other = this.heap[up] as number;
      if (!this.before(slot, other)) break;
      this.heap[place] = other;
      this.place[other] = place;
      place = up;
    }
    this.heap[place] = slot;
    this.place[slot] = place;
    return place !== from;
  }

  private sink(from: number, slot: number): void {
    let place = from;
    for (;;) {
      let down = 2 * place + 1;
      if (down >= this.size) break;
      if (down + 1 < this.size && this.before(this.heap[down + 1] as number, this.heap[down] as number)) down += 1;
      const other = this.heap[down] as number;
      if (!this.before(other, slot)) break;
      this.heap[place] = other;
      this.place[other] = place;
      place = down;
    }
    this.heap[place] = slot;
    this.place[slot] = place;
  }

  private grow(slot: number): void {
    const length = Math.max(slot + 1, this.place.length * 2);
    const copy = <T extends Int32Array | Float64Array>(from: T, to: T): T => (to.set(from), to);
    const filled = this.place.length;
    this.heap = copy(this.heap, new Int32Array(length));
    this.place = copy(this.place, new Int32Array(length)).fill(-1, filled);
    this.at = copy(this.at, new Float64Array(length));
  }
}
