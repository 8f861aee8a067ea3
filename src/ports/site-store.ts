import type { AgentState } from '../core/model/agent.ts';
import type { QueueState } from '../core/model/queue.ts';
import type { Connection, SiteSnapshot } from '../core/model/site.ts';

/** A writer's right to a row, until somebody takes a higher epoch. */
export interface Fence {
  readonly id: string;
  readonly epoch: number;
}

/** What changed since the last batch: the latest state of each row only. */
export interface SiteBatch {
  readonly agents: readonly AgentState[];
  readonly queues: readonly QueueState[];
  /** Names (`PJSIP/1001`, `support`) whose rows become tombstones. */
  readonly removedAgents: readonly string[];
  readonly removedQueues: readonly string[];
  readonly callsInProgress: number;
  readonly connection: Connection;
  /** How long ago the PBX was last seen; null while disconnected or not reconciled: the site is stale then. */
  readonly pbxSeenAgoMs: number | null;
  /** The whole of the site: rows not named here become tombstones. */
  readonly whole: boolean;
}

/** What a site's adapter writes. Every method rejects with IpntError DATABASE_DOWN when the database does not answer in time. */
export interface SiteStore {
  /** Takes a higher epoch, only when the holder's lease has expired (or is `holder`'s own). Null while another holds it. */
  takeSite(siteId: string, title: string, holder: string, leaseMs: number): Promise<Fence | null>;
  /** Writes a batch under the fence, with its version, all or nothing; renews the lease. `fenced`: nothing was written. */
  publish(fence: Fence, batch: SiteBatch, leaseMs: number): Promise<{ readonly version: number } | 'fenced'>;
  /** Freshness and lease alone, each second. It does not bump the version. */
  seen(fence: Fence, pbxSeenAgoMs: number | null, leaseMs: number): Promise<'ok' | 'fenced'>;
  /** Gives the lease back on an orderly stop; the site is stale from then on. */
  releaseSite(fence: Fence): Promise<void>;
  /** What stands in the rows: statuses of agents without a queue are restored from it. Null when there is no such site. */
  loadSite(siteId: string): Promise<SiteSnapshot | null>;
}
