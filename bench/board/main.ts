/**
 * `npm run bench:board`: from the answer of a real phone to a wallboard, quiet and with a thousand who follow.
 *
 *   --calls N      of each round (40; fewer where they take more than a minute)
 *   --agents N     of the simulated site (1000)
 *   --rate N       its changes a second (50)
 *   --clients N    who read, and as many who do not (500)
 *   --skills N     of each simulated agent: they make rows long (60)
 *   --write        put the figures into bench/README.md
 */
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startCrowd } from '../../test/lab/crowd/crowd.ts';
import { Follower } from '../../test/lab/crowd/follower.ts';
import { SimulatedSite } from '../../test/lab/crowd/simulated-site.ts';
import { apiPid, scrape, watchMemory } from '../../test/lab/crowd/watch.ts';
import { startStack } from '../../test/lab/stack.ts';
import type { Stack } from '../../test/lab/stack.ts';

import { countCpu } from '../cpu.ts';
import { pause } from '../state/measure.ts';
import { playCalls, roundOf } from './measure.ts';
import type { BoardRound } from './measure.ts';
import { boardTables, writeBoardReadme } from './report.ts';

const { values } = parseArgs({
  options: {
    calls: { type: 'string', default: '40' },
    agents: { type: 'string', default: '1000' },
    rate: { type: 'string', default: '50' },
    clients: { type: 'string', default: '500' },
    skills: { type: 'string', default: '60' },
    write: { type: 'boolean', default: false },
  },
});
const [calls, agents, ratePerSec, clients, skills] = [
  ...[values.calls, values.agents, values.rate, values.clients, values.skills].map(Number),
] as [number, number, number, number, number];
/** A round ends after this long, whatever it has. */
const MOST_MS = 60_000;
/** Who does not read is cut off after fifteen seconds. */
const DROPPED_WITHIN_MS = 30_000;

export interface BoardResults {
  readonly quiet: BoardRound;
  readonly loaded: BoardRound;
  readonly load: {
    readonly agents: number;
    readonly changesPerSec: number;
    readonly readers: number;
    readonly stuck: number;
    readonly dropped: number;
    readonly gaps: number;
    readonly resynced: number;
    readonly mbPerSec: number;
  };
}

async function playRound(stack: Stack, token: string): Promise<BoardRound> {
  const pid = apiPid(stack);
  const follower = await Follower.open(stack.url, token);
  const memory = watchMemory(pid);
  try {
    const [used, startedMs] = [countCpu({ api: pid }), performance.now()];
    const delaysMs = await playCalls(stack, follower, { calls, mostMs: MOST_MS });
    const apiCpu = (used()['api'] ?? 0) / (performance.now() - startedMs);
    return roundOf(delaysMs, { apiMb: memory.stop(), apiCpu });
  } finally {
    memory.stop();
    follower.stop();
  }
}

const droppedNow = (stack: Stack): Promise<number> => scrape(stack, 'ipnt_stream_dropped_clients_total');

async function playLoaded(stack: Stack, token: string): Promise<Omit<BoardResults, 'quiet'>> {
  const site = await SimulatedSite.open(stack.store, { siteId: 'simulated', agents, skills });
  const memory = watchMemory(apiPid(stack));
  site.start(ratePerSec);
  const startedMs = performance.now();
  const crowd = await startCrowd({ url: stack.url, token, readers: clients, stuck: clients });
  try {
    const [before, crowdMs] = [await crowd.figures(), performance.now()];
    // The follower comes last, and so it is the last to whom each frame is given.
    const round = await playRound(stack, token);
    const after = await crowd.figures();
    const seconds = (performance.now() - crowdMs) / 1_000;
    const changesPerSec = site.written / ((performance.now() - startedMs) / 1_000);
    for (let waitedMs = 0; waitedMs < DROPPED_WITHIN_MS && (await droppedNow(stack)) < clients; waitedMs += 500)
      await pause(500);
    const end = await crowd.figures();
    const load = {
      ...{ agents, changesPerSec, readers: end.open, stuck: clients, dropped: await droppedNow(stack) },
      ...{ gaps: end.gaps, resynced: end.snapshots - clients },
      mbPerSec: (after.bytes - before.bytes) / seconds / 1_048_576,
    };
    return { loaded: { ...round, apiMb: memory.stop() }, load };
  } finally {
    memory.stop();
    await crowd.stop();
    await site.stop();
  }
}

async function play(): Promise<BoardResults> {
  const stack = await startStack({
    ...{ supervised: true, api: true, edges: ['edge1'] },
    sites: [{ name: 'berlin', queues: { support: {} }, agents: [{ ext: '1001', queues: { support: 0 } }] }],
    services: ['support'],
    routing: { support: { requirement: 'queue:support' }, sales: { requirement: 'queue:sales' } },
  });
  try {
    const token = stack.ipnt('token', 'add', 'bench', '--role', 'viewer').stdout.trim();
    const quiet = await playRound(stack, token);
    console.log(`quiet ${JSON.stringify(quiet)}`);
    const results = { quiet, ...(await playLoaded(stack, token)) };
    console.log(`loaded ${JSON.stringify(results.loaded)} ${JSON.stringify(results.load)}`);
    return results;
  } finally {
    await stack.stop();
  }
}

const loadBefore = loadavg()[0] ?? 0;
const results = await play();
console.log(`\n${boardTables(results)}\n`);
if (values.write) writeBoardReadme(join(import.meta.dirname, '..', 'README.md'), results, loadBefore);
