/** Calls, live and past: search, and one with its story. */
import { z } from 'zod';
import { explainEvents, headOf } from '../../../core/explain/call.ts';
import { printable } from '../../../core/explain/text.ts';
import { IpntError } from '../../../core/errors.ts';
import type { CallEvent } from '../../../core/model/call.ts';
import { beginningsOf } from '../../../core/model/number.ts';
import { refusal } from '../../../core/model/person.ts';
import type { CallFilter } from '../../../ports/call-search.ts';
import type { CallSummary } from '../../../core/model/call-summary.ts';
import { demand } from '../demand.ts';
import { maskEvents, maskSummary } from '../masked.ts';
import { cursorAt, pageOf, paging, placeOf } from '../paging.ts';
import { RequestInvalid } from '../problems.ts';
import { route } from '../route.ts';
import type { ApiParts, Asked, Route } from '../route.ts';
import { callDetailShape, callSummaryShape } from '../shapes/call.ts';
import type { CallDetail, OfferLine } from '../shapes/call.ts';
import { outcomeShape } from '../shapes/counts.ts';
import { occurring, titlesFor } from './call-titles.ts';
import { whole } from '../whole.ts';
import { moment, whether } from './queries.ts';

const callQuery = z.strictObject({
  ...paging,
  from: moment('Arrived then or later'),
  to: moment('Arrived before'),
  service: z.string().optional().describe('Of this service.'),
  site: z.string().optional().describe('Taken by an agent of this site.'),
  agent: z.string().optional().describe('Taken by this agent.'),
  edge: z.string().optional().describe('Arrived at this edge.'),
  customer: z.string().optional().describe('Of this customer. For whoever may see callers.'),
  number: z
    .string()
    .max(40)
    .optional()
    .describe(
      "The caller's or the dialled number begins so, in whatever spelling (`+49 30 123`, `030/123`). For whoever may see callers.",
    ),
  call: z.string().max(190).optional().describe('Its id begins so.'),
  outcome: outcomeShape.optional().describe('Ended so.'),
  live: whether('true: in progress; false: over.'),
  minWaitMs: whole(0).optional().describe('Waited so long or longer; ms.'),
  sort: z.enum(['-arrivedAt', 'arrivedAt']).default('-arrivedAt').describe('Newest (`-arrivedAt`) or oldest first.'),
});
const NO_TIME = {
  ...{ path: 'query.from', message: 'is later than query.to: no call can be found' },
  cure: 'exchange the two, or leave one out',
};
type CallQuery = z.output<typeof callQuery>;

const place = z.object({ arrivedAtMs: z.number(), callId: z.string() });

const CALLS = route({
  method: 'get',
  path: '/v1/calls',
  tag: 'Calls',
  summary: 'Calls, live and past, page by page.',
  right: 'look',
  query: callQuery,
  answer: pageOf(callSummaryShape),
  errors: ['SEARCH_TOO_WIDE'],
  run: async (asked, { store, country }) => {
    const { query } = asked;
    const { limit, cursor, sort } = query;
    // Whoever could search by it would find out what is masked.
    if (query.number !== undefined || query.customer !== undefined) demand(asked, 'see_callers');
    if (query.from !== undefined && query.to !== undefined && query.from > query.to)
      throw new RequestInvalid([NO_TIME]);
    const after = cursor === undefined ? undefined : placeOf('calls', cursor, place, query);
    const newestFirst = sort === '-arrivedAt';
    const found = await store.searchCalls(filterOf(query, country), { limit: limit + 1, newestFirst, after });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const isMore = found.length > limit && last !== undefined;
    return {
      items: items.map((call) => shownTo(asked, call)),
      next: isMore ? cursorAt('calls', { arrivedAtMs: last.arrivedAtMs, callId: last.callId }, query) : null,
    };
  },
});

const filterOf = (query: CallQuery, country: string): CallFilter => ({
  fromMs: query.from,
  toMs: query.to,
  service: query.service,
  siteId: query.site,
  agentId: query.agent,
  edgeId: query.edge,
  customerId: query.customer,
  numbers: query.number?.trim() ? beginningsOf(query.number, country) : undefined,
  callId: query.call,
  outcome: query.outcome,
  live: query.live,
  minWaitMs: query.minWaitMs,
});

type Anybody = Pick<Asked<unknown, unknown, unknown>, 'person'>;

const maySeeCallers = ({ person }: Anybody): boolean => refusal(person, 'see_callers') === null;

const shownTo = (asked: Anybody, call: CallSummary): CallSummary => (maySeeCallers(asked) ? call : maskSummary(call));

const CALL = route({
  method: 'get',
  path: '/v1/calls/{callId}',
  tag: 'Calls',
  summary: 'One call: what happened, who was chosen and why, who was not and why not.',
  right: 'look',
  params: z.object({ callId: z.string().max(190) }),
  answer: callDetailShape,
  errors: ['CALL_UNKNOWN'],
  run: async (asked, { store, live }) => {
    const { callId } = asked.params;
    const events = await store.callEvents(callId);
    const id = events[0]?.callId;
    const summary = id === undefined ? undefined : await summaryOf(store, id);
    if (summary === undefined) throw new IpntError('CALL_UNKNOWN', `no call is "${callId}"`);
    const shown = maySeeCallers(asked) ? events : maskEvents(events);
    return detailOf(shownTo(asked, summary), shown, live);
  },
});

/** The shortest id that begins so is that one; its call-back's begins so, too. */
async function summaryOf(store: ApiParts['store'], callId: string): Promise<CallSummary | undefined> {
  const found = await store.searchCalls({ callId }, { limit: 10, newestFirst: false });
  return found.find((call) => call.callId === callId);
}

function detailOf(summary: CallSummary, events: readonly CallEvent[], live: ApiParts['live']): CallDetail {
  const titles = titlesFor(events, live);
  return {
    summary,
    story: headOf(events, titles).map(printable),
    events: explainEvents(events, titles).map(({ seq, atMs, fact, says, waited }) => ({
      ...{ seq, atMs, fact, says },
      ...(waited === undefined ? {} : { waited }),
    })),
    offers: offersOf(events),
    titles: occurring(summary, events, titles),
  };
}

/** What was recorded of each offer, put together. */
function offersOf(events: readonly CallEvent[]): readonly OfferLine[] {
  const ends = new Map<string, OfferLine['end']>();
  for (const { atMs, fact } of events)
    if (fact.kind === 'offerEnded')
      ends.set(fact.offer, { atMs, outcome: fact.outcome, reason: fact.reason, rangMs: fact.rangMs });
  return events.flatMap(({ atMs, fact }) =>
    fact.kind !== 'offered'
      ? []
      : [
          {
            ...{ offer: fact.offer, agentId: fact.agent, siteId: fact.site, atMs, ringMs: fact.ringMs },
            end: ends.get(fact.offer) ?? null,
          },
        ],
  );
}

export const CALL_ROUTES: readonly Route[] = [CALLS, CALL];
