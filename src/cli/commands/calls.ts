import type { RoutingStore } from '../../ports/provisioning.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf, WATCH_OPTION } from '../command.ts';
import { limitOf } from '../limit.ts';
import { withStore } from '../open.ts';
import { moment, shortSpan } from '../../core/explain/text.ts';
import { table } from '../table.ts';
import { printListing } from '../watch.ts';
import type { ListingOptions } from '../watch.ts';

/** Why the listing is empty. */
async function nothing(store: RoutingStore, { service, live }: { service?: string; live?: boolean }): Promise<string> {
  const said = live ? 'no call is in progress' : 'no call has been recorded yet';
  if (service === undefined) return said;
  const names = (await store.loadRouting()).services.map(({ name }) => name);
  if (names.includes(service)) return `${said} of service "${service}"`;
  return `${said} of "${service}", and no service has this name (there are: ${names.join(', ') || 'none'})`;
}

/** `ipnt calls`: the latest calls, the newest first. */
export const addCalls: AddCommand = (program, io) => {
  program
    .command('calls')
    .description('the latest calls: who asked for what, who took it, how it ended')
    .option('--limit <number>', 'how many', limitOf, 20)
    .option('--service <service>', 'of one service only')
    .option('--live', 'only those in progress')
    .option(...JSON_OPTION)
    .option(...WATCH_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<ListingOptions & { limit: number; service?: string; live?: boolean }>(command);
      const filter = {
        limit: options.limit,
        ...(options.service === undefined ? {} : { service: options.service }),
        ...(options.live ? { live: true } : {}),
      };
      await withStore(options, io, (store) =>
        printListing(io, options, async () => {
          const calls = await store.calls(filter);
          const text = table(
            calls,
            [
              { title: 'CALL', of: (call) => call.callId },
              { title: 'ARRIVED (UTC)', of: (call) => moment(call.arrivedAtMs) },
              { title: 'SERVICE', of: (call) => call.service },
              { title: 'FROM', of: (call) => call.ani },
              { title: 'DIALLED', of: (call) => call.dnis },
              { title: 'AGENT', of: (call) => call.agentId },
              { title: 'WAIT', of: (call) => shortSpan(call.waitMs), right: true },
              { title: 'TALK', of: (call) => shortSpan(call.talkMs), right: true },
              { title: 'OFFERS', of: (call) => call.offers, right: true },
              { title: 'OUTCOME', of: (call) => call.outcome ?? 'in progress' },
            ],
            calls.length > 0 ? '' : await nothing(store, options),
          );
          return { text, json: calls };
        }),
      );
    });
};
