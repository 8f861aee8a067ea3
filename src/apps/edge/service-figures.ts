import type { CallFact } from '../../core/model/call.ts';
import type { ServiceFigures } from '../../core/model/figures.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import { ServiceFiguresWindow } from '../../core/stats/service-figures.ts';
import type { Clock } from '../../ports/clock.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Fence } from '../../ports/site-store.ts';

/**
 * What this edge sees of each service, from the facts of its calls. Told to all edges once a second, the rows that changed: an
 * edge's expected waits and conditions count what all of them saw.
 */
export class EdgeFigures {
  private readonly window = new ServiceFiguresWindow();
  /** As last seen, to tell what changed; and what the store has not taken yet. Both are bounded by the services that there are. */
  private readonly seen = new Map<string, string>();
  private readonly unwritten = new Map<string, ServiceFigures>();
  private readonly store: Pick<EdgeStore, 'publishFigures'>;
  private readonly clock: Pick<Clock, 'monoMs'>;
  private isPublishing = false;

  constructor(store: Pick<EdgeStore, 'publishFigures'>, clock: Pick<Clock, 'monoMs'>) {
    this.store = store;
    this.clock = clock;
  }

  /** A fact of one of our calls, with the call as it is after it. */
  note({ request, enteredMs, bridgedMs, offer }: CallState, fact: CallFact): void {
    const nowMs = this.clock.monoMs();
    // A dialplan that dials by itself says at the end that somebody answered: the wait was over when it began to dial.
    const waitedUntilMs = fact.kind === 'ended' && fact.outcome === 'answered' ? (offer?.startedMs ?? nowMs) : nowMs;
    this.window.noteFact(
      {
        service: request.service,
        serviceLevelMs: request.rules.serviceLevelMs,
        wrapUpMs: request.wrapUpMs,
        waitedMs: Math.max(0, Math.round(waitedUntilMs - enteredMs)),
        talkedMs: bridgedMs > 0 ? Math.max(0, Math.round(nowMs - bridgedMs)) : null,
      },
      fact,
      nowMs,
    );
  }

  /** Writes the rows that changed since they were last written. Rejects as the store does: they are written the next time then. */
  async publish(fence: Fence): Promise<'ok' | 'fenced'> {
    for (const row of this.window.figures(this.clock.monoMs())) {
      if (this.seen.get(row.service) !== text(row)) this.unwritten.set(row.service, row);
      this.seen.set(row.service, text(row));
    }
    if (this.unwritten.size === 0 || this.isPublishing) return 'ok';
    this.isPublishing = true;
    const rows = [...this.unwritten.values()];
    try {
      const answer = await this.store.publishFigures(fence, rows);
      for (const row of rows) if (this.unwritten.get(row.service) === row) this.unwritten.delete(row.service);
      return answer;
    } finally {
      this.isPublishing = false;
    }
  }
}

const text = (row: ServiceFigures): string => JSON.stringify(row);
