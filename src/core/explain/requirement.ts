import { parseRequirement } from '../routing/requirement.ts';
import type { Requirement } from '../routing/requirement.ts';
import { LEVEL_MIN } from '../model/agent.ts';

/** `queue:support and lang_fr>=3` as `a place in the queue "support" and the skill "lang_fr" at level 3 or more`. */
export function requirementText(text: string, sites: ReadonlyMap<string, string>): string {
  try {
    return words(parseRequirement(text), sites);
  } catch {
    // A record keeps what stood there, even what is refused now.
    return `"${text}"`;
  }
}

/** `queue:support` is a place in a queue; anything else a skill of that name. */
export const skillName = (skill: string): string =>
  skill.startsWith('queue:') ? `a place in the queue "${skill.slice('queue:'.length)}"` : `the skill "${skill}"`;

/** What somebody is not who does not meet `term`, as the end of a sentence that begins with his name. */
export function unmetText(term: string, sites: ReadonlyMap<string, string>): string {
  try {
    return unmetWords(parseRequirement(term), sites);
  } catch {
    return `does not meet "${term}"`;
  }
}

function unmetWords(term: Requirement, sites: ReadonlyMap<string, string>): string {
  if (term.kind === 'site') {
    const site = sites.get(term.siteId) ?? term.siteId;
    return term.equal ? `is not of ${site}` : `is of ${site}, which the call does not ask for`;
  }
  if (term.kind === 'attribute') {
    const { name, value, equal } = term;
    return equal ? `is not of ${name} "${value}"` : `is of ${name} "${value}", which the call does not ask for`;
  }
  if (term.kind === 'not') return `has what the call excludes: ${words(term.of, sites)}`;
  return `does not meet: ${words(term, sites)}`;
}

const COMPARED = {
  '>=': 'or more',
  '>': 'exceeded',
  '=': 'exactly',
  '!=': 'excluded',
  '<=': 'or less',
  '<': 'not reached',
} as const;

function words(requirement: Requirement, sites: ReadonlyMap<string, string>): string {
  switch (requirement.kind) {
    case 'anybody':
      return 'anybody';
    case 'skill': {
      const { skill, operator, level } = requirement;
      if (operator === '>=' && level === LEVEL_MIN) return skillName(skill);
      return `${skillName(skill)} at level ${level} ${COMPARED[operator]}`;
    }
    case 'site':
      return `${requirement.equal ? 'somebody' : 'nobody'} of ${sites.get(requirement.siteId) ?? requirement.siteId}`;
    case 'attribute': {
      const { name, value, equal } = requirement;
      return `${equal ? 'somebody' : 'nobody'} with ${name} "${value}"`;
    }
    case 'not':
      return `not ${bracket(requirement.of, sites)}`;
    case 'and':
    case 'or':
      return `${bracket(requirement.left, sites, requirement.kind)} ${requirement.kind} ${bracket(requirement.right, sites, requirement.kind)}`;
  }
}

const bracket = (inner: Requirement, sites: ReadonlyMap<string, string>, within?: 'and' | 'or'): string =>
  (inner.kind === 'and' || inner.kind === 'or') && inner.kind !== within
    ? `(${words(inner, sites)})`
    : words(inner, sites);
