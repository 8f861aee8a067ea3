import type { CallEvent, CallFact } from '../../core/model/call.ts';
import type { CallSummary } from '../../ports/queries.ts';

/**
 * A call's row, made from its facts. It is made anew from all of them each time, in order of `seq`: so it does not matter
 * in what order or how often they arrive, and an earlier one that comes late never undoes a later one.
 *
 * Of several ends the last one stands, as whoever took the call over has seen more of it (his seqs are higher). But an end by
 * `unknown` is what a process writes of a call that it did not serve: one that somebody saw stands above it, early or late.
 */
export function foldCall(callId: string, events: readonly CallEvent[]): CallSummary {
  const bySeq = [...events].sort((a, b) => a.seq - b.seq);
  const empty: CallSummary = {
    ...{ callId, edgeId: '', service: '', ani: '', dnis: '', customerId: '', endedAtMs: null },
    ...{ arrivedAtMs: bySeq[0]?.atMs ?? 0 },
    ...{ agentId: '', siteId: '', waitMs: null, talkMs: null, offers: 0, outcome: null, status: '' },
  };
  const isSeen = bySeq.some(({ fact }) => fact.kind === 'ended' && fact.by !== 'unknown');
  return bySeq.filter(({ fact }) => !isSeen || !isGuess(fact)).reduce(step, empty);
}

const isGuess = (fact: CallFact): boolean => fact.kind === 'ended' && fact.by === 'unknown';

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
    case 'customerFound':
      return { ...call, customerId: fact.customerId || call.customerId };
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
    case 'keyPressed':
    case 'callbackAsked':
    case 'callbackTried':
    case 'requeued':
      return call;
  }
}

/** Kinds that change a call's row: the others are never read again for it (decisions are large). */
export const FOLDED_KINDS = [
  ...(['arrived', 'offered', 'bridged', 'redirected', 'continued', 'customerFound', 'returned', 'ended'] as const),
];
