/** What the site's process makes of commands: stories on a virtual clock, over a PBX that says what it is told to. */
import { beforeEach, describe, expect, test } from 'vitest';
import { SiteApp } from '../../../../src/apps/site/site-app.ts';
import { IpntError } from '../../../../src/core/errors.ts';
import { ROLE_LEASE_MS } from '../../../../src/core/model/claim.ts';
import { COMMAND_ANSWER_MS, COMMAND_MS } from '../../../../src/ports/commands.ts';
import type { AskedCommand } from '../../../../src/ports/commands.ts';
import type { CommandAnswer } from '../../../../src/ports/site-pbx.ts';
import { noLog } from '../../../../src/runtime/log.ts';
import { noSiteMeter } from '../../../../src/runtime/monitoring/none.ts';
import { openMemoryStore } from '../../../../src/store/memory/index.ts';
import type { MemoryStore } from '../../../../src/store/memory/index.ts';
import { VirtualClock } from '../../../simulation/virtual-clock.ts';
import { member, ScriptedPbx, snapshot } from './scripted-pbx.ts';

let clock: VirtualClock;
let store: MemoryStore;
/** One for each time that a process held the site. */
let pbxes: ScriptedPbx[];
let asked = 0;

const pass = (ms: number) => clock.run(clock.monoMs() + ms);

/** A process of the site, with its own way to the database. */
function startApp(holder: string): { readonly app: SiteApp; readonly way: MemoryStore } {
  const way = store.another();
  const newPbx = () => {
    const pbx = new ScriptedPbx(clock);
    pbxes.push(pbx);
    return pbx;
  };
  const rules = { siteId: 'berlin', listed: ['PJSIP/9'], windowMs: 1_800_000 };
  const app = new SiteApp({
    rules,
    title: 'Berlin',
    holder,
    store: way,
    clock,
    log: noLog,
    meter: noSiteMeter,
    newPbx,
  });
  app.start();
  return { app, way };
}

/** The site as its PBX shows it: 1 and 2 in a queue, 9 in none. */
async function up(): Promise<ScriptedPbx> {
  await pass(50);
  const pbx = pbxes.at(-1) as ScriptedPbx;
  pbx.say({ kind: 'linkUp', version: '' }, snapshot([member('1'), member('2', { dynamic: true })]));
  await pass(50);
  return pbx;
}

async function ask(over: Partial<AskedCommand> = {}): Promise<string> {
  const commandId = `cmd${(asked += 1)}`;
  const command = { siteId: 'berlin', agent: 'PJSIP/1', action: 'pause', reason: 'lunch', queues: [] } as const;
  await store.askCommand({ ...command, commandId, askedBy: 'me', ...over });
  return commandId;
}

const status = async (ext: string) => (await store.agents()).find(({ name }) => name === `PJSIP/${ext}`)?.status;

beforeEach(() => {
  clock = new VirtualClock();
  store = openMemoryStore(clock);
  pbxes = [];
});

describe('a command', () => {
  test('is done once, within a look, and answered with what the PBX said', async () => {
    startApp('a');
    const pbx = await up();
    const id = await ask({ queues: ['support'] });
    await pass(300);
    expect(pbx.commands).toMatchObject([{ agent: 'PJSIP/1', action: 'pause', reason: 'lunch', queues: ['support'] }]);
    expect(await store.commandEnd(id)).toEqual({ outcome: 'done', said: 'as you say' });
    await pass(5_000);
    expect(pbx.commands).toHaveLength(1);
  });

  test('that the PBX refuses is refused in its words', async () => {
    startApp('a');
    const pbx = await up();
    pbx.answer = () => Promise.resolve({ outcome: 'refused', said: 'Interface not found' });
    const id = await ask();
    await pass(300);
    expect(await store.commandEnd(id)).toEqual({ outcome: 'refused', said: 'Interface not found' });
  });

  test('for an agent of whom the PBX keeps no status is the site’s own to do', async () => {
    startApp('a');
    const pbx = await up();
    pbx.answer = () => Promise.resolve({ outcome: 'ours', said: '' });
    const outcomes: unknown[] = [];
    for (const action of ['pause', 'resume', 'logout', 'pause', 'login', 'login'] as const) {
      const id = await ask({ agent: 'PJSIP/9', action });
      await pass(350);
      outcomes.push([action, (await store.commandEnd(id))?.outcome, await status('9')]);
    }
    expect(outcomes).toEqual([
      ['pause', 'done', 'paused'],
      ['resume', 'done', 'ready'],
      ['logout', 'done', 'logged_out'],
      ['pause', 'refused', 'logged_out'],
      ['login', 'done', 'ready'],
      ['login', 'done', 'ready'],
    ]);
  });

  test('for one whom nobody can log in says what is missing', async () => {
    startApp('a');
    const pbx = await up();
    pbx.say({ kind: 'membershipRemoved', queue: 'support', device: 'PJSIP/2' });
    pbx.answer = () => Promise.resolve({ outcome: 'ours', said: '' });
    const login = await ask({ agent: 'PJSIP/2', action: 'login' });
    const logout = await ask({ agent: 'PJSIP/2', action: 'logout' });
    await pass(300);
    const end = await store.commandEnd(login);
    expect(end).toMatchObject({ outcome: 'refused', said: expect.stringContaining('--queue') as string });
    expect(await store.commandEnd(logout)).toMatchObject({ outcome: 'done' });
  });

  test('to resume takes back a pause that the agent had declared himself', async () => {
    startApp('a');
    const pbx = await up();
    pbx.say({ kind: 'statusDeclared', device: 'PJSIP/1', status: 'paused', reason: 'tea' });
    await pass(50);
    expect(await status('1')).toBe('paused');
    await ask({ action: 'resume' });
    await pass(300);
    expect(await status('1')).toBe('ready');
  });

  test('is done at once or not at all: unknown agents, a PBX that is away or silent', async () => {
    startApp('a');
    const pbx = await up();
    const nobody = await ask({ agent: 'PJSIP/77' });
    await pass(300);
    expect(await store.commandEnd(nobody)).toMatchObject({ outcome: 'refused' });
    await pass(4_000);
    const silent = await ask();
    await pass(300);
    expect((await store.commandEnd(silent))?.said).toBe('the PBX is silent: nothing was done');
    pbx.say({ kind: 'linkDown', reason: 'cut' });
    const away = await ask();
    await pass(300);
    expect((await store.commandEnd(away))?.said).toBe('the PBX is not connected: nothing was done');
    expect(pbx.commands).toEqual([]);
  });

  test.each([
    [
      'breaks',
      () => Promise.reject(new IpntError('AMI_UNREACHABLE', 'the PBX closed the connection')),
      /closed the connection: nobody knows/,
    ],
    ['never answers', () => new Promise<CommandAnswer>(() => undefined), /did not answer in time: nobody knows/],
    [
      'cannot be told such a text',
      () => Promise.reject(new IpntError('ARGUMENT_INVALID', 'CR, LF or NUL')),
      /CR, LF or NUL/,
    ],
  ])('on a connection that %s is told as it is', async (_how, answer, said) => {
    startApp('a');
    const pbx = await up();
    pbx.answer = answer;
    const id = await ask();
    await pass(COMMAND_MS + 300);
    expect((await store.commandEnd(id))?.said).toMatch(said);
    expect(pbx.commands).toHaveLength(1);
  });
});

