import type { Calendar } from '../../core/model/calendar.ts';
import type { WaitingCall } from '../../core/model/call.ts';
import type { RoutingRules } from '../../core/model/routing.ts';
import type { Service } from '../../core/model/service.ts';
import { isOpen } from '../../core/routing/calendar.ts';
import type { Stage } from '../../core/routing/steps.ts';
import type { Arrivals, Scenario, Traffic } from '../../settings/scenario-model.ts';
import { chanceOf } from './chance.ts';
import type { Chance } from './chance.ts';
import type { Member } from './crowd.ts';
import { stream } from './random.ts';
import type { Uniform } from './random.ts';
import { Tally } from './tally.ts';

/** One service: its rules, how many wait in it, and what became of its calls. */
export interface Line {
  readonly service: Service;
  readonly tally: Tally;
  /** Null: always open. */
  readonly calendar: Calendar | null;
  waiting: number;
}

export const lineOf = (service: Service, { calendars }: RoutingRules): Line => ({
  service,
  tally: new Tally(),
  calendar: calendars.find(({ name }) => name === service.calendar) ?? null,
  waiting: 0,
});

export const isClosed = ({ service, calendar }: Line, nowMs: number): boolean =>
  service.closed || (calendar !== null && !isOpen(calendar, nowMs).open);

/** What a caller brings along. It is drawn when he comes, in the same order, whatever the routing does. */
export interface Caller {
  readonly callId: string;
  readonly source: Source;
  readonly arrivedAtMs: number;
  /** He came after the warm-up. */
  readonly counted: boolean;
  readonly patienceEndMs: number;
  readonly handleDraw: number;
  readonly answerMs: number;
  /** Below the share of those who have an agent of their own: he has one. */
  readonly preferredDraw: number;
}

/** One caller in one service: a new one where he is handed on. */
export interface Call {
  readonly caller: Caller;
  readonly line: Line;
  readonly enteredMs: number;
  readonly handovers: number;
  /** Of his timer; -1: he has none yet. */
  slot: number;
  stage: Stage;
  row: WaitingCall;
  /** What was said to him, ms; null: nothing. */
  announcedMs: number | null;
  /** Who is being rung for him. */
  ringing: Member | null;
}

/** Spelt out: it is made for every call. */
export const callOf = (
  caller: Caller,
  line: Line,
  stage: Stage,
  row: WaitingCall,
  enteredMs: number,
  handovers: number,
): Call => ({
  caller,
  line,
  enteredMs,
  handovers,
  slot: -1,
  stage,
  row,
  announcedMs: null,
  ringing: null,
});

/** Where the callers of one service come from. */
export class Source {
  readonly service: string;
  readonly handle: Chance;
  readonly patience: Chance;
  readonly preferredShare: number;
  private readonly arrivals: Arrivals;
  private readonly fromMs: number;
  private readonly endMs: number;
  private readonly nextMs: (afterMs: number) => number;
  private readonly answer: Chance;
  private readonly draws: Readonly<Record<'handle' | 'patience' | 'answer' | 'preferred', Uniform>>;

  constructor(traffic: Traffic, scenario: Scenario, replication: number) {
    const draws = (purpose: string): Uniform => stream(scenario.seed, replication, `${traffic.service}/${purpose}`);
    this.service = traffic.service;
    this.arrivals = traffic.arrivals;
    this.fromMs = scenario.fromMs;
    this.endMs = scenario.fromMs + scenario.lengthMs;
    this.handle = chanceOf(traffic.handle);
    this.patience = chanceOf(traffic.patience);
    this.answer = chanceOf(traffic.answer);
    this.preferredShare = traffic.preferred;
    this.nextMs = arrivalsOf(traffic.arrivals, scenario, draws('arrivals'));
    this.draws = {
      handle: draws('handle'),
      patience: draws('patience'),
      answer: draws('answer'),
      preferred: draws('preferred'),
    };
  }

  /** When the next one comes; infinite: nobody more. */
  nextArrivalMs(afterMs: number): number {
    return this.nextMs(afterMs);
  }

  /** How many were to be expected between two moments; 0 for recorded ones, of which nothing else was possible. */
  expected(fromMs: number, toMs: number): number {
    const { arrivals } = this;
    if (arrivals.kind === 'recorded') return 0;
    const { calls, intervalMs } = arrivals;
    const endMs = Math.min(toMs, this.endMs);
    if (calls.length === 1) return ((calls[0] ?? 0) * Math.max(0, endMs - fromMs)) / intervalMs;
    let sum = 0;
    for (let atMs = fromMs; atMs < endMs;) {
      const interval = Math.floor((atMs - this.fromMs) / intervalMs);
      const untilMs = Math.min(endMs, this.fromMs + (interval + 1) * intervalMs);
      sum += ((calls[interval % calls.length] ?? 0) * (untilMs - atMs)) / intervalMs;
      atMs = untilMs;
    }
    return sum;
  }

  get isByChance(): boolean {
    return this.arrivals.kind === 'rates';
  }

  caller(callId: string, nowMs: number, counted: boolean): Caller {
    return {
      callId,
      source: this,
      arrivedAtMs: nowMs,
      counted,
      patienceEndMs: nowMs + this.patience.ms(this.draws.patience()),
      handleDraw: this.draws.handle(),
      answerMs: this.answer.ms(this.draws.answer()),
      preferredDraw: this.preferredShare === 0 ? 1 : this.draws.preferred(),
    };
  }
}

/** Next arrival after the one before. */
function arrivalsOf(arrivals: Arrivals, scenario: Scenario, draw: Uniform): (afterMs: number) => number {
  const { fromMs } = scenario;
  const endMs = fromMs + scenario.lengthMs;
  if (arrivals.kind === 'recorded') {
    let next = arrivals.atMs.findIndex((atMs) => atMs >= fromMs);
    return () => {
      const atMs = arrivals.atMs[next] ?? Infinity;
      next += 1;
      return atMs < endMs ? atMs : Infinity;
    };
  }
  const { calls, intervalMs } = arrivals;
  return (afterMs) => {
    // An exponential amount of expected calls is spent along the intervals: exact for rates that change.
    let left = -Math.log(draw());
    let atMs = afterMs;
    let interval = Math.floor((afterMs - fromMs) / intervalMs);
    while (atMs < endMs) {
      const untilMs = fromMs + (interval + 1) * intervalMs;
      const perMs = (calls[interval % calls.length] ?? 0) / intervalMs;
      if (left < (untilMs - atMs) * perMs) {
        const arrivalMs = atMs + left / perMs;
        return arrivalMs < endMs ? arrivalMs : Infinity;
      }
      left -= (untilMs - atMs) * perMs;
      atMs = untilMs;
      interval += 1;
    }
    return Infinity;
  };
}
