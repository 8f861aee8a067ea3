import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Calendar } from '../../../../src/core/model/calendar.ts';
import { isOpen, isZone } from '../../../../src/core/routing/calendar.ts';
import { readRouting } from '../../../../src/settings/index.ts';

/** A calendar as a manager writes it. */
function calendar(written: string): Calendar {
  const { rules, faults } = readRouting(`services: {}\ncalendars: { c: ${written} }\n`, 'routing.yaml');
  const [found] = rules?.calendars ?? [];
  if (found === undefined) throw new Error(JSON.stringify(faults));
  return found;
}

const at = (iso: string): number => {
  const ms = Date.parse(iso);
  if (Number.isNaN(ms)) throw new Error(`${iso} is no moment`);
  return ms;
};

/** `open until 2026-03-27T17:00Z (hours)`. */
function told(of: Calendar, iso: string): string {
  const { open, untilMs, why } = isOpen(of, at(iso));
  const until = untilMs === null ? 'for good' : `until ${new Date(untilMs).toISOString().replace(':00.000Z', 'Z')}`;
  return `${open ? 'open' : 'closed'} ${until} (${why})`;
}

function table(title: string, written: string, rows: readonly (readonly [string, string])[]): void {
  describe(title, () => {
    const of = calendar(written);
    it.each(rows)('at %s it is %s', (iso, expected) => expect(told(of, iso)).toBe(expected));
  });
}

table('an office in Berlin', '{ zone: Europe/Berlin, hours: ["Mon-Fri 08:00-18:00"] }', [
  ['2026-11-20T06:59:59Z', 'closed until 2026-11-20T07:00Z (hours)'],
  ['2026-11-20T07:00:00Z', 'open until 2026-11-20T17:00Z (hours)'],
  ['2026-11-20T16:59:59.999Z', 'open until 2026-11-20T17:00Z (hours)'],
  ['2026-11-20T17:00:00Z', 'closed until 2026-11-23T07:00Z (hours)'],
  // In summer the same hours are an hour earlier for everybody else.
  ['2026-07-20T06:00:00Z', 'open until 2026-07-20T16:00Z (hours)'],
  // From the last Friday of winter time to the first Monday of summer time.
  ['2026-03-27T17:00:00Z', 'closed until 2026-03-30T06:00Z (hours)'],
  ['2026-10-23T16:00:00Z', 'closed until 2026-10-26T07:00Z (hours)'],
]);

table('a bar on Saturday night', '{ zone: Europe/Berlin, hours: ["Sat 22:00-02:00"] }', [
  ['2026-11-21T20:59:00Z', 'closed until 2026-11-21T21:00Z (hours)'],
  ['2026-11-21T21:00:00Z', 'open until 2026-11-22T01:00Z (hours)'],
  ['2026-11-21T23:30:00Z', 'open until 2026-11-22T01:00Z (hours)'],
  ['2026-11-22T01:00:00Z', 'closed until 2026-11-28T21:00Z (hours)'],
]);

table(
  'a bar on Saturday night before a holiday',
  '{ zone: Europe/Berlin, hours: ["Sat 22:00-02:00", "Sun 10:00-12:00"], special: { "2026-11-22": { title: Memorial Day, hours: closed } } }',
  [
    // The hours began on Saturday: the holiday does not end them.
    ['2026-11-21T23:30:00Z', 'open until 2026-11-22T01:00Z (hours)'],
    ['2026-11-22T01:00:00Z', 'closed until 2026-11-28T21:00Z (Memorial Day)'],
    ['2026-11-22T10:00:00Z', 'closed until 2026-11-28T21:00Z (Memorial Day)'],
  ],
);

table(
  'the night on which the clock skips from 02:00 to 03:00',
  '{ zone: Europe/Berlin, hours: ["Sun 01:30-02:30", "Sun 02:15-02:45", "Sun 02:30-04:00"] }',
  [
    ['2026-03-29T00:29:59Z', 'closed until 2026-03-29T00:30Z (hours)'],
    // 01:30 to 02:00, on to 03:00 at once: no minute without anybody.
    ['2026-03-29T00:30:00Z', 'open until 2026-03-29T02:00Z (hours)'],
    ['2026-03-29T02:00:00Z', 'closed until 2026-04-04T23:30Z (hours)'],
  ],
);

