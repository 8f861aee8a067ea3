import { EMPTY_CURSOR } from '../../ports/edge-store.ts';
import type { Changes, Cursor } from '../../ports/edge-store.ts';
import { notBack } from '../common/place.ts';
import type { Place, Wanted } from '../common/place.ts';
import { figuresAnew, OVERLAP_MS, READER_LATE_MS } from '../common/store.ts';
import { readFigures } from './figures.ts';
import type { Result, Row } from './node.ts';
import type { Database } from './pool.ts';
import { AGENT_COLUMNS, agentOf, isGone, QUEUE_COLUMNS, queueOf } from './rows.ts';
import { reservationOf, siteOf, WAITING_COLUMNS, waitingOf } from './rows.ts';
import { bind, query } from './sql.ts';
import { together } from './transaction.ts';

const VERSIONS = query('read-versions').split(/;\s*$/m);

/** A full load of 24,000 agents takes most of a second. */
const LOAD_MS = 5_000;

/** As many sources are asked for new rows along with their versions, not knowing whether there are any. */
const MOST_ASKED_AHEAD = 16;

/**
 * One round trip where sources are few or none has news, two otherwise and for a load; another where figures have changed. Never takes a lower version of the same
 * epoch, nor a lower epoch (a node that lags, after a failover): that source then stays as it is until the node has caught up.
 */
export async function readChanges(db: Database, given: Cursor): Promise<Changes> {
  const ahead = aheadOf(given);
  const [clock, siteRows, edgeRows, reservations, pausing, ...newRows] = await together(
    db,
    [
      ...VERSIONS.map((sql) => bind(sql, { readAtMs: given.readAtMs, overlapMs: OVERLAP_MS })),
      ...statementsOf(ahead.sites, ahead.edges),
    ],
    given.readAtMs === 0 ? { timeoutMs: LOAD_MS } : {},
  );
  const dbNowMs = Number(clock?.rows[0]?.['db_now_ms']);
  const isLate = given.readAtMs !== 0 && dbNowMs - given.readAtMs > READER_LATE_MS;
  if (isLate) return readChanges(db, EMPTY_CURSOR);
  const sites = (siteRows?.rows ?? []).map(siteOf).map((site) => notBack(site, given.sites.get(site.siteId)));
  const edges = (edgeRows?.rows ?? []).map(edgeOf).map((edge) => notBack(edge, given.edges.get(edge.edgeId)));
  const wantedSites = sites.flatMap((site) => wanted(site.siteId, site, given.sites.get(site.siteId)));
  const wantedEdges = edges.flatMap((edge) => wanted(edge.edgeId, edge, given.edges.get(edge.edgeId)));
  // What was asked for ahead is all that is wanted, unless a source is new or has a new epoch.
  const isThere = [...wantedSites, ...wantedEdges].every(({ after }) => after !== null && ahead.isAsked);
  const rows = isThere ? rowsOf(ahead.sites, ahead.edges, newRows) : await readRows(db, wantedSites, wantedEdges);
  return {
    ...rows,
    figures: await readFigures(db, figuresWanted(given, dbNowMs, edgeRows?.rows ?? [])),
    ...{ dbNowMs, sites, edges },
    reservations: (reservations?.rows ?? []).map(reservationOf),
    pausing: (pausing?.rows ?? []).map((row) => String(row['agent_id'])),
    routingVersion: Number(clock?.rows[0]?.['routing_version']),
    cursor: {
      sites: new Map(sites.map(({ siteId, epoch, version }) => [siteId, { epoch, version }])),
      edges: new Map(edges.map(({ edgeId, epoch, version }) => [edgeId, { epoch, version }])),
      readAtMs: dbNowMs,
    },
  };
}

/** The edges that have written figures since the cursor; null: all figures, after a minute or at first. */
function figuresWanted({ edges, readAtMs }: Cursor, dbNowMs: number, rows: readonly Row[]): readonly Wanted[] | null {
  if (figuresAnew(readAtMs, dbNowMs)) return null;
  return rows.flatMap((row) => {
    const id = String(row['edge_id']);
    const after = edges.get(id)?.version ?? -1;
    return Number(row['figures_version']) > after ? [{ id, after }] : [];
  });
}

