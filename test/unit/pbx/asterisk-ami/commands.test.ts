import { describe, expect, test } from 'vitest';
import type { MembershipReport, PbxEvent } from '../../../../src/core/events.ts';
import { IpntError } from '../../../../src/core/errors.ts';
import { carryOut, isAnswer, planCommand } from '../../../../src/pbx/asterisk-ami/commands.ts';
import { createMemberships } from '../../../../src/pbx/asterisk-ami/memberships.ts';
import type { AgentCommand } from '../../../../src/ports/site-pbx.ts';
import { member, snapshot } from '../../apps/site/scripted-pbx.ts';

const local = (queue: string, part: Partial<MembershipReport> = {}) =>
  member('1', { queue, iface: 'Local/1@agents', title: 'Ada', dynamic: true, ...part });
const event = (membership: MembershipReport): PbxEvent => ({ kind: 'membershipReported', membership });
const left = (queue: string): PbxEvent => ({ kind: 'membershipRemoved', queue, device: 'PJSIP/1' });

/** What is sent for a command after these events, a second apart; or the answer without asking. */
function sent(events: readonly PbxEvent[], action: AgentCommand['action'], part: Partial<AgentCommand> = {}) {
  const memberships = createMemberships();
  events.forEach((one, i) => memberships.note(one, i * 1_000));
  const command = { agent: 'PJSIP/1', action, reason: '', queues: [], ...part };
  const plan = planCommand(command, memberships.of('PJSIP/1'));
  if (isAnswer(plan)) return `${plan.outcome}: ${plan.said}`;
  return plan.map(({ fields }) => Object.values(fields).join(' '));
}

const IN_TWO = [event(local('sales', { penalty: 3 })), event(local('support'))];
const STATIC = event(member('1', { queue: 'fixed' }));

describe('a command becomes actions of app_queue', () => {
  test.each<[string, readonly PbxEvent[], AgentCommand['action'], Partial<AgentCommand>, unknown]>([
    ['all queues of an interface', IN_TWO, 'pause', { reason: 'lunch' }, ['QueuePause true Local/1@agents lunch']],
    ['one queue', IN_TWO, 'resume', { queues: ['sales'] }, ['QueuePause false sales Local/1@agents']],
    [
      'each interface of his',
      [...IN_TWO, STATIC],
      'pause',
      {},
      ['QueuePause true Local/1@agents', 'QueuePause true PJSIP/1'],
    ],
    [
      'a queue that he is not in',
      IN_TWO,
      'pause',
      { queues: ['x'] },
      'refused: PJSIP/1 is not in x; he is in sales, support',
    ],
    ['in no queue', [], 'pause', {}, 'ours: '],
    [
      'logged out',
      [IN_TWO[0] as PbxEvent, left('sales')],
      'resume',
      {},
      'refused: PJSIP/1 is logged out of his queues: log him in first',
    ],
    ['out of all', IN_TWO, 'logout', {}, ['QueueRemove sales Local/1@agents', 'QueueRemove support Local/1@agents']],
    ['out of one', [...IN_TWO, STATIC], 'logout', { queues: ['sales'] }, ['QueueRemove sales Local/1@agents']],
    [
      'out of what queues.conf gives',
      [...IN_TWO, STATIC],
      'logout',
      {},
      'refused: PJSIP/1 is a member of fixed by queues.conf, and nobody can log him out: pause him, or name his other queues',
    ],
    [
      'back into those he was in, as he was',
      [...IN_TWO, left('sales'), left('support')],
      'login',
      {},
      ['QueueAdd sales Local/1@agents 3 Ada PJSIP/1', 'QueueAdd support Local/1@agents 0 Ada PJSIP/1'],
    ],
    [
      'into those he was in, missed while away',
      [...IN_TWO, snapshot([])],
      'login',
      { queues: ['sales'] },
      ['QueueAdd sales Local/1@agents 3 Ada PJSIP/1'],
    ],
    ['into another', IN_TWO, 'login', { queues: ['new', 'sales'] }, ['QueueAdd new Local/1@agents 0 Ada PJSIP/1']],
    ['in already', IN_TWO, 'login', {}, 'done: he is in sales, support already'],
    ['nobody knows where', [], 'login', {}, 'ours: '],
    ['never seen, named', [], 'login', { queues: ['a'] }, ['QueueAdd a PJSIP/1 0']],
    ['out already', [IN_TWO[0] as PbxEvent, left('sales')], 'logout', {}, 'done: he is logged out already'],
  ])('%s', (_what, events, action, part, expected) => {
    expect(sent(events, action, part)).toEqual(expected);
  });

  test('a queue left long before the others is none of his last log-out', () => {
    const between = Array.from({ length: 12 }, () => event(local('support')));
    const events = [...IN_TWO, left('sales'), ...between, left('support')];
    expect(sent(events, 'login')).toEqual(['QueueAdd support Local/1@agents 0 Ada PJSIP/1']);
  });
});

describe('what Asterisk says is told', () => {
  const actions = ['a', 'b'].map((about) => ({ about, fields: { Action: 'QueueAdd', Queue: about } }));

  test('by queue, and one refusal refuses', async () => {
    const answer = await carryOut(actions, ({ Queue }) =>
      Queue === 'a'
        ? Promise.resolve({ message: 'Added' })
        : Promise.reject(new IpntError('AMI_DENIED', 'No such queue')),
    );
    expect(answer).toEqual({ outcome: 'refused', said: 'a: Added; b: No such queue' });
  });

  test('a right that is missing, with the cure', async () => {
    const denied = new IpntError('AMI_DENIED', 'QueuePause: Permission denied (user ipnt)');
    const { said } = await carryOut([{ about: '', fields: {} }], () => Promise.reject(denied));
    expect(said).toBe('QueuePause: Permission denied (user ipnt); give the user write=reporting,agent in manager.conf');
  });

  test('nothing is made up where it said nothing', async () => {
    const gone = new IpntError('AMI_UNREACHABLE', 'closed');
    await expect(carryOut(actions, () => Promise.reject(gone))).rejects.toBe(gone);
  });
});
