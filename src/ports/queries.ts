import type { AgentId, AgentState } from '../core/model/agent.ts';
import type { CallSummary } from '../core/model/call-summary.ts';
import type { CallEvent } from '../core/model/call.ts';
import type { Reservation } from '../core/model/claim.ts';
import type { QueueState } from '../core/model/queue.ts';
import type { SiteRow } from '../core/model/site.ts';

/** How far back unfinished calls are looked for, and how many are given at a time. */
export const UNFINISHED_SINCE_MS = 86_400_000;
export const UNFINISHED_AT_MOST = 1_000;

/** What people ask: the CLI now, the API later. */
export interface QueryStore {
  sites(): Promise<{ readonly dbNowMs: number; readonly sites: readonly SiteRow[] }>;
  agents(siteId?: string): Promise<readonly (AgentState & { readonly reservation: Reservation | null })[]>;
  queues(siteId?: string): Promise<readonly QueueState[]>;
  calls(filter: {
    readonly limit: number;
    readonly service?: string;
    readonly live?: boolean;
  }): Promise<readonly CallSummary[]>;
  /** All facts of one call, in order; empty when unknown. A unique prefix or suffix of the id is enough. */
  callEvents(callId: string): Promise<readonly CallEvent[]>;
  /**
   * Calls of this edge that nobody has recorded the end of, of the last day, oldest first and at most UNFINISHED_AT_MOST: a new
   * process of the edge closes those that it does not serve, with an `ended` by `unknown` alone. What the process before has still in
   * its spool comes later and stands above that.
   */
  unfinishedCalls(edgeId: string): Promise<readonly string[]>;
  /** Whom a number spoke to last in a service, as far as the records go back; null: nobody. */
  lastAgentOf(ani: string, service: string): Promise<AgentId | null>;
  edges(): Promise<
    readonly {
      readonly edgeId: string;
      readonly epoch: number;
      readonly seenAtMs: number;
      readonly leaseUntilMs: number;
    }[]
  >;
}
