import type { RoutingView } from '../../core/routing/view.ts';
import type { QueryStore } from '../../ports/queries.ts';

/** As many live calls are asked for at a time: the newest. */
const MOST_CALLS = 1_000;
/** Between two looks for a call of which there is no record yet, doubling. */
const LOOK_MS = 500;
const LONGEST_LOOK_MS = 60_000;

/**
 * The service of each call that an agent is on: remembered from when it waited, looked up in the records of live calls where nobody saw it wait
 * (it was answered between two reads, or before this process began). Holds the calls that wait or are in use, and no others for long.
 */
export class CallServices {
  private readonly services = new Map<string, string>();
  private unknown: ReadonlySet<string> = new Set();
  private inUse = 0;
  private lookMs = LOOK_MS;
  private lookedAtMs = -Infinity;

  readonly of = (callId: string): string => this.services.get(callId) ?? '';

  /** Takes in the calls that wait, and those on whose agents there is a claim. */
  note({ waiting }: Pick<RoutingView, 'waiting'>, claimed: ReadonlySet<string>): void {
    for (const { callId, service } of waiting.values()) this.services.set(callId, service);
    const unknown = [...claimed].filter((callId) => !this.services.has(callId));
    if (unknown.some((callId) => !this.unknown.has(callId))) this.lookMs = LOOK_MS;
    this.unknown = new Set(unknown);
    this.inUse = waiting.size + claimed.size;
    if (this.services.size <= 2 * this.inUse + MOST_CALLS) return;
    for (const callId of this.services.keys())
      if (!waiting.has(callId) && !claimed.has(callId)) this.services.delete(callId);
  }

  /** Looks up what nobody saw wait, where it is time. True: something was learnt. Rejects with DATABASE_DOWN. */
  async look(store: Pick<QueryStore, 'calls'>, monoMs: number): Promise<boolean> {
    if (this.unknown.size === 0 || monoMs - this.lookedAtMs < this.lookMs) return false;
    this.lookedAtMs = monoMs;
    this.lookMs = Math.min(LONGEST_LOOK_MS, 2 * this.lookMs);
    const before = this.services.size;
    for (const { callId, service } of await store.calls({ live: true, limit: MOST_CALLS }))
      if (service !== '') this.services.set(callId, service);
    return this.services.size > before;
  }
}
