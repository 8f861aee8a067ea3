/** `ipnt simulate` as a person uses it: a table, JSON, two routing files, and what is said of broken files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ipnt as run } from './run-cli.ts';

const folder = mkdtempSync(join(tmpdir(), 'ipnt-simulate-'));
const file = (name: string): string => join(folder, name);

beforeAll(() => {
  writeFileSync(
    file('fair.yaml'),
    'services: { support: { requirement: support }, expert: { requirement: expert } }\n',
  );
  writeFileSync(
    file('kept.yaml'),
    'services: { support: { requirement: support, strategy: least_skilled }, expert: { requirement: expert } }\n',
  );
  writeFileSync(file('other.yaml'), 'services: { sales: {} }\n');
  writeFileSync(
    file('scenario.yaml'),
    [
      'routing: fair.yaml',
      'length: 5h',
      'replications: 12',
      'services:',
      '  support: { arrivals: { calls: 150 }, handle: { exponential: 120s }, patience: { exponential: 60s } }',
      '  expert: { arrivals: { calls: 30 }, handle: { exponential: 120s } }',
      'agents:',
      '  - { site: berlin, count: 5, skills: { support: 5 } }',
      '  - { site: paris, count: 2, skills: { support: 5, expert: 5 } }',
      '',
    ].join('\n'),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const ipnt = (...args: readonly string[]) => run('simulate', ...args);

describe('ipnt simulate', () => {
  it('shows services, ends and agents with intervals', async () => {
    const { code, out } = await ipnt(file('scenario.yaml'));
    expect(code).toBe(0);
    for (const part of ['12 replications, ± is 95%', 'IN TIME', 'P99', 'ABANDONED', 'site paris', 'skill expert'])
      expect(out).toContain(part);
    expect(out).toMatch(/^support +7\d\d +\d+\.\d% ±\d+\.\d/m);
    expect(out).not.toContain('BLOCKED');
  });

  it('says the same again, and something else for another seed', async () => {
    const [a, b, c] = await Promise.all([
      ipnt(file('scenario.yaml'), '--json'),
      ipnt(file('scenario.yaml'), '--json', '--seed', '1'),
      ipnt(file('scenario.yaml'), '--json', '--seed', '2'),
    ]);
    expect(a.out).toBe(b.out);
    expect(JSON.parse(a.out)).not.toEqual(JSON.parse(c.out));
    const { report } = JSON.parse(a.out) as { report: { all: { figures: Record<string, { low: number }> } } };
    expect(report.all.figures['meanWaitMs']?.low).toBeGreaterThan(0);
  });

  it('compares two routing files on the same calls', async () => {
    const { out } = await ipnt(file('scenario.yaml'), '--routing', file('fair.yaml'), '--against', file('kept.yaml'));
    expect(out).toContain('fair.yaml less');
    // Those who can do less go first: the experts are there for their own callers.
    expect(out).toMatch(/^expert .*\+\d+\.\d s ±\d+\.\d \*/m);
    const json = await ipnt(file('scenario.yaml'), '--against', file('kept.yaml'), '--json');
    const { difference } = JSON.parse(json.out) as {
      difference: { services: Record<string, Record<string, { low: number }>> };
    };
    expect(difference.services['expert']?.['meanWaitMs']?.low).toBeGreaterThan(0);
  });

  it.each([
    ['a scenario that is not there', ['nowhere.yaml'], 'there is no such file'],
    [
      'a routing file without the service',
      ['scenario.yaml', '--routing', 'other.yaml'],
      'scenario.yaml:5:3 services.support:',
    ],
    ['no number', ['scenario.yaml', '--replications', 'many'], 'write a whole number from 1 to 10000'],
  ])('%s', async (_title, [name = '', ...rest], part) => {
    const args = [file(name), ...rest.map((arg) => (arg.endsWith('.yaml') ? file(arg) : arg))];
    const { code, err } = await ipnt(...args);
    expect(code).toBe(2);
    expect(err).toContain(part);
  });

  it('warns of sites and skills that the routing has no use for, with line and what was meant', async () => {
    const agents = [
      '  - { site: berlin, count: 1, skills: { support: 5, expert: 5 } }',
      '  - { site: berln, count: 1, skills: { suport: 5 } }',
      '  - { site: rome, count: 1, skills: { support: 5, juggling: 5 } }',
    ];
    const written = ['routing: fair.yaml', 'length: 1h', 'replications: 1', 'services:'];
    const calls = '  support: { arrivals: { calls: 5 }, handle: 60s }';
    writeFileSync(file('slips.yaml'), [...written, calls, 'agents:', ...agents, ''].join('\n'));
    const { code, err } = await ipnt(file('slips.yaml'));
    expect(code).toBe(0);
    expect(err.replaceAll(`${folder}/`, '').split('\n')).toEqual([
      'warning: slips.yaml:8:7 agents[1].site: the site "berln" is named nowhere else; did you mean "berlin"? else name it in sites of the routing',
      'warning: slips.yaml:8:40 agents[1].skills.suport: no service of the routing asks for the skill "suport"; did you mean "support"?',
      'warning: slips.yaml:9:51 agents[2].skills.juggling: no service of the routing asks for the skill "juggling"; it asks for: support, expert',
      '',
    ]);
    expect((await ipnt(file('scenario.yaml'), '--replications', '1')).err).toBe('');
  });

  it('tells a misspelt service at its own place first, then what comes of it', async () => {
    const calls = 'services: { exprt: { arrivals: { calls: 5 }, handle: { lognormal: { mean: 60s, sd: 10s } } } }';
    const agents = 'agents: [{ site: berlin, count: 1, skills: { expert: 5 }, handle: { expert: 60s } }]';
    writeFileSync(file('misspelt.yaml'), ['routing: fair.yaml', agents, calls, 'length: 1h', ''].join('\n'));
    const { code, err } = await ipnt(file('misspelt.yaml'));
    expect(code).toBe(2);
    expect(err.split('\n')[0]).toMatch(/misspelt.yaml:3:13 services.exprt: .* did you mean "expert"\?$/);
    expect(err.split('\n')[1]).toContain('agents[0].handle.expert: no calls of "expert" come');
  });

  it('tells all faults of a scenario with line and cure, and plays nothing', async () => {
    writeFileSync(file('broken.yaml'), 'length: 5\nservices: { support: { handle: fast } }\nagents: []\n');
    const { code, out, err } = await ipnt(file('broken.yaml'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('broken.yaml:1:1 length: must be a duration; give the unit: 5s, 5h or 5d');
    expect(err).toContain('services.support.arrivals: is missing');
  });
});
