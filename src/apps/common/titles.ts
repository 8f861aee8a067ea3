import type { Titles } from '../../core/explain/titles.ts';
import type { RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';

/** What people call agents, sites and services now. */
export async function readTitles(store: QueryStore & RoutingStore): Promise<Titles> {
  const [agents, { sites }, { services }] = await Promise.all([store.agents(), store.sites(), store.loadRouting()]);
  return {
    agents: new Map(agents.map((agent) => [agent.agentId, agent.title])),
    sites: new Map(sites.map((site) => [site.siteId, site.title])),
    services: new Map(services.map((service) => [service.name, service.title])),
  };
}
