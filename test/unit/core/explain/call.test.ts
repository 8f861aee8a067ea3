import { describe, expect, it } from 'vitest';
import { OUTCOME_OF_STATUS } from '../../../../src/core/model/call.ts';
import type { CallFact, IpntStatus, OfferReason, Outcome } from '../../../../src/core/model/call.ts';
import type { Reason } from '../../../../src/core/model/decision.ts';
import { STRATEGIES } from '../../../../src/core/model/service.ts';
import { explainCall } from '../../../../src/core/explain/call.ts';
import { arrived, candidate, customer, decided, events, step, story, T0, TITLES } from './explain-world.ts';

it('tells a whole call', () => {
  const anna = candidate('berlin/PJSIP/1001', 'Anna', 1, 130_000);
  const bob = candidate('paris/PJSIP/2001', 'Bob', 2, 65_000);
  const text = story(
    arrived,
    decided({
      winner: anna,
      next: [bob],
      refused: [
        { agentId: 'berlin/PJSIP/1002', title: 'Carla', reasons: [{ code: 'talking' }] },
        { agentId: 'berlin/PJSIP/1003', title: 'PJSIP/1003', reasons: [{ code: 'paused', reason: 'lunch' }] },
        { agentId: 'berlin/PJSIP/1004', title: 'Emil', reasons: [{ code: 'ringing' }] },
      ],
      others: { skill_missing: 7, talking: 2 },
    }),
    { kind: 'offered', offer: 'c1.offer1', agent: anna.agentId, site: 'berlin', ringMs: 20_000 },
    {
      ...{ kind: 'offerEnded', offer: 'c1.offer1', agent: anna.agentId, outcome: 'no_answer', reason: 'no_answer' },
      ...{ cause: 19, techCause: 480, rangMs: 20_000 },
    },
    decided({ winner: bob }),
    { kind: 'bridged', agent: bob.agentId, site: 'paris', waitMs: 23_500, recording: '' },
    { kind: 'returned', status: 'ANSWERED', waitMs: 23_500, detail: '' },
    { kind: 'ended', outcome: 'answered', by: 'caller', talkMs: 185_000 },
  );
  expect(text).toBe(`A call from +33142345678 to +49301234567, 2026-11-22 16:41:51 UTC.
It asked for "Support", which needs a place in the queue "support" and the skill "lang_fr" at level 3 or more. Its priority is 5.

16:41:51  The call arrived.
16:41:52  Anna (Berlin) was chosen: free longest: 2 min 10 s; next best was Bob (Paris), free for 1 min 5 s.
            Others who would do:
            - Bob (Paris): free as well, but only for 1 min 5 s.
            - Carla (Berlin): was in a call.
            - the agent at 1003 (Berlin): was on a pause ("lunch").
            3 more who would do came later or could not; 7 others do not have what the call needs.
16:41:53  Anna (Berlin) was rung, for 20 s at most.
16:41:54  Anna (Berlin) did not answer after 20 s of ringing.
16:41:55  Bob (Paris) was chosen: the only one who was free, for 1 min 5 s.
16:41:56  The caller spoke with Bob (Paris), after 24 s.
16:41:57  The conversation was over.
16:41:58  The end: the caller hung up after 3 min 5 s of conversation.
`);
});

