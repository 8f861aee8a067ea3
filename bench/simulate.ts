/**
 * `npm run bench:simulate`: how fast `ipnt simulate` is, and how far off the announced wait is in simulation. One core.
 *
 *   --write        put the figures into bench/README.md
 */
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { play } from '../src/apps/simulate/play.ts';
import { reportOf } from '../src/apps/simulate/report.ts';
import { NO_RULES } from '../src/core/model/routing.ts';
import type { RoutingRules } from '../src/core/model/routing.ts';
import { blankService } from '../src/core/model/service.ts';
import type { Service } from '../src/core/model/service.ts';
import { NEVER } from '../src/core/stats/distributions.ts';
import type { Distribution } from '../src/core/stats/distributions.ts';
import type { Crew, Scenario, Traffic } from '../src/settings/scenario-model.ts';
import { writeBetween } from './report.ts';

const HOUR = 3_600_000;
const HANDLE_S = 240;
const PATIENCE_S = 180;

const exponential = (seconds: number): Distribution => ({ kind: 'exponential', meanMs: seconds * 1_000 });
const rules = (...services: Service[]): RoutingRules => ({ ...NO_RULES, services });
const service = (name: string, change: Partial<Service> = {}): Service => ({
  ...blankService(name),
  ...{ requirement: name, maxWaitMs: HOUR, maxWaiting: 100_000 },
  ...change,
});
const traffic = (name: string, calls: readonly number[], patience: Distribution = NEVER): Traffic => ({
  ...{ service: name, arrivals: { kind: 'rates', intervalMs: HOUR, calls }, handle: exponential(HANDLE_S), patience },
  ...{ answer: { kind: 'constant', ms: 0 }, preferred: 0 },
});
const crew = (siteId: string, name: string, count: number, skills: readonly string[]): Crew => ({
  ...{ siteId, names: Array.from({ length: count }, (_, i) => `${name}-${String(i).padStart(4, '0')}`) },
  skills: Object.fromEntries(skills.map((skill, i) => [skill, 10 - i])),
  ...{ attributes: {}, shift: null, handle: {}, handleFactor: 1, wrapUpMs: null },
});
const scenario = (hours: number, traffics: readonly Traffic[], crews: readonly Crew[], warmUpHours = 0): Scenario => ({
  ...{ routing: null, fromMs: Date.UTC(2026, 0, 5), lengthMs: hours * HOUR, warmUpMs: warmUpHours * HOUR },
  ...{ replications: 1, seed: 1, confidence: 0.95, traffic: traffics, crews },
});
/** Calls an hour that keep so many agents busy for such a share of their time. */
const hourly = (load: number, agents: number): number => (load * agents * 3_600) / HANDLE_S;

interface Timed {
  readonly calls: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
}

function timed(one: Scenario, by: RoutingRules): Timed {
  const [wall, cpu] = [performance.now(), process.cpuUsage()];
  const [run] = play(one, by);
  const used = process.cpuUsage(cpu);
  const seconds = (performance.now() - wall) / 1_000;
  return { calls: run?.played ?? 0, seconds, cpuSeconds: (used.user + used.system) / 1e6 };
}

/** 100 agents, one service, longest idle. */
function hundredAgents(load: number): Timed {
  const one = (hours: number) =>
    scenario(hours, [traffic('a', [hourly(load, 100)], exponential(PATIENCE_S))], [crew('berlin', 'x', 100, ['a'])]);
  timed(one(10), rules(service('a')));
  return timed(one(200), rules(service('a')));
}

/** A day of 10 sites x 100 agents: five services, each agent able to take two of them, the day's shape, two strategies, a step. */
function tenSites(): Timed {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const shape = [1, 1, 1, 1, 1, 2, 6, 20, 60, 95, 100, 98, 85, 90, 98, 92, 80, 60, 40, 25, 15, 8, 4, 2];
  const peak = hourly(0.95, 1_000) / names.length;
  const traffics = names.map((name) =>
    traffic(
      name,
      shape.map((percent) => (percent * peak) / 100),
      exponential(PATIENCE_S),
    ),
  );
  const crews = Array.from({ length: 10 }, (_, site) =>
    names.map((name, i) => crew(`site${site}`, name, 20, [name, names[(i + 1) % names.length] ?? ''])),
  ).flat();
  const step = {
    ...{ afterMs: 30_000, when: [], requirement: null, sites: null, priority: 5 },
    strategy: null,
    overflow: null,
  };
  const services = names.map((name, i) =>
    service(name, { strategy: i % 2 === 0 ? 'longest_idle' : 'best_skilled', wrapUpMs: 10_000, steps: [step] }),
  );
  return timed(scenario(24, traffics, crews), rules(...services));
}

interface Announced {
  readonly load: number;
  readonly waitS: number;
  readonly offS: number;
  readonly p90S: number;
  readonly overS: number;
}

/** Told on arrival to those who have to wait, held against what those of them waited who were answered. */
function announced(load: number, agents: number): Announced {
  const one = scenario(
    200,
    [traffic('a', [hourly(load, agents)], exponential(PATIENCE_S))],
    [crew('berlin', 'x', agents, ['a'])],
    5,
  );
  const { all } = reportOf(play(one, rules(service('a')), true), 0.95);
  const { meanWaitMs, waited, announcedOffMs, announcedOverMs } = all.figures;
  return {
    load,
    waitS: (meanWaitMs?.value ?? 0) / 1_000 / (waited?.value || 1),
    offS: (announcedOffMs?.value ?? 0) / 1_000,
    p90S: (all.announcedOffP90Ms ?? 0) / 1_000,
    overS: (announcedOverMs?.value ?? 0) / 1_000,
  };
}

function figures(): string {
  const head = `Taken ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, one core of ${cpus().length} (${cpus()[0]?.model ?? ''}), load before ${(loadavg()[0] ?? 0).toFixed(2)}; node ${process.version}.`;
  const speed = ([name, { calls, seconds, cpuSeconds }]: readonly [string, Timed]): string =>
    `| ${name} | ${calls} | ${seconds.toFixed(1)} | ${Math.round(calls / seconds)} | ${Math.round(calls / cpuSeconds)} |`;
  const speeds = [
    ['100 agents, load 0.8', hundredAgents(0.8)] as const,
    ['100 agents, load 0.95', hundredAgents(0.95)] as const,
    ['100 agents, load 1.05', hundredAgents(1.05)] as const,
    ['a day of 10 sites x 100 agents, 5 services', tenSites()] as const,
  ].map(speed);
  const rows = [10, 50].flatMap((agents) =>
    [0.8, 0.9, 0.95, 1.05].map((load) => {
      const { waitS, offS, p90S, overS } = announced(load, agents);
      return `| ${agents} | ${load} | ${[waitS, offS, p90S].map((s) => s.toFixed(1)).join(' | ')} | ${overS > 0 ? '+' : ''}${overS.toFixed(1)} |`;
    }),
  );
  return [
    ...[head, '', '| scenario | calls | s | calls a second | calls a CPU second |', '| --- | --- | --- | --- | --- |'],
    ...[...speeds, '', '| agents | load | waits if it waits, s | error, mean, s | error, p90, s | told too much, s |'],
    ...['| --- | --- | --- | --- | --- | --- |', ...rows],
  ].join('\n');
}

const { values } = parseArgs({ options: { write: { type: 'boolean', default: false } } });
const text = figures();
console.log(text);
if (values.write) {
  const page = join(import.meta.dirname, 'README.md');
  const [begin, end] = ['<!-- simulated: npm run bench:simulate -- --write -->', '<!-- end of simulated -->'];
  writeBetween(page, begin, end, text);
}
