/** What changes for a caller as he waits, step by step, on real phones. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { answered, callOf, ended, fact, offersAt, resultOf } from '../lab/record.ts';
import { agentOf, free, numbers, talk, waits, whoAnswered } from '../lab/routing.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { setPaused } from '../lab/watch.ts';

/** Agents by queue; who is on a break all the time is staffed, and takes no call. */
const BERLIN = {
  patient: '311 paused',
  asked: '312',
  turns: '313',
  learned: '314',
  slow: '315',
  late: '316',
  line: '317',
};
const PARIS = { patient: '321', learned: '322' };
const PENALTY: Readonly<Record<string, number>> = { '322': 5 };

const left = (why: string) => ({ place: `left^${why}^1` });
const NOBODY_YET = { requirement: 'queue:patient', sites: ['berlin'] };

const SERVICES = {
  widens: { ...NOBODY_YET, steps: [{ after: '1s', sites: 'any' }] },
  asks: { ...NOBODY_YET, steps: [{ after: '1s', requirement: 'queue:asked' }] },
  unstaffed: { requirement: 'juggling', steps: [{ after: '60s', requirement: 'queue:asked' }] },
  passes: {
    ...NOBODY_YET,
    steps: [
      { after: '1s', requirement: 'queue:patient and juggling' },
      { after: '60s', requirement: 'queue:asked', sites: 'any' },
    ],
  },
  turns: {},
  rises: { requirement: 'queue:turns', steps: [{ after: '1s', priority: 10 }] },
  learned: { strategy: 'best_skilled', steps: [{ when: 'eligible >= 2', strategy: 'least_skilled' }] },
  // Conditions, each with one beside it that does not hold.
  line: {
    steps: [
      { when: 'waiting > 9', overflow: left('wrong') },
      { when: 'waiting >= 2', overflow: left('waiting') },
    ],
  },
  nobody: {
    ...NOBODY_YET,
    steps: [
      { when: 'eligible > 0', overflow: left('wrong') },
      { when: 'eligible = 0', overflow: left('eligible') },
    ],
  },
  few: {
    ...NOBODY_YET,
    steps: [
      { when: 'staffed < 1', overflow: left('wrong') },
      { when: 'staffed <= 1', overflow: left('staffed') },
    ],
  },
  slow: {
    steps: [
      { when: 'ewt > 1h', overflow: left('wrong') },
      { when: 'ewt > 500ms', overflow: left('ewt') },
    ],
  },
  late: {
    service_level: '1s',
    steps: [
      { when: 'service_level >= 50%', overflow: left('wrong') },
      { when: 'service_level < 50%', overflow: left('service_level') },
    ],
  },
};

let stack: Stack;
let caller: Phone;
const nextAni = numbers('49312');

beforeAll(async () => {
  const site = (name: string, all: Readonly<Record<string, string>>) => ({
    name,
    queues: Object.fromEntries(Object.keys(all).map((queue) => [queue, {}])),
    agents: Object.entries(all).map(([queue, ext]) => ({
      ext: ext.slice(0, 3),
      queues: { [queue]: PENALTY[ext] ?? 0 },
    })),
  });
  stack = await startStack({
    edges: ['edge1'],
    sites: [site('berlin', BERLIN), site('paris', PARIS)],
    services: Object.keys(SERVICES),
    routing: SERVICES,
    extraEdgeDialplan: `
[left]
exten => _[a-z].,1,Log(NOTICE,LEFT for \${EXTEN} of \${IPNT_SERVICE} caller=\${CALLERID(num)})
 same => n,Return()
`,
  });
  caller = await stack.caller();
  await setPaused(stack, 'berlin', ['311'], 'patient', true);
});

beforeEach(() => stack.phones.mark());
afterAll(() => stack?.stop());

/** `berlin/312`, and how long the caller waited for him; his steps. */
async function story(service: string) {
  const record = await talk(stack, caller, service, nextAni());
  const steps = record.all('stepped').map(({ step, skipped, why }) => `${step}${skipped ? ' skipped' : ''}: ${why}`);
  await free(stack, whoAnswered(record));
  return { agent: whoAnswered(record), steps, waitMs: record.one('bridged').waitMs, record };
}

/** The place to which a caller left, and the status that his dialplan saw. */
async function leaves(ani: string): Promise<string> {
  const record = await ended(stack, ani);
  const { to, why } = record.one('overflowed');
  const { status } = await resultOf(stack, ani);
  expect([record.offers, record.end]).toEqual([[], 'overflowed by router']);
  return `${status} ${to.kind === 'place' ? to.place : to.kind}: ${why}`;
}

