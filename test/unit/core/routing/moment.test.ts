import { describe, expect, it } from 'vitest';
import { instantOf, readMoment, wallText } from '../../../../src/core/routing/moment.ts';

const utc = (text: string, zone: string): string | null => {
  const written = readMoment(text);
  if (written === null) return null;
  const atMs = instantOf(written, zone);
  return atMs === null ? 'never' : new Date(atMs).toISOString().slice(0, 19);
};

describe('when a time on the wall is', () => {
  it.each([
    ['in winter', '2026-12-24T10:00', 'Europe/Berlin', '2026-12-24T09:00:00'],
    ['in summer, with a blank and seconds', '2026-07-01 10:00:30', 'Europe/Berlin', '2026-07-01T08:00:30'],
    ['+5:45', '2026-12-24T10:00', 'Asia/Kathmandu', '2026-12-24T04:15:00'],
    ['west of midnight', '2026-12-31T23:00', 'America/New_York', '2027-01-01T04:00:00'],
    ['before the clock is put forward', '2026-03-29T01:59', 'Europe/Berlin', '2026-03-29T00:59:00'],
    ['in the hour that is skipped', '2026-03-29T02:30', 'Europe/Berlin', 'never'],
    ['after it', '2026-03-29T03:00', 'Europe/Berlin', '2026-03-29T01:00:00'],
    ['in the hour that comes twice, the first time', '2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00'],
    ['after that', '2026-10-25T03:00', 'Europe/Berlin', '2026-10-25T02:00:00'],
    ['in UTC, whatever the zone', '2026-12-24T10:00Z', 'Europe/Berlin', '2026-12-24T10:00:00'],
    ['with an offset', '2026-12-24T10:00-05:30', 'Europe/Berlin', '2026-12-24T15:30:00'],
    ['no 30th of February', '2026-02-30T10:00', 'UTC', null],
    ['no hour 24', '2026-02-03T24:00', 'UTC', null],
    ['no month 13', '2026-13-01T10:00', 'UTC', null],
    ['no date', '10:00', 'UTC', null],
  ])('%s: %s in %s', (_, text, zone, expected) => {
    expect(utc(text, zone)).toBe(expected);
  });

  it('is shown as the wall shows it', () => {
    expect(wallText(Date.UTC(2026, 6, 1, 22, 30), 'Europe/Berlin')).toBe('2026-07-02 00:30');
  });
});
