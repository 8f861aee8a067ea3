/** Two edges on one database, 20 agents, 500 calls, always more callers than agents: nobody twice, and everybody in turn. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { until } from '../lab/asterisk/ari.ts';
import { judge, outOfTurn } from '../lab/judge.ts';
import type { Evidence, Verdict } from '../lab/judge.ts';
import type { SiteSpec } from '../lab/lab.ts';
import { dice } from '../lab/random.ts';
import { placeCalls } from '../lab/sipp.ts';
import type { CallerLog } from '../lab/sipp.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const SEED = 77;
const CALLS_AN_EDGE = 250;
/** Together more than 20 agents can take: a call holds one for about 1.7 s. */
const RATE_AN_EDGE = 7;
/** INVITEs that leave at one moment from two edges reach two phones within this. */
const SLACK_MS = 250;

const queues = { support: {} };
const site = (name: string, first: number): SiteSpec => ({
  ...{ name, queues },
  agents: Array.from({ length: 10 }, (_, i) => ({ ext: String(first + i), queues: { support: 0 } })),
});
const sites = [site('berlin', 1001), site('paris', 2001)];
const edges = ['edge1', 'edge2'];

let stack: Stack;
let callers: CallerLog[];
let evidence: Evidence;
let verdict: Verdict;

function callsOf(edge: number): { from: string; service: string; talkMs: number }[] {
  const own = dice(SEED + edge);
  return Array.from({ length: CALLS_AN_EDGE }, (_, i) => {
    const from = `4930${edge + 1}${String(i).padStart(4, '0')}`;
    return { from, service: 'support', talkMs: own.next() < 0.3 ? 0 : own.between(500, 1_300) };
  });
}

beforeAll(async () => {
  const routing = { support: { max_wait: '60s' } };
  const behaviour = { kind: 'answer', afterMs: 120, talkMs: 2_000 } as const;
  stack = await startStack({ edges, sites, routing, behaviour });
  const logs = await Promise.all(
    edges.map((name, i) => {
      const server = stack.lab.edges.get(name)?.sip ?? { host: '', port: 0 };
      const spec = { localAddress: stack.lab.callerAddress, server, ratePerSec: RATE_AN_EDGE, limitMs: 100_000 };
      return placeCalls({ ...spec, calls: callsOf(i) });
    }),
  );
  callers = logs.flat();
  evidence = { phones: stack.phones.log, callers, sites, routingFile: join(stack.dir, 'routing.yaml') };
  verdict = judge(evidence);
  const { waits } = verdict;
  const wait = (share: number): number => Math.round(waits[Math.floor(share * (waits.length - 1))] ?? 0);
  const overtaken = [0, 50, 100, 250].map((slack) => `${slack} ms: ${outOfTurn(evidence, slack).length}`);
  console.log(
    `${callers.length} calls, ${verdict.offers} offers, ${verdict.waited} waited; to the agent's INVITE: ` +
      `p50 ${wait(0.5)} p95 ${wait(0.95)} most ${wait(1)} ms; overtaken by more than ${overtaken.join(', ')}`,
  );
}, 200_000);

afterAll(() => stack?.stop());

test('calls of both edges wait', () => {
  expect(callers).toHaveLength(edges.length * CALLS_AN_EDGE);
  expect(verdict.waited).toBeGreaterThan(callers.length / 2);
});

test('no agent is offered two calls at once, from the phones’ side', () => {
  expect(stack.phones.overlappingCalls()).toEqual([]);
});

test('first offers come in order of arrival, over both edges', () => {
  expect(outOfTurn(evidence, SLACK_MS)).toEqual([]);
});

test('each reaches the agent that the rules name', () => {
  expect(verdict.faults).toEqual([]);
});

test('everything is answered and accounted for', async () => {
  expect(callers.filter(({ outcome }) => outcome !== 'left' && outcome !== 'leftAlone')).toEqual([]);
  const calls = await until(
    async () => {
      const found = await stack.store.calls({ limit: 2_000 });
      return found.length >= callers.length && found.every(({ outcome }) => outcome !== null) ? found : undefined;
    },
    'every call is recorded to its end',
    10_000,
  );
  const tally = Object.fromEntries(edges.map((edge) => [edge, calls.filter((call) => call.edgeId === edge).length]));
  expect(tally).toEqual(Object.fromEntries(edges.map((edge) => [edge, CALLS_AN_EDGE])));
  expect(calls.filter(({ outcome }) => outcome !== 'answered')).toEqual([]);
});
