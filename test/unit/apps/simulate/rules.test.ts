/** What a scenario can say, as stories: who comes when, who may take it, and what becomes of those who get nobody. */
import { describe, expect, it } from 'vitest';
import { compare } from '../../../../src/apps/simulate/compare.ts';
import { play } from '../../../../src/apps/simulate/play.ts';
import { reportOf } from '../../../../src/apps/simulate/report.ts';
import type { RunTally, Tally } from '../../../../src/apps/simulate/tally.ts';
import type { Service, Step } from '../../../../src/core/model/service.ts';
import type { Crew, Scenario, Traffic } from '../../../../src/settings/scenario-model.ts';
import { constant, crew, exponential, HOUR, MINUTE, MONDAY, rules, scenario, SECOND, service, traffic } from './lab.ts';

/** Calls at these seconds of Monday, each of 60 s. */
const at = (name: string, seconds: readonly number[], change: Partial<Traffic> = {}): Traffic =>
  traffic(name, 0, {
    arrivals: { kind: 'recorded', atMs: seconds.map((second) => MONDAY + second * SECOND) },
    handle: constant(60),
    ...change,
  });

const only = (one: Scenario, ...services: Service[]): RunTally => {
  const [run] = play({ ...one, lengthMs: HOUR }, rules(...services));
  if (run === undefined) throw new Error('nothing was played');
  return run;
};

const tallyOf = (run: RunTally, name: string): Tally => {
  const tally = run.services.get(name);
  if (tally === undefined) throw new Error(`no service ${name}`);
  return tally;
};

const one = (traffics: readonly Traffic[], ...crews: Crew[]): Scenario => scenario(traffics, crews);
const step = (change: Partial<Step>): Step => ({
  ...{ afterMs: 0, when: [], requirement: null, sites: null, priority: 0, strategy: null, overflow: null },
  ...change,
});

describe('waiting', () => {
  it('three calls at once and one agent: they wait 0, 60 and 120 s', () => {
    const { all } = only(one([at('a', [0, 1, 2])], crew('berlin', 1, ['a'])), service('a'));
    expect(all).toMatchObject({ offered: 3, answered: 3, waited: 2, waitMs: (59 + 118) * SECOND });
    expect(all.waits.percentile(0.99)).toBeGreaterThan(117 * SECOND);
  });

  it('wrap-up comes on top of the call, the agent’s own before the service’s', () => {
    const wrapped = (own: number | null): number =>
      only(one([at('a', [0, 1])], crew('berlin', 1, ['a'], { wrapUpMs: own })), service('a', { wrapUpMs: 30 * SECOND }))
        .all.waitMs;
    expect(wrapped(null)).toBe(89 * SECOND);
    expect(wrapped(10 * SECOND)).toBe(69 * SECOND);
  });

  it('one more than may wait is blocked; who waits too long is timed out; who loses patience hangs up', () => {
    const patient = at('a', [0, 1, 2, 3]);
    expect(only(one([patient], crew('x', 1, ['a'])), service('a', { maxWaiting: 1 })).all).toMatchObject({
      ...{ offered: 4, answered: 2, blocked: 2, letIn: 2 },
    });
    expect(only(one([patient], crew('x', 1, ['a'])), service('a', { maxWaitMs: 100_000 })).all).toMatchObject({
      ...{ answered: 2, timedOut: 2, lineMs: (59 + 100 + 100) * SECOND },
    });
    const impatient = { ...patient, patience: constant(70) };
    expect(only(one([impatient], crew('x', 1, ['a'])), service('a', { serviceLevelMs: 65_000 })).all).toMatchObject({
      ...{ answered: 2, abandoned: 2, abandonedLate: 2, answeredInTime: 2 },
    });
  });

  it('a caller who hangs up while an agent is rung leaves him free half a second later', () => {
    const ringing = at('a', [0, 5], { answer: constant(20), patience: constant(10) });
    const { all, agents } = only(one([ringing], crew('x', 1, ['a'])), service('a'));
    expect(all).toMatchObject({ offered: 2, abandoned: 2, answered: 0, waited: 1 });
    expect(agents[0]?.answered).toBe(0);
  });

  it('the time until he answers is part of the wait', () => {
    const { all } = only(one([at('a', [0], { answer: constant(4) })], crew('x', 1, ['a'])), service('a'));
    expect(all).toMatchObject({ answered: 1, waited: 0, waitMs: 4 * SECOND });
  });
});

