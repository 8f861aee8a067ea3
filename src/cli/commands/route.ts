import type { Command } from 'commander';
import { InvalidArgumentError, Option } from 'commander';
import { DRY_OUTCOMES } from '../../core/routing/dry-case.ts';
import type { DryCase, DryOutcome } from '../../core/routing/dry-case.ts';
import { caseFaults } from '../../core/routing/dry-check.ts';
import { readMoment } from '../../core/routing/moment.ts';
import { parseDuration, stateText } from '../../settings/index.ts';
import { Ending, JSON_OPTION, optionsOf } from '../command.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../io.ts';
import type { Io } from '../io.ts';
import { withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { onBench } from '../route-bench.ts';
import type { BenchOptions } from '../route-bench.ts';
import { liveView, tryCase } from '../../apps/common/dry-bench.ts';
import type { Bench } from '../../apps/common/dry-bench.ts';
import { testCases } from '../route-cases.ts';
import { differenceText, runJson, runText, titlesOf } from '../../core/explain/dry-run.ts';
import { printable } from '../../core/explain/text.ts';

interface TestOptions extends BenchOptions {
  readonly file?: string;
  readonly dnis?: string;
  readonly ani?: string;
  readonly service?: string;
  readonly customer?: string;
  readonly require?: string;
  readonly priority?: number;
  readonly at?: string;
  readonly waited?: number;
  readonly last?: string;
  readonly expectService?: string;
  readonly expectAgent?: string;
  readonly expectOutcome?: DryOutcome;
  readonly json?: boolean;
}

function moment(text: string): string {
  if (readMoment(text) === null)
    throw new InvalidArgumentError('write e.g. 2026-12-24T10:00 (in the zone of the service), or 2026-12-24T09:00Z.');
  return text;
}

function priority(text: string): number {
  if (!/^-?\d{1,3}$/.test(text) || Math.abs(Number(text)) > 100)
    throw new InvalidArgumentError('write a whole number from -100 to 100.');
  return Number(text);
}

function wait(text: string): number {
  const ms = parseDuration(text);
  const isBare = /^\d+(\.\d+)?$/.test(text);
  if (ms === null)
    throw new InvalidArgumentError(isBare ? `give the unit: ${text}s or ${text}m.` : 'write a duration, e.g. 45s.');
  return ms;
}

/** `ipnt route`: what would become of a call, without a call. */
export const addRoute: AddCommand = (program, io) => {
  const route = program
    .command('route')
    .description('try routing out: what would become of a call, in the live state or in a state of your own');
  const test = route
    .command('test')
    .description('one call, or a table of them (-f); 1 where something comes otherwise than expected')
    .option('-f, --file <file>', 'a table of calls and what is expected of them (config/cases.example.yaml)')
    .option('--dnis <number>', 'the dialled number')
    .option('--ani <number>', "the caller's number")
    .option('--service <service>', 'the service, where the dialplan names it')
    .option('--customer <id>', 'what the dialplan collected of the caller')
    .option('--require <requirement>', 'what the dialplan requires instead of the service')
    .option('--priority <number>', "the dialplan's priority", priority)
    .option('--at <time>', "when, in the service's zone: 2026-12-24T10:00 (else now)", moment)
    .option('--waited <duration>', 'it has waited so long already, e.g. 45s', wait)
    .option('--last <agent>', 'whom the caller spoke to last')
    .option('--state <file>', 'a state file, or live', 'live')
    .option('--routing <file>', 'a routing file instead of what is in force')
    .option('--expect-service <service>', 'the service that must be found')
    .option('--expect-agent <agent>', 'id or title of the agent who must be chosen')
    .addOption(new Option('--expect-outcome <outcome>', 'what must become of it').choices(DRY_OUTCOMES))
    .option(...JSON_OPTION)
    .action((_options, command) => runTest(optionsOf<TestOptions>(command), command, io));
  route
    .command('state')
    .description('print the live state as a file for `ipnt route test --state`')
    .action(async (_options, command) => {
      const options = optionsOf<GlobalOptions>(command);
      const view = await withStore(options, io, async (store) => liveView(store, await store.loadRouting()));
      io.out(stateText(view));
    });
  route.addHelpText('after', () => `\n${test.helpInformation()}`);
};

const ONE_CALL = ['dnis', 'ani', 'service', 'customer', 'require', 'priority', 'at', 'waited', 'last'] as const;
const EXPECTED = ['expectService', 'expectAgent', 'expectOutcome'] as const;

async function runTest(options: TestOptions, command: Command, io: Io): Promise<void> {
  if (options.file === undefined) {
    if (options.dnis === undefined && options.service === undefined)
      command.error('error: give --dnis or --service, or -f with a table of calls');
    return onBench(options, io, (bench) => testOne(bench, options, command, io));
  }
  const mixed = [...ONE_CALL, ...EXPECTED].find((name) => options[name] !== undefined);
  if (mixed !== undefined) command.error('error: with -f, calls and what is expected of them stand in the file');
  return onBench(options, io, (bench) => testCases(bench, options.file ?? '', options.json ?? false, io));
}

function caseOf(options: TestOptions): DryCase {
  const {
    dnis = '',
    ani = '',
    service = '',
    customer = '',
    require,
    priority,
    at = '',
    waited = 0,
    last = '',
  } = options;
  return {
    ...{ name: '', dnis, ani, service, customerId: customer, at, waitedMs: waited, lastAgent: last },
    requirement: require ?? null,
    priority: priority ?? null,
    expect: {
      service: options.expectService ?? '',
      agent: options.expectAgent ?? '',
      outcome: options.expectOutcome ?? '',
    },
  };
}

/** As an option is called that a fault is about. */
const optionOf = (key: readonly string[]): string => `--${key.join('-')}`;

async function testOne(bench: Bench, options: TestOptions, command: Command, io: Io): Promise<void> {
  const one = caseOf(options);
  const faults = caseFaults(one, bench.world);
  if (faults.length > 0)
    command.error(faults.map(({ key, message, cure }) => `error: ${optionOf(key)}: ${message}; ${cure}`).join('\n'));
  const { run, wrong, problem } = await tryCase(bench, one);
  const titles = titlesOf(bench.world);
  if (problem !== '') io.err(`warning: the caller could not be looked up: ${printable(problem)}\n`);
  const { identified } = run;
  if (one.lastAgent !== '' && identified !== null && !identified.service.preferred.last)
    io.err(
      `warning: --last changes nothing: the service ${identified.service.name} has no preferred: { last: true }\n`,
    );
  if (options.json) io.out(`${JSON.stringify(runJson(run, wrong), null, 2)}\n`);
  else io.out(runText(run, titles));
  for (const one of wrong) io.err(`FAILED: ${printable(differenceText(one, run, titles))}\n`);
  if (wrong.length > 0) throw new Ending(EXIT.failed);
}
