import type { CallEffect, CallInput } from '../effects.ts';
import type { CallRequest } from '../model/call.ts';
import type { Target } from '../model/service.ts';
import { bothOf } from '../routing/requirement.ts';
import { firstStage } from '../routing/steps.ts';
import type { CallState, CallStep } from './call-state.ts';
import { giveBack, record, step, wayOut, wrapUpEffect } from './call-state.ts';

/** Who is calling has to be asked before the call takes its place. */
export const needsIdentifying = ({ rules, ani, customer }: CallRequest): boolean =>
  rules.customer.source !== 'none' || customer !== null || (rules.preferred.last && ani !== '');

/** In the line: treatment goes on, and what is said comes in its time. */
export function startAnnouncing({ rules }: CallRequest): readonly CallEffect[] {
  const { onEntry, everyMs } = rules.announce;
  const ms = onEntry ? FIRST_ANNOUNCEMENT_MS : everyMs;
  return ms === 0 ? [] : [{ kind: 'startTimer', timer: 'announce', ms }];
}

/** A call that is answered at once is not told that it is first in line. */
const FIRST_ANNOUNCEMENT_MS = 1_000;

export function onAnnounceTimer(state: CallState): CallStep {
  const { everyMs } = state.request.rules.announce;
  const again: CallEffect[] = everyMs === 0 ? [] : [{ kind: 'startTimer', timer: 'announce', ms: everyMs }];
  switch (state.phase) {
    case 'waiting':
      return step(state, { kind: 'announce' }, ...again);
    case 'placing':
    case 'claiming':
    case 'offering':
    case 'requeueing':
      return step(state, ...again);
    default:
      return step(state);
  }
}

/** The customer's record is laid over the service's rules; the dialplan's own arguments stand above both. */
export function onIdentified(
  state: CallState,
  input: Extract<CallInput, { kind: 'identified' }>,
  nowMs: number,
): CallStep {
  if (state.phase !== 'identifying') return step(state);
  const { customer, preferred } = input;
  const { rules } = state.request;
  const given = state.request;
  const request: CallRequest = {
    ...given,
    customer,
    preferred,
    priority: given.priority === rules.priority ? (customer?.priority ?? given.priority) : given.priority,
    requirement: bothOf(given.requirement, customer?.requirement ?? ''),
  };
  const source = rules.customer.source;
  const found = record({
    kind: 'customerFound',
    source,
    customerId: customer?.customerId ?? '',
    name: customer?.name ?? '',
    tookMs: Math.round(input.tookMs),
    problem: input.problem,
  });
  return step(
    { ...state, request, phase: 'placing', stage: firstStage(request, nowMs) },
    ...(source === 'none' ? [] : [found]),
    { kind: 'place' },
  );
}

/** Time passed, or a condition came true: the call asks for something else from now on. */
export function onStepped(state: CallState, { change }: Extract<CallInput, { kind: 'stepped' }>): CallStep {
  if (state.phase !== 'waiting') return step(state);
  const { stage, moves } = change;
  const { requirement, priority, strategy } = stage;
  const facts = moves.map(({ step: number, skipped, why }) =>
    record({ kind: 'stepped', step: number, skipped, requirement, priority, strategy, why }),
  );
  const changed = requirement !== state.stage.requirement || priority !== state.stage.priority || moves.length > 0;
  return step({ ...state, stage, lastAnswer: null }, ...facts, ...(changed ? [{ kind: 'changePlace' } as const] : []));
}

/** The call leaves its service for a queue, a number or a place of the dialplan. */
export function onOverflowed(
  state: CallState,
  input: Extract<CallInput, { kind: 'overflowed' }>,
  nowMs: number,
): CallStep {
  if (state.phase !== 'waiting' || state.callback !== null) return step(state);
  const { target, route, chosenSite, why } = input;
  const left = record({ kind: 'overflowed', to: target, chosenSite, why });
  const detail = route === '' ? `nowhere to overflow to: ${why}` : why;
  const back = giveBack(state, 'OVERFLOW', 'overflowed', detail, nowMs, wayOut(route));
  return step(back.state, left, ...back.effects);
}

