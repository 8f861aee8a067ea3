import { describe, expect, test } from 'vitest';
import { IpntError } from '../../../../src/core/errors.ts';
import { attributesOf, parseRequirement, skillsOf, textOf, unmet } from '../../../../src/core/routing/requirement.ts';

const anna = {
  siteId: 'berlin',
  skills: { support: 5, lang_en: 8, 'queue:sales': 10 },
  attributes: { team: 'gold', floor: '3rd' },
};

describe('who meets a requirement: support 5, lang_en 8, queue:sales 10, at Berlin', () => {
  test.each([
    ['', true],
    ['support', true],
    ['support>=5', true],
    ['support>5', false],
    ['support=5', true],
    ['support!=5', false],
    ['support<=5 and lang_en<9', true],
    ['lang_fr', false],
    ['not lang_fr', true],
    ['!lang_en', false],
    // Who has no level at all does not meet "at most".
    ['lang_fr<=3', false],
    ['queue:sales>=10', true],
    ['lang_fr or lang_en', true],
    ['lang_fr | lang_en & support>5', false],
    ['(lang_fr | lang_en) & support', true],
    ['support and site=berlin', true],
    ['support and site!=berlin', false],
    ['SITE = berlin AND Support', false],
    ['not (lang_fr or site=lyon)', true],
    ['team=gold', true],
    ['team = red or floor=3rd', true],
    ['team!=gold', false],
    ['shift!=night', true],
    ['shift=night', false],
    ['support and team=Gold', false],
    // Names that every object has are no skills.
    ['constructor', false],
    ['toString=gold', false],
  ])('%s -> %s', (text, met) => {
    expect(unmet(parseRequirement(text), anna) === null).toBe(met);
  });
});

describe('a fault points at its character', () => {
  test.each([
    ['support and', 12, 'a skill is missing'],
    ['support lang_en', 9, 'was not expected here'],
    ['(support', 9, "')' is missing"],
    ['support>=11', 10, 'a level from 1 to 10'],
    ['support>=', 10, 'a level from 1 to 10'],
    ['site>=berlin', 5, '= or !='],
    ['site=and', 6, "site's name is missing"],
    ['team>=gold', 7, 'an attribute is compared with = or !='],
    ['team=', 6, 'or the value of an attribute (team=gold)'],
    ['team=or lang_fr', 6, 'or the value of an attribute'],
    ['support=0', 9, "who lacks a skill is 'not support'"],
    ['team!=11', 7, "an attribute's value is not a number alone"],
    ['support; drop', 8, "';' has no meaning"],
    ['5>=support', 1, 'a skill was expected'],
    ['support and (lang_en or )', 25, 'a skill was expected'],
  ])('%s', (text, character, what) => {
    const fault = (() => {
      try {
        parseRequirement(text);
      } catch (error) {
        return error;
      }
      return null;
    })();
    expect(fault).toBeInstanceOf(IpntError);
    expect(fault).toMatchObject({ code: 'REQUIREMENT_INVALID', where: `character ${character}` });
    expect(String(fault)).toContain(what);
  });

  test('and one without end is refused', () => {
    expect(() => parseRequirement('a and '.repeat(500))).toThrow(/longer than/);
  });
});

test('the canonical text reads back as the same requirement', () => {
  for (const text of [
    'a and (b or not c>=3) and site!=x',
    '(a | b) & !(c & d<2)',
    'a and b and c',
    'x=y | not z!=w',
    '',
  ]) {
    const once = parseRequirement(text);
    expect(parseRequirement(textOf(once))).toEqual(once);
  }
});

test('what a requirement names, for checks', () => {
  const requirement = parseRequirement('a>=2 and (team=gold or not b) and site=x and team!=red');
  expect(skillsOf(requirement)).toEqual(['a', 'b']);
  expect(attributesOf(requirement)).toEqual([
    { name: 'team', value: 'gold' },
    { name: 'team', value: 'red' },
  ]);
});
