/**
 * A call centre's ARI events and answers into ours, with the little memory that takes. No I/O.
 *
 * ARI's channels have no linked id, which tells the calls that belong together; `CHANNEL(linkedid)` of a snapshot does. Between
 * two snapshots it is followed by the rules of Asterisk 22 (channel_internal_api.c, ast_channel_set_linkgroup): a dialled leg
 * has its caller's, a Local channel's halves have one, and in a bridge the oldest counts for all.
 */
import type { AgentReport, PbxEvent, Snapshot } from '../../core/events.ts';
import { addressOf } from '../../core/model/agent.ts';
import { declaredStatus, deviceOfChannel, isCallChannel, stateOfName } from '../common/asterisk.ts';
import { deviceOfEndpoint, isAgent } from './site-agents.ts';
import type { AgentRule } from './site-agents.ts';
import { queueReported, reconcileWaiting, waiterGone } from './site-queue.ts';
import type { QueueMemory } from './site-queue.ts';
import type { SiteChannel, SiteEvent } from './site-wire.ts';
import type { AriEndpoint } from './wire.ts';

interface KnownChannel {
  readonly name: string;
  linkedId: string;
  /** A leg that was only just made counts once it is known whose it is. */
  isTold: boolean;
}

export interface SiteMemory {
  readonly rule: AgentRule;
  readonly channels: Map<string, KnownChannel>;
  /** Devices of the agents that the last snapshot had. */
  readonly agents: Set<string>;
  readonly queues: QueueMemory;
}

export const newSiteMemory = (rule: AgentRule, queues: QueueMemory): SiteMemory => ({
  rule,
  channels: new Map(),
  agents: new Set(rule.agents),
  queues,
});

/** `malformed`: it was meant for us and cannot be understood. `askAgain`: it speaks of an agent whom we do not know. */
export type Meaning = readonly PbxEvent[] | 'malformed' | 'askAgain';

/** What an event means. Changes `memory`. */
export function translateSiteEvent(memory: SiteMemory, event: SiteEvent, atMs: number): Meaning {
  switch (event.type) {
    case 'ChannelCreated':
    case 'ChannelStateChange':
      return channelSeen(memory, event.channel);
    case 'Dial':
      return [...channelSeen(memory, event.peer), ...dialled(memory, event.caller?.id, event.peer.id)];
    case 'ChannelEnteredBridge':
      return [...channelSeen(memory, event.channel), ...bridged(memory, [...event.bridge.channels, event.channel.id])];
    case 'ChannelDestroyed': {
      const { id } = event.channel;
      const ended: PbxEvent[] = memory.channels.delete(id) ? [{ kind: 'channelEnded', channelId: id }] : [];
      return [...waiterGone(memory.queues, id, atMs), ...ended];
    }
    case 'DeviceStateChanged': {
      const { name: device, state } = event.device_state;
      return memory.agents.has(device) ? [{ kind: 'deviceChanged', device, state: stateOfName(state) }] : [];
    }
    case 'EndpointStateChange':
    case 'PeerStatusChange': {
      const device = deviceOfEndpoint(event.endpoint);
      return isAgent(memory.rule, device) && !memory.agents.has(device) ? 'askAgain' : [];
    }
    case 'ChannelUserevent':
      return userEvent(memory, event, atMs);
    case 'BridgeBlindTransfer':
      return event.result === 'Success' ? transferred(event.channel, 'blind', event.exten) : [];
    case 'BridgeAttendedTransfer':
      return event.result === 'Success'
        ? transferred(event.transferer_first_leg, 'attended', deviceOfChannel(event.transfer_target?.name ?? ''))
        : [];
    case 'ApplicationReplaced':
      return [];
  }
}

function transferred({ name }: SiteChannel, transfer: 'blind' | 'attended', to: string): readonly PbxEvent[] {
  return [{ kind: 'agentTransferred', device: deviceOfChannel(name), transfer, to }];
}

function userEvent(memory: SiteMemory, event: Extract<SiteEvent, { type: 'ChannelUserevent' }>, atMs: number): Meaning {
  const isOurs = (device: string): boolean => memory.agents.has(device) || isAgent(memory.rule, device);
  if (event.eventname === 'IPNTQueue') return queueReported(memory.queues, event, atMs, isOurs);
  if (event.eventname !== 'IPNTAgent') return [];
  const { agent = '', status = '', reason = '' } = event.userevent;
  const device = agent || deviceOfChannel(event.channel?.name ?? '');
  const declared = isOurs(device) ? declaredStatus(device, status, reason) : [];
  return declared.length === 0 ? 'malformed' : declared;
}

/** A channel that rings a phone begins `Down`; whose leg it is, its Dial event tells right after. */
function channelSeen(memory: SiteMemory, { id, name, state }: SiteChannel): readonly PbxEvent[] {
  const known = memory.channels.get(id);
  if (known?.isTold || !isCallChannel(name)) return [];
  const channel = known ?? { name, linkedId: halfOf(memory, name)?.linkedId ?? id, isTold: false };
  channel.isTold = state !== 'Down';
  memory.channels.set(id, channel);
  return channel.isTold ? [told(id, channel)] : [];
}

const told = (channelId: string, { name, linkedId }: KnownChannel): PbxEvent => ({
  ...{ kind: 'channelStarted', channelId, linkedId, device: deviceOfChannel(name) },
});

