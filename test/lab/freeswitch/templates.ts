/** Events of a real FreeSWITCH, from its transcripts, told again of other agents, queues and channels. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { framesIn } from './esl.ts';
import type { EslEvent } from './server-client.ts';

const FOLDER = fileURLToPath(new URL('../../replay/transcripts/freeswitch', import.meta.url));

/** The bytes that the server sent. */
export const transcript = (name: string): Buffer => readFileSync(`${FOLDER}/${name}.esl`);

/** What the client sent and when: ms since it connected, and how much of the server's bytes had come before. */
export function clientOf(name: string): { readonly atMs: number; readonly before: number; readonly command: string }[] {
  const line = /^\S+ \+([\d.]+)ms @(\d+) > (".*")$/gm;
  return [...readFileSync(`${FOLDER}/${name}.client`, 'utf8').matchAll(line)].map(([, atMs, before, command]) => ({
    ...{ atMs: Number(atMs), before: Number(before), command: JSON.parse(command ?? '""') as string },
  }));
}

const known = new Map<string, readonly string[]>();

/** The JSON of each event, as it was sent. */
export function eventsOf(name: string): readonly string[] {
  const events =
    known.get(name) ??
    framesIn(transcript(name))
      .frames.filter(({ headers }) => headers['Content-Type'] === 'text/event-json')
      .map(({ body }) => body);
  known.set(name, events);
  return events;
}

/** Of a transcript, events `from` to before `to`, counted over all of its events. */
export const scene = (name: string, from: number, to: number): readonly string[] => eventsOf(name).slice(from, to);

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/**
 * Tells it now: its times are moved by the same amount, so that what was 3 s ago then is 3 s ago now; and every word of `words` is
 * replaced, where it stands alone.
 */
export function retold(body: string, words: Readonly<Record<string, string>>, sequence: number): EslEvent {
  const toldUs = Number(/"Event-Date-Timestamp":"(\d+)"/.exec(body)?.[1] ?? 0);
  const shiftUs = Date.now() * 1_000 - toldUs;
  const moved = body.replace(/\b(1795\d{6})(\d{6})?\b/g, (_all, seconds: string, micros?: string) =>
    micros === undefined
      ? String(Number(seconds) + Math.round(shiftUs / 1e6))
      : String(Number(seconds + micros) + shiftUs),
  );
  const pattern = Object.keys(words).map((word) => `(?<![0-9A-Za-z])${escaped(word)}(?![0-9A-Za-z])`);
  const named = moved.replace(new RegExp(pattern.join('|') || '(?!)', 'g'), (word) => words[word] ?? word);
  return { ...(JSON.parse(named) as Record<string, string>), 'Event-Sequence': String(sequence) };
}
