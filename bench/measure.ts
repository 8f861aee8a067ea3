/** One round: so many calls a second on one way, from the callers' INVITE to the agents'. */
import { placeCalls } from '../test/lab/sipp.ts';
import type { CallerLog } from '../test/lab/sipp.ts';
import { countCpu } from './cpu.ts';
import { dialled } from './stack.ts';
import type { BenchStack, Way } from './stack.ts';
import { quantile } from './stats.ts';

export interface RoundSpec {
  readonly way: Way;
  readonly ratePerSec: number;
  readonly seconds: number;
  readonly talkMs: number;
}

export interface Round extends RoundSpec {
  readonly calls: number;
  /** As SIPp placed them. */
  readonly placedPerSec: number;
  /** Calls that were not answered within the time, or whose agent never heard of them. */
  readonly failed: number;
  /** Caller's INVITE to agent's INVITE. */
  readonly p50Ms: number;
  readonly p95Ms: number;
  /** CPU of each process a call. */
  readonly cpuMsACall: Readonly<Record<string, number>>;
}

/** Whoever waits longer than this for his answer counts as a failure. */
const ANSWERED_WITHIN_MS = 2_000;
const AFTERWARDS_MS = 10_000;

let callers = 0;

export async function playRound(stack: BenchStack, spec: RoundSpec): Promise<Round> {
  const { way, ratePerSec, seconds, talkMs } = spec;
  const edge = stack.lab.edges.get('edge1');
  if (edge === undefined) throw new Error('no edge');
  const plan = Array.from({ length: Math.round(ratePerSec * seconds) }, () => {
    callers += 1;
    return { from: String(49_300_000_000 + callers), service: dialled(way, stack.extensions, callers), talkMs };
  });
  await stack.phones.take();
  const used = countCpu(stack.pids());
  const calls = await placeCalls({
    localAddress: stack.lab.callerAddress,
    server: edge.sip,
    calls: plan,
    ratePerSec,
    limitMs: seconds * 1_000 + AFTERWARDS_MS,
  });
  const cpu = used();
  const reachedAt = new Map((await stack.phones.take()).map(({ caller, atMs }) => [caller, atMs]));
  const delays = calls.flatMap(({ from, invitedAtMs }) => {
    const atMs = reachedAt.get(from);
    return atMs === undefined ? [] : [atMs - invitedAtMs];
  });
  const good = calls.filter((call) => reachedAt.has(call.from) && wasServed(call)).length;
  return {
    ...spec,
    calls: calls.length,
    placedPerSec: placedPerSec(calls),
    failed: plan.length - good,
    p50Ms: quantile(delays, 0.5),
    p95Ms: quantile(delays, 0.95),
    cpuMsACall: Object.fromEntries(Object.entries(cpu).map(([name, ms]) => [name, ms / calls.length])),
  };
}

function wasServed({ outcome, invitedAtMs, answeredAtMs }: CallerLog): boolean {
  return outcome === 'left' && answeredAtMs !== undefined && answeredAtMs - invitedAtMs <= ANSWERED_WITHIN_MS;
}

function placedPerSec(calls: readonly CallerLog[]): number {
  const spanMs = (calls.at(-1)?.invitedAtMs ?? 0) - (calls[0]?.invitedAtMs ?? 0);
  return spanMs <= 0 ? NaN : ((calls.length - 1) * 1_000) / spanMs;
}
