import type { TimedEvent } from '../common/timed-event.ts';
import type { Json } from './ari-client.ts';
import type { AgentRule } from './site-agents.ts';
import type { QueueMemory } from './site-queue.ts';
import { newSiteMemory, siteSnapshot, translateSiteEvent } from './site-translate.ts';
import type { SiteAnswers } from './site-translate.ts';
import { readDeviceState, readEndpoints, readSiteChannels, readSiteEvent } from './site-wire.ts';
import { readBridges, readValue } from './wire.ts';

/** What a snapshot asks ARI for. `of`: the device or the channel. */
export type Asked = 'endpoints' | 'channels' | 'bridges' | 'device' | 'linked' | 'title';

/** What one connection gives us, in its order: the input of the feed, and the lines of a transcript. */
export type SiteEntry =
  | { readonly frame: Json }
  /** A snapshot begins. */
  | { readonly asked: number }
  | { readonly answer: Asked; readonly of: string; readonly status: number; readonly body: unknown }
  /** All its answers have come. */
  | { readonly whole: number };

/** Looks on at one connection, for a transcript. */
export interface SiteTap {
  came(entry: SiteEntry, atMs: number): void;
  asked(what: string, atMs: number): void;
}

/** What came during a snapshot and is reported again after it; more than this, and the snapshot is given up. */
const MAX_HELD = 50_000;

export interface SiteFeedOptions {
  readonly rule: AgentRule;
  /** Outlives the connection. */
  readonly queues: QueueMemory;
  /** Something that we cannot understand though it was meant for us. */
  readonly odd: (what: string) => void;
}

export interface SiteFeed {
  entry(entry: SiteEntry, atMs: number): TimedEvent[];
  /** Devices of the agents as the last snapshot had them. */
  readonly agents: ReadonlySet<string>;
  /** Events in the middle of a snapshot were more than we keep: take another. */
  readonly overflowed: boolean;
  /** An endpoint was heard of that no snapshot had; asked once, it is forgotten. */
  takeWish(): boolean;
}

interface Held {
  readonly json: Json;
  readonly atMs: number;
}

/**
 * Puts one connection's entries in the order that the port promises: a snapshot, then what came while it was taken, then live
 * events. Before the first snapshot nothing goes out; during a later one (an audit) events go out at once and again after it,
 * which reducers allow. Shared by the live adapter and by replay.
 */
export function createSiteFeed({ rule, queues, odd }: SiteFeedOptions): SiteFeed {
  const memory = newSiteMemory(rule, queues);
  let [isLive, overflowed, isWished, isUnderWay] = [false, false, false, true];
  let held: Held[] = [];
  let during: TimedEvent[] = [];
  let answers = noAnswers();

  const meaningOf = ({ json, atMs }: Held): TimedEvent[] => {
    const event = readSiteEvent(json);
    if (event === undefined) return [];
    const meaning = event === 'malformed' ? event : translateSiteEvent(memory, event, atMs);
    if (meaning === 'malformed') odd(`an event ${String(json['type'])} without what it should have`);
    if (meaning === 'askAgain') isWished = true;
    return typeof meaning === 'string' ? [] : meaning.map((one) => ({ event: one, atMs }));
  };
  const frame = (json: Json, atMs: number): TimedEvent[] => {
    if (isUnderWay) {
      if (held.length < MAX_HELD) held.push({ json, atMs });
      else overflowed = true;
    }
    if (!isLive) return [];
    const events = meaningOf({ json, atMs });
    if (isUnderWay) during.push(...events);
    return events;
  };
  const whole = (atMs: number): TimedEvent[] => {
    if (overflowed) return [];
    const snapshot = siteSnapshot(memory, answers, atMs);
    const again = held.flatMap(meaningOf);
    const told = isLive ? during : again;
    [held, during, isLive, isUnderWay] = [[], [], true, false];
    return [
      { event: { kind: 'snapshotTaken', snapshot: { ...snapshot, during: told.map(({ event }) => event) } }, atMs },
      ...again,
    ];
  };
  return {
    entry(entry, atMs) {
      if ('frame' in entry) return frame(entry.frame, atMs);
      if ('whole' in entry) return whole(atMs);
      if ('answer' in entry) answers = withAnswer(answers, entry);
      else {
        [answers, overflowed, isUnderWay] = [noAnswers(), false, true];
        if (isLive) [held, during] = [[], []];
      }
      return [];
    },
    takeWish() {
      const was = isWished;
      isWished = false;
      return was;
    },
    agents: memory.agents,
    get overflowed() {
      return overflowed;
    },
  };
}

interface Answers extends SiteAnswers {
  readonly devices: Map<string, string>;
  readonly linked: Map<string, string | null>;
  readonly titles: Map<string, string>;
}

const noAnswers = (): Answers => ({
  ...{ endpoints: [], channels: [], bridges: [] },
  ...{ devices: new Map(), linked: new Map(), titles: new Map() },
});

/** The lists are replaced, what is asked for one by one is added in place: there can be thousands of them. */
function withAnswer(answers: Answers, { answer, of, status, body }: Extract<SiteEntry, { answer: Asked }>): Answers {
  switch (answer) {
    case 'endpoints':
      return { ...answers, endpoints: readEndpoints(body) };
    case 'channels':
      return { ...answers, channels: readSiteChannels(body) };
    case 'bridges':
      return { ...answers, bridges: readBridges(body) };
    case 'device':
      answers.devices.set(of, readDeviceState(body));
      return answers;
    case 'linked':
      // 404: it ended since the list was made.
      answers.linked.set(of, status === 404 ? null : readValue(body));
      return answers;
    case 'title':
      answers.titles.set(of, readValue(body));
      return answers;
  }
}
