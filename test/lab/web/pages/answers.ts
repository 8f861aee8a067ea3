/** The canned answers of the pages of calls, services, people and the API: `null` for what is none of theirs. */
import { titlesOf } from '../../../../src/core/explain/dry-run.ts';
import { runJson, runText } from '../../../../src/core/explain/dry-run.ts';
import { reasonSentences } from '../../../../src/core/explain/reasons.ts';
import { serviceLines } from '../../../../src/core/explain/service-line.ts';
import { askedText, rulesText, stepRuleText } from '../../../../src/core/explain/rules.ts';
import type { ServiceOverride } from '../../../../src/core/model/routing.ts';
import type { Service } from '../../../../src/core/model/service.ts';
import { dryRun } from '../../../../src/core/routing/dry-run.ts';
import type { DryWorld } from '../../../../src/core/routing/dry-case.ts';
import { openApiOf } from '../../../../src/apps/api/openapi.ts';
import { ROUTES } from '../../../../src/apps/api/routes.ts';
import { callAnswer, endedNow, NO_CALL, summaries } from './calls.ts';
import { peopleAnswers } from './people.ts';
import { makeWorld } from './world.ts';

export interface Asked {
  readonly method: string;
  /** Decoded, without the query: `/v1/calls`. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export const problem = (status: number, code: string, detail: string, cure: string): Answer => ({
  status,
  body: { type: 'about:blank', title: detail, status, detail, code, cure },
});

const ok = (body: unknown, status = 200): Answer => ({ status, body });

/** One server's answers: what is changed stays changed. */
export function pageAnswers(startMs: number): (asked: Asked) => Answer | null {
  const overrides: Record<string, ServiceOverride> = {};
  let calls = summaries(makeWorld(startMs), startMs, 260);
  const people = peopleAnswers(startMs);
  return (asked) => {
    const { method, path, query, body } = asked;
    const world = makeWorld(Date.now(), overrides);
    if (path === '/lab/end') calls = calls.map((call) => endedNow(call, Date.now()));
    if (method === 'GET' && path === '/v1/calls') return callsAnswer(calls, query);
    if (method === 'GET' && path.startsWith('/v1/calls/')) {
      const call = calls.find(({ callId }) => callId === path.slice('/v1/calls/'.length));
      if (call === undefined)
        return problem(404, 'CALL_UNKNOWN', 'there is no such call', 'list them with `ipnt calls`');
      return ok(callAnswer(call, world, Date.now()));
    }
    if (method === 'GET' && path === '/v1/services')
      return ok({ items: world.routing.services.map((one) => listedOf(one, world)), next: null });
    const [, name = '', isOverride] = /^\/v1\/services\/([^/]+)(\/override)?$/.exec(path) ?? [];
    if (name !== '') {
      if (isOverride !== undefined && method === 'DELETE') delete overrides[name];
      if (isOverride !== undefined && method === 'PUT')
        overrides[name] = {
          ...{ state: body.state as 'closed' | 'open', by: 'maria', why: String(body.why ?? '') },
          atMs: Date.now(),
        };
      return serviceAnswer(name, makeWorld(Date.now(), overrides));
    }
    if (method === 'GET' && path === '/v1/calendars') return ok({ items: world.routing.calendars, next: null });
    if (method === 'POST' && path === '/v1/route/test') return routeAnswer(body, world);
    if (path === '/v1/sites')
      return ok(named([...world.view.sites.values()].map(({ siteId, title }) => ({ id: siteId, title }))));
    if (path === '/v1/agents')
      return ok(named([...world.view.agents.values()].map(({ agentId, title }) => ({ id: agentId, title }))));
    if (path === '/v1/openapi.json') return ok(openApiOf(ROUTES, '0.0.0'));
    return people(asked);
  };
}

const named = (items: readonly unknown[]) => ({ items, next: null });

function callsAnswer(all: ReturnType<typeof summaries>, query: URLSearchParams): Answer {
  const is = (key: string, value: string): boolean => !query.has(key) || query.get(key) === value;
  const number = query.get('number') ?? '';
  const found = all.filter(
    (call) =>
      call.arrivedAtMs >= Number(query.get('from') ?? 0) &&
      call.arrivedAtMs < Number(query.get('to') ?? Infinity) &&
      is('service', call.service) &&
      is('site', call.siteId) &&
      is('agent', call.agentId) &&
      is('outcome', call.outcome ?? '') &&
      (call.ani.startsWith(number) || call.dnis.startsWith(number)) &&
      (query.get('live') !== 'true' || call.outcome === null) &&
      (call.waitMs ?? 0) >= Number(query.get('minWaitMs') ?? 0),
  );
  const ordered = query.get('sort') === 'arrivedAt' ? [...found].reverse() : found;
  const start = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 100);
  return ok({
    items: ordered.slice(start, start + limit),
    next: start + limit < ordered.length ? String(start + limit) : null,
  });
}

