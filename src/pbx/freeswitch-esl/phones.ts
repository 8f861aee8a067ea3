import type { DeviceState, PbxEvent } from '../../core/events.ts';
import { text } from './fields.ts';
import { isOf, legOfEvent, legOfRow } from './legs.ts';
import type { Leg, Owner } from './legs.ts';
import { createRegistrations } from './registrations.ts';
import type { EslEvent, Row } from './wire.ts';

/** Those that begin a channel or say something new of it. Others come too where somebody subscribed to more. */
const BEGINS = new Set(['CHANNEL_CREATE', 'CHANNEL_ANSWER', 'CHANNEL_BRIDGE']);
const ENDS = new Set(['CHANNEL_HANGUP_COMPLETE', 'CHANNEL_DESTROY']);

/** What the phones of a site do, by channels and registrations: mod_callcenter sees its own calls only. Pure but for what it holds. */
export class Phones {
  readonly #legs = new Map<string, Leg>();
  /** Users of whom a call was seen: their phones exist. */
  readonly #seen = new Set<string>();
  /** Agents of whom FreeSWITCH said that they are not registered, with their users. */
  readonly #refused = new Map<string, string>();
  readonly #registrations = createRegistrations();

  /** A CHANNEL_* or sofia event; null when it is neither. */
  event(event: EslEvent): PbxEvent[] | null {
    if (text(event, 'Event-Name').startsWith('CHANNEL_')) return this.#follow(event);
    const user = this.#registrations.event(event);
    if (user === null) return null;
    for (const [name, who] of this.#refused) if (who === user) this.#refused.delete(name);
    return [];
  }

  /** All channels there are. */
  loadChannels(rows: readonly Row[]): void {
    const old = new Map(this.#legs);
    this.#legs.clear();
    for (const row of rows) {
      const uuid = text(row, 'uuid');
      if (uuid !== '') this.#legs.set(uuid, legOfRow(row, old.get(uuid)));
    }
  }

  loadRegistrations(rows: readonly Row[]): void {
    this.#registrations.load(rows);
    this.#refused.clear();
  }

  /** The PBX was started anew: no channel and no registration is what it was. */
  restarted(): PbxEvent[] {
    const ended: PbxEvent[] = [...this.#legs.keys()].map((channelId) => ({ kind: 'channelEnded', channelId }));
    for (const held of [this.#legs, this.#seen, this.#refused, this.#registrations]) held.clear();
    return ended;
  }

  /** FreeSWITCH rang him and found no registration (USER_NOT_REGISTERED). Until he registers, or the next list. */
  notRegistered(name: string, user: string): void {
    this.#refused.set(name, user);
  }

  stateOf(owner: Owner): DeviceState {
    const his = [...this.#legs.values()].filter((leg) => isOf(leg, owner, this.#registrations));
    if (his.length > 0) {
      this.#seen.add(owner.name);
      if (his.every((leg) => leg.isTalking)) return 'in_use';
      return his.some((leg) => leg.isTalking) ? 'ring_in_use' : 'ringing';
    }
    if (this.#refused.has(owner.name)) return 'unavailable';
    const whenSeen = this.#seen.has(owner.name) ? 'not_in_use' : 'unknown';
    if (owner.contact === null) return whenSeen;
    if (!owner.contact.registers) return 'not_in_use';
    const isRegistered = this.#registrations.isRegistered(owner.contact);
    if (isRegistered === null) return whenSeen;
    return isRegistered ? 'not_in_use' : 'unavailable';
  }

  hasChannel(uuid: string): boolean {
    return this.#legs.has(uuid);
  }

  channels(): { readonly channelId: string; readonly linkedId: string; readonly device: string }[] {
    return [...this.#legs.values()].map(({ uuid, linkedId, queueAgent, name }) => ({
      ...{ channelId: uuid, linkedId, device: queueAgent || name },
    }));
  }

  #follow(event: EslEvent): PbxEvent[] {
    const [name, uuid] = [text(event, 'Event-Name'), text(event, 'Unique-ID')];
    if (uuid === '') return [];
    const old = this.#legs.get(uuid);
    if (ENDS.has(name)) {
      this.#legs.delete(uuid);
      return old === undefined ? [] : [{ kind: 'channelEnded', channelId: uuid }];
    }
    if (old === undefined && !BEGINS.has(name)) return [];
    const out = this.#put(legOfEvent(event, old));
    return name === 'CHANNEL_BRIDGE' ? [...out, ...this.#bridged(event)] : out;
  }

  /** Two legs that meet are one call: the one of the A leg. */
  #bridged(event: EslEvent): PbxEvent[] {
    const [a, b] = ['Bridge-A-Unique-ID', 'Bridge-B-Unique-ID'].map((key) => this.#legs.get(text(event, key)));
    return a === undefined || b === undefined ? [] : this.#put({ ...b, linkedId: a.linkedId });
  }

  #put(leg: Leg): PbxEvent[] {
    const old = this.#legs.get(leg.uuid);
    this.#legs.set(leg.uuid, leg);
    if (old?.linkedId === leg.linkedId) return [];
    return [
      { kind: 'channelStarted', channelId: leg.uuid, linkedId: leg.linkedId, device: leg.queueAgent || leg.name },
    ];
  }
}
