/** The stream over real sockets; time passes when it is told to. */
import { createServer, get } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Follower } from '../../../../src/apps/api/route.ts';
import { BoardStream } from '../../../../src/apps/api/stream.ts';
import { EMPTY_BOARD } from '../../../../src/core/board/make.ts';
import { ERRORS } from '../../../../src/core/errors.ts';
import type { BoardChange, BoardSnapshot } from '../../../../src/core/model/board.ts';
import { until } from '../../../lab/asterisk/ari.ts';
import { VirtualClock } from '../../../simulation/virtual-clock.ts';

let clock: VirtualClock;
let stream: BoardStream;
let server: Server;
let closing: AbortController;
let snapshot: BoardSnapshot;
let tell: (frame: BoardChange) => void;
let isLoggedIn: boolean;
const clients: IncomingMessage[] = [];

/** The next frame; `bytes` of it are padding. */
function change(bytes = 0): void {
  const { seq, nowMs } = snapshot;
  snapshot = { ...snapshot, seq: seq + 1 };
  const gone = { agents: bytes === 0 ? [] : ['x'.repeat(bytes)] };
  tell({ seq: seq + 1, nowMs, staleSinceMs: null, changed: {}, gone });
}

/** Lets time pass, and what was written then leave. */
async function tick(ms = 250): Promise<void> {
  await clock.run(clock.monoMs() + ms);
  await new Promise((resolve) => setImmediate(resolve));
}

beforeEach(async () => {
  clock = new VirtualClock();
  snapshot = { seq: 100, nowMs: 0, staleSinceMs: null, board: EMPTY_BOARD };
  const keeper = { lastFrame: () => snapshot, onFrame: (listener: typeof tell) => (tell = listener) };
  stream = new BoardStream({ keeper, clock, limits: { mostClients: 3 } });
  closing = new AbortController();
  isLoggedIn = true;
  server = createServer((request, response) => {
    const stillValid = () => Promise.resolve(isLoggedIn);
    const follower = { request, response, stillValid, closing: closing.signal } as unknown as Follower;
    try {
      stream.follow(follower);
    } catch (error) {
      response.writeHead(ERRORS[(error as { code: keyof typeof ERRORS }).code].httpStatus).end();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(() => {
  stream.stop();
  for (const client of clients.splice(0)) client.destroy();
  server.closeAllConnections();
  server.close();
});

/** Somebody who follows: what he was told, in short: `S100` a snapshot, `C101` a change, `-` a ping. */
async function follow(lastEventId?: number) {
  const { port } = server.address() as AddressInfo;
  const headers = lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) };
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    get({ port, headers, agent: false }, resolve).on('error', reject),
  );
  clients.push(response);
  const client = { told: [] as string[], ended: false, response };
  let rest = '';
  response.setEncoding('utf8').on('data', (chunk: string) => {
    const blocks = (rest + chunk).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) client.told.push(...wordOf(block));
  });
  response.on('error', () => undefined).on('close', () => (client.ended = true));
  return client;
}

function wordOf(block: string): string[] {
  if (block === ': ping') return ['-'];
  const [, id, event] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/.exec(block) ?? [];
  return id === undefined ? [] : [`${event === 'snapshot' ? 'S' : 'C'}${id}`];
}

const hears = (client: { told: string[] }, ...told: string[]): Promise<true> =>
  until(() => Promise.resolve(client.told.join(' ') === told.join(' ') || undefined), told.join(' '));

test('a snapshot first, then every change; who comes later begins with his own snapshot', async () => {
  const first = await follow();
  await hears(first, 'S100');
  change();
  change();
  const second = await follow();
  change();
  await hears(first, 'S100', 'C101', 'C102', 'C103');
  await hears(second, 'S102', 'C103');
  expect(first.response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
});

test('who comes back soon gets what he missed; too late, or with a number of another process, a snapshot', async () => {
  const stays = await follow();
  await hears(stays, 'S100');
  change();
  change();
  change();
  await hears(await follow(101), 'C102', 'C103');
  await hears(await follow(7), 'S103');
});

test('who does not read is given no more, and cut off after 15 s; others notice nothing', async () => {
  const reader = await follow();
  const stuck = await follow();
  await hears(stuck, 'S100');
  stuck.response.pause();
  // More than all buffers of the two ends hold.
  const padding = 262_144;
  const written = () => stream.counters().bytes;
  for (let sent = 0; sent < 60; sent += 1) {
    change(padding);
    const last = `C${101 + sent}`;
    await until(() => Promise.resolve(reader.told.includes(last) || undefined), last);
    await tick();
  }
  const before = written();
  change(padding);
  await until(() => Promise.resolve(reader.told.includes('C161') || undefined), 'C161');
  expect(written() - before).toBeLessThan(2 * padding);
  expect(stream.counters()).toMatchObject({ clients: 2, dropped: 0 });
  await tick(15_000);
  expect(stream.counters()).toMatchObject({ clients: 1, dropped: 1 });
  expect(reader.ended).toBe(false);
  // What lay in the buffers of the kernel is gone as well.
  stuck.response.resume();
  await until(() => Promise.resolve(stuck.ended || undefined), 'the end');
  expect(stuck.told).not.toContain('C102');
});

test('who was behind and reads again gets everything anew, and goes on from there', async () => {
  const slow = await follow();
  await hears(slow, 'S100');
  slow.response.pause();
  for (let sent = 0; sent < 60; sent += 1) {
    change(262_144);
    await tick(20);
  }
  slow.response.resume();
  await until(async () => {
    await tick(20);
    return slow.told.at(-1) === 'S160' || undefined;
  }, 'a snapshot');
  change();
  await until(() => Promise.resolve(slow.told.at(-1) === 'C161' || undefined), 'C161');
  expect(stream.counters()).toMatchObject({ dropped: 0 });
  expect(stream.counters().resynced).toBeGreaterThan(0);
});

test('pings, and ends with the login', async () => {
  const client = await follow();
  await hears(client, 'S100');
  await tick(15_000);
  await hears(client, 'S100', '-');
  isLoggedIn = false;
  await tick(15_000);
  await until(() => Promise.resolve(client.ended || undefined), 'the end');
  expect(stream.counters()).toMatchObject({ clients: 0 });
});

test('one more than it serves is refused; a place that is left is free again', async () => {
  const all = [await follow(), await follow(), await follow()];
  const refused = await follow();
  expect(refused.response.statusCode).toBe(503);
  expect(stream.counters()).toMatchObject({ clients: 3, refused: 1 });
  all[0]?.response.destroy();
  await until(() => Promise.resolve(stream.counters().clients === 2 || undefined), 'a place');
  await hears(await follow(), 'S100');
});

test('ends with the server', async () => {
  const client = await follow();
  await hears(client, 'S100');
  closing.abort();
  await until(() => Promise.resolve(client.ended || undefined), 'the end');
});
