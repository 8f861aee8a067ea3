import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf, WATCH_OPTION } from '../command.ts';
import { withStore } from '../open.ts';
import { percent, shortSpan } from '../../core/explain/text.ts';
import { table } from '../table.ts';
import { printListing } from '../watch.ts';
import type { ListingOptions } from '../watch.ts';

/** `ipnt queues`: the sites' own waiting lines, and their figures over the rolling window. */
export const addQueues: AddCommand = (program, io) => {
  program
    .command('queues')
    .description("the sites' own queues: who waits, who serves, figures of the rolling window")
    .option('--site <site>', 'of one site only')
    .option(...JSON_OPTION)
    .option(...WATCH_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<ListingOptions & { site?: string }>(command);
      await withStore(options, io, (store) =>
        printListing(io, options, async () => {
          const [{ dbNowMs }, queues] = await Promise.all([store.sites(), store.queues(options.site)]);
          const text = table(
            queues,
            [
              { title: 'QUEUE', of: (queue) => queue.queueId },
              { title: 'WAITING', of: (queue) => queue.waiting, right: true },
              {
                title: 'LONGEST',
                of: (q) => (q.longestSinceMs === null ? null : shortSpan(dbNowMs - q.longestSinceMs)),
                right: true,
              },
              { title: 'LOGGED IN', of: (queue) => queue.loggedIn, right: true },
              { title: 'READY', of: (queue) => queue.ready, right: true },
              { title: 'ON CALLS', of: (queue) => queue.onCalls, right: true },
              { title: 'OVER', of: (queue) => shortSpan(queue.windowMs), right: true },
              { title: 'OFFERED', of: (queue) => queue.offered, right: true },
              { title: 'ANSWERED', of: (queue) => queue.answered, right: true },
              { title: 'ABANDONED', of: (queue) => queue.abandoned, right: true },
              { title: 'WAIT', of: (queue) => shortSpan(queue.meanWaitMs), right: true },
              { title: 'HANDLE', of: (queue) => shortSpan(queue.meanHandleMs), right: true },
              { title: 'LEVEL', of: (queue) => percent(queue.serviceLevel), right: true },
            ],
            options.site === undefined ? 'no queue is known yet' : `no queue of site ${options.site} is known`,
          );
          return { text, json: queues };
        }),
      );
    });
};
