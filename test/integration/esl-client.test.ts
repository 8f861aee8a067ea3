import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { openConnection } from '../../src/pbx/freeswitch-esl/client.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { MAX_MESSAGE } from '../../src/pbx/freeswitch-esl/wire.ts';

/** What FreeSWITCH 1.10.12 writes (test/replay/transcripts/freeswitch/auth-*.esl). */
const AUTH = 'Content-Type: auth/request\n\n';
const ACCEPTED = 'Content-Type: command/reply\nReply-Text: +OK accepted\n\n';
const INVALID = 'Content-Type: command/reply\nReply-Text: -ERR invalid\n\n';
const RUDE = 'Content-Type: text/rude-rejection\nContent-Length: 24\n\nAccess Denied, go away.\n';

const cleanups: (() => void)[] = [];
afterEach(() => cleanups.splice(0).forEach((clean) => clean()));

/** A server that greets with `hello`, answers the login with `reply`, and then does `after`. */
async function connect(hello: string, reply: string, after: (socket: Socket) => void = () => undefined) {
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    cleanups.push(() => socket.destroy());
    if (hello !== '') socket.write(hello);
    if (hello === RUDE) socket.end();
    socket.once('data', () => socket.write(reply, () => after(socket)));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => server.close());
  const { port } = server.address() as AddressInfo;
  const [events, odd]: [string[], string[]] = [[], []];
  let over: (reason: string) => void = () => undefined;
  const closed = new Promise<string>((resolve) => (over = resolve));
  const connection = await openConnection({ host: '127.0.0.1', port, password: 'x' }, systemClock, {
    event: (event) => void events.push(event['Event-Name'] ?? ''),
    odd: (what) => void odd.push(what),
    closed: (reason) => over(reason),
  });
  cleanups.push(() => connection.close('test over'));
  return { connection, events, odd, closed };
}

const framed = (body: string, length = Buffer.byteLength(body)) =>
  `Content-Length: ${length}\nContent-Type: text/event-json\n\n${body}`;

describe('a login', () => {
  test.each([
    ['with a wrong password', AUTH, INVALID, 'ESL_LOGIN_REFUSED', 'password was refused'],
    ['from an address that the ACL does not let in', RUDE, '', 'ESL_LOGIN_REFUSED', 'apply-inbound-acl'],
    ['where nobody greets', '', '', 'ESL_UNREACHABLE', 'no answer to the login'],
  ])('%s', async (_, hello, reply, code, text) => {
    await expect(connect(hello, reply)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(text) as string,
    });
  });

  test('where nobody listens', async () => {
    const address = { host: '127.0.0.1', port: 1, password: 'x' };
    const hooks = { event: () => undefined, odd: () => undefined, closed: () => undefined };
    await expect(openConnection(address, systemClock, hooks)).rejects.toMatchObject({ code: 'ESL_UNREACHABLE' });
  });
});

describe('a connection', () => {
  test('tells events, and notes what is none', async () => {
    const good = framed('{"Event-Name":"HEARTBEAT"}');
    const { events, odd, closed } = await connect(AUTH, ACCEPTED, (socket) => {
      socket.end(`${good}${framed('{"Event-Name":"HALF')}${framed('[]')}${good}`);
    });
    expect(await closed).toContain('closed the connection');
    expect({ events, odd: [...new Set(odd)] }).toEqual({
      events: ['HEARTBEAT', 'HEARTBEAT'],
      odd: ['event that cannot be read'],
    });
  });

  test.each<[string, (socket: Socket) => void, string]>([
    ['is given up at an event of 10 MB', (socket) => socket.write(framed('{', 10_000_000)), String(MAX_MESSAGE)],
    [
      'is given up at headers without an end',
      (socket) => socket.write('a'.repeat(MAX_MESSAGE + 1)),
      String(MAX_MESSAGE),
    ],
    [
      'is given up at a header that cannot be decoded',
      (socket) => socket.write('Reply-Text: %EB\n\n'),
      'cannot be read',
    ],
    ['ends at a reset', (socket) => socket.resetAndDestroy(), ''],
    [
      'ends with what the PBX says',
      (socket) =>
        socket.end('Content-Type: text/disconnect-notice\nContent-Length: 31\n\nThe system is being shut down.\n'),
      'being shut down',
    ],
  ])('%s', async (_, after, reason) => {
    const { closed, connection } = await connect(AUTH, ACCEPTED, after);
    expect(await closed).toContain(reason);
    await expect(connection.api('status')).rejects.toMatchObject({ code: 'ESL_UNREACHABLE' });
  });

  test('does not wait for ever for an answer, and sends no second command within one', async () => {
    const { connection } = await connect(AUTH, ACCEPTED);
    await expect(connection.api('status\n\nexit')).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(connection.api('status')).rejects.toThrow('no answer to "status" within');
  });
});
