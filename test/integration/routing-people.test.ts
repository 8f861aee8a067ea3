/** Who calls and who answers, as provisioned: customers, whom they prefer, and agents' skills, attributes and wrap-up, in real calls. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { noticed } from '../lab/asterisk/probe.ts';
import type { AsteriskInstance } from '../lab/lab.ts';
import { agentIs, answered, ended, holdOf, offersAt } from '../lab/record.ts';
import { agentOf, change, command, free, numbers, talk, waits, whoAnswered, written } from '../lab/routing.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const QUEUES = ['care', 'turns', 'again', 'team', 'jugglers'];
const AGENTS: Readonly<Record<string, readonly string[]>> = {
  care: ['511', '512'],
  turns: ['521'],
  again: ['531', '532'],
  team: ['541', '542', '543'],
  jugglers: ['551', '552'],
};
/** Ann has many telephones: each of her calls here comes from another one. */
const ANN = [1, 2, 3, 4].map((digit) => `+49315100000${digit}`) as [string, string, string, string];
const BOB = '+493152000001';
const FRED = '+493153000001';
const CUSTOMERS = `id,name,numbers,priority,requirement,preferred,tier
C-1,Ann Smith,${ANN.join(';')},,,berlin/PJSIP/512,gold
C-2,Bob Jones,${BOB},9,,,silver
C-3,Fred Fox,${FRED},,team=gold,,gold
`;
/** 541 is as his PBX says; 543 is in the queue, and not to be called for it. */
const PROFILES = `agent,title,wrap_up,skills,team
berlin/PJSIP/542,Carla,600ms,,gold
berlin/PJSIP/543,,,queue:team:0,gold
berlin/PJSIP/551,,,juggling:5,
`;
const AGENT_COUNT = Object.values(AGENTS).flat().length;
const own = { customer: { source: 'shared' }, preferred: { customer: true, patience: '1s' } };

let stack: Stack;
let edge: AsteriskInstance;
let caller: Phone;
const nextAni = numbers('+49314');

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: Object.fromEntries(QUEUES.map((queue) => [queue, {}])),
        agents: Object.entries(AGENTS).flatMap(([queue, exts]) => exts.map((ext) => ({ ext, queues: { [queue]: 0 } }))),
      },
    ],
    routing: {
      care: own,
      turns: { customer: { source: 'shared' } },
      known: { requirement: 'queue:team', customer: { source: 'shared' } },
      again: { preferred: { last: true, patience: '1s' } },
      team: {},
      gold: { requirement: 'queue:team and team=gold' },
      juggling: { requirement: 'juggling>=5' },
    },
    services: [...QUEUES, 'known', 'gold', 'juggling'],
    extraEdgeDialplan: `
[from-outside]
exten => who,1,Gosub(ipnt,s,1(service=care,after=continue))
 same => n,Log(NOTICE,CUSTOMER \${IPNT_CUSTOMER} \${IPNT_CUSTOMER_NAME} caller=\${CALLERID(num)})
 same => n,Hangup()
exten => variable,1,Set(IPNT_REQUIRE=queue:team & team=gold)
 same => n,Gosub(ipnt,s,1(service=team))
 same => n,Hangup()
exten => argument,1,Gosub(ipnt,s,1(service=team,require=queue:team and team=gold))
 same => n,Hangup()
`,
  });
  edge = stack.lab.edges.get('edge1') as AsteriskInstance;
  caller = await stack.caller();
  expect(await command(stack, 'customers', 'import', written(stack, 'customers.csv', CUSTOMERS))).toContain('3 added');
  await change(stack, 'agents', 'import', written(stack, 'agents.csv', PROFILES));
});

beforeEach(async () => {
  stack.phones.mark();
  await free(stack, ...Object.values(AGENTS).flatMap((exts) => exts.map((ext) => `berlin/${ext}`)));
});
afterAll(() => stack?.stop());

const who = async (to: string, ani = nextAni()): Promise<string> => whoAnswered(await talk(stack, caller, to, ani));

