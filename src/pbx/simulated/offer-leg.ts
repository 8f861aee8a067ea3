import type { Clock, Timer } from '../../ports/clock.ts';
import type { Phone, PhoneCall } from './phone.ts';
import type { World } from './world.ts';

/** One leg that an edge rings over a trunk, from the originate to its end. */
export interface OfferLegParts {
  readonly world: World;
  readonly offerId: string;
  readonly phone: Phone | undefined;
  /** Whether SIP gets through. */
  readonly trunkUp: () => boolean;
  readonly trunkDelayMs: () => number;
  readonly timeoutMs: number;
  readonly onRinging: () => void;
  readonly onAnswered: () => void;
  /** Gone, by Q.850 cause and SIP status; 0 where the PBX tells none. */
  readonly onGone: (cause: number, techCause: number) => void;
}

/** SIP over a trunk that is down: nobody answers the INVITE (timer B). */
const NO_RESPONSE_MS = 32_000;

export class OfferLeg {
  readonly offerId: string;
  readonly phone: Phone | undefined;
  state: 'dialing' | 'ringing' | 'up' | 'gone' = 'dialing';
  isBridged = false;
  private readonly parts: OfferLegParts;
  private readonly timers: Timer[] = [];

  constructor(parts: OfferLegParts) {
    this.parts = parts;
    this.offerId = parts.offerId;
    this.phone = parts.phone;
    // The PBX's own limit: whole seconds, as ARI takes them.
    this.after(Math.ceil(parts.timeoutMs / 1_000) * 1_000, () => {
      if (this.state !== 'up') this.end(19, 0);
    });
    this.travel(() => this.invite());
  }

  /** The edge ends it: CANCEL or BYE reaches the phone after a moment. */
  hangUp(cause = 16): void {
    if (this.state === 'up' || this.state === 'ringing' || this.state === 'dialing') this.end(cause, 0);
  }

  /** The agent hangs up. */
  agentHangsUp(): void {
    if (this.state !== 'up') return;
    if (this.phone?.current?.id === this.offerId) this.phone.hangUp(this.offerId);
    // He had handed the caller on: whom he gave him to hangs up.
    else this.end(16, 0);
  }

  /** The agent hands the caller on at his site: his phone is free, this leg stays. */
  transferAtSite(): void {
    const { phone, world, offerId } = this.parts;
    if (this.state !== 'up' || phone?.current?.id !== offerId) return;
    world.trace(() => `${phone.siteId}/${phone.name} hands ${offerId} on`);
    phone.hangUp(offerId, true);
    world.offerLeft(phone, offerId);
    world.sites.get(phone.siteId)?.emit({ kind: 'agentTransferred', device: phone.name, transfer: 'blind', to: '0' });
  }

  get isUp(): boolean {
    return this.state === 'up';
  }

  private get clock(): Clock {
    return this.parts.world.clock;
  }

  private invite(): void {
    if (this.state === 'gone') return;
    const { phone, world, offerId } = this.parts;
    if (!this.parts.trunkUp()) return void this.after(NO_RESPONSE_MS, () => this.end(18, 408));
    if (phone === undefined) return this.travel(() => this.end(1, 404));
    const call: PhoneCall = {
      id: offerId,
      origin: 'edge',
      onRinging: () => this.travel(() => this.ringing()),
      onAnswered: () => this.travel(() => this.answered()),
      onRefused: (cause, techCause) => {
        world.offerLeft(phone, offerId);
        this.travel(() => this.end(cause, techCause));
      },
      onHungUp: () => {
        world.offerLeft(phone, offerId);
        this.travel(() => this.end(16, 0));
      },
    };
    world.offerReached(phone, offerId);
    phone.ring(call);
  }

  private ringing(): void {
    if (this.state !== 'dialing') return;
    this.state = 'ringing';
    this.parts.onRinging();
  }

  private answered(): void {
    if (this.state === 'gone') return;
    this.state = 'up';
    this.parts.onAnswered();
  }

  private end(cause: number, techCause: number): void {
    if (this.state === 'gone') return;
    this.state = 'gone';
    for (const timer of this.timers) timer.cancel();
    const { phone, world, offerId, trunkDelayMs, onGone } = this.parts;
    if (phone !== undefined)
      this.clock.after(trunkDelayMs(), () => {
        phone.release(offerId);
        world.offerLeft(phone, offerId);
      });
    onGone(cause, techCause);
  }

  private travel(fn: () => void): void {
    this.after(this.parts.trunkDelayMs(), fn);
  }

  private after(ms: number, fn: () => void): void {
    this.timers.push(this.clock.after(ms, fn));
  }
}
