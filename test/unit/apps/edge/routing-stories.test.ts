/** What a service's rules do to a caller, told as stories: steps, overflow, keys, calls back, requeue, preferred agents, closed hours. */
import { describe, expect, test } from 'vitest';
import { SERVICE_DEFAULTS } from '../../../../src/core/model/service.ts';
import type { Service, Step } from '../../../../src/core/model/service.ts';
import { answers, letsRing, Stage } from './stage.ts';
import type { StageOptions } from './stage.ts';

const step = (changes: Partial<Step>): Step => ({
  ...{ afterMs: 0, when: [], requirement: null, sites: null, priority: 0, strategy: null, overflow: null },
  ...changes,
});
const open = (agents: StageOptions['agents'], service: Partial<Service>): Promise<Stage> =>
  Stage.open({ agents, service });
const place = { kind: 'place', place: 'night^s^1' } as const;

describe('steps', () => {
  test('a caller of the Berlin queue is given to Paris after ten seconds', async () => {
    const steps = [step({ afterMs: 10_000, sites: [] })];
    const stage = await open({ 1001: letsRing, 2001: answers(1_000) }, { sites: ['a'], ringMs: 4_000, steps });
    const caller = stage.call();
    await stage.pass(30_000);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'offered to a/PJSIP/1001',
      'offer ended: no_answer',
      'nobody',
      'step 1: after 10 s',
      'offered to b/PJSIP/2001',
      'offer ended: answered',
      'bridged to b/PJSIP/2001',
      'ended answered by caller',
    ]);
  });

  test('nobody is at work whom the service asks for: the next step does not wait', async () => {
    const steps = [step({ afterMs: 60_000, requirement: 'queue:support' })];
    const stage = await open({ 1001: answers(500) }, { requirement: 'juggling', steps });
    const caller = stage.call();
    await stage.pass(3_000);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'step 1: nobody is staffed whom it could wait for',
      'offered to a/PJSIP/1001',
      'offer ended: answered',
      'bridged to a/PJSIP/1001',
    ]);
  });

  test('too many wait: the last one leaves for a place of the dialplan', async () => {
    const steps = [step({ when: [{ measure: 'waiting', operator: '>', value: 2 }], overflow: place })];
    const stage = await open({ 1001: answers(500) }, { steps });
    const [, second, third, last] = [0, 1, 2, 3].map(() => stage.call({ talkMs: 60_000 }));
    await stage.pass(3_000);
    expect(stage.story(last as never).slice(-3)).toEqual([
      'overflowed to place',
      'returned OVERFLOW',
      'ended overflowed by router',
    ]);
    expect(last?.variables.get('IPNT_OVERFLOW')).toBe('place:night^s^1');
    for (const before of [second, third])
      expect(stage.story(before as never)).toEqual(['arrived for support', 'nobody']);
  });

  test('a site queue is chosen that can be reached', async () => {
    const target = { kind: 'queue', queue: 'support', sites: [], by: 'percent', percent: { b: 100 } } as const;
    const stage = await open(
      { 1001: letsRing },
      { ringMs: 3_000, steps: [step({ afterMs: 5_000, overflow: target })] },
    );
    const caller = stage.call();
    await stage.pass(6_000);
    expect(caller.variables.get('IPNT_OVERFLOW')).toBe('dial:PJSIP/queue.support@b');
  });
});

