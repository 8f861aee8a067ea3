/** Why: steps, strategies, unmet terms, and what programs are told. */
import { describe, expect, it } from 'vitest';
import { explainEvents } from '../../../../src/core/explain/call.ts';
import { arrived, candidate, customer, decided, events, step, story, T0, TITLES } from './explain-world.ts';

it('tells the steps of a call, what each changed, and why it waited', () => {
  const carla = { agentId: 'berlin/PJSIP/1002', title: 'Carla' };
  const refused = [
    { ...carla, reasons: [{ code: 'talking' }] },
    { agentId: 'berlin/PJSIP/1004', title: 'Emil', reasons: [{ code: 'talking' }] },
    { agentId: 'berlin/PJSIP/1005', title: 'Frida', reasons: [{ code: 'paused', reason: '' }] },
  ] as const;
  const text = story(
    arrived,
    customer({}),
    decided({
      requirement: 'queue:support and lang_fr>=3',
      refused,
      others: { talking: 4, skill_missing: 1 },
      ahead: 2,
    }),
    step({ skipped: true, why: 'it adds nobody who is staffed' }),
    step({ step: 2, requirement: 'queue:support', priority: 5, why: 'ewt > 60 s' }),
    step({ step: 3, requirement: 'queue:support', priority: 15, strategy: 'best_skilled' }),
    decided({
      ...{ requirement: 'queue:support', strategy: 'best_skilled', step: 3 },
      winner: candidate('paris/PJSIP/2001', 'Bob', 2, 1_000),
      next: [candidate('berlin/PJSIP/1001', 'Anna', 1, 2_000)],
    }),
    decided({
      winner: candidate('paris/PJSIP/2001', 'Bob', 1, 1_000),
      refused: [{ ...carla, reasons: [{ code: 'not_preferred', untilMs: T0 + 9_000 }] }],
    }),
    {
      kind: 'overflowed',
      to: { kind: 'queue', queue: 'support', sites: [], by: 'expected_wait', percent: {} },
      chosenSite: 'paris',
      why: 'waiting >= 5',
    },
    { kind: 'returned', status: 'OVERFLOW', waitMs: 40_000, detail: '' },
    { kind: 'ended', outcome: 'overflowed', by: 'router', talkMs: 0 },
  );
  expect(text.split('\n').slice(3).join('\n')).toBe(`16:41:51  The call arrived.
16:41:52  The caller is the customer Mme Martin (4711).
16:41:53  Nobody could take it; 2 calls for the same people were ahead in the line.
            Of those who would do: 6 in a call, one on a pause.
            The first who would do:
            - Carla (Berlin): was in a call.
            - Emil (Berlin): was in a call.
            - Frida (Berlin): was on a pause.
            4 more who would do came later or could not; one other does not have what the call needs.
16:41:54  Step 1 of the service was passed over: it adds nobody who is staffed.
16:41:55  Step 2 of the service began (expected wait > 60 s): the call now needs a place in the queue "support".
16:41:56  Step 3 of the service began (after 30 s): its priority is now 15; first now comes who is best skilled.
16:41:57  Bob (Paris) was chosen in step 3: Anna (Berlin) came before, and was left to another call.
            Others who would do:
            - Anna (Berlin): free as well, and left to another call.
16:41:58  Bob (Paris) was chosen: the caller's own agent.
            Others who would do:
            - Carla (Berlin): the call was kept for an agent of the caller's own, for 9 s more.
16:41:59  The call went on to the queue "support" of Paris, by the shortest expected wait (waiting >= 5).
16:42:00  The call left its service for where the service sends such calls.
16:42:01  The end: the call left its service (OVERFLOW) after 10 s.
`);
});

it.each([
  ['site=paris', 'is not of Paris'],
  ['site!=paris', 'is of Paris, which the call does not ask for'],
  ['team=gold', 'is not of team "gold"'],
  ['team!=gold', 'is of team "gold", which the call does not ask for'],
  ['not french', 'has what the call excludes: the skill "french"'],
  ['???', 'does not meet "???"'],
])('names the term %s that somebody does not meet', (term, expected) => {
  const refused = [
    { agentId: 'berlin/PJSIP/1001', title: 'Anna', reasons: [{ code: 'requirement_not_met', term }] },
  ] as const;
  expect(story(arrived, decided({ refused }))).toContain(`- Anna (Berlin): ${expected}.`);
});

