import type { Clock, Timer } from '../../ports/clock.ts';
import type { Caller } from './caller.ts';
import type { OfferLeg } from './offer-leg.ts';

/** A sound lasts about this long. */
const PROMPT_MS = 1_200;

export interface TreatedEdge {
  readonly clock: Clock;
  readonly callers: ReadonlyMap<string, Caller>;
  readonly offers: ReadonlyMap<string, OfferLeg>;
}

/** What callers hear, and customers who were called back: ringing, music, announcements. */
export class Treatment {
  private readonly edge: TreatedEdge;
  /** Announcements that are being said, at most one to a channel. */
  private readonly sayings = new Map<string, { readonly timer: Timer; readonly over: () => void }>();

  constructor(edge: TreatedEdge) {
    this.edge = edge;
  }

  /** What he hears from now on; music answers him. */
  treat(channelId: string, music: string): boolean {
    const caller = this.edge.callers.get(channelId);
    if (!caller) return this.edge.offers.get(channelId)?.isUp ?? false;
    if (music !== '') caller.isUp = true;
    // One whom his agent sent back waits again.
    caller.story.aloneSinceMs = null;
    return caller.place === 'application';
  }

  /** Says so many prompts, and answers him. `over` is called once, when they are said or cut off. */
  say(channelId: string, prompts: number, over: () => void): boolean {
    const caller = this.edge.callers.get(channelId);
    if (caller ? caller.place !== 'application' || caller.bridgedWith !== null : !this.isFree(channelId)) return false;
    if (caller) {
      caller.isUp = true;
      caller.story.announced += 1;
    }
    this.cutOff(channelId);
    const timer = this.edge.clock.after(prompts * PROMPT_MS, () => this.cutOff(channelId));
    this.sayings.set(channelId, { timer, over });
    return true;
  }

  cutOff(channelId: string): void {
    const saying = this.sayings.get(channelId);
    if (!saying) return;
    this.sayings.delete(channelId);
    saying.timer.cancel();
    saying.over();
  }

  private isFree(offerId: string): boolean {
    const leg = this.edge.offers.get(offerId);
    return leg !== undefined && leg.isUp && !leg.isBridged;
  }
}
