/** Somebody at a desk who asks the API: a call centre with four agents, routes without a socket, answers held against their schemas. */
import { expect } from 'vitest';
import { liveView } from '../../../../../src/apps/common/dry-bench.ts';
import { Customers } from '../../../../../src/apps/common/customer-source.ts';
import { parseRequest } from '../../../../../src/apps/api/asking.ts';
import { demand } from '../../../../../src/apps/api/demand.ts';
import type { ApiParts, ApiStore, LiveState, Route } from '../../../../../src/apps/api/route.ts';
import { IpntError } from '../../../../../src/core/errors.ts';
import type { AgentState } from '../../../../../src/core/model/agent.ts';
import type { AgentLine, BoardSnapshot, ServiceRow } from '../../../../../src/core/model/board.ts';
import { AGENT_SHOWN } from '../../../../../src/core/model/board.ts';
import { ALL } from '../../../../../src/core/model/person.ts';
import type { Person, Role } from '../../../../../src/core/model/person.ts';
import type { Routing, RoutingRules } from '../../../../../src/core/model/routing.ts';
import { ineligible } from '../../../../../src/core/routing/eligible.ts';
import { serviceState } from '../../../../../src/core/routing/identify.ts';
import type { RoutingView } from '../../../../../src/core/routing/view.ts';
import type { Fence } from '../../../../../src/ports/site-store.ts';
import { noLog } from '../../../../../src/runtime/log.ts';
import { readRouting, readSettings } from '../../../../../src/settings/index.ts';
import type { Settings } from '../../../../../src/settings/index.ts';
import { openMemoryStore } from '../../../../../src/store/memory/index.ts';
import type { MemoryStore } from '../../../../../src/store/memory/index.ts';
import { agent, batch, LEASE_MS, queue } from '../../../../contract/store-world.ts';
import { VirtualClock } from '../../../../simulation/virtual-clock.ts';

const person = (role: Role, over: Partial<Person> = {}): Person => ({
  ...{ name: role, role, sites: [ALL], services: [ALL], agentId: '' },
  ...over,
});

/** Who asks. */
export const PEOPLE = {
  viewer: person('viewer'),
  agent: person('agent', { agentId: 'berlin/PJSIP/1001' }),
  supervisor: person('supervisor'),
  /** Of one site and one service. */
  ofLyon: person('supervisor', { name: 'ofLyon', sites: ['lyon'], services: ['french'] }),
  admin: person('admin'),
} as const;
export type Who = keyof typeof PEOPLE;

export const ROUTING = `
services:
  support:
    title: Support
    numbers: ['+4930555100']
    requirement: queue:support
    max_wait: 5m
    steps:
      - { after: 30s, requirement: "queue:support or queue:sales" }
      - { after: 1m, when: "ewt > 120s and waiting >= 5", priority: 5 }
      - { after: 1m, overflow: { number: '+4930555999' } }
  french:
    title: Support in French
    requirement: queue:support and queue:french>=5
    calendar: office
calendars:
  office: { zone: Europe/Paris, hours: ["Mon-Fri 08:00-18:00"] }
`;

export function rulesOf(text: string): RoutingRules {
  const { rules, faults } = readRouting(text, 'routing.yaml', '49');
  if (rules === null) throw new Error(JSON.stringify(faults));
  return rules;
}

export function settings(): Settings {
  const read = readSettings('country: 49\nsites: {}\n', 'ipnt.yaml', {});
  if (read.settings === null) throw new Error(JSON.stringify(read.faults));
  return read.settings;
}

const at = (siteId: string, ext: string, title: string, over: Partial<AgentState> = {}): AgentState =>
  agent(siteId, `PJSIP/${ext}`, {
    ...{ title, address: ext, skills: { 'queue:support': 10 }, idleSinceMs: 0 },
    memberships: [{ queue: 'support', penalty: 0, paused: false, pauseReason: '', dynamic: true }],
    ...over,
  });

export interface Desk {
  readonly clock: VirtualClock;
  readonly store: MemoryStore;
  readonly parts: ApiParts;
  readonly fences: { readonly berlin: Fence; readonly lyon: Fence };
  /** Asks as `who`: `ask('viewer', 'GET /v1/agents?limit=2')`. An error answers as `{ code, detail }`. */
  ask<T = unknown>(who: Who, what: string, body?: unknown): Promise<T>;
}

/** Berlin has Anna, who is free, and Bob, who pauses for lunch; Lyon has Chloé, who talks, and Émile, who is logged out. */
export async function openDesk(routes: readonly Route[]): Promise<Desk> {
  const clock = new VirtualClock();
  const store = openMemoryStore(clock);
  const fences = { berlin: await take(store, 'berlin', 'Berlin'), lyon: await take(store, 'lyon', 'Lyon') };
  const since = clock.nowMs() - 60_000;
  await publish(store, fences.berlin, [
    at('berlin', '1001', 'Anna', { idleSinceMs: since, statusSinceMs: since, activitySinceMs: since }),
    at('berlin', '1002', 'Bob', { status: 'paused', pauseReason: 'lunch', statusSinceMs: since + 1_000 }),
  ]);
  await publish(store, fences.lyon, [
    at('lyon', '2001', 'Chloé', {
      ...{ activity: 'talking', activitySinceMs: since + 2_000 },
      skills: { 'queue:support': 10, 'queue:french': 10 },
    }),
    at('lyon', '2002', 'Émile', { status: 'logged_out', statusSinceMs: since + 3_000, skills: {}, memberships: [] }),
  ]);
  await store.applyRouting(rulesOf(ROUTING), 'test');
  const live = await openLive(store);
  const customers = new Customers(store, [], clock, noLog);
  const parts: ApiParts = { store, live, customers, clock, log: noLog, country: '49', settings: settings() };
  return { clock, store, parts, fences, ask: (who, what, body) => asking(routes, parts, who, what, body) as never };
}

