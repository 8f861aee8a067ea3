import { userInfo } from 'node:os';
import { NO_RULES } from '../../core/model/routing.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { withStore } from '../open.ts';
import { routingChange } from '../routing-change.ts';
import { routingFile } from '../routing-file.ts';
import { routingWarnings } from '../routing-warnings.ts';
import { FaultsError, readRouting, routingText } from '../../settings/index.ts';

/** Who changed the routing, for the record: a machine without a user database still has a number. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

const inForce = ({ version, services }: Routing): string =>
  `in force: version ${version}, services ${services.map(({ name }) => name).join(', ') || 'none'}\n`;

/** `ipnt apply -f FILE`: replaces the routing, all of it or nothing. */
export const addApply: AddCommand = (program, io) => {
  program
    .command('apply')
    .description('put a routing file in force: all of it or nothing, without a restart')
    .requiredOption('-f, --file <file>', 'the routing file (config/routing.example.yaml)')
    .action(async (_options, command) => {
      const options = optionsOf<{ file: string }>(command);
      const text = routingFile(options.file);
      await withStore(options, io, async (store, settings) => {
        const { services, faults } = readRouting(text, options.file, settings.country);
        if (services === null) throw new FaultsError('ROUTING_INVALID', options.file, faults);
        const [before, queues, { sites }] = await Promise.all([store.loadRouting(), store.queues(), store.sites()]);
        const known = { queues: queues.map(({ name }) => name), sites: sites.map(({ siteId }) => siteId) };
        for (const warning of routingWarnings(services, settings, known)) io.err(`warning: ${warning}\n`);
        const change = routingChange(before.services, services);
        if (change === '' && before.version > 0) return io.out(`nothing changed; ${inForce(before)}`);
        io.out(`${inForce(await store.applyRouting({ ...NO_RULES, services }, userName()))}${change === '' ? '' : `${change}\n`}`);
      });
    });
};

/** `ipnt export`: the routing in force, as a file that `apply` takes. */
export const addExport: AddCommand = (program, io) => {
  program
    .command('export')
    .description('print the routing in force, as a file that `ipnt apply` takes')
    .option(...JSON_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<{ json?: boolean }>(command);
      const routing = await withStore(options, io, (store) => store.loadRouting());
      io.out(options.json ? `${JSON.stringify(routing, null, 2)}\n` : routingText(routing.services));
    });
};
