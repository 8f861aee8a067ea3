import { describe, expect, it } from 'vitest';
import type { Customer } from '../../../../src/core/model/call.ts';
import { NO_ROUTING } from '../../../../src/core/model/routing.ts';
import type { Service, Step } from '../../../../src/core/model/service.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import { caseFaults, differences } from '../../../../src/core/routing/dry-check.ts';
import type { DryCase } from '../../../../src/core/routing/dry-case.ts';
import { dryRun } from '../../../../src/core/routing/dry-run.ts';
import { agent, call, NOW_MS, queue, world } from './world.ts';
import type { WorldSpec } from './world.ts';

const step = (more: Partial<Step>): Step => ({
  ...{ afterMs: 30_000, when: [], requirement: null, sites: null, priority: 0, strategy: null, overflow: null },
  ...more,
});
const QUEUE = { kind: 'queue', queue: 'help', sites: [], by: 'expected_wait', percent: {} } as const;

const SUPPORT: Service = { ...blankService('support'), numbers: ['+4930*'], requirement: 'support' };
const OFFICE = {
  name: 'office',
  zone: 'Europe/Berlin',
  hours: [{ days: [1, 2, 3, 4, 5], fromMinute: 480, toMinute: 1_080 }],
  special: [{ date: '*-12-24', title: 'Heiligabend', hours: [{ fromMinute: 480, toMinute: 720 }] }],
} as const;

const one = (more: Partial<DryCase> = {}): DryCase => ({
  ...{ name: 'case 1', dnis: '+49301', ani: '+331', service: '', customerId: '', requirement: null, priority: null },
  ...{ at: '', waitedMs: 0, lastAgent: '', expect: { service: '', agent: '', outcome: '' } },
  ...more,
});
const bench = (service: Partial<Service>, spec: WorldSpec) => ({
  routing: { ...NO_ROUTING, services: [{ ...SUPPORT, ...service }], calendars: [OFFICE] },
  view: world(spec),
  normalise: (number: string) => number,
});
const idle = (id: string, ms: number, skills: Record<string, number> = { support: 5 }) =>
  agent(id, { idleSinceMs: NOW_MS - ms, skills });
const run = (
  service: Partial<Service>,
  spec: WorldSpec,
  more: Partial<DryCase> = {},
  customer: Customer | null = null,
) => dryRun(one(more), bench(service, spec), customer);

const ANNA = idle('berlin/anna', 9_000);
const BOB = idle('paris/bob', 5_000);
const anna = { agents: [ANNA, BOB] };

describe('what becomes of a call', () => {
  const busy = [agent('berlin/anna', { activity: 'talking' })];
  const waiting = [call('w1'), call('w2')];
  const away = { agents: [agent('berlin/anna', { status: 'logged_out' })] };
  const crowded = { measure: 'waiting', operator: '>=', value: 9 } as const;
  it.each([
    ['somebody is free', {}, anna, {}, 'offered'],
    ['all are busy', {}, { agents: busy }, {}, 'waits'],
    ['an earlier call takes the only one', {}, { agents: [ANNA], waiting: [call('w1')] }, {}, 'waits'],
    ['nobody is logged in', {}, away, {}, 'noagents'],
    ['all have gone home while it waited', {}, away, { waitedMs: 5_000 }, 'waits'],
    [
      'nobody is there, and a step may help',
      { steps: [step({ when: [crowded], overflow: QUEUE })] },
      away,
      {},
      'waits',
    ],
    ['as many wait as may', { maxWaiting: 2 }, { agents: busy, waiting }, {}, 'full'],
    ['it waited as long as it may', { maxWaitMs: 60_000 }, { agents: busy }, { waitedMs: 60_000 }, 'timeout'],
    ['closed by hand', { closed: true }, anna, {}, 'closed'],
    ['within the hours of Berlin', { calendar: 'office' }, anna, { at: '2026-12-23T08:00' }, 'offered'],
    ['before them', { calendar: 'office' }, anna, { at: '2026-12-23T07:59' }, 'closed'],
    ['the same moment in UTC', { calendar: 'office' }, anna, { at: '2026-12-23T07:00Z' }, 'offered'],
    ['after noon on Christmas Eve', { calendar: 'office' }, anna, { at: '2026-12-24T12:00' }, 'closed'],
    ['a number that leads nowhere', {}, anna, { dnis: '+4940' }, 'unknown'],
    ['a service that there is none of', {}, anna, { service: 'sales' }, 'unknown'],
    ['it leaves at once', { steps: [step({ afterMs: 0, overflow: QUEUE })] }, { agents: busy }, {}, 'overflow'],
    ['it leaves later', { steps: [step({ overflow: QUEUE })] }, { agents: busy }, {}, 'waits'],
    ['it has left', { steps: [step({ overflow: QUEUE })] }, { agents: busy }, { waitedMs: 30_000 }, 'overflow'],
    ['the dialplan asks for more than anybody has', {}, anna, { requirement: 'support>=9' }, 'noagents'],
  ] as const)('%s', (_, service, spec, more, expected) => {
    expect(run(service, spec, more).outcome).toBe(expected);
  });
});

