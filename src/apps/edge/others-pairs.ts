import type { AgentId } from '../../core/model/agent.ts';
import type { Pair } from '../../core/routing/match.ts';

/** An agent matched to another edge's call is left alone for this long, then goes to the next. */
const LEAVE_ALONE_MS = 300;
/** How long an edge that did not claim an agent in time is passed over for him. */
const PASSED_OVER_MS = 2_000;

/** By edge and agent: since when that edge could claim him and does not, and when he was passed on for it. */
export class OthersPairs {
  private readonly pairs = new Map<string, { readonly firstMs: number; lastMs: number; passedMs: number | null }>();

  /** A dead edge's calls count as one: else each of them would keep the agent for as long. */
  note(pair: Pair, nowMs: number): void {
    const key = `${pair.call.edgeId} ${pair.agent.agentId}`;
    const seen = this.pairs.get(key);
    // Looked at with a gap between (nobody of ours waited, no answer from the database): it begins anew.
    if (!seen || nowMs - seen.lastMs > LEAVE_ALONE_MS)
      this.pairs.set(key, { firstMs: nowMs, lastMs: nowMs, passedMs: null });
    else {
      seen.lastMs = nowMs;
      if (nowMs - seen.firstMs > LEAVE_ALONE_MS) seen.passedMs ??= nowMs;
    }
  }

  /** Who was claimed after all, or whom that edge is given another chance for. */
  forget(nowMs: number): void {
    for (const [key, { lastMs, passedMs }] of this.pairs) {
      if (passedMs === null ? lastMs < nowMs : nowMs - passedMs > PASSED_OVER_MS) this.pairs.delete(key);
    }
  }

  isPassedOver(edgeId: string, agentId: AgentId): boolean {
    return (this.pairs.get(`${edgeId} ${agentId}`)?.passedMs ?? null) !== null;
  }
}
