/** Every way an offer can end, on real parts: what caller and phones saw, the record, the hold, who was tried next. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ari, until } from '../lab/asterisk/ari.ts';
import { agentIs, answered, callOf, ended, holdOf, noClaims, offersAt, resultOf } from '../lab/record.ts';
import type { Phone, RingBehaviour } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

interface Case {
  /** Queue and service; its agents are `<digits>1`, tried first, and `<digits>2`, who answers. */
  readonly name: string;
  readonly digits: string;
  readonly behaviour: RingBehaviour;
  /** What the first agent's phone logs of the call's end. */
  readonly saw: string;
  readonly record: string;
  readonly hold: string;
  /** How long it rang, at most. */
  readonly rangMs: number;
}

const CASES: readonly Case[] = [
  {
    ...{ name: 'busy', digits: '10', behaviour: { kind: 'reject', code: 486 } },
    ...{ saw: 'rejected', record: 'busy/busy', hold: 'busy 5000', rangMs: 1_000 },
  },
  {
    ...{ name: 'declined', digits: '11', behaviour: { kind: 'reject', code: 603, afterMs: 150 } },
    ...{ saw: 'rejected', record: 'busy/declined', hold: 'busy 5000', rangMs: 1_500 },
  },
  {
    ...{ name: 'do-not-disturb-480', digits: '12', behaviour: { kind: 'reject', code: 480 } },
    ...{ saw: 'rejected', record: 'no_answer/no_answer', hold: 'no_answer 30000', rangMs: 1_000 },
  },
  {
    ...{ name: 'do-not-disturb-486', digits: '13', behaviour: { kind: 'reject', code: 486, afterMs: 20 } },
    ...{ saw: 'rejected', record: 'busy/busy', hold: 'busy 5000', rangMs: 1_000 },
  },
  {
    ...{ name: 'forwarding', digits: '14', behaviour: { kind: 'redirect', to: 'sip:1001@127.0.0.1:5999' } },
    ...{ saw: 'redirected', record: 'failed/forwarded', hold: 'failed 10000', rangMs: 1_000 },
  },
  {
    ...{ name: 'not-answering', digits: '15', behaviour: { kind: 'ring' } },
    ...{ saw: 'cancelled', record: 'no_answer/no_answer', hold: 'no_answer 30000', rangMs: 3_500 },
  },
  {
    ...{ name: 'without-power', digits: '16', behaviour: { kind: 'silent' } },
    ...{ saw: 'live', record: 'failed/unreachable', hold: 'failed 30000', rangMs: 3_500 },
  },
  {
    ...{ name: 'out-of-order', digits: '17', behaviour: { kind: 'reject', code: 503 } },
    ...{ saw: 'rejected', record: 'failed/congestion', hold: 'failed 10000', rangMs: 1_000 },
  },
];

/** Queues of the other tests, each with its agents. */
const OTHERS = {
  unregistered: ['181', '182'],
  gone: ['191'],
  talk: ['201'],
  stubborn: ['211'],
  waiting: ['221'],
};
const AGENTS = [
  ...CASES.flatMap(({ name, digits }) => [`${digits}1`, `${digits}2`].map((ext) => ({ ext, queue: name }))),
  ...Object.entries(OTHERS).flatMap(([queue, exts]) => exts.map((ext) => ({ ext, queue }))),
];
const QUEUES = [...CASES.map(({ name }) => name), ...Object.keys(OTHERS)];

let stack: Stack;
let caller: Phone;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        queues: Object.fromEntries(QUEUES.map((queue) => [queue, {}])),
        agents: AGENTS.map(({ ext, queue }) => ({ ext, queues: { [queue]: 0 } })),
      },
    ],
    routing: Object.fromEntries(QUEUES.map((queue) => [queue, { ring: '2s', max_wait: '20s' }])),
    extraEdgeDialplan: `
[from-outside]
exten => goes-on,1,Set(CHANNEL(hangup_handler_push)=lab-result,s,1)
 same => n,Gosub(ipnt,s,1(service=talk,after=continue))
 same => n,Log(NOTICE,WENT-ON \${IPNTSTATUS} \${IPNT_AGENT} of \${IPNT_SITE} for \${IPNT_SERVICE} caller=\${CALLERID(num)})
 same => n,Hangup(17)
`,
  });
  caller = await stack.caller();
});

