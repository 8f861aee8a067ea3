/** Services: each with its rules, who could take a call of it now, and closing and opening by hand. */
import { z } from 'zod';
import { countsText, reasonSentences } from '../../../core/explain/reasons.ts';
import { askedText, rulesText, stepRuleText } from '../../../core/explain/rules.ts';
import { printable, span } from '../../../core/explain/text.ts';
import { siteTitles } from '../../../core/explain/titles.ts';
import type { Titles } from '../../../core/explain/titles.ts';
import { IpntError } from '../../../core/errors.ts';
import type { ServiceRow } from '../../../core/model/board.ts';
import { serviceNamed, servicesByName } from '../../../core/model/routing.ts';
import type { Routing } from '../../../core/model/routing.ts';
import type { Service } from '../../../core/model/service.ts';
import { decideFor } from '../../../core/routing/fictitious.ts';
import { calendarOf, serviceState } from '../../../core/routing/identify.ts';
import type { RoutingView } from '../../../core/routing/view.ts';
import { demand } from '../demand.ts';
import { pageFrom, pageOf, paging } from '../paging.ts';
import { route } from '../route.ts';
import type { ApiParts, Asked, LiveState, Route } from '../route.ts';
import { serviceDetailShape, serviceListedShape } from '../shapes/service-detail.ts';
import type { Candidates, OpeningLine, ServiceDetail, ServiceListed } from '../shapes/service-detail.ts';
import { count, text } from '../shapes/values.ts';

const SERVICES = route({
  method: 'get',
  path: '/v1/services',
  tag: 'Services',
  summary: 'All services with their figures of now and today, what they need and their steps in words.',
  right: 'look',
  query: z.strictObject(paging),
  answer: pageOf(serviceListedShape),
  run: ({ query }, { live }) => {
    const { items, next } = pageFrom('services', live.snapshot().board.services, query, ({ title, id }) => [
      title.toLowerCase(),
      id,
    ]);
    const [routing, view] = [live.routing(), live.view()];
    const rulesOf = servicesByName(routing);
    const titles = titlesIn(routing, view);
    return Promise.resolve({
      items: items.map((row) => listedOf(row, rulesOf.get(row.id), routing, view.nowMs, titles)),
      next,
    });
  },
});

/** The board may be a moment behind the routing: a service that is gone has no rules. */
function listedOf(
  row: ServiceRow,
  rules: Service | undefined,
  routing: Routing,
  nowMs: number,
  titles: Titles,
): ServiceListed {
  if (rules === undefined) return { ...row, requirementText: '', steps: [], untilMs: null };
  const { untilMs } = serviceState(routing, rules, nowMs);
  return { ...row, requirementText: printable(askedText(rules, titles)), steps: stepsOf(rules, titles), untilMs };
}

const stepsOf = ({ steps }: Service, titles: Titles): ServiceDetail['steps'] =>
  steps.map((step, index) => ({ says: printable(stepRuleText(step, index, titles)) }));

const titlesIn = (routing: Routing, view: RoutingView): Titles => ({
  agents: new Map(),
  sites: siteTitles(view),
  services: new Map(routing.services.map(({ name, title }) => [name, title])),
});

const named = z.object({ service: z.string().max(190) });

const SERVICE = route({
  method: 'get',
  path: '/v1/services/{service}',
  tag: 'Services',
  summary:
    'One service: rules and steps in words, whether it is open and why, who could take a call now and why not the rest.',
  right: 'look',
  params: named,
  answer: serviceDetailShape,
  errors: ['SERVICE_UNKNOWN'],
  run: async ({ params }, { live }) => {
    const row = await rowOf(params.service, live);
    const routing = live.routing();
    return detailOf(row, serviceNamed(routing, row.id), routing, live.view());
  },
});

/** Its row; one that was applied a moment ago is on the board once that is read anew. Throws SERVICE_UNKNOWN. */
async function rowOf(service: string, live: LiveState): Promise<ServiceRow> {
  const find = () => live.snapshot().board.services.find(({ id }) => id === service);
  const known = find();
  if (known !== undefined) return known;
  serviceNamed(live.routing(), service);
  await live.refresh();
  const row = find();
  if (row === undefined) throw new IpntError('SERVICE_UNKNOWN', `there is no service "${service}"`);
  return row;
}

