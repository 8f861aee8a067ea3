import type { Activity } from '../../core/model/agent.ts';
import type { AgentId } from '../../core/model/agent.ts';
import { TALK_LEASE_MS } from '../../core/model/claim.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { LiveCalls } from './live-calls.ts';
import type { StateCopy } from '../common/state-copy.ts';

/** The site must show a transferred agent idle for this long before his claim is ended. */
const TRANSFER_SETTLE_MS = 2_000;

interface Seen {
  busy: boolean;
  idleSinceMs: number | null;
}

const isBusy = (activity: Activity): boolean => activity === 'talking' || activity === 'ringing';

/**
 * Follows by the sites' own reports what no leg of ours can tell: an agent who handed our caller on at his site (he turns idle
 * while our leg stands), and a redirected call that reached its agent.
 */
export class Follow {
  private readonly seen = new Map<string, Seen>();
  private readonly calls: LiveCalls;
  private readonly copy: StateCopy;

  constructor(calls: LiveCalls, copy: StateCopy) {
    this.calls = calls;
    this.copy = copy;
  }

  /** After each read of the shared state. `nowMs` is monotonic. */
  look(nowMs: number): void {
    const talking = new Set<string>();
    for (const state of this.calls.states()) {
      const offer = state.offer;
      if (offer === null || state.claimEnded) continue;
      if (state.phase === 'arriving' && state.outcome !== null) {
        if (this.isBusyNow(offer.chosen.agentId)) this.calls.input(state.request.callId, { kind: 'arrivedAtSite' });
      } else if (state.phase === 'talking') {
        talking.add(state.request.callId);
        this.talk(state, offer.chosen.agentId, nowMs);
      }
    }
    for (const callId of this.seen.keys()) if (!talking.has(callId)) this.seen.delete(callId);
  }

  private isBusyNow(agentId: AgentId): boolean {
    const agent = this.copy.agents.get(agentId);
    return agent !== undefined && isBusy(agent.activity);
  }

  private talk(state: CallState, agentId: AgentId, nowMs: number): void {
    const { callId } = state.request;
    const agent = this.copy.agents.get(agentId);
    const site = agent && this.copy.sites.get(agent.siteId);
    // A site that is not connected shows nothing: its last report may be from before the answer.
    if (!agent || site?.connection !== 'up') return;
    const seen = this.seen.get(callId) ?? { busy: false, idleSinceMs: null };
    this.seen.set(callId, seen);
    if (agent.activity === 'talking') {
      seen.busy = true;
      seen.idleSinceMs = null;
    }
    if (agent.activity !== 'idle' && agent.activity !== 'wrap_up') return;
    // A talk may be shorter than the time between two reads: who turned idle after he was bridged was busy.
    const bridgedAtMs = this.copy.dbNow(nowMs) - (nowMs - state.bridgedMs);
    seen.busy ||= state.bridgedMs > 0 && agent.activitySinceMs > bridgedAtMs;
    if (!seen.busy) return;
    seen.idleSinceMs ??= nowMs;
    if (nowMs - seen.idleSinceMs >= TRANSFER_SETTLE_MS) this.calls.input(callId, { kind: 'transferredAtSite' });
  }

  /** Keeps the claims of all who talk: from the answer on, through a whisper, until the agent's leg has gone. */
  async renewTalks(store: Pick<EdgeStore, 'renewTalks'>): Promise<void> {
    const tokens = new Map<string, string>();
    for (const { phase, offer, claimEnded, request } of this.calls.states())
      if (offer?.answered && phase !== 'over' && !claimEnded) tokens.set(offer.offerId, request.callId);
    if (tokens.size === 0) return;
    for (const token of await store.renewTalks([...tokens.keys()], TALK_LEASE_MS)) {
      const callId = tokens.get(token);
      // A call whose talk ended while the renewal was under way has lost nothing.
      if (callId !== undefined && this.calls.get(callId)?.phase === 'talking')
        this.calls.input(callId, { kind: 'tokenLost', token });
    }
  }
}
