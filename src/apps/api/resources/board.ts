/** What is going on now: the board whole, and its parts as lists. All from memory: nothing here asks the database. */
import { z } from 'zod';
import { pageFrom, pageOf, paging } from '../paging.ts';
import { route } from '../route.ts';
import type { Route } from '../route.ts';
import { boardSnapshotShape, edgeLineShape, queueLineShape, siteLineShape } from '../shapes/board.ts';

const BOARD = route({
  method: 'get',
  path: '/v1/board',
  tag: 'Now',
  summary: 'Everything that the wallboard shows. `/v1/stream` tells what changes.',
  right: 'look',
  answer: boardSnapshotShape,
  run: (_asked, { live }) => Promise.resolve(live.snapshot()),
});

const SITES = route({
  method: 'get',
  path: '/v1/sites',
  tag: 'Now',
  summary: 'The call centres: whether they are heard of, and what their agents do.',
  right: 'look',
  query: z.strictObject(paging),
  answer: pageOf(siteLineShape),
  run: ({ query }, { live }) =>
    Promise.resolve(
      pageFrom('sites', live.snapshot().board.sites, query, ({ title, id }) => [title.toLowerCase(), id]),
    ),
});

const EDGES = route({
  method: 'get',
  path: '/v1/edges',
  tag: 'Now',
  summary: 'The edges at which calls arrive and wait.',
  right: 'look',
  query: z.strictObject(paging),
  answer: pageOf(edgeLineShape),
  run: ({ query }, { live }) =>
    Promise.resolve(pageFrom('edges', live.snapshot().board.edges, query, ({ id }) => [id])),
});

const QUEUES = route({
  method: 'get',
  path: '/v1/queues',
  tag: 'Now',
  summary: "The call centres' own queues, with their figures.",
  right: 'look',
  query: z.strictObject({ ...paging, site: z.string().optional().describe('Of this site alone.') }),
  answer: pageOf(queueLineShape),
  run: ({ query }, { live }) => {
    const { queues } = live.snapshot().board;
    const wanted = query.site === undefined ? queues : queues.filter(({ siteId }) => siteId === query.site);
    return Promise.resolve(pageFrom('queues', wanted, query, ({ name, siteId }) => [name.toLowerCase(), siteId, name]));
  },
});

export const BOARD_ROUTES: readonly Route[] = [BOARD, SITES, EDGES, QUEUES];
