/** `ipnt simulate` as a person uses it: a table, JSON, two routing files, and what is said of broken files. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';

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

async function ipnt(...args: readonly string[]) {
  const told = { out: '', err: '' };
  const io = {
    out: (text: string) => void (told.out += text),
    err: (text: string) => void (told.err += text),
    env: {},
    isScreen: false,
  };
  const code = await main(['simulate', ...args], io);
  return { code, ...told };
}

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

  it('tells all faults of a scenario with line and cure, and plays nothing', async () => {
    writeFileSync(file('broken.yaml'), 'length: 5\nservices: { support: { handle: fast } }\nagents: []\n');
    const { code, out, err } = await ipnt(file('broken.yaml'));
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('broken.yaml:1:1 length: must be from 0s to 3660d; write e.g. 1d');
    expect(err).toContain('services.support.arrivals: is missing');
  });
});
