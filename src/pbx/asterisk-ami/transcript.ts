import { piecesOf } from '../../runtime/transcript.ts';
import type { Transcript } from '../../runtime/transcript.ts';
import { createFeed } from './feed.ts';
import type { TimedEvent } from './feed.ts';
import type { TranslateOptions } from './translate.ts';
import { createParser } from './wire.ts';

/** `chunk`: how many bytes are given to the parser at once; it must make no difference. */
export function eventsOf(
  transcript: Transcript,
  options: TranslateOptions & { readonly chunk?: number },
): TimedEvent[] {
  const parser = createParser();
  const feed = createFeed(options);
  const out: TimedEvent[] = [];
  for (const { piece, atMs } of piecesOf(transcript, options.chunk))
    for (const message of parser.push(piece)) out.push(...feed.message(message, atMs));
  return out;
}
