/** Chance that can be repeated: the same seed gives the same world. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [least, most). */
  between(least: number, most: number): number;
  /** A whole number from least to most, both included. */
  whole(least: number, most: number): number;
  chance(probability: number): boolean;
  pick<T>(items: readonly T[]): T;
  /** A stream of its own: what is drawn from it moves nothing else. */
  fork(): Random;
}

/** mulberry32: 32 bits of state, good enough to shake a world and quick enough to do it a million times. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  const between = (least: number, most: number): number => least + (most - least) * next();
  const whole = (least: number, most: number): number => Math.floor(between(least, most + 1));
  return {
    next,
    between,
    whole,
    chance: (probability) => next() < probability,
    pick: (items) => {
      const item = items[whole(0, items.length - 1)];
      if (item === undefined) throw new RangeError('nothing to pick from');
      return item;
    },
    fork: () => seeded(Math.floor(next() * 4_294_967_296)),
  };
}
