import { byTurn } from '../../core/model/call.ts';
import type { PlacedCall, WaitingCall } from '../../core/model/call.ts';
import { servicesByName } from '../../core/model/routing.ts';
import type { Routing } from '../../core/model/routing.ts';
import type { Target } from '../../core/model/service.ts';
import type { CallState } from '../../core/reduce/call-state.ts';
import type { Forecaster } from '../../core/routing/expected-wait.ts';
import type { Floor } from '../../core/routing/floor.ts';
import { underRules } from '../../core/routing/move.ts';
import { rowInLine } from '../../core/routing/row.ts';
import { stageFacts } from '../../core/routing/stage-facts.ts';
import { advanceSteps } from '../../core/routing/steps.ts';
import type { RoutingView } from '../../core/routing/view.ts';
import { destinationOf } from './destinations.ts';
import type { LiveCalls } from './live-calls.ts';
import type { Reach } from './parts.ts';

/** Our own call as a row. `dbNowMs` where it has no arrival yet. */
export const rowOf = ({ request, stage, arrivedAtMs }: CallState, dbNowMs: number): PlacedCall => ({
  ...rowInLine(request, stage, arrivedAtMs ?? dbNowMs),
  arrivedAtMs,
});

export interface StepsParts {
  readonly calls: LiveCalls;
  readonly floor: Floor;
  readonly forecaster: Forecaster;
  readonly routing: () => Routing;
  readonly reach: Reach;
}

/**
 * Moves our own waiting calls through their steps, by the state as it was just read; true when one moved. Who is last in line goes
 * first, and once he has left he counts no more: a line that is too long loses its end, and not everybody.
 */
export function takeSteps(parts: StepsParts, before: RoutingView, monoMs: number): boolean {
  const stepping = parts.calls.states().flatMap((state) => {
    const call = isStepping(state) ? before.waiting.get(state.request.callId) : undefined;
    return call === undefined ? [] : [{ state, call }];
  });
  if (stepping.length === 0) return false;
  const services = servicesByName(parts.routing());
  let view = before;
  let moved = false;
  for (const { state, call } of stepping.sort((a, b) => byTurn(b.call, a.call, before.nowMs))) {
    const { callId } = call;
    const facts = stageFacts(view, parts.floor, parts.forecaster, services, call, monoMs);
    const change = advanceSteps(state.request.rules, state.stage, facts);
    if (change.moves.length === 0 && change.stage === state.stage) continue;
    moved = true;
    parts.calls.input(callId, { kind: 'stepped', change });
    if (change.overflow === null) continue;
    overflow(parts, view, state, change.overflow);
    view = { ...view, waiting: new Map([...view.waiting].filter(([other]) => other !== callId)) };
  }
  return moved;
}

export const isStepping = ({ phase, request }: CallState): boolean =>
  phase === 'waiting' && request.rules.steps.length > 0;

/** Where a caller stands in his service's line (1: he is next), and how long it will take. */
export interface Standing {
  readonly position: number;
  readonly expectedWaitMs: number | null;
}

export function standing({ forecaster, routing }: StepsParts, view: RoutingView, call: WaitingCall): Standing {
  let position = 1;
  for (const other of view.waiting.values())
    if (other.service === call.service && !other.offering && byTurn(other, call, view.nowMs) < 0) position += 1;
  return { position, expectedWaitMs: forecaster.forecast(call, view, servicesByName(routing())).ms };
}

/** What a call that leaves its service is told, or the service in which it waits on. */
function overflow(
  { calls, routing, reach }: StepsParts,
  view: RoutingView,
  { request }: CallState,
  { target, why }: { readonly target: Target; readonly why: string },
): void {
  const { callId } = request;
  if (target.kind !== 'service') {
    const to = destinationOf(target, view, callId, reach);
    const told = to.why === '' ? why : `${why}; ${to.why}`;
    return calls.input(callId, { kind: 'overflowed', target, route: to.route, chosenSite: to.site, why: told });
  }
  const rules = servicesByName(routing()).get(target.service);
  if (rules === undefined)
    return calls.input(callId, { kind: 'overflowed', target, route: '', chosenSite: '', why: `${why}; it is gone` });
  calls.input(callId, { kind: 'movedTo', request: underRules(request, rules, routing().version), target, why });
}

/** `apply --waiting`: calls that wait go on by the rules in force; one whose agent is being rung does when it waits again. */
export function renewRules(calls: LiveCalls, routing: Routing): void {
  const { version, waitingVersion } = routing;
  for (const { request, phase } of calls.states()) {
    if (phase !== 'waiting' || request.routingVersion >= waitingVersion) continue;
    const rules = servicesByName(routing).get(request.service);
    if (rules === undefined) continue;
    const anew = underRules(request, rules, version);
    calls.input(request.callId, { kind: 'movedTo', request: anew, target: null, why: 'the rules were changed' });
  }
}
