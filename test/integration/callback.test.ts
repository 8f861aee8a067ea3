/** A caller who would rather be called back: his place is kept, and the edge calls him over the provider when it is his turn. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ari } from '../lab/asterisk/ari.ts';
import { answered, callOf, ended, fact, holdOf, noClaims, offersAt, resultOf } from '../lab/record.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { asksForCallback, callAndWait, callersEar, earOf, edgeOf, hearsSound, liveCall } from './waiting-help.ts';

/** Service to its number and its agents. */
const SERVICES = {
  support: { number: '+49305551000', agents: ['101'] },
  first: { number: '+49305551001', agents: ['111'] },
  unlucky: { number: '+49305551002', agents: ['121'] },
  leaves: { number: '+49305551003', agents: ['131'] },
  foreign: { number: '+49305551004', agents: ['141'] },
  once: { number: '+49305551005', agents: ['151'] },
  parted: { number: '+49305551006', agents: ['161'] },
};
const callback = { allow: ['+49'], tries: 2, gap: '1s', ring: '5s' };

let stack: Stack;
let caller: Phone;
/** Everybody whom the edge calls. */
let customer: Phone;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;

beforeAll(async () => {
  const services = Object.entries(SERVICES);
  stack = await startStack({
    edges: ['edge1'],
    rtp: true,
    settings: { country: 49 },
    behaviour: { kind: 'answer', afterMs: 50 },
    sites: [
      {
        name: 'berlin',
        queues: Object.fromEntries(services.map(([queue]) => [queue, {}])),
        agents: services.flatMap(([queue, { agents }]) => agents.map((ext) => ({ ext, queues: { [queue]: 0 } }))),
      },
    ],
    routing: Object.fromEntries(
      services.map(([name, { number }]) => {
        const first = name === 'first' || name === 'parted' ? 'agent' : 'customer';
        const rules = { numbers: [number], music: 'jazz', keys: { '1': 'callback' }, callback: { ...callback, first } };
        return [name, { ...rules, ring: '20s', title: `Line ${name}` }];
      }),
    ),
    extraEdgeDialplan: `
[from-outside]
exten => says-so,1,Gosub(ipnt,s,1(service=once,after=continue))
 same => n,ExecIf($["\${IPNTSTATUS}" = "CALLBACK"]?Playback(queue-thankyou))
 same => n,Hangup()
`,
  });
  caller = await stack.caller();
  customer = await stack.customers();
});

beforeEach(() => {
  customer.mark();
  customer.behaviour = { kind: 'answer', afterMs: 100 };
});
afterAll(() => stack?.stop());

/** Somebody else talks to the only agent of a service, so that the next caller waits. */
async function occupied(service: keyof typeof SERVICES, ani: string): Promise<() => Promise<void>> {
  const call = caller.call(SERVICES[service].number, { fromUser: ani });
  await answered(stack, call, ani);
  return async () => {
    await call.hangup();
    await ended(stack, ani);
  };
}

const invitations = (number: string): readonly number[] =>
  customer.entries
    .filter((one) => one.what === 'invited' && decodeURIComponent(one.detail['to'] ?? '').includes(number))
    .map((one) => one.atMs);

