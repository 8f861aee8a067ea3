/**
 * A transcript of one connection over ARI: `NAME.ari` holds what came, a JSON object a line with its time (`atMs`): an event of the
 * websocket (`frame`), the beginning (`asked`), the answers (`answer`) and the end (`whole`) of a snapshot. `NAME.client` holds
 * the settings and what was asked. Numbers are masked; the password is in neither.
 */
import { createWriteStream, mkdirSync } from 'node:fs';
import type { WriteStream } from 'node:fs';
import type { Clock } from '../../ports/clock.ts';
import { freeName } from '../../runtime/transcript.ts';
import { createNumberMasker } from '../common/masking.ts';
import type { TimedEvent } from '../common/timed-event.ts';
import { parseJson } from './rest.ts';
import type { AgentRule } from './site-agents.ts';
import { createSiteFeed } from './site-feed.ts';
import type { SiteEntry, SiteTap } from './site-feed.ts';
import { newQueueMemory } from './site-queue.ts';
import type { QueueMemory } from './site-queue.ts';

export interface AriTranscript {
  /** Text of `NAME.ari` and `NAME.client`. */
  readonly entries: string;
  readonly client: string;
}

/** What the recorder notes of the settings, so that a transcript replays alike on another machine. */
export interface AriTranscriptSettings extends AgentRule {
  readonly siteId: string;
  readonly windowMs: number;
}

type Line = SiteEntry & { readonly atMs: number };

/** Lines in their order. One that is cut off or no entry is passed over. */
function linesOf(text: string): Line[] {
  return text.split('\n').flatMap((line) => {
    const json = parseJson(line) as Line | null | undefined;
    return typeof json === 'object' && json !== null && typeof json.atMs === 'number' ? [json] : [];
  });
}

/** Settings that the transcript was recorded with; null where it does not say. */
export function settingsOf({ client }: AriTranscript): AriTranscriptSettings | null {
  for (const line of client.split('\n')) {
    const settings = (parseJson(line) as { settings?: AriTranscriptSettings } | null | undefined)?.settings;
    if (settings !== undefined) return settings;
  }
  return null;
}

/** Of successive connections of one site, `queues` is handed from one to the next: reports are not repeated. */
export function eventsOf(
  transcript: AriTranscript,
  rule: AgentRule,
  queues: QueueMemory = newQueueMemory(),
): TimedEvent[] {
  const feed = createSiteFeed({ rule, queues, odd: () => undefined });
  return linesOf(transcript.entries).flatMap(({ atMs, ...entry }) => feed.entry(entry, atMs));
}

/** When its last entry came, epoch ms; 0 where there are none. */
export const endOf = ({ entries }: AriTranscript): number => linesOf(entries).at(-1)?.atMs ?? 0;

export interface AriRecorderOptions {
  readonly dir: string;
  readonly settings: AriTranscriptSettings;
  readonly clock: Clock;
}

/** Writes transcripts, one a connection from which anything came. */
export class AriRecorder {
  readonly #options: AriRecorderOptions;
  readonly #streams: WriteStream[] = [];
  readonly #mask = createNumberMasker();
  /** Names of the `.ari` files. */
  readonly files: string[] = [];

  constructor(options: AriRecorderOptions) {
    this.#options = options;
    mkdirSync(options.dir, { recursive: true });
  }

  /** For one connection. Its files are made with its first entry. */
  newTap(): SiteTap {
    let streams: { readonly entries: WriteStream; readonly client: WriteStream } | undefined;
    const open = () => (streams ??= this.#open());
    const line = (what: object, atMs: number) => `${JSON.stringify(this.#masked({ atMs, ...what }))}\n`;
    return {
      came: (entry, atMs) => void open().entries.write(line(entry, atMs)),
      asked: (asked, atMs) => void open().client.write(line({ asked }, atMs)),
    };
  }

  /** Resolves when all is on disk. */
  async close(): Promise<void> {
    await Promise.all(this.#streams.map((stream) => new Promise<void>((resolve) => stream.end(resolve))));
  }

  #open(): { readonly entries: WriteStream; readonly client: WriteStream } {
    const { dir, settings, clock } = this.#options;
    const name = freeName(dir, settings.siteId, 'ari', this.files);
    this.files.push(`${name}.ari`);
    const [entries, client] = [createWriteStream(`${name}.ari`), createWriteStream(`${name}.client`)];
    this.#streams.push(entries, client);
    client.write(`${JSON.stringify({ atMs: clock.nowMs(), settings: this.#masked(settings) })}\n`);
    return { entries, client };
  }

  #masked(value: unknown): unknown {
    if (typeof value === 'string') return this.#mask(value);
    if (Array.isArray(value)) return value.map((item) => this.#masked(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, this.#masked(inner)]));
  }
}