describe('every code has words', () => {
  const at = T0 + 5_000;
  const reasons: Reason[] = [
    { code: 'skill_missing', skill: 'french', required: 3, level: 1 },
    { code: 'skill_missing', skill: 'queue:support', required: 1, level: 0 },
    { code: 'requirement_not_met', term: 'site!=paris' },
    ...(['site_stale', 'trunk_down', 'no_address', 'logged_out', 'status_unknown', 'ringing'] as const).map((code) => ({
      code,
    })),
    ...(['talking', 'unreachable', 'activity_unknown'] as const).map((code) => ({ code })),
    { code: 'paused', reason: '' },
    { code: 'wrap_up', untilMs: at },
    { code: 'claimed', callId: 'c9', phase: 'offer' },
    { code: 'claimed', callId: 'c9', phase: 'talk' },
    ...(['cancelled', 'busy', 'failed', 'no_answer', 'redirect_lost', 'arrival'] as const).map((reason): Reason => ({
      code: 'held',
      reason,
      untilMs: at,
    })),
    { code: 'site_queue_waiting', queue: 'support', waiting: 2 },
    { code: 'not_preferred', untilMs: at },
    { code: 'taken_by_earlier_call', callId: 'c8' },
  ];
  const offers: OfferReason[] = [
    ...(['answered', 'busy', 'declined', 'no_answer', 'unreachable', 'not_found', 'trunk_down'] as const),
    ...(['congestion', 'forwarded', 'caller_left', 'wait_over', 'claim_lost', 'error'] as const),
  ];
  const outcomes: Outcome[] = [
    ...(['answered', 'abandoned', 'overflowed', 'defaulted', 'redirected', 'called_back', 'closed', 'failed'] as const),
  ];
  const facts: CallFact[] = [
    ...reasons.map((reason) =>
      decided({ refused: [{ agentId: 'berlin/PJSIP/1001', title: 'Anna', reasons: [reason] }] }),
    ),
    ...offers.map((reason): CallFact => ({
      ...{ kind: 'offerEnded', offer: 'c1.offer1', agent: 'berlin/PJSIP/1001', outcome: 'failed' },
      ...{ reason, cause: 0, techCause: 0, rangMs: 50 },
    })),
    ...(Object.keys(OUTCOME_OF_STATUS) as IpntStatus[]).map((status): CallFact => ({
      ...{ kind: 'returned', status, waitMs: 1_000, detail: '' },
    })),
    ...outcomes.map((outcome): CallFact => ({ kind: 'ended', outcome, by: 'unknown', talkMs: 0 })),
    ...['token_lost', 'redirect_lost', 'unreadable', 'new_one'].map((code): CallFact => ({
      ...{ kind: 'incident', code, detail: 'the claim on berlin/PJSIP/1001 was lost' },
    })),
    { kind: 'claimLost', agent: 'berlin/PJSIP/1001' },
    { kind: 'redirected', agent: 'berlin/PJSIP/1001', site: 'berlin', contact: 'sip:1001@10.0.0.11' },
    { kind: 'continued', agent: 'berlin/PJSIP/1001', site: 'berlin' },
    { kind: 'transferredAtSite', agent: 'berlin/PJSIP/1001', site: 'berlin' },
    ...STRATEGIES.flatMap((strategy): CallFact[] => [
      step({ strategy, why: 'service_level < 80 %' }),
      decided({
        strategy,
        winner: candidate('berlin/PJSIP/1001', 'Anna', 1, 5_000),
        next: [candidate('paris/PJSIP/2001', 'Bob', 2, 1_000)],
      }),
    ]),
    step({ skipped: true, why: 'it adds nobody who is staffed' }),
    ...[
      { kind: 'service', service: 'support' } as const,
      { kind: 'number', number: '+4930999' } as const,
      { kind: 'place', place: 'voicemail^s^1' } as const,
      ...(['expected_wait', 'percent', 'free_share'] as const).map((by) => ({
        ...{ kind: 'queue' as const, queue: 'support', sites: [], by, percent: {} },
      })),
    ].map((to): CallFact => ({ kind: 'overflowed', to, chosenSite: 'paris', why: 'waiting >= 5' })),
    customer({}),
    customer({ customerId: '', name: '' }),
    customer({ name: '' }),
    customer({ customerId: '', name: '', problem: 'no answer within 200 ms', tookMs: 200 }),
    { kind: 'keyPressed', key: '1', action: 'leave' },
    { kind: 'keyPressed', key: '#', action: 'callback' },
    { kind: 'callbackAsked', number: '+33142345678' },
    ...(['answered', 'busy', 'no_answer', 'failed'] as const).map((result, i): CallFact => ({
      ...{ kind: 'callbackTried', attempt: i + 1, result },
    })),
    { kind: 'requeued', agent: 'berlin/PJSIP/1001', service: 'support' },
  ];

  it.each(facts.map((fact) => [JSON.stringify(fact).slice(0, 160), fact] as const))('%s', (_, fact) => {
    const text = story({ ...arrived, requirement: 'french' } as CallFact, fact);
    // Ids have slashes or dots after letters; names from the code underscores.
    expect(text).not.toMatch(/[a-z]_[a-z]|undefined|null|NaN|PJSIP|offer1|edge1|c[89]|17638/);
    expect(text.split('\n').length).toBeGreaterThan(4);
  });
});

