import { describe, expect, it } from 'vitest';
import { bySpecificity, covers, matches, parsePattern } from '../../../../src/core/model/dial-pattern.ts';
import type { DialPattern } from '../../../../src/core/model/dial-pattern.ts';
import { normalizeEntry, normalizeNumber } from '../../../../src/core/model/number.ts';
import { NO_ROUTING } from '../../../../src/core/model/routing.ts';
import type { Routing, ServiceOverride } from '../../../../src/core/model/routing.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import { findService, identify, serviceState } from '../../../../src/core/routing/identify.ts';

function pattern(text: string): DialPattern {
  const read = parsePattern(text);
  if (typeof read === 'string') throw new Error(read);
  return read;
}

const german = (number: string): string => normalizeNumber(number, '49');
const dial = (dnis: string): { service: string; dnis: string } => ({ service: '', dnis });

function routing(numbers: Readonly<Record<string, readonly string[]>>): Routing {
  const services = Object.entries(numbers).map(([name, entries]) => ({
    ...blankService(name),
    numbers: entries.map((entry) => normalizeEntry(entry, '49')),
  }));
  return { ...NO_ROUTING, version: 1, services };
}

describe('a dialled number', () => {
  const numbers = routing({
    pattern: ['_+4930XX.', '_[12]XX'],
    narrow: ['_+49301N.'],
    long: ['+49301*'],
    short: ['+4930*', '20*'],
    exact: ['+49301234567', '*97'],
    reception: ['100'],
    home: ['0221*'],
    french: ['_00331!'],
  });

  it.each([
    // dialled          service      by
    ['+49301234567', 'exact', 'number'],
    ['030 1234567', 'exact', 'number'],
    ['0049301234567', 'exact', 'number'],
    ['+49301234568', 'long', 'prefix'],
    ['+49309999999', 'short', 'prefix'],
    ['100', 'reception', 'number'],
    ['101', 'pattern', 'pattern'],
    ['2001', 'short', 'prefix'],
    ['200', 'short', 'prefix'],
    ['199', 'pattern', 'pattern'],
    ['*97', 'exact', 'number'],
    ['+492211234567', 'home', 'prefix'],
    ['02211234567', 'home', 'prefix'],
    // As it was dialled, too: patterns are not brought into another form.
    ['0033155510000', 'french', 'pattern'],
  ])('%s leads to %s by %s', (dnis, service, by) => {
    const found = identify(numbers, dial(dnis), german);
    expect({ service: found.service.name, by: found.by }).toEqual({ service, by });
  });

  it.each([[''], ['anonymous'], ['+4822'], ['301'], ['1000'], ['0033']])('%j leads nowhere', (dnis) => {
    expect(() => findService(numbers, dial(dnis), german)).toThrow(
      expect.objectContaining({ code: 'SERVICE_UNKNOWN' }),
    );
  });

  it('goes to the narrowest pattern, the first of equal ones', () => {
    const patterns = routing({ all: ['_X.'], tens: ['_1X'], ones: ['_1[1-3]'], same: ['_1[123]'], any: ['_1!'] });
    const found = (dnis: string): string => findService(patterns, dial(dnis), german).name;
    expect(['12', '15', '1', '199', '99'].map(found)).toEqual(['ones', 'tens', 'any', 'any', 'all']);
  });

  it('has a last resort in a lone *', () => {
    const rest = routing({ rest: ['*'], one: ['+49301234567'] });
    expect(findService(rest, dial('whatever'), german).name).toBe('rest');
    expect(findService(rest, dial('030 1234567'), german).name).toBe('one');
    expect(() => findService(rest, dial(''), german)).toThrow(/no service has the number/);
  });

  it('is not asked where the dialplan names the service', () => {
    expect(identify(numbers, { service: 'home', dnis: '100' }, german)).toMatchObject({ by: 'name', entry: 'home' });
    expect(() => identify(numbers, { service: 'hme', dnis: '100' }, german)).toThrow(/there is no service 'hme'/);
  });
});

