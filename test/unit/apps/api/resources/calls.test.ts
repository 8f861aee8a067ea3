import { beforeEach, describe, expect, it } from 'vitest';
import { CALL_ROUTES } from '../../../../../src/apps/api/resources/calls.ts';
import type { Page } from '../../../../../src/apps/api/paging.ts';
import type { CallDetail } from '../../../../../src/apps/api/shapes/call.ts';
import type { CallFact } from '../../../../../src/core/model/call.ts';
import type { CallSummary } from '../../../../../src/core/model/call-summary.ts';
import { arrived, candidate, decided, step } from '../../../core/explain/explain-world.ts';
import { openDesk } from './desk.ts';
import type { Desk, Who } from './desk.ts';

const ANI = '+33142345678';
const NAME = 'Mme Martin';
const CUSTOMER = 'cust-4711';
const [ANNA, CHLOE] = ['berlin/PJSIP/1001', 'lyon/PJSIP/2001'];

/** Every kind of fact, each with the caller wherever somebody could write him. */
const FACTS: { readonly [K in CallFact['kind']]: Extract<CallFact, { kind: K }> } = {
  arrived: { ...(arrived as Extract<CallFact, { kind: 'arrived' }>), channel: `PJSIP/${ANI}-0001` },
  customerFound: {
    ...{ kind: 'customerFound', source: 'crm', customerId: CUSTOMER, name: NAME, tookMs: 3 },
    problem: `two rows for ${ANI} (${NAME})`,
  },
  decided: decided({
    winner: candidate(ANNA, 'Anna then', 1, 5_000),
    refused: [{ agentId: CHLOE, title: 'Chloé', reasons: [{ code: 'talking' }] }],
  }) as Extract<CallFact, { kind: 'decided' }>,
  claimLost: { kind: 'claimLost', agent: CHLOE },
  offered: { kind: 'offered', offer: 'o1', agent: ANNA, site: 'berlin', ringMs: 15_000 },
  offerEnded: {
    ...{ kind: 'offerEnded', offer: 'o1', agent: ANNA, outcome: 'answered', reason: 'answered' },
    ...{ cause: 16, techCause: 200, rangMs: 2_000 },
  },
  bridged: { kind: 'bridged', agent: ANNA, site: 'berlin', waitMs: 6_000, recording: `rec-${ANI}.wav` },
  redirected: { kind: 'redirected', agent: ANNA, site: 'berlin', contact: `sip:${ANI}@berlin` },
  continued: { kind: 'continued', agent: ANNA, site: 'berlin' },
  transferredAtSite: { kind: 'transferredAtSite', agent: ANNA, site: 'berlin' },
  stepped: step({ why: `after ${ANI}` }) as Extract<CallFact, { kind: 'stepped' }>,
  overflowed: {
    ...{ kind: 'overflowed', to: { kind: 'service', service: 'french' }, chosenSite: '' },
    why: `asked by ${CUSTOMER}`,
  },
  keyPressed: { kind: 'keyPressed', key: '1', action: 'callback' },
  callbackAsked: { kind: 'callbackAsked', number: ANI },
  callbackTried: { kind: 'callbackTried', attempt: 1, result: 'busy' },
  requeued: { kind: 'requeued', agent: ANNA, service: 'support' },
  incident: { kind: 'incident', code: 'x', detail: `leg to 0033142345678 of ${NAME}` },
  returned: { kind: 'returned', status: 'ERROR', waitMs: 8_000, detail: `argument: ${ANI}` },
  ended: { kind: 'ended', outcome: 'answered', by: 'caller', talkMs: 9_000 },
};

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk(CALL_ROUTES);
  const record = (callId: string, atMs: number, facts: readonly CallFact[]) =>
    desk.store.appendCallEvents(facts.map((fact, seq) => ({ callId, seq, atMs: atMs + seq, fact })));
  await record('c1', 1_000, Object.values(FACTS));
  await record('c2', 2_000, [{ ...FACTS.arrived, service: 'french', ani: '' }]);
  await record('c3', 3_000, [FACTS.arrived, { ...FACTS.ended, outcome: 'abandoned', talkMs: 0 }]);
});

/** What nobody may find who may not see callers, the last digits included. */
const SECRET = /42345678|678(?!\d)|Martin|4711/;

