import type { DeviceState } from '../../core/events.ts';
import type { Clock, Timer } from '../../ports/clock.ts';

/** What the agent does with a call that rings. */
export type Manner =
  | { readonly kind: 'answers'; readonly afterMs: number }
  | { readonly kind: 'declines'; readonly afterMs: number }
  | { readonly kind: 'letsRing' }
  | { readonly kind: 'busy' };

/** One call at a phone, and what its other side is told of it. */
export interface PhoneCall {
  readonly id: string;
  readonly origin: 'edge' | 'queue' | 'direct';
  /** The INVITE was taken: 180. */
  onRinging(): void;
  onAnswered(): void;
  /** Ended before an answer, by Q.850 cause and SIP status. */
  onRefused(cause: number, techCause: number): void;
  /** The agent hung up. */
  onHungUp(): void;
}

export interface PhoneParts {
  readonly siteId: string;
  /** `PJSIP/1001` */
  readonly name: string;
  readonly clock: Clock;
  readonly manner: (call: PhoneCall) => Manner;
  /** The device shows another state. */
  readonly onState: () => void;
}

/** A phone on an agent's desk: one call at a time, a second one is busy. */
export class Phone {
  readonly siteId: string;
  readonly name: string;
  private readonly parts: PhoneParts;
  private call: PhoneCall | null = null;
  private isUp = false;
  private isRegistered = true;
  private timer: Timer | null = null;

  constructor(parts: PhoneParts) {
    this.parts = parts;
    this.siteId = parts.siteId;
    this.name = parts.name;
  }

  get device(): DeviceState {
    if (!this.isRegistered) return 'unavailable';
    if (this.call === null) return 'not_in_use';
    return this.isUp ? 'in_use' : 'ringing';
  }

  /** The call that rings or is talked on. */
  get current(): PhoneCall | null {
    return this.call;
  }

  get isTalking(): boolean {
    return this.call !== null && this.isUp;
  }

  ring(call: PhoneCall): void {
    if (!this.isRegistered) return call.onRefused(20, 480);
    const manner = this.parts.manner(call);
    if (this.call !== null || manner.kind === 'busy') return call.onRefused(17, 486);
    this.call = call;
    this.isUp = false;
    this.parts.onState();
    call.onRinging();
    if (manner.kind === 'letsRing') return;
    this.timer = this.parts.clock.after(manner.afterMs, () => {
      if (this.call !== call) return;
      if (manner.kind === 'answers') this.answer(call);
      else this.free(() => call.onRefused(21, 603));
    });
  }

  /** The agent takes the call that rings, if there is one. */
  pickUp(): void {
    if (this.call !== null && !this.isUp) this.answer(this.call);
  }

  private answer(call: PhoneCall): void {
    this.isUp = true;
    this.parts.onState();
    call.onAnswered();
  }

  /** The other side ended the call. */
  release(callId: string): void {
    if (this.call?.id === callId) this.free(() => undefined);
  }

  /** The agent hangs up, or hands the caller on and is free while the call goes on elsewhere (`silently`). */
  hangUp(callId: string, silently = false): void {
    const call = this.call;
    if (call?.id !== callId || !this.isUp) return;
    this.free(() => (silently ? undefined : call.onHungUp()));
  }

  setRegistered(registered: boolean): void {
    if (this.isRegistered === registered) return;
    const call = this.call;
    const wasUp = this.isUp;
    this.isRegistered = registered;
    if (call === null || registered) return this.parts.onState();
    this.free(() => (wasUp ? call.onHungUp() : call.onRefused(20, 480)));
  }

  private free(tell: () => void): void {
    this.timer?.cancel();
    this.call = null;
    this.isUp = false;
    this.parts.onState();
    tell();
  }
}
