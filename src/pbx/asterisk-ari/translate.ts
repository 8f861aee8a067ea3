/**
 * ARI events into ours, with the little memory that takes: who is in the application, which offers answered. No I/O.
 *
 * - A caller is in from StasisStart until StasisEnd; once each, whatever else is said about him.
 * - StasisEnd comes for three reasons. A hang-up is announced by ChannelHangupRequest before it; our own `continue` is
 *   known beforehand (`leaving`); anything else (TIMEOUT(absolute), another ARI user) is `doubtful` and must be asked.
 *   An inbound channel ends without ChannelDestroyed (seen on 22.10.1): the app is unsubscribed as it leaves.
 * - An offer is originated into the application, so its StasisStart is its answer. A whispered leg leaves and comes back:
 *   its second StasisStart is no second answer.
 */
import type { EdgePbxEvent } from '../../ports/edge-pbx.ts';
import { isOfferId } from './address.ts';
import type { AriChannel, AriEvent } from './wire.ts';
import { toChannelInfo } from './wire.ts';

/** Things that only the adapter itself needs. */
export type Inner =
  | { readonly kind: 'doubtful'; readonly channelId: string }
  | { readonly kind: 'whispered'; readonly offerId: string }
  | { readonly kind: 'said'; readonly channelId: string; readonly playbackId: string }
  | { readonly kind: 'trunkAsk'; readonly trunk: string };

export interface Caller {
  /** State of the channel as last seen. */
  up: boolean;
  hungUp: boolean;
  /** We sent him on ourselves: his StasisEnd is no hang-up. */
  leaving: boolean;
  /** What he hears: undefined nothing, '' ringing, else a music class. */
  treatment: string | undefined;
  /** The bridge he is in, or ''. */
  bridgeId: string;
  /** His channel's, for what is said to him; '' when unknown. */
  language: string;
  /** How many announcements he has heard: each has an id of its own. */
  sayings: number;
  /** The last key, with its time. */
  key: string;
}

export interface Offer {
  rang: boolean;
  answered: boolean;
  /** What is done to it as to a caller: a customer who is called back is one. */
  readonly line: Caller;
}

export interface Memory {
  readonly callers: Map<string, Caller>;
  readonly offers: Map<string, Offer>;
  readonly trunks: Map<string, boolean>;
  /** Callers who are in the dialplan, and whose hang-up there is told. */
  readonly followed: Set<string>;
  /** Channels that ended lately, oldest first: said once, and not found again in a snapshot that is older. */
  readonly ended: Set<string>;
}

export const newMemory = (): Memory => ({
  callers: new Map(),
  offers: new Map(),
  trunks: new Map(),
  followed: new Set(),
  ended: new Set(),
});

const MAX_ENDED = 2000;

/** Notes that a channel ended (or left); false when that was known. */
function noteEnd(memory: Memory, channelId: string): boolean {
  if (memory.ended.has(channelId)) return false;
  memory.ended.add(channelId);
  for (const oldest of memory.ended) {
    if (memory.ended.size <= MAX_ENDED) break;
    memory.ended.delete(oldest);
  }
  return true;
}

export const newCaller = (up: boolean): Caller => ({
  up,
  hungUp: false,
  leaving: false,
  treatment: undefined,
  bridgeId: '',
  language: '',
  sayings: 0,
  key: '',
});

export const newOffer = (up: boolean): Offer => ({ rang: up, answered: up, line: newCaller(up) });

/** Of an adopted caller nobody knows what he hears; stopping music that is not there does no harm. */
export const UNKNOWN_TREATMENT = '\0';

/** Only `offline` means that an originate would fail; without qualify PJSIP says `unknown` or `online`. */
export const isOnline = (state: string): boolean => state !== 'offline';

/** Notes a trunk's state and tells whether that is news. A trunk counts as online until it is heard of. */
export function noteTrunk(memory: Memory, trunk: string, online: boolean): readonly EdgePbxEvent[] {
  if (!memory.trunks.has(trunk)) return [];
  const before = memory.trunks.get(trunk);
  memory.trunks.set(trunk, online);
  return before === online ? [] : [{ kind: 'trunkChanged', trunk, online }];
}

/** What an event means. Changes `memory`. */
export function translate(memory: Memory, event: AriEvent): readonly (EdgePbxEvent | Inner)[] {
  switch (event.type) {
    case 'ApplicationReplaced':
      return [{ kind: 'replaced' }];
    case 'EndpointStateChange':
      return noteTrunk(memory, trunkOf(event.endpoint), isOnline(event.endpoint.state));
    case 'ContactStatusChange':
    case 'PeerStatusChange':
      // Their snapshot of the endpoint can be the one from before the change: ask.
      return memory.trunks.has(trunkOf(event.endpoint)) ? [{ kind: 'trunkAsk', trunk: trunkOf(event.endpoint) }] : [];
    case 'StasisStart':
      return isOfferId(event.channel.id)
        ? offerStarted(memory, event.channel, event.args)
        : callerEntered(memory, event);
    case 'StasisEnd':
      // A leg that leaves is whispered to, or about to be destroyed.
      return isOfferId(event.channel.id) ? [] : callerEnded(memory, event.channel.id);
    case 'ChannelHangupRequest': {
      const caller = memory.callers.get(event.channel.id);
      if (caller) caller.hungUp = true;
      return [];
    }
    case 'ChannelDtmfReceived':
      return keyPressed(memory, event);
    case 'PlaybackFinished': {
      const { id: playbackId, target_uri: target } = event.playback;
      return [{ kind: 'said', channelId: target.replace(/^channel:/, ''), playbackId }];
    }
    case 'ChannelStateChange':
      return stateChanged(memory, event.channel.id, event.channel.state);
    case 'ChannelDestroyed':
      if (!isOfferId(event.channel.id)) return callerDestroyed(memory, event.channel.id);
      memory.offers.delete(event.channel.id);
      // It comes twice for a leg over a watched trunk: the endpoint's subscription hands over its channels' events too.
      if (!noteEnd(memory, event.channel.id)) return [];
      return [{ kind: 'offerGone', offerId: event.channel.id, cause: event.cause, techCause: event.tech_cause }];
  }
}