/** It waits on by other rules, with the arrival that it had: those of another service, or its own as they were changed. */
export function onMoved(state: CallState, input: Extract<CallInput, { kind: 'movedTo' }>, nowMs: number): CallStep {
  if (state.phase !== 'waiting') return step(state);
  const { request, target, why } = input;
  const left = target === null ? [] : [record({ kind: 'overflowed', to: target, chosenSite: '', why })];
  const waitLeftMs = Math.max(0, request.maxWaitMs - (nowMs - state.enteredMs));
  const music: CallEffect[] = request.music === state.request.music ? [] : [{ kind: 'treat', music: request.music }];
  return step(
    { ...state, request, stage: firstStage(request, nowMs), lastAnswer: null },
    ...left,
    { kind: 'changePlace' },
    ...music,
    { kind: 'stopTimer', timer: 'announce' },
    ...startAnnouncing(request),
    { kind: 'startTimer', timer: 'maxWait', ms: target === null ? waitLeftMs : request.maxWaitMs },
  );
}

/** A key of a caller who waits, or whose agent is being rung. Others mean nothing. */
export function onKey(state: CallState, key: string, nowMs: number): CallStep {
  const action = state.request.rules.keys[key];
  const waits = state.phase === 'waiting' || state.phase === 'claiming' || state.phase === 'offering';
  if (action === undefined || !waits || state.callback !== null) return step(state);
  const pressed = record({ kind: 'keyPressed', key, action: action.kind });
  if (action.kind === 'callback')
    return state.asking ? step(state) : step({ ...state, asking: true }, pressed, { kind: 'askCallback' });
  const more = { IPNT_ROUTE: 'key', IPNT_OVERFLOW: placeRoute(action.place), IPNT_KEY: key };
  const back = giveBack(state, 'KEY', 'overflowed', `pressed ${key}`, nowMs, more);
  return step(back.state, pressed, ...back.effects);
}

/** What the dialplan is told of a place or a number. */
export const placeRoute = (place: string): string => `place:${place}`;
export const numberRoute = (number: string): string => `number:${number}`;

/** The promise stands: this call is over, and a callback has its place. Refused, it waits on. */
export function onCallbackKept(
  state: CallState,
  { result, number }: Extract<CallInput, { kind: 'callbackKept' }>,
  nowMs: number,
): CallStep {
  if (!state.asking) return step(state);
  const waits = state.phase === 'waiting' || state.phase === 'claiming' || state.phase === 'offering';
  if (result === 'refused' || !waits) return step({ ...state, asking: false });
  const route = state.request.after === 'continue' ? 'return' : 'hangup';
  const back = giveBack(state, 'CALLBACK', 'called_back', '', nowMs, { IPNT_ROUTE: route });
  return step({ ...back.state, asking: false }, record({ kind: 'callbackAsked', number }), ...back.effects);
}

/** The agent sent the caller back: the agent's leg goes, and when it has gone the caller takes the place that he had. */
export function onRequeue(state: CallState): CallStep {
  const { offer, request } = state;
  if (state.phase !== 'talking' || offer === null || !request.rules.requeue) return step(state);
  const { agentId } = offer.chosen;
  return step(
    { ...state, phase: 'requeueing', excluded: [...state.excluded, agentId] },
    record({ kind: 'requeued', agent: agentId, service: request.service }),
    { kind: 'hangupAgent', offerId: offer.offerId },
    { kind: 'treat', music: request.music },
    { kind: 'keepAlive' },
    { kind: 'startTimer', timer: 'closing', ms: 5_000 },
  );
}

/** The leg of the agent who sent him back has ended, or will never say so. */
export function onRequeued(state: CallState, nowMs: number): CallStep {
  const { offer, request } = state;
  if (state.phase !== 'requeueing' || offer === null) return step(state);
  const stage = { ...firstStage(request, nowMs), step: state.stage.step, requirement: state.stage.requirement };
  return step(
    {
      ...state,
      phase: 'placing',
      offer: null,
      claimEnded: false,
      enteredMs: nowMs,
      bridgedMs: 0,
      lastAnswer: null,
      stage,
    },
    { kind: 'stopTimer', timer: 'closing' },
    ...wrapUpEffect(state, offer, 'requeued'),
    { kind: 'place' },
    { kind: 'startTimer', timer: 'maxWait', ms: request.maxWaitMs },
    ...startAnnouncing(request),
  );
}

/** Targets that the dialplan carries out by itself. */
export const routeOf = (target: Extract<Target, { kind: 'place' | 'number' }>): string =>
  target.kind === 'place' ? placeRoute(target.place) : numberRoute(target.number);
