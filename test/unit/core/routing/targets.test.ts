import { describe, expect, test } from 'vitest';
import type { QueueState } from '../../../../src/core/model/queue.ts';
import type { QueueChoice, Target } from '../../../../src/core/model/service.ts';
import { chooseDefaultQueue, chooseQueue } from '../../../../src/core/routing/targets.ts';
import { NOW_MS, queue, site, world } from './world.ts';
import type { WorldSpec } from './world.ts';

type QueueTarget = Extract<Target, { kind: 'queue' }>;
const target = (by: QueueChoice, changes: Partial<QueueTarget> = {}): QueueTarget => ({
  ...{ kind: 'queue', queue: 'support', sites: [], by, percent: {} },
  ...changes,
});
/** Of four agents, `ready` are ready; talks take 120 s. */
const line = (siteId: string, waiting: number, ready = 0, changes: Partial<QueueState> = {}): QueueState => ({
  ...queue(siteId, 'support', waiting),
  ...{ loggedIn: 4, ready, onCalls: 4 - ready, meanHandleMs: 120_000, ...changes },
});
const STALE = { pbxSeenAtMs: NOW_MS - 60_000 };
const SITES = [site('berlin'), site('paris'), site('rome')];
const at = (queues: readonly QueueState[], changes: Partial<WorldSpec> = {}) =>
  world({ sites: SITES, queues, ...changes });

describe('a site queue is chosen', () => {
  test.each<[string, WorldSpec, QueueTarget, string, string]>([
    [
      'by least expected wait',
      { queues: [line('berlin', 3), line('paris', 1)] },
      target('expected_wait'),
      'paris',
      'least expected wait: paris 60 s, berlin 120 s',
    ],
    [
      'somebody ready is no wait',
      { queues: [line('berlin', 0), line('paris', 0, 1, { meanHandleMs: null })] },
      target('expected_wait'),
      'paris',
      'least expected wait: paris 0 s, berlin 30 s',
    ],
    [
      'one of which nothing is known is last',
      { queues: [line('berlin', 0, 0, { meanHandleMs: null }), line('paris', 9), line('rome', 0, 0, { loggedIn: 0 })] },
      target('expected_wait'),
      'paris',
      'least expected wait: paris 300 s, berlin unknown, rome unknown',
    ],
    [
      'a tie goes by name',
      { queues: [line('paris', 1), line('berlin', 1)] },
      target('expected_wait'),
      'berlin',
      'least expected wait: berlin 60 s, paris 60 s',
    ],
    [
      'by most free share; who is ready for one that waits is not free',
      { queues: [line('berlin', 2, 3), line('paris', 0, 2)] },
      target('free_share'),
      'paris',
      'most free: paris 50 %, berlin 25 %',
    ],
    [
      'of the named sites alone',
      { queues: [line('berlin', 0, 4), line('paris', 9), line('rome', 3)] },
      target('expected_wait', { sites: ['rome', 'paris', 'rome'] }),
      'rome',
      'least expected wait: rome 120 s, paris 300 s',
    ],
    [
      'not over a trunk that is down',
      { queues: [line('berlin', 0), line('paris', 9)], trunksDown: ['berlin'] },
      target('expected_wait'),
      'paris',
      'least expected wait: paris 300 s',
    ],
    [
      'not of a stale site while a fresh one is left',
      { queues: [line('berlin', 0), line('paris', 9)], sites: [site('berlin', STALE), site('paris')] },
      target('expected_wait'),
      'paris',
      'least expected wait: paris 300 s',
    ],
    [
      'of a stale site when nothing fresh is left',
      {
        ...{ queues: [line('berlin', 0), line('paris', 9)], trunksDown: ['paris'] },
        sites: [site('berlin', STALE), site('paris')],
      },
      target('expected_wait'),
      'berlin',
      'no fresh site; least expected wait: berlin 30 s',
    ],
    [
      'of a site that has no adapter, where it is named',
      { queues: [line('berlin', 0)], trunksDown: ['berlin'] },
      target('percent', { sites: ['berlin', 'oslo'] }),
      'oslo',
      'no fresh site; by percent: oslo 100 %',
    ],
    [
      'by percent, of the sites that are left',
      { queues: [line('berlin', 0), line('paris', 0), line('rome', 0)], trunksDown: ['rome'] },
      target('percent', { percent: { berlin: 0, paris: 30, rome: 70 } }),
      'paris',
      'by percent: berlin 0 %, paris 100 %',
    ],
  ])('%s', (_, spec, wanted, siteId, why) => {
    expect(chooseQueue(wanted, world({ sites: SITES, ...spec }), 'c1')).toEqual({ siteId, queue: 'support', why });
  });

  test('none, where no site has it or no trunk is up', () => {
    expect(chooseQueue(target('percent'), at([queue('berlin', 'sales', 0)]), 'c1')).toBeNull();
    expect(chooseQueue(target('percent', { sites: ['berlin'] }), at([]), 'c1')).toBeNull();
    const view = at([line('berlin', 0)], { trunksDown: ['berlin'] });
    expect(chooseQueue(target('expected_wait'), view, 'c1')).toBeNull();
    expect(chooseDefaultQueue(target('expected_wait'), view, 'c1')).toBeNull();
  });

  const shareOf = (wanted: QueueTarget, queues: readonly QueueState[], choose = chooseQueue) => {
    const counts: Record<string, number> = {};
    for (let i = 0; i < 10_000; i++) {
      const siteId = choose(wanted, at(queues), `e1-7-${i.toString(36)}`)?.siteId ?? 'none';
      counts[siteId] = (counts[siteId] ?? 0) + 1;
    }
    return Object.fromEntries(Object.entries(counts).map(([siteId, count]) => [siteId, Math.round(count / 100) / 100]));
  };

  test('by percent: over many calls each site gets its share, and the same call always the same site', () => {
    const queues = [line('berlin', 0), line('paris', 0), line('rome', 0)];
    const shares = shareOf(target('percent', { percent: { berlin: 70, paris: 30 } }), queues);
    expect(shares['berlin']).toBeCloseTo(0.7, 1);
    expect(shares['paris']).toBeCloseTo(0.3, 1);
    expect(shares['rome']).toBeUndefined();
    const once = chooseQueue(target('percent'), at(queues), 'e1-7-x');
    expect(chooseQueue(target('percent'), at(queues), 'e1-7-x')).toEqual(once);
  });

  test('while the database is down: by percent over the trunks that are up, whatever the copy says of the sites', () => {
    const queues = [line('berlin', 99), line('paris', 0)];
    const view = at(queues, { sites: [site('berlin', STALE), site('paris')] });
    const even = [...Array(100).keys()].map((i) => chooseDefaultQueue(target('expected_wait'), view, `c${i}`)?.siteId);
    expect(new Set(even)).toEqual(new Set(['berlin', 'paris']));
    const shares = shareOf(target('expected_wait', { percent: { berlin: 90, paris: 10 } }), queues, chooseDefaultQueue);
    expect(shares['berlin']).toBeCloseTo(0.9, 1);
  });
});
