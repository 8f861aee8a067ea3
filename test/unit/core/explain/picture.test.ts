/** A decision as a picture: the ladder with what the strategy measured, and everybody else by what stood against them. */
import { describe, expect, it } from 'vitest';
import { decisionPicture } from '../../../../src/core/explain/picture.ts';
import type { Candidate, Decision } from '../../../../src/core/model/decision.ts';
import { STRATEGIES } from '../../../../src/core/model/service.ts';
import type { StrategyName } from '../../../../src/core/model/service.ts';
import type { Fact } from './explain-world.ts';
import { decided, T0, TITLES } from './explain-world.ts';

const of = (more: Partial<Decision>) => decisionPicture((decided(more) as Fact<'decided'>).decision, TITLES);

const one = (name: string, rank: number, idleMs: number | null, keys: readonly number[] = []): Candidate => ({
  ...{ agentId: `berlin/PJSIP/${name}`, title: name, rank, idleMs, keys },
});

describe('the ladder', () => {
  it('shows who was free longest, how much longer, and bars that compare', () => {
    const { candidates, order, measure } = of({
      winner: one('Anna', 1, 120_000),
      next: [one('Bob', 2, 90_000), one('Cem', 3, 89_500), one('Dora', 4, 0)],
    });
    expect(order).toBe('First comes who has been free longest.');
    expect(measure).toBe('Free for');
    expect(
      candidates.map(({ rank, name, part, measured, share, says }) => [rank, name, part, measured, share, says]),
    ).toEqual([
      [1, 'Anna (Berlin)', 'chosen', '2 min', 1, 'Chosen: free longest.'],
      [2, 'Bob (Berlin)', 'next', '1 min 30 s', 0.75, 'Free as well; free for 30 s less.'],
      [3, 'Cem (Berlin)', 'next', '1 min 30 s', 89.5 / 120, 'Free as well; free for 31 s less.'],
      [4, 'Dora (Berlin)', 'next', '0 s', 0, 'Free as well; free for 2 min less.'],
    ]);
  });

  it.each([
    ['was', 'was on a pause', 'Came before, and was left to another call.', 'went to other calls.'],
    ['is', 'is on a pause', 'Comes before, and goes to another call.', 'go to other calls.'],
  ] as const)('tells it as it %s', (tense, pause, before, chosen) => {
    const decision = decided({
      ...{ winner: one('Bob', 2, 1_000), next: [one('Anna', 1, 2_000)] },
      refused: [{ agentId: 'berlin/PJSIP/Cem', title: 'Cem', reasons: [{ code: 'paused', reason: '' }] }],
    }) as Fact<'decided'>;
    const picture = decisionPicture(decision.decision, TITLES, tense);
    expect(picture.tense).toBe(tense);
    expect(picture.refused[0]?.people[0]?.says).toEqual([pause]);
    expect(picture.candidates.map(({ says }) => says)).toEqual([before, expect.stringContaining(chosen)]);
  });

  it('tells who came before and was left to another call', () => {
    const { candidates } = of({ winner: one('Bob', 2, 1_000), next: [one('Anna', 1, 2_000)] });
    expect(candidates.map(({ name, part, says }) => [name, part, says])).toEqual([
      ['Anna (Berlin)', 'passed', 'Came before, and was left to another call.'],
      ['Bob (Berlin)', 'chosen', 'Chosen: those before went to other calls.'],
    ]);
  });

  it("tells the caller's own agent, who goes first whatever the strategy says", () => {
    const { candidates } = of({
      winner: one('Anna', 1, 1_000, [0, 5]),
      next: [one('Bob', 2, 90_000, [1, 4])],
    });
    expect(candidates.map(({ says }) => says)).toEqual([
      "Chosen: the caller's own agent.",
      "Free as well; the caller's own agent goes first.",
    ]);
  });

  it('is not confused by nobody of whom a call is known', () => {
    const { candidates } = of({ winner: one('Anna', 1, null), next: [one('Bob', 2, null), one('Cem', 3, 5_000)] });
    expect(candidates.map(({ measured, share, says }) => [measured, share, says])).toEqual([
      ['no call yet', 1, 'Chosen: free longest.'],
      ['no call yet', 1, 'Free as well; later by the order of names.'],
      ['5 s', 1, 'Free as well; has had a call already.'],
    ]);
  });

  it.each<[StrategyName, number, number, string, string]>([
    ['least_occupied', 0.2, 0.5, '50 % busy', 'busy for 30 % of the time more'],
    ['fewest_calls', 3, 4, '4 calls', '1 call more'],
    ['best_skilled', -12, -9, '9 levels', '3 levels less'],
    ['least_skilled', 3, 5, '5 levels', '2 levels more'],
    ['round_robin', T0 - 60_000, T0 - 20_000, '20 s ago', 'chosen 40 s later'],
    ['round_robin', 0, T0 - 20_000, '20 s ago', 'has had a turn already'],
    ['random', 17, 99, '', 'the lot came later'],
    ['site_weight', 0.1, 0.9, '', 'the lot came later'],
    ['site_cost', 1, 3, 'cost 3', 'costs 2 more'],
    ['site_free_share', -0.8, -0.5, '50 % free', '30 % fewer are free'],
    ['best_skilled', -9, -9, '9 levels', 'the same, but free for 5 s less'],
  ])('%s: %d before %d', (strategy, first, second, measured, gap) => {
    const { candidates } = of({
      strategy,
      winner: one('Anna', 1, 10_000, [first, 1]),
      next: [one('Bob', 2, 5_000, [second, 2])],
    });
    expect(candidates[1]?.measured).toBe(measured);
    expect(candidates[1]?.says).toBe(`Free as well; ${gap}.`);
  });

  it.each(STRATEGIES.map((strategy) => [strategy]))('%s draws no bar outside of its picture', (strategy) => {
    const keys = [-3, 0, 0.5, 1, T0].map((key, index) => one(`A${index}`, index + 1, index, [key, index]));
    const { candidates } = of({ strategy, winner: keys[0] ?? null, next: keys.slice(1) });
    for (const { share } of candidates) if (share !== null) expect(share >= 0 && share <= 1).toBe(true);
  });
});

