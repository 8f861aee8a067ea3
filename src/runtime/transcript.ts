import { existsSync } from 'node:fs';
import { join } from 'node:path';
/**
 * A transcript of one connection to a PBX: `NAME.ami` or `NAME.esl` holds the bytes that it sent, `NAME.client` one line for whatever
 * happened: ISO time, ms since connect, `@N` = bytes received so far, then `> "what we sent"` (JSON), `<` (bytes came) or `# note`.
 */
export interface Transcript {
  readonly bytes: Uint8Array;
  readonly client: string;
}

/** What the recorder notes of the settings, so that a transcript replays alike on another machine. */
export interface TranscriptSettings {
  readonly siteId: string;
  readonly agents: readonly string[];
  readonly windowMs: number;
  /** Of an AMI site: wrap-up by queue, ms. */
  readonly wrapUpMs?: Readonly<Record<string, number>>;
}

/** The first name of `<site>-<number>` that the folder has no transcript of, and that is not `taken`: what is there is never written over. */
export function freeName(dir: string, siteId: string, extension: string, taken: readonly string[]): string {
  for (let number = 1; ; number += 1) {
    const name = join(dir, `${siteId}-${number}`);
    if (!taken.includes(`${name}.${extension}`) && !existsSync(`${name}.${extension}`)) return name;
  }
}

/** Others write the time since connect as `+12.3ms`. */
const LINE = /^(\S+Z) \+?[\d.]+(?:ms)? @(\d+) (.*)$/;
const SETTINGS = '# settings ';

export const clientLine = (atMs: number, sinceMs: number, received: number, what: string): string =>
  `${new Date(atMs).toISOString()} ${Math.round(sinceMs)} @${received} ${what}\n`;

export const settingsLine = (settings: TranscriptSettings): string => SETTINGS + JSON.stringify(settings);

/** One line of a `.client` file: bytes up to `received` had come by `atMs`. */
export interface Mark {
  readonly atMs: number;
  readonly received: number;
  readonly what: string;
}

export function marksOf({ client }: Transcript): Mark[] {
  return client.split('\n').flatMap((line) => {
    const parts = LINE.exec(line);
    if (parts === null) return [];
    return [{ atMs: Date.parse(parts[1] ?? ''), received: Number(parts[2]), what: parts[3] ?? '' }];
  });
}

/** Settings that the transcript was recorded with; null where it does not say. */
export function settingsOf(transcript: Transcript): TranscriptSettings | null {
  const note = marksOf(transcript).find(({ what }) => what.startsWith(SETTINGS))?.what;
  return note === undefined ? null : (JSON.parse(note.slice(SETTINGS.length)) as TranscriptSettings);
}

/** When its connection ended, epoch ms; 0 where there are no times. */
export const endOf = (transcript: Transcript): number => marksOf(transcript).at(-1)?.atMs ?? 0;

/** What was sent, in order. */
export const sentIn = (transcript: Transcript): string[] =>
  marksOf(transcript).flatMap(({ what }) => {
    if (!what.startsWith('> ')) return [];
    try {
      return [String(JSON.parse(what.slice(2)))];
    } catch {
      return [];
    }
  });

export interface Piece {
  readonly piece: Uint8Array;
  /** By when it had come, and when something last happened before it. */
  readonly atMs: number;
  readonly afterMs: number;
}

/**
 * The bytes in pieces of `chunk`, each with the time at which it had come. A piece never crosses a mark: which time a message has must
 * not depend on the chunk's size.
 */
export function* piecesOf(transcript: Transcript, chunk?: number): Generator<Piece> {
  const { bytes } = transcript;
  const marks = marksOf(transcript);
  let [from, afterMs] = [0, 0];
  for (const { atMs, received } of [...marks, { atMs: marks.at(-1)?.atMs ?? 0, received: bytes.length }]) {
    const until = Math.max(from, Math.min(received, bytes.length));
    const size = chunk ?? (until - from || 1);
    for (let at = from; at < until; at += size)
      yield { piece: bytes.subarray(at, Math.min(until, at + size)), atMs, afterMs };
    [from, afterMs] = [until, atMs];
  }
}
