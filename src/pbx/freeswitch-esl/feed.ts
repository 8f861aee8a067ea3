import type { TimedEvent } from '../common/timed-event.ts';
import { Tracker } from './tracker.ts';
import type { Lists, TrackerOptions } from './tracker.ts';
import { rowsOfJson, rowsOfTable } from './wire.ts';
import type { EslEvent, Row } from './wire.ts';

/** What a snapshot asks, in this order: channels after callers, so that no row of a caller who is gone counts. */
export const SNAPSHOT_COMMANDS = {
  agents: 'callcenter_config agent list',
  tiers: 'callcenter_config tier list',
  queues: 'callcenter_config queue list',
  registrations: 'show registrations as json',
  channels: 'show channels as json',
} as const;
export const membersCommand = (queue: string): string => `callcenter_config queue list members ${queue}`;

type Part = keyof typeof SNAPSHOT_COMMANDS;
const PARTS = Object.entries(SNAPSHOT_COMMANDS) as readonly (readonly [Part, string])[];
const MEMBERS = /^callcenter_config queue list members (.+)$/;

/** What came during a snapshot and is told again after it; more than this, and the snapshot is given up. */
const MAX_HELD = 20_000;

export interface Feed {
  /** A snapshot begins: it was asked for. */
  begin(): void;
  /** What the PBX answered to an `api` command; others than a snapshot's tell nothing. */
  answer(command: string, body: string, atMs: number): TimedEvent[];
  event(event: EslEvent, atMs: number): TimedEvent[];
  /** A transcript ends: a snapshot that was never whole counts as far as it came. */
  finish(): TimedEvent[];
  /** Queues as the PBX names them, of the list last seen. */
  readonly queues: readonly string[];
  /** Whether mod_callcenter keeps the agent's status. */
  isKnown(agent: string): boolean;
  /** Whether a whole snapshot has been seen on this connection. */
  readonly isLive: boolean;
  readonly overflowed: boolean;
  takeWish(): string | null;
}

interface Round {
  /** When its newest answer came. */
  lastMs: number;
  readonly parts: Map<Part, readonly Row[] | null>;
  /** Callers by queue. */
  readonly members: Map<string, readonly Row[]>;
}

/**
 * Puts one connection's answers and events in the order that the port promises: a snapshot, then what came while it was taken, then
 * live events. Before the first snapshot nothing goes out (`isLive`: in a transcript that has none, everything does); during a later
 * one (an audit) events go out at once and again after it, which reducers allow. Shared by the live adapter and by replay.
 */
export function createFeed(options: TrackerOptions & { readonly isLive?: boolean } = {}): Feed {
  const tracker = new Tracker(options);
  let isLive = options.isLive ?? false;
  let overflowed = false;
  let held: { readonly event: EslEvent; readonly atMs: number }[] = [];
  let round: Round | null = null;
  let queues: readonly string[] = [];

  const fold = (event: EslEvent, atMs: number): TimedEvent[] =>
    tracker.event(event, atMs).map((told) => ({ event: told, atMs }));
  const begin = (): Round => {
    if (isLive) held = [];
    overflowed = false;
    return (round = { lastMs: 0, parts: new Map(), members: new Map() });
  };
  const isWhole = ({ parts, members }: Round): boolean =>
    PARTS.every(([part]) => parts.has(part)) && queues.every((queue) => members.has(queue));
  const take = (of: Round, atMs: number): TimedEvent[] => {
    const list = (part: Part) => of.parts.get(part) ?? null;
    const lists: Lists = {
      ...{ agents: list('agents'), tiers: list('tiers'), queues: list('queues'), channels: list('channels') },
      ...{ registrations: list('registrations'), members: [...of.members.values()].flat() },
    };
    const snapshot = tracker.snapshot(lists);
    const after = held.flatMap(({ event, atMs }) => fold(event, atMs));
    [held, isLive, round] = [[], true, null];
    return [
      { event: { kind: 'snapshotTaken', snapshot: { ...snapshot, during: after.map(({ event }) => event) } }, atMs },
      ...after,
    ];
  };
  const note = (into: Round, command: string, body: string): boolean => {
    const caller = MEMBERS.exec(command)?.[1];
    if (caller !== undefined) return Boolean(into.members.set(caller, rowsOfTable(body)));
    const part = PARTS.find(([, asked]) => asked === command)?.[0];
    if (part === undefined) return false;
    const rows = command.endsWith('as json') ? rowsOfJson(body) : body.startsWith('-ERR') ? null : rowsOfTable(body);
    into.parts.set(part, rows);
    if (part === 'queues') queues = (rows ?? []).map((row) => row['name'] ?? '').filter((name) => name !== '');
    return true;
  };
  return {
    begin: () => void begin(),
    answer(command, body, atMs) {
      const into = round ?? (command === SNAPSHOT_COMMANDS.agents ? begin() : null);
      if (into === null || overflowed || !note(into, command, body)) return [];
      into.lastMs = atMs;
      return isWhole(into) ? take(into, atMs) : [];
    },
    event(event, atMs) {
      if (!isLive || round !== null) {
        if (held.length < MAX_HELD) held.push({ event, atMs });
        else overflowed = true;
      }
      return isLive ? fold(event, atMs) : [];
    },
    finish: () => (round === null || !round.parts.has('agents') ? [] : take(round, round.lastMs)),
    get queues() {
      return queues;
    },
    isKnown: (agent) => tracker.isKnown(agent),
    get isLive() {
      return isLive;
    },
    get overflowed() {
      return overflowed;
    },
    takeWish: () => tracker.takeWish(),
  };
}
