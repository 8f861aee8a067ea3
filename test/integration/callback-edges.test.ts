/** An edge's process that dies: what it promised is kept by another edge, nobody is left in music, and its calls are closed in the records. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { quiet } from '../lab/asterisk/probe.ts';
import { agentIs, answered, callOf, ended, fact, noClaims } from '../lab/record.ts';
import type { OutgoingCall, Phone } from '../lab/sip/phone.ts';
import { startRelay } from '../lab/relay.ts';
import type { Relay } from '../lab/relay.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { asksForCallback, callAndWait, edgeOf, hearsSound, liveCall } from './waiting-help.ts';

const AGENTS = { promised: '101', called: '111', talks: '121', left: '131', over: '141' };
const rules = {
  ...{ music: 'jazz', keys: { '1': 'callback' } },
  callback: { allow: ['+49'], tries: 2, gap: '1s', ring: '5s' },
};

let stack: Stack;
let caller: Phone;
/** Calls at the third edge. */
let distant: Phone;
let customer: Phone;
let cable: Relay;

const phone = (ext: string): Phone => stack.phone('berlin', ext);
const agent = (ext: string): string => `berlin/PJSIP/${ext}`;

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1', 'edge2', 'edge3'],
    rtp: true,
    settings: { country: 49 },
    behaviour: { kind: 'answer', afterMs: 50 },
    sites: [
      {
        name: 'berlin',
        queues: Object.fromEntries(Object.keys(AGENTS).map((queue) => [queue, {}])),
        agents: Object.entries(AGENTS).map(([queue, ext]) => ({ ext, queues: { [queue]: 0 } })),
      },
    ],
    ariOf: async (edge, pbx) => (edge === 'edge1' ? (cable = await startRelay(pbx.host, pbx)) : pbx),
    routing: Object.fromEntries(Object.keys(AGENTS).map((name) => [name, { ...rules, ring: '25s' }])),
  });
  caller = await stack.caller();
  distant = await stack.caller('4930123457', 'edge3');
  customer = await stack.customers();
});

afterAll(async () => {
  await stack?.stop();
  await cable?.close();
});

async function goesHome(ext: string): Promise<void> {
  await phone(ext).unregister();
  await agentIs(stack, agent(ext), 'unreachable', (row) => row.activity === 'unreachable');
}

async function comesBack(ext: string): Promise<void> {
  await phone(ext).register();
  await agentIs(stack, agent(ext), 'idle', (row) => row.activity === 'idle');
}

async function promise(service: keyof typeof AGENTS, ani: string): Promise<void> {
  await goesHome(AGENTS[service]);
  const { call } = await callAndWait(stack, caller, service, ani);
  await asksForCallback(caller, call);
  await ended(stack, ani);
}

/** A call whose agent hung up while no process of the third edge was there. */
let talk: OutgoingCall;
let restarted: Promise<unknown>;
let diedAtMs = 0;

async function dies(edge: string): Promise<void> {
  stack.roles.get(`edge ${edge}`)?.kill('SIGKILL');
  await stack.roles.get(`edge ${edge}`)?.ended;
}

/** The network between the first edge's process and its Asterisk fails for a moment. */
async function breakLink(): Promise<void> {
  const linked = (): number =>
    stack.roles.get('edge edge1')?.lines.filter((line) => line.includes('"event":"linkUp"')).length ?? 0;
  const before = linked();
  cable.cut();
  cable.restore();
  await until(async () => linked() > before || undefined, 'the link is up again', 10_000);
}

test('a link that breaks harms no promise, and no customer who waits or talks', async () => {
  await promise('promised', '0301010');
  await promise('called', '0301110');
  phone('111').behaviour = { kind: 'ring' };
  await comesBack('111');
  await phone('111').waitFor('ringing');
  const talk = liveCall(customer);
  await hearsSound(customer, talk.callId);
  await breakLink();
  await hearsSound(customer, talk.callId);
  phone('111').answer();
  await fact(stack, '+49301110', 'bridged');
  await breakLink();
  await Promise.all([hearsSound(customer, talk.callId), hearsSound(phone('111'), liveCall(phone('111')).callId)]);
  await talk.hangup();
  const back = await ended(stack, '+49301110');
  expect([back.offers, back.end]).toEqual([[`${agent('111')} answered/answered`], 'answered by caller']);
  expect(await callOf(stack, '+49301010')).toMatchObject({ outcome: null });
  await noClaims(stack);
});

