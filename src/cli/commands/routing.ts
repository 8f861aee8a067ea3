import type { Command } from 'commander';
import type { AuditAction } from '../../core/model/audit.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import type { Io } from '../io.ts';
import { noteChange } from '../note-change.ts';
import { withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { applyPlan, planRouting, rollBackRouting } from '../../apps/common/apply-routing.ts';
import { someNames } from '../../settings/routing-change.ts';
import { routingFile } from '../routing-file.ts';
import { moment } from '../../core/explain/text.ts';
import { table } from '../table.ts';
import type { MysqlStore } from '../../store/mysql/index.ts';
import { userName } from '../user-name.ts';
import { faultLine, routingText } from '../../settings/index.ts';
import type { Fault, Settings } from '../../settings/index.ts';
import type { Machine } from '../../settings/routing-warnings.ts';

const inForce = ({ version, services }: Routing): string =>
  `in force: version ${version}, services ${someNames(services.map(({ name }) => name)) || 'none'}\n`;

const linesOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');

interface ApplyOptions extends GlobalOptions {
  readonly file?: string;
  readonly dryRun?: boolean;
  readonly waiting?: boolean;
  /** True: the rules before those in force. */
  readonly rollback?: string | true;
  readonly history?: boolean;
  readonly json?: boolean;
}

/** `ipnt apply -f FILE`: replaces the routing, all of it or nothing; `--rollback` takes a change back, `--history` tells of all. */
export const addApply: AddCommand = (program, io) => {
  program
    .command('apply')
    .description('put a routing file in force: all of it or nothing, without a restart')
    .option('-f, --file <file>', 'the routing file (config/routing.example.yaml)')
    .option('--dry-run', 'check the file and tell what it would change; apply nothing')
    .option('--waiting', 'calls that wait already take the new rules over, too')
    .option('--rollback [version]', 'put an earlier version in force again; without a number the one before')
    .option('--history', 'list the versions and who made them')
    .option('--json', 'the history as JSON')
    .action(async (_options, command) => {
      const options = optionsOf<ApplyOptions>(command);
      const version = refuseMixtures(options, command);
      if (options.history) await history(options, io);
      else if (options.file === undefined) await rollBack(options, version, io);
      else await apply(options, options.file, io);
    });
};

/** One thing at a time. Answers the version to go back to; null: the one before. */
function refuseMixtures(
  { file, rollback, history, dryRun, waiting, json }: ApplyOptions,
  command: Command,
): number | null {
  const asked = [file !== undefined, rollback !== undefined, history === true].filter(Boolean).length;
  if (asked !== 1) command.error('error: give one of --file, --rollback and --history');
  if (file === undefined && (dryRun || waiting)) command.error('error: --dry-run and --waiting go with --file');
  if (json && !history) command.error('error: --json goes with --history');
  if (rollback === undefined || rollback === true) return null;
  if (!/^\d{1,15}$/.test(rollback)) command.error(`error: "${rollback}" is no version; --history lists them`);
  return Number(rollback);
}

const machineOf = (settings: Settings): Machine => ({ country: settings.country, settings });

async function apply(options: ApplyOptions, file: string, io: Io): Promise<void> {
  const text = routingFile(file);
  await withStore(options, io, async (store, settings) => {
    const plan = await planRouting(store, machineOf(settings), text, file);
    const { before, change, warnings } = plan;
    warn(warnings, io);
    io.out(linesOf(change));
    if (options.dryRun)
      return io.out(`${change.length === 0 ? 'nothing would change' : 'nothing was applied'}; ${inForce(before)}`);
    const after = await applyPlan(store, plan, userName(), options.waiting);
    if (after === null) return io.out(`nothing changed; ${inForce(before)}`);
    await noteRouting(store, io, 'routing.apply', after, change);
    io.out(inForce(after));
  });
}

const noteRouting = (store: MysqlStore, io: Io, action: AuditAction, { version }: Routing, change: readonly string[]) =>
  noteChange(store, io, { action, target: `version ${version}`, detail: change.join('; ') });

const rollBack = (options: ApplyOptions, version: number | null, io: Io): Promise<void> =>
  withStore(options, io, async (store, settings) => {
    const { before, after, warnings, change } = await rollBackRouting(store, machineOf(settings), version, userName());
    warn(warnings, io);
    if (after.version === before.version) return io.out(`nothing changed; ${inForce(after)}`);
    await noteRouting(store, io, 'routing.rollback', after, change);
    io.out(`${linesOf(change)}${inForce(after)}`);
  });

const warn = (told: readonly Fault[], io: Io): void =>
  io.err(linesOf(told.map((warning) => `warning: ${faultLine(warning)}`)));

/** As many as anybody reads. */
const MOST_VERSIONS = 100;

async function history(options: ApplyOptions, io: Io): Promise<void> {
  const versions = await withStore(options, io, (store) => store.routingHistory(MOST_VERSIONS));
  if (options.json) return io.out(`${JSON.stringify(versions, null, 2)}\n`);
  const columns = [
    { title: 'version', of: (one: (typeof versions)[number]) => one.version, right: true },
    { title: 'at (UTC)', of: (one: (typeof versions)[number]) => moment(one.atMs) },
    { title: 'by', of: (one: (typeof versions)[number]) => one.by },
    { title: 'what', of: (one: (typeof versions)[number]) => one.what },
  ];
  io.out(table(versions, columns, 'no routing was ever applied'));
}

/** `ipnt export`: the routing in force, as a file that `apply` takes. */
export const addExport: AddCommand = (program, io) => {
  program
    .command('export')
    .description('print the routing in force, as a file that `ipnt apply` takes')
    .option(...JSON_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<{ json?: boolean }>(command);
      const routing = await withStore(options, io, (store) => store.loadRouting());
      io.out(options.json ? `${JSON.stringify(routing, null, 2)}\n` : routingText(routing));
    });
};