describe('at most once', () => {
  test('with a second process standing by', async () => {
    startApp('a');
    const pbx = await up();
    startApp('b');
    const ids = [await ask(), await ask({ action: 'resume' })];
    await pass(3_000);
    expect(pbxes).toHaveLength(1);
    expect(pbx.commands.map(({ action }) => action)).toEqual(['pause', 'resume']);
    for (const id of ids) expect(await store.commandEnd(id)).toMatchObject({ outcome: 'done' });
  });

  test('when the process dies between taking and answering: nobody knows, and the next one lets it be', async () => {
    const dead = startApp('a');
    const pbx = await up();
    pbx.answer = () => new Promise(() => undefined);
    const id = await ask();
    await pass(300);
    dead.way.fault = () => new IpntError('DATABASE_DOWN');
    const heir = startApp('b');
    await pass(ROLE_LEASE_MS + 2_000);
    const next = await up();
    expect([heir.app.state.role, pbx.commands.length, next.commands.length]).toEqual(['holding', 1, 0]);
    expect((await store.commandEnd(id))?.said).toBe(
      'the site took it and did not answer: nobody knows whether it was done',
    );
  });

  test('when the answer to the taking is lost: it is not done, and not tried again', async () => {
    const { way } = startApp('a');
    const pbx = await up();
    way.lostAnswer = (operation) => (operation === 'takeCommand' ? new IpntError('DATABASE_DOWN') : undefined);
    const id = await ask();
    await pass(1_000);
    way.lostAnswer = undefined;
    await pass(COMMAND_MS + COMMAND_ANSWER_MS);
    expect([pbx.commands, (await store.commandEnd(id))?.outcome]).toEqual([[], 'unknown']);
  });

  test('when the database was away: expired, and not done late', async () => {
    const { way } = startApp('a');
    const pbx = await up();
    way.fault = () => new IpntError('DATABASE_DOWN');
    const id = await ask();
    await pass(COMMAND_MS + 100);
    way.fault = undefined;
    pbx.say();
    await pass(1_000);
    expect([pbx.commands, (await store.commandEnd(id))?.outcome]).toEqual([[], 'expired']);
  });

  test('when the taking itself took too long: expired, and its agent is free again', async () => {
    const { way } = startApp('a');
    const pbx = await up();
    const take = way.takeCommand.bind(way);
    way.takeCommand = async (...args) => {
      const leftMs = await take(...args);
      await new Promise<void>((resolve) => clock.after(COMMAND_MS, resolve));
      return leftMs;
    };
    const id = await ask();
    await pass(COMMAND_MS + 400);
    expect([pbx.commands, (await store.commandEnd(id))?.outcome]).toEqual([[], 'expired']);
  });

  test('a process that was superseded takes none', async () => {
    const { app, way } = startApp('a');
    const pbx = await up();
    // It cannot write its lease, and still hears of commands.
    way.fault = (operation) => (['publish', 'seen'].includes(operation) ? new IpntError('DATABASE_DOWN') : undefined);
    startApp('b');
    await pass(ROLE_LEASE_MS + 2_000);
    pbx.say();
    const heir = await up();
    const id = await ask();
    await pass(400);
    expect([app.state.role, pbx.commands.length, heir.commands.length]).toEqual(['holding', 0, 1]);
    expect(await store.commandEnd(id)).toMatchObject({ outcome: 'done' });
  });
});
