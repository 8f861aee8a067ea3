import { createFeed } from './feed.ts';
import type { TimedEvent } from './feed.ts';
import type { TranslateOptions } from './translate.ts';
import { createParser } from './wire.ts';

/**
 * A transcript of one connection: `NAME.ami` holds the bytes that the PBX sent, `NAME.client` one line for whatever happened:
 * ISO time, ms since connect, `@N` = bytes received so far, then `> "what we sent"` (JSON), `<` (bytes came) or `# note`.
 */
export interface Transcript {
  readonly bytes: Uint8Array;
  readonly client: string;
}

/** What the recorder notes of the settings, so that a transcript replays alike on another machine. */
export interface TranscriptSettings extends TranslateOptions {
  readonly siteId: string;
  readonly agents: readonly string[];
  readonly windowMs: number;
}

const LINE = /^(\S+Z) (\d+) @(\d+) (.*)$/;
const SETTINGS = '# settings ';

export const clientLine = (atMs: number, sinceMs: number, received: number, what: string): string =>
  `${new Date(atMs).toISOString()} ${Math.round(sinceMs)} @${received} ${what}\n`;

export const settingsLine = (settings: TranscriptSettings): string => SETTINGS + JSON.stringify(settings);

/** Settings that the transcript was recorded with; null where it does not say. */
export function settingsOf({ client }: Transcript): TranscriptSettings | null {
  for (const line of client.split('\n')) {
    const note = LINE.exec(line)?.[4] ?? '';
    if (note.startsWith(SETTINGS)) return JSON.parse(note.slice(SETTINGS.length)) as TranscriptSettings;
  }
  return null;
}

/** `chunk`: how many bytes are given to the parser at once; it must make no difference. */
export function eventsOf(
  transcript: Transcript,
  options: TranslateOptions & { readonly chunk?: number },
): TimedEvent[] {
  const { bytes } = transcript;
  const parser = createParser();
  const feed = createFeed(options);
  const out: TimedEvent[] = [];
  let from = 0;
  let atMs = 0;
  const read = (until: number) => {
    const chunk = options.chunk ?? (until - from || 1);
    for (; from < until; from += chunk) {
      // A chunk never crosses a mark: which time a message has must not depend on the chunk's size.
      const piece = bytes.subarray(from, Math.min(until, from + chunk));
      for (const message of parser.push(piece)) out.push(...feed.message(message, atMs));
    }
    from = until;
  };
  for (const mark of marksOf(transcript)) {
    atMs = mark.atMs;
    if (mark.received > from) read(Math.min(mark.received, bytes.length));
  }
  read(bytes.length);
  return out;
}

/** When its connection ended, epoch ms; 0 where there are no times. */
export const endOf = (transcript: Transcript): number => marksOf(transcript).at(-1)?.atMs ?? 0;

/** Bytes up to `received` had come by `atMs`. */
function marksOf({ client }: Transcript): { readonly atMs: number; readonly received: number }[] {
  return client.split('\n').flatMap((line) => {
    const parts = LINE.exec(line);
    return parts === null ? [] : [{ atMs: Date.parse(parts[1] ?? ''), received: Number(parts[3]) }];
  });
}
