/** What a decision is made in as a state file: `ipnt route state` writes the live one, to be kept as a fixture. */
import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import type { KnownAgent, Membership } from '../core/model/agent.ts';
import { OCCUPANCY_FADES_MS } from '../core/model/agent.ts';
import type { WaitingCall } from '../core/model/call.ts';
import type { Reservation } from '../core/model/claim.ts';
import { isFree } from '../core/model/claim.ts';
import type { ServiceFigures } from '../core/model/figures.ts';
import type { QueueState } from '../core/model/queue.ts';
import { isStale } from '../core/routing/eligible.ts';
import type { RoutingView } from '../core/routing/view.ts';
import { queueSkills } from './cases-view.ts';
import { formatDuration } from './values.ts';

/** What equals its default is left away: `[key, value, default]`. */
type Rows = readonly (readonly [key: string, value: unknown, usual: unknown])[];

const given = (rows: Rows): Record<string, unknown> =>
  Object.fromEntries(
    rows
      .filter(([, value, usual]) => value !== undefined && !isDeepStrictEqual(value, usual))
      .map(([key, value]) => [key, value]),
  );

const length = (ms: number): string => formatDuration(Math.max(0, Math.round(ms)));
const sorted = <T>(entries: readonly (readonly [string, T])[]): Record<string, T> =>
  Object.fromEntries([...entries].sort(([a], [b]) => (a < b ? -1 : 1)));

/** A state file that reads back as the same, but for times: they are durations from now. Waiting calls lose their ids. */
export function stateText(view: RoutingView): string {
  const { nowMs } = view;
  const state = {
    sites: sorted(
      [...view.sites.values()].map((site) => [
        site.siteId,
        given([
          ['title', site.title, site.siteId],
          ['connected', !isStale(view, site.siteId), true],
          ['trunk', view.trunkUp(site.siteId) ? 'up' : 'down', 'up'],
        ]),
      ]),
    ),
    agents: sorted(
      [...view.agents.values()].map((agent) => [
        agent.agentId,
        writtenAgent(agent, view.reservations.get(agent.agentId), nowMs),
      ]),
    ),
    queues: sorted([...view.queues.values()].map((queue) => [queue.queueId, writtenQueue(queue, nowMs)])),
    waiting: [...view.waiting.values()]
      .sort((a, b) => a.arrivedAtMs - b.arrivedAtMs || (a.callId < b.callId ? -1 : 1))
      .map((call) => writtenWaiting(call, nowMs)),
    figures: sorted([...view.figures.values()].map((one) => [one.service, writtenFigures(one)])),
  };
  const parts = Object.entries(state).filter(([, part]) => Object.keys(part).length > 0);
  return `# Made by \`ipnt route state\`, ${new Date(nowMs).toISOString().slice(0, 16)}Z. Times are durations from the moment of a test.\n${stringify(Object.fromEntries(parts), { lineWidth: 0 })}`;
}

function writtenAgent(agent: KnownAgent, reservation: Reservation | undefined, nowMs: number): Record<string, unknown> {
  const idleSinceMs = Math.max(agent.idleSinceMs, reservation?.idleSinceMs ?? 0);
  const chosenMs = reservation?.claimedAtMs ?? 0;
  const occupancy = agent.occupancy * Math.exp(-Math.max(0, nowMs - agent.occupancyAtMs) / OCCUPANCY_FADES_MS);
  return given([
    ['title', agent.title, agent.name],
    ['status', agent.status, 'ready'],
    ['pause', agent.pauseReason, ''],
    ['activity', agent.activity, 'idle'],
    ['idle', idleSinceMs === 0 ? undefined : length(nowMs - idleSinceMs), undefined],
    ['wrap_up', agent.wrapUpUntilMs === null ? undefined : length(agent.wrapUpUntilMs - nowMs), '0s'],
    ['queues', Object.fromEntries(agent.memberships.map((one) => [one.queue, writtenMembership(one)])), {}],
    ['skills', otherSkills(agent), {}],
    ['attributes', agent.attributes, {}],
    ['calls', agent.callsTaken, 0],
    ['occupancy', Math.round(occupancy * 10_000) / 10_000, 0],
    ['chosen', chosenMs === 0 ? undefined : length(nowMs - chosenMs), undefined],
    ['claim', writtenClaim(reservation, nowMs), undefined],
  ]);
}

const writtenMembership = ({ penalty, paused, pauseReason }: Membership): unknown =>
  paused ? { penalty, paused, ...(pauseReason === '' ? {} : { reason: pauseReason }) } : penalty;

/** The skills that his places in queues do not tell: other levels, and 0 for one that is taken away. */
function otherSkills({ skills, memberships }: KnownAgent): Record<string, number> {
  const derived = queueSkills(memberships);
  const names = [...new Set([...Object.keys(derived), ...Object.keys(skills)])];
  return sorted(names.filter((name) => skills[name] !== derived[name]).map((name) => [name, skills[name] ?? 0]));
}

function writtenClaim(reservation: Reservation | undefined, nowMs: number): unknown {
  if (reservation === undefined || isFree(reservation, nowMs) || reservation.phase === 'free') return undefined;
  return given([
    ['phase', reservation.phase, ''],
    ['for', length(reservation.expiresAtMs - nowMs), '10s'],
    ['reason', reservation.holdReason || undefined, 'no_answer'],
  ]);
}

const writtenQueue = (queue: QueueState, nowMs: number): Record<string, unknown> =>
  given([
    ['waiting', queue.waiting, 0],
    ['longest', queue.longestSinceMs === null ? undefined : length(nowMs - queue.longestSinceMs), undefined],
    ['logged_in', queue.loggedIn, undefined],
    ['ready', queue.ready, undefined],
    ['on_calls', queue.onCalls, 0],
    ['offered', queue.offered, 0],
    ['answered', queue.answered, 0],
    ['abandoned', queue.abandoned, 0],
    ['wait', queue.meanWaitMs === null ? undefined : length(queue.meanWaitMs), undefined],
    ['handle', queue.meanHandleMs === null ? undefined : length(queue.meanHandleMs), undefined],
    ['service_level', queue.serviceLevel ?? undefined, undefined],
  ]);

/** Everything is said: the service may be another by then. */
const writtenWaiting = (call: WaitingCall, nowMs: number): Record<string, unknown> =>
  given([
    ['service', call.service, undefined],
    ['waited', length(nowMs - call.arrivedAtMs), undefined],
    ['requirement', call.requirement, undefined],
    ['priority', call.priority, undefined],
    ['strategy', call.strategy, undefined],
    ['ageing', call.ageing, undefined],
    ['share', call.networkFirst ? 'network_first' : 'site_first', undefined],
    ['preferred', call.preferred, []],
    ['preferred_for', length(call.preferredUntilMs - nowMs), '0s'],
    ['step', call.step, 0],
    ['ringing', call.offering, false],
  ]);

const writtenFigures = (one: ServiceFigures): Record<string, unknown> =>
  given([
    ['answered', one.answered, 0],
    ['abandoned', one.abandoned, 0],
    ['in_time', one.answeredInTime, 0],
    ['abandoned_late', one.abandonedLate, 0],
    ['wait', length(one.answered === 0 ? 0 : one.waitMs / one.answered), '0s'],
    ['handled', one.handled, 0],
    ['handle', length(one.handled === 0 ? 0 : one.handleMs / one.handled), '0s'],
  ]);
