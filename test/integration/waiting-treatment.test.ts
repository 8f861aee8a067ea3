/** What a waiting caller hears, and the keys that he can press: real calls, from the caller's ear to the dialplan that gets him. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { logOf, noticed } from '../lab/asterisk/probe.ts';
import { agentIs, answered, ended, fact, holdOf, noClaims, resultOf } from '../lab/record.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { callAndWait, callersEar, edgeOf, hearsSound } from './waiting-help.ts';

/** Queue and service alike, each with agents of its own. */
const AGENTS = { rings: ['101'], jazz: ['111'], told: ['121', '122', '123'], keys: ['131'] };
const leave = { keys: { '9': { leave: 'menu^s^1' } } };

let stack: Stack;
let caller: Phone;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;

async function goesHome(ext: string): Promise<void> {
  await phone(ext).unregister();
  await agentIs(stack, agent(ext), 'unreachable', (row) => row.activity === 'unreachable');
}

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    rtp: true,
    sites: [
      {
        name: 'berlin',
        queues: Object.fromEntries(Object.keys(AGENTS).map((queue) => [queue, {}])),
        agents: Object.entries(AGENTS).flatMap(([queue, exts]) => exts.map((ext) => ({ ext, queues: { [queue]: 0 } }))),
      },
    ],
    routing: {
      rings: { ring: '60s' },
      jazz: { ring: '60s', music: 'jazz' },
      told: {
        ...{ ring: '60s', music: 'default', wrap_up: '100s' },
        announce: { position: true, expected_wait: true, on_entry: true, every: '10s' },
      },
      keys: { ring: '60s', music: 'default', ...leave },
    },
    extraEdgeDialplan: `
[menu]
exten => s,1,Log(NOTICE,MENU \${IPNTSTATUS} by \${IPNT_KEY} of \${IPNT_SERVICE} caller=\${CALLERID(num)})
 same => n,Return()
`,
  });
  caller = await stack.caller();
});

afterAll(() => stack?.stop());

describe('treatment', () => {
  test('ringing: the caller is not answered until the agent answers', async () => {
    phone('101').behaviour = { kind: 'ring' };
    const call = caller.call('rings', { fromUser: '4930101' });
    await call.ringing;
    await phone('101').waitFor('ringing');
    const live = (): string | undefined => caller.calls.get(call.callId)?.state;
    expect(live()).toBe('ringing');
    phone('101').answer();
    await answered(stack, call, '4930101');
    await call.hangup();
    expect((await ended(stack, '4930101')).end).toBe('answered by caller');
    await noClaims(stack);
  });

  test('a music class: the caller is answered and hears it until he is bridged', async () => {
    phone('111').behaviour = { kind: 'ring' };
    const call = caller.call('jazz', { fromUser: '4930111' });
    await call.answered;
    const ear = await callersEar(stack, '4930111');
    await ear.hears('music jazz');
    await hearsSound(caller, call.callId);
    await phone('111').waitFor('ringing');
    phone('111').answer();
    await answered(stack, call, '4930111');
    await call.hangup();
    expect((await ended(stack, '4930111')).offers).toEqual([`${agent('111')} answered/answered`]);
    expect(ear.heard()).toEqual(['music jazz']);
    await noClaims(stack);
  });
});

test('place and expected wait on entry and every so often; an agent who becomes free meanwhile has him at once', async () => {
  await goesHome('123');
  // One talk has ended, so that it is known what a call takes: mostly the wrap-up.
  const first = caller.call('told', { fromUser: '4930120' });
  await answered(stack, first, '4930120');
  await first.hangup();
  await ended(stack, '4930120');
  const second = caller.call('told', { fromUser: '4930121' });
  await answered(stack, second, '4930121');

  const next = await callAndWait(stack, caller, 'told', '4930122');
  const last = await callAndWait(stack, caller, 'told', '4930123');
  const [nextEar, lastEar] = [await callersEar(stack, '4930122'), await callersEar(stack, '4930123')];
  // Two calls, 100 s each, three agents: a minute. Whoever is next is told no time. What takes long is said to its end.
  const told = ['queue-thereare', 'digits/2', 'queue-callswaiting', 'queue-holdtime', 'digits/1', 'queue-minute'];
  await lastEar.hears('queue-thankyou', 1, 15_000);
  expect(lastEar.heard()).toEqual(['music default', ...told, 'queue-thankyou']);

  await nextEar.hears('queue-youarenext', 2, 15_000);
  await phone('123').register();
  await answered(stack, next.call, '4930122');
  expect(nextEar.heard()).toEqual([
    ...['music default', 'queue-youarenext', 'queue-thankyou', 'music default'],
    'queue-youarenext',
  ]);
  await hearsSound(caller, next.call.callId);
  await Promise.all([second, next.call, last.call].map((call) => call.hangup()));
  expect((await ended(stack, '4930122')).offers).toEqual([`${agent('123')} answered/answered`]);
  expect((await ended(stack, '4930123')).end).toBe('abandoned by caller');
  await ended(stack, '4930121');
  await noClaims(stack);
}, 60_000);

describe('keys', () => {
  test('one leaves for a place of the dialplan; others mean nothing', async () => {
    await goesHome('131');
    const { call } = await callAndWait(stack, caller, 'keys', '4930131');
    await call.answered;
    for (const key of ['5', '#', '9']) await caller.press(call.callId, key);
    await call.ended;
    await noticed(edgeOf(stack), 0, 'MENU KEY by 9 of keys caller=4930131');
    const record = await ended(stack, '4930131');
    expect(record.all('keyPressed').map(({ key, action }) => [key, action])).toEqual([['9', 'leave']]);
    expect([record.end, record.summary.status]).toEqual(['overflowed by router', 'KEY']);
    expect(await resultOf(stack, '4930131')).toMatchObject({
      status: 'KEY',
      agent: '',
      service: 'keys',
      defaulted: '0',
    });
    await phone('131').register();
    await agentIs(stack, agent('131'), 'idle', (row) => row.activity === 'idle');
  });

  test('while an agent’s phone rings: it stops ringing, and he is free again', async () => {
    phone('131').behaviour = { kind: 'ring' };
    const call = caller.call('keys', { fromUser: '4930132' });
    await call.answered;
    await phone('131').waitFor('ringing');
    await caller.press(call.callId, '5');
    await caller.press(call.callId, '9');
    await phone('131').waitFor('cancelled');
    await call.ended;
    const record = await ended(stack, '4930132');
    expect(await holdOf(stack, agent('131'))).toBe('cancelled 500');
    expect([record.offers, record.end]).toEqual([[`${agent('131')} cancelled/wait_over`], 'overflowed by router']);
    expect(logOf(edgeOf(stack)).filter((line) => line.includes('NOTICE[') && line.includes('MENU KEY'))).toHaveLength(
      2,
    );
    await noClaims(stack);
  });

  test('in a talk it is the agent’s business alone', async () => {
    phone('131').mark();
    phone('131').behaviour = { kind: 'answer', afterMs: 0 };
    const call = caller.call('keys', { fromUser: '4930133' });
    await answered(stack, call, '4930133');
    await caller.press(call.callId, '9');
    await hearsSound(caller, call.callId);
    expect((await fact(stack, '4930133', 'bridged')).agent).toBe(agent('131'));
    await call.hangup();
    const record = await ended(stack, '4930133');
    expect([record.end, record.all('keyPressed')]).toEqual(['answered by caller', []]);
    await noClaims(stack);
  });
});
