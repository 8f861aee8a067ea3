import { setTimeout as wait } from 'node:timers/promises';
import type { Io } from './io.ts';

/** What a listing prints: text for people, or one JSON document a line when watched. */
export interface Listing {
  readonly text: string;
  readonly json: unknown;
}

export interface ListingOptions {
  readonly json?: boolean;
  readonly watch?: boolean;
}

const EVERY_MS = 1_000;
/** Home, then clear what is below each line as it is written: no flicker. */
const HOME = '\u001b[H';
const CLEAR_ALL = '\u001b[2J';
const CLEAR_LINE = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

/** Prints a listing once, or each second until the process is interrupted. */
export async function printListing(io: Io, options: ListingOptions, read: () => Promise<Listing>): Promise<void> {
  if (!options.watch) {
    const { text, json } = await read();
    io.out(options.json ? `${JSON.stringify(json, null, 2)}\n` : text);
    return;
  }
  const stop = new AbortController();
  const end = (): void => stop.abort();
  process.once('SIGINT', end).once('SIGTERM', end);
  try {
    if (io.isScreen && !options.json) io.out(CLEAR_ALL);
    while (!stop.signal.aborted) {
      const { text, json } = await read();
      if (options.json) io.out(`${JSON.stringify(json)}\n`);
      else io.out(io.isScreen ? `${HOME}${text.replaceAll('\n', `${CLEAR_LINE}\n`)}${CLEAR_BELOW}` : `${text}\n`);
      await wait(EVERY_MS, undefined, { signal: stop.signal }).catch(() => undefined);
    }
  } finally {
    process.off('SIGINT', end).off('SIGTERM', end);
  }
}
