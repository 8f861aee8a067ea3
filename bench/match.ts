/** What a match costs at 24,000 agents of 200 sites, 500 waiting calls and 50 skills, and what the plain way would cost. */
import { pathToFileURL } from 'node:url';
import type { KnownAgent } from '../src/core/model/agent.ts';
import type { WaitingCall } from '../src/core/model/call.ts';
import { byTurn } from '../src/core/model/call.ts';
import type { StrategyName } from '../src/core/model/service.ts';
import { ineligible } from '../src/core/routing/eligible.ts';
import { Floor } from '../src/core/routing/floor.ts';
import { match } from '../src/core/routing/match.ts';
import { byKeys, keysFor } from '../src/core/routing/rank.ts';
import type { Requirement } from '../src/core/routing/requirement.ts';
import { parseRequirement, unmet } from '../src/core/routing/requirement.ts';
import type { RoutingView } from '../src/core/routing/view.ts';
import { AGENTS, BenchWorld, CALLS, claimed, SITES, SKILLS } from './match-world.ts';
import { quantile } from './stats.ts';

const texts = new Map<string, Requirement>();
function requirementOf(text: string): Requirement {
  let requirement = texts.get(text);
  if (requirement === undefined) texts.set(text, (requirement = parseRequirement(text)));
  return requirement;
}
const OPTIONS = { requirementOf, passedOver: () => false };

/** Of each run in ms: how long it took, and the CPU time that it used, which tells more where others use the machine as well. */
interface Times {
  readonly wall: number[];
  readonly cpu: number[];
}

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
};

/** `prepare` is not measured. The first runs warm up and are left out. */
function measure<T>(times: number, prepare: (run: number) => T, act: (input: T) => unknown): Times {
  const taken: Times = { wall: [], cpu: [] };
  const warmUps = Math.ceil(times / 5);
  for (let run = 0; run < times + warmUps; run++) {
    const input = prepare(run);
    const [startMs, startCpuMs] = [performance.now(), cpuMs()];
    act(input);
    if (run < warmUps) continue;
    taken.wall.push(performance.now() - startMs);
    taken.cpu.push(cpuMs() - startCpuMs);
  }
  return taken;
}

/** All talk and 500 calls wait. Each time one agent comes free, one call comes, and the pair goes. */
function warm(strategy: StrategyName | 'all', times: number): Times {
  const world = new BenchWorld(true, CALLS - 1, strategy);
  const floor = new Floor();
  const set = (agentId: string, isTalking: boolean): void => {
    world.reservations.set(agentId, claimed(agentId, isTalking));
    floor.touchAgent(agentId);
  };
  match(world.view(), { ...OPTIONS, floor });
  let last: { readonly agentId: string; readonly callId: string } | null = null;
  const prepare = (): RoutingView => {
    if (last !== null) {
      set(last.agentId, true);
      world.waiting.delete(last.callId);
    }
    set(world.ids[world.roll(AGENTS)] ?? '', false);
    while (world.waiting.size < CALLS) world.addCall();
    return world.view();
  };
  return measure(times, prepare, (view) => {
    const [pair] = match(view, { ...OPTIONS, floor });
    last = pair === undefined ? null : { agentId: pair.agent.agentId, callId: pair.call.callId };
  });
}

/** Somebody has changed since the last match, as it is between two calls: what is remembered until then counts for nothing. */
function touchOne(floor: Floor, { agents }: RoutingView): void {
  const [agentId = ''] = agents.keys();
  floor.touchAgent(agentId);
}

/** All idle and all wait. `new`: the index was filled, and is asked for all requirements for the first time; `none`: there is no index. */
function cold(strategy: StrategyName | 'all', times: number, index: 'warm' | 'new' | 'none'): Times {
  const view = new BenchWorld(false, CALLS, strategy).view();
  let floor = new Floor();
  const prepare = (): Floor | undefined => {
    if (index === 'none') return undefined;
    if (index === 'new') floor = new Floor();
    floor.sync(view);
    touchOne(floor, view);
    return floor;
  };
  return measure(times, prepare, (given) => match(view, { ...OPTIONS, floor: given }));
}

/** All idle, one call comes. */
function single(strategy: StrategyName, requirement: string | null, times: number): Times {
  const world = new BenchWorld(false, 0, strategy);
  const floor = new Floor();
  floor.sync(world.view());
  const prepare = (): RoutingView => {
    world.waiting.clear();
    const call = world.addCall();
    if (requirement !== null) world.waiting.set(call.callId, { ...call, requirement });
    touchOne(floor, world.view());
    return world.view();
  };
  return measure(times, prepare, (view) => match(view, { ...OPTIONS, floor }));
}