describe('the others', () => {
  it('stand in groups by the first thing against them, the greatest first, with those that are not listed', () => {
    const { refused, unsuited, total } = of({
      refused: [
        {
          agentId: 'berlin/PJSIP/1',
          title: 'Carla',
          reasons: [{ code: 'talking' }, { code: 'site_queue_waiting', queue: 'support', waiting: 2 }],
        },
        { agentId: 'berlin/PJSIP/2', title: 'Emil', reasons: [{ code: 'paused', reason: 'lunch' }] },
        { agentId: 'berlin/PJSIP/3', title: 'Finn', reasons: [{ code: 'held', reason: 'busy', untilMs: 0 }] },
      ],
      others: { talking: 4, skill_missing: 30, requirement_not_met: 1 },
    });
    expect(
      refused.map(({ heading, kind, count, people }) => [heading, kind, count, people.map(({ name }) => name)]),
    ).toEqual([
      ['In a call', 'busy', 5, ['Carla (Berlin)']],
      ['Left alone for a while', 'rule', 1, ['Finn (Berlin)']],
      ['On a pause', 'away', 1, ['Emil (Berlin)']],
    ]);
    expect(refused[0]?.people[0]?.says).toEqual([
      'was in a call',
      '2 callers of his own call centre waited for him in "support"',
    ]);
    expect(unsuited.map(({ heading, count }) => [heading, count])).toEqual([
      ['Lack a skill', 30],
      ['Are not of those asked for', 1],
    ]);
    expect(total).toBe(38);
  });

  it('shows no control characters of a name', () => {
    const { refused } = of({
      refused: [{ agentId: 'berlin/PJSIP/1', title: 'a\u202eb\u0007', reasons: [{ code: 'talking' }] }],
    });
    expect(refused[0]?.people[0]?.name).toBe('a?b? (Berlin)');
  });
});
