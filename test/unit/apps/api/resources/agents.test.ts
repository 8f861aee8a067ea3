import { beforeAll, describe, expect, it } from 'vitest';
import { AGENT_ROUTES } from '../../../../../src/apps/api/resources/agents.ts';
import { BOARD_ROUTES } from '../../../../../src/apps/api/resources/board.ts';
import type { AgentDetail } from '../../../../../src/apps/api/shapes/agent.ts';
import type { AgentLine, SiteLine } from '../../../../../src/core/model/board.ts';
import type { Page } from '../../../../../src/apps/api/paging.ts';
import { openDesk } from './desk.ts';
import type { Desk, Who } from './desk.ts';

let desk: Desk;
beforeAll(async () => void (desk = await openDesk([...BOARD_ROUTES, ...AGENT_ROUTES])));

const ANNA = '/v1/agents/berlin%2FPJSIP%2F1001';
const BOB = '/v1/agents/berlin%2FPJSIP%2F1002';

describe('what is going on now', () => {
  it('is one board, and its parts are lists', async () => {
    expect(await desk.ask('viewer', 'GET /v1/board')).toMatchObject({ seq: 1, staleSinceMs: null });
    const { items } = await desk.ask<Page<SiteLine>>('viewer', 'GET /v1/sites');
    expect(items.map(({ title }) => title)).toEqual(['Berlin', 'Lyon']);
    expect(await desk.ask('viewer', 'GET /v1/edges')).toMatchObject({ items: [{ id: 'edge1' }], next: null });
    expect(await desk.ask('viewer', 'GET /v1/queues?site=lyon')).toMatchObject({ items: [{ id: 'lyon/support' }] });
  });
});

describe('agents', () => {
  it.each([
    ['', ['Anna', 'Bob', 'Chloé', 'Émile']],
    ['?site=lyon', ['Chloé', 'Émile']],
    ['?shown=paused', ['Bob']],
    ['?skill=queue:french', ['Chloé']],
    ['?service=french', ['Chloé']],
    ['?service=support&site=berlin', ['Anna', 'Bob']],
    ['?search=ÉMI', ['Émile']],
    ['?search=2001', ['Chloé']],
    ['?search=nobody', []],
    ['?sort=since', ['Anna', 'Bob', 'Chloé', 'Émile']],
    ['?sort=-since', ['Émile', 'Chloé', 'Bob', 'Anna']],
    ['?limit=2', ['Anna', 'Bob']],
  ])('%s', async (query, titles) => {
    const { items } = await desk.ask<Page<AgentLine>>('viewer', `GET /v1/agents${query}`);
    expect(items.map(({ title }) => title)).toEqual(titles);
  });

  it('come page by page', async () => {
    const first = await desk.ask<Page<AgentLine>>('viewer', 'GET /v1/agents?limit=3');
    const second = await desk.ask<Page<AgentLine>>('viewer', `GET /v1/agents?limit=3&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ title }) => title)).toEqual(['Anna', 'Bob', 'Chloé', 'Émile']);
    expect(second.next).toBeNull();
    const other = await desk.ask('viewer', `GET /v1/agents?site=lyon&cursor=${first.next}`);
    expect(other).toMatchObject({ code: 'CURSOR_INVALID' });
  });

  it.each<[Who, string, string]>([
    ['viewer', '/v1/agents?shown=sleeping', 'REQUEST_INVALID'],
    ['viewer', '/v1/agents?limit=0', 'REQUEST_INVALID'],
    ['viewer', '/v1/agents?sight=berlin', 'REQUEST_INVALID'],
    ['viewer', '/v1/agents?service=nope', 'SERVICE_UNKNOWN'],
    ['agent', '/v1/agents', 'NOT_ALLOWED'],
    ['agent', BOB, 'NOT_ALLOWED'],
    ['viewer', '/v1/agents/berlin%2FPJSIP%2F9999', 'AGENT_UNKNOWN'],
  ])('%s asks %s: %s', async (who, path, code) => {
    expect(await desk.ask(who, `GET ${path}`)).toMatchObject({ code });
  });

  it.each(['/v1/board', '/v1/sites', '/v1/edges', '/v1/queues', BOB, '/v1/agents/lyon%2FPJSIP%2F2001'])(
    'an agent, who sees himself alone, is refused %s',
    async (path) => {
      expect(await desk.ask('agent', `GET ${path}`)).toMatchObject({ code: 'NOT_ALLOWED' });
    },
  );

  it.each<[Who, string, Partial<AgentDetail>]>([
    ['viewer', ANNA, { title: 'Anna', reasons: [], says: [] }],
    [
      'agent',
      ANNA,
      {
        ...{ title: 'Anna', callTitle: '', staleSinceMs: null },
        site: { id: 'berlin', title: 'Berlin', state: 'up', lastHeardMs: null },
      },
    ],
    [
      'viewer',
      BOB,
      {
        title: 'Bob',
        reasons: [{ code: 'paused', reason: 'lunch' }],
        says: ['is on a pause ("lunch")'],
        profile: null,
      },
    ],
    ['viewer', '/v1/agents/lyon%2FPJSIP%2F2001', { says: ['is in a call'] }],
    ['viewer', '/v1/agents/lyon%2FPJSIP%2F2002', { says: ['is logged out'], memberships: [] }],
  ])('%s asks %s', async (who, path, detail) => {
    expect(await desk.ask(who, `GET ${path}`)).toMatchObject(detail);
  });
});
