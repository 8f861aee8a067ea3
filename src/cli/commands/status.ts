import { EDGE_SILENT_MS } from '../../core/model/claim.ts';
import { SITE_STALE_MS } from '../../core/model/site.ts';
import type { SiteRow } from '../../core/model/site.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf, WATCH_OPTION } from '../command.ts';
import { withStore } from '../open.ts';
import { shortSpan } from '../../core/explain/text.ts';
import { table } from '../table.ts';
import { printListing } from '../watch.ts';
import type { Listing, ListingOptions } from '../watch.ts';

/** `ipnt status`: is everything there, and how busy is it. */
export const addStatus: AddCommand = (program, io) => {
  program
    .command('status')
    .description('sites and edges: connected, fresh, how busy')
    .option(...JSON_OPTION)
    .option(...WATCH_OPTION)
    .action(async (_options, command) => {
      const options = optionsOf<ListingOptions>(command);
      await withStore(options, io, (store) => printListing(io, options, () => readStatus(store)));
    });
};

const stateOf = (site: SiteRow, dbNowMs: number): string => {
  if (site.connection !== 'up') return site.connection;
  return dbNowMs - site.pbxSeenAtMs > SITE_STALE_MS ? 'stale' : 'up';
};

async function readStatus(store: QueryStore): Promise<Listing> {
  const [{ dbNowMs, sites }, agents, queues, edges, live] = await Promise.all([
    store.sites(),
    store.agents(),
    store.queues(),
    store.edges(),
    store.calls({ limit: 10_000, live: true }),
  ]);
  const ago = (ms: number): string | null => (ms === 0 ? null : shortSpan(dbNowMs - ms));
  const siteRows = sites.map((site) => {
    const own = agents.filter((agent) => agent.siteId === site.siteId);
    return {
      site: site.siteId,
      title: site.title,
      state: stateOf(site, dbNowMs),
      seenAgoMs: site.pbxSeenAtMs === 0 ? null : Math.max(0, dbNowMs - site.pbxSeenAtMs),
      seen: ago(site.pbxSeenAtMs),
      calls: site.callsInProgress,
      agents: own.length,
      ready: own.filter((agent) => agent.status === 'ready').length,
      idle: own.filter((agent) => agent.status === 'ready' && agent.activity === 'idle').length,
      waiting: queues.filter((queue) => queue.siteId === site.siteId).reduce((sum, queue) => sum + queue.waiting, 0),
    };
  });
  const edgeRows = edges.map((edge) => ({
    edge: edge.edgeId,
    state: edge.leaseUntilMs <= dbNowMs ? 'away' : dbNowMs - edge.seenAtMs > EDGE_SILENT_MS ? 'silent' : 'up',
    seenAgoMs: Math.max(0, dbNowMs - edge.seenAtMs),
    seen: ago(edge.seenAtMs),
    calls: live.filter((call) => call.edgeId === edge.edgeId).length,
  }));
  const siteTable = table(
    siteRows,
    [
      { title: 'SITE', of: (row) => row.site },
      { title: 'TITLE', of: (row) => row.title },
      { title: 'STATE', of: (row) => row.state },
      { title: 'HEARD', of: (row) => row.seen, right: true },
      { title: 'CALLS', of: (row) => row.calls, right: true },
      { title: 'AGENTS', of: (row) => row.agents, right: true },
      { title: 'READY', of: (row) => row.ready, right: true },
      { title: 'IDLE', of: (row) => row.idle, right: true },
      { title: 'WAITING', of: (row) => row.waiting, right: true },
    ],
    'no site has ever reported to this database',
  );
  const edgeTable = table(
    edgeRows,
    [
      { title: 'EDGE', of: (row) => row.edge },
      { title: 'STATE', of: (row) => row.state },
      { title: 'HEARD', of: (row) => row.seen, right: true },
      { title: 'CALLS', of: (row) => row.calls, right: true },
    ],
    'no edge has ever used this database',
  );
  return { text: `${siteTable}\n${edgeTable}`, json: { dbNowMs, sites: siteRows, edges: edgeRows } };
}