const trunkOf = (endpoint: { technology: string; resource: string }) => `${endpoint.technology}/${endpoint.resource}`;

function offerStarted(
  memory: Memory,
  { id: offerId, language }: AriChannel,
  args: readonly string[],
): readonly (EdgePbxEvent | Inner)[] {
  const offer = memory.offers.get(offerId) ?? newOffer(false);
  // The dialplan hands a whispered leg back with whispered=<call> ([ipnt-whisper] in ipnt-edge.conf).
  if (args.some((arg) => arg.startsWith('whispered='))) return [{ kind: 'whispered', offerId }];
  if (offer.answered) return [];
  Object.assign(offer.line, { up: true, language });
  memory.offers.set(offerId, { ...offer, answered: true });
  return [{ kind: 'offerAnswered', offerId }];
}

/** Told twice, by the same time, for a leg over a watched trunk (see ChannelDestroyed). */
function keyPressed(
  memory: Memory,
  { channel, digit, timestamp }: Extract<AriEvent, { type: 'ChannelDtmfReceived' }>,
): readonly EdgePbxEvent[] {
  const offer = memory.offers.get(channel.id);
  const line = memory.callers.get(channel.id) ?? (offer?.answered ? offer.line : undefined);
  const key = `${timestamp} ${digit}`;
  if (!line || line.key === key) return [];
  line.key = key;
  return [{ kind: 'digitPressed', channelId: channel.id, digit }];
}

function callerEntered(
  memory: Memory,
  event: Extract<AriEvent, { type: 'StasisStart' }>,
): readonly (EdgePbxEvent | Inner)[] {
  memory.ended.delete(event.channel.id);
  memory.followed.delete(event.channel.id);
  const { id, state, language } = event.channel;
  memory.callers.set(id, { ...newCaller(state === 'Up'), language });
  return [{ kind: 'callEntered', channel: toChannelInfo(event.channel), args: event.args }];
}

function callerEnded(memory: Memory, channelId: string): readonly (EdgePbxEvent | Inner)[] {
  const caller = memory.callers.get(channelId);
  noteEnd(memory, channelId);
  if (!caller) return [];
  if (caller.hungUp || caller.leaving) return callerGone(memory, channelId, caller.hungUp);
  memory.callers.delete(channelId);
  return [{ kind: 'doubtful', channelId }];
}

function callerDestroyed(memory: Memory, channelId: string): readonly EdgePbxEvent[] {
  if (memory.followed.delete(channelId)) return [{ kind: 'callLeft', channelId, hungUp: true }];
  return callerGone(memory, channelId, true);
}

/** A caller is out, for a reason that is known by now. Nothing when he was out already. */
export function callerGone(memory: Memory, channelId: string, hungUp: boolean): readonly EdgePbxEvent[] {
  noteEnd(memory, channelId);
  return memory.callers.delete(channelId) ? [{ kind: 'callLeft', channelId, hungUp }] : [];
}

function stateChanged(memory: Memory, channelId: string, state: string): readonly EdgePbxEvent[] {
  const caller = memory.callers.get(channelId);
  if (caller) caller.up = state === 'Up';
  if (state !== 'Ringing' || !isOfferId(channelId)) return [];
  const offer = memory.offers.get(channelId) ?? newOffer(false);
  if (offer.rang) return [];
  memory.offers.set(channelId, { ...offer, rang: true });
  return [{ kind: 'offerRinging', offerId: channelId }];
}

/**
 * What must have ended while we were not listening, of those we knew before: nothing is replayed after a reconnect and
 * channels that died meanwhile leave no event. `alive` are all channels, `inside` those of the application.
 */
export function reconcile(
  memory: Memory,
  known: { readonly callers: readonly string[]; readonly offers: readonly string[] },
  alive: ReadonlySet<string>,
  inside: ReadonlySet<string>,
): readonly EdgePbxEvent[] {
  const callers = known.callers.filter((id) => !inside.has(id)).flatMap((id) => callerGone(memory, id, !alive.has(id)));
  const offers = known.offers
    .filter((id) => !alive.has(id) && memory.offers.delete(id) && noteEnd(memory, id))
    .map((offerId): EdgePbxEvent => ({ kind: 'offerGone', offerId, cause: 0, techCause: 0 }));
  return [...callers, ...offers];
}
