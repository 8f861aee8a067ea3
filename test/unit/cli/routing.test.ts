import { describe, expect, it } from 'vitest';
import { routingChange } from '../../../src/cli/routing-change.ts';
import { routingWarnings } from '../../../src/cli/routing-warnings.ts';
import { readRouting, readSettings } from '../../../src/settings/index.ts';
import type { Service } from '../../../src/core/model/service.ts';

function routing(...lines: string[]): readonly Service[] {
  const text = lines.length === 0 ? 'services: {}\n' : `services:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  const { services, faults } = readRouting(text, 'routing.yaml');
  if (services === null) throw new Error(JSON.stringify(faults));
  return services;
}
const { settings } = readSettings(
  'sites: { berlin: { host: 10.0.0.1, user: u, password: "p" }, paris: { host: 10.0.0.2, user: u, password: "p" } }\n',
  'ipnt.yaml',
  {},
);
const KNOWN = { queues: ['support', 'sales', 'support'], sites: ['berlin', 'paris', 'lyon'] };

describe('warnings', () => {
  it.each([
    ['a queue that there is', 'a: { requirement: "queue:support>=3" }', []],
    [
      'a queue misspelt',
      'a: { requirement: "queue:suport or queue:sales" }',
      ['service "a": no site has a queue "suport" (there are: sales, support)'],
    ],
    ['a queue misspelt below not', 'a: { requirement: "not queue:suport" }', [/no site has a queue "suport"/]],
    ['a service of no queue', 'suport: {}', [/no site has a queue "suport".*without a `requirement`/]],
    ['a service of a queue', 'sales: {}', []],
    [
      'a site misspelt',
      'a: { requirement: "queue:sales and not site=pariss" }',
      ['service "a": there is no site "pariss" (there are: berlin, lyon, paris)'],
    ],
    ['a site of the database alone', 'a: { requirement: "site!=lyon" }', []],
  ])('%s', (_, line, expected) => {
    const warnings = routingWarnings(routing(line), settings, KNOWN);
    expect(warnings).toEqual(
      expected.map((one) => (typeof one === 'string' ? one : (expect.stringMatching(one) as string))),
    );
  });

  it('compares no queue before a site has told of any', () => {
    expect(routingWarnings(routing('a: { requirement: "queue:suport" }'), settings)).toEqual([]);
  });

  it('knows the sites of the settings without a database', () => {
    const lines = routing('a: { requirement: "queue:x and site=pariss" }');
    expect(routingWarnings(lines, settings)).toEqual([expect.stringContaining('no site "pariss"')]);
    expect(routingWarnings(lines, null)).toEqual([]);
  });
});

describe('what a routing changes', () => {
  const before = routing('support: {}', 'sales: {}', 'old: {}');

  it('names what was added, changed and removed', () => {
    const after = routing('support: { ring: 5s }', 'sales: {}', 'french: {}');
    expect(routingChange(before, after)).toBe('added french; changed support; removed old');
  });

  it('is nothing when the file is the same, and tells of another order', () => {
    expect(routingChange(before, routing('support: {}', 'sales: {}', 'old: {}'))).toBe('');
    expect(routingChange(before, routing('sales: {}', 'support: {}', 'old: {}'))).toBe('changed the order');
    expect(routingChange(before, routing())).toBe('removed support, sales, old');
  });
});
