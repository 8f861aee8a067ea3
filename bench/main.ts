/**
 * `npm run bench`: a caller's INVITE to an agent's INVITE, three ways side by side in one run over the same lab.
 *
 *   --rounds N     rounds of each way and rate, a b c a b c ... (5)
 *   --seconds N    length of a round (8)
 *   --rates LIST   calls a second (10,25,50)
 *   --ramps N      how often the greatest rate is sought, a b c a b c ... (3; 0 leaves it out)
 *   --agents N     (200)
 *   --write        put the figures into bench/README.md
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { playRound } from './measure.ts';
import type { Round } from './measure.ts';
import { seekRate } from './ramp.ts';
import type { Ramp } from './ramp.ts';
import { tables, writeReadme } from './report.ts';
import type { Results } from './report.ts';
import { startBenchStack } from './stack.ts';
import type { BenchStack, Way } from './stack.ts';
import { versions } from './versions.ts';

const WAYS: readonly Way[] = ['a', 'b', 'c'];
/** Short enough that well over 100 of 200 agents are free at 50 calls a second. */
const TALK_MS = 800;
/** Played before each round and not counted: caches and compilers are warm in a call centre, too. */
const WARM_UP = { ratePerSec: 50, seconds: 3, talkMs: 300 };

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '8' },
    rates: { type: 'string', default: '10,25,50' },
    ramps: { type: 'string', default: '3' },
    agents: { type: 'string', default: '200' },
    write: { type: 'boolean', default: false },
  },
});
const startedMs = performance.now();
const say = (line: string): void =>
  console.log(`${((performance.now() - startedMs) / 1000).toFixed(1).padStart(6)} s  ${line}`);

/** The other ways are measured without our processes: nobody who does not run them has their load. */
async function prepare(stack: BenchStack, way: Way): Promise<void> {
  if (way === 'c') await stack.startRoles();
  else await stack.stopRoles();
  await playRound(stack, { way, ...WARM_UP });
}

async function playRounds(stack: BenchStack): Promise<Round[]> {
  const done: Round[] = [];
  for (let round = 1; round <= Number(values.rounds); round += 1) {
    for (const ratePerSec of values.rates.split(',').map(Number)) {
      for (const way of WAYS) {
        await prepare(stack, way);
        const result = await playRound(stack, { way, ratePerSec, seconds: Number(values.seconds), talkMs: TALK_MS });
        done.push(result);
        const { p50Ms, p95Ms, failed } = result;
        const figures = `p50 ${p50Ms.toFixed(1)} ms, p95 ${p95Ms.toFixed(1)} ms, ${failed} failed`;
        say(`round ${round}, ${ratePerSec} a second, (${way}): ${figures}`);
      }
    }
  }
  return done;
}

async function playRamps(stack: BenchStack): Promise<Ramp[]> {
  const done: Ramp[] = [];
  for (let ramp = 1; ramp <= Number(values.ramps); ramp += 1) {
    for (const way of WAYS) {
      await prepare(stack, way);
      const result = await seekRate(stack, way);
      done.push(result);
      say(`ramp ${ramp}, (${way}): ${result.ratePerSec.toFixed(0)} calls a second without a failure`);
    }
  }
  return done;
}

async function main(): Promise<void> {
  const loadBefore = loadavg()[0] ?? 0;
  const stack = await startBenchStack(Number(values.agents), say);
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => (ending ??= stack.stop());
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().then(() => process.exit(1)));
  try {
    const results: Results = {
      at: new Date().toISOString(),
      machine: { cores: cpus().length, model: cpus()[0]?.model ?? '', loadBefore },
      versions: await versions(stack),
      settings: { agents: Number(values.agents), seconds: Number(values.seconds), talkMs: TALK_MS },
      rounds: await playRounds(stack),
      ramps: await playRamps(stack),
    };
    const dir = join(import.meta.dirname, 'results');
    mkdirSync(dir, { recursive: true });
    const file = join(dir, `${results.at.replaceAll(/[-:]|\.\d+/g, '')}.json`);
    writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
    console.log(`\n${tables(results)}\n`);
    if (values.write) writeReadme(join(import.meta.dirname, 'README.md'), results);
    say(`all figures: ${file}`);
  } finally {
    await end();
  }
}

await main();
