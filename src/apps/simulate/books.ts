import type { Call, Caller, Line } from './callers.ts';
import { Tally } from './tally.ts';
import type { End } from './tally.ts';

/** Counts what happens to the calls that count: by service, and once over all services. */
export class Books {
  readonly all = new Tally();

  arrived({ counted }: Caller): void {
    if (counted) this.all.offered += 1;
  }

  entered({ counted }: Caller, { tally }: Line): void {
    if (counted) tally.offered += 1;
  }

  /** Nobody was free for it. */
  waits({ caller, line, handovers }: Call): void {
    if (!caller.counted) return;
    line.tally.waited += 1;
    if (handovers === 0) this.all.waited += 1;
  }

  /** It goes on in another service: over all services it has not ended yet. */
  handedOn(call: Call, how: End, nowMs: number): void {
    this.count(call, call.line.tally, how, nowMs);
  }

  ended(call: Call, how: End, nowMs: number): void {
    this.count(call, call.line.tally, how, nowMs);
    this.count(call, this.all, how, nowMs);
  }

  private count(call: Call, tally: Tally, how: End, nowMs: number): void {
    const { counted, arrivedAtMs } = call.caller;
    if (!counted) return;
    const waitMs = nowMs - arrivedAtMs;
    tally.end(how, waitMs, call.line.service.serviceLevelMs);
    if (how === 'answered' && call.announcedMs !== null) tally.announce(call.announcedMs, waitMs);
  }
}
