/** Agents who send a caller back, and how long an agent rests after which call: real phones, keys and claims. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { agentIs, answered, callOf, ended, fact, holdOf, noClaims, offersAt } from '../lab/record.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { callAndWait, callersEar, hearsSound, liveCall } from './waiting-help.ts';

const AGENTS = { support: ['101', '102'], alone: ['111'], rests: ['121', '122'], handed: ['131'], rona: ['141'] };
const requeued = { music: 'jazz', requeue: true, wrap_up: '2s', wrap_up_after: { requeued: '1s' } };

let stack: Stack;
let caller: Phone;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;

/** `*7` in the talk of that agent. */
async function sendsBack(ext: string): Promise<void> {
  const { callId } = liveCall(phone(ext));
  for (const key of ['*', '7']) await phone(ext).press(callId, key);
}

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    rtp: true,
    behaviour: { kind: 'answer', afterMs: 50 },
    sites: [
      {
        name: 'berlin',
        queues: Object.fromEntries(Object.keys(AGENTS).map((queue) => [queue, {}])),
        agents: [
          ...Object.entries(AGENTS).flatMap(([queue, exts]) => exts.map((ext) => ({ ext, queues: { [queue]: 0 } }))),
          // In no queue: the one whom agents hand callers on to.
          { ext: '201' },
        ],
      },
    ],
    routing: {
      support: requeued,
      alone: requeued,
      rests: { wrap_up: '2s' },
      handed: { wrap_up: '2s', wrap_up_after: { transferred: '3s' } },
      rona: { ring: '1s', no_answer: '2s' },
    },
  });
  caller = await stack.caller();
});

afterAll(() => stack?.stop());

describe('an agent who sends a caller back', () => {
  test('the next one gets him, before those who came later, and he himself does not', async () => {
    const first = caller.call('support', { fromUser: '4930101' });
    await answered(stack, first, '4930101');
    const sender = (await fact(stack, '4930101', 'bridged')).agent.endsWith('101') ? '101' : '102';
    const other = sender === '101' ? '102' : '101';
    const busy = caller.call('support', { fromUser: '4930102' });
    await answered(stack, busy, '4930102');
    // Both agents talk, and two callers wait when the first one is sent back.
    const third = await callAndWait(stack, caller, 'support', '4930103');
    const fourth = await callAndWait(stack, caller, 'support', '4930104');

    phone(sender).mark();
    await sendsBack(sender);
    await phone(sender).waitFor('bye_received');
    const ear = await callersEar(stack, '4930101');
    await ear.hears('music jazz');
    await hearsSound(caller, first.callId);
    expect(await fact(stack, '4930101', 'requeued')).toMatchObject({ agent: agent(sender), service: 'support' });
    expect(await holdOf(stack, agent(sender))).toBe('wrap_up 1000');

    // The sender is free first: the next in line has him, not the one whom he sent back.
    await answered(stack, third.call, '4930103');
    expect((await fact(stack, '4930103', 'bridged')).agent).toBe(agent(sender));
    expect(offersAt(stack, `berlin/${sender}`, '4930101')).toHaveLength(1);

    // The other one is free: the one who was sent back came before the one who waits.
    await phone(other).hangup();
    await fact(stack, '4930102', 'ended');
    expect(await holdOf(stack, agent(other))).toBe('wrap_up 2000');
    const again = async (): Promise<true | undefined> =>
      (await stack.store.callEvents((await callOf(stack, '4930101')).callId)).filter(
        (event) => event.fact.kind === 'bridged',
      ).length === 2 || undefined;
    await until(again, 'he talks to the other one');
    expect(offersAt(stack, `berlin/${other}`, '4930104')).toEqual([]);
    expect(caller.calls.get(first.callId)?.state).toBe('talking');
    await hearsSound(caller, first.callId);

    await first.hangup();
    const record = await ended(stack, '4930101');
    expect(record.offers).toEqual([`${agent(sender)} answered/answered`, `${agent(other)} answered/answered`]);
    expect([record.end, record.summary.agentId]).toEqual(['answered by caller', agent(other)]);
    const told = stack.ipnt('explain', record.callId);
    expect(told.stdout).toContain(`Agent ${sender} (Berlin) sent the caller back to the line of "support"`);
    await answered(stack, fourth.call, '4930104');
    await Promise.all([third.call.hangup(), fourth.call.hangup()]);
    await Promise.all(['4930103', '4930104'].map((ani) => ended(stack, ani)));
    await noClaims(stack);
  });

  test('a caller who has enough then hangs up: he gave up, and nobody is held for him', async () => {
    const call = caller.call('alone', { fromUser: '4930111' });
    await answered(stack, call, '4930111');
    await sendsBack('111');
    const ear = await callersEar(stack, '4930111');
    await ear.hears('music jazz');
    await call.hangup();
    const record = await ended(stack, '4930111');
    expect([record.offers, record.end]).toEqual([[`${agent('111')} answered/answered`], 'abandoned by caller']);
    await noClaims(stack);

    // The agent is not held against him: another caller has him.
    const next = caller.call('alone', { fromUser: '4930112' });
    await answered(stack, next, '4930112');
    await next.hangup();
    await ended(stack, '4930112');
    await noClaims(stack);
  });

  test('means nothing to a service that does not want it: the keys go to the caller', async () => {
    const call = caller.call('rests', { fromUser: '4930121' });
    const { agent: who } = await answered(stack, call, '4930121');
    await sendsBack(who.slice(-3));
    await hearsSound(caller, call.callId);
    await call.hangup();
    const record = await ended(stack, '4930121');
    expect([record.all('requeued'), record.end]).toEqual([[], 'answered by caller']);
    await noClaims(stack);
  });
});

