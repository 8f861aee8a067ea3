/** The search of the page of calls: form, address and what the API is asked. */
import { describe, expect, it } from 'vitest';
import { fromAddress, NO_QUERY, toAddress, toFilter } from '../../../src/web/parts/calls-query.ts';
import type { CallsQuery } from '../../../src/web/parts/calls-query.ts';

const NOW = new Date(2026, 10, 28, 7, 30).getTime();
const query = (more: Partial<CallsQuery>): CallsQuery => ({ ...NO_QUERY, ...more });
const local = (day: number, hour = 0, minute = 0): string => String(new Date(2026, 10, day, hour, minute).getTime());

describe('the address', () => {
  it.each<[string, Partial<CallsQuery>]>([
    ['', {}],
    ['range=hour&service=support', { range: 'hour', service: 'support' }],
    ['range=custom&from=2026-11-28T07%3A00&number=%2B49', { range: 'custom', from: '2026-11-28T07:00', number: '+49' }],
    [
      'agent=berlin%2FPJSIP%2F1001&outcome=live&sort=oldest',
      { agent: 'berlin/PJSIP/1001', outcome: 'live', newestFirst: false },
    ],
    ['service=%3Cb%3E%26a%3D1', { service: '<b>&a=1' }],
  ])('%s', (address, more) => {
    expect(toAddress(query(more))).toBe(address);
    expect(fromAddress(address)).toEqual(query(more));
  });

  it('forgets dates that do not count', () => {
    expect(toAddress(query({ range: 'today', from: '2026-11-28T07:00' }))).toBe('');
  });

  it('is as usual where somebody wrote nonsense into it', () => {
    expect(fromAddress('range=ever&outcome=eaten&sort=up&x=1&from=noon&to=2026-11-28')).toEqual(NO_QUERY);
  });
});

describe('what the API is asked', () => {
  it.each<[Partial<CallsQuery>, Record<string, string>]>([
    [{}, { from: local(28) }],
    [{ range: 'hour' }, { from: local(28, 6, 30) }],
    [{ range: 'yesterday' }, { from: local(27), to: local(28) }],
    [{ range: 'week' }, { from: local(22) }],
    [
      { range: 'custom', from: '2026-11-28T07:00', to: '2026-11-28 07:10' },
      { from: local(28, 7), to: local(28, 7, 10) },
    ],
    [{ range: 'custom', from: '2026-11-20' }, { from: local(20) }],
    [{ range: 'custom' }, {}],
    [{ range: 'custom', number: ' +49 (0)30 123-4' }, { number: '+49 (0)30 123-4' }],
    [
      { range: 'custom', outcome: 'live', minWait: '2,5' },
      { live: 'true', minWaitMs: '2500' },
    ],
    [
      { range: 'custom', outcome: 'closed', site: 'berlin' },
      { outcome: 'closed', site: 'berlin' },
    ],
  ])('%j', (more, filter) => expect(toFilter(query(more), NOW)).toEqual({ ...filter, sort: '-arrivedAt' }));

  it.each<[Partial<CallsQuery>, RegExp]>([
    [{ minWait: 'long' }, /number of seconds/],
    [{ minWait: '-1' }, /number of seconds/],
    [{ range: 'custom', from: 'noon' }, /are dates/],
    [{ range: 'custom', from: '2026-13-45T99:00' }, /are dates/],
    [{ range: 'custom', from: '2026-11-28', to: '2026-11-27' }, /ends before it begins/],
  ])('%j is told', (more, says) => expect(toFilter(query(more), NOW)).toMatch(says));
});
