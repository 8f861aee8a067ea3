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

/** The command as callcenter_config takes it; null for a name that would be read as more than a name. */
export function statusCommand({ agent, action }: AgentCommand): string | null {
  if (agent === '' || UNSAFE.test(agent)) return null;
  return `callcenter_config agent set status ${agent} '${STATUS_OF[action]}'`;
}

/** In FreeSWITCH's words. mod_callcenter keeps no reason of a break: it is said that it was not kept. */
export function answerOf(body: string, { action, reason, queues }: AgentCommand): CommandAnswer {
  const said = body.trim();
  if (!said.startsWith('+OK')) return { outcome: 'refused', said: said || 'FreeSWITCH said nothing' };
  const notes = [
    ...(action === 'pause' && reason !== '' ? ['mod_callcenter keeps no reason of a break'] : []),
    ...(queues.length > 0 ? ['a status is one for all queues'] : []),
  ];
  return { outcome: 'done', said: [said, ...notes].join('; ') };
}