it('shortens a long search', () => {
  const many = Array.from({ length: 12 }, (_, i) =>
    decided({
      winner: null,
      ahead: i,
      refused: [{ agentId: 'berlin/PJSIP/1001', title: 'Anna', reasons: [{ code: 'talking' }] }],
    }),
  );
  const text = story(arrived, ...many);
  expect(text.match(/Still nobody could take it/g)).toHaveLength(7);
  expect(text).toContain('The call has not ended yet.');
});

it('lets no caller write on the terminal, and knows calls whose arrival is missing', () => {
  const hostile = story({ ...arrived, ani: 'x\u001b[2J\r\ny' } as CallFact);
  expect(hostile).toContain('A call from x?[2J??y to');
  expect(story({ kind: 'claimLost', agent: 'rome/PJSIP/3001' })).toContain('the agent at 3001 (rome)');
});

describe('a call that went back to the dialplan', () => {
  it.each([
    ['TIMEOUT', 'overflowed'],
    ['NOAGENTS', 'overflowed'],
    ['FULL', 'overflowed'],
    ['CLOSED', 'closed'],
  ] as const)('%s is told at its end', (status, outcome) => {
    const text = story(
      arrived,
      { kind: 'returned', status, waitMs: 0, detail: '' },
      { kind: 'ended', outcome, by: 'router', talkMs: 0 },
    );
    expect(text).toContain(`the call went back to the dialplan (${status})`);
    expect(text).not.toContain('elsewhere');
  });

  it.each([
    ['nope', '+49301', "argument service: there is no service 'nope' (x)", 'No service is known for the name "nope".'],
    [
      '',
      '+49301',
      "dialled number: no service has the number '+49301' (x)",
      'No service is known for the number +49301.',
    ],
    ['', '', "dialled number: no service has the number '' (x)", 'No service is known for a call without'],
    ['support', '', 'argument priority: x', 'It asked for "Support", with arguments that were not understood.'],
    ['support', '', 'the database does not answer', 'It asked for "Support", which needs anybody.'],
  ])('knows what "%s" "%s" asked for (%s)', (service, dnis, detail, expected) => {
    const asked = { ...arrived, service, dnis, requirement: '', priority: 0 } as CallFact;
    expect(story(asked, { kind: 'returned', status: 'ERROR', waitMs: 0, detail })).toContain(expected);
  });
});

it('tells a call back that another edge took over, and that came to nothing', () => {
  const back = (...facts: CallFact[]): string =>
    explainCall(
      events(...facts).map((event) => ({ ...event, callId: `${event.callId}.back` })),
      TITLES,
    );
  const text = back(
    arrived,
    { ...arrived, edge: 'edge2' } as CallFact,
    { kind: 'callbackTried', attempt: 1, result: 'no_answer' },
    { kind: 'ended', outcome: 'failed', by: 'router', talkMs: 0 },
  );
  expect(text.split('\n').filter((line) => !line.startsWith('It asked for'))).toEqual([
    'A call back to +33142345678, who had called +49301234567, 2026-11-22 16:41:51 UTC.',
    '',
    '16:41:51  It took the place in the line of the call that had asked for it.',
    '16:41:52  The edge "edge2" took it over, in the place that it had.',
    '16:41:53  The caller was called back: he did not answer.',
    '16:41:54  The end: he was not reached, and all tries are used up.',
    '',
  ]);
});
