import type { Command } from 'commander';
import { serviceLines, untilText } from '../../core/explain/service-line.ts';
import type { ServiceLine } from '../../core/explain/service-line.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import type { Io } from '../io.ts';
import { noteChange } from '../note-change.ts';
import { withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { moment } from '../../core/explain/text.ts';
import { table } from '../table.ts';
import { userName } from '../user-name.ts';

const ACTIONS = ['list', 'close', 'open', 'auto'] as const;
type Action = (typeof ACTIONS)[number];

interface ServiceOptions extends GlobalOptions {
  readonly why?: string;
  readonly json?: boolean;
}

/** `ipnt service close NAME --why TEXT`: for emergencies, whatever the calendar says. */
export const addService: AddCommand = (program, io) => {
  program
    .command('service')
    .description('list the services; close or open one by hand, or let its calendar decide again (auto)')
    .argument('<action>', ACTIONS.join(', '))
    .argument('[name]', 'the service')
    .option('--why <text>', 'why it is closed or opened: for the record, and for whoever comes next')
    .option(...JSON_OPTION)
    .action(async (action: string, name: string | undefined, _options, command) => {
      const options = optionsOf<ServiceOptions>(command);
      const known = ACTIONS.find((one) => one === action);
      if (known === undefined) return command.error(`error: "${action}" is none of ${ACTIONS.join(', ')}`);
      if (known === 'list') return list(options, name, io);
      await change(known, named(known, name, options, command), options, io);
    });
};

/** What is missing is told before a database is opened. */
function named(action: Action, name: string | undefined, { why }: ServiceOptions, command: Command): string {
  if (name === undefined) return command.error(`error: name the service: ipnt service ${action} NAME`);
  if (action !== 'auto' && !why?.trim())
    command.error(
      `error: say why: ipnt service ${action} ${name} --why "${action === 'close' ? 'fire alarm' : 'open on the holiday'}"`,
    );
  return name;
}

const change = (action: Exclude<Action, 'list'>, name: string, options: ServiceOptions, io: Io): Promise<void> =>
  withStore(options, io, async (store) => {
    const state = action === 'close' ? 'closed' : 'open';
    const by = userName();
    const override = action === 'auto' ? null : ({ state, by, why: options.why?.trim() ?? '' } as const);
    const { version } = await store.loadRouting();
    const routing = await store.overrideService(name, override, by);
    if (routing.version !== version)
      await noteChange(store, io, { action: `service.${action}`, target: name, detail: override?.why ?? '' });
    const [line] = serviceLines(routing, Date.now(), name);
    if (options.json) return io.out(`${JSON.stringify(line, null, 2)}\n`);
    const nothing = routing.version === version ? 'nothing changed; ' : '';
    io.out(
      `${nothing}${name}: ${line?.open ? 'open' : 'closed'}, ${line?.why}; in force: version ${routing.version}\n`,
    );
  });

async function list(options: ServiceOptions, name: string | undefined, io: Io): Promise<void> {
  const routing = await withStore(options, io, (store) => store.loadRouting());
  const lines = serviceLines(routing, Date.now(), name);
  if (options.json) return io.out(`${JSON.stringify(lines, null, 2)}\n`);
  const columns = [
    { title: 'service', of: (line: ServiceLine) => line.service },
    { title: 'title', of: (line: ServiceLine) => line.title },
    { title: 'now', of: (line: ServiceLine) => (line.open ? 'open' : 'closed') },
    { title: 'why', of: (line: ServiceLine) => line.why },
    { title: 'since (UTC)', of: (line: ServiceLine) => (line.sinceMs === null ? null : moment(line.sinceMs)) },
    { title: 'until', of: (line: ServiceLine) => untilText(line) },
  ];
  io.out(table(lines, columns, name === undefined ? 'no service was ever applied' : `there is no service "${name}"`));
}
