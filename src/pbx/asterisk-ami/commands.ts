import { IpntError } from '../../core/errors.ts';
import type { MembershipReport } from '../../core/events.ts';
import type { AgentCommand, CommandAnswer } from '../../ports/site-pbx.ts';
import type { Places } from './memberships.ts';
import type { AmiMessage } from './wire.ts';

/** One AMI action; `about` is its queue, '' where it is of all queues. */
export interface QueueAction {
  readonly about: string;
  readonly fields: Readonly<Record<string, string>>;
}

/** What is to be sent, all of it or nothing; or what can be answered without asking the PBX. */
export type Plan = readonly QueueAction[] | CommandAnswer;

export const isAnswer = (plan: Plan): plan is CommandAnswer => 'outcome' in plan;

const OURS: CommandAnswer = { outcome: 'ours', said: '' };
const refused = (said: string): CommandAnswer => ({ outcome: 'refused', said });
const done = (said: string): CommandAnswer => ({ outcome: 'done', said });
const namesOf = (reports: readonly MembershipReport[]): string => reports.map(({ queue }) => queue).join(', ');

/**
 * A command in actions of app_queue (Asterisk 22 documentation, "AMI Actions": QueuePause, QueueAdd, QueueRemove). They name a member by
 * his interface, which need not be the device that he is known by. Of an agent in no queue the PBX keeps no status.
 */
export function planCommand(command: AgentCommand, places: Places): Plan {
  if (command.action === 'login') return login(command, places);
  if (places.now.length === 0 && command.queues.length === 0 && places.last.length === 0) return OURS;
  const missing = command.queues.filter((name) => !places.now.some(({ queue }) => queue === name));
  if (missing.length > 0)
    return refused(`${command.agent} is not in ${missing.join(', ')}; he is in ${namesOf(places.now) || 'no queue'}`);
  if (command.action === 'logout') return logout(command, places);
  if (places.now.length === 0) return refused(`${command.agent} is logged out of his queues: log him in first`);
  return pause(command, places);
}

/** Without a Queue the action is of all queues that have this interface (app_queue.c, set_member_paused, Asterisk 22). */
function pause({ action, reason, queues }: AgentCommand, { now }: Places): Plan {
  const fields = { Action: 'QueuePause', Paused: String(action === 'pause') };
  const why: Record<string, string> = action === 'pause' && reason !== '' ? { Reason: reason } : {};
  if (queues.length === 0)
    return [...new Set(now.map(({ iface }) => iface))].map((iface) => ({
      about: '',
      fields: { ...fields, Interface: iface, ...why },
    }));
  return now
    .filter(({ queue }) => queues.includes(queue))
    .map(({ queue, iface }) => ({ about: queue, fields: { ...fields, Queue: queue, Interface: iface, ...why } }));
}

function login({ agent, queues }: AgentCommand, { now, last }: Places): Plan {
  if (queues.length === 0 && now.length > 0) return done(`he is in ${namesOf(now)} already`);
  if (queues.length === 0 && last.length === 0) return OURS;
  const names = queues.length > 0 ? queues : last.map(({ queue }) => queue);
  const wanted = [...new Set(names)].filter((name) => !now.some(({ queue }) => queue === name));
  if (wanted.length === 0) return done(`he is in ${namesOf(now)} already`);
  const [another] = [...now, ...last];
  return wanted.map((queue) => {
    const was = last.find((one) => one.queue === queue);
    const iface = (was ?? another)?.iface ?? agent;
    const title = (was ?? another)?.title ?? agent;
    return {
      about: queue,
      fields: {
        ...{ Action: 'QueueAdd', Queue: queue, Interface: iface, Penalty: String(was?.penalty ?? 0) },
        ...(title === agent ? {} : { MemberName: title }),
        ...(iface === agent ? {} : { StateInterface: agent }),
      },
    };
  });
}

/** QueueRemove takes dynamic members alone (app_queue.c, RES_NOT_DYNAMIC, Asterisk 22). */
function logout({ agent, queues }: AgentCommand, { now }: Places): Plan {
  if (now.length === 0) return done('he is logged out already');
  const wanted = now.filter(({ queue }) => queues.length === 0 || queues.includes(queue));
  const fixed = wanted.filter(({ dynamic }) => !dynamic);
  if (fixed.length > 0)
    return refused(
      `${agent} is a member of ${namesOf(fixed)} by queues.conf, and nobody can log him out: pause him, or name his other queues`,
    );
  return wanted.map(({ queue, iface }) => ({
    about: queue,
    fields: { Action: 'QueueRemove', Queue: queue, Interface: iface },
  }));
}

/** Sends all at once, so that none is late; every answer is told. Rejects where the PBX does not answer: nobody knows then. */
export async function carryOut(
  actions: readonly QueueAction[],
  send: (fields: QueueAction['fields']) => Promise<AmiMessage>,
): Promise<CommandAnswer> {
  const answers = await Promise.all(actions.map((action) => answerOf(action, send)));
  const told = (said: string, about: string) => (about === '' ? said : `${about}: ${said}`);
  const said = [...new Set(answers.map((answer, i) => told(answer.said, actions[i]?.about ?? '')))].join('; ');
  return { outcome: answers.some(({ outcome }) => outcome === 'refused') ? 'refused' : 'done', said };
}

async function answerOf(
  { fields }: QueueAction,
  send: (fields: QueueAction['fields']) => Promise<AmiMessage>,
): Promise<CommandAnswer> {
  try {
    return done((await send(fields))['message'] ?? 'done');
  } catch (error) {
    if (!(error instanceof IpntError) || error.code === 'AMI_UNREACHABLE') throw error;
    const isRight = error.code === 'AMI_DENIED' && /permission denied/i.test(error.detail);
    return refused(isRight ? `${error.detail}; give the user write=reporting,agent in manager.conf` : error.detail);
  }
}
