/** A call centre that dies or freezes under calls: its agents are not offered, and callers reach those of the other. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import type { AsteriskInstance } from '../lab/lab.ts';
import { agentIs, answered, ended, fact, holdOf, noClaims, offersAt } from '../lab/record.ts';
import type { AgentRow, CallRecord } from '../lab/record.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const BERLIN = 'berlin/PJSIP/1001';
const PARIS = 'paris/PJSIP/2001';
/** Of Paris too, and after the other. */
const SECOND = 'paris/PJSIP/2002';
const RING_MS = 2_000;

let stack: Stack;
let paris: AsteriskInstance;
let caller: Phone;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      { name: 'berlin', queues: { both: {} }, agents: [{ ext: '1001', queues: { both: 0 } }] },
      { name: 'paris', queues: { both: {} }, agents: ['2001', '2002'].map((ext) => ({ ext, queues: { both: 0 } })) },
    ],
    services: ['both', 'berlin-only'],
    routing: {
      both: { ring: `${RING_MS}ms`, max_wait: '30s' },
      'berlin-only': { requirement: 'queue:both and site=berlin' },
    },
  });
  paris = stack.lab.sites.get('paris') as AsteriskInstance;
  caller = await stack.caller();
});

afterAll(async () => {
  paris?.thaw();
  await stack?.stop();
});

/** Makes it the turn of Paris: the agent in Berlin has just had a call. */
async function turnOfParis(ani: string): Promise<void> {
  const call = caller.call('berlin-only', { fromUser: ani });
  await answered(stack, call, ani);
  await call.hangup();
  await ended(stack, ani);
  await free(BERLIN);
}

function free(agentId: string): Promise<unknown> {
  const isFree = (row: AgentRow): boolean =>
    row.activity === 'idle' && (row.reservation?.expiresAtMs ?? 0) < Date.now();
  return agentIs(stack, agentId, 'free', isFree);
}

/** Paris is back: connected, reachable, and its phone registered. */
async function parisBack(): Promise<void> {
  await paris.restart();
  await stack.lab.trunksUp();
  await Promise.all(['2001', '2002'].map((ext) => stack.phone('paris', ext).register()));
  const up = async (): Promise<true | undefined> =>
    (await stack.store.sites()).sites.every((site) => site.connection === 'up') || undefined;
  await until(up, 'both sites are up', 15_000);
  await agentIs(stack, SECOND, 'idle', (row) => row.activity === 'idle', 10_000);
}

/** A caller who is answered in Berlin; gives back his record and how long he waited. */
async function toBerlin(ani: string): Promise<{ record: CallRecord; waitMs: number }> {
  const call = caller.call('both', { fromUser: ani });
  const { agent, waitMs } = await answered(stack, call, ani);
  expect(agent).toBe(BERLIN);
  await call.hangup();
  const record = await ended(stack, ani);
  expect(record.end).toBe('answered by caller');
  await noClaims(stack);
  return { record, waitMs };
}

const refusedOf = (record: CallRecord): readonly string[] =>
  record
    .one('decided')
    .decision.refused.find((one) => one.agentId === PARIS)
    ?.reasons.map((one) => one.code) ?? [];

describe('killed', () => {
  test('while its phone rings: the ring time is not outlived, and the next agent takes the call', async () => {
    await turnOfParis('493101');
    stack.phone('paris', '2001').behaviour = { kind: 'ring' };
    const call = caller.call('both', { fromUser: '49310100' });
    await stack.phone('paris', '2001').waitFor('ringing');
    paris.kill('SIGKILL');
    const { agent, waitMs } = await answered(stack, call, '49310100');
    expect(agent).toBe(BERLIN);
    expect(waitMs).toBeLessThan(RING_MS + 1_000);
    // His phone rang; whether the edge still heard so is a matter of milliseconds.
    expect(await holdOf(stack, PARIS)).toMatch(/^(no_answer|failed) 30000$/);
    await call.hangup();
    expect((await ended(stack, '49310100')).offers).toEqual([
      expect.stringMatching(`^${PARIS} (no_answer/no_answer|failed/unreachable)$`),
      `${BERLIN} answered/answered`,
    ]);
    await noClaims(stack);
  });

  test('afterwards: nobody there is offered a call, and the decision says why', async () => {
    await free(BERLIN);
    const { record, waitMs } = await toBerlin('49310200');
    expect(waitMs).toBeLessThan(1_000);
    expect(record.offers).toEqual([`${BERLIN} answered/answered`]);
    expect(refusedOf(record)).toContain('site_stale');
    const edge = stack.roles.get('edge edge1');
    expect(await edge?.said('a trunk is down', 8_000)).toContain('PJSIP/paris');
    await free(BERLIN);
    expect(refusedOf((await toBerlin('49310201')).record)).toEqual(
      expect.arrayContaining(['site_stale', 'trunk_down']),
    );
  });

  test('started again: its agents are offered calls', async () => {
    await parisBack();
    const call = caller.call('both', { fromUser: '49310300' });
    expect((await answered(stack, call, '49310300')).agent).toBe(SECOND);
    await call.hangup();
    await ended(stack, '49310300');
  });
});

test('frozen: the call that finds it so is answered elsewhere after its ring time, the next at once', async () => {
  await turnOfParis('493104');
  await paris.freeze();
  const call = caller.call('both', { fromUser: '49310400' });
  expect((await fact(stack, '49310400', 'offered')).agent).toBe(SECOND);
  const { agent, waitMs } = await answered(stack, call, '49310400');
  expect(agent).toBe(BERLIN);
  expect(waitMs).toBeLessThan(RING_MS + 1_000);
  await call.hangup();
  await ended(stack, '49310400');
  await noClaims(stack);

  await free(BERLIN);
  const next = await toBerlin('49310401');
  expect(next.waitMs).toBeLessThan(1_000);
  expect(offersAt(stack, 'paris/2001', '49310401')).toEqual([]);
  const stale = async (): Promise<true | undefined> => {
    const { dbNowMs, sites } = await stack.store.sites();
    const site = sites.find((one) => one.siteId === 'paris');
    return site?.connection !== 'up' || dbNowMs - site.pbxSeenAtMs > 5_000 || undefined;
  };
  await until(stale, 'paris is stale', 8_000);
  await free(BERLIN);
  expect(refusedOf((await toBerlin('49310402')).record)).toContain('site_stale');
});
