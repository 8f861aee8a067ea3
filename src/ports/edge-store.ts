import type { AgentId, AgentState } from '../core/model/agent.ts';
import type { PlacedCall, WaitingCall } from '../core/model/call.ts';
import type { HoldReason, Reservation } from '../core/model/claim.ts';
import type { ServiceFigures } from '../core/model/figures.ts';
import type { QueueState } from '../core/model/queue.ts';
import type { SiteRow } from '../core/model/site.ts';
import type { Fence } from './site-store.ts';

/** Where a reader stands: one version a source, and the overlap for reservations. Opaque to apps; start with `EMPTY_CURSOR`. */
export interface Cursor {
  readonly sites: ReadonlyMap<string, { readonly epoch: number; readonly version: number }>;
  readonly edges: ReadonlyMap<string, { readonly epoch: number; readonly version: number }>;
  /** Database clock of the last read. */
  readonly readAtMs: number;
}

export const EMPTY_CURSOR: Cursor = { sites: new Map(), edges: new Map(), readAtMs: 0 };

/** What changed since a cursor. A source in `reloaded*` is to be replaced whole by the rows given. */
export interface Changes {
  readonly dbNowMs: number;
  /** Every site and its freshness, always all of them: they are few. */
  readonly sites: readonly SiteRow[];
  readonly edges: readonly {
    readonly edgeId: string;
    readonly epoch: number;
    readonly version: number;
    readonly seenAtMs: number;
  }[];
  readonly reloadedSites: readonly string[];
  readonly agents: readonly AgentState[];
  readonly removedAgents: readonly AgentId[];
  readonly queues: readonly QueueState[];
  readonly removedQueues: readonly string[];
  readonly reloadedEdges: readonly string[];
  readonly waiting: readonly WaitingCall[];
  readonly removedWaiting: readonly string[];
  readonly reservations: readonly Reservation[];
  /** Agents for whom a pause or a log-out is under way: always all of them, they are few. */
  readonly pausing: readonly AgentId[];
  /** Figures by service, each the sum over all edges; those of services that changed since the cursor. */
  readonly figures: readonly ServiceFigures[];
  /** Version of the routing document; read it again when it has changed. */
  readonly routingVersion: number;
  readonly cursor: Cursor;
}

export interface ClaimRequest {
  readonly agentId: AgentId;
  readonly edgeId: string;
  readonly callId: string;
  /** The offer's id. A claim repeated with the same token sees its own win. */
  readonly token: string;
  /** Ring time + OFFER_MARGIN_MS. */
  readonly leaseMs: number;
}

/** What a claim becomes when its phase ends. All by the token: `false` when it is no longer ours. */
export type NextPhase =
  | { readonly phase: 'talk'; readonly leaseMs: number }
  | { readonly phase: 'wrap_up'; readonly leaseMs: number }
  | { readonly phase: 'hold'; readonly leaseMs: number; readonly holdReason: HoldReason };

/** What an edge reads and writes. Every method rejects with IpntError DATABASE_DOWN when the database does not answer in time. */
export interface EdgeStore {
  takeEdge(edgeId: string, holder: string, leaseMs: number): Promise<Fence | null>;
  /** Heartbeat, each second. */
  renewEdge(fence: Fence, leaseMs: number): Promise<'ok' | 'fenced'>;
  releaseEdge(fence: Fence): Promise<void>;
  /** Versions and changed rows since the cursor; one call in flight. */
  readChanges(cursor: Cursor): Promise<Changes>;
  /**
   * Inserts waiting calls before their first match, or writes what changed of them since (another step, another service); the
   * answer has the database's arrival times. Idempotent by call id. A call that left in this epoch stays away, unless it is
   * placed with the arrival that it had.
   */
  placeWaiting(fence: Fence, calls: readonly PlacedCall[]): Promise<ReadonlyMap<string, number> | 'fenced'>;
  /** Takes calls out of the line (tombstones). */
  leaveWaiting(fence: Fence, callIds: readonly string[]): Promise<'ok' | 'fenced'>;
  /** What this edge saw of each service over the window; rows not named stay as they are. */
  publishFigures(fence: Fence, figures: readonly ServiceFigures[]): Promise<'ok' | 'fenced'>;
  /**
   * One conditional UPDATE: free or expired or already ours by token; the agent's status ready, no pause of his under way and his site fresh, in the
   * same statement. Repeats by itself with the same token after an unknown answer.
   */
  claim(request: ClaimRequest): Promise<'won' | 'lost'>;
  /** Moves a claim on, never just releases it. Idle-since is set to now when a talk ends. No-answers are counted on a hold `no_answer`, reset on talk. */
  advance(agentId: AgentId, token: string, next: NextPhase): Promise<boolean>;
  /** Renews talk leases; gives back the tokens that are no longer ours. */
  renewTalks(tokens: readonly string[], leaseMs: number): Promise<readonly string[]>;
  /** One agent's row as it is now (after a lost claim). */
  readReservation(agentId: AgentId): Promise<Reservation | null>;
}
