import type { Command } from 'commander';
import type { Routing } from '../../core/model/routing.ts';
import { calendarOf, serviceState } from '../../core/routing/identify.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import type { Io } from '../io.ts';
import { withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { moment, table } from '../text.ts';
import { userName } from '../user-name.ts';

const ACTIONS = ['list', 'close', 'open', 'auto'] as const;
type Action = (typeof ACTIONS)[number];

interface ServiceOptions extends GlobalOptions {
  readonly why?: string;
  readonly json?: boolean;
}

/** A service as people ask for it: whether it is open, why, and for how long. */
export interface ServiceLine {
  readonly service: string;
  readonly title: string;
  readonly open: boolean;
  readonly why: string;
  /** Since when it is closed or opened by hand. */
  readonly sinceMs: number | null;
  /** When its calendar changes that. */
  readonly untilMs: number | null;
  readonly calendar: string;
  readonly zone: string;
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

/** All services, or the one named. */
export function serviceLines(routing: Routing, atMs: number, name?: string): readonly ServiceLine[] {
  return routing.services
    .filter((service) => name === undefined || service.name === name)
    .map((service) => {
      const { open, why, untilMs } = serviceState(routing, service, atMs);
      const zone = calendarOf(routing, service.calendar)?.zone ?? '';
      const sinceMs = routing.overrides[service.name]?.atMs ?? null;
      return {
        service: service.name,
        title: service.title,
        open,
        why,
        sinceMs,
        untilMs,
        calendar: service.calendar,
        zone,
      };
    });
}

/** `Mon 2026-11-23 08:00 Europe/Berlin`: hours are thought of where the service is. */
export function untilText({ untilMs, zone }: Pick<ServiceLine, 'untilMs' | 'zone'>): string | null {
  if (untilMs === null) return null;
  const day = new Intl.DateTimeFormat('en-GB', { timeZone: zone, weekday: 'short' }).format(untilMs);
  // Swedes write dates as ISO 8601 does.
  const format = { timeZone: zone, dateStyle: 'short', timeStyle: 'short' } as const;
  return `${day} ${new Intl.DateTimeFormat('sv-SE', format).format(untilMs)} ${zone}`;
}