/** The known sources, when they are few: rows are read after the versions, so none that these stand for is missed. */
function aheadOf({ sites, edges }: Cursor): { sites: Wanted[]; edges: Wanted[]; isAsked: boolean } {
  if (sites.size + edges.size > MOST_ASKED_AHEAD) return { sites: [], edges: [], isAsked: false };
  const known = (places: ReadonlyMap<string, Place>) =>
    [...places].map(([id, { version }]) => ({ id, after: version }));
  return { sites: known(sites), edges: known(edges), isAsked: true };
}

const edgeOf = (row: Row): Changes['edges'][number] => ({
  edgeId: String(row['edge_id']),
  epoch: Number(row['epoch']),
  version: Number(row['version']),
  seenAtMs: Number(row['seen_at_ms']),
});

function wanted(id: string, source: Place, known: Place | undefined): Wanted[] {
  if (known === undefined || known.epoch !== source.epoch) return [{ id, after: null }];
  return source.version > known.version ? [{ id, after: known.version }] : [];
}

type Rows = Pick<
  Changes,
  | 'reloadedSites'
  | 'agents'
  | 'removedAgents'
  | 'queues'
  | 'removedQueues'
  | 'reloadedEdges'
  | 'waiting'
  | 'removedWaiting'
>;

async function readRows(db: Database, sites: readonly Wanted[], edges: readonly Wanted[]): Promise<Rows> {
  const statements = statementsOf(sites, edges);
  const isLoad = [...sites, ...edges].some(({ after }) => after === null);
  const results = statements.length > 0 ? await together(db, statements, isLoad ? { timeoutMs: LOAD_MS } : {}) : [];
  return rowsOf(sites, edges, results);
}

function statementsOf(sites: readonly Wanted[], edges: readonly Wanted[]): string[] {
  const ofSites = sites.length > 0 ? [rangeOf('agent_state', AGENT_COLUMNS, 'site_id', sites)] : [];
  if (sites.length > 0) ofSites.push(rangeOf('queue_state', QUEUE_COLUMNS, 'site_id', sites));
  const ofEdges = edges.length > 0 ? [rangeOf('waiting_call', WAITING_COLUMNS, 'edge_id', edges)] : [];
  return [...ofSites, ...ofEdges];
}

/** The answers to `statementsOf` the same sources. */
function rowsOf(sites: readonly Wanted[], edges: readonly Wanted[], results: readonly Result[]): Rows {
  const of = (index: number) => results[index]?.rows ?? [];
  const [agents, queues] = sites.length > 0 ? [of(0), of(1)] : [[], []];
  const waiting = edges.length > 0 ? of(sites.length > 0 ? 2 : 0) : [];
  const shown = (rows: readonly Row[]) => rows.filter((row) => !isGone(row));
  const gone = (rows: readonly Row[], id: string) => rows.filter(isGone).map((row) => String(row[id]));
  const whole = (from: readonly Wanted[]) => from.filter(({ after }) => after === null).map(({ id }) => id);
  return {
    reloadedSites: whole(sites),
    agents: shown(agents).map(agentOf),
    removedAgents: gone(agents, 'agent_id'),
    queues: shown(queues).map(queueOf),
    removedQueues: gone(queues, 'queue_id'),
    reloadedEdges: whole(edges),
    waiting: shown(waiting).map(waitingOf),
    removedWaiting: gone(waiting, 'call_id'),
  };
}

/** One range of KEY(source, version) for each source. */
function rangeOf(table: string, columns: string, key: string, from: readonly Wanted[]): string {
  const ranges = from.map(({ id, after }) =>
    after === null
      ? bind(`(${key} = :id AND gone_at_ms IS NULL)`, { id })
      : bind(`(${key} = :id AND version > :after)`, { id, after }),
  );
  return `SELECT ${columns} FROM ${table} WHERE ${ranges.join(' OR ')}`;
}