afterAll(() => stack?.stop());

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;

describe('an agent who does not take the call', () => {
  test.each(CASES)('$name: recorded, held, and the next agent is tried at once', async (one) => {
    const [first, second] = [`${one.digits}1`, `${one.digits}2`];
    const ani = `4930${one.digits}000`;
    phone(first).behaviour = one.behaviour;
    const call = caller.call(one.name, { fromUser: ani });
    await answered(stack, call, ani);
    expect(await holdOf(stack, agent(first))).toBe(one.hold);
    await call.hangup();

    const record = await ended(stack, ani);
    expect(record.offers).toEqual([`${agent(first)} ${one.record}`, `${agent(second)} answered/answered`]);
    expect(record.end).toBe('answered by caller');
    expect(record.summary).toMatchObject({ agentId: agent(second), siteId: 'berlin', offers: 2, outcome: 'answered' });
    expect(record.all('offerEnded')[0]?.rangMs).toBeLessThan(one.rangMs);

    const [tried] = offersAt(stack, `berlin/${first}`, ani);
    const [taken] = offersAt(stack, `berlin/${second}`, ani);
    expect(tried?.outcome).toBe(one.saw);
    expect(taken?.detail['from']).toContain(ani);
    // At once after the end of the first; a phone without power has none to be seen.
    const since = tried?.endedAtMs ?? (tried?.invitedAtMs ?? 0) + 2_000;
    expect((taken?.invitedAtMs ?? Infinity) - since).toBeLessThan(1_000);
    await noClaims(stack);
  });

  test('rang for as long as the service says, and is told that he missed a call', async () => {
    const [offer] = stack.phones.offersOf('berlin/151');
    expect((offer?.endedAtMs ?? 0) - (offer?.invitedAtMs ?? 0)).toBeGreaterThan(1_900);
    expect((offer?.endedAtMs ?? 0) - (offer?.invitedAtMs ?? 0)).toBeLessThan(2_600);
    expect(phone('151').entries.map((entry) => entry.what)).toContain('missed');
  });

  test('a phone that is not registered is never rung: the decision says why', async () => {
    await phone('181').unregister();
    await agentIs(stack, agent('181'), 'unreachable', (row) => row.activity === 'unreachable');
    const call = caller.call('unregistered', { fromUser: '49301810' });
    await answered(stack, call, '49301810');
    await call.hangup();
    const record = await ended(stack, '49301810');
    expect(record.offers).toEqual([`${agent('182')} answered/answered`]);
    const refused = record.one('decided').decision.refused.find((one) => one.agentId === agent('181'));
    expect(refused?.reasons).toEqual([{ code: 'unreachable' }]);
    expect(stack.phones.offersOf('berlin/181')).toEqual([]);
    expect(await holdOf(stack, agent('181'))).toBe('');
    await noClaims(stack);
  });

  test('an agent alone who declines is held, and called again when the hold is over', async () => {
    phone('211').behaviour = { kind: 'reject', code: 486 };
    const call = caller.call('stubborn', { fromUser: '49302110' });
    await phone('211').waitFor('rejected');
    phone('211').behaviour = { kind: 'answer', afterMs: 0 };
    await answered(stack, call, '49302110');
    await call.hangup();
    const [tried, again] = offersAt(stack, 'berlin/211', '49302110');
    const pauseMs = (again?.invitedAtMs ?? 0) - (tried?.invitedAtMs ?? 0);
    expect(pauseMs).toBeGreaterThan(4_900);
    expect(pauseMs).toBeLessThan(6_000);
    expect((await ended(stack, '49302110')).offers).toEqual([
      `${agent('211')} busy/busy`,
      `${agent('211')} answered/answered`,
    ]);
  });
});

