/** From a state file to what a decision is made in. */
import type { KnownAgent, Membership } from '../core/model/agent.ts';
import { addressOf, levelOfPenalty, queueSkill } from '../core/model/agent.ts';
import type { Customer, WaitingCall } from '../core/model/call.ts';
import type { Reservation } from '../core/model/claim.ts';
import type { ServiceFigures } from '../core/model/figures.ts';
import { FIGURES_WINDOW_MS } from '../core/model/figures.ts';
import type { QueueState } from '../core/model/queue.ts';
import { servicesByName } from '../core/model/routing.ts';
import type { Routing } from '../core/model/routing.ts';
import { blankService } from '../core/model/service.ts';
import type { SiteRow } from '../core/model/site.ts';
import type { RoutingView } from '../core/routing/view.ts';
import type { WrittenAgent, WrittenState, WrittenWaiting } from './cases-state.ts';
import { PLAIN } from './cases-state.ts';
import type { ReadDocument } from './document.ts';
import type { Fault } from './faults.ts';

const agoOf = (ms: number | undefined, nowMs: number): number => (ms === undefined ? 0 : nowMs - ms);

/** The view that a state file describes, at `nowMs`. Waiting calls take from their service in `routing` what the file does not say. */
export function viewOf(state: WrittenState, routing: Routing, nowMs: number): RoutingView {
  const agents = new Map(
    Object.entries(state.agents).map(([agentId, written]) => [
      agentId,
      agentOf(agentId, written ?? PLAIN.agent, nowMs),
    ]),
  );
  const siteIds = new Set([...Object.keys(state.sites), ...[...agents.values()].map(({ siteId }) => siteId)]);
  const reservations = Object.entries(state.agents).flatMap(([agentId, written]) => {
    const one = reservationOf(agentId, written ?? PLAIN.agent, nowMs);
    return one === null ? [] : [one];
  });
  const trunks = new Map(Object.entries(state.sites).map(([siteId, site]) => [siteId, site?.trunk !== 'down']));
  return {
    nowMs,
    sites: new Map([...siteIds].map((siteId) => [siteId, siteOf(siteId, state, nowMs)])),
    agents,
    queues: new Map(Object.keys(state.queues).map((queueId) => [queueId, queueOf(queueId, state, nowMs)])),
    reservations: new Map(reservations.map((one) => [one.agentId, one])),
    waiting: new Map(state.waiting.map((written, index) => waitingOf(written, index, routing, nowMs))),
    siteTerms: routing.sites,
    figures: new Map(Object.entries(state.figures).map(([service, one]) => [service, figuresOf(service, one)])),
    trunkUp: (siteId) => trunks.get(siteId) ?? true,
  };
}

function siteOf(siteId: string, state: WrittenState, nowMs: number): SiteRow {
  const site = state.sites[siteId] ?? PLAIN.site;
  return {
    siteId,
    title: site.title ?? siteId,
    epoch: 1,
    version: 1,
    connection: site.connected ? 'up' : 'down',
    pbxSeenAtMs: site.connected ? nowMs : 0,
    callsInProgress: 0,
  };
}

function agentOf(agentId: string, written: WrittenAgent, nowMs: number): KnownAgent {
  const [siteId = '', ...rest] = agentId.split('/');
  const name = rest.join('/');
  const memberships = Object.entries(written.queues).map(([queue, { penalty, paused, reason }]): Membership => ({
    ...{ queue, penalty, paused, pauseReason: reason, dynamic: false },
  }));
  const idleSinceMs = agoOf(written.idle, nowMs);
  return {
    ...{ agentId, siteId, name, title: written.title ?? name, address: addressOf(name) },
    ...{ status: written.status, pauseReason: written.pause, statusSinceMs: idleSinceMs },
    ...{ activity: written.activity, activitySinceMs: idleSinceMs, idleSinceMs, lastCallEndMs: null },
    wrapUpUntilMs: written.wrap_up === undefined ? null : nowMs + written.wrap_up,
    skills: withoutNone({ ...queueSkills(memberships), ...written.skills }),
    memberships,
    ...{ callsTaken: written.calls, occupancy: written.occupancy, occupancyAtMs: nowMs },
    ...{ attributes: written.attributes, wrapUpMs: null },
  };
}

/** Places in queues are skills, those that are not paused. */
export const queueSkills = (memberships: readonly Membership[]): Record<string, number> =>
  Object.fromEntries(
    memberships
      .filter(({ paused }) => !paused)
      .map(({ queue, penalty }) => [queueSkill(queue), levelOfPenalty(penalty)]),
  );

/** Level 0 takes a skill away. */
const withoutNone = (skills: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(skills).filter(([, level]) => level > 0));

