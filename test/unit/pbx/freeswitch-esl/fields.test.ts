import { describe, expect, test } from 'vitest';
import { contactOf } from '../../../../src/pbx/freeswitch-esl/contact.ts';
import { answerOf, statusCommand } from '../../../../src/pbx/freeswitch-esl/commands.ts';
import { homeDomainOf, penaltyOf, queueNameOf, statusOf } from '../../../../src/pbx/freeswitch-esl/fields.ts';
import { createLag, LAG_LEAVE_MS } from '../../../../src/pbx/freeswitch-esl/lag.ts';
import { levelOfPenalty } from '../../../../src/core/model/agent.ts';
import { parseRequirement, skillsOf } from '../../../../src/core/routing/requirement.ts';

test.each([
  ['user/1001', '1001'],
  ['user/1001@dom.example', '1001'],
  ['[leg_timeout=8]user/1001@127.0.0.20', '1001'],
  ['{a=b}[c=d]sofia/internal/1003@10.0.0.33:5060', '1003'],
  ['sofia/internal/1003@10.0.0.33:5060;transport=udp', null],
  ['sofia/gateway/provider/+4930123', null],
  ['user/1001,user/1002', null],
  ['user/1001|user/1002', null],
  ['user/1001 \n', '1001'],
  ["user/10'01", null],
  ['user/-1001', null],
  ['loopback/1001', null],
  ['null', null],
  ['', null],
])('the contact %j is dialled as %s', (contact, user) => expect(contactOf(contact)?.user ?? null).toBe(user));

test.each([
  [1, 1, 10],
  [1, 2, 9],
  [1, 7, 9],
  [2, 1, 8],
  [3, 4, 5],
  [9, 1, 1],
  [0, 0, 10],
])('a tier of level %i at position %i is skill level %i', (level, position, skill) => {
  expect(levelOfPenalty(penaltyOf(level, position))).toBe(skill);
});

test.each([
  [['support@default', 'sales@default'], 'support@default', 'support'],
  [['support@a.example', 'sales@a.example'], 'support@a.example', 'support'],
  [['support@default', 'sales@a.example'], 'sales@a.example', 'sales@a.example'],
  [['support'], 'support', 'support'],
  [[], 'support@default', 'support'],
])('among %j the queue %s is called %s', (queues, queue, name) => {
  expect(queueNameOf(queue, homeDomainOf(queues))).toBe(name);
  expect(skillsOf(parseRequirement(`queue:${name}>=3`))).toEqual([`queue:${name}`]);
});

test.each([
  ['Available', 'Waiting', 'ready', ''],
  ['Available', 'In a queue call', 'ready', ''],
  ['Available (On Demand)', 'Waiting', 'ready', ''],
  ['Available (On Demand)', 'Idle', 'paused', 'Idle'],
  ['On Break', 'Waiting', 'paused', 'On Break'],
  ['Logged Out', 'Idle', 'logged_out', ''],
  ['On Fire', 'Waiting', 'paused', 'On Fire'],
  ['constructor', 'Waiting', 'paused', 'constructor'],
])('%s and %s is %s', (status, state, expected, reason) => {
  expect(statusOf(status, state)).toEqual({ status: expected, reason });
});

describe('a command', () => {
  const command = { agent: '1001@default', action: 'pause', reason: '', queues: [] } as const;

  test.each([
    ['pause', "callcenter_config agent set status 1001@default 'On Break'"],
    ['resume', "callcenter_config agent set status 1001@default 'Available'"],
    ['login', "callcenter_config agent set status 1001@default 'Available'"],
    ['logout', "callcenter_config agent set status 1001@default 'Logged Out'"],
  ] as const)('to %s', (action, text) => expect(statusCommand({ ...command, action })).toBe(text));

  test.each(["a'b", 'a"b', 'a b', 'a\nb', 'a\rb', 'a\0b', ''])('for %j is not sent', (agent) => {
    expect(statusCommand({ ...command, agent })).toMatchObject({ outcome: 'refused' });
  });

  test('with line ends in its reason, or for some of his queues, is refused', () => {
    expect(statusCommand({ ...command, reason: 'a\nb' })).toMatchObject({ outcome: 'refused' });
    expect(statusCommand({ ...command, queues: ['support'] })).toMatchObject({
      said: expect.stringContaining('--queue'),
    });
  });

  test('is answered with what FreeSWITCH said', () => {
    expect(answerOf('+OK\n', command)).toEqual({ outcome: 'done', said: '+OK' });
    expect(answerOf('-ERR Agent not found!\n', command)).toEqual({ outcome: 'refused', said: '-ERR Agent not found!' });
    expect(answerOf('', command).outcome).toBe('refused');
    expect(answerOf('+OK', { ...command, reason: 'lunch' }).said).toContain('no reason');
  });
});

describe('the lag', () => {
  test('is what an event is later than at best, whatever the clocks say', () => {
    const lag = createLag();
    expect(lag.note(-3_600_000, 0)).toBe(0);
    expect(lag.note(-3_599_980, 20)).toBe(20);
    expect(lag.note(-3_600_000 + LAG_LEAVE_MS + 1, 40)).toBeGreaterThan(LAG_LEAVE_MS);
  });

  test('follows clocks that drift apart', () => {
    const lag = createLag();
    for (let minute = 0; minute < 600; minute += 1) expect(lag.note(minute * 10, minute * 60_000)).toBeLessThan(200);
  });
});