it('chooses as an edge does, and says who came next and who could not', () => {
  const { decision } = run({}, { agents: [BOB, ANNA, agent('rome/carla', { activity: 'talking' })] });
  expect(decision).toMatchObject({
    winner: { agentId: 'berlin/PJSIP/anna', idleMs: 9_000 },
    next: [{ agentId: 'paris/PJSIP/bob' }],
    refused: [{ agentId: 'rome/PJSIP/carla', reasons: [{ code: 'talking' }] }],
  });
});

describe('the calls that are said to be ahead of it', () => {
  const [both, french] = [idle('rome/both', 1_000, { support: 5, french: 5 }), idle('rome/fr', 1_000, { french: 5 })];
  const talking = [both, french].map((each) => ({ ...each, activity: 'talking' as const }));
  const [support, other] = [
    { service: 'support', requirement: 'support' },
    { service: 'french', requirement: 'french' },
  ];
  it.each<readonly [string, WorldSpec, number]>([
    ['of its own requirement', { waiting: [call('w1', support), call('w2', support)] }, 2],
    ['of others, for somebody who does both', { agents: talking, waiting: [call('w1', other)] }, 1],
    ['not of others, for other people', { agents: [ANNA, french], waiting: [call('w1', other)] }, 0],
    [
      'not for whoever is on a break',
      { agents: [ANNA, { ...both, status: 'paused' }], waiting: [call('w1', other), call('w2', support)] },
      1,
    ],
    ['not who came later', { waiting: [call('w1', { ...support, arrivedAtMs: NOW_MS + 1 })] }, 0],
    ['not who is being rung', { waiting: [call('w1', { ...support, offering: true })] }, 0],
    ['its own, though nobody is at work', { agents: [], waiting: [call('w1', support)] }, 1],
  ])('%s', (_, spec, expected) => {
    const decided = run({ steps: [step({})] }, { agents: [ANNA], ...spec });
    expect(decided.decision?.ahead).toBe(expected);
  });
});

it('tells the steps that would come, when, and who would be offered the call then', () => {
  const french = idle('paris/french', 1_000, { support: 0, french: 5 });
  const steps = [
    step({ requirement: 'support or french', when: [] }),
    step({ sites: ['mars'], afterMs: 10_000 }),
    step({ afterMs: 60_000, overflow: QUEUE }),
  ];
  const spec = {
    agents: [agent('berlin/anna', { activity: 'talking' }), french],
    queues: [queue('berlin', 'help', 3)],
  };
  expect(run({ steps }, spec).stages).toMatchObject([
    { afterMs: 0, step: 0, winner: null },
    { afterMs: 30_000, step: 1, skipped: false, winner: { agentId: 'paris/PJSIP/french' } },
    { afterMs: 40_000, step: 2, skipped: true },
    { step: 3, overflow: { target: QUEUE, site: 'berlin' }, winner: null },
  ]);
  // Who has waited so long is in that step.
  expect(run({ steps }, spec, { waitedMs: 35_000 })).toMatchObject({ outcome: 'offered', decision: { step: 1 } });
});

