import { IpntError } from '../../core/errors.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { DatabaseHealth, KEEP_WAITING_MS } from './database-health.ts';
import { destinationOf } from './destinations.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Reach } from './parts.ts';

/** While the database is down, waiting calls go to their default route at this rate. */
const DRAIN_A_SECOND = 10;

export interface OutageParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly reach: Reach;
  readonly calls: () => LiveCalls;
  /** The edge's own copy, as old as it is. */
  readonly view: () => RoutingView;
}

/** What the database's silence means for the calls: new ones take their default route, who waits keeps his place for a while. */
export class Outage {
  private readonly p: OutageParts;
  private readonly health: DatabaseHealth;

  constructor(parts: OutageParts) {
    this.p = parts;
    this.health = new DatabaseHealth(parts.clock.monoMs());
  }

  get isDown(): boolean {
    return this.health.isDown;
  }

  answered(): void {
    this.note(this.health.answered(this.p.clock.monoMs()));
  }

  failed(error: unknown): void {
    if (!(error instanceof IpntError))
      this.p.log.error('the line failed', { errCode: 'BUG', detail: String((error as Error)?.stack ?? error) });
    this.note(this.health.failed(this.p.clock.monoMs()));
  }

  /** Each second. */
  beat(): void {
    this.note(this.health.checked(this.p.clock.monoMs()));
    if (this.health.downForMs(this.p.clock.monoMs()) < KEEP_WAITING_MS) return;
    const waiting = this.p
      .calls()
      .states()
      .filter(({ phase }) => phase === 'waiting' || phase === 'placing');
    for (const state of waiting.slice(0, DRAIN_A_SECOND)) this.giveUp(state);
  }

  private note(change: 'wentDown' | 'cameUp' | null): void {
    if (change === 'wentDown') {
      this.p.log.error('the database does not answer: calls take their default route', { errCode: 'DATABASE_DOWN' });
      // Who had not yet a place in the line has nothing to keep.
      for (const state of this.p.calls().states()) if (state.phase === 'placing') this.giveUp(state);
    } else if (change === 'cameUp') this.p.log.info('the database answers again');
  }

  private giveUp({ request }: CallState): void {
    const { callId, rules } = request;
    const target = rules.defaultRoute;
    const route = target === null || target.kind === 'service' ? '' : this.routeOf(target, callId);
    this.p.calls().input(callId, { kind: 'giveUp', status: 'ERROR', detail: 'the database does not answer', route });
  }

  private routeOf(target: Parameters<typeof destinationOf>[0], callId: string): string {
    return destinationOf(target, this.p.view(), callId, this.p.reach, true).route;
  }
}
