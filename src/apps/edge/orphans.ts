import type { CallEvent } from '../../core/model/call.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { Recorder } from '../../ports/records.ts';
import type { Count } from './counting.ts';
import type { LiveCalls } from './live-calls.ts';
import { seqOfEpoch } from './parts.ts';
import type { Timers } from './timers.ts';

export interface OrphansParts {
  readonly edgeId: string;
  readonly epoch: number;
  readonly store: Pick<QueryStore, 'unfinishedCalls' | 'callEvents'>;
  readonly calls: LiveCalls;
  readonly recorder: Recorder;
  readonly count: Count;
  readonly clock: Clock;
  readonly log: Log;
  readonly timers: Pick<Timers, 'once'>;
}

/** What stands on the PBX has been followed by then, and what the process before had to tell is written. */
const AFTER_MS = 10_000;
/** Behind every fact that this process may still add to a call of an earlier one. */
const LAST_SEQ = 99_999;

/** Closes them a while after the start, and tries until it is done. */
export function closeOrphansSoon(parts: OrphansParts, onFailure: (error: unknown) => void): void {
  parts.timers.once(AFTER_MS, () => {
    closeOrphans(parts).catch((error: unknown) => {
      onFailure(error);
      closeOrphansSoon(parts, onFailure);
    });
  });
}

/**
 * Calls that ended while no process of this edge was there to see it: closed in the records, by `unknown`. What the process before
 * still has in its spool comes later and stands above that.
 */
async function closeOrphans(parts: OrphansParts): Promise<void> {
  const { edgeId, epoch, store, calls, recorder, count, clock, log } = parts;
  // Those of this process may have ended a moment ago, and their records be on their way.
  const ours = `${edgeId}-${epoch}-`;
  const orphans = (await store.unfinishedCalls(edgeId)).filter(
    (callId) => calls.get(callId) === undefined && !callId.startsWith(ours),
  );
  for (const callId of orphans) {
    const events = await store.callEvents(callId);
    const outcome = talkedLast(events) ? 'answered' : 'failed';
    const fact = { kind: 'ended', outcome, by: 'unknown', talkMs: 0 } as const;
    recorder.record({ callId, seq: seqOfEpoch(epoch) + LAST_SEQ, atMs: clock.nowMs(), fact });
    count(serviceOf(events), fact);
  }
  if (orphans.length > 0)
    log.info('calls that ended unseen are closed in the records', { detail: String(orphans.length) });
}

const serviceOf = (events: readonly CallEvent[]): string =>
  events.flatMap(({ fact }) => (fact.kind === 'arrived' ? [fact.service] : []))[0] ?? '';

/** He had been answered, and had not been sent back to wait again. */
function talkedLast(events: readonly CallEvent[]): boolean {
  const last = events.findLast(({ fact }) => fact.kind === 'bridged' || fact.kind === 'requeued');
  return last?.fact.kind === 'bridged';
}
