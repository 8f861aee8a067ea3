import type { RoutingRules } from '../../core/model/routing.ts';
import type { Scenario } from '../../settings/scenario-model.ts';
import { Run } from './run.ts';
import type { RunTally } from './tally.ts';

/** All replications of a scenario under one routing, each with draws of its own; the same scenario gives the same tallies. */
export function play(scenario: Scenario, rules: RoutingRules, announces = false): readonly RunTally[] {
  return Array.from({ length: scenario.replications }, (_, i) => new Run(scenario, rules, i, announces).play());
}
