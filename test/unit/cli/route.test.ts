/** `ipnt route test` without a database: a routing file, a state file, calls, and what is expected of them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ipnt } from './run-cli.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ipnt-route-'));
  for (const [name, text] of Object.entries({ 'routing.yaml': ROUTING, 'state.yaml': STATE })) write(name, text);
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const ROUTING = `services:
  support:
    title: Support
    numbers: ['+4930*']
    calendar: office
    preferred: { last: true, patience: 20s }
    customer: { source: shared }
    steps:
      - after: 30s
        requirement: queue:support or queue:sales
        strategy: best_skilled
      - { after: 60s, overflow: { queue: help } }
  sales: { title: Sales, numbers: ['+49301111'] }
calendars:
  office: { zone: Europe/Berlin, hours: ['Mon-Fri 08:00-18:00'], special: { '*-12-24': { title: Heiligabend, hours: closed } } }
`;
const STATE = `sites: { berlin: { title: Berlin }, paris: { title: Paris } }
agents:
  berlin/PJSIP/1001: { title: Anna, idle: 130s, queues: { support: 0 } }
  berlin/PJSIP/1002: { title: Carla, status: paused, pause: lunch, queues: { support: 0 } }
  paris/PJSIP/2001: { title: Bob, idle: 65s, queues: { support: 3 } }
  paris/PJSIP/2002: { title: Dora, activity: talking, queues: { sales: 0 } }
queues:
  berlin/help: { waiting: 2 }
customers:
  - { id: '4711', name: Mme Martin, numbers: ['+33142345678'], priority: 9, requirement: site=paris }
`;

const write = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};

const files = () => ['--routing', join(dir, 'routing.yaml'), '--state', join(dir, 'state.yaml')];
const test = (...args: string[]) => ipnt('route', 'test', ...files(), ...args);
const MONDAY = ['--dnis', '+49302222', '--at', '2026-11-23T10:00'];

describe('one call', () => {
  it('is told whole: service, hours, who and why, who not and why not, what comes', async () => {
    const { code, out } = await test(...MONDAY);
    expect(out).toBe(`The service "Support" (support), by the prefix +4930*.
At 2026-11-23 10:00 (Europe/Berlin) it is open: within its hours (office), until 2026-11-23 18:00.
The call needs a place in the queue "support"; first comes who has been free longest.

offered: it would be offered to somebody at once.
  Anna (Berlin) is chosen: free longest: 2 min 10 s; next best is Bob (Paris), free for 1 min 5 s.
  Others who would do:
  - Bob (Paris): free as well, but only for 1 min 5 s.
  - Carla (Berlin): is on a pause ("lunch").
  One other does not have what the call needs.

While nothing else changes:
  after 30 s: step 1 (after 30 s): needs a place in the queue "support" or a place in the queue "sales"; first comes who is best skilled; Anna (Berlin) would be offered it
  after 1 min 30 s: step 2 (after 60 s): it leaves, to the queue "help" of Berlin, by the shortest expected wait
`);
    expect(code).toBe(0);
  });

  it('knows its customer by number, and whom he spoke to last', async () => {
    const known = await test(...MONDAY, '--ani', '+33142345678', '--expect-agent', 'Bob');
    expect(known.out).toContain('its priority is 9');
    expect(known.out).toContain('The caller is the customer Mme Martin.');
    expect(known.code).toBe(0);
    const last = await test(...MONDAY, '--last', 'Carla', '--expect-outcome', 'waits');
    expect(last.out).toContain("- Anna (Berlin): the call is kept for an agent of the caller's own, for 20 s more.");
    expect(last.out).toContain(
      "after 20 s: anybody will do, and not only the caller's own; Anna (Berlin) would be offered it",
    );
    expect(last.code).toBe(0);
  });

  it.each([
    [['--expect-service', 'support', '--expect-agent', 'Anna', '--expect-outcome', 'offered'], 0, ''],
    [
      ['--expect-agent', 'Bob'],
      1,
      'FAILED: expected agent Bob (Paris), came Anna (Berlin); Bob (Paris): free as well, and number 2',
    ],
    [['--expect-agent', 'Carla'], 1, 'came Anna (Berlin); Carla (Berlin): is on a pause ("lunch")'],
    [['--expect-agent', 'Dora'], 1, 'Dora (Paris): does not have what the call needs'],
    [['--expect-service', 'sales'], 1, 'FAILED: expected service sales, came support'],
    [
      ['--at', '2026-12-24T10:00', '--expect-outcome', 'offered'],
      1,
      'expected outcome offered, came closed (Heiligabend (office))',
    ],
    [['--dnis', '+44', '--expect-outcome', 'offered'], 1, "came unknown (no service has the number '+44')"],
    [['--require', 'queue:sales', '--expect-agent', 'Dora'], 1, 'came nobody; Dora (Paris): is in a call'],
    [['--waited', '95s', '--expect-outcome', 'overflow'], 0, ''],
  ])('%j', async (args, code, err) => {
    const said = await test(...MONDAY, ...args);
    expect({ code: said.code, err: said.err }).toEqual({ code, err: expect.stringContaining(err) as string });
    expect(said.out).not.toMatch(/undefined|NaN|null/);
  });

  it('is there for programs, with what differs', async () => {
    const { code, out } = await test(...MONDAY, '--expect-agent', 'Bob', '--json');
    expect(JSON.parse(out)).toMatchObject({
      ok: false,
      outcome: 'offered',
      service: { name: 'support', by: 'prefix', entry: '+4930*' },
      decision: { winner: { agentId: 'berlin/PJSIP/1001' }, refused: [{ reasons: [{ code: 'paused' }] }] },
      differences: [{ what: 'agent', expected: 'paris/PJSIP/2001', came: 'berlin/PJSIP/1001' }],
    });
    expect(code).toBe(1);
  });
});

it('has samples that come as they say', async () => {
  const sample = (name: string): string => join(import.meta.dirname, '../../../config', `${name}.example.yaml`);
  const args = ['-f', sample('cases'), '--routing', sample('routing'), '--state', sample('state')];
  const { code, out, err } = await ipnt('route', 'test', ...args);
  expect({ code, err }, out).toEqual({ code: 0, err: '' });
  expect(out).toContain('5 cases, all as expected');
});

describe('a table of calls', () => {
  it('has one line each, and ends with 1 where one differs', async () => {
    const cases = write(
      'cases.yaml',
      `cases:
  - { name: Monday, dnis: '+49302222', at: '2026-11-23T10:00', expect: { service: support, agent: Anna } }
  - { name: Sunday, dnis: '+49302222', at: '2026-11-22T10:00', expect: { outcome: closed } }
  - { name: Paris, dnis: '+49302222', at: '2026-11-23T10:00', ani: '+33142345678', expect: { agent: Anna } }
`,
    );
    const { code, out } = await test('-f', cases);
    expect(out).toBe(`        CASE    WHAT CAME
ok      Monday  offered to Anna (Berlin), "Support"
ok      Sunday  closed: outside its hours (office)
FAILED  Paris   expected agent Anna (Berlin), came Bob (Paris); Anna (Berlin): does not have what the call needs
3 cases, 1 FAILED
`);
    expect(code).toBe(1);
    const json = await test('-f', cases, '--json');
    expect((JSON.parse(json.out) as { ok: boolean }[]).map(({ ok }) => ok)).toEqual([true, true, false]);
  });

  it('tells every fault with its line and cure, and tries nothing', async () => {
    const cases = write(
      'broken.yaml',
      `cases:
  - { dnis: '+4930', at: 2026-02-30T10:00, expect: { outcome: offered } }
  - { dnsi: '+4930', expect: { outcom: offered } }
  - { dnis: '+4930', expect: { outcome: great }, require: 'a and' }
  - { dnis: '+4930', expect: {} }
  - { ani: '+4930', expect: { agent: Anna } }
  - { dnis: 4930, waited: 5, expect: { agent: Anna } }
`,
    );
    const { code, out, err } = await test('-f', cases);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.replaceAll(cases, 'broken.yaml').split('\n')).toEqual([
      expect.stringMatching(/^broken.yaml:2:22 cases\[0\].at: is no date and time; write e.g. "2026-12-24T10:00"/),
      'broken.yaml:3:7 cases[1].dnsi: unknown key "dnsi"; did you mean "dnis"?',
      'broken.yaml:3:32 cases[1].expect.outcom: unknown key "outcom"; did you mean "outcome"?',
      expect.stringMatching(
        /^broken.yaml:4:32 cases\[2\].expect.outcome: "great" is not known; write offered, waits, closed/,
      ),
      expect.stringMatching(/^broken.yaml:4:50 cases\[2\].require: does not parse at character 6: a skill is missing/),
      expect.stringMatching(/^broken.yaml:5:22 cases\[3\].expect: expects nothing/),
      expect.stringMatching(/^broken.yaml:7:7 cases\[5\].dnis: must be a number in quotes/),
      expect.stringMatching(/^broken.yaml:7:19 cases\[5\].waited: must be a duration; give the unit: 5s/),
      '8 faults',
      '',
    ]);
  });

  it('knows agents that there are not, hours that the clock skips, and calls without a number', async () => {
    const cases = write(
      'odd.yaml',
      `cases:
  - { dnis: '+4930', at: '2026-03-29T02:30', expect: { agent: Zoe } }
  - { dnis: '+4930', last: Yann, expect: { outcome: waits } }
`,
    );
    const { code, err } = await test('-f', cases);
    expect(code).toBe(2);
    expect(err).toContain(
      ':2:22 cases[0].at: the clock of Europe/Berlin never shows 2026-03-29T02:30; it is put forward',
    );
    expect(err).toContain(
      ':2:56 cases[0].expect.agent: there is no agent "Zoe"; there are e.g. berlin/PJSIP/1001 (Anna)',
    );
    expect(err).toContain(':3:22 cases[1].last: there is no agent "Yann"');
    const numberless = await test('-f', write('none.yaml', "cases: [{ ani: '+49', expect: { agent: Anna } }]"));
    expect(numberless.err).toContain('cases[0].dnis: is missing');
  });
});

describe('bad input', () => {
  it.each([
    [[], '--dnis or --service'],
    [['-f', 'x.yaml', '--dnis', '1'], 'with -f, calls'],
    [['--dnis', '1', '--at', '10:00'], 'write e.g. 2026-12-24T10:00'],
    [['--dnis', '1', '--at', '2026-13-01T10:00'], 'write e.g. 2026-12-24T10:00'],
    [['--dnis', '1', '--waited', '5'], 'give the unit: 5s or 5m'],
    [['--dnis', '1', '--waited', 'long'], 'write a duration, e.g. 45s'],
    [['--dnis', '1', '--priority', 'high'], 'write a whole number'],
    [['--dnis', '1', '--require', 'a and'], 'a skill is missing'],
    [['--dnis', '1', '--expect-outcome', 'great'], 'Allowed choices are offered, waits'],
    [['--dnis', '1', '--expect-agent', 'Zoe'], '--expect-agent: there is no agent "Zoe"; there are e.g. berlin'],
    [['--service', 'support', '--at', '2026-03-29T02:30'], '--at: the clock of Europe/Berlin never shows'],
    [['-f', 'gone.yaml'], 'name a file of cases that this user can read'],
    [['--dnis', '1', '--state', 'gone.yaml'], 'name a state file that this user can read'],
    [['--dnis', '1', '--routing', 'gone.yaml'], 'name a routing file that this user can read'],
  ])('%j is refused with 2', async (args, expected) => {
    const { code, out, err } = await test(...args);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(expected);
  });

  it('tells every fault of a state file', async () => {
    const state = write(
      'broken-state.yaml',
      `sites: { berlin: {} }
agents:
  anna: {}
  berlin/PJSIP/1: { status: happy, idle: 5, skills: { fr: 11 }, queues: { support: low } }
  rome/PJSIP/1: { occupancy: 2, claim: { phase: dinner } }
waiting: [{ servce: support }]
customers: [{ id: 4711 }]
`,
    );
    const { code, err } = await test('--dnis', '1', '--state', state);
    expect(code).toBe(2);
    for (const place of [
      ":3:3 agents.anna: must be an agent's id: SITE/NAME; write e.g. berlin/PJSIP/1001",
      ':4:21 agents.berlin/PJSIP/1.status: "happy" is not known; write ready, paused, logged_out or unknown',
      ':4:36 agents.berlin/PJSIP/1.idle: must be a duration; give the unit: 5s',
      ':4:55 agents.berlin/PJSIP/1.skills.fr: must be a whole number from 0 to 10',
      ':4:75 agents.berlin/PJSIP/1.queues.support: must be a penalty; write e.g. 0',
      ':5:19 agents.rome/PJSIP/1.occupancy: must be a number from 0 to 1',
      ':5:42 agents.rome/PJSIP/1.claim.phase: "dinner" is not known',
      ':6:13 waiting[0].servce: unknown key "servce"; did you mean "service"?',
      ':7:15 customers[0].id: must be a text; write e.g. "4711", in quotes',
    ])
      expect(err).toContain(place);
  });

  it('knows waiting calls of services, sites and agents that there are not', async () => {
    const odd = write(
      'odd-state.yaml',
      'sites: { berlin: {} }\nagents: { rome/PJSIP/1: {} }\nwaiting: [{ service: support }]\n',
    );
    expect((await test('--dnis', '1', '--state', odd)).err).toContain(
      ':2:11 agents.rome/PJSIP/1: there is no site "rome" in sites; there are: berlin',
    );
    const stray = write('stray.yaml', 'waiting: [{ service: suport, preferred: [rome/PJSIP/1] }]\n');
    const { err } = await test('--dnis', '1', '--state', stray);
    expect(err).toContain(':1:13 waiting[0].service: there is no service "suport"; there are: support, sales');
    expect(err).toContain(':1:30 waiting[0].preferred: there is no agent "rome/PJSIP/1"');
  });
});
