/** Many phones, one log in the order things happened, and the questions that tests of a call router ask of it. */
import { nowMs } from './log.ts';
import { Phone, type PhoneLogEntry, type PhoneOptions } from './phone.ts';

/** One INVITE to one phone, from its arrival to its end. */
export interface Offer {
  phone: string;
  callId: string;
  invitedAtMs: number;
  answeredAtMs?: number;
  /** Absent while it lives. */
  endedAtMs?: number;
  /** `cause` of the `ended` entry, e.g. cancelled, rejected, bye_received; `live` while it lives. */
  outcome: string;
  /** Details of the `invited` entry: from, to, xIpntCall... */
  detail: Record<string, string>;
}
export interface Overlap {
  phone: string;
  callIds: [string, string];
  overlapMs: number;
}

/** The INVITEs in a log, by phone, in order of arrival; those with Replaces take over a call and are left out. */
export function offersIn(log: readonly PhoneLogEntry[]): Map<string, Offer[]> {
  const byPhone = new Map<string, Offer[]>();
  const live = new Map<string, Offer>();
  for (const e of log) {
    const key = `${e.phone}|${e.call}`;
    if (e.what === 'invited' && e.detail.replaces === undefined) {
      const offer: Offer = { phone: e.phone, callId: e.call, invitedAtMs: e.atMs, outcome: 'live', detail: e.detail };
      live.set(key, offer);
      const offers = byPhone.get(e.phone);
      if (offers) offers.push(offer);
      else byPhone.set(e.phone, [offer]);
    }
    const offer = live.get(key);
    if (!offer) continue;
    if (e.what === 'answered') offer.answeredAtMs = e.atMs;
    if (e.what !== 'ended') continue;
    offer.endedAtMs = e.atMs;
    offer.outcome = e.detail.cause ?? '';
    live.delete(key);
  }
  return byPhone;
}

/** Every pair of INVITEs that were alive at one phone at the same time: an agent who was offered twice. */
export function overlapsIn(log: readonly PhoneLogEntry[], untilMs = nowMs()): Overlap[] {
  const found: Overlap[] = [];
  for (const [phone, offers] of offersIn(log)) {
    let alive: Offer[] = [];
    for (const b of offers) {
      alive = alive.filter((a) => (a.endedAtMs ?? Infinity) > b.invitedAtMs);
      for (const a of alive) {
        const end = Math.min(a.endedAtMs ?? untilMs, b.endedAtMs ?? untilMs);
        found.push({ phone, callIds: [a.callId, b.callId], overlapMs: end - b.invitedAtMs });
      }
      alive.push(b);
    }
  }
  return found;
}

export class PhoneFarm {
  /** All phones' entries in the order they happened. */
  readonly log: PhoneLogEntry[] = [];
  readonly #phones = new Map<string, Phone>();

  /** Adds a phone under its label, else its name. */
  add(o: PhoneOptions): Phone {
    const key = o.label ?? o.name;
    if (this.#phones.has(key)) throw new Error(`there is a phone ${key} already: give this one a label`);
    const phone = new Phone({
      ...o,
      log: (e) => {
        this.log.push(e);
        o.log?.(e);
      },
    });
    this.#phones.set(key, phone);
    return phone;
  }

  get phones(): ReadonlyMap<string, Phone> {
    return this.#phones;
  }

  /** The phone of that label; throws when there is none. */
  get(label: string): Phone {
    const phone = this.#phones.get(label);
    if (!phone) throw new Error(`there is no phone ${label}`);
    return phone;
  }

  async start(): Promise<void> {
    await Promise.all([...this.#phones.values()].map((p) => p.start()));
  }

  /** Registers all, a few at a time so that a small Asterisk drops nothing. */
  async register(expiresSec?: number, atOnce = 16): Promise<void> {
    const queue = [...this.#phones.values()];
    const work = async (): Promise<void> => {
      for (let p = queue.shift(); p; p = queue.shift()) await p.register(expiresSec);
    };
    await Promise.all(Array.from({ length: atOnce }, work));
  }

  mark(): void {
    for (const p of this.#phones.values()) p.mark();
  }

  /** Drops what is logged so far. */
  forget(): void {
    this.log.length = 0;
    for (const p of this.#phones.values()) p.forget();
  }

  offersOf(phone: string): Offer[] {
    return offersIn(this.log).get(phone) ?? [];
  }

  /** Double offers; must be empty where a router keeps its word. */
  overlappingCalls(): Overlap[] {
    return overlapsIn(this.log);
  }

  async stop(o?: { abrupt?: boolean }): Promise<void> {
    await Promise.all([...this.#phones.values()].map((p) => p.stop(o)));
  }
}
