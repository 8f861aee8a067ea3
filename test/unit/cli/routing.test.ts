import { describe, expect, it } from 'vitest';
import { routingChange } from '../../../src/settings/routing-change.ts';
import { exportedWarnings, knownNames, routingWarnings } from '../../../src/settings/routing-warnings.ts';
import type { RoutingRules } from '../../../src/core/model/routing.ts';
import { readRouting, readSettings } from '../../../src/settings/index.ts';

function routing(...lines: string[]): RoutingRules {
  const text = lines.length === 0 ? 'services: {}\n' : `services:\n${lines.map((line) => `  ${line}\n`).join('')}`;
  const { rules, faults } = readRouting(text, 'routing.yaml');
  if (rules === null) throw new Error(JSON.stringify(faults));
  return rules;
}
const { settings } = readSettings(
  'sites: { berlin: { host: 10.0.0.1, user: u, password: "p" }, paris: { host: 10.0.0.2, user: u, password: "p" } }\n' +
    'edges: { e1: { ari: { url: "http://10.0.0.9:8088", user: u, password: "p" }, trunks: { berlin: "PJSIP/{agent}@b" } } }\n',
  'ipnt.yaml',
  {},
);
const KNOWN = knownNames({
  queues: [{ name: 'support' }, { name: 'sales' }, { name: 'support' }],
  sites: [{ siteId: 'berlin' }, { siteId: 'paris' }, { siteId: 'lyon' }],
  agents: [{ skills: { 'queue:support': 10, 'queue:dormant': 3 } }],
  profiles: [
    {
      agentId: 'berlin/PJSIP/1',
      title: '',
      skills: { billing: 5, gone: 0 },
      attributes: { lang: 'fr' },
      wrapUpMs: null,
    },
  ],
});

const warned = (rules: RoutingRules, known: typeof KNOWN | null = KNOWN): string[] =>
  routingWarnings(rules, settings, known).map(({ path, message, cure }) => `${path.join('.')}: ${message}; ${cure}`);

describe('warnings', () => {
  it.each([
    ['a queue that there is', 'a: { requirement: "queue:support>=3" }', []],
    ['a queue that only an agent still names', 'a: { requirement: "queue:dormant" }', []],
    ['a skill of a profile', 'a: { requirement: "billing>=5" }', []],
    ['an attribute of a profile', 'a: { requirement: "lang=fr" }', []],
    [
      'a queue misspelt',
      'a: { requirement: "queue:suport or queue:sales" }',
      ['services.a.requirement: no site has a queue "suport"; mend the name (there are: sales, support)'],
    ],
    ['a queue misspelt below not', 'a: { requirement: "not queue:suport" }', [/no site has a queue "suport"/]],
    ['a service of no queue', 'suport: {}', [/no site has a queue "suport".*without a `requirement`/]],
    ['a service of a queue', 'sales: {}', []],
    [
      'a skill nobody has',
      'a: { requirement: "biling" }',
      [
        'services.a.requirement: no agent has the skill "biling"; give it to somebody with `ipnt agents import` (there are: billing, queue:dormant, queue:support)',
      ],
    ],
    ['a skill taken from its last owner', 'a: { requirement: "gone" }', [/no agent has the skill "gone"/]],
    ['a queue asked for as a skill', 'a: { requirement: "sales" }', [/places in a queue are skills, too: queue:sales/]],
    [
      'a skill in a step',
      'a: { requirement: "", steps: [{ requirement: "biling" }] }',
      [/^services.a.steps.0.requirement/],
    ],
    ['a value nobody has', 'a: { requirement: "lang=de" }', [/no agent has lang=de; mend the value \(there are: fr\)/]],
    ['an attribute nobody has', 'a: { requirement: "team=gold" }', [/no agent has an attribute "team"/]],
    [
      'a skill compared as an attribute',
      'a: { requirement: "billing=gold" }',
      [/"billing" is a skill: write billing or/],
    ],
    [
      'a site misspelt',
      'a: { requirement: "queue:sales and not site=pariss" }',
      ['services.a.requirement: there is no site "pariss"; mend the name (there are: berlin, lyon, paris)'],
    ],
    ['a site of the database alone', 'a: { requirement: "site!=lyon" }', []],
    ['a site in a list', 'sales: { sites: [rome] }', [/^services.sales.sites.0: there is no site "rome"/]],
    [
      'a site in a step',
      'sales: { steps: [{ sites: [berlin, rome] }] }',
      [/^services.sales.steps.0.sites.1: .* "rome"/],
    ],
    [
      'a site of a queue to leave for',
      'sales: { when_closed: { queue: { name: sales, sites: [rome] } } }',
      [/^services.sales.when_closed.queue: there is no site "rome"/],
    ],
    [
      'a queue to leave for that no site has',
      'sales: { steps: [{ after: 30s, overflow: { queue: salse } }], when_closed: { queue: salse }, default_route: { queue: salse } }',
      ['steps.0.overflow', 'when_closed', 'default_route'].map(
        (key) => `services.sales.${key}.queue: no site has a queue "salse"; mend the name (there are: sales, support)`,
      ),
    ],
    ['a queue to leave for that there is', 'sales: { when_closed: { queue: support } }', []],
    [
      'a redirect from an edge without contacts',
      'sales: { delivery: redirect }',
      [/^services.sales.delivery: edge "e1" has no `redirects`/],
    ],
    [
      'a call back from an edge that calls nobody',
      'sales: { keys: { 1: callback }, callback: { allow: ["+49"] } }',
      [/^services.sales.keys: edge "e1" has no `outbound` in the settings: nobody is called back from there/],
    ],
    [
      'a customer source that is not in the settings',
      'sales: { customer: { source: crm } }',
      [/^services.sales.customer.source: no customer source "crm" in these settings/],
    ],
    ['the shared customer tables', 'sales: { customer: { source: shared } }', []],
  ])('%s', (_, line, expected) => {
    expect(warned(routing(line))).toEqual(
      expected.map((one) => (typeof one === 'string' ? one : (expect.stringMatching(one) as string))),
    );
  });

  it('compares no queue before a site has told of any, and nothing where no database was asked', () => {
    const rules = routing('a: { requirement: "queue:suport" }', 'b: { requirement: "biling" }');
    expect(warned(rules, { ...KNOWN, queues: [] })).toEqual([expect.stringContaining('"biling"')]);
    expect(warned(rules, null)).toEqual([]);
  });

  it('knows the sites of the settings without a database', () => {
    const rules = routing('a: { requirement: "queue:x and site=pariss" }');
    expect(warned(rules, null)).toEqual([expect.stringContaining('no site "pariss"')]);
    expect(routingWarnings(rules, null, null)).toEqual([]);
  });
});