async function take(store: MemoryStore, siteId: string, title: string): Promise<Fence> {
  const fence = await store.takeSite(siteId, title, 'test', LEASE_MS);
  if (fence === null) throw new Error('the site is taken');
  return fence;
}

const publish = (store: MemoryStore, fence: Fence, agents: readonly AgentState[]) =>
  store.publish(fence, batch({ agents, queues: [queue(fence.id, 'support')], whole: true }), LEASE_MS);

/** Runs a route as the server does; what it answers must be what its schema says, to the last key. */
async function asking(routes: readonly Route[], parts: ApiParts, who: Who, what: string, body?: unknown) {
  const [, method = '', path = '', query = ''] = /^(\w+) ([^?]*)\??(.*)$/.exec(what) ?? [];
  const found = routes.flatMap((route) => {
    const params = paramsOf(route.path, path);
    return route.method === method.toLowerCase() && params !== null ? [{ route, params }] : [];
  })[0];
  if (found === undefined) throw new Error(`there is no ${what}`);
  const { route, params } = found;
  try {
    const asked = { person: PEOPLE[who], via: 'login' as const, address: '' };
    if (route.right !== null) demand(asked, route.right);
    const answer = await route.run({ ...asked, ...parseRequest(route, { params, query, body }) }, parts);
    const wire: unknown = answer === undefined ? undefined : JSON.parse(JSON.stringify(answer));
    if (route.answer !== null) expect(route.answer.parse(wire)).toEqual(wire);
    return wire;
  } catch (error) {
    if (error instanceof IpntError) return { code: error.code, detail: error.detail };
    throw error;
  }
}

/** `/v1/agents/{agentId}` against `/v1/agents/berlin%2FPJSIP%2F1001`. */
function paramsOf(template: string, path: string): Record<string, string> | null {
  const [wanted, given] = [template.split('/'), path.split('/')];
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const name = /^\{(\w+)\}$/.exec(part)?.[1];
    if (name !== undefined) params[name] = decodeURIComponent(given[index] ?? '');
    else if (part !== given[index]) return null;
  }
  return params;
}

/** The live state, read whole each time; figures of calls are not what is looked at here. */
async function openLive(store: ApiStore): Promise<LiveState> {
  let [routing, view, seq] = [await store.loadRouting(), await liveView(store, await store.loadRouting()), 1];
  return {
    snapshot: () => snapshotOf(routing, view, seq),
    view: () => view,
    routing: () => routing,
    async refresh() {
      routing = await store.loadRouting();
      view = await liveView(store, routing);
      seq += 1;
    },
  };
}

const snapshotOf = (routing: Routing, view: RoutingView, seq: number): BoardSnapshot => ({
  ...{ seq, nowMs: view.nowMs, staleSinceMs: null },
  board: {
    services: routing.services.map((service) => rowOf(routing, service.name, view)),
    sites: [...view.sites.values()].map(({ siteId, title }) => ({
      ...{ id: siteId, title, state: 'up', lastHeardMs: null, callsInProgress: 0, waiting: 0 },
      agents: Object.fromEntries(AGENT_SHOWN.map((shown) => [shown, 0])) as Record<AgentLine['shown'], number>,
    })),
    edges: [{ id: 'edge1', state: 'up', lastHeardMs: null, calls: 0 }],
    queues: [...view.queues.values()].map(({ queueId, offered: _, meanHandleMs: __, ...rest }) => ({
      id: queueId,
      ...rest,
    })),
    agents: [...view.agents.values()].map((one) => lineOf(one, view)),
    waiting: [],
  },
});

const lineOf = (one: AgentState, view: RoutingView): AgentLine => ({
  ...{ id: one.agentId, siteId: one.siteId, title: one.title, number: one.address ?? '' },
  shown: one.status === 'paused' || one.status === 'logged_out' ? one.status : one.activity,
  sinceMs: one.status === 'ready' ? one.activitySinceMs : one.statusSinceMs,
  ...{ status: one.status, pauseReason: one.pauseReason, activity: one.activity, skills: one.skills, pausedSkills: {} },
  queues: one.memberships.map((membership) => membership.queue),
  ...{ call: null, hold: null },
  blockedBy: ineligible(one, view, false).map(({ code }) => code),
  callsTaken: one.callsTaken,
});

function rowOf(routing: Routing, name: string, view: RoutingView): ServiceRow {
  const service = routing.services.find((one) => one.name === name);
  if (service === undefined) throw new Error(`there is no ${name}`);
  const { open, why } = serviceState(routing, service, view.nowMs);
  const outcomes = { answered: 0, abandoned: 0, overflowed: 0, defaulted: 0, redirected: 0, called_back: 0 };
  return {
    isByHand: false,
    ...{ id: name, title: service.title, isOpen: open, why, waiting: 0, longestSinceMs: null, expectedWaitMs: null },
    ...{ eligible: 0, staffed: 0, talking: 0, serviceLevelMs: service.serviceLevelMs, serviceLevelTarget: 0.8 },
    today: {
      ...{ offered: 0, inProgress: 0, outcomes: { ...outcomes, closed: 0, failed: 0 }, reached: 0, reachedInTime: 0 },
      ...{ abandonedLate: 0, waitMs: 0, longestWaitMs: 0, abandonedWaitMs: 0, talks: 0, talkMs: 0 },
    },
    ...{ serviceLevel: null, recentServiceLevel: null, meanWaitMs: null, meanTalkMs: null, zone: 'UTC' },
  };
}
