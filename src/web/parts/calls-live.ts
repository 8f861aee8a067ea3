/** Calls in progress on the page of calls: which to ask for again, and what the answer changes. Pure. */
import type { CallSummary } from '../../core/model/call-summary.ts';
import type { CallFact } from '../../core/model/call.ts';

/** Where a call in progress has come to, as far as its row tells; '' where it does not. */
export type CallPhase = 'waiting' | 'ringing' | 'talking' | '';

export function phaseOf({ outcome, agentId, waitMs }: CallSummary): CallPhase {
  if (outcome !== null) return '';
  if (waitMs !== null) return agentId === '' ? '' : 'talking';
  // Sent to a site, its dialplan goes on with it.
  return agentId === '' ? 'waiting' : '';
}

/** The same by its story, which knows whether an agent is rung. */
export function phaseIn(summary: CallSummary, facts: readonly CallFact[]): CallPhase {
  const phase = phaseOf(summary);
  const last = facts.findLast(({ kind }) => kind === 'offered' || kind === 'offerEnded');
  return phase === 'waiting' && last?.kind === 'offered' ? 'ringing' : phase;
}

/** A talk of no length is none. */
export const talkOf = ({ talkMs }: CallSummary): number | null => (talkMs === 0 ? null : talkMs);

/** What to ask for, so that all rows in progress come again; null: none is. */
export function liveRange(rows: readonly CallSummary[]): Readonly<Record<'from' | 'to', number>> | null {
  const times = rows.filter(({ outcome }) => outcome === null).map(({ arrivedAtMs }) => arrivedAtMs);
  return times.length === 0 ? null : { from: Math.min(...times), to: Math.max(...times) + 1 };
}

/** The same rows in the same order, with what is newer of them: nothing moves under who reads. */
export function renewed(rows: readonly CallSummary[], news: ReadonlyMap<string, CallSummary>): readonly CallSummary[] {
  // What is over does not change; an answer that is older than the row may come late.
  return rows.map((row) => (row.outcome === null ? (news.get(row.callId) ?? row) : row));
}
