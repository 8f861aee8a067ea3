/** A source of uniform numbers in (0, 1), neither end included. */
export type Uniform = () => number;

/** Spreads a text and a number over 32 bits (MurmurHash3's steps). */
function hash(text: string, seed: number): number {
  let h = seed >>> 0;
  for (let i = 0; i < text.length; i += 1) {
    h = Math.imul(h ^ text.charCodeAt(i), 0xcc9e2d51);
    h = (h << 15) | (h >>> 17);
    h = Math.imul(h, 0x1b873593) + 0xe6546b64;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/**
 * A stream of its own for each purpose (`arrivals`, `handle` of a service): what one draws moves no other, so that two routings see
 * the same arrivals, handle times and patience. sfc32 (Chris Doty-Humphrey), 128 bits of state.
 */
export function stream(seed: number, replication: number, purpose: string): Uniform {
  const name = `${seed}/${replication}/${purpose}`;
  let [a, b, c, counter] = [hash(name, 1), hash(name, 2), hash(name, 3), 1];
  const draw = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 15; i += 1) draw();
  return () => (draw() + 0.5) / 4_294_967_296;
}
