/** Agents who hand a caller on with their own phones: the edge sees no leg end, only the site shows it. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { agentIs, answered, ended, fact, holdOf, noClaims, offersAt, resultOf } from '../lab/record.ts';
import type { OutgoingCall, Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

let stack: Stack;
let caller: Phone;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: { support: {}, sales: {} },
        agents: [
          { ext: '1001', queues: { support: 0 } },
          { ext: '1002', queues: { sales: 0 } },
          // In no queue: the one whom agents hand callers on to.
          { ext: '2001' },
          { ext: '2002' },
        ],
      },
    ],
    routing: { support: { ring: '5s' }, sales: { ring: '5s' } },
  });
  caller = await stack.caller();
});

afterAll(() => stack?.stop());

/** A caller who talks with that agent, as the site sees it too. */
async function talking(service: string, ext: string, ani: string): Promise<{ call: OutgoingCall; agentLeg: string }> {
  const call = caller.call(service, { fromUser: ani });
  await answered(stack, call, ani);
  await agentIs(stack, agent(ext), 'talking', (row) => row.activity === 'talking');
  const agentLeg = offersAt(stack, `berlin/${ext}`, ani)[0]?.callId ?? '';
  return { call, agentLeg };
}

/** The agent is out of the call and his claim has ended, while the caller talks on. */
async function handedOn(service: string, ext: string, third: string, ani: string, call: OutgoingCall): Promise<void> {
  expect(await fact(stack, ani, 'transferredAtSite', 8_000)).toMatchObject({ agent: agent(ext), site: 'berlin' });
  expect(await holdOf(stack, agent(ext))).toBe('wrap_up 300');
  await noClaims(stack);
  expect([...phone(third).calls.values()].map((leg) => leg.state)).toEqual(['talking']);
  expect(caller.calls.get(call.callId)?.state).toBe('talking');

  // He is offered the next call while the first caller still talks to somebody else.
  const next = caller.call(service, { fromUser: `${ani}1` });
  await answered(stack, next, `${ani}1`);
  await next.hangup();
  expect((await ended(stack, `${ani}1`)).offers).toEqual([`${agent(ext)} answered/answered`]);
  expect(caller.calls.get(call.callId)?.state).toBe('talking');
}

test('blind: the caller talks to the third party, the agent is free and gets the next call', async () => {
  const { call, agentLeg } = await talking('support', '1001', '49305550');
  await phone('1001').blindTransfer(agentLeg, '2001');
  await phone('2001').waitFor('confirmed');
  await handedOn('support', '1001', '2001', '49305550', call);

  await phone('2001').hangup();
  await call.ended;
  const record = await ended(stack, '49305550');
  expect(record.end).toBe('answered by agent');
  expect(record.facts.map((one) => one.kind)).toEqual(
    expect.arrayContaining(['bridged', 'transferredAtSite', 'ended']),
  );
  expect(await resultOf(stack, '49305550')).toMatchObject({ status: 'ANSWERED', agent: agent('1001') });
  await noClaims(stack);
});

test('attended: the agent asks the third party first, then joins the two', async () => {
  const { call, agentLeg } = await talking('sales', '1002', '49305560');
  const consult = phone('1002').call('2002');
  await consult.answered;
  await phone('1002').attendedTransfer(agentLeg, consult.callId);
  await consult.ended;
  await handedOn('sales', '1002', '2002', '49305560', call);

  await call.hangup();
  await phone('2002').waitFor('bye_received');
  const record = await ended(stack, '49305560');
  expect(record.end).toBe('answered by caller');
  expect(record.all('transferredAtSite')).toHaveLength(1);
  await noClaims(stack);
});

test('a blind transfer to a phone that refuses comes to an end for the caller, and the agent is free', async () => {
  phone('2001').behaviour = { kind: 'reject', code: 486 };
  const { call, agentLeg } = await talking('support', '1001', '49305570');
  await phone('1001')
    .blindTransfer(agentLeg, '2001')
    .catch(() => undefined);
  await phone('1001').hangup();
  await call.ended;
  expect((await ended(stack, '49305570')).end).toBe('answered by agent');
  await noClaims(stack);
  await agentIs(stack, agent('1001'), 'idle', (row) => row.activity === 'idle');
});
