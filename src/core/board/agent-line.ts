import type { KnownAgent } from '../model/agent.ts';
import type { AgentLine } from '../model/board.ts';
import type { Reservation } from '../model/claim.ts';
import { isFree } from '../model/claim.ts';
import { asStaffed, ineligible } from '../routing/eligible.ts';
import type { RoutingView } from '../routing/view.ts';

/** The service of a call by its id; '' while it is not known. */
export type ServiceOfCall = (callId: string) => string;

/** One agent as the board shows him. */
export function agentLine(agent: KnownAgent, view: RoutingView, serviceOf: ServiceOfCall): AgentLine {
  const reservation = view.reservations.get(agent.agentId);
  const claim = isFree(reservation, view.nowMs) ? undefined : reservation;
  const call = callOf(claim, serviceOf);
  return {
    id: agent.agentId,
    siteId: agent.siteId,
    title: agent.title,
    number: agent.address ?? '',
    ...shownOf(agent, reservation, call?.phase, view.nowMs),
    status: agent.status,
    pauseReason: agent.pauseReason,
    activity: agent.activity,
    skills: agent.skills,
    pausedSkills: pausedSkillsOf(agent),
    queues: agent.memberships.map(({ queue }) => queue),
    call,
    hold: holdOf(claim),
    // Callers in his own queue are left out: whether they come first is the service's choice, and their queue shows them.
    blockedBy: ineligible(agent, view, true).map(({ code }) => code),
    callsTaken: agent.callsTaken,
  };
}

/** A call that was redirected to him is on its way: it rings, or is about to. */
function callOf(claim: Reservation | undefined, serviceOf: ServiceOfCall): AgentLine['call'] {
  if (claim === undefined) return null;
  const { callId, phase, holdReason } = claim;
  if (phase === 'talk') return { callId, service: serviceOf(callId), phase: 'talk' };
  const isOffer = phase === 'offer' || (phase === 'hold' && holdReason === 'arrival');
  return isOffer ? { callId, service: serviceOf(callId), phase: 'offer' } : null;
}

/** A call that is on its way to him is no rest. */
function holdOf(claim: Reservation | undefined): AgentLine['hold'] {
  if (claim?.phase !== 'hold' || claim.holdReason === 'arrival') return null;
  return { reason: claim.holdReason || 'cancelled', untilMs: claim.expiresAtMs };
}

const NO_SKILLS: AgentLine['pausedSkills'] = {};

function pausedSkillsOf(agent: KnownAgent): AgentLine['pausedSkills'] {
  const { skills } = asStaffed(agent);
  if (skills === agent.skills) return NO_SKILLS;
  return Object.fromEntries(Object.entries(skills).filter(([skill]) => !Object.hasOwn(agent.skills, skill)));
}

type Shown = Pick<AgentLine, 'shown' | 'sinceMs'>;

/**
 * What he does in one word, and since when. The site sees a talk later than the edge that made it, and the edge knows nothing
 * of the site's own calls: whoever sees more stands above.
 */
function shownOf(
  agent: KnownAgent,
  reservation: Reservation | undefined,
  phase: 'offer' | 'talk' | undefined,
  nowMs: number,
): Shown {
  const { status, statusSinceMs, activity, activitySinceMs } = agent;
  if (status !== 'ready') return { shown: status, sinceMs: statusSinceMs };
  const claimedMs = reservation?.claimedAtMs ?? 0;
  if (activity === 'talking') return { shown: activity, sinceMs: activitySinceMs };
  if (phase === 'talk') return { shown: 'talking', sinceMs: claimedMs };
  if (activity === 'ringing') return { shown: activity, sinceMs: activitySinceMs };
  if (phase === 'offer') return { shown: 'ringing', sinceMs: claimedMs };
  if (activity === 'unreachable' || activity === 'unknown') return { shown: activity, sinceMs: activitySinceMs };
  return restOf(agent, reservation, nowMs);
}

/** Idle, still at work after a call (the site's wrap-up or ours), or left alone after an offer that failed. */
function restOf(agent: KnownAgent, reservation: Reservation | undefined, nowMs: number): Shown {
  const { activity, activitySinceMs, wrapUpUntilMs } = agent;
  const isWrapUp = wrapUpUntilMs === null ? activity === 'wrap_up' : wrapUpUntilMs > nowMs;
  if (isWrapUp) return { shown: 'wrap_up', sinceMs: activitySinceMs };
  const ours = reservation?.phase === 'wrap_up' ? reservation : undefined;
  if (ours !== undefined && !isFree(ours, nowMs))
    return { shown: 'wrap_up', sinceMs: Math.max(activitySinceMs, ours.idleSinceMs) };
  const held = isRest(reservation) ? reservation : undefined;
  if (held !== undefined && !isFree(held, nowMs)) return { shown: 'held', sinceMs: held.changedAtMs };
  // What ended by its time is followed by no report of the site.
  const overMs = (ours ?? held)?.expiresAtMs ?? 0;
  return { shown: 'idle', sinceMs: Math.max(activitySinceMs, wrapUpUntilMs ?? 0, overMs) };
}

/** The moment after a caller hung up is too short to be seen. */
const isRest = (reservation: Reservation | undefined): boolean =>
  holdOf(reservation) !== null && reservation?.holdReason !== 'cancelled';

/** When time alone changes his line next: a wrap-up ends, or a claim. Infinity: it does not. */
export function lineDueMs(agent: KnownAgent, reservation: Reservation | undefined, nowMs: number): number {
  const claimMs = reservation === undefined || isFree(reservation, nowMs) ? Infinity : reservation.expiresAtMs;
  const wrapUpMs = agent.wrapUpUntilMs ?? 0;
  return Math.min(claimMs, wrapUpMs > nowMs ? wrapUpMs : Infinity);
}
