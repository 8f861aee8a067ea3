import type { TimedEvent } from '../common/timed-event.ts';
import { translateEvent, translateSnapshot } from './translate.ts';
import type { SnapshotLists, TranslateOptions } from './translate.ts';
import type { AmiMessage } from './wire.ts';

export type { TimedEvent } from '../common/timed-event.ts';

/** The lists of a snapshot, by the action that gives each and the events that it is made of (Asterisk 22, "AMI Actions"). */
export const SNAPSHOT_ACTIONS = {
  queues: { action: 'QueueStatus', events: ['QueueParams', 'QueueMember', 'QueueEntry', 'QueueStatusComplete'] },
  channels: { action: 'CoreShowChannels', events: ['CoreShowChannel', 'CoreShowChannelsComplete'] },
  devices: { action: 'DeviceStateList', events: ['DeviceStateChange', 'DeviceStateListComplete'] },
} as const satisfies Record<keyof SnapshotLists, { action: string; events: readonly string[] }>;

export type SnapshotPart = keyof typeof SNAPSHOT_ACTIONS;
export const SNAPSHOT_PARTS: readonly SnapshotPart[] = ['queues', 'channels', 'devices'];

/** ActionIDs tell by themselves what they are part of, so that a transcript can be replayed without what was sent. */
export const snapshotActionId = (round: number, part: SnapshotPart): string => `ipnt.snapshot.${round}.${part}`;
const SNAPSHOT_ID = /^ipnt\.snapshot\.(\d+)\.(queues|channels|devices)$/;

/** What came during a snapshot and is reported again after it; more than this, and the snapshot is given up. */
const MAX_HELD = 50_000;

export interface Feed {
  /** A snapshot has been asked for. Known by itself from the first answer as well (replay). */
  snapshotAsked(round: number): void;
  /** The messages of one connection in order, to domain events in order. */
  message(message: AmiMessage, atMs: number): TimedEvent[];
  /** The PBX has no such list (a module is not loaded): it counts as empty. */
  partMissing(round: number, part: SnapshotPart, atMs: number): TimedEvent[];
  /** Whether a whole snapshot has been seen on this connection. */
  readonly isLive: boolean;
  /** Events in the middle of a snapshot were more than we keep: take another. */
  readonly overflowed: boolean;
}

interface Round {
  readonly round: number;
  readonly lists: Record<SnapshotPart, AmiMessage[]>;
  readonly done: Set<SnapshotPart>;
}

/**
 * Puts one connection's messages in the order that the port promises: a snapshot, then what came while it was taken, then live
 * events. Before the first snapshot nothing goes out; during a later one (an audit) events go out at once and again after it,
 * which reducers allow. Shared by the live adapter and by replay.
 */
export function createFeed(options: TranslateOptions): Feed {
  let isLive = false;
  let overflowed = false;
  let held: TimedEvent[] = [];
  let current: Round | null = null;
  const begin = (round: number): Round => {
    if (isLive) held = [];
    overflowed = false;
    const lists = { queues: [], channels: [], devices: [] };
    return (current = { round, lists, done: new Set() });
  };
  const listed = (message: AmiMessage, round: number, part: SnapshotPart, atMs: number): TimedEvent[] => {
    const into = current?.round === round ? current : round > (current?.round ?? 0) ? begin(round) : null;
    if (into === null || into.done.has(part)) return [];
    if (message['eventlist'] !== 'Complete') {
      into.lists[part].push(message);
      return [];
    }
    return finished(into, part, atMs);
  };
  const finished = (into: Round, part: SnapshotPart, atMs: number): TimedEvent[] => {
    into.done.add(part);
    if (isUnderWay(into) || overflowed) return [];
    const snapshot = { ...translateSnapshot(into.lists, atMs, options), during: held.map(({ event }) => event) };
    const out: TimedEvent[] = [{ event: { kind: 'snapshotTaken', snapshot }, atMs }, ...held];
    [held, isLive] = [[], true];
    return out;
  };
  return {
    snapshotAsked: (round) => void begin(round),
    partMissing: (round, part, atMs) => (current?.round === round ? finished(current, part, atMs) : []),
    message(message, atMs) {
      const id = SNAPSHOT_ID.exec(message['actionid'] ?? '');
      const part = id?.[2] as SnapshotPart | undefined;
      if (part !== undefined && isOfList(message, part)) return listed(message, Number(id?.[1]), part, atMs);
      const events = translateEvent(message, options).map((event) => ({ event, atMs }));
      if (!isLive || isUnderWay(current)) {
        if (held.length < MAX_HELD) held.push(...events);
        else overflowed = true;
      }
      return isLive ? events : [];
    },
    get isLive() {
      return isLive;
    },
    get overflowed() {
      return overflowed;
    },
  };
}

const isUnderWay = (round: Round | null): boolean => round !== null && round.done.size < SNAPSHOT_PARTS.length;

/** A UserEvent may carry any header, our ActionIDs too: only the list's own events count. */
const isOfList = (message: AmiMessage, part: SnapshotPart): boolean =>
  (SNAPSHOT_ACTIONS[part].events as readonly string[]).includes(message['event'] ?? '');
