/** What people want done with agents at their PBXes, and what came of it. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { IpntError } from '../../../core/errors.ts';
import { agentIdOf } from '../../../core/model/agent.ts';
import type { KnownAgent } from '../../../core/model/agent.ts';
import { AGENT_ACTIONS, REASON_LENGTH, wishFaults } from '../../../core/model/command.ts';
import type { CommandFilter, CommandLine } from '../../../ports/commands.ts';
import { askAndWait } from '../../common/ask-command.ts';
import { demand } from '../demand.ts';
import { cursorAt, pageOf, paging, placeOf } from '../paging.ts';
import { RequestInvalid } from '../problems.ts';
import { route } from '../route.ts';
import type { Asked, Route } from '../route.ts';
import { commandAnswerShape, commandListedShape } from '../shapes/command.ts';
import type { CommandListed } from '../shapes/command.ts';

const wish = z.strictObject({
  action: z.enum(AGENT_ACTIONS),
  reason: z.string().max(REASON_LENGTH).default('').describe('Why he pauses. With `pause` alone.'),
  queues: z
    .array(z.string().min(1).max(190))
    .max(100)
    .default([])
    .describe('These queues alone; empty: all of his, or those he was in last.'),
});

const COMMAND_AGENT = route({
  method: 'post',
  path: '/v1/agents/{agentId}/commands',
  tag: 'Agents',
  summary:
    'Pauses, resumes, logs in or logs out an agent at his PBX; answers with what the PBX says, within some seconds.',
  right: 'command_agent',
  params: z.object({ agentId: z.string() }),
  body: wish,
  answer: commandAnswerShape,
  errors: ['AGENT_UNKNOWN'],
  audit: {
    action: ({ body }) => `agent.${body.action}`,
    target: ({ params }) => params.agentId,
    detail: ({ body: { action, reason } }, { outcome, said }) =>
      `${action}${reason === '' ? '' : ` (${reason})`}: ${outcome}: ${said}`,
  },
  run: async (asked, { store, live, clock }) => {
    const { params, body, person } = asked;
    const { agentId } = params;
    const [siteId = ''] = agentId.split('/');
    demand(asked, 'command_agent', { siteId, agentId });
    const faults = wishFaults(body);
    if (faults.length > 0)
      throw new RequestInvalid(faults.map(({ key, message, cure }) => ({ path: `body.${key}`, message, cure })));
    const agent = live.view().agents.get(agentId);
    if (agent === undefined) throw new IpntError('AGENT_UNKNOWN', `no site has shown an agent "${agentId}"`);
    if (person.role === 'agent') onlyHisQueues(body, agent);
    const ids = { commandId: randomUUID(), siteId: agent.siteId, agent: agent.name, askedBy: person.name };
    const end = await askAndWait(store, clock, { ...body, ...ids });
    await live.refresh();
    return { commandId: ids.commandId, ...end };
  },
});

/** A queue is a skill at the best level: nobody gives himself one. Throws NOT_ALLOWED. */
function onlyHisQueues({ queues }: z.output<typeof wish>, { memberships }: Pick<KnownAgent, 'memberships'>): void {
  const others = queues.filter((name) => !memberships.some(({ queue }) => queue === name));
  if (others.length > 0)
    throw new IpntError('NOT_ALLOWED', `you are not in ${others.join(', ')}: a supervisor can put you there`);
}

const place = z.object({ askedAtMs: z.number(), commandId: z.string() });

const COMMANDS = route({
  method: 'get',
  path: '/v1/commands',
  tag: 'Agents',
  summary: 'Commands of the last days, newest first: who wanted what, and what came of it. An agent sees his own.',
  right: 'command_agent',
  query: z.strictObject({
    ...paging,
    agent: z.string().optional().describe('With this agent alone.'),
    site: z.string().optional().describe('At this site alone.'),
  }),
  answer: pageOf(commandListedShape),
  run: async (asked, { store }) => {
    const { query } = asked;
    const { limit, cursor, agent, site } = query;
    demand(asked, 'command_agent', { agentId: agent });
    const before = cursor === undefined ? undefined : placeOf('commands', cursor, place, query);
    const own = ownOf(asked);
    const found = await store.commands({ agentId: agent ?? own, siteId: site, before, limit: limit + 1 });
    const items = found.slice(0, limit);
    const last = items.at(-1);
    const isMore = found.length > limit && last !== undefined;
    return {
      items: items.map(listed),
      next: isMore ? cursorAt('commands', { askedAtMs: last.askedAtMs, commandId: last.commandId }, query) : null,
    };
  },
});

/** An agent sees his own commands alone. */
const ownOf = ({ person }: Pick<Asked<unknown, unknown, unknown>, 'person'>): CommandFilter['agentId'] =>
  person.role === 'agent' ? person.agentId : undefined;

const COMMAND = route({
  method: 'get',
  path: '/v1/commands/{commandId}',
  tag: 'Agents',
  summary: 'One command, and what came of it.',
  right: 'command_agent',
  params: z.object({ commandId: z.string().max(64) }),
  answer: commandListedShape,
  errors: ['COMMAND_UNKNOWN'],
  run: async (asked, { store }) => {
    const { commandId } = asked.params;
    const [found] = await store.commands({ commandId, agentId: ownOf(asked), limit: 1 });
    if (found === undefined) throw new IpntError('COMMAND_UNKNOWN', `there is no command "${commandId}"`);
    return listed(found);
  },
});

const listed = ({ agent, end, ...line }: CommandLine): CommandListed => {
  const { commandId, siteId, action, reason, queues, askedBy, askedAtMs } = line;
  return {
    ...{ commandId, siteId, agentId: agentIdOf(siteId, agent), action, reason, queues, askedBy, askedAtMs },
    ...{ outcome: end?.outcome ?? null, said: end?.said ?? '' },
  };
};

export const COMMAND_ROUTES: readonly Route[] = [COMMAND_AGENT, COMMANDS, COMMAND];