function rowOf(service: Service, world: DryWorld) {
  const { name, title, serviceLevelMs } = service;
  const [line] = serviceLines(world.routing, world.view.nowMs, name);
  const { eligible, staffed } = candidatesOf(name, world);
  return {
    ...{ id: name, title, isOpen: line?.open ?? true, why: line?.why ?? '', waiting: name === 'technical' ? 3 : 0 },
    ...{ longestSinceMs: name === 'technical' ? world.view.nowMs - 75_000 : null, expectedWaitMs: 42_000 },
    ...{
      eligible: eligible.length,
      staffed,
      talking: 2,
      serviceLevelMs,
      serviceLevelTarget: 0.8,
      serviceLevel: 0.83,
      recentServiceLevel: 0.7,
    },
    today: {
      offered: 120,
      inProgress: 3,
      outcomes: {
        answered: 100,
        abandoned: 12,
        overflowed: 5,
        defaulted: 0,
        redirected: 0,
        called_back: 0,
        closed: 0,
        failed: 0,
      },
      reached: 101,
      reachedInTime: 80,
      abandonedLate: 6,
      waitMs: 1_900_000,
      longestWaitMs: 190_000,
      abandonedWaitMs: 400_000,
      talks: 100,
      talkMs: 18_000_000,
    },
    ...{ meanWaitMs: 18_800, meanTalkMs: 180_000, zone: line?.zone ?? '' },
  };
}

function listedOf(service: Service, world: DryWorld) {
  const titles = titlesOf(world);
  const untilMs = serviceLines(world.routing, world.view.nowMs, service.name)[0]?.untilMs ?? null;
  return {
    ...rowOf(service, world),
    untilMs,
    requirementText: askedText(service, titles),
    steps: service.steps.map((step, index) => ({ says: stepRuleText(step, index, titles) })),
  };
}

function candidatesOf(name: string, world: DryWorld) {
  const { decision } = dryRun(
    { ...NO_CALL, service: name },
    { ...world, routing: { ...world.routing, overrides: {}, calendars: [] } },
    null,
  );
  const able = decision === null ? [] : [...(decision.winner === null ? [] : [decision.winner]), ...decision.next];
  const site = (agentId: string): string => agentId.split('/')[0] ?? '';
  return {
    staffed: able.length + (decision?.refused.length ?? 0),
    eligible: able.map(({ agentId, title, rank, idleMs }) => ({
      ...{ agentId, title, siteId: site(agentId), rank, idleMs },
      says: idleMs === null ? 'no call yet' : `free for ${Math.round(idleMs / 60_000)} min`,
    })),
    refused: (decision?.refused ?? []).map(({ agentId, title, reasons }) => ({
      ...{ agentId, title, siteId: site(agentId), reasons },
      says: reasonSentences(reasons, { atMs: world.view.nowMs, sites: titlesOf(world).sites, tense: 'is' }),
    })),
    others: decision?.others ?? {},
  };
}

function serviceAnswer(name: string, world: DryWorld): Answer {
  const service = world.routing.services.find((one) => one.name === name);
  const [line] = serviceLines(world.routing, world.view.nowMs, name);
  if (service === undefined || line === undefined)
    return problem(404, 'SERVICE_UNKNOWN', `there is no service '${name}'`, 'name one of `ipnt export`');
  const { eligible, refused, others } = candidatesOf(name, world);
  const titles = titlesOf(world);
  const { why, sinceMs, untilMs, calendar, zone } = line;
  return ok({
    ...{
      row: rowOf(service, world),
      rules: service,
      requirementText: askedText(service, titles),
      rulesText: rulesText(service, titles),
    },
    opening: { isOpen: line.open, why, sinceMs, untilMs, calendar, zone },
    steps: service.steps.map((step, index) => ({ says: stepRuleText(step, index, titles) })),
    candidates: { eligible, refused, others },
  });
}

function routeAnswer(body: Readonly<Record<string, unknown>>, world: DryWorld): Answer {
  const text = (key: string): string => String(body[key] ?? '');
  try {
    const run = dryRun(
      {
        ...NO_CALL,
        dnis: text('dnis'),
        ani: text('ani'),
        service: text('service'),
        customerId: text('customer'),
        requirement: body.requirement === undefined ? null : text('requirement'),
        priority: body.priority === undefined ? null : Number(body.priority),
        at: text('at'),
        waitedMs: Number(body.waitedMs ?? 0),
        lastAgent: text('lastAgent'),
      },
      world,
      null,
    );
    return ok({ text: runText(run, titlesOf(world)).trimEnd().split('\n'), run: runJson(run, []) });
  } catch (error) {
    return problem(400, 'ARGUMENT_INVALID', error instanceof Error ? error.message : '', 'see the form');
  }
}
