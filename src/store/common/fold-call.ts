import type { CallEvent } from '../../core/model/call.ts';
import type { CallSummary } from '../../ports/queries.ts';

/**
 * A call's row, made from its facts. It is made anew from all of them each time, in order of `seq`: so it does not matter
 * in what order or how often they arrive, and an earlier one that comes late never undoes a later one.
 */
export function foldCall(callId: string, events: readonly CallEvent[]): CallSummary {
  const bySeq = [...events].sort((a, b) => a.seq - b.seq);
  const empty: CallSummary = {
    ...{ callId, edgeId: '', service: '', ani: '', dnis: '', arrivedAtMs: bySeq[0]?.atMs ?? 0, endedAtMs: null },
    ...{ agentId: '', siteId: '', waitMs: null, talkMs: null, offers: 0, outcome: null, status: '' },
  };
  return bySeq.reduce(step, empty);
}

function step(call: CallSummary, { atMs, fact }: CallEvent): CallSummary {
  switch (fact.kind) {
    case 'arrived': {
      const { edge, service, ani, dnis } = fact;
      return { ...call, edgeId: edge, service, ani, dnis, arrivedAtMs: atMs };
    }
    case 'offered':
      return { ...call, offers: call.offers + 1 };
    case 'bridged':
      return { ...call, agentId: fact.agent, siteId: fact.site, waitMs: fact.waitMs, status: 'ANSWERED' };
    case 'redirected':
    case 'continued':
      return { ...call, agentId: fact.agent, siteId: fact.site };
    case 'returned':
      return { ...call, status: fact.status, waitMs: call.waitMs ?? fact.waitMs };
    case 'ended':
      return { ...call, outcome: fact.outcome, talkMs: fact.talkMs, endedAtMs: atMs, status: call.status || 'HANGUP' };
    case 'decided':
    case 'claimLost':
    case 'offerEnded':
    case 'transferredAtSite':
    case 'incident':
    case 'stepped':
    case 'overflowed':
    case 'customerFound':
    case 'keyPressed':
    case 'callbackAsked':
    case 'callbackTried':
    case 'requeued':
      return call;
  }
}

/** Kinds that change a call's row: the others are never read again for it (decisions are large). */
export const FOLDED_KINDS = ['arrived', 'offered', 'bridged', 'redirected', 'continued', 'returned', 'ended'] as const;
