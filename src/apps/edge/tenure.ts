import { ROLE_LEASE_MS } from '../../core/model/claim.ts';
import type { Clock } from '../../ports/clock.ts';
import { pause } from '../../ports/clock.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Log } from '../../ports/log.ts';
import type { Fence } from '../../ports/site-store.ts';

const AGAIN_MS = 250;
/** After that many the database is taken for silent to all: then nobody could take the edge from us. */
const TRIES = 10;
const STALE_ANSWER_MS = 2_000;

export interface TenureParts {
  readonly store: EdgeStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly fence: Fence;
  readonly isOver: () => boolean;
  readonly onFenced: (why: string) => void;
  readonly onFailure: (error: unknown) => void;
}

/** Whether the edge is still ours, where acting on a wrong belief would harm whoever has taken it. */
export class Tenure {
  private readonly parts: TenureParts;

  constructor(parts: TenureParts) {
    this.parts = parts;
  }

  /** Asked after this process was asleep. */
  async isStillOurs(): Promise<boolean> {
    const { log, clock, isOver, onFailure } = this.parts;
    log.warn('this process was asleep: the epoch is looked at before anything is done');
    for (let attempt = 1; attempt <= TRIES && !isOver(); attempt += 1) {
      try {
        return await this.renew('the epoch was taken while this process was asleep');
      } catch (error) {
        onFailure(error);
        await pause(clock, AGAIN_MS);
      }
    }
    return !isOver();
  }

  /** Asked before each connection: it takes the application from whoever has it. */
  async mayRegister(isAwake: boolean): Promise<boolean> {
    try {
      return await this.renew('the epoch was taken while the edge was not connected');
    } catch {
      return isAwake && !this.parts.isOver();
    }
  }

  private async renew(whyNot: string): Promise<boolean> {
    const { store, clock, fence, isOver, onFenced } = this.parts;
    if (isOver()) return false;
    const askedMs = clock.monoMs();
    const answer = await store.renewEdge(fence, ROLE_LEASE_MS);
    // An answer that was on its way while this process slept says nothing of now.
    if (answer === 'ok' && clock.monoMs() - askedMs > STALE_ANSWER_MS) return this.renew(whyNot);
    if (answer === 'ok') return !isOver();
    onFenced(whyNot);
    return false;
  }
}
