import type { Log } from '../../ports/log.ts';

/** More different ones than this are counted, and no longer told apart. */
const MOST_KINDS = 1_000;

/** What came and was not understood: each is counted, and logged the first time. Over all connections of an adapter. */
export interface Oddities {
  note(what: string, detail: string): void;
  readonly counts: ReadonlyMap<string, number>;
}

export function createOddities(log: Log): Oddities {
  const counts = new Map<string, number>();
  return {
    note(what, detail) {
      const key = `${what}: ${detail}`;
      const kind = counts.has(key) || counts.size < MOST_KINDS ? key : what;
      const count = (counts.get(kind) ?? 0) + 1;
      counts.set(kind, count);
      if (count === 1)
        log.warn(`the PBX sent something odd and it was passed over: ${what}`, { event: 'oddity', detail });
    },
    counts,
  };
}
