import type { Board } from '../model/board.ts';
import type { Routing } from '../model/routing.ts';
import { isStale } from '../routing/eligible.ts';
import { Floor } from '../routing/floor.ts';
import type { RoutingView } from '../routing/view.ts';
import type { ServiceOfCall } from './agent-line.ts';
import { AgentLines } from './agent-lines.ts';
import { edgeLines, queueLines, siteLines, waitingLines } from './rows.ts';
import { keepRows } from './same.ts';
import { ServiceRows } from './service-rows.ts';
import type { ServiceFacts } from './service-rows.ts';

/** What a board shows beside the state that decisions are made in. */
export interface BoardExtras {
  /** When each edge was last heard (the database's clock); 0: it was stopped, and said so. */
  readonly edgesSeenAtMs: ReadonlyMap<string, number>;
  readonly serviceOf: ServiceOfCall;
  /** The counts of its day, which begins at midnight in `zone`. */
  readonly todayOf: ServiceFacts['todayOf'];
}

export const EMPTY_BOARD: Board = { services: [], sites: [], edges: [], queues: [], agents: [], waiting: [] };

/**
 * Makes one board after the other from views of one source. Rows that say the same as in the board before are the same objects, and so are
 * parts in which no row changed.
 */
export class BoardMaker {
  private readonly floor: Floor;
  private readonly agents = new AgentLines();
  private readonly services: ServiceRows;
  private board: Board = EMPTY_BOARD;

  /** `floor`: of the source of the views, kept up with them; `make` syncs it. */
  constructor(floor: Floor) {
    this.floor = floor;
    this.services = new ServiceRows(floor);
  }

  make(view: RoutingView, routing: Routing, extras: BoardExtras): Board {
    this.floor.sync(view);
    const before = this.board;
    const fresh = new Set([...view.sites.keys()].filter((siteId) => !isStale(view, siteId)));
    const agents = this.agents.make(view, fresh, extras.serviceOf);
    const waiting = keepRows(before.waiting, waitingLines(view, agents));
    const facts = { agents, waiting, todayOf: extras.todayOf };
    this.board = {
      services: keepRows(before.services, this.services.make(view, routing, facts)),
      sites: keepRows(before.sites, siteLines(view, agents)),
      edges: keepRows(before.edges, edgeLines(view, extras.edgesSeenAtMs, agents)),
      queues: keepRows(before.queues, queueLines(view)),
      agents,
      waiting,
    };
    return this.board;
  }
}

/** One board of one view. */
export const makeBoard = (view: RoutingView, routing: Routing, extras: BoardExtras): Board =>
  new BoardMaker(new Floor()).make(view, routing, extras);