function detailOf(row: ServiceRow, rules: Service, routing: Routing, view: RoutingView): ServiceDetail {
  const titles = titlesIn(routing, view);
  return {
    row,
    rules,
    rulesText: rulesText(rules, titles).map(printable),
    requirementText: printable(askedText(rules, titles)),
    opening: openingOf(rules, routing, view.nowMs),
    steps: stepsOf(rules, titles),
    candidates: candidatesOf(rules, routing, view, titles),
  };
}

function openingOf(service: Service, routing: Routing, nowMs: number): OpeningLine {
  const { open, why, by, untilMs } = serviceState(routing, service, nowMs);
  const sinceMs = routing.overrides[service.name]?.atMs ?? null;
  const zone = calendarOf(routing, service.calendar)?.zone ?? '';
  return { isOpen: open, why, by, sinceMs, untilMs, calendar: service.calendar, zone };
}

/** The same `decide` that edges use, asked about a call that does not exist. */
function candidatesOf(service: Service, routing: Routing, view: RoutingView, { sites }: Titles): Candidates {
  const { next, refused, others } = decideFor(service, routing, view);
  const siteOf = (agentId: string): string => view.agents.get(agentId)?.siteId ?? '';
  return {
    eligible: next.map(({ agentId, title, rank, idleMs }) => ({
      ...{ agentId, title, siteId: siteOf(agentId), rank, idleMs },
      says: idleMs === null ? 'free; no call of his is known yet' : `free for ${span(idleMs)}`,
    })),
    refused: refused.map(({ agentId, title, reasons }) => ({
      ...{ agentId, title, siteId: siteOf(agentId), reasons },
      says: reasonSentences(reasons, { atMs: view.nowMs, sites, tense: 'is' }).map(printable),
    })),
    others,
    othersText: countsText(others),
  };
}

/** As much as its row holds. */
const WHY_LENGTH = 255;

const overrideBody = z.strictObject({
  state: z.enum(['closed', 'open']).describe('Whatever its calendar says.'),
  why: z.string().trim().min(1).max(WHY_LENGTH).describe('For the record, and for whoever comes next.'),
});

const overridden = z.object({
  version: count('version of the routing in force'),
  isChanged: z.boolean().meta({ description: 'false: it was so already' }),
  isOpen: z.boolean(),
  why: text('why it is open or closed now'),
});

const CLOSE = route({
  method: 'put',
  path: '/v1/services/{service}/override',
  tag: 'Services',
  summary: 'Closes or opens a service by hand, whatever its calendar says.',
  right: 'change_service',
  params: named,
  body: overrideBody,
  answer: overridden,
  errors: ['SERVICE_UNKNOWN'],
  audit: {
    action: ({ body }) => (body.state === 'closed' ? 'service.close' : 'service.open'),
    target: ({ params }) => params.service,
    detail: ({ body }) => body.why,
  },
  run: (asked, parts) => change(asked, parts, { ...asked.body, by: asked.person.name }),
});

const AUTO = route({
  method: 'delete',
  path: '/v1/services/{service}/override',
  tag: 'Services',
  summary: 'Lets its calendar decide again.',
  right: 'change_service',
  params: named,
  answer: overridden,
  errors: ['SERVICE_UNKNOWN'],
  audit: { action: 'service.auto', target: ({ params }) => params.service },
  run: (asked, parts) => change(asked, parts, null),
});

/** Answers when the board shows it. */
async function change(
  asked: Asked<z.output<typeof named>, unknown, unknown>,
  { store, live }: ApiParts,
  override: Parameters<ApiParts['store']['overrideService']>[1],
) {
  const { service } = asked.params;
  demand(asked, 'change_service', { service });
  const { version: before } = await store.loadRouting();
  const routing = await store.overrideService(service, override, asked.person.name);
  await live.refresh();
  const { nowMs } = live.view();
  const { open, why } = serviceState(routing, serviceNamed(routing, service), nowMs);
  return { version: routing.version, isChanged: routing.version !== before, isOpen: open, why };
}

export const SERVICE_ROUTES: readonly Route[] = [SERVICES, SERVICE, CLOSE, AUTO];
