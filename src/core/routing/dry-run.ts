/**
 * What would become of a call: the code that runs at an edge, asked about a call that does not exist, in a state that stands still.
 * Pure: nothing is claimed, nobody is rung.
 */
import type { AgentId } from '../model/agent.ts';
import type { CallRequest, Customer, WaitingCall } from '../model/call.ts';
import type { Decision } from '../model/decision.ts';
import { servicesByName } from '../model/routing.ts';
import type { Routing } from '../model/routing.ts';
import type { Service, Target } from '../model/service.ts';
import { IpntError } from '../errors.ts';
import { startCall, reduceCall } from '../reduce/call.ts';
import { parseArguments, requestOf } from './arguments.ts';
import { decide } from './decide.ts';
import { Floor } from './floor.ts';
import type { DryCall, DryRun, DryStage, DryTarget, DryWorld } from './dry-case.ts';
import type { Identified } from './identify.ts';
import { calendarOf, identify, serviceState } from './identify.ts';
import { match } from './match.ts';
import { instantOf, readMoment } from './moment.ts';
import { preferredAgents } from './preferred.ts';
import type { Requirement } from './requirement.ts';
import { parseRequirement } from './requirement.ts';
import { stageFacts } from './stage-facts.ts';
import type { Stage, StageFacts } from './steps.ts';
import { advanceSteps, firstStage } from './steps.ts';
import { chooseQueue } from './targets.ts';
import { Forecaster } from './expected-wait.ts';
import { rowInLine } from './row.ts';
import type { RoutingView } from './view.ts';

/** Lots are drawn by the call's id: the same case draws the same one. */
const CALL_ID = 'test';

/** The agents of that id, or else of that title. */
export const agentsNamed = (view: RoutingView, name: string): readonly AgentId[] =>
  view.agents.has(name)
    ? [name]
    : [...view.agents.values()].filter(({ title }) => title === name).map(({ agentId }) => agentId);

/** The service of the call. Null and a reason where there is none. Throws ARGUMENT_INVALID and REQUIREMENT_INVALID. */
export function identifyDry(
  call: DryCall,
  { routing, normalise }: DryWorld,
): { found: Identified | null; problem: string } {
  try {
    return { found: identify(routing, argumentsOf(call), normalise), problem: '' };
  } catch (error) {
    if (error instanceof IpntError && error.code === 'SERVICE_UNKNOWN') return { found: null, problem: error.detail };
    throw error;
  }
}

const argumentsOf = (call: DryCall) =>
  parseArguments([
    `service=${call.service}`,
    `dnis=${call.dnis}`,
    `customer=${call.customerId}`,
    ...(call.requirement === null ? [] : [`require=${call.requirement}`]),
    ...(call.priority === null ? [] : [`priority=${call.priority}`]),
  ]);

/** The zone in which a service's times are read. */
export const zoneOf = (routing: Routing, service: Pick<Service, 'calendar'>): string =>
  calendarOf(routing, service.calendar)?.zone ?? 'UTC';

/** When the call comes; null: the wall clock of that zone never shows such a time. */
export function momentOf(call: DryCall, zone: string, nowMs: number): number | null {
  const written = call.at === '' ? null : readMoment(call.at);
  if (call.at === '') return nowMs;
  return written === null ? null : instantOf(written, zone);
}

/** Tries the call out. Throws ARGUMENT_INVALID and REQUIREMENT_INVALID for a call that makes no sense. */
export function dryRun(call: DryCall, world: DryWorld, customer: Customer | null): DryRun {
  const { found, problem } = identifyDry(call, world);
  const { routing, view } = world;
  const zone = found === null ? 'UTC' : zoneOf(routing, found.service);
  const atMs = momentOf(call, zone, view.nowMs);
  if (atMs === null) throw new IpntError('ARGUMENT_INVALID', `the clock of ${zone} never shows ${call.at}`, 'at');
  const { waitedMs } = call;
  const nothing = {
    ...{ identified: found, problem, atMs, zone, target: null, decision: null },
    ...{ waitedMs, now: null, stages: [] },
  };
  if (found === null) return { ...nothing, outcome: 'unknown', opening: null, request: null };
  const opening = serviceState(routing, found.service, atMs);
  const request = requestFor(call, found.service, world, customer);
  if (!opening.open)
    return { ...nothing, outcome: 'closed', opening, request, target: targetOf(found.service.whenClosed, view) };
  const waiting = [...view.waiting.values()].filter(({ service }) => service === found.service.name).length;
  if (waitedMs === 0 && waiting >= found.service.maxWaiting) return { ...nothing, outcome: 'full', opening, request };
  return { ...nothing, opening, request, ...wait(request, waitedMs, world) };
}

