import type { RoutingRules } from '../../core/model/routing.ts';
import type { Target } from '../../core/model/service.ts';
import { advanceSteps, firstStage } from '../../core/routing/steps.ts';
import type { Scenario } from '../../settings/scenario-model.ts';
import { Books } from './books.ts';
import { callOf, isClosed, lineOf, Source } from './callers.ts';
import type { Call, Caller, Line } from './callers.ts';
import type { Chance } from './chance.ts';
import { Crowd } from './crowd.ts';
import type { Member } from './crowd.ts';
import { Luck } from './luck.ts';
import { LineUp } from './line-up.ts';
import type { End, RunTally } from './tally.ts';
import { Timers } from './timers.ts';
import { World } from './world.ts';

/** Calls are numbered from here, so that their ids are of one length and sort as they came. */
const FIRST_NUMBER = 1_000_000_000;
/** A caller is handed from service to service so often at most. */
const MOST_HANDOVERS = 10;

/**
 * One replication of a scenario under one routing: the event loop over shifts, talks, arrivals and patience. Who gets which call is
 * the core's matter (World). Deterministic: the same scenario, rules and replication give the same tally.
 */
export class Run {
  private readonly crowd: Crowd;
  private readonly world: World;
  private readonly luck: Luck;
  private readonly timers = new Timers();
  private readonly lines: ReadonlyMap<string, Line>;
  private readonly sources: readonly Source[];
  private readonly books = new Books();
  private readonly waiting: LineUp;
  /** What each agent rings or talks for. */
  private readonly serving: (Call | null)[];
  private readonly countedFromMs: number;
  private readonly endMs: number;
  private readonly firstCallSlot: number;
  private number = FIRST_NUMBER;
  private nowMs: number;

  constructor(scenario: Scenario, rules: RoutingRules, replication: number, announces = false) {
    this.nowMs = scenario.fromMs;
    this.countedFromMs = scenario.fromMs + scenario.warmUpMs;
    this.endMs = scenario.fromMs + scenario.lengthMs;
    this.crowd = new Crowd(scenario);
    this.world = new World(this.crowd, rules, scenario.fromMs, announces);
    this.lines = new Map(rules.services.map((service) => [service.name, lineOf(service, rules)]));
    this.sources = scenario.traffic.map((traffic) => new Source(traffic, scenario, replication));
    this.luck = new Luck(this.countedFromMs, this.crowd.members.length, (fromMs, toMs) =>
      this.sources.reduce((sum, source) => sum + source.expected(fromMs, toMs), 0),
    );
    this.serving = this.crowd.members.map(() => null);
    this.firstCallSlot = this.crowd.members.length + this.sources.length;
    this.waiting = new LineUp(this.timers, this.firstCallSlot);
  }

  play(): RunTally {
    const { members } = this.crowd;
    for (const member of members) this.come(member);
    this.sources.forEach((source, i) => this.timers.set(members.length + i, source.nextArrivalMs(this.nowMs)));
    for (;;) {
      const slot = this.timers.first;
      // Whoever waits at the end is still served: each counted call has an outcome.
      if (slot < 0 || (this.timers.firstMs >= this.endMs && this.waiting.size === 0)) break;
      this.nowMs = this.timers.firstMs;
      this.luck.advance(this.nowMs);
      if (slot < members.length) this.agentDue(members[slot] as Member);
      else if (slot < this.firstCallSlot) this.arrive(slot - members.length);
      else this.callDue(this.waiting.at(slot));
      this.luck.look(this.waiting.size, this.crowd.free);
    }
    const endMs = Math.max(this.nowMs, this.endMs);
    this.luck.advance(endMs);
    this.crowd.settle(endMs);
    return {
      all: this.books.all,
      services: new Map([...this.lines].map(([name, { tally }]) => [name, tally])),
      agents: this.crowd.tallies(),
      luck: this.luck.sums,
      played: this.number - FIRST_NUMBER,
    };
  }