describe('who takes it', () => {
  it('requirement, levels and sites of the routing file decide', () => {
    const crews = [crew('berlin', 1, ['a']), crew('paris', 1, ['a'], { skills: { a: 3 } })];
    const taken = (requirement: string): readonly number[] =>
      only(one([at('a', [0, 100, 200, 300])], ...crews), service('a', { requirement })).agents.map(
        ({ answered }) => answered,
      );
    expect(taken('a')).toEqual([2, 2]);
    expect(taken('a>=5')).toEqual([4, 0]);
    expect(taken('a and site=paris')).toEqual([0, 4]);
  });

  it('the urgent service goes first', () => {
    const traffics = [at('slow', [0, 1]), at('urgent', [2])];
    const run = only(
      one(traffics, crew('x', 1, ['a'])),
      service('slow', { requirement: 'a' }),
      service('urgent', { requirement: 'a', priority: 5 }),
    );
    expect([tallyOf(run, 'slow').waitMs, tallyOf(run, 'urgent').waitMs]).toEqual([119 * SECOND, 58 * SECOND]);
  });

  it('a slow agent needs longer, and handle times of his own stand above the service’s', () => {
    const busy = (change: Partial<Crew>): number =>
      only(one([at('a', [0])], crew('x', 1, ['a'], change)), service('a')).agents[0]?.busyMs ?? 0;
    expect(busy({ handleFactor: 1.5 })).toBe(90 * SECOND);
    expect(busy({ handle: { a: constant(20) } })).toBe(20 * SECOND);
  });

  it('a caller waits for an agent of his own as long as the service says, then anyone will do', () => {
    const crews = [crew('x', 1, ['a']), crew('y', 1, ['a'])];
    const own = one([at('a', [0, 1, 2, 3], { preferred: 1 })], ...crews);
    const waits = (patienceMs: number): number =>
      only(own, service('a', { preferred: { customer: true, last: false, patienceMs } })).all.waitMs;
    expect(waits(0)).toBe((0 + 0 + 58 + 58) * SECOND);
    expect(waits(HOUR)).toBeGreaterThan(waits(0));
  });
});

describe('shifts', () => {
  const morning = {
    ...{ name: 'shift', zone: 'UTC', special: [] },
    hours: [{ days: [1, 2, 3, 4, 5] as const, fromMinute: 10, toMinute: 20 }],
  };

  it('nobody is there before, a call at the end is finished, and the next one is sent back', () => {
    const crews = crew('x', 1, ['a'], { shift: morning });
    const { all, agents } = only(one([at('a', [60, 700, 1_190, 1_260])], crews), service('a'));
    expect(all).toMatchObject({ offered: 4, noAgents: 2, answered: 2 });
    expect(agents[0]).toMatchObject({ busyMs: 120 * SECOND, staffedMs: 10 * MINUTE + 50 * SECOND });
  });

  it('whose shift is over goes home, whoever waits', () => {
    const crews = crew('x', 1, ['a'], { shift: morning });
    const { all } = only(one([at('a', [1_190, 1_195])], crews), service('a', { maxWaitMs: 100_000 }));
    expect(all).toMatchObject({ answered: 1, timedOut: 1 });
  });

  it('who waits is served by the next who comes', () => {
    const crews = [
      crew('x', 1, ['a'], { shift: morning }),
      crew('y', 1, ['a'], { shift: { ...morning, hours: [{ days: [1], fromMinute: 0, toMinute: 11 }] } }),
    ];
    const { all } = only(one([at('a', [590, 595], { handle: constant(120) })], ...crews), service('a'));
    expect(all).toMatchObject({ answered: 2, waitMs: 5 * SECOND });
  });
});

