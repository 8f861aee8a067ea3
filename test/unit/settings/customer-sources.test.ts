import { describe, expect, test } from 'vitest';
import { inspect } from 'node:util';
import { readSettings } from '../../../src/settings/index.ts';

const read = (source: string, name = 'crm') =>
  readSettings(`customer_sources:\n  ${name}: ${source}\n`, '/etc/ipnt/ipnt.yaml', { CRM_PASS: 'p@ss' });
const URL = 'url: "mysql://reader@10.0.0.7/crm"';
const QUERY = 'query: "SELECT id AS customer_id FROM customers WHERE phone = :number"';

describe('customer sources in the settings', () => {
  test('are read, with defaults for the rest and the password kept apart', () => {
    const { settings, faults } = read(`{ ${URL}, password: {env: CRM_PASS}, ${QUERY} }`);
    expect(faults).toEqual([]);
    expect(settings?.customerSources).toMatchObject([
      {
        ...{ name: 'crm', shown: 'mysql://reader@10.0.0.7/crm', budgetMs: 150, cacheMs: 60_000 },
        query: { sql: 'SELECT id AS customer_id FROM customers WHERE phone = ?', params: ['number'] },
      },
    ]);
    expect(settings?.customerSources[0]?.url.reveal()).toBe('mysql://reader:p%40ss@10.0.0.7/crm');
    expect(inspect(settings, { depth: 9 })).not.toContain('p%40ss');
  });

  test('there are none where nothing is written', () => {
    expect(readSettings('data: /tmp', '/etc/ipnt/ipnt.yaml', {}).settings?.customerSources).toEqual([]);
  });

  test.each([
    ['no address', `{ ${QUERY} }`, 'customer_sources.crm.url: must be the address of a MySQL or MariaDB'],
    ['embedded is none', `{ url: embedded, ${QUERY} }`, 'customer_sources.crm.url: must be the address of'],
    ['no query', `{ ${URL} }`, 'customer_sources.crm.query: is missing'],
    ['a query that is a number', `{ ${URL}, query: 5 }`, 'customer_sources.crm.query: must be a text'],
    [
      'one that writes',
      `{ ${URL}, query: "DELETE FROM a WHERE b = :number" }`,
      'customer_sources.crm.query: it is no SELECT',
    ],
    ['a budget without a unit', `{ ${URL}, ${QUERY}, budget: 150 }`, 'customer_sources.crm.budget: must be a duration'],
    [
      'a budget that callers would hear',
      `{ ${URL}, ${QUERY}, budget: 1m }`,
      'customer_sources.crm.budget: must be from 10ms to 2s',
    ],
    ['a slip', `{ ${URL}, ${QUERY}, cash: 60s }`, 'customer_sources.crm.cash: unknown key "cash"'],
  ])('%s: a fault with its place', (_, source, said) => {
    expect(
      read(source)
        .faults.map(({ path, message }) => `${path}: ${message}`)
        .join(),
    ).toContain(said);
  });

  test.each(['shared', 'none', 'two words'])('%s is no name for one', (name) => {
    const [fault] = read(`{ ${URL}, ${QUERY} }`, name).faults;
    expect(fault).toMatchObject({ line: 2, path: `customer_sources.${name}` });
  });
});
