import type { AgentCommand, CommandAnswer } from '../../ports/site-pbx.ts';

/** The status that each command asks for; two words must be quoted (seen on 1.10.12). */
const STATUS_OF: Readonly<Record<AgentCommand['action'], string>> = {
  pause: 'On Break',
  resume: 'Available',
  login: 'Available',
  logout: 'Logged Out',
};

/** What ends a command or an argument of one. mod_callcenter splits at blanks, and takes quotes away. */
const UNSAFE = /['"\s\\|\0]/;

const refused = (said: string): CommandAnswer => ({ outcome: 'refused', said });

/** The command as callcenter_config takes it, or why there is none: a name that would be read as more, a wish that it does not know. */
export function statusCommand({ agent, action, reason, queues }: AgentCommand): string | CommandAnswer {
  if (agent === '' || UNSAFE.test(agent)) return refused(`"${agent}" is no name of an agent`);
  if (/[\r\n\0]/.test(reason)) return refused('the reason has line ends');
  if (queues.length > 0) return refused('mod_callcenter has one status for all queues of an agent: leave --queue out');
  return `callcenter_config agent set status ${agent} '${STATUS_OF[action]}'`;
}

/** In FreeSWITCH's words. mod_callcenter keeps no reason of a break: it is said that it was not kept. */
export function answerOf(body: string, { action, reason }: AgentCommand): CommandAnswer {
  const said = body.trim();
  if (!said.startsWith('+OK')) return refused(said || 'FreeSWITCH said nothing');
  const isLost = action === 'pause' && reason !== '';
  return { outcome: 'done', said: isLost ? `${said}; mod_callcenter keeps no reason of a break` : said };
}
