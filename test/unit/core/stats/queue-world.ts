/** A call centre small enough to be obviously right, on a clock of its own: callers come, wait in their turn, talk and go. */
import type { CompetingLine, ExpectedWaitInput } from '../../../../src/core/stats/ewt.ts';
import { expectedWait, lineFigures } from '../../../../src/core/stats/ewt.ts';
import { meanWaitMs } from '../../../../src/core/stats/figures.ts';
import { ServiceFiguresWindow } from '../../../../src/core/stats/service-figures.ts';
import type { ServiceFigures } from '../../../../src/core/model/figures.ts';
import { dice } from '../../../lab/random.ts';

export interface ServiceSpec {
  /** Mean arrivals a minute. */
  readonly aMinute: number;
  readonly handleS: number;
  /** Mean patience, exponential; null: nobody gives up. */
  readonly patienceS?: number;
  readonly priority?: number;
}

export interface WorldSpec {
  readonly services: Readonly<Record<string, ServiceSpec>>;
  /** How many agents serve which services: `{ 'a b': 10, a: 5 }`. */
  readonly agents: Readonly<Record<string, number>>;
  readonly hours: number;
  readonly seed: number;
}

/** What one caller was told and what came of it. */
export interface Told {
  readonly service: string;
  readonly ms: number;
  readonly basis: string;
  /** What the mean wait of those answered lately would have told him. */
  readonly recentMs: number | null;
  readonly waitedMs: number;
}

interface Caller {
  readonly id: number;
  readonly service: string;
  readonly priority: number;
  readonly arrivedMs: number;
  /** Infinity: he stays whatever comes. Only those are judged where others give up: they see the whole wait. */
  readonly leavesAtMs: number;
  readonly told: Omit<Told, 'waitedMs'> | null;
}

interface Agent {
  readonly serves: readonly string[];
  idleSinceMs: number;
  freeAtMs: number;
  talk: { readonly service: string; readonly handleMs: number } | null;
}

const WARM_UP_MS = 3_600_000;
const T_MS = 20_000;
/** Share of callers who never give up, so that somebody sees the whole wait. */
const STAYERS = 0.05;

export class QueueWorld {
  private nowMs = 0;
  private readonly waiting: Caller[] = [];
  private readonly agents: Agent[];
  private readonly window = new ServiceFiguresWindow();
  private figures = new Map<string, ServiceFigures>();
  private readonly told: Told[] = [];
  private readonly spec: WorldSpec;
  private readonly draw: (meanMs: number) => number;
  private readonly chance: (p: number) => boolean;

  constructor(spec: WorldSpec) {
    this.spec = spec;
    const random = dice(spec.seed);
    this.draw = (meanMs) => -Math.log(1 - random.next()) * meanMs;
    this.chance = (p) => random.next() < p;
    this.agents = Object.entries(spec.agents).flatMap(([serves, count]) =>
      Array.from({ length: count }, () => ({ serves: serves.split(' '), idleSinceMs: 0, freeAtMs: 0, talk: null })),
    );
  }

  run(): readonly Told[] {
    const next = new Map(Object.entries(this.spec.services).map(([name, s]) => [name, this.draw(60_000 / s.aMinute)]));
    let figuresAtMs = 0;
    while (this.nowMs < this.spec.hours * 3_600_000) {
      const [service, atMs] = [...next].reduce((a, b) => (b[1] < a[1] ? b : a));
      this.serveUntil(atMs);
      this.nowMs = atMs;
      if (atMs >= figuresAtMs) {
        this.figures = new Map(this.window.figures(atMs).map((one) => [one.service, one]));
        figuresAtMs = atMs + 5_000;
      }
      this.arrive(service);
      next.set(service, atMs + this.draw(60_000 / (this.spec.services[service]?.aMinute ?? 1)));
    }
    return this.told;
  }

  private arrive(service: string): void {
    const { patienceS, priority = 0 } = this.spec.services[service] ?? { patienceS: undefined };
    const stays = patienceS === undefined || this.chance(STAYERS);
    const caller = {
      ...{ id: this.told.length + this.nowMs, service, priority, arrivedMs: this.nowMs },
      leavesAtMs: stays ? Infinity : this.nowMs + this.draw(patienceS * 1_000),
      told: stays && this.nowMs > WARM_UP_MS ? this.forecast(service, priority) : null,
    };
    const free = this.agents
      .filter((agent) => agent.freeAtMs <= this.nowMs && agent.serves.includes(service))
      .sort((a, b) => a.idleSinceMs - b.idleSinceMs)[0];
    if (free !== undefined) this.talk(caller, free);
    else this.waiting.push(caller);
  }

