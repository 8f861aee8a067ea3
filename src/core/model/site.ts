import type { AgentState } from './agent.ts';
import type { QueueState } from './queue.ts';

/** `up` means: logged in and the last snapshot reconciled. */
export type Connection = 'connecting' | 'up' | 'down';

/** The site row: freshness is judged by `pbxSeenAtMs` on the database's clock alone. */
export interface SiteRow {
  readonly siteId: string;
  readonly title: string;
  readonly epoch: number;
  readonly version: number;
  readonly connection: Connection;
  /** Last event or Ping answer of the PBX; 0 from a disconnect until the next snapshot is reconciled. */
  readonly pbxSeenAtMs: number;
  readonly callsInProgress: number;
}

/** A site is stale when its PBX has been silent for this long. */
export const SITE_STALE_MS = 5_000;

/** All that one site's adapter shows: what a reader holds after a full load. */
export interface SiteSnapshot {
  readonly site: SiteRow;
  readonly agents: readonly AgentState[];
  readonly queues: readonly QueueState[];
}
