import { IpntError } from '../errors.ts';
import type { KnownAgent } from '../model/agent.ts';
import { LEVEL_MAX, LEVEL_MIN } from '../model/agent.ts';
import type { Comparison } from '../model/service.ts';
import type { Reason } from '../model/decision.ts';

/** What a service requires of an agent. Grammar: `or` of `and` of `not`, `( )`, skills with levels, attributes, and `site` terms. */
export type Requirement =
  | { readonly kind: 'anybody' }
  | { readonly kind: 'skill'; readonly skill: string; readonly operator: Comparison; readonly level: number }
  | { readonly kind: 'attribute'; readonly name: string; readonly value: string; readonly equal: boolean }
  | { readonly kind: 'site'; readonly siteId: string; readonly equal: boolean }
  | { readonly kind: 'not'; readonly of: Requirement }
  | { readonly kind: 'and' | 'or'; readonly left: Requirement; readonly right: Requirement };

/** What a requirement asks of an agent. */
export type Asked = Pick<KnownAgent, 'skills' | 'siteId'> & Partial<Pick<KnownAgent, 'attributes'>>;

interface Token {
  readonly text: string;
  readonly at: number;
}

const TOKEN = /\s*(>=|<=|!=|[()&|!<>=]|[A-Za-z0-9_](?:[A-Za-z0-9_.:@-]*[A-Za-z0-9_])?)/y;
/** `and`, `or` and `not` are no skills: a word that is doubled or missing is told where it stands. */
/** `@` is for queues of FreeSWITCH that are not in the site's own domain: `queue:support@sales.example`. */
const NAME = /^(?!(?:and|or|not)$)[A-Za-z_][A-Za-z0-9_.:@-]*$/i;
const VALUE = /^(?!(?:and|or|not)$)[A-Za-z0-9_][A-Za-z0-9_.:-]*$/i;
const OPERATORS: readonly string[] = ['>=', '>', '=', '!=', '<=', '<'];

function fault(text: string, at: number, what: string): IpntError {
  return new IpntError('REQUIREMENT_INVALID', `${what}\n  ${text}\n  ${' '.repeat(at)}^`, `character ${at + 1}`);
}

function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      const at = start + (/^\s*/.exec(text.slice(start))?.[0].length ?? 0);
      if (at >= text.length) break;
      throw fault(text, at, `'${text[at]}' has no meaning here`);
    }
    const token = match[1] ?? '';
    tokens.push({ text: token, at: TOKEN.lastIndex - token.length });
  }
  return tokens;
}

/** Recursive descent over the tokens; each method reads one level of the grammar. */
function parser(text: string, tokens: readonly Token[]) {
  let next = 0;
  const peek = (): string => tokens[next]?.text ?? '';
  const at = (): number => tokens[next]?.at ?? text.length;
  const word = (...words: string[]): boolean => words.includes(peek().toLowerCase()) && ++next > 0;

  function or(): Requirement {
    let left = and();
    while (word('or', '|')) left = { kind: 'or', left, right: and() };
    return left;
  }
  function and(): Requirement {
    let left = not();
    while (word('and', '&')) left = { kind: 'and', left, right: not() };
    return left;
  }
  function not(): Requirement {
    return word('not', '!') ? { kind: 'not', of: not() } : term();
  }
  function term(): Requirement {
    if (word('(')) {
      const inner = or();
      if (!word(')')) throw fault(text, at(), "')' is missing");
      return inner;
    }
    const name = peek();
    if (!NAME.test(name))
      throw fault(text, at(), name === '' ? 'a skill is missing' : `a skill was expected, not '${name}'`);
    next += 1;
    return name.toLowerCase() === 'site' ? site() : named(name);
  }
  function site(): Requirement {
    const operator = peek();
    if (operator !== '=' && operator !== '!=') throw fault(text, at(), "after 'site' comes = or !=");
    next += 1;
    const siteId = peek();
    if (!VALUE.test(siteId)) throw fault(text, at(), "the site's name is missing");
    next += 1;
    return { kind: 'site', siteId, equal: operator === '=' };
  }
  /** A whole number is a level, any other value an attribute's: `support>=5`, `team=gold`. */
  function named(name: string): Requirement {
    const operator = peek();
    if (!OPERATORS.includes(operator)) return { kind: 'skill', skill: name, operator: '>=', level: LEVEL_MIN };
    next += 1;
    const value = peek();
    const expected = `a level from ${LEVEL_MIN} to ${LEVEL_MAX} was expected`;
    if (/^\d+$/.test(value)) {
      const level = Number(value);
      if (level < LEVEL_MIN) throw fault(text, at(), `${expected}; who lacks a skill is 'not ${name}'`);
      if (level > LEVEL_MAX) throw fault(text, at(), `${expected}; an attribute's value is not a number alone`);
      next += 1;
      return { kind: 'skill', skill: name, operator: operator as Comparison, level };
    }
    if (!VALUE.test(value)) throw fault(text, at(), `${expected}, or the value of an attribute (${name}=gold)`);
    if (operator !== '=' && operator !== '!=')
      throw fault(text, at(), `${expected}; an attribute is compared with = or !=`);
    next += 1;
    return { kind: 'attribute', name, value, equal: operator === '=' };
  }
  const whole = or();
  if (next < tokens.length) throw fault(text, at(), `'${peek()}' was not expected here; 'and' or 'or' may be missing`);
  return whole;
}

