import { queueSkill } from '../core/model/agent.ts';
import type { Service } from '../core/model/service.ts';
import { parseRequirement, skillsOf } from '../core/routing/requirement.ts';
import type { Requirement } from '../core/routing/requirement.ts';
import type { Settings } from '../settings/index.ts';

const QUEUE = /^queue:/;

/** What the database has heard from the sites. */
export interface KnownNames {
  readonly queues: readonly string[];
  readonly sites: readonly string[];
}

/**
 * What is no fault and still sends callers away: a skill that no agent can have (skills are places in the sites' queues), a
 * queue or a site that is not there, and a redirect from an edge that has no contacts. One line each. Queues can be compared
 * only where `known` is, and some site has told of any.
 */
export function routingWarnings(
  services: readonly Service[],
  settings: Settings | null,
  known: KnownNames = { queues: [], sites: [] },
): readonly string[] {
  const queues = unique(known.queues);
  const sites = unique([
    ...(settings?.sites.map(({ siteId }) => siteId) ?? []),
    ...(settings?.edges.flatMap(({ trunks }) => Object.keys(trunks)) ?? []),
    ...known.sites,
  ]);
  const bare = settings?.edges.filter(({ redirects }) => Object.keys(redirects).length === 0) ?? [];
  return services.flatMap((service) => {
    const requirement = parseRequirement(service.requirement);
    return [
      ...unique(skillsOf(requirement)).flatMap((skill) => skillWarning(service, skill, queues)),
      ...unique(sitesOf(requirement))
        .filter((siteId) => sites.length > 0 && !sites.includes(siteId))
        .map((siteId) => `service "${service.name}": there is no site "${siteId}" (there are: ${sites.join(', ')})`),
      ...(service.delivery === 'redirect' ? bare : []).map(
        ({ edgeId }) =>
          `service "${service.name}" is redirected, and edge "${edgeId}" has no \`redirects\` in the settings: no call of it can be sent on there`,
      ),
    ];
  });
}

function skillWarning({ name, requirement }: Service, skill: string, queues: readonly string[]): string[] {
  if (!QUEUE.test(skill))
    return [
      `service "${name}": no agent has the skill "${skill}"; skills are places in queues: write queue:${skill}, or make that queue`,
    ];
  const queue = skill.replace(QUEUE, '');
  if (queues.length === 0 || queues.includes(queue)) return [];
  const usual =
    requirement === queueSkill(name) ? '; without a `requirement`, a service asks for the queue of its name' : '';
  return [`service "${name}": no site has a queue "${queue}" (there are: ${queues.join(', ')})${usual}`];
}

/** Every site that the requirement names. */
function sitesOf(requirement: Requirement): readonly string[] {
  switch (requirement.kind) {
    case 'site':
      return [requirement.siteId];
    case 'not':
      return sitesOf(requirement.of);
    case 'and':
    case 'or':
      return [...sitesOf(requirement.left), ...sitesOf(requirement.right)];
    default:
      return [];
  }
}

const unique = (names: readonly string[]): string[] => [...new Set(names)].sort();