it('warns of rules that come from no file by the lines that `ipnt export` prints', () => {
  if (settings === null) throw new Error('these settings are good');
  const rules = routing('sales: { steps: [{ after: 30s }] }', 'a: { requirement: "biling" }');
  expect(exportedWarnings(rules, 'version 3', { country: '', settings }, KNOWN)).toMatchObject([
    { file: 'version 3', line: 4, path: 'services.sales.steps[0]', message: 'step 1 (steps[0]) changes nothing' },
    { file: 'version 3', path: 'services.a.requirement', message: 'no agent has the skill "biling"' },
  ]);
});

describe('what a routing changes', () => {
  const before = routing(
    'support: { numbers: ["+4930555100"] }',
    'sales: { steps: [{ after: 30s, priority: 1 }] }',
    'old: {}',
  );

  it('is told field by field, as the file is written', () => {
    const after = routing(
      'support: { max_wait: 120s, numbers: ["+4930555101"], announce: { position: true, every: 60s }, music: calm }',
      'sales: { steps: [{ after: 20s, priority: 1 }, { after: 60s, overflow: { queue: sales } }], when_closed: { number: "+49301" } }',
      'french: {}',
    );
    expect(routingChange(before, after)).toEqual([
      'added french',
      'removed old',
      'support: numbers added +4930555101, removed +4930555100',
      'support: max_wait 5m -> 2m',
      "support: music '' -> calm",
      'support: announce.position false -> true',
      'support: announce.every 0s -> 1m',
      'sales: step 1 (steps[0]) {after: 30s, priority: 1} -> {after: 20s, priority: 1}',
      'sales: step 2 (steps[1]) none -> {after: 1m, overflow: {queue: sales}}',
      'sales: when_closed none -> {number: "+49301"}',
    ]);
  });

  it('tells of calendars and sites', () => {
    const office = { name: 'office', zone: 'Europe/Berlin', hours: [], special: [] };
    const rules = { ...before, calendars: [office], sites: { berlin: { weight: 1, cost: 0 } } };
    expect(routingChange(before, rules)).toEqual(['added calendar office', 'added site berlin']);
    const moved = {
      ...rules,
      calendars: [{ ...office, zone: 'Europe/Paris' }],
      sites: { berlin: { weight: 60, cost: 0 } },
    };
    expect(routingChange(rules, moved)).toEqual([
      'calendar office: zone Europe/Berlin -> Europe/Paris',
      'site berlin: weight 1 -> 60',
    ]);
    expect(routingChange(rules, before)).toEqual(['removed calendar office', 'removed site berlin']);
  });

  it('is nothing when the file is the same, and tells of another order', () => {
    const [support, sales, old] = before.services;
    if (!support || !sales || !old) throw new Error('three services were written');
    expect(routingChange(before, { ...before, services: [support, sales, old] })).toEqual([]);
    expect(routingChange(before, { ...before, services: [sales, support, old] })).toEqual(['changed the order']);
    expect(routingChange(before, routing())).toEqual(['removed support, sales, old']);
  });
});
