/** What the simulated edge has in common with a real one: announcements, keys, and customers who are called back. */
import { beforeEach, describe, expect, test } from 'vitest';
import { EdgeLink } from '../../../src/pbx/simulated/edge-link.ts';
import { SimulatedEdge } from '../../../src/pbx/simulated/edge.ts';
import { Outside } from '../../../src/pbx/simulated/outside.ts';
import { seeded } from '../../../src/pbx/simulated/random.ts';
import { SimulatedSite } from '../../../src/pbx/simulated/site.ts';
import { World } from '../../../src/pbx/simulated/world.ts';
import type { EdgePbxEvent } from '../../../src/ports/edge-pbx.ts';
import { VirtualClock } from '../../simulation/virtual-clock.ts';

const PROMPTS = [{ sound: 'queue-thereare' }, { number: 3 }, { sound: 'queue-callswaiting' }];

let clock: VirtualClock;
let edge: SimulatedEdge;
let link: EdgeLink;
let heard: EdgePbxEvent[];

const pass = (ms: number): Promise<void> => clock.run(clock.monoMs() + ms);

beforeEach(async () => {
  clock = new VirtualClock();
  const world = new World(clock, seeded(1));
  const site = new SimulatedSite(world, 'a', []);
  const manner = () => ({ kind: 'answers', afterMs: 100 }) as const;
  site.addAgent({ extension: '1001', title: 'Ann', queues: [], manner });
  const outside = new Outside(world);
  outside.add({ number: '+4930777', manner, talkMs: 5_000, endsBy: 'customer', patienceMs: 20_000 });
  edge = new SimulatedEdge(world, 'e1');
  edge.addTrunk('PJSIP/a', 'a');
  edge.addTrunk('PJSIP/provider', 'outside');
  link = new EdgeLink(edge, { clock, name: 'app', random: seeded(2), delayMs: [1, 2] });
  heard = [];
  void link.start((event) => void heard.push(event));
  await pass(100);
});

const enter = (keys: readonly { afterMs: number; digit: string }[] = []) =>
  edge.enter({
    ...{ channelId: 'c1', args: [], ani: '+49', callerName: '', exten: '1', patienceMs: 60_000, talkMs: 5_000 },
    ...{ endsBy: 'caller', transferAt: null, keys, agentKeys: [{ afterMs: 500, digit: '*' }] },
  });

const ring = (offerId: string, callerChannelId: string, endpoint: string) =>
  link.ring({ offerId, callId: 'k', callerChannelId, endpoint, timeoutMs: 5_000, ani: '+49', callerName: '' });

const bridge = (callerChannelId: string) =>
  link.bridge({ callId: 'k', callerChannelId, offerId: 'k.offer1', recording: '' });

const told = (kind: EdgePbxEvent['kind']) => heard.filter((event) => event.kind === kind);

/** What becomes of a promise by the time that it has. */
function watch<T>(promise: Promise<T>): { value: T | 'waits' } {
  const seen: { value: T | 'waits' } = { value: 'waits' };
  void promise.then((value) => (seen.value = value));
  return seen;
}

describe('an announcement', () => {
  test('takes its time, and answers the caller', async () => {
    const caller = enter();
    const said = watch(link.say('c1', PROMPTS, ''));
    await pass(1_000);
    expect(said.value).toBe('waits');
    expect(caller.isUp).toBe(true);
    await pass(5_000);
    expect(said.value).toBe(true);
  });

  test.each([
    ['the dialplan', () => link.continueInDialplan('c1')],
    ['a hang-up', () => link.hangup('c1', 'normal')],
    ['another one', () => link.say('c1', PROMPTS, '')],
  ])('is cut off by %s', async (_, act) => {
    enter();
    const said = watch(link.say('c1', PROMPTS, ''));
    await pass(500);
    void act();
    await pass(20);
    expect(said.value).toBe(true);
  });

  test('is not said to nobody', async () => {
    const said = watch(link.say('c9', PROMPTS, ''));
    await pass(100);
    expect(said.value).toBe(false);
  });
});

test('keys of a caller who waits and of an agent who talks are told', async () => {
  enter([{ afterMs: 200, digit: '1' }]);
  await pass(300);
  void ring('k.offer1', 'c1', 'PJSIP/1001@a');
  await pass(1_000);
  void bridge('c1');
  await pass(1_000);
  expect(told('digitPressed')).toEqual([
    { kind: 'digitPressed', channelId: 'c1', digit: '1' },
    { kind: 'digitPressed', channelId: 'k.offer1', digit: '*' },
  ]);
});

test('a customer is called back: both sides are legs, and their ends are told as that', async () => {
  void ring('k.customer1', '', 'PJSIP/+4930777@provider');
  await pass(1_000);
  expect(told('offerAnswered')).toEqual([{ kind: 'offerAnswered', offerId: 'k.customer1' }]);
  const said = watch(link.say('k.customer1', PROMPTS, 'default'));
  void ring('k.offer1', 'k.customer1', 'PJSIP/1001@a');
  await pass(1_000);
  const joined = watch(bridge('k.customer1'));
  await pass(100);
  expect([said.value, joined.value]).toEqual([true, true]);
  const left = watch(link.leftOvers());
  await pass(100);
  expect(left.value).toMatchObject({
    callers: [],
    offers: [
      { offerId: 'k.customer1', up: true, bridged: true },
      { offerId: 'k.offer1', up: true, bridged: true },
    ],
  });
  await pass(6_000);
  expect(told('offerGone')).toMatchObject([{ offerId: 'k.customer1', cause: 16 }]);
  expect(told('callEntered').concat(told('callLeft'))).toEqual([]);
});

test('a customer to whom nobody speaks hangs up', async () => {
  void ring('k.customer1', '', 'PJSIP/+4930777@provider');
  await pass(25_000);
  expect(told('offerGone')).toMatchObject([{ offerId: 'k.customer1' }]);
});

test('a number that nobody has is gone at once', async () => {
  void ring('k.customer1', '', 'PJSIP/+4930999@provider');
  await pass(1_000);
  expect(told('offerGone')).toMatchObject([{ offerId: 'k.customer1', cause: 1 }]);
});
