import type { CallEvent, CallFact, Outcome } from '../../core/model/call.ts';
import type { CallSummary } from '../../core/model/call-summary.ts';

/**
 * A call's row, made from its facts. It is made anew from all of them each time, in order of `seq`: so it does not matter
 * in what order or how often they arrive, and an earlier one that comes late never undoes a later one.
 *
 * Of several ends the last one stands, as whoever took the call over has seen more of it (his seqs are higher). But an end by
 * `unknown` is what a process writes of a call that it did not serve: one that somebody saw stands above it, early or late.
 */
export function foldCall(callId: string, events: readonly CallEvent[]): CallSummary {
  const bySeq = [...events].sort((a, b) => a.seq - b.seq);
  const empty: Folding = {
    ...{ callId, edgeId: '', service: '', ani: '', dnis: '', customerId: '', endedAtMs: null },
    ...{ arrivedAtMs: bySeq[0]?.atMs ?? 0 },
    ...{ agentId: '', siteId: '', waitMs: null, talkMs: null, offers: 0, outcome: null, status: '' },
    ...{ waitsSinceMs: bySeq[0]?.atMs ?? 0, dialledAtMs: null },
  };
  const isSeen = bySeq.some(({ fact }) => fact.kind === 'ended' && fact.by !== 'unknown');
  const folded = bySeq.filter(({ fact }) => !isSeen || !isGuess(fact)).reduce(step, empty);
  const { waitsSinceMs: _, dialledAtMs: __, ...call } = folded;
  return call;
}

interface Folding extends CallSummary {
  /** Arrived, or sent back to the line, then. */
  readonly waitsSinceMs: number;
  /** When the dialplan began to dial an agent by itself; null: it does not. */
  readonly dialledAtMs: number | null;
}

/** How long he waited, of an end that does not say so itself: until he gave up, or until the dialplan dialled the agent who answered. */
function waitUntilEnd({ waitsSinceMs, dialledAtMs }: Folding, outcome: Outcome, atMs: number): number | null {
  const untilMs = outcome === 'abandoned' ? atMs : outcome === 'answered' ? dialledAtMs : null;
  return untilMs === null ? null : Math.max(0, Math.round(untilMs - waitsSinceMs));
}

const isGuess = (fact: CallFact): boolean => fact.kind === 'ended' && fact.by === 'unknown';

function step(call: Folding, { atMs, fact }: CallEvent): Folding {
  switch (fact.kind) {
    case 'arrived': {
      const { edge, service, ani, dnis } = fact;
      // Another edge took it over, in the place that it had. Its day and its quarter of an hour stay what they were counted as.
      if (call.edgeId !== '') return { ...call, edgeId: edge };
      return { ...call, edgeId: edge, service, ani, dnis, arrivedAtMs: atMs, waitsSinceMs: atMs };
    }
    case 'offered':
      return { ...call, offers: call.offers + 1 };
    case 'bridged':
      return { ...call, agentId: fact.agent, siteId: fact.site, waitMs: fact.waitMs, status: 'ANSWERED' };
    case 'redirected':
      return { ...call, agentId: fact.agent, siteId: fact.site };
    case 'continued':
      return { ...call, agentId: fact.agent, siteId: fact.site, dialledAtMs: atMs };
    case 'requeued':
      return { ...call, waitMs: null, status: '', waitsSinceMs: atMs, dialledAtMs: null };
    case 'customerFound':
      return { ...call, customerId: fact.customerId || call.customerId };
    case 'returned':
      return { ...call, status: fact.status, waitMs: call.waitMs ?? fact.waitMs };
    case 'ended': {
      const { outcome, talkMs } = fact;
      const waitMs = call.waitMs ?? waitUntilEnd(call, outcome, atMs);
      return { ...call, outcome, talkMs, waitMs, endedAtMs: atMs, status: call.status || 'HANGUP' };
    }
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
      return call;
  }
}

/** Kinds that change a call's row: the others are never read again for it (decisions are large). */
export const FOLDED_KINDS = [
  ...(['arrived', 'offered', 'bridged', 'redirected', 'continued', 'customerFound', 'returned', 'ended'] as const),
  'requeued' as const,
];
