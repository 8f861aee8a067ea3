/** Agents of all sites, and one of them with why he could take no call now. */
import { z } from 'zod';
import { reasonSentences } from '../../../core/explain/reasons.ts';
import { printable } from '../../../core/explain/text.ts';
import { siteTitles } from '../../../core/explain/titles.ts';
import { IpntError } from '../../../core/errors.ts';
import type { AgentId } from '../../../core/model/agent.ts';
import { AGENT_SHOWN } from '../../../core/model/board.ts';
import type { AgentLine } from '../../../core/model/board.ts';
import { serviceNamed } from '../../../core/model/routing.ts';
import { ineligible } from '../../../core/routing/eligible.ts';
import { parseRequirement, unmet } from '../../../core/routing/requirement.ts';
import { withSites } from '../../../core/routing/steps.ts';
import { demand } from '../demand.ts';
import { pageFrom, pageOf, paging } from '../paging.ts';
import { route } from '../route.ts';
import type { LiveState, Route } from '../route.ts';
import { agentDetailShape } from '../shapes/agent.ts';
import type { AgentDetail } from '../shapes/agent.ts';
import { agentLineShape } from '../shapes/board.ts';

const agentQuery = z.strictObject({
  ...paging,
  site: z.string().optional().describe('Of this site alone.'),
  shown: z.enum(AGENT_SHOWN).optional().describe('Who do this alone.'),
  skill: z.string().optional().describe('Who have this skill alone, at whatever level.'),
  service: z.string().optional().describe('Who meet the requirement of this service alone.'),
  search: z.string().max(200).optional().describe('Whose title, number or id has this in it, in upper or lower case.'),
  sort: z
    .enum(['title', 'since', '-since'])
    .default('title')
    .describe('By title; by since when they do what they do, longest first (`since`) or last.'),
});
type AgentQuery = z.output<typeof agentQuery>;

const AGENTS = route({
  method: 'get',
  path: '/v1/agents',
  tag: 'Agents',
  summary: 'Agents of all sites: what they do, since when, their skills and the call that they are on.',
  right: 'look',
  query: agentQuery,
  answer: pageOf(agentLineShape),
  errors: ['SERVICE_UNKNOWN'],
  run: ({ query }, { live }) => {
    const tests = testsOf(query, live);
    const found = live.snapshot().board.agents.filter((agent) => tests.every((test) => test(agent)));
    return Promise.resolve(pageFrom('agents', found, query, KEYS[query.sort]));
  },
});

const KEYS: Readonly<Record<AgentQuery['sort'], (agent: AgentLine) => readonly (string | number)[]>> = {
  title: ({ title, id }) => [title.toLowerCase(), id],
  since: ({ sinceMs, id }) => [sinceMs, id],
  '-since': ({ sinceMs, id }) => [-sinceMs, id],
};

type Test = (agent: AgentLine) => boolean;

/** What each agent is asked; the cheap questions first. */
function testsOf(query: AgentQuery, live: LiveState): readonly Test[] {
  const { site, shown, skill, service, search } = query;
  const tests: Test[] = [];
  if (site !== undefined) tests.push(({ siteId }) => siteId === site);
  if (shown !== undefined) tests.push((agent) => agent.shown === shown);
  if (skill !== undefined) tests.push(({ skills }) => Object.hasOwn(skills, skill));
  if (search !== undefined) {
    const wanted = search.toLowerCase();
    tests.push(({ title, number, id }) => [title, number, id].some((text) => text.toLowerCase().includes(wanted)));
  }
  if (service !== undefined) {
    const { requirement, sites } = serviceNamed(live.routing(), service);
    const asked = parseRequirement(withSites(requirement, sites));
    const { agents } = live.view();
    tests.push(({ id }) => {
      const agent = agents.get(id);
      return agent !== undefined && unmet(asked, agent) === null;
    });
  }
  return tests;
}

const AGENT = route({
  method: 'get',
  path: '/v1/agents/{agentId}',
  tag: 'Agents',
  summary:
    'One agent: his call centre, his places in queues, what was imported for him, and why he could take no call now. An agent sees himself alone.',
  right: null,
  params: z.object({ agentId: z.string().describe('`berlin/PJSIP/1001`, URL-encoded.') }),
  answer: agentDetailShape,
  errors: ['AGENT_UNKNOWN', 'NOT_ALLOWED'],
  run: (asked, { live }) => {
    const { agentId } = asked.params;
    demand(asked, asked.person.role === 'agent' ? 'see_self' : 'look', { agentId });
    return Promise.resolve(detailOf(agentId, live));
  },
});

/** Throws AGENT_UNKNOWN. */
function detailOf(agentId: AgentId, live: LiveState): AgentDetail {
  const { board, nowMs, staleSinceMs } = live.snapshot();
  const line = board.agents.find(({ id }) => id === agentId);
  const site = board.sites.find(({ id }) => id === line?.siteId);
  const view = live.view();
  const agent = view.agents.get(agentId);
  if (line === undefined || site === undefined || agent === undefined)
    throw new IpntError('AGENT_UNKNOWN', `no site has shown an agent "${agentId}"`);
  const reasons = ineligible(agent, view, false);
  const sites = siteTitles(view);
  return {
    ...line,
    ...{ nowMs, staleSinceMs },
    site: { id: site.id, title: site.title, state: site.state, lastHeardMs: site.lastHeardMs },
    callTitle: line.call === null ? '' : callTitle(line.call.service, live),
    memberships: agent.memberships,
    attributes: agent.attributes,
    profile: live.routing().profiles.find((profile) => profile.agentId === agentId) ?? null,
    reasons,
    says: reasonSentences(reasons, { atMs: view.nowMs, sites, tense: 'is' }).map(printable),
  };
}

/** What people call a service; its name, where it is no more. */
const callTitle = (service: string, live: LiveState): string =>
  live.routing().services.find(({ name }) => name === service)?.title ?? service;

export const AGENT_ROUTES: readonly Route[] = [AGENTS, AGENT];
