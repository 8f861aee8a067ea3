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
