/** A thousand follow the board of a busy call centre, and half of them do not read: the API's memory stays where it was. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { BoardSnapshot } from '../../src/core/model/board.ts';
import { until } from '../lab/asterisk/ari.ts';
import { startCrowd } from '../lab/crowd/crowd.ts';
import type { Crowd } from '../lab/crowd/crowd.ts';
import { Follower } from '../lab/crowd/follower.ts';
import { SimulatedSite } from '../lab/crowd/simulated-site.ts';
import { apiPid, scrape, watchMemory } from '../lab/crowd/watch.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const [AGENTS, CHANGES_PER_SEC, CLIENTS] = [1_000, 50, 500];
/** A row of some 3 KB: one snapshot is more than all buffers between two processes hold. */
const SKILLS = 200;
const GROWTH_MB = 150;
/** Who reads nothing is cut off after fifteen seconds. */
const CUT_OFF_WITHIN_MS = 35_000;

let stack: Stack;
let site: SimulatedSite;
let token: string;
let crowd: Crowd | undefined;

beforeAll(async () => {
  stack = await startStack({
    ...{ supervised: true, api: true, edges: [], sites: [], services: [] },
    routing: { sales: { requirement: 'queue:sales' } },
  });
  token = stack.ipnt('token', 'add', 'wall', '--role', 'viewer').stdout.trim();
  site = await SimulatedSite.open(stack.store, { siteId: 'simulated', agents: AGENTS, skills: SKILLS });
});
afterAll(async () => {
  await crowd?.stop();
  await stack?.stop();
});

async function boardNow(): Promise<BoardSnapshot> {
  const response = await fetch(`${stack.url}/v1/board`, { headers: { authorization: `Bearer ${token}` } });
  expect(response.status).toBe(200);
  return (await response.json()) as BoardSnapshot;
}

test('who does not read is cut off, who reads misses nothing, and neither costs memory', async () => {
  const follower = await Follower.open(stack.url, token);
  const memory = watchMemory(apiPid(stack));
  const beforeMb = memory.most();
  site.start(CHANGES_PER_SEC);
  const all = (crowd = await startCrowd({ url: stack.url, token, readers: CLIENTS, stuck: CLIENTS }));
  const dropped = (): Promise<number> => scrape(stack, 'ipnt_stream_dropped_clients_total');
  await until(
    async () => ((await dropped()) === CLIENTS ? true : undefined),
    'who does not read is cut off',
    CUT_OFF_WITHIN_MS,
  );
  // It answers others in the middle of that.
  await boardNow();
  await site.stop();
  expect(site.written).toBeGreaterThan(CHANGES_PER_SEC * 10);

  const same = async (): Promise<true | undefined> => {
    const { board } = await boardNow();
    return JSON.stringify(board) === JSON.stringify(follower.board) || undefined;
  };
  await until(same, 'the board of who followed is the board', 10_000);
  const together = async (): Promise<true | undefined> => {
    const { lowestSeq, highestSeq } = await all.figures();
    return (lowestSeq === highestSeq && lowestSeq === follower.seq) || undefined;
  };
  await until(together, 'all readers have the last frame', 10_000);
  expect(follower.gaps).toBe(0);
  expect(await all.figures()).toMatchObject({ open: CLIENTS, gaps: 0 });
  expect(await dropped()).toBe(CLIENTS);
  expect(memory.stop() - beforeMb).toBeLessThan(GROWTH_MB);
  follower.stop();
}, 90_000);
