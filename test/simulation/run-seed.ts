import { Checkers } from './checkers.ts';
import { prepare } from './scenario.ts';
import type { Sabotage } from './simulation.ts';

export interface SeedResult {
  readonly seed: number;
  readonly violations: readonly string[];
  readonly trace: readonly string[];
  readonly calls: number;
  readonly timers: number;
}

/** One world from its seed to its end. */
export async function runSeed(seed: number, sabotage: Sabotage = {}): Promise<SeedResult> {
  const scenario = prepare(seed, sabotage);
  const checkers = new Checkers(scenario);
  const { sim } = scenario;
  await sim.clock.run(scenario.endsMs);
  const violations = await checkers.finish();
  const trace = violations.length > 0 ? sim.world.traced() : [];
  return { seed, violations, trace, calls: sim.world.stories.length, timers: sim.clock.fired };
}

const TRACE_SHOWN = 60;

/** What a person needs of a failure: the seed, what is wrong, and what came before the first of it. */
export function report({ seed, violations, trace }: SeedResult): string {
  const first = trace.findIndex((line) => line.includes('VIOLATION'));
  const end = first < 0 ? trace.length : first + 1;
  return [
    `seed ${seed}: ${violations.length} violations (again: SEED=${seed} npx vitest run --project fast test/simulation)`,
    ...violations.map((violation) => `  ${violation}`),
    ...trace.slice(Math.max(0, end - TRACE_SHOWN), end).map((line) => `  | ${line.slice(0, 300)}`),
  ].join('\n');
}
