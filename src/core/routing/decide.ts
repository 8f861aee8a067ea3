import type { AgentId, KnownAgent } from '../model/agent.ts';
import type { WaitingCall } from '../model/call.ts';
import { byTurn } from '../model/call.ts';
import type { Candidate, Decision, Reason, ReasonCode, Refusal } from '../model/decision.ts';
import { asStaffed, ineligible, isOnDuty } from './eligible.ts';
import type { Floor } from './floor.ts';
import { byKeys, keysFor, waitsForPreferred } from './rank.ts';
import type { Requirement } from './requirement.ts';
import { unmet } from './requirement.ts';
import { idleSinceMs } from './strategies/longest-idle.ts';
import type { RoutingView } from './view.ts';

/** How many runners-up and how many refused a decision keeps; the rest is counted. */
const NEXT_KEPT = 10;
const REFUSED_KEPT = 200;

/** Who could take it, who meets the requirement and could not, and everybody else by first reason. */
interface Sorted {
  readonly able: readonly KnownAgent[];
  readonly refused: readonly Refusal[];
  readonly others: Readonly<Partial<Record<ReasonCode, number>>>;
}

export interface DecideOptions {
  /** Kept up to date with the view. */
  readonly floor?: Floor;
  readonly routingVersion?: number;
  /** Whether somebody could take calls of this requirement as well as this call; asked once for each. Without it: only of the same one. */
  readonly shares?: (requirement: string) => boolean;
}

/**
 * Writes down why `winner` (or nobody) takes this call now: his place in the order, the next ten, and the reasons of everyone else.
 * `takenBy` tells which agents go to other calls in the same match. With a floor, those who do not meet the requirement are counted as
 * such and not looked at one by one: what else they lack is the price of a large call centre.
 */
export function decide(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  winner: Pick<KnownAgent, 'agentId'> | null,
  takenBy: ReadonlyMap<AgentId, string>,
  { floor, routingVersion = 0, shares = (other) => other === call.requirement }: DecideOptions = {},
): Decision {
  const { able, refused, others } = sortOut(view, call, requirement, takenBy, floor);
  const { best, chosen } = firstOf(view, call, requirement, able, winner?.agentId ?? null);
  return {
    callId: call.callId,
    service: call.service,
    requirement: call.requirement,
    strategy: call.strategy,
    step: call.step,
    atMs: Math.round(view.nowMs),
    versions: Object.fromEntries(
      [...view.sites.values()].map((site) => [site.siteId, `${site.epoch}.${site.version}`]),
    ),
    routingVersion,
    winner: chosen,
    next: best.filter((candidate) => candidate.agentId !== chosen?.agentId).slice(0, NEXT_KEPT),
    refused,
    others,
    ahead: aheadOf(view, call, shares),
  };
}

/** Calls whose turn is before, for the same people: who else waits takes nobody away. */
function aheadOf(view: RoutingView, call: WaitingCall, shares: (requirement: string) => boolean): number {
  const known = new Map<string, boolean>();
  let ahead = 0;
  for (const other of view.waiting.values()) {
    if (other.offering || byTurn(other, call, view.nowMs) >= 0) continue;
    const { requirement } = other;
    const isShared = known.get(requirement) ?? shares(requirement);
    known.set(requirement, isShared);
    if (isShared) ahead += 1;
  }
  return ahead;
}

/**
 * Those who meet the requirement, and those who would but for a break, which hides their queues' skills: of them the break is to be told,
 * not a lack. `count` hears of the others.
 */
function* meeting(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  floor: Floor | undefined,
  count: (code: ReasonCode) => void,
): Generator<KnownAgent> {
  if (floor === undefined) {
    for (const agent of view.agents.values()) {
      const missing = unmet(requirement, agent);
      if (missing === null || isOnBreakOf(agent, requirement)) yield agent;
      else count(missing.code);
    }
    return;
  }
  const pool = floor.pool(call.requirement, () => requirement);
  const { agents, used } = floor.people;
  for (let slot = 0; slot < used; slot++) {
    const agent = agents[slot];
    if (agent === undefined) continue;
    if (pool.isMetBy(slot) || (agent.status === 'paused' && pool.isStaffedBy(slot))) yield agent;
    else count('requirement_not_met');
  }
}

const isOnBreakOf = (agent: KnownAgent, requirement: Requirement): boolean =>
  agent.status === 'paused' && isOnDuty(agent) && unmet(requirement, asStaffed(agent)) === null;

function sortOut(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  takenBy: ReadonlyMap<AgentId, string>,
  floor: Floor | undefined,
): Sorted {
  const able: KnownAgent[] = [];
  const refused: Refusal[] = [];
  const others: Partial<Record<ReasonCode, number>> = {};
  const count = (code: ReasonCode): void => {
    others[code] = (others[code] ?? 0) + 1;
  };
  const onlyPreferred = waitsForPreferred(view, call, requirement);
  for (const agent of meeting(view, call, requirement, floor, count)) {
    const reasons: Reason[] = [...ineligible(agent, view, call.networkFirst)];
    if (onlyPreferred && !call.preferred.includes(agent.agentId))
      reasons.push({ code: 'not_preferred', untilMs: call.preferredUntilMs });
    const other = takenBy.get(agent.agentId);
    if (other !== undefined && other !== call.callId) reasons.push({ code: 'taken_by_earlier_call', callId: other });
    const first = reasons[0];
    if (first === undefined) able.push(agent);
    else if (refused.length < REFUSED_KEPT) refused.push({ agentId: agent.agentId, title: agent.title, reasons });
    else count(first.code);
  }
  return { able, refused, others };
}

/** The winner with his place, and the best of all that a record keeps, in their order. */
function firstOf(
  view: RoutingView,
  call: WaitingCall,
  requirement: Requirement,
  able: readonly KnownAgent[],
  winnerId: AgentId | null,
): { readonly best: readonly Candidate[]; readonly chosen: Candidate | null } {
  const keysOf = keysFor(view, call, requirement);
  const ranked = able.map((agent) => ({ agent, agentId: agent.agentId, keys: keysOf(agent) }));
  // Of thousands a dozen are kept: put in their places one by one, which is a sort of that dozen alone.
  const best: typeof ranked = [];
  for (const one of ranked) {
    const last = best.at(-1);
    if (best.length > NEXT_KEPT && last !== undefined && byKeys(one, last) > 0) continue;
    const place = best.findIndex((other) => byKeys(one, other) < 0);
    best.splice(place < 0 ? best.length : place, 0, one);
    if (best.length > NEXT_KEPT + 1) best.pop();
  }
  const candidate = ({ agent, agentId, keys }: (typeof ranked)[number], rank: number): Candidate => {
    const since = idleSinceMs(agent, view.reservations.get(agentId));
    const idleMs = since === 0 ? null : Math.max(0, Math.round(view.nowMs - since));
    return { agentId, title: agent.title, rank, keys, idleMs };
  };
  const winner = ranked.find(({ agentId }) => agentId === winnerId);
  const before = winner === undefined ? 0 : ranked.filter((one) => byKeys(one, winner) < 0).length;
  return {
    best: best.map((one, index) => candidate(one, index + 1)),
    chosen: winner === undefined ? null : candidate(winner, before + 1),
  };
}