describe('keys of a waiting caller', () => {
  const keys = { '9': { kind: 'leave', place: 'menu^s^1' }, '1': { kind: 'callback' } } as const;
  const allowed = { ...SERVICE_DEFAULTS.callback, allow: ['+49'] };

  test('one leaves the line', async () => {
    const stage = await open({ 1001: letsRing }, { keys });
    const caller = stage.call({ keys: [{ afterMs: 3_000, digit: '9' }] });
    await stage.pass(5_000);
    expect(stage.story(caller).slice(-4)).toEqual([
      'pressed 9: leave',
      'returned KEY',
      'ended overflowed by router',
      'offer ended: wait_over',
    ]);
    expect(caller.variables.get('IPNT_OVERFLOW')).toBe('place:menu^s^1');
    expect(caller.variables.get('IPNT_KEY')).toBe('9');
  });

  test('another means nothing', async () => {
    const stage = await open({ 1001: letsRing }, { keys });
    const caller = stage.call({ keys: [{ afterMs: 3_000, digit: '5' }] });
    await stage.pass(5_000);
    expect(stage.story(caller)).toEqual(['arrived for support', 'offered to a/PJSIP/1001']);
  });

  test('one asks for a call back: his place is kept, he is called when it is his turn', async () => {
    const stage = await open({ 1001: answers(500) }, { keys, callback: allowed });
    const first = stage.call({ talkMs: 20_000 });
    await stage.pass(2_000);
    const asking = stage.call({ keys: [{ afterMs: 3_000, digit: '1' }] });
    await stage.pass(60_000);
    expect(stage.story(asking)).toEqual([
      'arrived for support',
      'nobody',
      'pressed 1: callback',
      'asked to be called at +4930123',
      'returned CALLBACK',
      'ended called_back by router',
    ]);
    expect(stage.storyOf(`${stage.callIdOf(asking)}.back`)).toEqual([
      'arrived for support',
      'nobody',
      'called back, try 1: answered',
      'offered to a/PJSIP/1001',
      'offer ended: answered',
      'bridged to a/PJSIP/1001',
      expect.stringMatching(/^ended answered/),
    ]);
    const bridgedAt = (callId: string): number => stage.atOf(callId, 'bridged');
    expect(bridgedAt(stage.callIdOf(first))).toBeLessThan(bridgedAt(`${stage.callIdOf(asking)}.back`));
  });

  test('a number that the service does not allow waits on', async () => {
    const stage = await open({ 1001: letsRing }, { keys, callback: { ...allowed, allow: ['+33'] } });
    const caller = stage.call({ keys: [{ afterMs: 3_000, digit: '1' }] });
    await stage.pass(6_000);
    expect(stage.story(caller)).toEqual(['arrived for support', 'offered to a/PJSIP/1001', 'pressed 1: callback']);
  });

  test('the agent first, then the customer', async () => {
    const stage = await open({ 1001: answers(500) }, { keys, callback: { ...allowed, first: 'agent' } });
    stage.call({ talkMs: 10_000 });
    await stage.pass(2_000);
    const asking = stage.call({ keys: [{ afterMs: 1_000, digit: '1' }] });
    await stage.pass(60_000);
    expect(stage.storyOf(`${stage.callIdOf(asking)}.back`)).toEqual([
      'arrived for support',
      'nobody',
      'offered to a/PJSIP/1001',
      'offer ended: answered',
      'called back, try 1: answered',
      'bridged to a/PJSIP/1001',
      expect.stringMatching(/^ended answered/),
    ]);
  });

  test('an edge that dies leaves the promise to the one that comes after it', async () => {
    const stage = await open({ 1001: letsRing }, { keys, callback: allowed, ringMs: 3_000 });
    const asking = stage.call({ keys: [{ afterMs: 4_000, digit: '1' }] });
    await stage.pass(6_000);
    stage.sim.kill(stage.edgeProcess);
    await stage.pass(3_000);
    stage.edgeProcess = stage.sim.startEdge(stage.edge);
    await stage.pass(70_000);
    const back = stage.storyOf(`${stage.callIdOf(asking)}.back`);
    expect(back).toContain('called back, try 1: answered');
  });

  test('a link to the PBX that breaks takes no promise with it', async () => {
    const stage = await open({ 1001: answers(500) }, { keys, callback: allowed });
    stage.call({ talkMs: 20_000, ani: '+1' });
    await stage.pass(2_000);
    const asking = stage.call({ keys: [{ afterMs: 3_000, digit: '1' }] });
    await stage.pass(6_000);
    stage.edge.cutLink('the network is gone', 500);
    await stage.pass(60_000);
    expect(stage.storyOf(`${stage.callIdOf(asking)}.back`)).toContain('bridged to a/PJSIP/1001');
  });
});

describe('requeue', () => {
  test('the agent sends the caller back, and the next one gets him', async () => {
    const stage = await open({ 1001: answers(500), 2001: answers(500) }, { requeue: true });
    const agentKeys = [
      { afterMs: 2_000, digit: '*' },
      { afterMs: 2_200, digit: '7' },
    ];
    const caller = stage.call({ talkMs: 8_000, agentKeys });
    await stage.pass(4_500);
    expect(stage.story(caller)).toEqual([
      'arrived for support',
      'offered to a/PJSIP/1001',
      'offer ended: answered',
      'bridged to a/PJSIP/1001',
      'sent back by a/PJSIP/1001',
      'offered to b/PJSIP/2001',
      'offer ended: answered',
      'bridged to b/PJSIP/2001',
    ]);
    expect((await stage.claim('a/PJSIP/1001'))?.phase).toBe('wrap_up');
  });
});

