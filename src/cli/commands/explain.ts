import { IpntError } from '../../core/errors.ts';
import type { CallEvent } from '../../core/model/call.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { explainCall, explainEvents } from '../../core/explain/call.ts';
import { readTitles } from '../../apps/common/titles.ts';
import { withStore } from '../open.ts';

/** `ipnt explain CALL...`: what became of each call and why, for people. */
export const addExplain: AddCommand = (program, io) => {
  program
    .command('explain')
    .description('tell the story of a call: who was chosen and why, who was not and why not, and the end')
    .argument('<call...>', "the call's id, or a part of its beginning or end that no other has (`ipnt calls`)")
    .option(...JSON_OPTION)
    .action(async (callIds: readonly string[], _options, command) => {
      const options = optionsOf<{ json?: boolean }>(command);
      await withStore(options, io, async (store) => {
        const calls = await Promise.all(callIds.map((callId) => eventsOf(store, callId)));
        const titles = await readTitles(store);
        if (options.json) {
          const explained = calls.flatMap((events) => explainEvents(events, titles));
          return io.out(`${JSON.stringify(explained, null, 2)}\n`);
        }
        io.out(calls.map((events) => explainCall(events, titles)).join('\n'));
      });
    });
};

async function eventsOf(store: QueryStore, callId: string): Promise<readonly CallEvent[]> {
  const events = await store.callEvents(callId);
  if (events.length > 0) return events;
  throw new IpntError('CALL_UNKNOWN', await whyNone(store, callId));
}

const LATEST = 10_000;
const MOST_SHOWN = 5;

/** Whether there is no such call, or more than one: the store looks for one only. */
export async function whyNone(store: QueryStore, written: string): Promise<string> {
  const latest = (await store.calls({ limit: LATEST })).map((call) => call.callId);
  const beginning = latest.filter((callId) => callId.startsWith(written));
  const found = beginning.length > 0 ? beginning : latest.filter((callId) => callId.endsWith(written));
  if (written !== '' && found.length > 1) {
    const more = found.length > MOST_SHOWN ? `, and ${found.length - MOST_SHOWN} more` : '';
    const how = beginning.length > 0 ? 'begin' : 'end';
    return `${found.length} calls ${how} with "${written}": ${found.slice(0, MOST_SHOWN).join(', ')}${more}`;
  }
  const where = latest.length < LATEST ? '' : `, among the latest ${LATEST}`;
  return `no call is "${written}", or begins or ends so${where}`;
}