describe('a customer', () => {
  test('gets his own agent, though another is idle for longer; everybody else gets the other', async () => {
    expect(await who('care', ANN[0])).toBe('berlin/512');
    await free(stack, 'berlin/512');
    expect(await who('care', ANN[1])).toBe('berlin/512');
    await free(stack, 'berlin/512');
    expect(await who('care')).toBe('berlin/511');
  });

  test('is known to the record and to the dialplan', async () => {
    const call = caller.call('who', { fromUser: ANN[2] });
    await answered(stack, call, ANN[2]);
    await stack.phone('berlin', '512').hangup();
    await call.ended;
    await noticed(edge, 0, `CUSTOMER C-1 Ann Smith caller=${ANN[2]}`);
    const found = (await ended(stack, ANN[2])).one('customerFound');
    expect(found).toMatchObject({ source: 'shared', customerId: 'C-1', name: 'Ann Smith', problem: '' });
  });

  test('waits for his own agent as long as his patience, then anyone will do', async () => {
    await stack.phone('berlin', '512').call('600').answered;
    await agentIs(stack, agentOf('berlin/512'), 'talking', (row) => row.activity === 'talking');
    const record = await talk(stack, caller, 'care', ANN[3]);
    await stack.phone('berlin', '512').hangup();
    expect(whoAnswered(record)).toBe('berlin/511');
    expect(record.one('bridged').waitMs).toBeGreaterThan(1_000);
    const [alone] = record.all('decided');
    const reasons = Object.fromEntries(
      alone?.decision.refused.map((one) => [one.agentId, one.reasons.map(({ code }) => code)]) ?? [],
    );
    expect(reasons).toEqual({
      [agentOf('berlin/511')]: ['not_preferred'],
      [agentOf('berlin/512')]: ['talking'],
    });
  });

  test('of higher priority goes before who came first', async () => {
    const [talks, early] = [nextAni(), nextAni()];
    await answered(stack, caller.call('turns', { fromUser: talks }), talks);
    const first = await waits(stack, caller, 'turns', early);
    const second = await waits(stack, caller, 'turns', BOB);
    await stack.phone('berlin', '521').hangup();
    await answered(stack, second, BOB);
    expect(offersAt(stack, 'berlin/521', early)).toEqual([]);
    await second.hangup();
    await answered(stack, first, early);
    await first.hangup();
    await ended(stack, early);
  });

  test('with a requirement of his own gets whom he needs', async () => {
    expect(await who('known', FRED)).toBe('berlin/542');
  });

  test('who calls again gets the agent he spoke to last', async () => {
    const [ann, bob] = [nextAni(), nextAni()];
    expect(await who('again', ann)).toBe('berlin/531');
    await free(stack, 'berlin/531');
    stack.phones.mark();
    const call = caller.call('again', { fromUser: ann });
    await call.answered;
    await stack.phone('berlin', '531').waitFor('confirmed');
    await call.hangup();
    await free(stack, 'berlin/531', 'berlin/532');
    expect(await who('again', bob)).toBe('berlin/532');
  });
});

describe('an agent', () => {
  // Each time he had the last call, and the others are idle for longer.
  test.each([
    ['the service', 'gold'],
    ['a variable of the dialplan', 'variable'],
    ['an argument in the dialplan', 'argument'],
  ])('is called for his attribute, by %s', async (_, to) => {
    expect(await who(to)).toBe('berlin/542');
  });

  test('rests for his own time, and the others for the least', async () => {
    expect(await who('gold')).toBe('berlin/542');
    expect(await holdOf(stack, agentOf('berlin/542'))).toBe('wrap_up 600');
    expect(await who('team')).toBe('berlin/541');
    expect(await holdOf(stack, agentOf('berlin/541'))).toBe('wrap_up 300');
  });

  test('loses a queue that his profile takes away: he is not called for it', async () => {
    const record = await talk(stack, caller, 'team', nextAni());
    expect(record.one('decided').decision.others).toMatchObject({ requirement_not_met: AGENT_COUNT - 2 });
    expect(stack.phones.offersOf('berlin/543')).toEqual([]);
  });

  test('gets a skill while a caller waits for it: he is called at once, by his title', async () => {
    const [talks, ani] = [nextAni(), nextAni()];
    const first = caller.call('juggling', { fromUser: talks });
    expect((await answered(stack, first, talks)).agent).toBe(agentOf('berlin/551'));
    const second = await waits(stack, caller, 'juggling', ani);
    const file = written(stack, 'more.csv', 'agent,title,skills\nberlin/PJSIP/552,Joe,juggling:7\n');
    await change(stack, 'agents', 'import', file);
    expect((await answered(stack, second, ani)).agent).toBe(agentOf('berlin/552'));
    await Promise.all([first.hangup(), second.hangup()]);
    const record = await ended(stack, ani);
    expect(record.all('decided').at(-1)?.decision.winner?.title).toBe('Joe');
    expect(await command(stack, 'explain', record.callId)).toContain('Joe (Berlin) was chosen');
  });
});