describe('steps and ways out', () => {
  it('after a time more agents will do', () => {
    const crews = [crew('berlin', 1, ['a']), crew('paris', 1, ['b'])];
    const widened = service('a', { steps: [step({ afterMs: 20_000, requirement: 'a or b' })] });
    const run = only(one([at('a', [0, 1])], ...crews), widened);
    expect(run.all).toMatchObject({ answered: 2, waitMs: 20 * SECOND });
    expect(run.agents.map(({ answered }) => answered)).toEqual([1, 1]);
  });

  it('an overflow goes on in the other service, and counts once over all', () => {
    const steps = [step({ afterMs: 10_000, overflow: { kind: 'service', service: 'b' } })];
    const run = only(
      one([at('a', [0, 1])], crew('x', 1, ['a']), crew('y', 1, ['b'])),
      service('a', { steps }),
      service('b'),
    );
    expect(tallyOf(run, 'a')).toMatchObject({ offered: 2, answered: 1, overflowed: 1 });
    expect(tallyOf(run, 'b')).toMatchObject({ offered: 1, answered: 1, waitMs: 10 * SECOND });
    expect(run.all).toMatchObject({ offered: 2, answered: 2, overflowed: 0 });
  });

  it('a condition that comes true later is seen within a second', () => {
    const when = [{ measure: 'waiting', operator: '>=', value: 2 }] as const;
    const steps = [step({ when, overflow: { kind: 'number', number: '+4930' } })];
    const { all } = only(one([at('a', [0, 1, 30])], crew('x', 1, ['a'])), service('a', { steps }));
    expect(all.overflowed).toBeGreaterThanOrEqual(1);
    expect(all.offered).toBe(all.answered + all.overflowed);
  });

  it('a closed service sends back, or on to where its file says', () => {
    const closed = service('a', { closed: true });
    const calls = one([at('a', [0])], crew('x', 1, ['a', 'b']));
    expect(only(calls, closed).all).toMatchObject({ closed: 1, answered: 0 });
    const elsewhere = { ...closed, whenClosed: { kind: 'service', service: 'b' } } as const;
    expect(tallyOf(only(calls, elsewhere, service('b')), 'b').answered).toBe(1);
  });

  it('services that hand on to each other for ever end the call all the same', () => {
    const to = (name: string): readonly Step[] => [step({ overflow: { kind: 'service', service: name } })];
    const run = only(
      one([at('a', [0])], crew('x', 1, ['z'])),
      service('a', { steps: to('b') }),
      service('b', { steps: to('a') }),
    );
    expect(run.all).toMatchObject({ offered: 1, overflowed: 1 });
  });
});

describe('chance that can be repeated', () => {
  const busy = scenario(
    [traffic('a', 0.1, { patience: exponential(60) }), traffic('b', 0.05)],
    [crew('berlin', 5, ['a']), crew('paris', 5, ['a', 'b'])],
    { replications: 5, lengthMs: 5 * HOUR },
  );
  const plain = rules(service('a'), service('b'));

  it('the same seed gives the same figures, another one others', () => {
    const told = (seed: number): string => JSON.stringify(reportOf(play({ ...busy, seed }, plain), 0.95));
    expect(told(1)).toBe(told(1));
    expect(told(1)).not.toBe(told(2));
  });

  it('every call has one end', () => {
    for (const { all, services } of play(busy, plain))
      for (const tally of [all, ...services.values()]) {
        const { offered, answered, abandoned, timedOut, overflowed, blocked, closed, noAgents } = tally;
        expect(offered).toBe(answered + abandoned + timedOut + overflowed + blocked + closed + noAgents);
      }
  });

  it('two routings see the same calls: what is the same differs by nothing, with no doubt left', () => {
    const renamed = rules(service('a', { title: 'other words' }), service('b'));
    const { all } = compare(play(busy, plain), play(busy, renamed), 0.95);
    expect(all.meanWaitMs).toEqual({ value: 0, low: 0, high: 0 });
  });

  it('a better routing is told from a worse one where the figures alone would not tell', () => {
    // The experts of b are kept for b: least skilled first.
    const kept = rules(service('a', { strategy: 'least_skilled' }), service('b'));
    const few = { ...busy, replications: 20 };
    const [a, b] = [play(few, plain), play(few, kept)];
    const difference = compare(a, b, 0.95).services['b']?.meanWaitMs;
    expect(difference?.low).toBeGreaterThan(0);
    const [before, after] = [a, b].map((runs) => reportOf(runs, 0.95).services['b']?.figures.meanWaitMs);
    const apart = (before?.high ?? 0) - (before?.low ?? 0) + (after?.high ?? 0) - (after?.low ?? 0);
    expect((difference?.high ?? 0) - (difference?.low ?? 0)).toBeLessThan(apart);
  });

  it('rates by interval: all calls of a day come in the one hour that has any', () => {
    const hours = Array.from({ length: 24 }, (_, hour) => (hour === 9 ? 600 : 0));
    const peak = traffic('a', 0, { arrivals: { kind: 'rates', intervalMs: HOUR, calls: hours } });
    const until = (hour: number): number =>
      play(scenario([peak], [crew('x', 30, ['a'])], { lengthMs: hour * HOUR }), rules(service('a')))[0]?.all.offered ??
      0;
    expect(until(9)).toBe(0);
    expect(until(10)).toBeGreaterThan(500);
    expect(until(24)).toBe(until(10));
  });
});