describe('a caller who leaves', () => {
  test('while the phone rings: it stops, no call is missed, the agent is free again at once', async () => {
    phone('191').behaviour = { kind: 'ring' };
    const call = caller.call('gone', { fromUser: '49301910' });
    await phone('191').waitFor('ringing');
    await call.ringing;
    await call.hangup();
    await phone('191').waitFor('cancelled');
    const record = await ended(stack, '49301910');
    expect(record.offers).toEqual([`${agent('191')} cancelled/caller_left`]);
    expect(record.end).toBe('abandoned by caller');
    expect(await holdOf(stack, agent('191'))).toBe('cancelled 500');
    await noClaims(stack);
    expect(phone('191').entries.map((entry) => entry.what)).not.toContain('missed');
    expect(await resultOf(stack, '49301910')).toMatchObject({ status: 'HANGUP', agent: '', service: 'gone' });

    phone('191').behaviour = { kind: 'answer', afterMs: 0 };
    const next = caller.call('gone', { fromUser: '49301911' });
    await answered(stack, next, '49301911');
    await next.hangup();
    expect((await ended(stack, '49301911')).offers).toEqual([`${agent('191')} answered/answered`]);
  });

  test('while he waits: nobody is rung, and he is out of the line', async () => {
    await phone('221').unregister();
    await agentIs(stack, agent('221'), 'unreachable', (row) => row.activity === 'unreachable');
    const call = caller.call('waiting', { fromUser: '49302210' });
    await call.ringing;
    await callOf(stack, '49302210');
    await call.hangup();
    const record = await ended(stack, '49302210');
    expect([record.offers, record.end]).toEqual([[], 'abandoned by caller']);
    expect(await resultOf(stack, '49302210')).toMatchObject({ status: 'HANGUP', agent: '' });

    // The agent who comes now is not rung for him: the next caller has him.
    await phone('221').register();
    const next = caller.call('waiting', { fromUser: '49302211' });
    await answered(stack, next, '49302211');
    await next.hangup();
    expect(offersAt(stack, 'berlin/221', '49302210')).toEqual([]);
    await ended(stack, '49302211');
    await noClaims(stack);
  });
});

describe('the end of a talk', () => {
  test('the agent hangs up: the caller is hung up, and the agent is free after the least wrap-up', async () => {
    const call = caller.call('talk', { fromUser: '49302010' });
    await answered(stack, call, '49302010');
    await phone('201').waitFor('confirmed');
    await phone('201').hangup();
    expect((await call.ended).what).toBe('ended');
    const record = await ended(stack, '49302010');
    expect(record.end).toBe('answered by agent');
    expect(record.summary.talkMs).toBeGreaterThan(0);
    expect(await holdOf(stack, agent('201'))).toBe('wrap_up 300');
    await noClaims(stack);
    expect(await resultOf(stack, '49302010')).toMatchObject({
      status: 'ANSWERED',
      agent: agent('201'),
      site: 'berlin',
    });
  });

  test('the caller hangs up: so does the agent’s phone', async () => {
    phone('201').mark();
    const call = caller.call('talk', { fromUser: '49302011' });
    await answered(stack, call, '49302011');
    await call.hangup();
    await phone('201').waitFor('bye_received');
    expect((await ended(stack, '49302011')).end).toBe('answered by caller');
    expect(await resultOf(stack, '49302011')).toMatchObject({ status: 'ANSWERED', agent: agent('201') });
    await noClaims(stack);
  });

  test('after=continue: the caller goes on in the dialplan with the variables set', async () => {
    phone('201').mark();
    const call = caller.call('goes-on', { fromUser: '49302012' });
    await answered(stack, call, '49302012');
    await phone('201').waitFor('confirmed');
    await phone('201').hangup();
    const over = await call.ended;
    expect(over.detail['cause']).toBe('bye_received');
    expect(over.detail['reasonHeader']).toContain('cause=17');
    const edge = stack.lab.edges.get('edge1');
    expect(edge?.logTail()).toContain(`WENT-ON ANSWERED ${agent('201')} of berlin for talk caller=49302012`);
    expect((await ended(stack, '49302012')).end).toBe('answered by agent');
    await noClaims(stack);
  });

  test('no bridge stays behind on the edge', async () => {
    const edge = stack.lab.edges.get('edge1');
    if (!edge) throw new Error('there is no edge1');
    const none = async (): Promise<true | undefined> =>
      (await ari<unknown[]>(edge, stack.lab.credentials, 'GET', '/bridges')).length === 0 || undefined;
    await until(none, 'the edge has no bridge left');
  });
});