const LONGEST_TEXT = 1_000;

/**
 * Parses `support>=5 and (lang_en or lang_fr>=3) and site!=paris`. Empty text means anybody.
 * Throws REQUIREMENT_INVALID with a mark under the character.
 */
export function parseRequirement(text: string): Requirement {
  if (text.length > LONGEST_TEXT) {
    throw new IpntError(
      'REQUIREMENT_INVALID',
      `longer than ${LONGEST_TEXT} characters`,
      `character ${LONGEST_TEXT + 1}`,
    );
  }
  const tokens = tokenize(text);
  return tokens.length === 0 ? { kind: 'anybody' } : parser(text, tokens);
}

/** As `parseRequirement`. What another program wrote in words that this one does not know, nobody meets. */
export function requirementOrNobody(text: string): Requirement {
  try {
    return parseRequirement(text);
  } catch (error) {
    if (!(error instanceof IpntError)) throw error;
    return { kind: 'not', of: { kind: 'anybody' } };
  }
}

export const compare: Readonly<Record<Comparison, (level: number, required: number) => boolean>> = {
  '>=': (level, required) => level >= required,
  '>': (level, required) => level > required,
  '=': (level, required) => level === required,
  '!=': (level, required) => level !== required,
  '<=': (level, required) => level >= LEVEL_MIN && level <= required,
  '<': (level, required) => level >= LEVEL_MIN && level < required,
};

/** His level, 0 for none. Names come from outside: one that every object inherits (`constructor`) is no skill. */
export function levelOf(agent: Asked, skill: string): number {
  const level: unknown = agent.skills[skill];
  return typeof level === 'number' ? level : 0;
}

/** The value of an attribute, '' for none. */
export function attributeOf(agent: Asked, name: string): string {
  const value: unknown = agent.attributes?.[name];
  return typeof value === 'string' ? value : '';
}

/** The first term that the agent does not meet, as a reason; null when he meets them all. */
export function unmet(requirement: Requirement, agent: Asked): Reason | null {
  switch (requirement.kind) {
    case 'anybody':
      return null;
    case 'skill': {
      const level = levelOf(agent, requirement.skill);
      if (compare[requirement.operator](level, requirement.level)) return null;
      return { code: 'skill_missing', skill: requirement.skill, required: requirement.level, level };
    }
    case 'attribute':
      return (attributeOf(agent, requirement.name) === requirement.value) === requirement.equal
        ? null
        : { code: 'requirement_not_met', term: textOf(requirement) };
    case 'site':
      return (agent.siteId === requirement.siteId) === requirement.equal
        ? null
        : { code: 'requirement_not_met', term: textOf(requirement) };
    case 'not':
      return unmet(requirement.of, agent) === null
        ? { code: 'requirement_not_met', term: `not ${textOf(requirement.of)}` }
        : null;
    case 'and':
      return unmet(requirement.left, agent) ?? unmet(requirement.right, agent);
    case 'or': {
      const left = unmet(requirement.left, agent);
      return left === null ? null : unmet(requirement.right, agent) && left;
    }
  }
}

/** The requirement as text again, in one canonical form. */
export function textOf(requirement: Requirement): string {
  switch (requirement.kind) {
    case 'anybody':
      return '';
    case 'skill':
      return requirement.operator === '>=' && requirement.level === LEVEL_MIN
        ? requirement.skill
        : `${requirement.skill}${requirement.operator}${requirement.level}`;
    case 'attribute':
      return `${requirement.name}${requirement.equal ? '=' : '!='}${requirement.value}`;
    case 'site':
      return `site${requirement.equal ? '=' : '!='}${requirement.siteId}`;
    case 'not':
      return `not ${bracket(requirement.of)}`;
    case 'and':
    case 'or':
      return `${bracket(requirement.left, requirement.kind)} ${requirement.kind} ${bracket(requirement.right, requirement.kind)}`;
  }
}

const bracket = (r: Requirement, within?: 'and' | 'or'): string =>
  (r.kind === 'and' || r.kind === 'or') && r.kind !== within ? `(${textOf(r)})` : textOf(r);

/** Every skill that the requirement names, for checks; as often as it is named. */
export const skillsOf = (requirement: Requirement): readonly string[] =>
  termsOf(requirement).flatMap((term) => (term.kind === 'skill' ? [term.skill] : []));

/** Every attribute that the requirement names with the value that it is compared with, for checks. */
export const attributesOf = (requirement: Requirement): readonly { readonly name: string; readonly value: string }[] =>
  termsOf(requirement).flatMap((term) => (term.kind === 'attribute' ? [{ name: term.name, value: term.value }] : []));

/** Every site that the requirement names, for checks. */
export const sitesOf = (requirement: Requirement): readonly string[] =>
  termsOf(requirement).flatMap((term) => (term.kind === 'site' ? [term.siteId] : []));

function termsOf(requirement: Requirement): readonly Requirement[] {
  switch (requirement.kind) {
    case 'not':
      return termsOf(requirement.of);
    case 'and':
    case 'or':
      return [...termsOf(requirement.left), ...termsOf(requirement.right)];
    case 'anybody':
    case 'skill':
    case 'attribute':
    case 'site':
      return [requirement];
  }
}

/** Two requirements as one text. */
export const bothOf = (a: string, b: string): string => (a === '' ? b : b === '' ? a : `(${a}) and (${b})`);