function targetOf(target: Target | null, view: RoutingView): DryTarget | null {
  if (target === null) return null;
  const chosen = target.kind === 'queue' ? chooseQueue(target, view, CALL_ID) : null;
  return { target, site: chosen?.siteId ?? '', why: chosen?.why ?? '' };
}

/** What the call asks for, as its own life would say once the caller is known. */
function requestFor(
  call: DryCall,
  service: Service,
  { routing, view }: DryWorld,
  customer: Customer | null,
): CallRequest {
  const identity = { callId: CALL_ID, edgeId: '', channelId: '', ani: call.ani, callerName: '' };
  const request = requestOf(identity, service, argumentsOf(call), routing.version);
  // Whoever says whom the caller spoke to last need not say by which number that would be known.
  const asked = call.ani === '' && call.lastAgent !== '' ? { ...request, ani: call.lastAgent } : request;
  const { state } = startCall(asked, 0);
  if (state.phase !== 'identifying') return request;
  const last = call.lastAgent === '' ? null : (agentsNamed(view, call.lastAgent)[0] ?? null);
  const preferred = preferredAgents(service.preferred, customer, last, view.agents);
  const known = { kind: 'identified', customer, preferred, tookMs: 0, problem: '' } as const;
  return { ...reduceCall(state, known, 0).state.request, ani: request.ani };
}

/** A moment of the wait at which something may change. */
interface Due {
  readonly atMs: number;
  /** 0 where it is no step. */
  readonly step: number;
}

/** The whole wait in a state that stands still: what is behind the call after `waitedMs`, what happens then, and what would come. */
function wait(
  request: CallRequest,
  waitedMs: number,
  world: DryWorld,
): Pick<DryRun, 'outcome' | 'target' | 'decision' | 'now' | 'stages'> {
  const { rules } = request;
  const stages: DryStage[] = [];
  let stage = firstStage(request, 0);
  let now: { readonly stage: Stage; readonly overflow: Target | null } = { stage, overflow: null };
  for (let due: Due | null = { atMs: 0, step: 0 }; due !== null && due.atMs < request.maxWaitMs;) {
    const { atMs }: Due = due;
    const change = advanceSteps(rules, stage, factsOf(request, stage, atMs, world));
    stages.push(...stagesOf(stage, change, due, request, world));
    stage = change.stage;
    const overflow = change.overflow?.target ?? null;
    if (atMs <= waitedMs) now = { stage, overflow };
    due = overflow === null ? nextDue(request, stage, atMs) : null;
  }
  if (now.overflow !== null)
    return { outcome: 'overflow', target: targetOf(now.overflow, world.view), decision: null, now: null, stages };
  if (waitedMs >= request.maxWaitMs) return { outcome: 'timeout', target: null, decision: null, now: null, stages };
  const decision = decideNow(world, rowInLine(request, now.stage, world.view.nowMs - waitedMs));
  const { staffed } = factsOf(request, now.stage, waitedMs, world);
  // As an edge says it: on arrival only, and where no step can change it.
  const isHopeless = now.stage.step >= rules.steps.length && staffed(now.stage.requirement) === 0;
  const outcome = decision.winner !== null ? 'offered' : waitedMs === 0 && isHopeless ? 'noagents' : 'waits';
  const { step, requirement, priority, strategy } = now.stage;
  return { outcome, target: null, decision, now: { step, requirement, priority, strategy }, stages };
}

