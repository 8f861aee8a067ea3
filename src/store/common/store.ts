import type { CallSearch } from '../../ports/call-search.ts';
import type { CallbackStore } from '../../ports/callbacks.ts';
import type { CommandAsker, CommandTaker } from '../../ports/commands.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { IntervalStore } from '../../ports/intervals.ts';
import type { PeopleStore } from '../../ports/people.ts';
import type { CustomerStore, RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { RecordStore } from '../../ports/records.ts';
import type { Retention } from '../../ports/retention.ts';
import type { SiteStore } from '../../ports/site-store.ts';

/** All that a store can do, whoever asks. Both implementations pass the same contract (test/contract/store.ts). */
export interface Store
  extends
    SiteStore,
    EdgeStore,
    CallbackStore,
    RecordStore,
    RoutingStore,
    CustomerStore,
    QueryStore,
    CommandAsker,
    CommandTaker,
    CallSearch,
    IntervalStore,
    PeopleStore {
  /**
   * Deletes what is over (the ages given and those below), in small batches; gives back how many rows. Any process may call it, each minute or
   * so. Calls go only after they were counted: `rollUp` first.
   */
  purge(retention: Retention): Promise<number>;
  close(): Promise<void>;
}

/** How long a deletion can be read. A reader that is further behind loads everything anew. */
export const TOMBSTONE_MS = 3_600_000;
/** Figures of an edge that has published none of late, and callbacks that are over. Readers have long had the zeros. */
export const LEFT_OVER_MS = 86_400_000;
/** Commands, for whoever asks who wanted what. */
export const COMMANDS_KEPT_MS = 7 * 86_400_000;
/** Versions of the routing that can be rolled back to. */
export const ROUTINGS_KEPT = 200;
/** A reader this far behind loads everything anew: well before the tombstones that he needs are purged. */
export const READER_LATE_MS = TOMBSTONE_MS - 300_000;
/** Reservations have many writers: each read looks back this much further than the last one, for commits that came late. */
export const OVERLAP_MS = 2_000;
/** Figures are read whole so often: those of an edge that died count no more some time after, and nobody writes that down. */
export const FIGURES_ANEW_MS = 60_000;

/** Whether a reader who read at `readAtMs` is to have all figures anew. */
export const figuresAnew = (readAtMs: number, nowMs: number): boolean =>
  Math.floor(readAtMs / FIGURES_ANEW_MS) !== Math.floor(nowMs / FIGURES_ANEW_MS);

/** Each count looks back this much further than the last one, for commits that came late. */
export const COUNT_OVERLAP_MS = 10_000;
/** Calls that were there before intervals were counted are counted a day at a time. */
export const FILL_INTERVALS = 96;
/** A search for calls that has found too little until then gives up. */
export const SEARCH_AT_MOST_MS = 5_000;
