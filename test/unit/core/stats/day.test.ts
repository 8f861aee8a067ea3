import { describe, expect, test } from 'vitest';
import { NO_RULES } from '../../../../src/core/model/routing.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import { dayStartMs, dayText, dayZone, nextDayStartMs, readDay } from '../../../../src/core/stats/day.ts';

const at = (text: string): number => Date.parse(text);
const iso = (ms: number | null): string => (ms === null ? 'none' : new Date(ms).toISOString().slice(0, 16));

describe('a local day', () => {
  test.each([
    // zone, a moment of it, when it began, and its hours
    ['UTC', '2026-11-28T23:59Z', '2026-11-28T00:00', 24],
    ['Europe/Berlin', '2026-11-28T22:59Z', '2026-11-27T23:00', 24],
    ['Europe/Berlin', '2026-11-28T23:00Z', '2026-11-28T23:00', 24],
    ['Europe/Berlin', '2026-03-29T12:00Z', '2026-03-28T23:00', 23],
    ['Europe/Berlin', '2026-03-28T23:00Z', '2026-03-28T23:00', 23],
    ['Europe/Berlin', '2026-10-25T00:30Z', '2026-10-24T22:00', 25],
    ['Europe/Berlin', '2026-10-25T22:59Z', '2026-10-24T22:00', 25],
    ['America/New_York', '2026-11-01T05:30Z', '2026-11-01T04:00', 25],
    ['Asia/Kathmandu', '2026-11-28T18:14Z', '2026-11-27T18:15', 24],
    ['Australia/Lord_Howe', '2026-10-04T00:00Z', '2026-10-03T13:30', 23.5],
    // The clock skips midnight itself, or shows it twice.
    ['Africa/Cairo', '2026-04-24T12:00Z', '2026-04-23T22:00', 23],
    ['America/Havana', '2026-11-01T12:00Z', '2026-11-01T04:00', 25],
    ['Asia/Beirut', '2026-03-29T12:00Z', '2026-03-28T22:00', 23],
  ])('of %s at %s', (zone, moment, began, hours) => {
    const startMs = dayStartMs(zone, at(moment));
    expect(iso(startMs)).toBe(began);
    expect((nextDayStartMs(zone, at(moment)) - startMs) / 3_600_000).toBe(hours);
    expect(readDay(zone, dayText(zone, at(moment)))).toBe(startMs);
  });

  test.each(['2026-02-30', '2026-13-01', 'today', '26-01-01', '2026-01-01T00:00', ''])('is none: %s', (text) =>
    expect(readDay('UTC', text)).toBeNull(),
  );

  test('is made of quarters of an hour in UTC, whatever the zone, and days follow one another', () => {
    for (const zone of ['Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Africa/Cairo', 'Pacific/Chatham'])
      for (let day = at('2026-01-01T00:00Z'), n = 0; n < 400; n += 1) {
        const [startMs, next] = [dayStartMs(zone, day), nextDayStartMs(zone, day)];
        expect([startMs % 900_000, dayStartMs(zone, next), dayStartMs(zone, next - 1)]).toEqual([0, next, startMs]);
        day = next;
      }
  });
});

describe('the zone of a service', () => {
  const calendar = (name: string, zone: string) => ({ name, zone, hours: [], special: [] });
  const calendars = [
    calendar('a', 'Europe/Paris'),
    calendar('b', 'Asia/Tokyo'),
    calendar('c', 'Asia/Tokyo'),
    calendar('d', 'Europe/Paris'),
  ];
  const services = [{ ...blankService('sales'), calendar: 'a' }, blankService('free')];
  const rules = { ...NO_RULES, calendars, services };
  test.each([
    ['its calendar’s', rules, 'sales', 'Europe/Paris'],
    ['that of most calendars, of several the first by name', rules, 'free', 'Asia/Tokyo'],
    ['the same for a service that is no more', rules, 'gone', 'Asia/Tokyo'],
    ['UTC where there is no calendar', { ...NO_RULES, services }, 'sales', 'UTC'],
  ])('is %s', (_, given, service, zone) => expect(dayZone(given, service)).toBe(zone));
});
