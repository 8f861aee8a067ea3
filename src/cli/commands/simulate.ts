import { dirname, isAbsolute, join, resolve } from 'node:path';
import { InvalidArgumentError } from 'commander';
import type { RoutingRules } from '../../core/model/routing.ts';
import { IpntError } from '../../core/errors.ts';
import { compare } from '../../apps/simulate/compare.ts';
import { play } from '../../apps/simulate/play.ts';
import { reportOf } from '../../apps/simulate/report.ts';
import { FaultsError, faultLine, readRouting, readScenario, readText } from '../../settings/index.ts';
import type { Fault, Scenario, ScenarioRead } from '../../settings/index.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { withCure } from '../cured.ts';
import { routingFile } from '../routing-file.ts';
import { comparisonText, reportText } from '../simulation-text.ts';
import { printable } from '../../core/explain/text.ts';

interface Options {
  readonly routing?: string;
  readonly against?: string;
  readonly replications?: number;
  readonly seed?: number;
  readonly json?: boolean;
}

function whole(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`write a whole number from ${least} to ${most}.`);
  };
}

/** `ipnt simulate SCENARIO`: days of traffic through the routing, on a virtual clock. */
export const addSimulate: AddCommand = (program, io) => {
  program
    .command('simulate <scenario>')
    .description(
      'play days of traffic through the routing on a virtual clock; compare two routing files on the same calls',
    )
    .option('--routing <file>', "the routing file, instead of the scenario's own")
    .option('--against <file>', 'another routing file: the same calls under both, and what differs')
    .option('--replications <number>', 'how often, each time with other chances', whole(1, 10_000))
    .option('--seed <number>', 'the same seed gives the same calls', whole(0, 2 ** 32 - 1))
    .option(...JSON_OPTION)
    .action((file: string, _options, command) => {
      const options = optionsOf<Options>(command);
      const read = scenarioFrom(file, options.routing);
      const scenario: Scenario = {
        ...read.scenario,
        replications: options.replications ?? read.scenario.replications,
        seed: options.seed ?? read.scenario.seed,
      };
      const routing = options.routing ?? ownRouting(scenario, file);
      const named = [routing, ...(options.against === undefined ? [] : [options.against])];
      const routings = named.map((name) => ({ name, rules: rulesFrom(name, read, file) }));
      for (const doubt of read.doubts(routings.map(({ rules }) => rules)))
        io.err(`warning: ${printable(faultLine(doubt))}\n`);
      const [played, against] = routings.map(({ name, rules }) => ({
        name,
        runs: play(scenario, rules),
      }));
      if (played === undefined) return;
      const report = reportOf(played.runs, scenario.confidence);
      const other = against === undefined ? null : reportOf(against.runs, scenario.confidence);
      const difference = against === undefined ? null : compare(played.runs, against.runs, scenario.confidence);
      if (options.json) {
        const { seed } = scenario;
        const told = { scenario: file, seed, routing, report, against: options.against ?? null, other, difference };
        io.out(
          `${JSON.stringify(told, (_, value: unknown) => (typeof value === 'number' ? told6(value) : value), 2)}\n`,
        );
        return;
      }
      io.out(reportText(played.name, report));
      if (against === undefined || other === null || difference === null) return;
      io.out(`\n${reportText(against.name, other)}\n${comparisonText(played.name, against.name, difference)}`);
    });
};

/** Nine digits are more than chance leaves; an interval without an end is null. */
const told6 = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(9)) : null);

type SoundScenario = ScenarioRead & { readonly scenario: Scenario };

function scenarioFrom(file: string, given: string | undefined): SoundScenario {
  const cure = 'name a scenario that this user can read (config/scenario.example.yaml shows one)';
  const text = withCure(cure, () => readText(file, 'SCENARIO_INVALID'));
  const read = readScenario(text, file, (path) => readText(resolve(dirname(file), path), 'SCENARIO_INVALID'));
  const { scenario } = read;
  if (scenario === null)
    throw new FaultsError('SCENARIO_INVALID', file, [...strangers(read, file, given), ...read.faults]);
  return { ...read, scenario };
}

/** A misspelt service is the cause of other faults: it is told before them, where the routing can be read. */
function strangers(read: ScenarioRead, file: string, given: string | undefined): readonly Fault[] {
  const name = given ?? (read.routing === null ? undefined : beside(file, read.routing));
  if (name === undefined) return [];
  try {
    const { rules } = readRouting(readText(name, 'ROUTING_INVALID'), name);
    return rules === null ? [] : read.unknownServices(namesOf(rules), name);
  } catch {
    return [];
  }
}

const beside = (file: string, path: string): string => (isAbsolute(path) ? path : join(dirname(file), path));
const namesOf = ({ services }: RoutingRules): readonly string[] => services.map((service) => service.name);

function ownRouting({ routing }: Scenario, file: string): string {
  if (routing !== null) return beside(file, routing);
  throw new IpntError('SCENARIO_INVALID', 'names no routing file: add routing: routing.yaml, or use --routing', file);
}

function rulesFrom(name: string, read: SoundScenario, file: string): RoutingRules {
  const { rules, faults } = readRouting(routingFile(name), name);
  if (rules === null) throw new FaultsError('ROUTING_INVALID', name, faults);
  const unknown = read.unknownServices(namesOf(rules), name);
  if (unknown.length > 0) throw new FaultsError('SCENARIO_INVALID', file, unknown);
  return rules;
}
