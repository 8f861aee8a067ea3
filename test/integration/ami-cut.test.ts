/** The AMI connection cut, frozen, and gone with its Asterisk, during calls: stale in time, and then the rows are right again. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { factsOfPbx, factsOfRows } from '../lab/asterisk/snapshot.ts';
import type { AsteriskInstance } from '../lab/lab.ts';
import { startRelay } from '../lab/relay.ts';
import type { Relay } from '../lab/relay.ts';
import { nowMs } from '../lab/sip/log.ts';
import { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { place, rung } from '../lab/watch.ts';
import type { PlacedCall } from '../lab/watch.ts';

const STALE_MS = 5_000;
const member = (ext: string) => ({ ext, queues: { support: 0 } });

let stack: Stack;
let relay: Relay;
let berlin: AsteriskInstance;
let siteCaller: Phone;
let calls = 0;

const call = (service = 'support'): Promise<PlacedCall> =>
  place(stack, `493088${String(++calls).padStart(4, '0')}`, service);

/** As every reader judges it: not connected, or silent for 5 s on the database's clock. */
async function isStale(): Promise<boolean> {
  const { dbNowMs, sites } = await stack.store.sites();
  const row = sites.find(({ siteId }) => siteId === 'berlin');
  return row === undefined || row.connection !== 'up' || dbNowMs - row.pbxSeenAtMs > STALE_MS;
}

/** How long it takes to become (or no longer be) stale. */
async function staleAfter(sinceMs: number, stale: boolean, deadlineMs: number): Promise<number> {
  const asked = async (): Promise<true | undefined> => ((await isStale()) === stale ? true : undefined);
  await until(asked, stale ? 'berlin is stale' : 'berlin is fresh', deadlineMs);
  return nowMs() - sinceMs;
}

/** Waits until rows and PBX say the same, and shows the difference when they do not in time. */
async function expectSame(): Promise<void> {
  let rows: unknown;
  let pbx: unknown;
  const same = async (): Promise<true | undefined> => {
    [rows, pbx] = await Promise.all([factsOfRows(stack.store, 'berlin'), factsOfPbx(berlin, stack.lab.credentials)]);
    return JSON.stringify(rows) === JSON.stringify(pbx) ? true : undefined;
  };
  await until(same, 'the rows equal a fresh snapshot', 5_000).catch(() => expect(rows).toEqual(pbx));
}

/** Two calls while Berlin is stale: both must reach Paris, though others in Berlin have been idle longer. */
async function expectParisOnly(): Promise<void> {
  for (const next of [await call(), await call()]) {
    await next.answered;
    expect((await rung(stack, next.number)).phone).toMatch(/^paris\//);
    await next.hangup();
  }
  expect(await isStale()).toBe(true);
}

/** One caller of ours and one of the site's own queue, both talking in Berlin. */
async function talkInBerlin(): Promise<{ readonly ours: PlacedCall; readonly theirs: ReturnType<Phone['call']> }> {
  const ours = await call('local');
  await ours.answered;
  expect((await rung(stack, ours.number)).phone).toMatch(/^berlin\//);
  const theirs = siteCaller.call('queue-support');
  await theirs.answered;
  await expectSame();
  return { ours, theirs };
}

const cli = async (...commands: string[]): Promise<void> => {
  for (const command of commands) await berlin.cli(command);
};

beforeAll(async () => {
  const queues = { support: {}, sales: { retry: 1 } };
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        ...{ name: 'berlin', queues },
        agents: [
          ...['1001', '1002', '1003', '1004'].map(member),
          { ext: '1005', queues: { sales: 0 } },
          { ext: '1006', queues: { support: 2 }, dynamic: true },
        ],
      },
      { name: 'paris', queues: { support: {} }, agents: ['2001', '2002', '2003'].map(member) },
    ],
    services: ['support', 'local'],
    routing: { support: {}, local: { requirement: 'queue:support and site=berlin' } },
    amiOf: async (site, pbx) => (site === 'berlin' ? (relay = await startRelay('127.0.0.1', pbx)) : pbx),
  });
  berlin = stack.lab.sites.get('berlin') as AsteriskInstance;
  siteCaller = new Phone({ name: '4989555', localAddress: stack.lab.callerAddress, server: berlin.sip });
  await siteCaller.start();
  await expectSame();
});

afterAll(async () => {
  await siteCaller?.stop();
  await stack?.stop();
  await relay?.close();
});

test('cut during calls: stale at once, nobody of it is offered, and what changed meanwhile is found', async () => {
  const { ours, theirs } = await talkInBerlin();
  const cutMs = nowMs();
  relay.cut();
  expect(await staleAfter(cutMs, true, 3_000)).toBeLessThan(1_000);
  await ours.hangup();
  await theirs.hangup();
  await cli(
    'queue pause member PJSIP/1003 queue support reason tea',
    'queue set penalty 5 on support interface PJSIP/1004',
    'queue remove member PJSIP/1006 from support',
    'queue add member PJSIP/1005 to support penalty 1 as "Agent 1005" state_interface PJSIP/1005',
  );
  stack.phone('berlin', '1005').behaviour = { kind: 'ring' };
  const waiting = siteCaller.call('queue-sales');
  await stack.phone('berlin', '1005').waitFor('ringing');
  await expectParisOnly();
  relay.restore();
  await staleAfter(nowMs(), false, 15_000);
  await expectSame();
  await waiting.hangup();
  await expectSame();
});

test('frozen during calls: stale within 5 s, nobody of it is offered, and what changed meanwhile is found', async () => {
  const { ours, theirs } = await talkInBerlin();
  const frozenMs = nowMs();
  relay.freeze();
  expect(await staleAfter(frozenMs, true, 8_000)).toBeLessThan(STALE_MS + 500);
  await ours.hangup();
  await theirs.hangup();
  await cli('queue unpause member PJSIP/1003 queue support', 'queue remove member PJSIP/1005 from support');
  await stack.phone('berlin', '1004').unregister();
  await expectParisOnly();
  relay.restore();
  await staleAfter(nowMs(), false, 15_000);
  await expectSame();
  await stack.phone('berlin', '1004').register(300);
  await expectSame();
});

test('its Asterisk started again during calls: stale at once, then as a fresh snapshot says', async () => {
  const { ours, theirs } = await talkInBerlin();
  const restarting = berlin.restart();
  expect(await staleAfter(nowMs(), true, 5_000)).toBeLessThan(4_000);
  await restarting;
  await staleAfter(nowMs(), false, 20_000);
  await expectSame();
  await Promise.all([ours.hangup(), theirs.hangup()]);
  await stack.lab.trunksUp();
  await expectSame();
});
