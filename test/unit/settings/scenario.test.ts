/** What a manager may write wrong in a scenario: each with its line and what to do. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readRouting, readScenario } from '../../../src/settings/index.ts';

const files: Readonly<Record<string, string>> = {
  'calls.csv': 'at,service\n2026-03-02T08:00:05Z,support\n2026-03-02T08:00:01Z,support\n2026-03-02T09:00:00Z,sales\n',
  'calls.json': '[{"arrivedAtMs":1772438405000,"service":"support"},{"arrivedAtMs":1772438400000,"service":"support"}]',
  'broken.csv': 'at,service\n2026-03-02T08:00:05Z,support\nyesterday,support\n',
  'headless.csv': '2026-03-02T08:00:05Z,support\n',
  'talks.txt': '95\n1m\n12.5\n',
  'bad-talks.txt': '95\nlong\n',
};
const open = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new Error('there is no such file');
  return text;
};
const read = (text: string) => readScenario(text, 'scenario.yaml', open);
const told = (text: string): readonly string[] =>
  read(text).faults.map(({ line, path, message, cure }) => `${line} ${path}: ${message}; ${cure}`);

const AGENTS = 'agents: [{ site: berlin, count: 3, skills: { support: 10 } }]';
const service = (inner: string): string => `length: 1d\nservices:\n  support: { ${inner} }\n${AGENTS}\n`;
const ARRIVALS = 'arrivals: { calls: 120, interval: 1h }';

describe('a scenario', () => {
  it('the example is sound, and so is it with the example of a routing file', () => {
    const { scenario, faults, unknownServices } = read(readFileSync('config/scenario.example.yaml', 'utf8'));
    expect(faults).toEqual([]);
    expect(scenario?.crews.map(({ names }) => names.length)).toEqual([8, 6, 2, 3]);
    const { rules } = readRouting(readFileSync('config/routing.example.yaml', 'utf8'), 'routing.example.yaml');
    const known = rules?.services.map(({ name }) => name) ?? [];
    expect(unknownServices(known, 'routing.example.yaml')).toEqual([]);
  });

  it('what is left out has its default', () => {
    const { scenario } = read(service(`${ARRIVALS}, handle: { exponential: 240s }`));
    expect(scenario).toMatchObject({ fromMs: Date.UTC(2026, 0, 5), replications: 20, seed: 1, warmUpMs: 0 });
    expect(scenario?.traffic[0]?.patience).toEqual({ kind: 'constant', ms: Infinity });
    expect(scenario?.crews[0]?.names).toEqual(['a1-1', 'a1-2', 'a1-3']);
  });

  it('begins on the clocks of its zone', () => {
    const from = (head: string) => read(`${head}\n${service(`${ARRIVALS}, handle: 240s`)}`).scenario?.fromMs;
    expect(from('from: 2026-07-01\nzone: Europe/Berlin')).toBe(Date.UTC(2026, 5, 30, 22));
    expect(from('from: 2026-07-01T08:00\nzone: Asia/Kathmandu')).toBe(Date.UTC(2026, 6, 1, 2, 15));
  });

  it.each([
    ['240s', { kind: 'constant', ms: 240_000 }],
    ['{ constant: 1m }', { kind: 'constant', ms: 60_000 }],
    ['{ exponential: 4m }', { kind: 'exponential', meanMs: 240_000 }],
    ['{ lognormal: { mean: 240s, sd: 180s } }', { kind: 'lognormal', meanMs: 240_000, sdMs: 180_000 }],
    ['{ empirical: [30s, 10s] }', { kind: 'empirical', values: [10_000, 30_000] }],
    ['{ empirical: talks.txt }', { kind: 'empirical', values: [12_500, 60_000, 95_000] }],
  ])('handle: %s', (written, distribution) => {
    expect(read(service(`${ARRIVALS}, handle: ${written}`)).scenario?.traffic[0]?.handle).toEqual(distribution);
  });

  it.each(['calls.csv', 'calls.json'])('takes recorded calls of its service and time from %s', (file) => {
    const { scenario } = read(`from: 2026-03-02\n${service(`arrivals: { recorded: ${file} }, handle: 240s`)}`);
    const { arrivals } = scenario?.traffic[0] ?? {};
    expect(arrivals?.kind === 'recorded' && arrivals.atMs.length).toBe(2);
    expect(arrivals?.kind === 'recorded' && arrivals.atMs[0]).toBeLessThan(Date.UTC(2026, 2, 2, 8, 0, 6));
  });
});

describe('a fault is told with its line and a cure', () => {
  it.each([
    ['an empty file', '', ['length', 'services', 'agents']],
    [
      'a key that is none',
      service(`${ARRIVALS}, handle: 240s, patiense: 10s`),
      ['3 services.support.patiense: unknown key "patiense"; did you mean "patience"?'],
    ],
    [
      'a bare number',
      service(`${ARRIVALS}, handle: 240`),
      ['3 services.support.handle: must be a duration: give the unit, 240s'],
    ],
    [
      'a bare mean',
      service(`${ARRIVALS}, handle: { lognormal: { mean: 240, sd: 180s } }`),
      ['handle.lognormal.mean: must be a duration: give the unit, 240s'],
    ],
    ['a kind that is none', service(`${ARRIVALS}, handle: { gauss: 240s }`), ['"gauss" is no distribution']],
    [
      'half a distribution',
      service(`${ARRIVALS}, handle: { lognormal: { mean: 240s } }`),
      ['handle.lognormal.sd: must be a duration'],
    ],
    [
      'a negative number of calls',
      service('arrivals: { calls: [3, -1] }, handle: 240s'),
      ['arrivals.calls[1]: must be a number of calls from 0'],
    ],
    [
      'both kinds of arrivals',
      service('arrivals: { calls: 3, recorded: calls.csv }, handle: 240s'),
      ['must have either calls or recorded'],
    ],
    [
      'a file that is not there',
      service('arrivals: { recorded: nowhere.csv }, handle: 240s'),
      ['nowhere.csv: there is no such file'],
    ],
    [
      'a broken row',
      service('arrivals: { recorded: broken.csv }, handle: 240s'),
      ['broken.csv: line 3: "yesterday" is no time'],
    ],
    [
      'a CSV without a head',
      service('arrivals: { recorded: headless.csv }, handle: 240s'),
      ['line 1: has no column "at"'],
    ],
    [
      'calls of another time',
      service('arrivals: { recorded: calls.csv }, handle: 240s'),
      ['no call lies in the simulated time; set from and length to the time of the calls, 2026-03-02T08:00:01.000Z'],
    ],
    [
      'a broken duration in a file',
      service(`${ARRIVALS}, handle: { empirical: bad-talks.txt }`),
      ['bad-talks.txt, duration 2: must be a duration'],
    ],
    [
      'no time that counts',
      `warm_up: 1d\n${service(`${ARRIVALS}, handle: 240s`)}`,
      ['1 warm_up: leaves no time that counts'],
    ],
    [
      'a share above 1',
      service(`${ARRIVALS}, handle: 240s, preferred: 20`),
      ['preferred: must be a number from 0 to 1'],
    ],
    [
      'a zone that is none',
      `zone: Europe/Berlim\n${service(`${ARRIVALS}, handle: 240s`)}`,
      ['1 zone: "Europe/Berlim" is no time zone; did you mean "Europe/Berlin"?'],
    ],
    [
      'a date that is none',
      `from: 2026-02-30\n${service(`${ARRIVALS}, handle: 240s`)}`,
      ['1 from: must be a date or a time'],
    ],
    [
      'an hour that clocks skip',
      `from: 2026-03-29T02:30\nzone: Europe/Berlin\n${service(`${ARRIVALS}, handle: 240s`)}`,
      ['1 from: the clocks of Europe/Berlin skip this hour'],
    ],
    ['broken YAML', 'length: 1d\n  services: [\n', ['mend the YAML here']],
  ])('%s', (_title, text, parts) => {
    const faults = told(text);
    for (const part of parts) expect(faults.join('\n')).toContain(part);
    expect(read(text).scenario).toBeNull();
  });

  it.each([
    ['{ site: berlin, skills: { a: 1 } }', 'agents[0]: must have either names or count'],
    ['{ site: berlin, count: 0, skills: { a: 1 } }', 'agents[0].count: must be a whole number from 1'],
    ['{ site: berlin, count: 1, skills: { a: 11 } }', 'agents[0].skills.a: must be a whole number from 1 to 10'],
    ['{ site: berlin, count: 1, skills: {}, shift: ["Mon 8-9"] }', 'agents[0].shift[0]: "8-9" is no time of day'],
    [
      '{ site: berlin, count: 1, skills: {}, handle: { sales: 9s } }',
      'agents[0].handle.sales: no calls of "sales" come',
    ],
    ['{ site: a, names: [x], skills: {} }, { site: a, names: [x], skills: {} }', 'agents[1]: a/x is there twice'],
  ])('agents: [%s]', (agents, fault) => {
    expect(
      told(`length: 1d\nservices: { support: { ${ARRIVALS}, handle: 9s } }\nagents: [${agents}]\n`).join('\n'),
    ).toContain(fault);
  });

  it('all faults at once, in the order of lines', () => {
    const lines = told('length: 1y\nseed: -1\nservices: {}\nagents: 5\n').map((fault) => Number(fault.split(' ')[0]));
    expect(lines).toEqual([1, 2, 4]);
  });

  it('a service that the routing file does not have', () => {
    const faults = read(service(`${ARRIVALS}, handle: 240s`)).unknownServices(['sales'], 'routing.yaml');
    expect(faults).toMatchObject([
      { line: 3, message: 'routing.yaml has no service "support"', cure: 'known there: sales' },
    ]);
  });
});
