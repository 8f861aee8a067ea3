import type { RoutingView } from '../routing/view.ts';

/** What people call things. Missing ones are told by what is known of them. */
export interface Titles {
  readonly agents: ReadonlyMap<string, string>;
  readonly sites: ReadonlyMap<string, string>;
  readonly services: ReadonlyMap<string, string>;
}

/** `berlin/PJSIP/1001`, `Anna` as `Anna (Berlin)`; without a title his number there. */
export function agentName(agentId: string, titles: Titles, title = ''): string {
  const [siteId = '', ...device] = agentId.split('/');
  const name = title || titles.agents.get(agentId) || '';
  // Where the PBX has no name for him, his device stands in the title: the number in it is what people know.
  const known =
    name !== '' && !name.includes('/') ? name : `the agent at ${device.at(-1)?.split('@')[0] ?? 'an unknown phone'}`;
  return `${known} (${siteName(siteId, titles)})`;
}

export const siteName = (siteId: string, titles: Titles): string => titles.sites.get(siteId) ?? siteId;
export const serviceName = (service: string, titles: Titles): string => titles.services.get(service) ?? service;

/** What sites are called in a state. */
export const siteTitles = ({ sites }: Pick<RoutingView, 'sites'>): Titles['sites'] =>
  new Map([...sites.values()].map(({ siteId, title }) => [siteId, title]));