  private agentDue(member: Member): void {
    switch (member.doing) {
      case 'away':
        return this.come(member);
      case 'free':
        return this.leave(member);
      case 'ringing':
        return this.connect(this.serving[member.index] as Call, member);
      case 'talking':
        return this.hangUp(member, this.serving[member.index] as Call);
      case 'wrapUp':
      case 'held':
        this.crowd.release(member, this.nowMs);
        return this.freed(member);
    }
  }

  private come(member: Member): void {
    this.crowd.clockIn(member, this.nowMs);
    this.timers.set(member.index, member.shiftMs);
    if (member.doing === 'free') this.freed(member);
  }

  private leave(member: Member): void {
    this.crowd.clockOut(member, this.nowMs);
    this.timers.set(member.index, member.shiftMs);
    this.world.touch(member);
    // Nobody waits for him in particular any more.
    this.match();
  }

  /** He has nothing to do: home, if his shift is over, else the next call. */
  private freed(member: Member): void {
    if (member.shiftMs <= this.nowMs) return this.leave(member);
    this.timers.set(member.index, member.shiftMs);
    this.world.touch(member);
    this.match();
  }

  private hangUp(member: Member, call: Call): void {
    const { nowMs } = this;
    const { service } = call.line;
    const wrapUpMs = member.crew.wrapUpMs ?? service.wrapUpMs;
    this.serving[member.index] = null;
    const perMs = this.handleOf(call, member).perMs / member.crew.handleFactor;
    if (perMs > 0) this.luck.ended(perMs, nowMs);
    this.world.handled(service.name, nowMs - member.sinceMs + wrapUpMs, nowMs);
    this.crowd.hangUp(member, nowMs + wrapUpMs, nowMs);
    if (wrapUpMs === 0) return this.freed(member);
    this.timers.set(member.index, nowMs + wrapUpMs);
    this.world.touch(member);
  }

  private arrive(index: number): void {
    const { nowMs } = this;
    const source = this.sources[index] as Source;
    const counted = nowMs >= this.countedFromMs;
    const caller = source.caller(String(this.number), nowMs, counted);
    this.number += 1;
    if (source.isByChance) this.luck.arrived(nowMs);
    this.timers.set(this.crowd.members.length + index, source.nextArrivalMs(nowMs));
    this.books.arrived(caller);
    this.enter(caller, this.lines.get(source.service) as Line, 0);
  }

  /** A caller comes to a service: as a new call, or handed on from another one with the arrival that he had. */
  private enter(caller: Caller, line: Line, handovers: number): void {
    const { nowMs } = this;
    const { service } = line;
    this.books.entered(caller, line);
    const stage = firstStage({ requirement: service.requirement, priority: service.priority, rules: service }, nowMs);
    const row = this.world.rowOf(caller, service, stage);
    const call = callOf(caller, line, stage, row, nowMs, handovers);
    if (isClosed(line, nowMs)) return this.closedFor(call);
    if (service.steps.length > 0 && this.advance(call)) return;
    this.place(call);
    this.match();
    if (this.waiting.get(caller.callId) === undefined) return;
    if (call.ringing === null) this.wait(call);
    else this.watch(call);
  }

  private closedFor(call: Call): void {
    const { whenClosed } = call.line.service;
    if (whenClosed === null) this.end(call, 'closed');
    else this.handOn(call, whenClosed, 'closed');
  }

  /** It leaves its service: for another one, or for where the simulation does not follow it. */
  private handOn(call: Call, target: Target, how: 'closed' | 'overflowed'): void {
    const line = target.kind === 'service' ? this.lines.get(target.service) : undefined;
    if (line === undefined || call.handovers >= MOST_HANDOVERS) return this.end(call, how);
    this.leaveLine(call);
    this.books.handedOn(call, how, this.nowMs);
    this.enter(call.caller, line, call.handovers + 1);
  }

  private place(call: Call): void {
    this.waiting.enter(call);
    this.world.place(call.row);
  }

  /** Nobody was free for it. */
  private wait(call: Call): void {
    const { service } = call.line;
    if (call.line.waiting > service.maxWaiting) return this.end(call, 'blocked');
    const canHope =
      call.stage.step < service.steps.length || this.world.staffed(call.stage.requirement, this.nowMs) > 0;
    if (!canHope) return this.end(call, 'noAgents');
    this.books.waits(call);
    call.announcedMs = this.world.announcedMs(call.row, this.nowMs);
    this.watch(call);
  }

