const SMALLEST = 6;

/** Arrays that are lent for a while and used again: those of a large call centre are costly to make anew for each call. */
export class Rooms {
  /** By the power of two of their size. */
  private readonly spare: Int32Array[][] = [];
  private readonly lent: Int32Array[] = [];

  /** An array of this size at least, with whatever was in it. */
  readonly take = (size: number): Int32Array => {
    const power = powerFor(size);
    const room = this.spare[power]?.pop() ?? new Int32Array(2 ** power);
    this.lent.push(room);
    return room;
  };

  /** All that were taken; nobody looks at them any more. */
  giveBack(): void {
    for (const room of this.lent) (this.spare[powerFor(room.length)] ??= []).push(room);
    this.lent.length = 0;
  }
}

const powerFor = (size: number): number => Math.max(SMALLEST, 32 - Math.clz32(Math.max(0, size - 1)));