describe('a call back', () => {
  test('keeps the place: the customer is called when it is his turn, and goes before those who came later', async () => {
    const free = await occupied('support', '0301010');
    const asking = await callAndWait(stack, caller, SERVICES.support.number, '0301011');
    await asksForCallback(caller, asking.call);
    expect(await resultOf(stack, '0301011')).toMatchObject({ status: 'CALLBACK', service: 'support', defaulted: '0' });
    const later = await callAndWait(stack, caller, SERVICES.support.number, '0301012');
    expect(invitations('+49301011')).toEqual([]);

    // While the customer's phone rings, the agent is not kept from the next in line.
    customer.behaviour = { kind: 'ring' };
    await free();
    const { detail } = await customer.waitFor('ringing').then(() => customer.waitFor('invited'));
    expect(decodeURIComponent(detail['from'] ?? '')).toMatch(/^sip:\+49305551000@/);
    expect([detail['fromName'], detail['xIpntCall']]).toEqual(['Line support', undefined]);
    await fact(stack, '0301012', 'bridged');
    // He answers, and goes before who came after he had called.
    customer.answer();
    const last = await callAndWait(stack, caller, SERVICES.support.number, '0301013');
    await hearsSound(customer, liveCall(customer).callId);
    await later.call.hangup();
    expect((await fact(stack, '+49301011', 'bridged')).agent).toBe(agent('101'));
    expect(offersAt(stack, 'berlin/101', '0301013')).toEqual([]);
    const talk = liveCall(customer);
    await Promise.all([hearsSound(customer, talk.callId), hearsSound(phone('101'), liveCall(phone('101')).callId)]);

    await talk.hangup();
    const first = await ended(stack, '0301011');
    expect([first.end, first.one('callbackAsked').number]).toEqual(['called_back by router', '+49301011']);
    const back = await ended(stack, '+49301011');
    expect([back.callId, back.end]).toEqual([`${first.callId}.back`, 'answered by caller']);
    expect(back.all('callbackTried').map(({ attempt, result }) => [attempt, result])).toEqual([[1, 'answered']]);
    const [asked, told] = [first, back].map(({ callId }) => stack.ipnt('explain', callId).stdout);
    expect(asked).toContain('The caller pressed 1, to be called back.');
    expect(asked).toContain('asked to be called back at +49301011; the place in the line is kept.');
    expect(told).toContain('A call back to +49301011, who had called +49305551000');
    expect(told).toContain('It took the place in the line of the call that had asked for it.');
    expect(told).toContain('The caller was called back: he answered.');

    await answered(stack, last.call, '0301013');
    await last.call.hangup();
    await Promise.all(['0301012', '0301013'].map((ani) => ended(stack, ani)));
    await noClaims(stack);
    expect(await ari(edgeOf(stack), stack.lab.credentials, 'GET', '/bridges')).toEqual([]);
  });

  test('the agent first: he answers, then the customer is called and both are joined', async () => {
    const free = await occupied('first', '0301110');
    const { call } = await callAndWait(stack, caller, SERVICES.first.number, '0301111');
    await asksForCallback(caller, call);
    customer.behaviour = { kind: 'ring' };
    await free();
    await customer.waitFor('ringing');
    expect(liveCall(phone('111')).state).toBe('talking');
    customer.answer();
    await fact(stack, '+49301111', 'bridged');
    await hearsSound(customer, liveCall(customer).callId);
    await phone('111').hangup();
    await customer.waitFor('bye_received');
    const back = await ended(stack, '+49301111');
    expect([back.offers, back.end]).toEqual([[`${agent('111')} answered/answered`], 'answered by agent']);
    await noClaims(stack);
  });

  test('the agent first, and the customer is busy: the agent is let go of each time, until the tries are used up', async () => {
    const free = await occupied('parted', '0301610');
    const { call } = await callAndWait(stack, caller, SERVICES.parted.number, '0301611');
    await asksForCallback(caller, call);
    customer.behaviour = { kind: 'reject', code: 486 };
    await free();
    const back = await ended(stack, '+49301611');
    expect(back.end).toBe('failed by router');
    expect(back.all('callbackTried').map(({ result }) => result)).toEqual(['busy', 'busy']);
    expect(back.offers).toEqual(Array(2).fill(`${agent('161')} answered/answered`));
    expect(phone('161').calls.size).toBe(0);
    await noClaims(stack);
  });

  test('busy, then nobody answers: so many tries, so far apart, and then it has failed', async () => {
    const free = await occupied('unlucky', '0301210');
    const { call } = await callAndWait(stack, caller, SERVICES.unlucky.number, '0301211');
    await asksForCallback(caller, call);
    customer.behaviour = { kind: 'reject', code: 486 };
    await free();
    await customer.waitFor('rejected');
    customer.behaviour = { kind: 'ring' };
    await customer.waitFor('cancelled', undefined, 10_000);
    const back = await ended(stack, '+49301211');
    expect([back.end, back.offers]).toEqual(['failed by router', []]);
    expect(back.all('callbackTried').map(({ attempt, result }) => [attempt, result])).toEqual([
      [1, 'busy'],
      [2, 'no_answer'],
    ]);
    const [one = 0, two = 0, ...more] = invitations('+49301211');
    expect([two - one > 900, more]).toEqual([true, []]);
    expect(stack.ipnt('explain', back.callId).stdout).toContain('he was not reached, and all tries are used up');
    expect(await holdOf(stack, agent('121'))).not.toContain('talk');
    await noClaims(stack);
  });

  test('the customer answers, waits for an agent with music, and hangs up', async () => {
    const free = await occupied('leaves', '0301310');
    const { call } = await callAndWait(stack, caller, SERVICES.leaves.number, '0301311');
    await asksForCallback(caller, call);
    phone('131').behaviour = { kind: 'ring' };
    phone('131').mark();
    await free();
    await phone('131').waitFor('ringing');
    const { callId } = await callOf(stack, '+49301311');
    const ear = await earOf(stack, `${callId}.customer1`);
    await ear.hears('music jazz');
    await hearsSound(customer, liveCall(customer).callId);
    await customer.hangup();
    await phone('131').waitFor('cancelled');
    const back = await ended(stack, '+49301311');
    expect([back.offers, back.end]).toEqual([[`${agent('131')} cancelled/caller_left`], 'abandoned by caller']);
    expect(invitations('+49301311')).toHaveLength(1);
    await noClaims(stack);
  });

  test('a number that the service does not call: the key changes nothing, and he waits on', async () => {
    const free = await occupied('foreign', '0301410');
    const { call } = await callAndWait(stack, caller, SERVICES.foreign.number, '0033155510000');
    await call.answered;
    await caller.press(call.callId, '1');
    await fact(stack, '0033155510000', 'keyPressed');
    await stack.roles.get('edge edge1')?.said('a callback is refused');
    await free();
    await answered(stack, call, '0033155510000');
    await call.hangup();
    expect((await ended(stack, '0033155510000')).end).toBe('answered by caller');
    expect(invitations('+33155510000')).toEqual([]);
    await noClaims(stack);
  });

  test('one a number: who asks twice is called once; the dialplan tells him that he will be', async () => {
    const free = await occupied('once', '0301510');
    const one = await callAndWait(stack, caller, 'says-so', '0301511');
    const ear = await callersEar(stack, '0301511');
    await asksForCallback(caller, one.call);
    expect(ear.heard()).toEqual(['music jazz', 'queue-thankyou']);
    await ended(stack, '0301511');
    // The same number, as another network shows it.
    const two = await callAndWait(stack, caller, SERVICES.once.number, '0049301511');
    await asksForCallback(caller, two.call);
    await free();
    await fact(stack, '+49301511', 'bridged');
    await customer.hangup();
    const [asked, again, back] = await Promise.all(
      ['0301511', '0049301511', '+49301511'].map((ani) => ended(stack, ani)),
    );
    expect([asked?.end, again?.end, back?.end]).toEqual([
      ...['called_back by router', 'called_back by router', 'answered by caller'],
    ]);
    expect(back?.callId).toBe(`${asked?.callId}.back`);
    expect(invitations('+49301511')).toHaveLength(1);
    await noClaims(stack);
  });
});