  /** Agents who become free take the first in turn whom they serve. */
  private serveUntil(untilMs: number): void {
    for (;;) {
      const agent = this.agents
        .filter(({ freeAtMs }) => freeAtMs > this.nowMs && freeAtMs <= untilMs)
        .reduce<Agent | undefined>((a, b) => (a === undefined || b.freeAtMs < a.freeAtMs ? b : a), undefined);
      if (agent === undefined) break;
      this.nowMs = agent.freeAtMs;
      agent.idleSinceMs = this.nowMs;
      if (agent.talk) this.window.handled(agent.talk.service, agent.talk.handleMs, this.nowMs);
      this.leave();
      const mine = this.waiting.filter(({ service }) => agent.serves.includes(service));
      const first = mine.sort((a, b) => b.priority - a.priority || a.arrivedMs - b.arrivedMs)[0];
      if (first === undefined) continue;
      this.waiting.splice(this.waiting.indexOf(first), 1);
      this.talk(first, agent);
    }
    this.nowMs = untilMs;
    this.leave();
  }

  private leave(): void {
    for (const caller of this.waiting.filter(({ leavesAtMs }) => leavesAtMs <= this.nowMs)) {
      this.waiting.splice(this.waiting.indexOf(caller), 1);
      this.window.abandoned(caller.service, caller.leavesAtMs - caller.arrivedMs, T_MS, this.nowMs);
    }
  }

  private talk(caller: Caller, agent: Agent): void {
    const handleMs = this.draw((this.spec.services[caller.service]?.handleS ?? 1) * 1_000);
    const waitedMs = this.nowMs - caller.arrivedMs;
    agent.freeAtMs = this.nowMs + handleMs;
    this.window.answered(caller.service, waitedMs, T_MS, this.nowMs);
    agent.talk = { service: caller.service, handleMs };
    if (caller.told) this.told.push({ ...caller.told, waitedMs });
  }

  private forecast(service: string, priority: number): Omit<Told, 'waitedMs'> {
    const able = this.agents.filter((agent) => agent.serves.includes(service));
    const lines = Object.entries(this.spec.services).map(([name, other]): CompetingLine & { readonly name: string } => {
      const theirs = this.agents.filter((agent) => agent.serves.includes(name));
      return {
        ...lineFigures(this.figures.get(name)),
        name,
        ahead: this.waiting.filter((c) => c.service === name && c.priority >= priority).length,
        agents: theirs.length,
        shared: theirs.filter((agent) => agent.serves.includes(service)).length,
        overtakesForMs: (other.priority ?? 0) > priority ? Infinity : 0,
      };
    });
    const figures = this.figures.get(service);
    const waiting = this.waiting.filter((caller) => caller.service === service).map(({ arrivedMs }) => arrivedMs);
    const input: ExpectedWaitInput = {
      free: able.filter(({ freeAtMs }) => freeAtMs <= this.nowMs).length,
      own: lines.find(({ name }) => name === service) as CompetingLine,
      others: lines.filter(({ name }) => name !== service),
      recentWaitMs: figures ? meanWaitMs(figures) : null,
      longestWaitMs: waiting.length === 0 ? null : this.nowMs - Math.min(...waiting),
    };
    const { ms, basis } = expectedWait(input);
    return { service, ms: ms ?? 0, basis, recentMs: input.recentWaitMs };
  }
}

/** How well callers who had to wait were told: all as shares of their mean wait. */
export function judge(told: readonly Told[], service?: string) {
  const waited = told.filter((one) => one.waitedMs > 0 && (service === undefined || one.service === service));
  const mean = (of: (one: Told) => number): number => waited.reduce((sum, one) => sum + of(one), 0) / waited.length;
  const meanWait = mean(({ waitedMs }) => waitedMs);
  const errors = waited.map((one) => Math.abs(one.ms - one.waitedMs)).sort((a, b) => a - b);
  return {
    callers: waited.length,
    meanWaitS: meanWait / 1_000,
    bias: mean(({ ms }) => ms) / meanWait - 1,
    error: mean((one) => Math.abs(one.ms - one.waitedMs)) / meanWait,
    p90S: (errors[Math.floor(errors.length * 0.9)] ?? 0) / 1_000,
    recentError: mean((one) => Math.abs((one.recentMs ?? 0) - one.waitedMs)) / meanWait,
  };
}
