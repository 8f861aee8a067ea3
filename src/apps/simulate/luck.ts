/** Functions of how many wait and how many agents are free: what one more arrival means for later waits is near a sum of them. */
const SHAPES = 6;
/** Of events: arrivals, ends of talks, callers who give up. */
const [ARRIVALS, ENDS, LEAVES, KINDS] = [0, SHAPES, 2 * SHAPES, 3];

/**
 * How far chance went from what was to be expected, in one replication: for each kind of event the sum of f(state) over the events,
 * less the integral of f(state) x the rate at which they are expected, for each of some functions f. Such sums are zero in the
 * mean whatever the routing does (they are martingales), and the waits go along with them: a report takes away what they explain
 * (control variates), which narrows its intervals as much as ten or a hundred times the calls would. Only chance whose rate is
 * known can be told: arrivals by rates, exponential talks and patience; of other handle times, how far each is from the mean.
 */
export class Luck {
  readonly sums = new Float64Array(SHAPES * KINDS);
  private readonly shape = new Float64Array(SHAPES);
  private readonly expectedArrivals: (fromMs: number, toMs: number) => number;
  private readonly crowd: number;
  private atMs: number;
  private waiting = -1;
  private free = -1;
  private endsPerMs = 0;
  private leavesPerMs = 0;

  /** Counts from `fromMs` on. `agents`: how many there are. */
  constructor(fromMs: number, agents: number, expectedArrivals: (fromMs: number, toMs: number) => number) {
    this.atMs = fromMs;
    this.crowd = Math.max(1, agents / 4);
    this.expectedArrivals = expectedArrivals;
    this.look(0, 0);
  }

  /** The clock goes on; what was looked at last held until now. To be told before anything that happens. */
  advance(nowMs: number): void {
    const spanMs = nowMs - this.atMs;
    if (spanMs <= 0) return;
    const arrivals = this.expectedArrivals(this.atMs, nowMs);
    const [ends, leaves] = [this.endsPerMs * spanMs, this.leavesPerMs * spanMs];
    this.atMs = nowMs;
    this.add(ARRIVALS, -arrivals);
    if (ends > 0) this.add(ENDS, -ends);
    if (leaves > 0) this.add(LEAVES, -leaves);
  }

  /** What follows depends on how many wait and how many are free. To be told after all that happened at once. */
  look(waiting: number, free: number): void {
    if (waiting === this.waiting && free === this.free) return;
    this.waiting = waiting;
    this.free = free;
    const { shape, crowd } = this;
    shape[0] = 1;
    shape[1] = waiting / crowd;
    shape[2] = waiting / (waiting + crowd);
    shape[3] = waiting > 0 ? 1 : 0;
    shape[4] = Math.sqrt(free / crowd);
    shape[5] = free / crowd;
  }

  arrived(nowMs: number): void {
    if (nowMs >= this.atMs) this.add(ARRIVALS, 1);
  }

  /** A talk begins whose end comes at this rate, whenever it began (0: its end is no matter of chance from moment to moment). */
  talks(endsPerMs: number): void {
    this.endsPerMs += endsPerMs;
  }

  /** Such a talk has ended. */
  ended(endsPerMs: number, nowMs: number): void {
    this.endsPerMs = Math.max(0, this.endsPerMs - endsPerMs);
    if (nowMs >= this.atMs) this.add(ENDS, 1);
  }

  /** Another talk begins, which takes so much more of its mean than the mean. */
  tookMore(excess: number, nowMs: number): void {
    if (nowMs >= this.atMs) this.add(ENDS, excess);
  }

  waits(leavesPerMs: number): void {
    this.leavesPerMs += leavesPerMs;
  }

  waitsNoMore(leavesPerMs: number): void {
    this.leavesPerMs = Math.max(0, this.leavesPerMs - leavesPerMs);
  }

  gaveUp(nowMs: number): void {
    if (nowMs >= this.atMs) this.add(LEAVES, 1);
  }

  private add(kind: number, weight: number): void {
    const { sums, shape } = this;
    for (let k = 0; k < SHAPES; k += 1) sums[kind + k] = (sums[kind + k] as number) + weight * (shape[k] as number);
  }
}