/** Two talks go on without their edge's process, and end before there is another: one for both, one for the agent alone. */
async function talksEndUnseen(): Promise<void> {
  talk = distant.call('talks', { fromUser: '0301210' });
  await answered(stack, talk, '0301210');
  const other = distant.call('over', { fromUser: '0301410' });
  await answered(stack, other, '0301410');
  await dies('edge3');
  await Promise.all([hearsSound(distant, talk.callId), hearsSound(distant, other.callId)]);
  await Promise.all([phone('121').hangup(), phone('141').hangup(), other.hangup()]);
  restarted = stack.startRole('edge', 'edge3');
}

test('the process dies: the promise is another edge’s within 20 s, and the customer is called from there', async () => {
  await talksEndUnseen();
  await promise('left', '0301310');
  phone('131').behaviour = { kind: 'ring' };
  await comesBack('131');
  await phone('131').waitFor('ringing');
  await fact(stack, '+49301310', 'callbackTried');
  await dies('edge1');
  diedAtMs = Date.now();
  customer.mark();
  await comesBack('101');
  const invited = await customer.waitFor(
    'invited',
    (one) => decodeURIComponent(one.detail['to'] ?? '').includes('+49301010'),
    25_000,
  );
  expect(Date.now() - diedAtMs).toBeLessThan(22_000);
  // Whichever of the others looked first.
  const taker = ['edge2', 'edge3'].find((edge) => invited.detail['from']?.includes(edgeOf(stack, edge).address));
  await fact(stack, '+49301010', 'bridged');
  await customer.hangup(invited.call);
  const back = await ended(stack, '+49301010');
  expect([back.summary.edgeId, back.end]).toEqual([taker, 'answered by caller']);
  expect(back.all('callbackTried').map(({ attempt }) => attempt)).toEqual([1]);
}, 60_000);

test('a customer who waits on the edge whose process died does not wait for ever', async () => {
  const [heard] = [...customer.calls.values()];
  if (heard === undefined) throw new Error('nobody listens to the music of edge1');
  await hearsSound(customer, heard.callId);
  // He is on the phone, so the other edge finds his line busy: the last of his two tries.
  customer.behaviour = { kind: 'reject', code: 486 };
  // The dead process's ringing has no end in the record: only the call's own is waited for.
  expect(await fact(stack, '+49301310', 'ended', 20_000)).toMatchObject({ outcome: 'failed', by: 'router' });
  const { callId, edgeId } = await callOf(stack, '+49301310');
  const tries = (await stack.store.callEvents(callId)).flatMap((event) =>
    event.fact.kind === 'callbackTried' ? [`${event.fact.attempt} ${event.fact.result}`] : [],
  );
  expect([edgeId === 'edge1', ...tries]).toEqual([false, '1 answered', '2 busy']);
  expect(stack.ipnt('explain', callId).stdout).toContain(
    `The edge "${edgeId}" took it over, in the place that it had.`,
  );
  await customer.waitFor('bye_received', (one) => one.call === heard.callId, 20_000);
  expect(Date.now() - diedAtMs).toBeLessThan(35_000);
}, 60_000);

test('the next process closes in the records what ended while nobody was there', async () => {
  await restarted;
  const open = async (): Promise<true | undefined> =>
    (await stack.store.calls({ limit: 100, live: true })).length === 0 || undefined;
  await until(open, 'no call is in progress', 15_000).catch(async (error: Error) => {
    throw new Error(`${error.message}, but ${JSON.stringify(await stack.store.calls({ limit: 100, live: true }))}`);
  });
  expect((await ended(stack, '0301210')).end).toBe('answered by unknown');
  expect((await ended(stack, '0301410')).end).toBe('answered by unknown');
  expect(stack.ipnt('calls').stdout).not.toContain('in progress');
  // Whose agent was gone is not left in silence, and nothing stands on the edge any more.
  await talk.ended;
  await quiet(edgeOf(stack, 'edge3'), stack.lab.credentials);
}, 30_000);