function stagesOf(
  before: Stage,
  change: ReturnType<typeof advanceSteps>,
  due: Due,
  request: CallRequest,
  world: DryWorld,
): DryStage[] {
  const { stage, moves, overflow } = change;
  const afterMs = due.atMs;
  const shown = (one: Stage) => ({ requirement: one.requirement, priority: one.priority, strategy: one.strategy });
  const row = rowInLine(request, stage, world.view.nowMs - afterMs);
  const winner = overflow === null ? decideNow(world, row).winner : null;
  const passed = moves.slice(0, -1).map(({ step, skipped, why }): DryStage => ({
    ...{ afterMs, step, skipped, why, ...shown(before), overflow: null, winner: null },
  }));
  // What the first steps change is seen against what the call came with.
  if (afterMs === 0 && moves.length > 0)
    passed.unshift({
      ...{ afterMs, step: 0, skipped: false, why: '', ...shown(before), overflow: null, winner: null },
    });
  const last = moves.at(-1);
  if (last !== undefined)
    return [
      ...passed,
      { ...last, afterMs, ...shown(stage), overflow: targetOf(overflow?.target ?? null, world.view), winner },
    ];
  const [step, why] = afterMs === 0 ? [0, ''] : due.step > 0 ? [due.step, 'condition'] : [stage.step, 'patience'];
  return [{ afterMs, step, skipped: false, why, ...shown(stage), overflow: null, winner }];
}

/** When the next step is due, or the patience for the call's own agents over (`step` 0); null: nothing comes any more. */
function nextDue({ rules, preferred }: CallRequest, stage: Stage, nowMs: number): Due | null {
  const due: Due[] = preferred.length === 0 ? [] : [{ atMs: rules.preferred.patienceMs, step: 0 }];
  let dueMs = stage.sinceMs;
  rules.steps.slice(stage.step).forEach(({ afterMs }, index) => {
    if (index > 0 || !stage.inVain) dueMs += afterMs;
    due.push({ atMs: dueMs, step: stage.step + index + 1 });
  });
  const [first = null] = due.filter(({ atMs }) => atMs > nowMs).sort((a, b) => a.atMs - b.atMs);
  return first;
}

/** The view with the call in the line, and who is free in it. */
function withCall({ view: given }: DryWorld, call: WaitingCall): { readonly view: RoutingView; readonly floor: Floor } {
  const view = { ...given, waiting: new Map([...given.waiting, [call.callId, call]]) };
  const floor = floors.get(given) ?? new Floor();
  floors.set(given, floor);
  floor.sync(view);
  return { view, floor };
}

/** The state stands still: who is free in it is found out once, for all cases of a table. */
const floors = new WeakMap<RoutingView, Floor>();

function factsOf(request: CallRequest, stage: Stage, waitedMs: number, world: DryWorld): StageFacts {
  const row = rowInLine(request, stage, world.view.nowMs - waitedMs);
  const { view, floor } = withCall(world, row);
  const services = servicesByName(world.routing);
  return stageFacts(view, floor, new Forecaster(floor, parseRequirement), services, row, waitedMs);
}

/** The match of all who wait with the call among them, and why. */
function decideNow(world: DryWorld, call: WaitingCall): Decision {
  const { view, floor } = withCall(world, call);
  const parsed = new Map<string, Requirement>();
  const requirementOf = (text: string): Requirement => {
    const known = parsed.get(text) ?? parseRequirement(text);
    parsed.set(text, known);
    return known;
  };
  const pairs = match(view, { floor, requirementOf, passedOver: () => false });
  const winner = pairs.find((pair) => pair.call.callId === call.callId)?.agent ?? null;
  const takenBy = new Map(pairs.map((pair) => [pair.agent.agentId, pair.call.callId]));
  const routingVersion = world.routing.version;
  const forecaster = new Forecaster(floor, requirementOf);
  const shares = (other: string): boolean => forecaster.shares(call.requirement, other, view);
  return decide(view, call, requirementOf(call.requirement), winner, takenBy, { routingVersion, shares });
}
