/** The edge app stopped, killed, frozen, doubled and superseded, on real parts: no caller is lost for it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { ari, until } from '../lab/asterisk/ari.ts';
import { startRole } from '../lab/role.ts';
import type { Role } from '../lab/role.ts';
import { nowMs } from '../lab/sip/log.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { claimOn, nobodyClaimed, place, recorded, resultOf, rung, rungFor, setPaused } from '../lab/watch.ts';
import type { PlacedCall } from '../lab/watch.ts';

let stack: Stack;
let calls = 0;
const agents = ['1001', '1002', '1003'];

/** A new caller of `support`. */
const call = (): Promise<PlacedCall> => place(stack, `493099${String(++calls).padStart(4, '0')}`, 'support');
const edge = (): Role => stack.roles.get('edge edge1') as Role;

/** The next call is routed and answered. */
async function expectRouted(): Promise<void> {
  const next = await call();
  await next.answered;
  await recorded(stack, next.number, ({ agentId }) => agentId !== '');
  await next.hangup();
  expect(await resultOf(stack, next.number)).toMatchObject({ status: 'ANSWERED', defaulted: '0', site: 'berlin' });
  const record = await recorded(stack, next.number, ({ endedAtMs }) => endedAtMs !== null);
  expect(record).toMatchObject({ outcome: 'answered', offers: 1 });
}

/** The next call is answered by the site's queue, at once. */
async function expectDefaulted(withinMs: number): Promise<void> {
  const startedMs = nowMs();
  const next = await call();
  await next.answered;
  expect((await rung(stack, next.number)).invitedAtMs - startedMs).toBeLessThan(withinMs);
  await next.hangup();
  expect(await resultOf(stack, next.number)).toMatchObject({ status: 'ERROR', defaulted: '1' });
}

/** SIGKILL; its sockets are closed when it is gone. */
async function killed({ pid, kill }: Role): Promise<void> {
  kill('SIGKILL');
  const isGone = (): true | undefined => {
    try {
      process.kill(pid, 0);
      return undefined;
    } catch {
      return true;
    }
  };
  await until(async () => isGone(), `process ${pid} is gone`);
}

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      { name: 'berlin', queues: { support: {} }, agents: agents.map((ext) => ({ ext, queues: { support: 0 } })) },
    ],
    routing: { support: {} },
  });
});

afterAll(() => stack?.stop());

afterEach(() => {
  expect(stack.phones.overlappingCalls()).toEqual([]);
});

test('stopped: the next call takes the default route and is answered; started again: the next is routed', async () => {
  await expectRouted();
  await edge().stop();
  await expectDefaulted(1_000);
  await stack.startRole('edge', 'edge1');
  await expectRouted();
});

test('killed: bridged calls go on, their leases end in 10 s, and the next process follows them to their end', async () => {
  const talking = await call();
  await talking.answered;
  const { phone: agent } = await rung(stack, talking.number);
  const agentId = agent.replace('/', '/PJSIP/');
  await until(async () => ((await claimOn(stack, agentId))?.phase === 'talk' ? true : undefined), 'the claim talks');
  await recorded(stack, talking.number, (record) => record.agentId === agentId);
  const killedMs = nowMs();
  await killed(edge());
  await expectDefaulted(1_000);
  await until(async () => ((await claimOn(stack, agentId)) === null ? true : undefined), 'the lease ends', 12_000);
  expect(nowMs() - killedMs).toBeLessThan(10_500);
  expect(talking.phone.calls.size).toBe(1);

  await stack.startRole('edge', 'edge1');
  await edge().said('a bridged call is followed');
  await until(
    async () => ((await claimOn(stack, agentId))?.phase === 'talk' ? true : undefined),
    'it is renewed',
    6_000,
  );
  await talking.hangup();
  const record = await recorded(stack, talking.number, ({ endedAtMs }) => endedAtMs !== null);
  expect(record).toMatchObject({ outcome: 'answered', agentId });
  await nobodyClaimed(stack);
  await until(
    async () => (stack.phone('berlin', agent.slice(-4)).calls.size === 0 ? true : undefined),
    'the agent is free',
  );
  await expectRouted();
});