describe('patterns', () => {
  it.each([
    // pattern       matches                     does not
    ['_X', ['0', '9'], ['', 'a', '00']],
    ['_Z', ['1'], ['0']],
    ['_n', ['2'], ['1']],
    ['_[1-36]', ['1', '3', '6'], ['4']],
    ['_1.', ['12', '1abc'], ['1', '2']],
    ['_1!', ['1', '12'], ['2']],
    ['_+49-30-XX', ['+493012'], ['+49-30-12', '+49301']],
    ['_*6[0*#]', ['*6*', '*6#'], ['*61']],
  ])('%s', (text, yes, no) => {
    expect(yes.filter((number) => !matches(pattern(text), number))).toEqual([]);
    expect(no.filter((number) => matches(pattern(text), number))).toEqual([]);
  });

  it.each([
    ['_', /is empty/],
    ['_1.2', /'\.' at character 3 is not the last/],
    ['_1!.', /'!' at character 3/],
    ['_[12', /'\[' at character 2 opens no set/],
    ['_[]', /opens no set/],
    ['_[3-1]', /opens no set/],
    ['_1(2)', /'\(' at character 3 has no meaning/],
  ])('%s is none', (text, why) => expect(parsePattern(text)).toMatch(why));

  it.each([
    // wide      narrow    covers
    ['_1X', '_12', true],
    ['_1X', '_1[0-9]', true],
    ['_12', '_1X', false],
    ['_1.', '_1X', true],
    ['_1.', '_1', false],
    ['_1.', '_1!', false],
    ['_1!', '_1.', true],
    ['_1!', '_1', true],
    ['_1X', '_1.', false],
    ['_1X.', '_1.', false],
    ['_X!', '_1X.', true],
  ])('%s takes all of %s: %s', (wide, narrow, expected) => {
    expect(covers(pattern(wide), pattern(narrow))).toBe(expected);
  });

  it('are ordered as Asterisk orders them', () => {
    const texts = ['_!', '_.', '_1!', '_X', '_Z', '_N', '_[12]', '_1.', '_1X', '_12'];
    const ordered = [...texts].sort((a, b) => bySpecificity(pattern(a), pattern(b)));
    expect(ordered).toEqual(['_12', '_1X', '_1.', '_1!', '_[12]', '_N', '_Z', '_X', '_.', '_!']);
  });
});

describe('prefixes', () => {
  it.each([
    ['+49 30*', '49', '+4930*'],
    ['030*', '49', '+4930*'],
    ['004930*', '49', '+4930*'],
    ['06*', '39', '+3906*'],
    ['030*', '', '030*'],
    ['20*', '49', '20*'],
    ['01149*', '1', '+49*'],
    ['212*', '1', '212*'],
    ['*', '49', '*'],
    ['0*', '49', '0*'],
    ['_030X.', '49', '_030X.'],
  ])('%s at home in %s is %s', (entry, country, expected) => {
    expect(normalizeEntry(entry, country)).toBe(expected);
    expect(normalizeEntry(expected, country)).toBe(expected);
  });
});

describe('whether a service takes calls', () => {
  const office = {
    name: 'office',
    zone: 'Europe/Berlin',
    hours: [{ days: [1, 2, 3, 4, 5] as const, fromMinute: 480, toMinute: 1080 }],
    special: [{ date: '2026-11-24', title: 'Works outing', hours: [] }],
  };
  const monday = Date.parse('2026-11-23T10:00:00Z');
  const [outing, night] = [monday + 86_400_000, Date.parse('2026-11-23T20:00:00Z')];
  const by = (state: ServiceOverride['state']): ServiceOverride => ({ state, by: 'ana', why: 'fire alarm', atMs: 1 });

  it.each([
    // override  in the file  calendar  at       open   why
    [null, false, '', monday, true, 'always open'],
    [null, false, 'office', monday, true, 'within its hours (office)'],
    [null, false, 'office', night, false, 'outside its hours (office)'],
    [null, false, 'office', outing, false, 'Works outing (office)'],
    [null, true, 'office', monday, false, 'closed in the routing file'],
    [by('closed'), false, 'office', monday, false, 'closed by ana: fire alarm'],
    [by('open'), false, 'office', night, true, 'opened by ana: fire alarm'],
    [by('open'), true, '', monday, true, 'opened by ana: fire alarm'],
    [by('closed'), true, '', monday, false, 'closed by ana: fire alarm'],
    [null, false, 'gone', night, true, 'always open'],
  ])('by hand %j, closed %s, calendar "%s" at %s: open %s, %s', (override, closed, calendar, atMs, open, why) => {
    const service = { ...blankService('support'), closed, calendar };
    const overrides: Routing['overrides'] = override === null ? {} : { support: override };
    const all: Routing = { ...NO_ROUTING, services: [service], calendars: [office], overrides };
    expect(serviceState(all, service, atMs)).toMatchObject({ open, why });
  });

  it('says when the calendar changes that', () => {
    const service = { ...blankService('support'), calendar: 'office' };
    const all: Routing = { ...NO_ROUTING, services: [service], calendars: [office] };
    expect(serviceState(all, service, monday).untilMs).toBe(Date.parse('2026-11-23T17:00:00Z'));
    expect(serviceState(all, service, outing).untilMs).toBe(Date.parse('2026-11-25T07:00:00Z'));
  });
});