describe('calls', () => {
  it.each([
    ['', ['c3', 'c2', 'c1']],
    ['?sort=arrivedAt', ['c1', 'c2', 'c3']],
    ['?service=french', ['c2']],
    ['?outcome=abandoned', ['c3']],
    ['?live=true', ['c2']],
    ['?live=false', ['c3', 'c1']],
    ['?from=2000&to=3000', ['c2']],
    ['?agent=berlin%2FPJSIP%2F1001', ['c1']],
    ['?site=berlin&edge=edge1', ['c1']],
    ['?customer=cust-4711', ['c1']],
    ['?number=%2B3314', ['c3', 'c1']],
    ['?number=0033%201%2F42', ['c3', 'c1']],
    ['?number=030%2F123', ['c3', 'c2', 'c1']],
    ['?number=(0)30%20123-4', ['c3', 'c2', 'c1']],
    ['?number=030%20124', []],
    ['?number=Mme%20Martin', []],
    ['?number=%20', ['c3', 'c2', 'c1']],
    ['?call=c2', ['c2']],
    ['?minWaitMs=6000', ['c1']],
    ['?limit=1', ['c3']],
  ])('%s', async (query, ids) => {
    const { items } = await desk.ask<Page<CallSummary>>('supervisor', `GET /v1/calls${query}`);
    expect(items.map(({ callId }) => callId)).toEqual(ids);
  });

  it('come page by page', async () => {
    const first = await desk.ask<Page<CallSummary>>('viewer', 'GET /v1/calls?limit=2');
    const second = await desk.ask<Page<CallSummary>>('viewer', `GET /v1/calls?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ callId }) => callId)).toEqual(['c3', 'c2', 'c1']);
    expect(second.next).toBeNull();
    const other = await desk.ask('viewer', `GET /v1/calls?limit=2&sort=arrivedAt&cursor=${first.next}`);
    expect(other).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it.each<[Who, string, string]>([
    ['agent', '/v1/calls', 'NOT_ALLOWED'],
    ['viewer', '/v1/calls?number=%2B331', 'NOT_ALLOWED'],
    ['viewer', '/v1/calls?customer=cust-4711', 'NOT_ALLOWED'],
    ['viewer', '/v1/calls?live=maybe', 'REQUEST_INVALID'],
    ['viewer', '/v1/calls?from=yesterday', 'REQUEST_INVALID'],
    ['viewer', '/v1/calls?outcome=lost', 'REQUEST_INVALID'],
    ['viewer', '/v1/calls?from=3000&to=2000', 'REQUEST_INVALID'],
    ['viewer', '/v1/calls/nope', 'CALL_UNKNOWN'],
  ])('%s asks %s: %s', async (who, path, code) => {
    expect(await desk.ask(who, `GET ${path}`)).toMatchObject({ code });
  });
});

describe('one call', () => {
  it('is told event by event, with what people are called', async () => {
    const call = await desk.ask<CallDetail>('supervisor', 'GET /v1/calls/c1');
    expect(call.summary).toMatchObject({ callId: 'c1', ani: ANI, customerId: CUSTOMER, outcome: 'answered' });
    expect(call.story[0]).toContain(`A call from ${ANI} to +49301234567`);
    expect(call.events.map(({ fact }) => fact.kind)).toEqual(Object.keys(FACTS));
    expect(call.events.find(({ fact }) => fact.kind === 'customerFound')?.says.join()).toContain(NAME);
    expect(call.offers).toEqual([
      {
        ...{ offer: 'o1', agentId: ANNA, siteId: 'berlin', atMs: 1_004, ringMs: 15_000 },
        end: { atMs: 1_005, outcome: 'answered', reason: 'answered', rangMs: 2_000 },
      },
    ]);
    // As they are called now; those who do not occur are left out.
    expect(call.titles).toEqual({
      agents: { [ANNA]: 'Anna', [CHLOE]: 'Chloé' },
      sites: { berlin: 'Berlin', lyon: 'Lyon' },
      services: { support: 'Support', french: 'Support in French' },
    });
  });

  it('that waits says why', async () => {
    const refused = { agentId: CHLOE, title: 'Chloé', reasons: [{ code: 'talking' as const }] };
    const fact = decided({ refused: [refused], others: { skill_missing: 3 }, ahead: 2 });
    await desk.store.appendCallEvents([{ callId: 'c2', seq: 1, atMs: 2_001, fact }]);
    const { events } = await desk.ask<CallDetail>('viewer', 'GET /v1/calls/c2');
    expect(events[1]).toMatchObject({ waited: { ahead: 2, reasons: { talking: 1 } } });
  });

  it('shows no number and no customer to whoever may not see callers', async () => {
    const { items } = await desk.ask<Page<CallSummary>>('viewer', 'GET /v1/calls');
    expect(items.map(({ ani, customerId }) => [ani, customerId])).toEqual([
      ['+33*********', ''],
      ['', ''],
      ['+33*********', '***'],
    ]);
    const call = await desk.ask<CallDetail>('viewer', 'GET /v1/calls/c1');
    expect(JSON.stringify([call.summary, call.story, call.offers])).not.toMatch(SECRET);
    expect(call.story[0]).toContain('A call from +33********* to +49301234567');
  });

  it.each(Object.keys(FACTS).map((kind, seq) => [kind, seq] as const))('%s shows none either', async (kind, seq) => {
    const { events } = await desk.ask<CallDetail>('viewer', 'GET /v1/calls/c1');
    expect(events[seq]?.fact.kind).toBe(kind);
    expect(JSON.stringify(events[seq])).not.toMatch(SECRET);
    const seen = await desk.ask<CallDetail>('supervisor', 'GET /v1/calls/c1');
    expect(seen.events[seq]?.fact).toEqual(Object.values(FACTS)[seq]);
  });
});
