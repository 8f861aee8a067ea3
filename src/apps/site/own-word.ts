import type { PbxEvent } from '../../core/events.ts';
import type { AgentRecord, SiteRules } from '../../core/reduce/site-model.ts';
import type { CommandEnd } from '../../ports/commands.ts';
import type { AgentCommand } from '../../ports/site-pbx.ts';

type Declared = Extract<PbxEvent, { kind: 'statusDeclared' }>;

export const refused = (said: string): CommandEnd => ({ outcome: 'refused', said });

/** What becomes of a command for an agent of whom the PBX keeps no status, and what is to be declared for it. */
export interface OwnWord {
  readonly end: CommandEnd;
  readonly event: Declared | null;
}

/** Agents of the settings, and those whom the PBX knows without a status: his word is ours to keep. For all others there is nothing to be done. */
export function declaredHere(command: AgentCommand, agent: AgentRecord, rules: SiteRules): OwnWord {
  const isOurs = rules.listed.includes(agent.name) || (agent.own !== null && agent.own.status === null);
  const nothing = (end: CommandEnd): OwnWord => ({ end, event: null });
  if (command.queues.length > 0) return nothing(refused(`${agent.name} is in no queue of the PBX`));
  if (!isOurs) return nothing(notOurs(command, agent));
  const { status } = agent.row;
  if (status === 'logged_out' && (command.action === 'pause' || command.action === 'resume'))
    return nothing(refused(`${agent.name} is logged out: log him in first`));
  if (command.action === 'login' && status !== 'logged_out') return nothing(done('he is logged in already'));
  const next = ({ pause: 'paused', resume: 'ready', login: 'ready', logout: 'logged_out' } as const)[command.action];
  const reason = command.action === 'pause' ? command.reason : '';
  return {
    end: done(`${next.replace('_', ' ')}: the PBX keeps no status of him, this site does`),
    event: { kind: 'statusDeclared', device: agent.name, status: next, reason },
  };
}

const done = (said: string): CommandEnd => ({ outcome: 'done', said });

function notOurs({ action }: AgentCommand, { name }: AgentRecord): CommandEnd {
  if (action === 'logout') return done('he is in no queue: logged out already');
  const cure = action === 'login' ? 'name them (--queue)' : 'log him in first';
  return refused(`${name} is in no queue, and nobody remembers in which he was last: ${cure}`);
}
