/** Counts of durations in bins narrow enough that a percentile read from them is exact to some 0.2 %. */
const BINS_AN_OCTAVE = 256;
const LINEAR_MS = 256;
/** Up to 2^30 ms: twelve days. */
const OCTAVES = 22;
const BINS = LINEAR_MS + OCTAVES * BINS_AN_OCTAVE;

/** Whole ms up to 256, then 256 bins an octave. */
function binOf(ms: number): number {
  if (ms < LINEAR_MS) return Math.max(0, Math.floor(ms));
  const whole = Math.min(2 ** 30 - 1, Math.floor(ms));
  const octave = 31 - Math.clz32(whole);
  return LINEAR_MS + (octave - 8) * BINS_AN_OCTAVE + (Math.floor(ms / 2 ** (octave - 8)) - BINS_AN_OCTAVE);
}

/** Where a bin begins, ms. */
function startOf(bin: number): number {
  if (bin < LINEAR_MS) return bin;
  const octave = Math.floor((bin - LINEAR_MS) / BINS_AN_OCTAVE);
  return (BINS_AN_OCTAVE + ((bin - LINEAR_MS) % BINS_AN_OCTAVE)) * 2 ** octave;
}

/** Those of exactly 0 ms stand apart: most callers do not wait at all, and no percentile lies between them and the others. */
export class Histogram {
  count = 0;
  private zeros = 0;
  private readonly bins = new Uint32Array(BINS);

  add(ms: number): void {
    this.count += 1;
    if (ms <= 0) this.zeros += 1;
    else {
      const bin = Math.min(BINS - 1, binOf(ms));
      this.bins[bin] = (this.bins[bin] ?? 0) + 1;
    }
  }

  addAll(other: Histogram): void {
    this.count += other.count;
    this.zeros += other.zeros;
    other.bins.forEach((count, bin) => (this.bins[bin] = (this.bins[bin] ?? 0) + count));
  }

  /** How many are at most `ms`; within a bin they are taken to lie evenly. */
  atMost(ms: number): number {
    if (ms < 0) return 0;
    let sum = this.zeros;
    const last = Math.min(BINS - 1, binOf(ms));
    for (let bin = 0; bin < last; bin += 1) sum += this.bins[bin] ?? 0;
    const width = startOf(last + 1) - startOf(last);
    return sum + (this.bins[last] ?? 0) * Math.min(1, (ms - startOf(last)) / width);
  }

  /** The duration that a share `p` stays within, ms; 0 when there is none. */
  percentile(p: number): number {
    let left = Math.min(1, Math.max(0, p)) * this.count - this.zeros;
    if (left <= 0) return 0;
    for (let bin = 0; bin < BINS; bin += 1) {
      const count = this.bins[bin] ?? 0;
      if (count > 0 && count >= left) return startOf(bin) + (left / count) * (startOf(bin + 1) - startOf(bin));
      left -= count;
    }
    return startOf(BINS);
  }
}
