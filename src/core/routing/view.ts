import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import type { Reservation } from '../model/claim.ts';
import type { QueueState } from '../model/queue.ts';
import type { ServiceFigures } from '../model/figures.ts';
import type { SiteTerms } from '../model/routing.ts';
import type { SiteRow } from '../model/site.ts';

/** The state of all sites as a decision sees it: an edge's copy of the shared rows. */
export interface RoutingView {
  /** The database's clock, epoch ms. */
  readonly nowMs: number;
  readonly sites: ReadonlyMap<string, SiteRow>;
  readonly agents: ReadonlyMap<AgentId, KnownAgent>;
  readonly queues: ReadonlyMap<string, QueueState>;
  readonly reservations: Pick<ReadonlyMap<AgentId, Reservation>, 'get'>;
  /** Waiting calls of all live edges. */
  readonly waiting: ReadonlyMap<string, WaitingCall>;
  /** What the routing file says of sites (weights and costs). */
  readonly siteTerms: Readonly<Record<string, SiteTerms>>;
  /** Recent figures by service, summed over all edges. */
  readonly figures: ReadonlyMap<string, ServiceFigures>;
  /** Whether the deciding edge's trunk to a site is up. */
  readonly trunkUp: (siteId: string) => boolean;
}
