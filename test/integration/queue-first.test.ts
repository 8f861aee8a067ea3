/** A site's own queue and the edge, both backed up for the same agent: whose callers go first. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { openPhone } from '../lab/asterisk/probe.ts';
import { agentIs, agentRow, answered, callOf, ended, fact, noClaims } from '../lab/record.ts';
import type { OutgoingCall, Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const AGENT = 'berlin/PJSIP/1001';
const TALK_MS = 150;

let stack: Stack;
/** Calls the edge. */
let caller: Phone;
/** Calls the site, past the edge. */
let local: Phone;

const agentPhone = (): Phone => stack.phone('berlin', '1001');

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: { support: { retry: 1 } },
        // Guarded, as a site should be where both want one agent: without it the two can ring him at once.
        agents: [{ ext: '1001', queues: { support: 0 }, guard: true }],
      },
    ],
    services: ['support', 'ours-first'],
    routing: {
      support: { ring: '5s', max_wait: '60s' },
      'ours-first': { ring: '5s', max_wait: '60s', requirement: 'queue:support', share: 'network_first' },
    },
  });
  const site = stack.lab.sites.get('berlin');
  if (!site) throw new Error('no berlin');
  caller = await stack.caller();
  local = await openPhone('site-callers', stack.lab.callerAddress, site);
});

beforeEach(() => stack.phones.mark());
afterAll(async () => {
  await local?.stop();
  await stack?.stop();
});

/** The agent is on a call of ours that ends only when he hangs up. */
async function busyAgent(ani: string): Promise<void> {
  agentPhone().behaviour = { kind: 'answer', afterMs: 0 };
  await answered(stack, caller.call('support', { fromUser: ani }), ani);
  await agentIs(stack, AGENT, 'talking', (row) => row.activity === 'talking');
}

/** That many callers wait in the site's queue, as the site sees it. */
async function waitAtSite(...numbers: readonly string[]): Promise<readonly OutgoingCall[]> {
  const calls: OutgoingCall[] = [];
  for (const number of numbers) {
    calls.push(local.call('queue-support', { fromUser: number }));
    const look = async (): Promise<true | undefined> =>
      (await stack.store.queues()).some((queue) => queue.waiting === calls.length) || undefined;
    await until(look, `${calls.length} wait in the site's queue`);
  }
  return calls;
}

async function waitAtEdge(service: string, ...numbers: readonly string[]): Promise<readonly OutgoingCall[]> {
  const calls: OutgoingCall[] = [];
  for (const number of numbers) {
    calls.push(caller.call(service, { fromUser: number }));
    await callOf(stack, number);
  }
  return calls;
}

/** The callers' numbers in the order in which the agent's phone was called, from the `from`th on. */
const served = (from: number): readonly string[] =>
  stack.phones
    .offersOf('berlin/1001')
    .slice(from)
    .map((offer) => /^sip:([^@]+)@/.exec(offer.detail['from'] ?? '')?.[1] ?? '');

/** The agent hangs up, takes each call for a moment, and all callers are served. */
async function serveAll(calls: readonly OutgoingCall[]): Promise<void> {
  agentPhone().behaviour = { kind: 'answer', afterMs: 0, talkMs: TALK_MS };
  await agentPhone().hangup();
  await Promise.all(calls.map((call) => call.ended));
}

test('by default the site’s own callers are served first, in their order, and then ours in theirs', async () => {
  await busyAgent('49309000');
  // Ours come first and wait for longer.
  const ours = await waitAtEdge('support', '49309001', '49309002', '49309003');
  const sites = await waitAtSite('49300001', '49300002', '49300003');
  const before = stack.phones.offersOf('berlin/1001').length;
  await serveAll([...ours, ...sites]);
  expect(served(before)).toEqual(['49300001', '49300002', '49300003', '49309001', '49309002', '49309003']);
  expect(stack.phones.overlappingCalls()).toEqual([]);

  const waited = (await ended(stack, '49309001')).all('decided').flatMap((one) => one.decision.refused);
  expect(waited.flatMap((one) => one.reasons.map((reason) => reason.code))).toContain('talking');
  await noClaims(stack);
});

test('why ours wait is written down: the site’s queue has callers', async () => {
  await agentIs(stack, AGENT, 'idle', (row) => row.activity === 'idle');
  // His phone declines, so the site's caller keeps waiting while the agent is idle.
  agentPhone().behaviour = { kind: 'reject', code: 486 };
  const [site] = await waitAtSite('49300011');
  const [ours] = await waitAtEdge('support', '49309011');
  await agentPhone().waitFor('rejected', (entry) => entry.detail['code'] === '486');
  // He may have declined before ours came: only the record tells that the edge has thought of ours as well.
  await fact(stack, '49309011', 'decided');
  await ours?.hangup();
  await site?.hangup();
  const { decision } = (await ended(stack, '49309011')).all('decided')[0] ?? {};
  expect(decision?.winner).toBeNull();
  expect(decision?.refused[0]?.reasons).toContainEqual({ code: 'site_queue_waiting', queue: 'support', waiting: 1 });
  expect(served(0)).not.toContain('49309011');
  await until(
    async () => (await stack.store.queues()).every((queue) => queue.waiting === 0) || undefined,
    'the queue is empty',
  );
});

test('share: network_first: ours are not held back by the site’s queue', async () => {
  await until(
    async () => ((await agentRow(stack, AGENT)).reservation?.expiresAtMs ?? 0) < Date.now() || undefined,
    'nothing holds the agent',
    8_000,
  );
  await busyAgent('49309020');
  const locals = Array.from({ length: 10 }, (_, i) => `493000${30 + i}`);
  const sites = await waitAtSite(...locals);
  const ours = await waitAtEdge('ours-first', '49309021', '49309022');
  const before = stack.phones.offersOf('berlin/1001').length;
  await serveAll([...ours, ...sites]);
  const order = served(before).filter((number, index, all) => all.indexOf(number) === index);
  expect([...order].sort()).toEqual([...locals, '49309021', '49309022'].sort());
  // Who is quicker each time is chance, and who meets the other at the guard is held for 5 s: but ours do not wait for its end.
  expect(order.indexOf('49309021')).toBeLessThan(order.indexOf(locals[9] ?? ''));
  expect(stack.phones.overlappingCalls()).toEqual([]);
  await noClaims(stack);
});
