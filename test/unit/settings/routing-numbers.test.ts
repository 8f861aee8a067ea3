import { describe, expect, it } from 'vitest';
import { found, services } from './routing-found.ts';

describe('numbers', () => {
  it.each<[string, string[], (string | RegExp)[]]>([
    [
      'a number twice',
      ['a: { numbers: ["+49301234567"] }', 'b: { numbers: ["+49 30 1234567"] }'],
      ['! 3:18 services.b.numbers[0]: +49301234567 leads to "a" already | leave it with one service'],
    ],
    ['a number twice in one service', ['a: { numbers: ["100", "100"] }'], [/numbers\[1\]: 100 is there twice/]],
    [
      'a prefix twice',
      ['a: { numbers: ["+4930*"] }', 'b: { numbers: ["+49 30*"] }'],
      [/\+4930\* leads to "a" already/],
    ],
    [
      'a pattern twice',
      ['a: { numbers: ["_+4930XX."] }', 'b: { numbers: ["_+4930XX."] }'],
      [/_\+4930XX. leads to "a" already/],
    ],
    ['a prefix within a prefix', ['a: { numbers: ["+4930*"] }', 'b: { numbers: ["+49301*", "+493012345678"] }'], []],
    [
      'a pattern behind a prefix',
      ['a: { numbers: ["+4930*"] }', 'b: { numbers: ["_+4930XX."] }'],
      [
        '? 3:18 services.b.numbers[0]: is never reached: +4930* of "a" goes before it | make it narrower than that, or leave it away',
      ],
    ],
    ['a pattern beside a prefix', ['a: { numbers: ["+49301*"] }', 'b: { numbers: ["_+4930X."] }'], []],
    [
      'a pattern that another one equals',
      ['a: { numbers: ["_1X"] }', 'b: { numbers: ["_1[0-9]"] }'],
      [/^\? 3:.*_1X of "a" goes before it/],
    ],
    ['a narrow pattern behind a wide one', ['a: { numbers: ["_1."] }', 'b: { numbers: ["_12X"] }'], []],
    [
      'a pattern of one number',
      ['a: { numbers: ["100"] }', 'b: { numbers: ["_100"] }'],
      [/^\? .*100 of "a" goes before it/],
    ],
    ['a pattern behind one of its own', ['a: { numbers: ["+4930*", "_+4930XX."] }'], []],
    [
      'a pattern that is none',
      ['a: { numbers: ["_+49[30"] }'],
      [/^! 2:\d+ services.a.numbers\[0\]: "_\+49\[30": '\[' at character 5 opens no set/],
    ],
    ['a * within', ['a: { numbers: ["+49*30"] }'], [/has a \* within \| a prefix has it at its end/]],
  ])('%s', (_, lines, expected) => {
    expect(found(services(...lines))).toEqual(
      expected.map((one) => (typeof one === 'string' ? one : (expect.stringMatching(one) as string))),
    );
  });
});

describe('a requirement that nobody can meet', () => {
  it.each([
    ['site=a and site=b', 'site=a and site=b'],
    ['skill>=5 and skill<3', 'skill>=5 and skill<3'],
    ['skill and not skill', 'skill and not skill'],
    ['skill>=5 and (site=a and site=b or skill<2)', 'site=a and site=b'],
    ['not (a or b) and (a or b)', 'not a and a'],
    ['lang=fr and lang=de', 'lang=fr and lang=de'],
    ['skill<1 and x', null],
    ['skill>=5 and skill<=5', null],
    ['site=a or site=b', null],
    ['site!=a and site!=b', null],
    ['lang=fr and lang!=de', null],
    ['not (site=a and site=b)', null],
    ['(a or b) and (not a or not b)', null],
    [Array.from({ length: 40 }, (_, i) => `(a${i} or b${i})`).join(' and '), null],
  ])('%s: %s', (requirement, clash) => {
    const warnings = found(services(`a: { requirement: "${requirement}" }`)).filter((line) => line.startsWith('?'));
    expect(warnings).toEqual(
      clash === null ? [] : [`? 2:8 services.a.requirement: nobody can meet it: ${clash} | take one of them away`],
    );
  });

  it('is seen with the sites of the service, and in its steps', () => {
    const text = services(
      'a: { requirement: "x and site=paris", sites: [berlin, rome], steps: [{ after: 9s, sites: any }, { after: 9s, sites: [lyon] }] }',
    );
    expect(found(text)).toEqual([
      '? 2:8 services.a.requirement: nobody can meet it: site=paris and sites: [berlin, rome] | take one of them away',
      expect.stringMatching(
        /^\? 2:\d+ services.a.steps\[1\].sites: nobody can meet it: site=paris and sites: \[lyon\]/,
      ),
    ]);
  });
});
