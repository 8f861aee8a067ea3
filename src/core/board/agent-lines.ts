import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { AgentLine } from '../model/board.ts';
import type { Reservation } from '../model/claim.ts';
import type { RoutingView } from '../routing/view.ts';
import { agentLine, lineDueMs } from './agent-line.ts';
import type { ServiceOfCall } from './agent-line.ts';
import { BOARD_ORDER } from './order.ts';
import { keep } from './same.ts';

/** What a line was made of: while all of it stays, so does the line. */
interface Entry {
  readonly agent: KnownAgent;
  readonly reservation: Reservation | undefined;
  readonly isSiteFresh: boolean;
  readonly dueMs: number;
  readonly line: AgentLine;
}

/**
 * The lines of all agents, made anew only for those of whom something changed: a large installation has tens of thousands, and a board
 * is made four times a second. Relies on rows of a view being replaced, never changed in place.
 */
export class AgentLines {
  private readonly entries = new Map<AgentId, Entry>();
  private order: readonly AgentId[] = [];
  private lines: readonly AgentLine[] = [];

  make(view: RoutingView, freshSites: ReadonlySet<string>, serviceOf: ServiceOfCall): readonly AgentLine[] {
    let isNewOrder = this.forget(view);
    let isChanged = isNewOrder;
    for (const [agentId, agent] of view.agents) {
      const before = this.entries.get(agentId);
      const reservation = view.reservations.get(agentId);
      const isSiteFresh = freshSites.has(agent.siteId);
      if (before !== undefined && isStill(before, agent, reservation, isSiteFresh, view.nowMs)) continue;
      const line = keep(before?.line, agentLine(agent, view, serviceOf));
      const dueMs = lineDueMs(agent, reservation, view.nowMs);
      this.entries.set(agentId, { agent, reservation, isSiteFresh, dueMs, line });
      if (before === undefined) isNewOrder = true;
      if (line !== before?.line) isChanged = true;
    }
    if (isNewOrder)
      this.order = [...this.entries.values()]
        .map(({ line }) => line)
        .sort(BOARD_ORDER.agents)
        .map(({ id }) => id);
    if (isChanged) this.lines = this.order.flatMap((agentId) => this.entries.get(agentId)?.line ?? []);
    return this.lines;
  }

  /** Whether somebody has gone. */
  private forget({ agents }: RoutingView): boolean {
    const before = this.entries.size;
    for (const agentId of this.entries.keys()) if (!agents.has(agentId)) this.entries.delete(agentId);
    return this.entries.size !== before;
  }
}

/** A call whose service was not known is looked at again. */
const isStill = (
  before: Entry,
  agent: KnownAgent,
  reservation: Reservation | undefined,
  isSiteFresh: boolean,
  nowMs: number,
): boolean =>
  before.agent === agent &&
  before.reservation === reservation &&
  before.isSiteFresh === isSiteFresh &&
  before.dueMs > nowMs &&
  before.line.call?.service !== '';