/** The plain way: for each call in its turn, sort all who could take it. */
function plain(view: RoutingView): number {
  const calls = [...view.waiting.values()].sort((a, b) => byTurn(a, b, view.nowMs));
  const taken = new Set<string>();
  for (const call of calls) {
    const first = sorted(view, call, taken)[0];
    if (first !== undefined) taken.add(first.agentId);
  }
  return taken.size;
}

function sorted(view: RoutingView, call: WaitingCall, taken: ReadonlySet<string>): { agentId: string }[] {
  const requirement = requirementOf(call.requirement);
  const keysOf = keysFor(view, call, requirement);
  const able = (one: KnownAgent): boolean =>
    !taken.has(one.agentId) && unmet(requirement, one) === null && ineligible(one, view, false).length === 0;
  return [...view.agents.values()]
    .filter(able)
    .map((one) => ({ agentId: one.agentId, keys: keysOf(one) }))
    .sort(byKeys);
}

/** Heap and array buffers of a floor with all pools and counts that the calls ask for, MB. */
function memoryMb(): number {
  const world = new BenchWorld(false, CALLS, 'all');
  const view = world.view();
  const used = (): number => {
    globalThis.gc?.();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return (heapUsed + arrayBuffers) / 2 ** 20;
  };
  const before = used();
  const floor = new Floor();
  match(view, { ...OPTIONS, floor });
  for (const call of view.waiting.values()) floor.staffed(call.requirement);
  const after = used();
  return floor.freeCount === AGENTS ? after - before : NaN;
}

/** The plain way takes too long for all calls: some of them tell enough. */
const PLAIN_CALLS = 5;

interface Line {
  readonly what: string;
  readonly ms: Times;
  readonly aim: string;
}

function table(lines: readonly Line[]): string {
  const rows = lines.map(({ what, ms, aim }) => {
    const figures = [quantile(ms.wall, 0.5), quantile(ms.wall, 0.99), quantile(ms.cpu, 0.5), quantile(ms.cpu, 0.99)];
    return `| ${what} | ${figures.map((each) => each.toFixed(3)).join(' | ')} | ${aim} |`;
  });
  const head = '| match | p50, ms | p99, ms | CPU p50, ms | CPU p99, ms | aim |';
  return [head, '| --- | --- | --- | --- | --- | --- |', ...rows].join('\n');
}

export function main(): void {
  console.log(`${AGENTS} agents, ${SITES} sites, ${CALLS} waiting calls, ${SKILLS} skills; node ${process.version}\n`);
  const lines: Line[] = [
    { what: 'warm: one agent freed, one call come', ms: warm('longest_idle', 400), aim: 'p99 < 5' },
    { what: 'warm, all strategies mixed', ms: warm('all', 400), aim: 'p99 < 5' },
    { what: 'cold: all idle, all waiting', ms: cold('longest_idle', 30, 'warm'), aim: '< 50' },
    { what: 'cold, all strategies mixed', ms: cold('all', 30, 'warm'), aim: '< 50' },
    { what: 'cold, no requirement asked for before', ms: cold('longest_idle', 10, 'new'), aim: '< 50' },
    { what: 'cold, and no index at all', ms: cold('longest_idle', 10, 'none'), aim: '' },
    { what: 'one call, all idle, nobody else waits', ms: single('longest_idle', null, 500), aim: '< 0.2' },
    { what: 'the same for a call that anybody can take', ms: single('longest_idle', '', 500), aim: '< 0.2' },
    { what: 'the same by lot (random)', ms: single('random', '', 500), aim: '< 0.2' },
  ];
  console.log(table(lines));
  const one = new BenchWorld(false, 1, 'longest_idle').view();
  const plainOne = quantile(measure(5, () => one, plain).cpu, 0.5);
  const some = new BenchWorld(false, PLAIN_CALLS, 'longest_idle').view();
  const plainAll = (quantile(measure(3, () => some, plain).cpu, 0.5) * CALLS) / PLAIN_CALLS;
  const ratio = (ms: number, line: number): string => (ms / quantile(lines[line]?.ms.cpu ?? [], 0.5)).toFixed(0);
  console.log(
    `\nThe plain way (sort everybody for each call): one call ${plainOne.toFixed(1)} ms, ${ratio(plainOne, 6)} times as much;`,
  );
  console.log(
    `all waiting ${plainAll.toFixed(0)} ms (by ${PLAIN_CALLS} of them), ${ratio(plainAll, 2)} times as much.`,
  );
  console.log(`\nMemory of the index, with all requirements and their counts: ${memoryMb().toFixed(1)} MB.`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
