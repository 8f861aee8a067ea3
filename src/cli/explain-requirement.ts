import { parseRequirement } from '../core/routing/requirement.ts';
import type { Requirement } from '../core/routing/requirement.ts';
import { LEVEL_MIN } from '../core/model/agent.ts';
import { skillName } from './explain-words.ts';

/** `queue:support and lang_fr>=3` as `a place in the queue "support" and the skill "lang_fr" at level 3 or more`. */
export function requirementText(text: string, sites: ReadonlyMap<string, string>): string {
  try {
    return words(parseRequirement(text), sites);
  } catch {
    // A record keeps what stood there, even what is refused now.
    return `"${text}"`;
  }
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