table('hours that only the skipped hour has', '{ zone: Europe/Berlin, hours: ["Sun 02:00-03:00"] }', [
  ['2026-03-22T02:00:00Z', 'closed until 2026-04-05T00:00Z (hours)'],
  ['2026-03-29T01:00:00Z', 'closed until 2026-04-05T00:00Z (hours)'],
]);

table('a night shift over the skipped hour', '{ zone: Europe/Berlin, hours: ["Sat 22:00-02:30"] }', [
  ['2026-03-28T21:00:00Z', 'open until 2026-03-29T01:00Z (hours)'],
  ['2026-03-29T01:00:00Z', 'closed until 2026-04-04T20:00Z (hours)'],
]);

table(
  'the night on which the clock shows 02:00 to 03:00 twice',
  '{ zone: Europe/Berlin, hours: ["Sun 02:15-02:45"] }',
  [
    ['2026-10-25T00:15:00Z', 'open until 2026-10-25T00:45Z (hours)'],
    ['2026-10-25T00:45:00Z', 'closed until 2026-10-25T01:15Z (hours)'],
    ['2026-10-25T01:15:00Z', 'open until 2026-10-25T01:45Z (hours)'],
    ['2026-10-25T01:45:00Z', 'closed until 2026-11-01T01:15Z (hours)'],
  ],
);

table('a night shift over the hour that is shown twice', '{ zone: Europe/Berlin, hours: ["Sat 22:00-06:00"] }', [
  // Nine hours.
  ['2026-10-24T20:00:00Z', 'open until 2026-10-25T05:00Z (hours)'],
  ['2026-10-25T01:30:00Z', 'open until 2026-10-25T05:00Z (hours)'],
]);

table('days of 23 and 25 hours, open around the clock', '{ zone: Europe/Berlin, hours: ["Sun 00:00-24:00"] }', [
  ['2026-03-29T01:00:00Z', 'open until 2026-03-29T22:00Z (hours)'],
  ['2026-03-28T23:00:00Z', 'open until 2026-03-29T22:00Z (hours)'],
  ['2026-10-24T22:00:00Z', 'open until 2026-10-25T23:00Z (hours)'],
]);

table('clocks that change at midnight', '{ zone: America/Santiago, hours: ["Sat 23:00-24:00", "Sun 00:00-02:00"] }', [
  // Skips from 24:00 to 01:00 on 6 September 2026; shows 23:00 to 24:00 twice on 4 April.
  ['2026-09-06T03:30:00Z', 'open until 2026-09-06T05:00Z (hours)'],
  ['2026-04-05T02:30:00Z', 'open until 2026-04-05T06:00Z (hours)'],
]);

table('clocks that change by half an hour', '{ zone: Australia/Lord_Howe, hours: ["Sun 01:30-02:30"] }', [
  // Skips from 02:00 to 02:30 on 4 October 2026.
  ['2026-10-03T15:00:00Z', 'open until 2026-10-03T15:30Z (hours)'],
]);

table('Kathmandu, at +5:45', '{ zone: Asia/Kathmandu, hours: ["Mon-Fri 09:00-17:00"] }', [
  ['2026-11-20T03:14:59Z', 'closed until 2026-11-20T03:15Z (hours)'],
  ['2026-11-20T03:15:00Z', 'open until 2026-11-20T11:15Z (hours)'],
  // Monday there, Sunday in London.
  ['2026-11-22T18:15:00Z', 'closed until 2026-11-23T03:15Z (hours)'],
]);

table('the far side of the date line', '{ zone: Pacific/Kiritimati, hours: ["Mon 00:00-01:00"] }', [
  ['2026-11-22T10:30:00Z', 'open until 2026-11-22T11:00Z (hours)'],
]);

