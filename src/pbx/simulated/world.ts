import type { Clock } from '../../ports/clock.ts';
import type { PbxEvent } from '../../core/events.ts';
import type { Phone } from './phone.ts';
import type { Random } from './random.ts';
import type { CallerStory, TruthEvent } from './truth.ts';

/** How many lines of the trace are kept. */
const TRACE_LINES = 4_000;

/** What one site is to the others: phones that can be called. */
export interface CalledSite {
  readonly phones: ReadonlyMap<string, Phone>;
  /** Somebody calls this phone past all queues. */
  callDirect(phone: Phone, talkMs: number): void;
  /** The site's PBX reports something. */
  emit(event: PbxEvent): void;
}

/**
 * One world owns the truth: the sites with their phones, the edges with their callers, and what each of them lived through.
 * Apps see it through links alone (`SiteLink`, `EdgeLink`), late and with gaps, as they see real PBXes.
 */
export class World {
  readonly clock: Clock;
  readonly random: Random;
  /** By id; sites put themselves here. */
  readonly sites = new Map<string, CalledSite>();
  readonly stories: CallerStory[] = [];
  private readonly watchers: ((event: TruthEvent) => void)[] = [];
  private readonly lines: (() => string)[] = [];
  private readonly liveOffers = new Map<Phone, Set<string>>();

  constructor(clock: Clock, random: Random) {
    this.clock = clock;
    this.random = random;
  }

  watch(watcher: (event: TruthEvent) => void): void {
    this.watchers.push(watcher);
  }

  tell(event: TruthEvent): void {
    for (const watcher of this.watchers) watcher(event);
  }

  /** Notes a line for whoever looks at a failure. */
  trace(line: () => string): void {
    const atMs = this.clock.monoMs();
    this.lines.push(() => `${(atMs / 1000).toFixed(3).padStart(9)} ${line()}`);
    if (this.lines.length > 2 * TRACE_LINES) this.lines.splice(0, TRACE_LINES);
  }

  traced(): readonly string[] {
    return this.lines.map((line) => line());
  }

  /** The phone that a site's trunk rings for an address, as in `PJSIP/1001@site-a`. */
  phoneOf(siteId: string, address: string): Phone | undefined {
    return this.sites.get(siteId)?.phones.get(`PJSIP/${address}`);
  }

  /** One of our offers has reached a phone, whatever the phone makes of it. */
  offerReached(phone: Phone, offerId: string): void {
    const live = this.liveOffers.get(phone) ?? new Set();
    this.liveOffers.set(phone, live);
    const others = [...live];
    live.add(offerId);
    this.trace(
      () => `${phone.siteId}/${phone.name} is rung for ${offerId}${others.length ? ` beside ${others.join()}` : ''}`,
    );
    this.tell({ kind: 'invited', phone: `${phone.siteId}/${phone.name}`, offerId, others });
  }

  offerLeft(phone: Phone, offerId: string): void {
    if (!this.liveOffers.get(phone)?.delete(offerId)) return;
    this.trace(() => `${phone.siteId}/${phone.name} is rid of ${offerId}`);
    this.tell({ kind: 'offerEnded', phone: `${phone.siteId}/${phone.name}`, offerId });
  }

  /** Offers of ours that this phone rings for or talks on. */
  offersAt(agentId: string): readonly string[] {
    for (const [phone, live] of this.liveOffers) if (`${phone.siteId}/${phone.name}` === agentId) return [...live];
    return [];
  }
}
