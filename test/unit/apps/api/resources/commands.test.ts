import { beforeEach, describe, expect, it } from 'vitest';
import { COMMAND_ROUTES } from '../../../../../src/apps/api/resources/commands.ts';
import type { Page } from '../../../../../src/apps/api/paging.ts';
import type { CommandAnswer, CommandListed } from '../../../../../src/apps/api/shapes/command.ts';
import type { CommandEnd } from '../../../../../src/ports/commands.ts';
import { openDesk } from './desk.ts';
import type { Desk, Who } from './desk.ts';

let desk: Desk;
beforeEach(async () => void (desk = await openDesk(COMMAND_ROUTES)));

const OF_ANNA = '/v1/agents/berlin%2FPJSIP%2F1001/commands';
const OF_BOB = '/v1/agents/berlin%2FPJSIP%2F1002/commands';
const PAUSE = { action: 'pause', reason: 'tea' };

/** Asks, and lets the site's process do it. */
async function done(who: Who, path: string, body: unknown, end: CommandEnd): Promise<CommandAnswer> {
  const answer = desk.ask<CommandAnswer>(who, `POST ${path}`, body);
  await desk.clock.run(desk.clock.monoMs() + 10);
  const [command] = await desk.store.waitingCommands('berlin');
  if (command === undefined) throw new Error('nothing was asked for');
  await desk.store.takeCommand(desk.fences.berlin, command.commandId, '1');
  await desk.store.answerCommand(desk.fences.berlin, command.commandId, end);
  await desk.clock.run(desk.clock.monoMs() + 200);
  return answer;
}

describe('a command', () => {
  it.each<[Who, CommandEnd['outcome'], string]>([
    ['supervisor', 'done', 'Interface paused successfully'],
    ['agent', 'refused', 'Interface not found'],
  ])('of %s is %s', async (who, outcome, said) => {
    const answer = await done(who, OF_ANNA, PAUSE, { outcome, said });
    expect(answer).toMatchObject({ outcome, said });
    const expected = { agentId: 'berlin/PJSIP/1001', action: 'pause', reason: 'tea', askedBy: who, outcome, said };
    expect(await desk.ask(who, `GET /v1/commands/${answer.commandId}`)).toMatchObject(expected);
    const list = await desk.ask<Page<CommandListed>>(who, 'GET /v1/commands?agent=berlin%2FPJSIP%2F1001');
    expect(list).toMatchObject({ items: [expected], next: null });
  });

  it.each<[Who, string, unknown, string]>([
    ['viewer', OF_ANNA, PAUSE, 'NOT_ALLOWED'],
    ['agent', OF_BOB, PAUSE, 'NOT_ALLOWED'],
    ['ofLyon', OF_ANNA, PAUSE, 'NOT_ALLOWED'],
    // A queue is a skill.
    ['agent', OF_ANNA, { action: 'login', queues: ['support', 'vip'] }, 'NOT_ALLOWED'],
    ['admin', '/v1/agents/berlin%2FPJSIP%2F9/commands', PAUSE, 'AGENT_UNKNOWN'],
    ['admin', OF_ANNA, {}, 'REQUEST_INVALID'],
    ['admin', OF_ANNA, { action: 'sack' }, 'REQUEST_INVALID'],
    ['admin', OF_ANNA, { action: 'resume', reason: 'tea' }, 'REQUEST_INVALID'],
    ['admin', OF_ANNA, { action: 'pause', reason: 'tea\r\nAction: Originate' }, 'REQUEST_INVALID'],
    ['admin', OF_ANNA, { action: 'pause', reason: 'x'.repeat(80) }, 'REQUEST_INVALID'],
    ['admin', OF_ANNA, { action: 'login', queues: ['a\u007fb'] }, 'REQUEST_INVALID'],
  ])('%s asks %s %j: %s', async (who, path, body, code) => {
    expect(await desk.ask(who, `POST ${path}`, body)).toMatchObject({ code });
    expect(await desk.store.commands({ limit: 1 })).toEqual([]);
  });

  it('of somebody else is none of an agent’s business', async () => {
    const { commandId } = await done('supervisor', OF_BOB, PAUSE, { outcome: 'done', said: '' });
    expect(await desk.ask('agent', `GET /v1/commands/${commandId}`)).toMatchObject({ code: 'COMMAND_UNKNOWN' });
    expect(await desk.ask('agent', 'GET /v1/commands')).toMatchObject({ items: [] });
    expect(await desk.ask('agent', 'GET /v1/commands?agent=berlin%2FPJSIP%2F1002')).toMatchObject({
      code: 'NOT_ALLOWED',
    });
    expect(await desk.ask('viewer', 'GET /v1/commands')).toMatchObject({ code: 'NOT_ALLOWED' });
    expect(await desk.ask('supervisor', 'GET /v1/commands/nope')).toMatchObject({ code: 'COMMAND_UNKNOWN' });
  });

  it('of many comes page by page', async () => {
    for (const path of [OF_ANNA, OF_BOB, OF_ANNA]) await done('admin', path, PAUSE, { outcome: 'done', said: '' });
    const first = await desk.ask<Page<CommandListed>>('admin', 'GET /v1/commands?limit=2');
    const second = await desk.ask<Page<CommandListed>>('admin', `GET /v1/commands?limit=2&cursor=${first.next}`);
    expect([...first.items, ...second.items].map(({ agentId }) => agentId.slice(-4))).toEqual(['1001', '1002', '1001']);
    expect(second.next).toBeNull();
  });
});
