import { describe, expect, it } from 'vitest';
import { NO_RULES } from '../../../src/core/model/routing.ts';
import { SERVICE_DEFAULTS } from '../../../src/core/model/service.ts';
import { readRouting, routingText } from '../../../src/settings/index.ts';

const faults = (text: string, country = ''): string[] =>
  readRouting(text, 'routing.yaml', country).faults.map(
    (f) => `${f.line}:${f.column} ${f.path}: ${f.message} | ${f.cure}`,
  );

describe('routing file', () => {
  it('fills in what is left away', () => {
    const { rules } = readRouting(
      'services:\n  support:\n  sales: { title: Sales, ring: 15s, max_waiting: 0, closed: true }\n',
      'f',
    );
    expect(rules?.services).toEqual([
      { ...SERVICE_DEFAULTS, name: 'support', title: 'support', requirement: 'queue:support' },
      {
        ...SERVICE_DEFAULTS,
        name: 'sales',
        title: 'Sales',
        requirement: 'queue:sales',
        ringMs: 15_000,
        maxWaiting: 0,
        closed: true,
      },
    ]);
  });

  it('brings numbers into E.164 and reads back what it writes', () => {
    const text = `services:
  support:
    title: "Hilfe: jetzt"
    numbers: ["030 1234567", "+49 (0)30 1234568", "100"]
    requirement: support>=3 and (lang_fr or not lang_de)
    priority: 5
    max_wait: 90s
    wrap_up: 500ms
    delivery: continue
    share: network_first
    after: continue
    service_level: 30s
    service_level_target: 92.5%
    arrival: 4s
`;
    const { rules } = readRouting(text, 'f', '49');
    expect(rules?.services[0]?.numbers).toEqual(['+49301234567', '+49301234568', '100']);
    expect(readRouting(routingText(rules ?? NO_RULES), 'f', '49')).toMatchObject({ rules, faults: [], warnings: [] });
  });

  it('lists every fault at once', () => {
    const text = `services:
  support:
    numbers: [4930123, "0301234567"]
    requirement: support >
    ring: 0s
    delivry: bridge
  sales:
    share: me
    requirement: "a and ("
    max_wait: 20
  "a b": {}
`;
    expect(faults(text)).toEqual([
      '3:15 services.support.numbers[0]: must be a dialled number in quotes | write it in quotes: "4930123"',
      '4:5 services.support.requirement: does not parse at character 10: a level from 1 to 10 was expected, or the value of an attribute (support=gold) | see README, "Requirements"',
      '5:5 services.support.ring: must be from 1s to 5m | write e.g. 20s',
      '6:5 services.support.delivry: unknown key "delivry" | did you mean "delivery"?',
      '8:5 services.sales.share: "me" is not known | write site_first or network_first',
      '9:5 services.sales.requirement: does not parse at character 8: a skill is missing | see README, "Requirements"',
      '10:5 services.sales.max_wait: must be a duration | give the unit: 20s or 20ms',
      '11:3 services.a b: must be a name of letters, digits, _ and - | write e.g. support',
    ]);
  });

  it('refuses a number that leads to two services, however it is written', () => {
    const text = 'services:\n  a: { numbers: ["+49301234567"] }\n  b: { numbers: ["030 1234567"] }\n';
    expect(faults(text, '49')).toEqual([
      '3:18 services.b.numbers[0]: +49301234567 leads to "a" already | leave it with one service',
    ]);
  });

  it.each([
    ['', /services: is missing \| write services:/],
    ['services: []', /services: must be a group/],
    ['service: {}', /unknown key "service" \| did you mean "services"\?/],
  ])('refuses %j', (text, expected) => expect(faults(text).join('\n')).toMatch(expected));

  it('refuses more services than anybody has, before it compares each with all others', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => `s${i}: {}`);
    expect(faults(`services: { ${many.join(', ')} }`)).toEqual([
      '1:1 services: has more than 2000 entries | leave out those that are not used',
    ]);
  });
});
