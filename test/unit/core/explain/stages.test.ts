/** The stages of a wait and a calendar, as pages draw them. */
import { describe, expect, it } from 'vitest';
import { calendarLines, daysText, hoursText, plannedStages } from '../../../../src/core/explain/stages.ts';
import type { Weekday } from '../../../../src/core/model/calendar.ts';
import { SERVICE_DEFAULTS } from '../../../../src/core/model/service.ts';
import type { Service, Step } from '../../../../src/core/model/service.ts';
import { TITLES } from './explain-world.ts';

const service = (more: Partial<Service> = {}): Service => ({
  ...{ ...SERVICE_DEFAULTS, name: 'support', title: 'Support', requirement: 'queue:support' },
  ...more,
});
const step = (more: Partial<Step>): Step => ({
  ...{ afterMs: 0, when: [], requirement: null, sites: null, priority: 0, strategy: null, overflow: null },
  ...more,
});
const stages = (more: Partial<Service>) =>
  plannedStages(service(more), TITLES).map(
    ({ afterMs, when, does }) => `${afterMs / 1_000}: ${when}: ${does.join(' ')}`,
  );

describe('stages of a wait', () => {
  it('of a service without steps are its beginning and its end', () => {
    expect(stages({})).toEqual([
      '0: on arrival: The call needs a place in the queue "support". First comes who has been free longest.',
      '300: after 5 min in all: The longest wait is over: the caller goes back to the dialplan.',
    ]);
  });

  it('tell when each begins and what it changes', () => {
    const steps = [
      step({ afterMs: 30_000, requirement: 'queue:french' }),
      step({
        when: [
          { measure: 'ewt', operator: '>', value: 120_000 },
          { measure: 'waiting', operator: '>=', value: 5 },
        ],
        priority: 5,
      }),
      step({ afterMs: 20_000, sites: [], strategy: 'random' }),
      step({ afterMs: 60_000, overflow: { kind: 'number', number: '+4930' } }),
    ];
    expect(stages({ steps }).slice(1)).toEqual([
      '30: 30 s later: The call needs a place in the queue "french".',
      '30: when the expected wait is over 2 min and the number of callers who wait is at least 5: Its priority grows by 5.',
      '50: 20 s later: Agents of any call centre will do. First comes whom the lot chooses.',
      '110: 1 min later: The call leaves for the number +4930.',
    ]);
  });

  it('end with the longest wait where the step that ends it may not come', () => {
    const leaves = { overflow: { kind: 'number', number: '+4930' } } as const;
    expect(
      stages({ steps: [step({ ...leaves, when: [{ measure: 'staffed', operator: '=', value: 0 }] })] }),
    ).toHaveLength(3);
    expect(stages({ steps: [step({ ...leaves, afterMs: 400_000 })] })).toHaveLength(3);
    expect(stages({ steps: [step({ ...leaves, afterMs: 40_000 })] })).toHaveLength(2);
  });
});

describe('calendars', () => {
  it.each<[readonly Weekday[], string]>([
    [[1, 2, 3, 4, 5], 'Mon-Fri'],
    [[6, 7], 'Sat, Sun'],
    [[5, 1, 2, 3], 'Mon-Wed, Fri'],
    [[7], 'Sun'],
    [[], ''],
  ])('%j is %s', (days, text) => expect(daysText(days)).toBe(text));

  it.each([
    [480, 1_080, '08:00 to 18:00'],
    [0, 1_440, '00:00 to 24:00'],
    [1_320, 1_560, '22:00 to 02:00 of the next day'],
  ])('%d to %d is %s', (fromMinute, toMinute, text) => expect(hoursText({ fromMinute, toMinute })).toBe(text));

  it('list weekdays, then special days by date', () => {
    const special = [
      { date: '2026-12-24', title: '', hours: [{ fromMinute: 480, toMinute: 720 }] },
      { date: '*-12-25', title: 'Christmas', hours: [] },
    ];
    const hours = [{ days: [1, 2] as const, fromMinute: 480, toMinute: 1_080 }];
    const lines = calendarLines({ name: 'office', zone: 'Europe/Berlin', hours, special });
    expect(lines.map(({ label, says }) => `${label}: ${says}`)).toEqual([
      'Mon, Tue: 08:00 to 18:00',
      'Each year, 12-25: Christmas: closed',
      '2026-12-24: 08:00 to 12:00',
    ]);
  });
});
