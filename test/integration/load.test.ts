/** Two call centres, agents with different skills, 200 calls at 10 a second: each to the agent that the rules name. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { judge } from '../lab/judge.ts';
import type { Evidence, Verdict } from '../lab/judge.ts';
import type { AgentSpec, SiteSpec } from '../lab/lab.ts';
import { dice } from '../lab/random.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { placeCalls } from '../lab/sipp.ts';
import type { CallerLog } from '../lab/sipp.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const SEED = 20_260;
const CALLS = 200;
const RATE = 10;

/** Twelve for support, six of them with French at different levels, and four for sales, at each site. */
function agentsOf(first: number): AgentSpec[] {
  return Array.from({ length: 16 }, (_, i): AgentSpec => {
    const ext = String(first + i);
    if (i >= 12) return { ext, queues: { sales: i % 2 === 0 ? 0 : 3 } };
    return { ext, queues: { support: i % 3, ...(i % 2 === 0 ? { french: i / 2 } : {}) } };
  });
}

const queues = { support: {}, french: {}, sales: {} };
const sites: SiteSpec[] = [
  { name: 'berlin', agents: agentsOf(1001), queues },
  { name: 'paris', agents: agentsOf(2001), queues },
];

const routing = {
  support: {},
  french: { requirement: 'queue:support and queue:french', priority: 5 },
  fluent: { requirement: 'queue:french>=7 and not site=berlin or queue:french>=9' },
  sales: { requirement: 'queue:sales', wrap_up: '1s' },
};

let stack: Stack;
let callers: CallerLog[];
let evidence: Evidence;
let verdict: Verdict;

/** Answers after another delay each time; hangs up, on callers who do not, after another talk each time. */
function varied(phone: Phone, seed: number): void {
  const own = dice(seed);
  const get = (): Phone['behaviour'] => {
    return { kind: 'answer', afterMs: own.between(50, 700), talkMs: own.between(2_600, 3_600) };
  };
  Object.defineProperty(phone, 'behaviour', { get });
}

beforeAll(async () => {
  stack = await startStack({ edges: ['edge1'], sites, services: Object.keys(routing), routing });
  [...stack.phones.phones.values()].forEach((phone, i) => varied(phone, SEED + i));
  const own = dice(SEED);
  const services = [
    'support',
    'support',
    'support',
    'support',
    'support',
    'french',
    'french',
    'fluent',
    'sales',
    'sales',
  ];
  const calls = Array.from({ length: CALLS }, (_, i) => ({
    from: String(49_301_000 + i),
    service: own.pick(services),
    talkMs: own.next() < 0.4 ? 0 : own.between(600, 1_900),
  }));
  const edge = stack.lab.edges.get('edge1');
  if (!edge) throw new Error('no edge');
  const { callerAddress } = stack.lab;
  callers = await placeCalls({
    localAddress: callerAddress,
    server: edge.sip,
    calls,
    ratePerSec: RATE,
    limitMs: 60_000,
  });
  evidence = { phones: stack.phones.log, callers, sites, routingFile: join(stack.dir, 'routing.yaml') };
  verdict = judge(evidence);
  const { waits } = verdict;
  const wait = (share: number): number => Math.round(waits[Math.floor(share * (waits.length - 1))] ?? 0);
  console.log(
    `${callers.length} calls, ${verdict.offers} offers, ${verdict.choices} with a choice, ${verdict.waited} waited; ` +
      `caller's INVITE to agent's: p50 ${wait(0.5)} p95 ${wait(0.95)} most ${wait(1)} ms`,
  );
});

afterAll(() => stack?.stop());

test('the load is what it should be', () => {
  expect(callers).toHaveLength(CALLS);
  const [first, last] = [callers[0], callers.at(-1)];
  const tookMs = (last?.invitedAtMs ?? 0) - (first?.invitedAtMs ?? 0);
  expect((CALLS - 1) / (tookMs / 1_000)).toBeGreaterThan(RATE * 0.9);
  // Without choices and waits the judge has nothing to find.
  expect(verdict.choices).toBeGreaterThan(CALLS / 2);
  expect(verdict.waited).toBeGreaterThan(5);
});

test('every caller is answered', () => {
  expect(callers.filter(({ outcome }) => outcome !== 'left' && outcome !== 'leftAlone')).toEqual([]);
});

test('each call reaches the agent that the rules name, and no agent two calls at once', () => {
  expect(stack.phones.overlappingCalls()).toEqual([]);
  expect(verdict.faults).toEqual([]);
});

test('the records add up to the calls placed, and no claim is left behind', async () => {
  const calls = await until(
    async () => {
      const found = await stack.store.calls({ limit: 1_000 });
      return found.length >= CALLS && found.every(({ outcome }) => outcome !== null) ? found : undefined;
    },
    'every call is recorded to its end',
    10_000,
  );
  const tally = (services: readonly string[]): Record<string, number> =>
    Object.fromEntries(Object.keys(routing).map((name) => [name, services.filter((one) => one === name).length]));
  expect(tally(calls.map(({ service }) => service))).toEqual(tally(callers.map(({ service }) => service)));
  expect(calls.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
  await until(
    async () => {
      const [{ dbNowMs }, agents] = await Promise.all([stack.store.sites(), stack.store.agents()]);
      const held = agents.filter(({ reservation: r }) => r && r.phase !== 'free' && r.expiresAtMs > dbNowMs);
      return held.length === 0 ? true : undefined;
    },
    'every claim has ended',
    5_000,
  );
});