test('frozen: new callers reach the default route within 5 s, waiting ones within 35 s', async () => {
  await setPaused(stack, 'berlin', agents, 'support', true);
  const waiting = await call();
  await waiting.ringing;
  await recorded(stack, waiting.number);
  // Past the first renewal: from here on the dialplan gives the app 30 s.
  await until(
    async () => ((await absoluteTimeout(waiting)) > 10 ? true : undefined),
    'its absolute timeout is renewed',
  );
  const frozenMs = nowMs();
  edge().kill('SIGSTOP');
  for (const ext of agents) await stack.lab.sites.get('berlin')?.cli(`queue unpause member PJSIP/${ext} queue support`);
  await expectDefaulted(5_000);
  const late = await rung(stack, waiting.number, 36_000);
  expect(late.invitedAtMs - frozenMs).toBeLessThan(35_000);
  await waiting.answered;

  edge().kill('SIGCONT');
  await expectRouted();
  await waiting.hangup();
  expect(await resultOf(stack, waiting.number)).toMatchObject({ status: 'ERROR', defaulted: '1' });
  expect(await recorded(stack, waiting.number, ({ outcome }) => outcome !== null)).toMatchObject({
    outcome: 'defaulted',
  });
  expect(rungFor(stack, waiting.number)).toHaveLength(1);
}, 90_000);

test('a second process stands by, takes over from a frozen one, and the superseded one changes nothing', async () => {
  const first = edge();
  const second = await standBy();
  const talking = await call();
  await talking.answered;
  const agentId = (await rung(stack, talking.number)).phone.replace('/', '/PJSIP/');
  await until(async () => ((await absoluteTimeout(talking)) === 0 ? true : undefined), 'the bridge stands');
  first.kill('SIGSTOP');
  await forgetVariables(talking);
  await second.said('the edge routes calls', 15_000);
  await second.said('a bridged call is followed');
  const before = await stack.store.edges();
  first.kill('SIGCONT');
  await first.said('standing by');
  // It lost its place; what it was doing goes on under the second.
  expect((await stack.store.edges()).map(({ epoch }) => epoch)).toEqual(before.map(({ epoch }) => epoch));
  expect(talking.phone.calls.size).toBe(1);
  await until(
    async () => ((await claimOn(stack, agentId))?.phase === 'talk' ? true : undefined),
    'it is still claimed',
  );
  await expectRouted();
  await talking.hangup();
  expect(await recorded(stack, talking.number, ({ endedAtMs }) => endedAtMs !== null)).toMatchObject({
    outcome: 'answered',
  });
  await nobodyClaimed(stack);

  await killed(second);
  await until(
    async () => (first.lines.filter((line) => line.includes('the edge routes calls')).length === 2 ? true : undefined),
    'the first takes over',
    20_000,
  );
  await expectRouted();
}, 60_000);

/** A second process for the same edge, as on a second machine: with a data folder of its own. */
async function standBy(): Promise<Role> {
  const settings = { ...(parse(readFileSync(stack.settingsFile, 'utf8')) as object), data: join(stack.dir, 'second') };
  const file = join(stack.dir, 'second.yaml');
  writeFileSync(file, stringify(settings), { mode: 0o600 });
  const second = startRole('edge-edge1-second', ['--settings', file, 'edge', 'edge1'], stack.dir);
  stack.roles.set('edge edge1 second', second);
  await second.said('another process serves this edge: standing by');
  return second;
}

/** A caller's channel at the edge. */
async function channelOf(caller: PlacedCall): Promise<string> {
  const channels = await atEdge<{ id: string; caller: { number: string } }[]>('GET', '/channels');
  return channels.find((channel) => channel.caller.number === caller.number)?.id ?? '';
}

function atEdge<T>(method: string, path: string, query: Record<string, string> = {}): Promise<T> {
  const instance = stack.lab.edges.get('edge1');
  if (!instance) throw new Error('this stack has no edge');
  return ari<T>(instance, stack.lab.credentials, method, path, query);
}

/** Seconds that the dialplan still gives a caller at the edge; 0 once his bridge stands. */
async function absoluteTimeout(caller: PlacedCall): Promise<number> {
  const path = `/channels/${await channelOf(caller)}/variable`;
  return Number((await atEdge<{ value: string }>('GET', path, { variable: 'TIMEOUT(absolute)' })).value);
}

/** As if the app had gone right after the bridge, before it named the call and the agent on the channel. */
async function forgetVariables(caller: PlacedCall): Promise<void> {
  const path = `/channels/${await channelOf(caller)}/variable`;
  for (const variable of ['IPNT_CALL', 'IPNT_AGENT', 'IPNT_PHASE']) await atEdge('POST', path, { variable, value: '' });
}
