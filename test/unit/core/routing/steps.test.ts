import { describe, expect, test } from 'vitest';
import { SERVICE_DEFAULTS } from '../../../../src/core/model/service.ts';
import type { MeasureCondition, Step } from '../../../../src/core/model/service.ts';
import { advanceSteps, firstStage, withSites } from '../../../../src/core/routing/steps.ts';
import type { Stage, StageFacts } from '../../../../src/core/routing/steps.ts';
import { parseRequirement, unmet } from '../../../../src/core/routing/requirement.ts';
import { agent } from './world.ts';

const step = (changes: Partial<Step>): Step => ({
  ...{ afterMs: 0, when: [], requirement: null, sites: null, priority: 0, strategy: null, overflow: null },
  ...changes,
});
const when = (measure: MeasureCondition['measure'], operator: '>' | '<', value: number): MeasureCondition[] => [
  { measure, operator, value },
];
const place = { kind: 'place', place: 'night^s^1' } as const;

/** Anna speaks French in Berlin, Bob sells in Paris; nobody is in Rome. */
const PEOPLE = [
  agent('berlin/1', { skills: { support: 5, french: 5 } }),
  agent('berlin/2', { skills: { support: 5 } }),
  agent('paris/1', { skills: { sales: 5 } }),
];

function facts(nowMs: number, measured: Partial<Record<MeasureCondition['measure'], number>> = {}): StageFacts {
  const staffed = (text: string): number => PEOPLE.filter((one) => unmet(parseRequirement(text), one) === null).length;
  return { nowMs, staffed, measure: (measure) => measured[measure] ?? null };
}

function begin(requirement: string, sites: readonly string[] = []): Stage {
  return firstStage(
    { requirement, priority: 2, rules: { ...SERVICE_DEFAULTS, name: 's', title: 's', requirement, sites } },
    0,
  );
}

/** `1` entered, `(1)` passed over, `out` overflowed. */
function story(steps: readonly Step[], stage: Stage, given: StageFacts): string {
  const change = advanceSteps({ steps }, stage, given);
  const moves = change.moves.map((move) => (move.skipped ? `(${move.step})` : String(move.step)));
  return [...moves, ...(change.overflow ? ['out'] : [])].join(' ');
}

describe('when a step begins', () => {
  const widen = step({ afterMs: 30_000, requirement: 'support' });
  const further = step({ afterMs: 20_000, requirement: 'support or sales' });
  const leave = step({ afterMs: 10_000, overflow: place });
  const steps = [widen, further, leave];
  test.each([
    ['at once', 0, ''],
    ['before its time', 29_999, ''],
    ['at its time', 30_000, '1'],
    ['each lasts until the next one', 49_999, '1'],
    ['two whose time has come', 50_000, '1 2'],
    ['the last one leaves the service', 60_000, '1 2 3 out'],
  ])('%s', (_, nowMs, expected) => {
    expect(story(steps, begin('french'), facts(nowMs))).toBe(expected);
  });

  test('a late look does not make the next step later', () => {
    const late = advanceSteps({ steps }, begin('french'), facts(45_000)).stage;
    expect(story(steps, late, facts(50_000))).toBe('2');
  });

  test('nobody to wait for: the first step begins at once, and only that one', () => {
    expect(story(steps, begin('rome'), facts(0))).toBe('1');
  });

  test('nobody at all, whatever it widens to: it leaves at once', () => {
    const nowhere = [step({ afterMs: 30_000, requirement: 'juggling' }), step({ afterMs: 60_000, overflow: place })];
    expect(story(nowhere, begin('rome'), facts(0))).toBe('(1) 2 out');
  });
});

describe('a condition', () => {
  const steps = [
    step({ when: when('ewt', '>', 120_000), priority: 5 }),
    step({ afterMs: 60_000, requirement: 'support or sales' }),
  ];
  test.each([
    ['holds', 0, { ewt: 130_000 }, '1'],
    ['does not hold yet', 0, { ewt: 90_000 }, ''],
    ['holds later', 40_000, { ewt: 130_000 }, '1'],
    ['is not known', 0, {}, ''],
    ['never held, and the time of the next step has come', 60_000, { ewt: 1 }, '(1) 2'],
  ])('that %s', (_, nowMs, measured, expected) => {
    expect(story(steps, begin('support'), facts(nowMs, measured))).toBe(expected);
  });

  test('all of several must hold', () => {
    const both = [step({ when: [...when('waiting', '>', 5), ...when('service_level', '<', 0.8)], priority: 1 })];
    expect(story(both, begin('support'), facts(0, { waiting: 6, service_level: 0.9 }))).toBe('');
    expect(story(both, begin('support'), facts(0, { waiting: 6, service_level: 0.7 }))).toBe('1');
  });
});

describe('what a step changes', () => {
  const after = (change: Partial<Step>, stage = begin('french')): Stage =>
    advanceSteps({ steps: [step(change)] }, stage, facts(0)).stage;
  test.each([
    ['the requirement', { requirement: 'support' }, { requirement: 'support', priority: 2, strategy: 'longest_idle' }],
    ['the priority, on top', { priority: 3 }, { requirement: 'french', priority: 5 }],
    ['the strategy', { strategy: 'random' }, { requirement: 'french', strategy: 'random' }],
  ] as const)('%s', (_, change, expected) => {
    expect(after(change)).toMatchObject(expected);
  });

  test('the sites, wider', () => {
    const stage = begin('support or sales', ['berlin']);
    expect(stage.requirement).toBe('(support or sales) and (site=berlin)');
    expect(after({ sites: ['berlin', 'paris'] }, stage).requirement).toBe(
      '(support or sales) and (site=berlin or site=paris)',
    );
    expect(after({ sites: [] }, stage).requirement).toBe('support or sales');
    expect(withSites('', ['rome'])).toBe('site=rome');
  });
});

describe('a step that adds nobody', () => {
  test('is passed over, and the next one does not wait for it', () => {
    const steps = [
      step({ afterMs: 30_000, sites: ['berlin', 'rome'] }),
      step({ afterMs: 60_000, requirement: 'sales', sites: [] }),
    ];
    expect(story(steps, begin('support', ['berlin']), facts(30_000))).toBe('(1) 2');
  });

  test.each([
    ['somebody is staffed before it', 'support', 'the step before it added nobody'],
    ['nobody is', 'rome', 'nobody is staffed whom it could wait for'],
  ])('the next one says why it does not wait: %s', (_, asked, why) => {
    const steps = [step({ afterMs: 30_000, requirement: 'juggling' }), step({ afterMs: 60_000, priority: 1 })];
    expect(advanceSteps({ steps }, begin(asked), facts(30_000)).moves.at(-1)).toMatchObject({ step: 2, why });
  });

  test('still lets in who comes to work later', () => {
    const steps = [step({ sites: ['berlin', 'rome'] })];
    const change = advanceSteps({ steps }, begin('support', ['berlin']), facts(0));
    expect(change.stage.requirement).toBe('(support) and (site=berlin or site=rome)');
  });

  test('does not take away whom it already had', () => {
    const steps = [step({ requirement: 'support>=9' })];
    expect(advanceSteps({ steps }, begin('support'), facts(0)).stage.requirement).toBe('support');
  });

  test('is not passed over when it changes something else', () => {
    expect(story([step({ sites: ['rome'], priority: 4 })], begin('support'), facts(0))).toBe('1');
  });
});
