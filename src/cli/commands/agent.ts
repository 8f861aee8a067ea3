import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { askAndWait } from '../../apps/common/ask-command.ts';
import { IpntError } from '../../core/errors.ts';
import type { AgentState } from '../../core/model/agent.ts';
import { AGENT_ACTIONS, wishFaults } from '../../core/model/command.ts';
import type { CommandEnd } from '../../ports/commands.ts';
import type { AgentCommand } from '../../ports/site-pbx.ts';
import { systemClock } from '../../runtime/clock.ts';
import { Ending, JSON_OPTION, optionsOf } from '../command.ts';
import type { AddCommand } from '../command.ts';
import { EXIT } from '../io.ts';
import { noteChange } from '../note-change.ts';
import { withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { someOf } from '../../core/explain/text.ts';
import { userName } from '../user-name.ts';

interface AgentOptions extends GlobalOptions {
  readonly reason?: string;
  readonly queue?: readonly string[];
  readonly json?: boolean;
}

/** `ipnt agent pause AGENT --reason lunch`: asks the site's process, and waits for what the PBX says. */
export const addAgent: AddCommand = (program, io) => {
  program
    .command('agent')
    .description('pause, resume, login or logout an agent at his PBX; waits for its answer')
    .argument('<action>', AGENT_ACTIONS.join(', '))
    .argument('<agent>', 'as `ipnt agents` lists him (berlin/PJSIP/1001), or berlin/1001')
    .option('--reason <text>', 'why he pauses')
    .option('--queue <queue...>', 'these queues alone; without it all of his, or those he was in last')
    .option(...JSON_OPTION)
    .action(async (action: string, wanted: string, _options, command) => {
      const options = optionsOf<AgentOptions>(command);
      const asked = checked(action, options, command);
      const { agentId, end } = await withStore(options, io, async (store) => {
        const { agentId, siteId, name } = agentNamed(await store.agents(), wanted);
        const ids = { commandId: randomUUID(), siteId, agent: name, askedBy: userName() };
        const end = await askAndWait(store, systemClock, { ...asked, ...ids });
        const detail = [asked.reason, asked.queues.join(', '), `${end.outcome}: ${end.said}`].filter(
          (one) => one !== '',
        );
        await noteChange(store, io, { action: `agent.${asked.action}`, target: agentId, detail: detail.join('; ') });
        return { agentId, end };
      });
      if (options.json) io.out(`${JSON.stringify({ agent: agentId, action, ...end }, null, 2)}\n`);
      else if (end.outcome === 'done') io.out(`${agentId}: ${end.said}\n`);
      else io.err(`ipnt: ${agentId}: ${WORDS[end.outcome]}: ${end.said}\n`);
      if (end.outcome !== 'done') throw new Ending(EXIT.failed);
    });
};

const WORDS: Readonly<Record<CommandEnd['outcome'], string>> = {
  done: 'done',
  refused: 'refused',
  expired: 'expired',
  unknown: 'not known',
};

/** What is wrong with the words is told before a database is opened. */
function checked(action: string, options: AgentOptions, command: Command): Omit<AgentCommand, 'agent'> {
  const known = AGENT_ACTIONS.find((one) => one === action);
  if (known === undefined) return command.error(`error: "${action}" is none of ${AGENT_ACTIONS.join(', ')}`);
  const { reason = '', queue: queues = [] } = options;
  const faults = wishFaults({ action: known, reason, queues });
  if (faults.length > 0) command.error(faults.map(({ message, cure }) => `error: ${message}; ${cure}`).join('\n'));
  return { action: known, reason, queues };
}

/** His id, or `site/1001` or `1001` where one agent alone is called that. Throws AGENT_UNKNOWN with those that could be meant. */
export function agentNamed<T extends Pick<AgentState, 'agentId' | 'siteId' | 'name' | 'address'>>(
  agents: readonly T[],
  wanted: string,
): T {
  const exact = agents.find(({ agentId }) => agentId === wanted);
  if (exact !== undefined) return exact;
  const shortOf = ({ name, address }: T): string => address ?? name.slice(name.indexOf('/') + 1);
  const found = agents.filter((one) => [`${one.siteId}/${shortOf(one)}`, shortOf(one), one.name].includes(wanted));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  const listed = (some: readonly T[]) => someOf(some.map(({ agentId }) => agentId));
  if (only !== undefined) throw new IpntError('AGENT_UNKNOWN', `"${wanted}" is more than one: ${listed(found)}`);
  const near = agents.filter(({ agentId }) => agentId.toLowerCase().includes(wanted.toLowerCase()));
  const hint = near.length > 0 ? `; there are ${listed(near)}` : '';
  throw new IpntError('AGENT_UNKNOWN', `no site has shown an agent "${wanted}"${hint}`);
}
