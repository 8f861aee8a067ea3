import type { Service } from '../core/model/service.ts';
import { parseRequirement, skillsOf } from '../core/routing/requirement.ts';
import type { Settings } from '../settings/index.ts';

const QUEUE = /^queue:/;

/**
 * What is no fault and still sends callers away: a skill that no agent can have (skills are places in the sites' queues), and
 * a redirect from an edge that has no contacts. One line each.
 */
export function routingWarnings(services: readonly Service[], settings: Settings | null): readonly string[] {
  return services.flatMap((service) => {
    const unheard = [...new Set(skillsOf(parseRequirement(service.requirement)))].filter((skill) => !QUEUE.test(skill));
    const bare = settings?.edges.filter(({ redirects }) => Object.keys(redirects).length === 0) ?? [];
    return [
      ...unheard.map(
        (skill) =>
          `service "${service.name}": no agent has the skill "${skill}"; skills are places in queues: write queue:${skill}, or make that queue`,
      ),
      ...(service.delivery === 'redirect' ? bare : []).map(
        ({ edgeId }) =>
          `service "${service.name}" is redirected, and edge "${edgeId}" has no \`redirects\` in the settings: no call of it can be sent on there`,
      ),
    ];
  });
}
