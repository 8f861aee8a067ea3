import { describe, expect, test } from 'vitest';
import { customerOf } from '../../../../src/core/routing/customer-row.ts';
import type { CustomerRow } from '../../../../src/core/routing/customer-row.ts';

const NOBODY = { customerId: '7', name: '', priority: null, requirement: '', preferred: [], attributes: {} };

describe('a customer out of a row', () => {
  test.each<[string, CustomerRow, object]>([
    ['an id alone', { customer_id: 7 }, {}],
    ['a name', { customer_id: '7', name: 'Ann' }, { name: 'Ann' }],
    ['a name with a line end', { customer_id: 7, name: 'Ann\r\nX-Evil: 1\0' }, { name: 'Ann  X-Evil: 1' }],
    ['a very long name', { customer_id: 7, name: 'x'.repeat(500) }, { name: 'x'.repeat(120) }],
    ['a priority', { customer_id: 7, priority: '5' }, { priority: 5 }],
    ['a flag as priority', { customer_id: 7, priority: true }, { priority: 1 }],
    ['no priority', { customer_id: 7, priority: null }, {}],
    ['a requirement', { customer_id: 7, requirement: 'lang_fr>=3' }, { requirement: 'lang_fr>=3' }],
    [
      'preferred agents',
      { customer_id: 7, preferred: ' Ada , berlin/PJSIP/1,' },
      { preferred: ['Ada', 'berlin/PJSIP/1'] },
    ],
    ['... as JSON', { customer_id: 7, preferred: '["Ada, A.", 5]' }, { preferred: ['Ada, A.'] }],
    ['... as broken JSON', { customer_id: 7, preferred: '["Ada' }, {}],
    [
      'other columns',
      { customer_id: 7, tier: 'gold', since: 2019, none: null },
      { attributes: { tier: 'gold', since: '2019' } },
    ],
  ])('%s', (_, row, expected) => {
    expect(customerOf(row)).toEqual({ customer: { ...NOBODY, ...expected }, problem: '' });
  });

  test.each<[string, CustomerRow, string]>([
    ['no id', { name: 'Ann' }, 'the row has no customer_id'],
    [
      'a priority that is a word',
      { customer_id: 7, priority: 'high' },
      'the priority "high" is no whole number from -1000 to 1000',
    ],
    [
      'one beyond all others',
      { customer_id: 7, priority: 1e9 },
      'the priority "1000000000" is no whole number from -1000 to 1000',
    ],
    [
      'half a requirement',
      { customer_id: 7, requirement: 'a and' },
      'the requirement does not parse at character 6: a skill is missing',
    ],
    ['a column without a name', { customer_id: 7, 'COUNT(*)': 3 }, 'the column "COUNT(*)" needs a plain name (AS ...)'],
  ])('%s: left out, and said', (_, row, problem) => {
    const found = customerOf(row);
    expect(found.problem).toBe(problem);
    expect(found.customer).toMatchObject({ priority: null, requirement: '', attributes: {} });
  });

  test('a table with a hundred columns does not travel whole', () => {
    const row = Object.fromEntries([...Array(100).keys()].map((n) => [`c${n}`, 'x']));
    const { customer, problem } = customerOf({ customer_id: 7, ...row });
    expect(Object.keys(customer.attributes)).toHaveLength(30);
    expect(problem).toBe('only the first 30 attributes are taken');
  });
});