  /** From now on he may lose patience. */
  private watch(call: Call): void {
    this.luck.waits(call.caller.source.patience.perMs);
    this.waiting.setTimer(call, this.nowMs);
  }

  private callDue(call: Call): void {
    if (call.caller.patienceEndMs <= this.nowMs) return this.giveUp(call, 'abandoned');
    if (call.enteredMs + call.line.service.maxWaitMs <= this.nowMs) return this.giveUp(call, 'timedOut');
    if (call.line.service.steps.length > 0 && call.ringing === null) {
      const before = call.row;
      if (this.advance(call)) return;
      if (call.row !== before) this.world.place(call.row);
    }
    this.waiting.setTimer(call, this.nowMs);
    this.match();
  }

  /** Moves it through the steps that are due; true when it has left its service. */
  private advance(call: Call): boolean {
    const { line, row } = call;
    const { stage, moves, overflow } = advanceSteps(line.service, call.stage, {
      nowMs: this.nowMs,
      measure: (measure, requirement) =>
        measure === 'waiting' ? line.waiting : this.world.measure(measure, requirement, row, this.nowMs),
      staffed: (requirement) => this.world.staffed(requirement, this.nowMs),
    });
    call.stage = stage;
    if (overflow !== null) {
      this.handOn(call, overflow.target, 'overflowed');
      return true;
    }
    const { requirement, priority, strategy, step } = stage;
    if (moves.length > 0) call.row = { ...row, requirement, priority, strategy, step };
    return false;
  }

  private giveUp(call: Call, how: 'abandoned' | 'timedOut'): void {
    const member = call.ringing;
    this.end(call, how);
    if (how === 'abandoned' && call.caller.source.patience.perMs > 0) this.luck.gaveUp(this.nowMs);
    if (member === null) return;
    this.serving[member.index] = null;
    this.timers.set(member.index, this.crowd.cancel(member, this.nowMs));
    this.world.touch(member);
  }

  private match(): void {
    for (const { call: row, agent } of this.world.pairs(this.nowMs)) {
      const call = this.waiting.get(row.callId) as Call;
      const member = this.crowd.memberOf(agent.agentId);
      if (call.caller.answerMs === 0) this.connect(call, member);
      else this.ring(call, member);
    }
  }

  private ring(call: Call, member: Member): void {
    call.ringing = member;
    call.line.waiting -= 1;
    call.row = { ...call.row, offering: true };
    this.world.place(call.row);
    this.serving[member.index] = call;
    this.crowd.ring(member, call.caller.callId, this.nowMs);
    this.timers.set(member.index, this.nowMs + call.caller.answerMs);
    this.world.touch(member);
  }

  private connect(call: Call, member: Member): void {
    const { callId, handleDraw } = call.caller;
    this.end(call, 'answered');
    this.serving[member.index] = call;
    this.crowd.talk(member, callId, this.nowMs);
    const { ms, meanMs, perMs } = this.handleOf(call, member);
    const handleMs = ms(handleDraw);
    if (perMs > 0) this.luck.talks(perMs / member.crew.handleFactor);
    else if (meanMs > 0) this.luck.tookMore(handleMs / meanMs - 1, this.nowMs);
    this.timers.set(member.index, this.nowMs + handleMs * member.crew.handleFactor);
    this.world.touch(member);
  }

  private handleOf({ caller: { source } }: Call, member: Member): Chance {
    return member.handle.get(source.service) ?? source.handle;
  }

  /** Its wait is over, this way or that. */
  private end(call: Call, how: End): void {
    this.leaveLine(call);
    this.books.ended(call, how, this.nowMs);
    this.world.left(call.line.service, how, this.nowMs - call.caller.arrivedAtMs, this.nowMs);
  }

  private leaveLine(call: Call): void {
    if (!this.waiting.leave(call)) return;
    this.world.remove(call.row);
    if (call.slot >= 0) this.luck.waitsNoMore(call.caller.source.patience.perMs);
  }
}
