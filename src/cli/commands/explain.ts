import { IpntError } from '../../core/errors.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { RoutingStore } from '../../ports/provisioning.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { explainCall } from '../explain.ts';
import type { Titles } from '../explain.ts';
import { withStore } from '../open.ts';

/** What people call agents, sites and services now. */
async function readTitles(store: QueryStore & RoutingStore): Promise<Titles> {
  const [agents, { sites }, { services }] = await Promise.all([store.agents(), store.sites(), store.loadRouting()]);
  return {
    agents: new Map(agents.map((agent) => [agent.agentId, agent.title])),
    sites: new Map(sites.map((site) => [site.siteId, site.title])),
    services: new Map(services.map((service) => [service.name, service.title])),
  };
}

/** `ipnt explain CALL`: what became of a call and why, for people. */
export const addExplain: AddCommand = (program, io) => {
  program
    .command('explain')
    .description('tell the story of a call: who was chosen and why, who was not and why not, and the end')
    .argument('<call>', "the call's id, or a part of its beginning or end that no other has (`ipnt calls`)")
    .option(...JSON_OPTION)
    .action(async (callId: string, _options, command) => {
      const options = optionsOf<{ json?: boolean }>(command);
      await withStore(options, io, async (store) => {
        const events = await store.callEvents(callId);
        if (events.length === 0)
          throw new IpntError('CALL_UNKNOWN', `no call is known as "${callId}", or more than one begins or ends so`);
        io.out(options.json ? `${JSON.stringify(events, null, 2)}\n` : explainCall(events, await readTitles(store)));
      });
    });
};
