/** Commands to real PBXes, by the command line: what Asterisk made of them, whom the edge rings, and that nothing is done twice or late. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pause } from '../../src/ports/clock.ts';
import { COMMAND_MS } from '../../src/ports/commands.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { until } from '../lab/asterisk/ari.ts';
import { startRelay } from '../lab/relay.ts';
import type { Relay } from '../lab/relay.ts';
import { startRole } from '../lab/role.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { place, recorded, rung, rungFor } from '../lab/watch.ts';

let stack: Stack;
const relays: Relay[] = [];
/** All that the roles of Berlin sent to its AMI. */
let toBerlin = '';

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      {
        name: 'berlin',
        commands: true,
        queues: { support: {}, team: {} },
        agents: [
          { ext: '101', title: 'Ada', queues: { support: 0 } },
          { ext: '102', title: 'Bob', queues: { team: 3 }, dynamic: true, guard: true },
        ],
      },
      { name: 'paris', queues: { support: {} }, agents: [{ ext: '201', title: 'Eve', queues: { support: 0 } }] },
    ],
    routing: { support: { requirement: 'queue:support', sites: ['berlin'] } },
    amiOf: async (site, pbx) => {
      if (site !== 'berlin') return pbx;
      const relay = await startRelay('127.0.0.1', pbx, (bytes) => (toBerlin += bytes.toString()));
      relays.push(relay);
      return relay;
    },
  });
  await stack.lab.trunksUp();
});
afterAll(async () => {
  await stack?.stop();
  await Promise.all(relays.map((relay) => relay.close()));
});

/** How often Berlin was told to do this. */
const told = (action: string): number => toBerlin.match(new RegExp(`action: ${action}\r`, 'gi'))?.length ?? 0;

/** Runs `ipnt agent ...`, and lets the wire to Berlin live meanwhile: what it printed, and how it ended. */
async function agent(...args: string[]): Promise<{ readonly status: number; readonly said: string }> {
  const role = startRole('ipnt-agent', ['--settings', stack.settingsFile, 'agent', ...args], stack.dir);
  const status = await role.ended;
  return { status, said: role.lines.join('\n') };
}

const shows = (wanted: string, ext: string) =>
  until(async () => {
    const row = (await stack.store.agents()).find(({ address }) => address === ext);
    return row !== undefined && `${row.status} ${row.pauseReason}`.trim() === wanted ? row : undefined;
  }, `${ext} is ${wanted}`);

/** His lines in what Asterisk shows of a queue, without what changes by itself. */
const member = async (queue: string): Promise<string[]> =>
  ((await stack.lab.sites.get('berlin')?.cli(`queue show ${queue}`)) ?? '')
    .split('\n')
    .filter((line) => line.includes('PJSIP/'))
    .map((line) => line.replace(/\(login was.*?ago\)|has taken.*/g, '').trim());

test('pause: the PBX has it with its reason, nobody rings him until he is back, and then he takes who waits', async () => {
  const paused = await agent('pause', 'berlin/101', '--reason', 'lunch');
  expect(paused).toMatchObject({ status: 0, said: 'berlin/PJSIP/101: Interface paused successfully' });
  await shows('paused lunch', '101');
  expect(await member('support')).toEqual([expect.stringContaining('paused:lunch')]);
  const call = await place(stack, '4930880001', 'support');
  await call.ringing;
  await recorded(stack, '4930880001');
  const resumed = await agent('resume', '101', '--json');
  expect(JSON.parse(resumed.said)).toEqual({
    ...{ agent: 'berlin/PJSIP/101', action: 'resume', outcome: 'done', said: 'Interface unpaused successfully' },
  });
  const offer = await rung(stack, '4930880001');
  expect(rungFor(stack, '4930880001')).toHaveLength(1);
  expect(offer.phone).toBe('berlin/101');
  await call.answered;
  await call.hangup();
});

test('logout and login: a dynamic member comes back as he was; one of queues.conf cannot go', async () => {
  const before = await member('team');
  expect(before).toEqual([expect.stringMatching(/Local\/102@ipnt-guard\/n.*PJSIP\/102.*penalty 3/)]);
  expect(await agent('logout', 'berlin/102')).toMatchObject({ status: 0 });
  await shows('logged_out', '102');
  expect(await member('team')).toEqual([]);
  const away = await agent('pause', 'berlin/102');
  expect(away.said).toBe('ipnt: berlin/PJSIP/102: refused: PJSIP/102 is logged out of his queues: log him in first');
  expect(await agent('login', 'berlin/102')).toMatchObject({ status: 0 });
  await shows('ready', '102');
  expect(await member('team')).toEqual(before);
  const fixed = await agent('logout', 'berlin/101');
  expect(fixed.status).toBe(1);
  expect(fixed.said).toMatch(/refused: PJSIP\/101 is a member of support by queues.conf.*pause him/);
});

test('login: into another queue, and into one that is not there', async () => {
  expect(await agent('login', '102', '--queue', 'support')).toMatchObject({ status: 0 });
  await until(async () => ((await member('support')).length === 2 ? true : undefined), '102 is in support');
  expect(await agent('logout', '102', '--queue', 'support')).toMatchObject({ status: 0 });
  const none = await agent('login', '102', '--queue', 'nowhere');
  expect(none.status).toBe(1);
  expect(none.said).toMatch(/refused: nowhere: .*No such queue/);
});

test('a user without write=agent is refused, with the cure', async () => {
  const { status, said } = await agent('pause', '201');
  expect(status).toBe(1);
  expect(said).toMatch(/refused: QueuePause: Permission denied.*; give the user write=reporting,agent/);
});

test('two processes of a site do it once', async () => {
  const second = startRole('site-berlin-2', ['--settings', stack.settingsFile, 'site', 'berlin'], stack.dir);
  await second.said('standing by');
  const before = told('QueuePause');
  expect(await agent('pause', 'berlin/101')).toMatchObject({ status: 0 });
  expect(await agent('resume', 'berlin/101')).toMatchObject({ status: 0 });
  expect(told('QueuePause') - before).toBe(2);
  await second.stop();
});

test('a database that is frozen when the site would take it: expired, and not done late', async () => {
  const site = stack.roles.get('site berlin');
  const before = told('QueuePause');
  const ids = { commandId: 'frozen', siteId: 'berlin', agent: 'PJSIP/101', askedBy: 'test' };
  site?.kill('SIGSTOP');
  await stack.store.askCommand({ ...ids, action: 'pause', reason: '', queues: [] });
  stack.database.kill('SIGSTOP');
  site?.kill('SIGCONT');
  await pause(systemClock, COMMAND_MS);
  stack.database.kill('SIGCONT');
  const end = await until(async () => (await stack.store.commandEnd('frozen')) ?? undefined, 'its end');
  expect(end.outcome).toBe('expired');
  await until(
    async () => ((await stack.store.sites()).sites.every((one) => one.connection === 'up') ? true : undefined),
    'Berlin is back',
    15_000,
  );
  await shows('ready', '101');
  expect(told('QueuePause')).toBe(before);
});

test('a site that nobody serves: expired, and the agent is free for calls again', async () => {
  await stack.roles.get('site paris')?.stop();
  const { status, said } = await agent('pause', 'paris/201');
  expect({ status, said }).toEqual({
    status: 1,
    said: 'ipnt: paris/PJSIP/201: expired: no process of the site took it in time: nothing was done',
  });
});