it('tells of a step whose condition does not hold', () => {
  const steps = [step({ when: [{ measure: 'waiting', operator: '>=', value: 3 }], priority: 5 })];
  const spec = (calls: number) => ({
    waiting: Array.from({ length: calls }, (_, i) => call(`w${i}`)),
    agents: [agent('rome/x', { activity: 'talking' })],
  });
  expect(run({ steps }, spec(1)).stages).toMatchObject([
    { step: 0 },
    { afterMs: 30_000, step: 1, why: 'condition', priority: 0 },
  ]);
  // The call itself is one of those who wait.
  expect(run({ steps }, spec(2)).stages).toMatchObject([
    { step: 0 },
    { afterMs: 30_000, step: 1, why: 'waiting >= 3', priority: 5 },
  ]);
});

describe('the caller', () => {
  const customer: Customer = {
    ...{ customerId: '4711', name: 'Mme Martin', priority: 50, requirement: 'site=paris', attributes: {} },
    preferred: ['bob'],
  };
  it('brings his own priority and requirement', () => {
    const { request, decision } = run({ customer: { source: 'shared', by: 'ani' } }, anna, {}, customer);
    expect(request).toMatchObject({ priority: 50, customer: { customerId: '4711' } });
    expect(decision?.winner?.agentId).toBe('paris/PJSIP/bob');
  });

  it('waits for his own agent as long as his patience lasts', () => {
    const busy = { agents: [ANNA, agent('paris/bob', { activity: 'talking' })] };
    const preferred = { customer: false, last: true, patienceMs: 20_000 };
    const result = run({ preferred }, busy, { lastAgent: 'bob' });
    expect(result.outcome).toBe('waits');
    expect(result.decision?.refused).toContainEqual(
      expect.objectContaining({
        agentId: 'berlin/PJSIP/anna',
        reasons: [expect.objectContaining({ code: 'not_preferred' })],
      }),
    );
    expect(result.stages).toMatchObject([
      { afterMs: 0, winner: null },
      { afterMs: 20_000, why: 'patience', winner: { agentId: 'berlin/PJSIP/anna' } },
    ]);
  });
});

describe('a case', () => {
  const space = bench(
    { calendar: 'office' },
    { agents: [ANNA, BOB, agent('rome/x', { title: 'bob', idleSinceMs: NOW_MS - 10 })] },
  );
  it.each([
    [{ at: '2026-03-29T02:30' }, ['at'], 'the clock of Europe/Berlin never shows 2026-03-29T02:30'],
    [{ lastAgent: 'zoe' }, ['last'], 'there is no agent "zoe"'],
    [{ expect: { service: '', agent: 'bob', outcome: '' } }, ['expect', 'agent'], '2 agents are called "bob"'],
  ] as const)('%j makes no sense', (more, key, message) => {
    expect(caseFaults(one(more), space)).toMatchObject([{ key, message }]);
  });

  it('makes sense with ids, titles and real times', () => {
    expect(
      caseFaults(one({ at: '2026-03-29T03:30', expect: { service: 'x', agent: 'rome/PJSIP/x', outcome: '' } }), space),
    ).toEqual([]);
  });

  it.each([
    [{ service: 'support', agent: 'anna', outcome: 'offered' }, []],
    [{ service: '', agent: '', outcome: '' }, []],
    [{ service: 'sales', agent: '', outcome: '' }, ['service']],
    [{ service: '', agent: 'rome/PJSIP/x', outcome: 'waits' }, ['outcome', 'agent']],
  ] as const)('expects %j', (expected, differing) => {
    const result = dryRun(one(), { ...space, routing: { ...space.routing, calendars: [] } }, null);
    expect(differences(expected, result, space.view).map(({ what }) => what)).toEqual(differing);
  });
});
