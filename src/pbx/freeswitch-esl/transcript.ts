import { marksOf, piecesOf, sentIn, settingsOf } from '../../runtime/transcript.ts';
import type { Transcript } from '../../runtime/transcript.ts';
import { createFeed, membersCommand, SNAPSHOT_COMMANDS } from './feed.ts';
import type { TimedEvent } from '../common/timed-event.ts';
import { madeAtMs } from './fields.ts';
import type { TrackerOptions } from './tracker.ts';
import { createParser, eventOf, rowsOfJson, rowsOfTable } from './wire.ts';
import type { EslFrame } from './wire.ts';

/**
 * A transcript of a FreeSWITCH as domain events; `chunk`: how many bytes are given to the parser at once, it must make no difference.
 * It need not be of our recorder: one without a snapshot tells what its events tell, and one without a `.client` file has its lists
 * recognised by their form.
 */
export function eventsOf(transcript: Transcript, options: TrackerOptions & { readonly chunk?: number }): TimedEvent[] {
  const asked = sentIn(transcript)
    .map((command) => command.trim())
    .filter((command) => /^api \S/.test(command))
    .map((command) => command.slice('api '.length));
  const hasClient = marksOf(transcript).length > 0;
  const feed = createFeed({ ...options, isLive: !hasLists(transcript, asked) });
  // The recorder's times are those that the adapter saw. Elsewhere marks are far apart, and an event's own time is the better one.
  const isOurs = settingsOf(transcript) !== null;
  const parser = createParser();
  const longest = new Map<string, number>();
  const out: TimedEvent[] = [];
  let lastMs = 0;
  for (const { piece, atMs, afterMs } of piecesOf(transcript, options.chunk)) {
    for (const frame of parser.push(piece)) {
      const event = eventOf(frame);
      const ownMs = isOurs ? atMs : ((event && madeAtMs(event)) ?? afterMs);
      lastMs = Math.max(lastMs, hasClient ? Math.min(ownMs, atMs) : ownMs);
      if (event !== null) out.push(...feed.event(event, lastMs));
      else if (frame.contentType === 'api/response')
        out.push(
          ...feed.answer(hasClient ? (asked.shift() ?? '') : commandBy(frame.body, longest), frame.body, lastMs),
        );
      else if (frame.contentType.startsWith('text/event-'))
        options.odd?.('event that cannot be read', frame.contentType);
    }
  }
  return [...out, ...feed.finish()];
}

/** Whether it holds a list of agents at all. */
function hasLists(transcript: Transcript, asked: readonly string[]): boolean {
  if (marksOf(transcript).length > 0) return asked.includes(SNAPSHOT_COMMANDS.agents);
  return createParser()
    .push(transcript.bytes)
    .some(({ contentType, body }: EslFrame) => contentType === 'api/response' && body.startsWith('name|instance_id|'));
}

/** By the first line of an answer. `queue list agents` and `queue list tiers` look the same, and are shorter. */
const FORMS: readonly (readonly [RegExp, string])[] = [
  [/^name\|instance_id\|/, SNAPSHOT_COMMANDS.agents],
  [/^queue\|agent\|/, SNAPSHOT_COMMANDS.tiers],
  [/^name\|strategy\|/, SNAPSHOT_COMMANDS.queues],
];

/** What was asked, by what was answered. `longest` is kept from one answer to the next. */
function commandBy(body: string, longest: Map<string, number>): string {
  const command = FORMS.find(([form]) => form.test(body))?.[1];
  if (command !== undefined) {
    const count = rowsOfTable(body).length;
    if (count < (longest.get(command) ?? 0)) return '';
    longest.set(command, count);
    return command;
  }
  if (body.startsWith('queue|instance_id|')) return membersCommand(rowsOfTable(body)[0]?.['queue'] ?? '');
  const [first] = rowsOfJson(body) ?? [];
  if (first?.['reg_user'] !== undefined) return SNAPSHOT_COMMANDS.registrations;
  return first !== undefined && first['b_uuid'] === undefined ? SNAPSHOT_COMMANDS.channels : '';
}