/** The other half of a Local channel, `Local/1001@ctx-0000002a;1` and `;2`. */
function halfOf(memory: SiteMemory, name: string): KnownChannel | undefined {
  const half = /^Local\/.*;[12]$/.exec(name)?.[0];
  if (half === undefined) return undefined;
  const other = half.slice(0, -1) + (half.endsWith('1') ? '2' : '1');
  for (const channel of memory.channels.values()) if (channel.name === other) return channel;
  return undefined;
}

/** A leg that has met nobody yet is its caller's. */
function dialled(memory: SiteMemory, callerId: string | undefined, peerId: string): readonly PbxEvent[] {
  const caller = memory.channels.get(callerId ?? '');
  const peer = memory.channels.get(peerId);
  if (caller === undefined || peer === undefined || (peer.isTold && peer.linkedId !== peerId)) return [];
  const half = halfOf(memory, peer.name);
  return [...memory.channels]
    .filter(([, channel]) => channel === peer || channel === half)
    .flatMap(([id, channel]) => linked(id, channel, caller.linkedId));
}

function bridged(memory: SiteMemory, ids: readonly string[]): readonly PbxEvent[] {
  const together = [...new Set(ids)].flatMap((id) => {
    const channel = memory.channels.get(id);
    return channel === undefined ? [] : [{ id, channel }];
  });
  const [first = '', ...others] = together.map(({ channel }) => channel.linkedId);
  const oldest = others.reduce((a, b) => (isOlder(b, a) ? b : a), first);
  return together.flatMap(({ id, channel }) => linked(id, channel, oldest));
}

function linked(id: string, channel: KnownChannel, linkedId: string): readonly PbxEvent[] {
  if (channel.isTold && channel.linkedId === linkedId) return [];
  Object.assign(channel, { linkedId, isTold: true });
  return [told(id, channel)];
}

/** Ids end in their time and a counter, `berlin-1763829402.12` (channel_internal_api.c, oldest_linkedid, Asterisk 22). */
function isOlder(a: string, b: string): boolean {
  const [timeA = Infinity, countA = 0] = numbersOf(a);
  const [timeB = Infinity, countB = 0] = numbersOf(b);
  return timeA !== timeB ? timeA < timeB : countA < countB;
}

const numbersOf = (id: string): number[] =>
  /(\d+)\.(\d+)$/
    .exec(id)
    ?.slice(1)
    .map((digits) => Number(digits)) ?? [];

/** The answers that make a snapshot. */
export interface SiteAnswers {
  readonly endpoints: readonly AriEndpoint[];
  readonly channels: readonly SiteChannel[];
  readonly bridges: readonly { readonly channels: readonly string[] }[];
  /** Device to the name of its state. */
  readonly devices: ReadonlyMap<string, string>;
  /** Channel to its linked id; null for a channel that was gone when it was asked. */
  readonly linked: ReadonlyMap<string, string | null>;
  /** Device to the name that its configuration gives it. */
  readonly titles: ReadonlyMap<string, string>;
}

/** Devices whose state a snapshot asks for: those of the settings may be no endpoints. */
export const devicesToAsk = (rule: AgentRule, endpoints: readonly AriEndpoint[]): string[] => [
  ...new Set([...rule.agents, ...endpoints.map(deviceOfEndpoint).filter((device) => isAgent(rule, device))]),
];

/** The snapshot, and the memory with which events go on from it: `memory` itself, changed. */
export function siteSnapshot(memory: SiteMemory, answers: SiteAnswers, atMs: number): Snapshot {
  const { endpoints, channels, bridges, devices, linked: links, titles } = answers;
  const stateOf = (device: string) => stateOfName(devices.get(device) ?? '');
  const names = devicesToAsk(memory.rule, endpoints);
  const here = new Set(endpoints.map(deviceOfEndpoint));
  memory.agents.clear();
  for (const device of names) memory.agents.add(device);
  memory.channels.clear();
  for (const { id, name } of channels) {
    const linkedId = links.get(id);
    if (linkedId === null || !isCallChannel(name)) continue;
    memory.channels.set(id, { name, linkedId: linkedId || id, isTold: true });
  }
  const talking = new Set(bridges.flatMap((bridge) => bridge.channels));
  const waiting = reconcileWaiting(memory.queues, channels, (id) => talking.has(id), atMs);
  return {
    queues: [...memory.queues.names].map((name) => ({ name, serviceLevelMs: 0 })),
    memberships: [],
    agents: names.filter((device) => here.has(device)).map((device) => agentOf(device, stateOf(device), titles)),
    waiting,
    devices: names.map((device) => ({ device, state: stateOf(device) })),
    channels: [...memory.channels].map(([channelId, { name, linkedId }]) => ({
      ...{ channelId, linkedId, device: deviceOfChannel(name) },
    })),
  };
}

const agentOf = (device: string, state: AgentReport['state'], titles: SiteAnswers['titles']): AgentReport => ({
  device,
  title: titles.get(device) || (addressOf(device) ?? device),
  address: addressOf(device),
  // ARI keeps none: it is ours.
  status: null,
  ...{ reason: '', state, lastCallMs: null, loginMs: null, wrapUpMs: 0 },
});
