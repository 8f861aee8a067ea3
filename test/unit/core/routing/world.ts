/** A small world for tables: one line an agent, everything else as it usually is. */
import type { KnownAgent } from '../../../../src/core/model/agent.ts';
import { agentIdOf, addressOf } from '../../../../src/core/model/agent.ts';
import type { WaitingCall } from '../../../../src/core/model/call.ts';
import type { Reservation } from '../../../../src/core/model/claim.ts';
import type { ServiceFigures } from '../../../../src/core/model/figures.ts';
import type { SiteTerms } from '../../../../src/core/model/routing.ts';
import type { QueueState } from '../../../../src/core/model/queue.ts';
import type { SiteRow } from '../../../../src/core/model/site.ts';
import type { RoutingView } from '../../../../src/core/routing/view.ts';

/** The tables' now. */
export const NOW_MS = 1_000_000;

export function agent(id: string, changes: Partial<KnownAgent> = {}): KnownAgent {
  const [siteId = '', ext = ''] = id.split('/');
  const name = `PJSIP/${ext}`;
  return {
    agentId: agentIdOf(siteId, name),
    siteId,
    name,
    title: ext,
    address: addressOf(name),
    status: 'ready',
    pauseReason: '',
    statusSinceMs: 0,
    activity: 'idle',
    activitySinceMs: 0,
    idleSinceMs: 0,
    lastCallEndMs: null,
    wrapUpUntilMs: null,
    skills: { support: 5 },
    memberships: [],
    ...{ callsTaken: 0, occupancy: 0, occupancyAtMs: 0, attributes: {}, wrapUpMs: null },
    ...changes,
  };
}

export const site = (siteId: string, changes: Partial<SiteRow> = {}): SiteRow => ({
  siteId,
  title: siteId,
  epoch: 1,
  version: 7,
  connection: 'up',
  pbxSeenAtMs: NOW_MS,
  callsInProgress: 0,
  ...changes,
});

export const call = (callId: string, changes: Partial<WaitingCall> = {}): WaitingCall => ({
  callId,
  edgeId: 'edge1',
  service: 'support',
  requirement: 'support',
  priority: 0,
  arrivedAtMs: NOW_MS - 1_000,
  offering: false,
  networkFirst: false,
  strategy: 'longest_idle',
  ageing: 0,
  preferred: [],
  preferredUntilMs: 0,
  step: 0,
  ...changes,
});

export const reservation = (agentId: string, changes: Partial<Reservation> = {}): Reservation => ({
  agentId,
  phase: 'free',
  token: '',
  callId: '',
  edgeId: '',
  holdReason: '',
  expiresAtMs: 0,
  changedAtMs: 0,
  idleSinceMs: 0,
  noAnswers: 0,
  claimedAtMs: 0,
  ...changes,
});

export const queue = (siteId: string, name: string, waiting: number): QueueState => ({
  queueId: `${siteId}/${name}`,
  siteId,
  name,
  waiting,
  longestSinceMs: null,
  loggedIn: 1,
  ready: 1,
  onCalls: 0,
  windowMs: 1_800_000,
  offered: 0,
  answered: 0,
  abandoned: 0,
  meanWaitMs: null,
  meanHandleMs: null,
  serviceLevel: null,
});

export interface WorldSpec {
  readonly agents?: readonly KnownAgent[];
  readonly sites?: readonly SiteRow[];
  readonly queues?: readonly QueueState[];
  readonly reservations?: readonly Reservation[];
  readonly waiting?: readonly WaitingCall[];
  readonly trunksDown?: readonly string[];
  readonly siteTerms?: Readonly<Record<string, SiteTerms>>;
  readonly figures?: readonly ServiceFigures[];
}

/** The view of a decision; sites of the agents are fresh unless given. */
export function world(spec: WorldSpec): RoutingView {
  const agents = spec.agents ?? [];
  const sites = new Map([...new Set(agents.map(({ siteId }) => siteId))].map((siteId) => [siteId, site(siteId)]));
  for (const given of spec.sites ?? []) sites.set(given.siteId, given);
  return {
    nowMs: NOW_MS,
    sites,
    agents: new Map(agents.map((each) => [each.agentId, each])),
    queues: new Map((spec.queues ?? []).map((each) => [each.queueId, each])),
    reservations: new Map((spec.reservations ?? []).map((each) => [each.agentId, each])),
    waiting: new Map((spec.waiting ?? []).map((each) => [each.callId, each])),
    siteTerms: spec.siteTerms ?? {},
    figures: new Map((spec.figures ?? []).map((each) => [each.service, each])),
    trunkUp: (siteId) => !(spec.trunksDown ?? []).includes(siteId),
  };
}