describe('wrap-up', () => {
  const restAfter = async (service: string, ani: string): Promise<string> => {
    const call = caller.call(service, { fromUser: ani });
    const { agent: who } = await answered(stack, call, ani);
    await call.hangup();
    await ended(stack, ani);
    await noClaims(stack);
    return `${who} ${await holdOf(stack, who)}`;
  };

  test('is the service’s, unless the agent has one of his own', async () => {
    const file = join(stack.dir, 'agents.csv');
    writeFileSync(file, `agent,wrap_up\n${agent('122')},4s\n`);
    const { status, stdout } = stack.ipnt('agents', 'import', file);
    expect([status, stdout]).toEqual([0, expect.stringContaining('1 imported; in force: version 2')]);
    await stack.roles.get('edge edge1')?.said('routing is in force: version 2');
    const rests = [await restAfter('rests', '4930122'), await restAfter('rests', '4930123')];
    expect(rests.sort()).toEqual([`${agent('121')} wrap_up 2000`, `${agent('122')} wrap_up 4000`]);
  });

  test('is another one after a call that he handed on', async () => {
    const call = caller.call('handed', { fromUser: '4930131' });
    await answered(stack, call, '4930131');
    await agentIs(stack, agent('131'), 'talking', (row) => row.activity === 'talking');
    // A talk that the edge, which reads the sites four times a second, has seen.
    await hearsSound(caller, call.callId, 50);
    await phone('131').blindTransfer(liveCall(phone('131')).callId, '201');
    await phone('201').waitFor('confirmed');
    await fact(stack, '4930131', 'transferredAtSite', 8_000);
    expect(await holdOf(stack, agent('131'))).toBe('wrap_up 3000');
    await call.hangup();
    await ended(stack, '4930131');
    await noClaims(stack);
  });
});

test('an agent who lets it ring is left alone for as long as the service says, then for twice as long', async () => {
  phone('141').behaviour = { kind: 'ring' };
  const call = caller.call('rona', { fromUser: '4930141' });
  await fact(stack, '4930141', 'offerEnded');
  expect(await holdOf(stack, agent('141'))).toBe('no_answer 2000');
  const twice = async (): Promise<true | undefined> =>
    (await holdOf(stack, agent('141'))) === 'no_answer 4000' || undefined;
  await until(twice, 'the second hold is twice as long', 6_000);
  await call.hangup();
  expect((await ended(stack, '4930141')).offers).toEqual(Array(2).fill(`${agent('141')} no_answer/no_answer`));
  const [one, two] = offersAt(stack, 'berlin/141', '4930141');
  expect((two?.invitedAtMs ?? 0) - (one?.endedAtMs ?? 0)).toBeGreaterThan(1_900);
});