function reservationOf(agentId: string, { claim, chosen }: WrittenAgent, nowMs: number): Reservation | null {
  if (claim === undefined && chosen === undefined) return null;
  const base = {
    ...{ agentId, edgeId: '', changedAtMs: nowMs, idleSinceMs: 0, noAnswers: 0 },
    claimedAtMs: agoOf(chosen, nowMs),
  };
  if (claim === undefined) return { ...base, phase: 'free', token: '', callId: '', holdReason: '', expiresAtMs: 0 };
  const { phase, reason } = claim;
  const holdReason = phase === 'hold' ? reason : '';
  return { ...base, phase, holdReason, token: 'another', callId: 'another', expiresAtMs: nowMs + claim.for };
}

function queueOf(queueId: string, state: WrittenState, nowMs: number): QueueState {
  const written = state.queues[queueId] ?? PLAIN.queue;
  const [siteId = '', ...rest] = queueId.split('/');
  const name = rest.join('/');
  const members = Object.entries(state.agents).flatMap(([agentId, agent]) =>
    agentId.startsWith(`${siteId}/`) && agent?.queues[name] !== undefined
      ? [{ ...agent, own: agent.queues[name] }]
      : [],
  );
  const here = members.filter(({ status, own }) => status === 'ready' && !own.paused);
  return {
    ...{ queueId, siteId, name, waiting: written.waiting, onCalls: written.on_calls, windowMs: FIGURES_WINDOW_MS },
    longestSinceMs: written.longest === undefined ? null : nowMs - written.longest,
    loggedIn: written.logged_in ?? members.filter(({ status }) => status !== 'logged_out').length,
    ready: written.ready ?? here.filter(({ activity }) => activity === 'idle').length,
    ...{ offered: written.offered, answered: written.answered, abandoned: written.abandoned },
    ...{ meanWaitMs: written.wait ?? null, meanHandleMs: written.handle ?? null },
    serviceLevel: written.service_level ?? null,
  };
}

function waitingOf(written: WrittenWaiting, index: number, routing: Routing, nowMs: number): [string, WaitingCall] {
  const service = servicesByName(routing).get(written.service) ?? blankService(written.service);
  const callId = `waiting-${index + 1}`;
  const call: WaitingCall = {
    ...{ callId, edgeId: '', service: written.service },
    requirement: written.requirement ?? service.requirement,
    priority: written.priority ?? service.priority,
    arrivedAtMs: nowMs - written.waited,
    offering: written.ringing,
    networkFirst: (written.share ?? service.share) === 'network_first',
    strategy: written.strategy ?? service.strategy,
    ageing: written.ageing ?? service.ageing,
    preferred: written.preferred,
    preferredUntilMs: written.preferred_for === 0 ? 0 : nowMs + written.preferred_for,
    step: written.step,
  };
  return [callId, call];
}

function figuresOf(service: string, written: WrittenState['figures'][string]): ServiceFigures {
  const one = written ?? PLAIN.figures;
  return {
    ...{ service, answered: one.answered, abandoned: one.abandoned, answeredInTime: one.in_time },
    ...{ abandonedLate: one.abandoned_late, waitMs: one.wait * one.answered },
    ...{ handled: one.handled, handleMs: one.handle * one.handled },
  };
}

/** Who is calling, by what the dialplan collected or by number, among the customers of a state file. */
export function customerOf(
  state: WrittenState,
  key: { readonly customerId: string; readonly number: string },
): Customer | null {
  const found = state.customers.find(({ id, numbers }) =>
    key.customerId === '' ? key.number !== '' && numbers.includes(key.number) : id === key.customerId,
  );
  if (found === undefined) return null;
  const { id, name, priority, requirement, preferred, attributes } = found;
  return { customerId: id, name, priority: priority ?? null, requirement, preferred, attributes };
}

/** What a state file says that the routing, or the file itself, knows nothing of. */
export function stateFaults(
  state: WrittenState,
  routing: Routing,
  faultAt: ReadDocument<unknown>['faultAt'],
): readonly Fault[] {
  const services = routing.services.map(({ name }) => name);
  return state.waiting.flatMap(({ service, preferred }, index) => [
    ...(services.includes(service)
      ? []
      : [
          faultAt(
            ['waiting', index, 'service'],
            `there is no service "${service}"`,
            `there are: ${services.join(', ')}`,
          ),
        ]),
    ...preferred
      .filter((agentId) => !Object.hasOwn(state.agents, agentId))
      .map((agentId) =>
        faultAt(['waiting', index, 'preferred'], `there is no agent "${agentId}"`, 'name him below agents'),
      ),
  ]);
}