describe('who is calling', () => {
  test('his own agent gets him, even if another has been idle for longer', async () => {
    const preferred = { customer: false, last: true, patienceMs: 0 };
    const stage = await open({ 1001: answers(500), 1002: answers(500) }, { preferred });
    stage.sim.lastAgents.set('+4930123', 'a/PJSIP/1002');
    const caller = stage.call();
    await stage.pass(2_000);
    expect(stage.story(caller)).toContain('bridged to a/PJSIP/1002');
  });

  test('he waits for his own agent as long as his patience lasts', async () => {
    const preferred = { customer: true, last: false, patienceMs: 6_000 };
    const customer = { source: 'shared', by: 'ani' } as const;
    const stage = await open({ 1001: answers(500), 1002: answers(500) }, { preferred, customer });
    stage.call({ talkMs: 30_000, ani: '+1' });
    await stage.pass(2_000);
    stage.sim.customerOf.set('+4930123', {
      ...{ customerId: '7', name: 'Ann', priority: 9, requirement: '', preferred: ['1001'], attributes: {} },
    });
    const caller = stage.call();
    await stage.pass(5_000);
    expect(stage.story(caller)).toEqual(['arrived for support', 'is customer 7', 'nobody']);
    await stage.pass(3_000);
    expect(stage.story(caller)).toContain('bridged to a/PJSIP/1002');
    expect(caller.variables.get('IPNT_CUSTOMER')).toBe('7');
  });
});

describe('a closed service', () => {
  test('sends its callers where it says', async () => {
    const stage = await open({ 1001: answers(500) }, { closed: true, whenClosed: place });
    const caller = stage.call();
    await stage.pass(1_000);
    expect(stage.story(caller).slice(1)).toEqual(['returned CLOSED', 'ended closed by router']);
    expect(caller.variables.get('IPNT_OVERFLOW')).toBe('place:night^s^1');
  });
});

describe('what the caller hears', () => {
  test('his place in line, on entry and every ten seconds', async () => {
    const announce = { position: true, expectedWait: false, onEntry: true, everyMs: 10_000 };
    const stage = await open({ 1001: letsRing }, { announce });
    stage.call({ patienceMs: 60_000 });
    await stage.pass(1_000);
    const second = stage.call({ patienceMs: 60_000 });
    await stage.pass(25_000);
    expect(stage.heard(second)).toBe(3);
  });
});

describe('an edge that comes back', () => {
  test('closes the calls that ended while nobody looked', async () => {
    const stage = await open({ 1001: answers(500) }, {});
    const caller = stage.call({ talkMs: 2_000 });
    await stage.pass(1_500);
    stage.sim.kill(stage.edgeProcess);
    await stage.pass(8_000);
    stage.edgeProcess = stage.sim.startEdge(stage.edge);
    await stage.pass(20_000);
    expect(stage.story(caller).at(-1)).toBe('ended answered by unknown');
    expect(await stage.sim.memory.unfinishedCalls('e1')).toEqual([]);
  });

  test('follows a customer who was called back and talks', async () => {
    const callback = { ...SERVICE_DEFAULTS.callback, allow: ['+49'] };
    const stage = await open({ 1001: answers(500) }, { keys: { '1': { kind: 'callback' } }, callback });
    stage.call({ talkMs: 3_000 });
    await stage.pass(1_000);
    const asking = stage.call({ keys: [{ afterMs: 500, digit: '1' }] });
    await stage.pass(6_500);
    const back = `${stage.callIdOf(asking)}.back`;
    expect(stage.storyOf(back).at(-1)).toBe('bridged to a/PJSIP/1001');
    stage.sim.kill(stage.edgeProcess);
    stage.edgeProcess = stage.sim.startEdge(stage.edge);
    await stage.pass(30_000);
    expect(stage.storyOf(back).filter((line) => line.startsWith('bridged'))).toHaveLength(1);
    expect(stage.storyOf(back).at(-1)).toMatch(/^ended answered/);
  });
});

describe('a service in which nobody may wait', () => {
  test('serves who can be served at once, and sends the next one back', async () => {
    const stage = await open({ 1001: answers(500) }, { maxWaiting: 0 });
    const [first, second] = [stage.call(), stage.call()];
    await stage.pass(2_000);
    expect(stage.story(first)).toContain('bridged to a/PJSIP/1001');
    expect(stage.story(second).slice(-2)).toEqual(['returned FULL', 'ended overflowed by router']);
  });
});
