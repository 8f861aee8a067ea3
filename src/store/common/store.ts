import type { EdgeStore } from '../../ports/edge-store.ts';
import type { RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { RecordStore } from '../../ports/records.ts';
import type { SiteStore } from '../../ports/site-store.ts';

/** All that a store can do, whoever asks. Both implementations pass the same contract (test/contract/store.ts). */
export interface Store extends SiteStore, EdgeStore, RecordStore, RoutingStore, QueryStore {
  /** Deletes tombstones older than TOMBSTONE_MS, in small batches; gives back how many. Any process may call it, each minute or so. */
  purge(): Promise<number>;
  close(): Promise<void>;
}

/** How long a deletion can be read. A reader that is further behind loads everything anew. */
export const TOMBSTONE_MS = 3_600_000;
/** A reader this far behind loads everything anew: well before the tombstones that he needs are purged. */
export const READER_LATE_MS = TOMBSTONE_MS - 300_000;
/** Reservations have many writers: each read looks back this much further than the last one, for commits that came late. */
export const OVERLAP_MS = 2_000;
