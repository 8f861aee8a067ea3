/** The database frozen and killed under real calls: a default route for new callers, patience for waiting ones, and then back. */
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { until } from '../lab/asterisk/ari.ts';
import { logOf } from '../lab/asterisk/probe.ts';
import { nowMs } from '../lab/sip/log.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';
import { nobodyClaimed, place, recorded, resultOf, rung, rungFor, setPaused } from '../lab/watch.ts';
import type { PlacedCall } from '../lab/watch.ts';

/** The database has to be silent for this long before it counts as down, and waiting calls keep their place for so much more. */
const DOWN_MS = 2_000;
const KEEP_MS = 10_000;
/** It has to answer for this long before it is relied on again. */
const UP_MS = 5_000;
/** A statement's deadline and a beat of the edge: what is noticed is noticed this much later. */
const NOTICE_MS = 2_500;

const agents = ['1001', '1002', '1003'];
let stack: Stack;
let database: Stack['database'];
let calls = 0;

const call = (): Promise<PlacedCall> => place(stack, `493077${String(++calls).padStart(4, '0')}`, 'support');

/** A caller who waits in our line, since everybody is paused. */
async function waitingCall(): Promise<PlacedCall> {
  await setPaused(stack, 'berlin', agents, 'support', true);
  const waiting = await call();
  await waiting.ringing;
  await recorded(stack, waiting.number);
  return waiting;
}

/** Everybody is ready again, as far as the site knows: nobody can write it down now. */
async function unpause(): Promise<void> {
  for (const ext of agents) await stack.lab.sites.get('berlin')?.cli(`queue unpause member PJSIP/${ext} queue support`);
}

/** New callers reach the site's queue: those who come before the silence is noticed after a while, the next one at once. */
async function expectDefaulted(withinMs: number): Promise<void> {
  const startedMs = nowMs();
  const next = await call();
  await next.answered;
  expect((await rung(stack, next.number)).invitedAtMs - startedMs).toBeLessThan(withinMs);
  await next.hangup();
  expect(await resultOf(stack, next.number)).toMatchObject({ status: 'ERROR', defaulted: '1' });
}

async function expectRouted(): Promise<void> {
  const next = await call();
  await next.answered;
  await recorded(stack, next.number, ({ agentId }) => agentId !== '');
  await next.hangup();
  expect(await resultOf(stack, next.number)).toMatchObject({ status: 'ANSWERED', defaulted: '0' });
}

/** How often the edge app (not its store, which says so at the first answer) has said that it relies on the database again. */
const timesBack = (): number => {
  const lines = stack.roles.get('edge edge1')?.lines ?? [];
  return lines.filter((line) => line.includes('"edge"') && line.includes('the database answers again')).length;
};

/** Waits until it has said so for the n-th time. */
const backFor = (times: number): Promise<true> =>
  until(async () => (timesBack() >= times ? true : undefined), 'the edge relies on the database again', UP_MS + 10_000);

beforeAll(async () => {
  stack = await startStack({
    edges: ['edge1'],
    sites: [
      { name: 'berlin', queues: { support: {} }, agents: agents.map((ext) => ({ ext, queues: { support: 0 } })) },
    ],
    routing: { support: {} },
  });
  ({ database } = stack);
});

afterAll(async () => {
  database.kill('SIGCONT');
  if (database !== stack.database) await database.stop();
  await stack.stop();
});

test('frozen: new calls take the default route, bridged ones go on, waiting ones keep their place and are routed', async () => {
  const talking = await call();
  await talking.answered;
  const waiting = await waitingCall();
  const frozenMs = nowMs();
  database.kill('SIGSTOP');
  await unpause();
  await expectDefaulted(DOWN_MS + NOTICE_MS);
  await expectDefaulted(500);
  // It comes back before the waiting caller's patience, which is ours, is over.
  expect(nowMs() - frozenMs).toBeLessThan(DOWN_MS + KEEP_MS);
  expect(rungFor(stack, waiting.number)).toEqual([]);
  const thawedMs = nowMs();
  database.kill('SIGCONT');
  await until(async () => rungFor(stack, waiting.number)[0], 'the waiting caller gets his agent', UP_MS + 10_000);
  console.log(`the waiting caller is offered ${Math.round(nowMs() - thawedMs)} ms after the database thawed`);
  await waiting.answered;
  await recorded(stack, waiting.number, ({ agentId }) => agentId !== '');
  await waiting.hangup();
  expect(await resultOf(stack, waiting.number)).toMatchObject({ status: 'ANSWERED', defaulted: '0' });
  expect(talking.phone.calls.size).toBe(1);
  await talking.hangup();
  expect(await recorded(stack, talking.number, ({ endedAtMs }) => endedAtMs !== null)).toMatchObject({
    outcome: 'answered',
  });
  await backFor(1);
  await nobodyClaimed(stack);
  await expectRouted();
});

test('killed: waiting calls take the default route after 12 s; started again: calls are routed, and records are whole', async () => {
  const waiting = await waitingCall();
  const back = timesBack();
  const killedMs = nowMs();
  database.kill('SIGKILL');
  await unpause();
  await expectDefaulted(DOWN_MS + NOTICE_MS);
  const late = await rung(stack, waiting.number, DOWN_MS + KEEP_MS + 5_000);
  expect(late.invitedAtMs - killedMs).toBeGreaterThan(KEEP_MS);
  expect(late.invitedAtMs - killedMs).toBeLessThan(DOWN_MS + KEEP_MS + NOTICE_MS);
  await waiting.answered;
  await waiting.hangup();
  expect(await resultOf(stack, waiting.number)).toMatchObject({ status: 'ERROR', defaulted: '1' });

  const { host, port } = database;
  database = await startEmbeddedMariadb({ dataDir: join(stack.dir, 'db'), host, port });
  const startedMs = nowMs();
  await expectDefaulted(500);
  await backFor(back + 1);
  expect(nowMs() - startedMs).toBeGreaterThan(UP_MS - 500);
  await expectRouted();
  expect(await recorded(stack, waiting.number, ({ outcome }) => outcome !== null)).toMatchObject({
    outcome: 'defaulted',
  });
  // Everybody who called at the edge is in the records, with an end.
  const [edge] = stack.lab.edges.values();
  if (!edge) throw new Error('no edge');
  const callers = logOf(edge).filter((line) => /NOTICE\[.*IPNT-RESULT/.test(line)).length;
  await until(async () => {
    const found = await stack.store.calls({ limit: 200 });
    return found.length === callers && found.every(({ outcome }) => outcome !== null) ? true : undefined;
  }, `${callers} records with an end`);
  await nobodyClaimed(stack);
});