describe('after a time', () => {
  test('the sites are widened: an agent of Paris takes the caller of Berlin', async () => {
    const { agent, steps, waitMs, record } = await story('widens');
    expect([agent, steps]).toEqual(['paris/321', ['1: after 1 s']]);
    expect(waitMs).toBeGreaterThan(1_000);
    expect(waitMs).toBeLessThan(5_000);
    expect(record.all('decided').map(({ decision }) => [decision.step, decision.winner?.agentId])).toEqual([
      [0, undefined],
      [1, agentOf('paris/321')],
    ]);
  });

  test('the requirement changes: an agent of another queue takes him', async () => {
    const { agent, steps, waitMs } = await story('asks');
    expect([agent, steps]).toEqual(['berlin/312', ['1: after 1 s']]);
    expect(waitMs).toBeGreaterThan(1_000);
  });

  test('the priority rises: who came before him and did not rise is served after him', async () => {
    const [talks, plain, rises] = [nextAni(), nextAni(), nextAni()];
    await answered(stack, caller.call('turns', { fromUser: talks }), talks);
    const first = await waits(stack, caller, 'turns', plain);
    const second = await waits(stack, caller, 'rises', rises);
    expect(await fact(stack, rises, 'stepped')).toMatchObject({ step: 1, priority: 10, why: 'after 1 s' });
    await stack.phone('berlin', '313').hangup();
    await answered(stack, second, rises);
    expect(offersAt(stack, 'berlin/313', plain)).toEqual([]);
    await second.hangup();
    await answered(stack, first, plain);
    await first.hangup();
    await ended(stack, plain);
  });
});

describe('a step that is not waited for', () => {
  test('nobody is staffed whom the service asks for: the first step comes at once', async () => {
    const { agent, steps, waitMs } = await story('unstaffed');
    expect([agent, steps]).toEqual(['berlin/312', ['1: nobody is staffed whom it could wait for']]);
    expect(waitMs).toBeLessThan(5_000);
  });

  test('it adds nobody who is staffed: it is passed over, and the next one comes at once', async () => {
    const { agent, steps, waitMs } = await story('passes');
    expect([agent, steps]).toEqual([
      'berlin/312',
      ['1 skipped: it adds nobody who is staffed', '2: the step before it added nobody'],
    ]);
    expect(waitMs).toBeGreaterThan(1_000);
    expect(waitMs).toBeLessThan(6_000);
  });
});

describe('on a condition', () => {
  test('eligible: with two free agents the beginner goes first, with one it is his turn', async () => {
    const [first, second] = [nextAni(), nextAni()];
    const call = caller.call('learned', { fromUser: first });
    expect((await answered(stack, call, first)).agent).toBe(agentOf('paris/322'));
    expect(await fact(stack, first, 'stepped')).toMatchObject({ strategy: 'least_skilled', why: 'eligible >= 2' });
    const other = caller.call('learned', { fromUser: second });
    expect((await answered(stack, other, second)).agent).toBe(agentOf('berlin/314'));
    await Promise.all([call.hangup(), other.hangup()]);
    const record = await ended(stack, second);
    expect(record.all('stepped')).toEqual([]);
    expect(record.one('decided').decision.strategy).toBe('best_skilled');
  });

  test('waiting: too many are in the line, and it is not the first of them who leaves', async () => {
    const [talks, first, second] = [nextAni(), nextAni(), nextAni()];
    const call = caller.call('line', { fromUser: talks });
    await answered(stack, call, talks);
    const patient = await waits(stack, caller, 'line', first);
    caller.call('line', { fromUser: second });
    expect(await leaves(second)).toBe('OVERFLOW left^waiting^1: waiting >= 2');
    await call.hangup();
    await answered(stack, patient, first);
    await patient.hangup();
    await ended(stack, first);
  });

  test.each([
    ['eligible', 'nobody', 'eligible = 0'],
    ['staffed', 'few', 'staffed <= 1'],
  ])('%s: leaves at once, and not for the condition that does not hold', async (measure, service, why) => {
    const ani = nextAni();
    caller.call(service, { fromUser: ani });
    expect(await leaves(ani)).toBe(`OVERFLOW left^${measure}^1: ${why}`);
  });

  test('ewt: known once a talk has ended', async () => {
    const [known, talks, ani] = [nextAni(), nextAni(), nextAni()];
    stack.phone('berlin', '315').behaviour = { kind: 'answer', afterMs: 0, talkMs: 800 };
    await caller.call('slow', { fromUser: known }).ended;
    await free(stack, 'berlin/315');
    stack.phone('berlin', '315').behaviour = { kind: 'answer', afterMs: 0 };
    await answered(stack, caller.call('slow', { fromUser: talks }), talks);
    caller.call('slow', { fromUser: ani });
    expect(await leaves(ani)).toBe('OVERFLOW left^ewt^1: ewt > 0.5 s');
  });

  test('service_level: one who was answered too late, and the next one leaves', async () => {
    const [talks, ani] = [nextAni(), nextAni()];
    stack.phone('berlin', '316').behaviour = { kind: 'answer', afterMs: 1_300 };
    await answered(stack, caller.call('late', { fromUser: talks }), talks);
    caller.call('late', { fromUser: ani });
    expect(await leaves(ani)).toBe('OVERFLOW left^service_level^1: service_level < 50 %');
    expect((await callOf(stack, talks)).outcome).toBeNull();
  });
});