it("says why somebody who was free longer came after the caller's own agent", () => {
  const winner = { ...candidate('berlin/PJSIP/1001', 'Anna', 1, 5_000), keys: [0, 5] };
  const next = [{ ...candidate('paris/PJSIP/2001', 'Bob', 2, 90_000), keys: [1, 4] }];
  const text = story(arrived, decided({ winner, next }));
  expect(text).toContain("Bob (Paris): free for longer, 1 min 30 s, but the caller's own agent goes first.");
});

it('names the step that the call was in, not one that was passed over', () => {
  const winner = candidate('paris/PJSIP/2001', 'Bob', 1, 1_000);
  const text = story(arrived, step({}), step({ step: 2, skipped: true }), decided({ step: 2, winner }));
  expect(text).toContain('Bob (Paris) was chosen in step 1:');
});

it('tells programs the record, the words, and why it waited', () => {
  const refused = [{ agentId: 'berlin/PJSIP/1002', title: 'Carla', reasons: [{ code: 'talking' }] }] as const;
  const versions = { berlin: '3.77' };
  const [, waiting, chosen] = explainEvents(
    events(
      arrived,
      decided({ refused, others: { talking: 4, paused: 1, skill_missing: 9 }, ahead: 2, step: 1, versions }),
      decided({ winner: candidate('paris/PJSIP/2001', 'Bob', 1, 1_000) }),
    ),
    TITLES,
  );
  expect(waiting).toMatchObject({
    fact: { decision: { versions, step: 1, refused } },
    says: [
      'Nobody could take it in step 1; 2 calls for the same people were ahead in the line.',
      'The first who would do:',
      expect.any(String),
      expect.any(String),
    ],
    waited: { ahead: 2, reasons: { talking: 5, paused: 1 } },
  });
  expect(waiting?.waited?.reasons).not.toHaveProperty('skill_missing');
  expect(chosen).toMatchObject({ waited: null, says: [expect.stringContaining('Bob (Paris) was chosen')] });
});

describe('says by what the winner was the best', () => {
  it.each([
    [
      'least_occupied',
      [0.12, 5],
      [0.4, 4],
      'least busy lately (12 % of the time); next best was Bob (Paris) (40 % of the time).',
    ],
    ['fewest_calls', [3, 5], [4, 4], 'fewest calls since log-in (3); next best was Bob (Paris) (4).'],
    [
      'best_skilled',
      [-15, 5],
      [-12, 4],
      'best skilled (levels add up to 15); next best was Bob (Paris) (levels add up to 12).',
    ],
    ['best_skilled', [-15, 4], [-15, 5], 'best skilled (levels add up to 15), as is Bob (Paris), but free longer.'],
    [
      'least_skilled',
      [5, 5],
      [9, 4],
      'least skilled of those who will do, so the experts stay free (levels add up to 5); next',
    ],
    [
      'round_robin',
      [0, 5],
      [T0 - 60_000, 4],
      'next in turn (never chosen yet); next best was Bob (Paris) (chosen 1 min before).',
    ],
    ['random', [7, 5], [9, 4], 'by lot; next best was Bob (Paris).'],
    ['site_weight', [0.5, 5], [0.7, 4], 'the call centre was drawn by its share of the calls; next best was Bob'],
    ['site_cost', [1, 5], [2, 4], 'the call centre costs least (cost 1); next best was Bob (Paris) (cost 2).'],
    [
      'site_free_share',
      [-0.5, 5],
      [-0.25, 4],
      'the call centre had the most of its agents free (50 %); next best was Bob (Paris) (25 %).',
    ],
    ['longest_idle', [0, 5], [1, 4], "the caller's own agent."],
    ['fewest_calls', [1, 9, 5], [2, 3, 4], "the caller's own agent."],
  ] as const)('%s %j before %j', (strategy, keys, nextKeys, expected) => {
    const winner = { ...candidate('berlin/PJSIP/1001', 'Anna', 1, 5_000), keys };
    const next = [{ ...candidate('paris/PJSIP/2001', 'Bob', 2, 4_000), keys: nextKeys }];
    expect(story(arrived, decided({ strategy, winner, next }))).toContain(`Anna (Berlin) was chosen: ${expected}`);
  });
});