table(
  'holidays',
  `{ zone: Europe/Berlin, hours: ["Mon-Fri 08:00-18:00", "Fri 20:00-22:00"], special: {
     "2026-12-24": "09:00-12:00", "*-12-25": { title: Christmas, hours: closed }, "2026-12-31": { title: New Year's Eve, hours: "08:00-10:00, 23:00-01:00" },
     "*-05-01": { title: Labour Day, hours: closed }, "2026-05-01": { title: Jubilee, hours: "10:00-11:00" }, "*-02-29": { title: Leap Day, hours: closed } } }`,
  [
    ['2026-12-24T08:30:00Z', 'open until 2026-12-24T11:00Z (2026-12-24)'],
    ['2026-12-24T11:00:00Z', 'closed until 2026-12-28T07:00Z (2026-12-24)'],
    ['2026-12-25T10:00:00Z', 'closed until 2026-12-28T07:00Z (Christmas)'],
    ['2028-12-25T10:00:00Z', 'closed until 2028-12-26T07:00Z (Christmas)'],
    // Past midnight the day it began on is the reason.
    ['2026-12-31T23:30:00Z', "open until 2027-01-01T00:00Z (New Year's Eve)"],
    ['2027-01-01T00:30:00Z', 'closed until 2027-01-01T07:00Z (hours)'],
    // A date of one year stands above one of every year.
    ['2026-05-01T08:30:00Z', 'open until 2026-05-01T09:00Z (Jubilee)'],
    ['2029-05-01T08:30:00Z', 'closed until 2029-05-02T06:00Z (Labour Day)'],
    ['2028-02-29T10:00:00Z', 'closed until 2028-03-01T07:00Z (Leap Day)'],
    ['2026-03-01T10:00:00Z', 'closed until 2026-03-02T07:00Z (hours)'],
  ],
);

table('always', '{ zone: Europe/Berlin, hours: ["Mon-Sun 00:00-24:00"] }', [
  ['2026-03-29T00:59:00Z', 'open for good (hours)'],
]);
table('always, from eight to eight', '{ zone: Europe/Berlin, hours: ["Mon-Sun 08:00-08:00"] }', [
  ['2026-03-29T00:59:00Z', 'open for good (hours)'],
]);
table('always but one day a year', '{ zone: UTC, hours: ["Mon-Sun 00:00-24:00"], special: { "*-12-25": closed } }', [
  ['2026-12-26T00:00:00Z', 'open until 2027-12-25T00:00Z (hours)'],
]);
table('never', '{ zone: Europe/Berlin, hours: [] }', [['2026-03-29T00:59:00Z', 'closed for good (hours)']]);

describe('any calendar', () => {
  const zones = [
    'Europe/Berlin',
    'Asia/Kathmandu',
    'America/Santiago',
    'Australia/Lord_Howe',
    'Africa/Casablanca',
    'UTC',
  ];
  const hours = fc
    .record({
      days: fc.uniqueArray(fc.constantFrom(1, 2, 3, 4, 5, 6, 7), { minLength: 1, maxLength: 7 }),
      fromMinute: fc.nat(1439),
      minutes: fc.integer({ min: 1, max: 1440 }),
    })
    .map(({ days, fromMinute, minutes }) => ({ days, fromMinute, toMinute: fromMinute + minutes }));
  const calendars = fc.record({
    name: fc.constant('c'),
    zone: fc.constantFrom(...zones),
    hours: fc.array(hours, { maxLength: 3 }),
    special: fc.constant([]),
  }) as fc.Arbitrary<Calendar>;

  it('stays as it is until the change that it names, and changes then', () => {
    fc.assert(
      fc.property(
        calendars,
        fc.integer({ min: at('2026-03-01T00:00Z'), max: at('2026-11-30T00:00Z') }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (one, nowMs, part) => {
          const { open, untilMs } = isOpen(one, nowMs);
          // A copy has no memory of what was asked before.
          const again = (atMs: number): boolean => isOpen({ ...one }, atMs).open;
          const between = nowMs + Math.floor(((untilMs ?? nowMs + 30 * 86_400_000) - nowMs - 1) * part);
          expect(again(between)).toBe(open);
          if (untilMs !== null) expect(again(untilMs)).toBe(!open);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('says the same whether it remembers or not', () => {
    const one = calendar('{ zone: Europe/Berlin, hours: ["Mon-Fri 08:00-18:00", "Sat 22:00-02:00"] }');
    const from = at('2026-10-20T00:00Z');
    for (let minute = 0; minute < 14 * 1440; minute += 7) {
      const nowMs = from + minute * 60_000;
      expect(isOpen(one, nowMs)).toEqual(isOpen({ ...one }, nowMs));
    }
    // Back in time as well: a simulation begins again.
    expect(isOpen(one, from)).toEqual(isOpen({ ...one }, from));
  });
});

describe('zones', () => {
  it.each([
    ['Europe/Berlin', true],
    ['Asia/Kathmandu', true],
    ['UTC', true],
    ['Europe/Berln', false],
    ['+05:45', false],
    ['', false],
  ])('%j: %s', (name, expected) => expect(isZone(name)).toBe(expected));
});
