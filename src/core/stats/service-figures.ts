import type { CallFact } from '../model/call.ts';
import { addFigures, FIGURES_WINDOW_MS, NO_FIGURES } from '../model/figures.ts';
import type { ServiceFigures } from '../model/figures.ts';

/** A bucket counts as long as its start is inside the window: figures cover between 29/30 of the window and all of it. */
const BUCKET_MS = FIGURES_WINDOW_MS / 30;

type Bucket = { -readonly [K in keyof ServiceFigures]: ServiceFigures[K] } & { startMs: number };

/** What a fact is about: the call's service, and what the fact itself does not say. */
export interface NotedCall {
  readonly service: string;
  /** T of its service level. */
  readonly serviceLevelMs: number;
  readonly wrapUpMs: number;
  /** From its arrival until now, or until its dialplan dialled an agent. */
  readonly waitedMs: number;
  /** Since it was bridged to an agent; null when it has not been. */
  readonly talkedMs: number | null;
}

/**
 * Figures by service over the last FIGURES_WINDOW_MS, from what happens to calls. Changed in place: it is fed with every call,
 * by the edge and by the simulator. `nowMs` is any clock that does not go back.
 */
export class ServiceFiguresWindow {
  private readonly services = new Map<string, Bucket[]>();

  /** Takes in one fact of a call, in the order in which they happen. Facts that tell nothing of the figures are passed over. */
  noteFact(call: NotedCall, fact: CallFact, nowMs: number): void {
    const { service, serviceLevelMs, wrapUpMs, waitedMs, talkedMs } = call;
    if (fact.kind === 'bridged') this.answered(service, fact.waitMs, serviceLevelMs, nowMs);
    else if (fact.kind === 'returned' && fact.status === 'REDIRECTED')
      this.answered(service, fact.waitMs, serviceLevelMs, nowMs);
    else if (fact.kind === 'requeued' && talkedMs !== null) this.handled(service, talkedMs + wrapUpMs, nowMs);
    else if (fact.kind === 'ended' && fact.outcome === 'abandoned')
      this.abandoned(service, waitedMs, serviceLevelMs, nowMs);
    else if (fact.kind === 'ended' && fact.outcome === 'answered') {
      // The dialplan's own Dial tells of no talk, only that there was one.
      if (talkedMs === null) this.answered(service, waitedMs, serviceLevelMs, nowMs);
      else this.handled(service, fact.talkMs + wrapUpMs, nowMs);
    }
  }

  answered(service: string, waitMs: number, serviceLevelMs: number, nowMs: number): void {
    const bucket = this.bucket(service, nowMs);
    bucket.answered += 1;
    bucket.waitMs += waitMs;
    if (waitMs <= serviceLevelMs) bucket.answeredInTime += 1;
  }

  abandoned(service: string, waitMs: number, serviceLevelMs: number, nowMs: number): void {
    const bucket = this.bucket(service, nowMs);
    bucket.abandoned += 1;
    if (waitMs > serviceLevelMs) bucket.abandonedLate += 1;
  }

  /** A talk has ended, its wrap-up counted with it. */
  handled(service: string, handleMs: number, nowMs: number): void {
    const bucket = this.bucket(service, nowMs);
    bucket.handled += 1;
    bucket.handleMs += handleMs;
  }

  /** One row for each service of which something is known; the row of one that fell silent is all zeros once, then gone. */
  figures(nowMs: number): readonly ServiceFigures[] {
    const rows: ServiceFigures[] = [];
    for (const [service, buckets] of this.services) {
      const first = buckets.findIndex(({ startMs }) => startMs > nowMs - FIGURES_WINDOW_MS);
      buckets.splice(0, first === -1 ? buckets.length : first);
      if (buckets.length === 0) this.services.delete(service);
      const [sum] = addFigures(buckets);
      rows.push(plain(service, sum ?? { service, ...NO_FIGURES }));
    }
    return rows;
  }

  private bucket(service: string, nowMs: number): Bucket {
    const startMs = Math.floor(nowMs / BUCKET_MS) * BUCKET_MS;
    const buckets = this.services.get(service) ?? [];
    const last = buckets.at(-1);
    if (last !== undefined && last.startMs >= startMs) return last;
    const bucket = { service, startMs, ...NO_FIGURES };
    if (last === undefined) this.services.set(service, buckets);
    buckets.push(bucket);
    // Nobody may ask for a long time: what has left the window is let go here as well.
    while ((buckets[0]?.startMs ?? nowMs) <= nowMs - FIGURES_WINDOW_MS) buckets.shift();
    return bucket;
  }
}

const plain = (service: string, figures: ServiceFigures): ServiceFigures => {
  const { answered, abandoned, answeredInTime, abandonedLate, waitMs, handled, handleMs } = figures;
  return { service, answered, abandoned, answeredInTime, abandonedLate, waitMs, handled, handleMs };
};
