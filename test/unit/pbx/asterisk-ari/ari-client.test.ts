import { EventEmitter } from 'node:events';
import { expect, test } from 'vitest';
import { atMost, openSocket } from '../../../../src/pbx/asterisk-ari/ari-client.ts';
import type { AriSocket, LoadedAri } from '../../../../src/pbx/asterisk-ari/ari-client.ts';

class FakeSocket extends EventEmitter {
  send = (): void => undefined;
  ping = (): void => undefined;
  terminate = (): void => undefined;
  close = (): void => undefined;
}

/** As ari-client 2.2.0 does it: listeners on its socket, one of which throws on what it does not know. */
function fakeClient() {
  const socket = new FakeSocket();
  const passed: string[] = [];
  const reconnects: string[] = [];
  socket.on('message', (data) => {
    passed.push(String(data));
    if (String(data).includes('boom')) throw new Error('Cannot read properties of undefined');
  });
  for (const name of ['close', 'error']) socket.on(name, () => reconnects.push(name));
  const client = {
    _ws: socket as unknown as AriSocket,
    _swagger: { apis: { events: { operations: {}, models: { StasisStart: {}, StasisEnd: {} } } } },
    start: () => new Promise<void>((resolve) => socket.on('open', resolve)),
    removeAllListeners: () => undefined,
  } satisfies LoadedAri;
  return { socket, client, passed, reconnects };
}

test("nothing that comes over the websocket reaches ari-client's handler, which would throw out of it", async () => {
  const { socket, client, passed, reconnects } = fakeClient();
  const seen: unknown[] = [];
  const ends: string[] = [];
  const { open } = openSocket(client, 'ipnt', {
    onMessage: (json) => void seen.push(json['type']),
    onAlive: () => undefined,
    onEnd: (reason) => void ends.push(reason),
  });
  socket.emit('open');
  await open;
  const messages = ['{', '', '17', 'null', '"x"', '[]', '{"type":"BrandNew"}', '{"type":"constructor"}', '{"type":7}'];
  for (const text of [
    ...messages,
    '{"type":"RESTResponse"}',
    '{"type":"StasisEnd","x":"boom"}',
    '{"type":"StasisStart"}',
  ])
    expect(() => socket.emit('message', Buffer.from(text))).not.toThrow();
  expect(passed).toEqual([]);
  expect(seen.slice(-3)).toEqual(['RESTResponse', 'StasisEnd', 'StasisStart']);
  socket.emit('error', new Error('connect failed ws://h/ari/events?app=ipnt&api_key=ipnt:secret'));
  socket.emit('close', 1006);
  expect(reconnects).toEqual([]);
  expect(ends).toEqual(['the websocket failed', 'the websocket was closed (1006)']);
});

test('requests over HTTP go a few at a time, and a failed one gives its place back', async () => {
  const inTurn = atMost(2);
  let running = 0;
  let most = 0;
  const work = (n: number) => async () => {
    most = Math.max(most, ++running);
    await Promise.resolve();
    running--;
    if (n % 2) throw new Error('no');
    return n;
  };
  const results = await Promise.allSettled([0, 1, 2, 3, 4, 5].map((n) => inTurn(work(n))));
  expect(results.map((result) => result.status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
    'fulfilled',
    'rejected',
  ]);
  expect(most).toBe(2);
});

test('what is no message is told as such, by its kind', () => {
  const { socket, client } = fakeClient();
  const [seen, garbage]: [unknown[], string[]] = [[], []];
  openSocket(client, 'ipnt', {
    onMessage: (json) => void seen.push(json),
    onGarbage: (what) => void garbage.push(what),
    onAlive: () => undefined,
    onEnd: () => undefined,
  });
  socket.emit('message', `{"type":"${'x'.repeat(10_000_000)}"}`);
  socket.emit('message', '{"type":"ChannelCre');
  socket.emit('message', '{"type":"ChannelCreated"}');
  expect(garbage).toEqual(['a message of more than a million characters', 'a message that is no JSON object']);
  expect(seen).toEqual([{ type: 'ChannelCreated' }]);
});
