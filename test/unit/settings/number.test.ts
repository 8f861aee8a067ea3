import { describe, expect, it } from 'vitest';
import { beginningsOf, normalizeNumber, spellingsOf } from '../../../src/core/model/number.ts';

describe('numbers', () => {
  it.each([
    // dialled             country  E.164
    ['+49 30 1234567', '', '+49301234567'],
    ['+49 (0)30 1234567', '', '+49301234567'],
    ['0049301234567', '49', '+49301234567'],
    ['0049301234567', '', '+49301234567'],
    ['030/123 45-67', '49', '+49301234567'],
    ['49301234567', '49', '+49301234567'],
    ['49301234567', '', '49301234567'],
    ['2001', '49', '2001'],
    ['110', '49', '110'],
    ['0612345678', '39', '+390612345678'],
    ['0142345678', '33', '+33142345678'],
    ['89161234567', '7', '+79161234567'],
    ['0612345678', '36', '+3612345678'],
    ['2125550100', '1', '+12125550100'],
    ['12125550100', '1', '+12125550100'],
    ['01149301234567', '1', '+49301234567'],
    ['911', '1', '911'],
    ['anonymous', '49', 'anonymous'],
    ['', '49', ''],
    ['+0123456789', '49', '+0123456789'],
    ['+4930123456789012345', '49', '+4930123456789012345'],
  ])('%s in %s is %s', (dialled, country, expected) => {
    expect(normalizeNumber(dialled, country)).toBe(expected);
    expect(normalizeNumber(expected, country)).toBe(expected);
  });
});

describe('the beginning of a number that is looked for', () => {
  const BERLIN = ['4930123007', '+4930123007', '004930123007', '030123007'];
  const MOSCOW = ['+79161234567', '89161234567', '79161234567', '0079161234567'];
  const BUDAPEST = ['+3612345678', '0612345678', '3612345678'];
  const NEW_YORK = ['+12125550100', '12125550100', '2125550100', '0012125550100'];
  const ROME = ['+390612345678', '0612345678', '390612345678', '00390612345678'];

  it.each<readonly [string, string, readonly string[], boolean]>([
    // typed            country  recorded  found
    ['+49 30 123', '49', BERLIN, true],
    ['0049 30 123', '49', BERLIN, true],
    ['0049 (0)30 123', '49', BERLIN, true],
    ['+49 (0)30 123', '49', BERLIN, true],
    ['030/123', '49', BERLIN, true],
    ['(030) 12-3', '49', BERLIN, true],
    [' 030.123 ', '49', BERLIN, true],
    ['4930', '49', BERLIN, true],
    ['+4930123007', '49', BERLIN, true],
    ['030 123008', '49', BERLIN, false],
    ['030 124', '49', BERLIN, false],
    ['+49 30 123', '', BERLIN.slice(0, 3), true],
    ['+49 30 123', '33', BERLIN.slice(0, 3), true],
    ['030 123', '33', BERLIN.slice(0, 3), false],
    ['+49 30 124', '49', ['+4930123007'], false],
    ['8 (916) 12', '7', MOSCOW.slice(0, 3), true],
    ['+7 916', '7', MOSCOW, true],
    ['06 1 23', '36', BUDAPEST, true],
    ['+36 1', '36', BUDAPEST, true],
    ['(212) 555', '1', NEW_YORK.slice(0, 3), true],
    ['+1 212', '1', NEW_YORK.slice(0, 3), true],
    ['1-212-555', '1', NEW_YORK.slice(0, 3), true],
    ['011 49 30', '1', ['+4930123007', '0114930123007'], true],
    ['06 12', '39', ROME, true],
    ['+39 06', '39', ROME, true],
    ['110', '49', ['110'], true],
    ['2001', '49', ['2001', '20017'], true],
    ['0', '49', ['0', '030123007', '004930123007'], true],
    ['0', '49', ['+4930123007', '110'], false],
    ['00', '49', ['030123007', '+4930123007'], false],
    ['+49 (0', '49', ['0033142345678', '+33142345678'], false],
    ['011', '1', ['+4930123007'], false],
    ['anna', '49', ['anna', 'anna.b'], true],
    ['Anna Berg', '49', ['anna', '+4930123007'], false],
    ['()-', '49', BERLIN, false],
    ['*97', '49', ['*97'], true],
    ['1%', '49', ['1%'], true],
  ])('"%s" in %s among %s: %s', (typed, country, recorded, isFound) => {
    const begins = beginningsOf(typed, country);
    const found = recorded.filter((number) => begins.some((begin) => number.startsWith(begin)));
    expect(found).toEqual(isFound ? recorded : []);
    expect(begins.length).toBeLessThanOrEqual(12);
  });

  it.each([...BERLIN, '03012', '110', 'anna', '0049301234567', '33142345678'])(
    '%s finds what it is written as elsewhere, too',
    (number) => {
      for (const country of ['', '49', '1', '7', '36', '39']) {
        const begins = beginningsOf(number, country);
        for (const one of spellingsOf(number, country))
          expect([one, begins.some((begin) => one.startsWith(begin))]).toEqual([one, true]);
      }
    },
  );
});
