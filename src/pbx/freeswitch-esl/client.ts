import esl from 'modesl';
import type { EslSocket } from 'modesl';
import { IpntError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import { Waits } from '../common/waits.ts';
import { checkCommand, eventOf, MAX_MESSAGE } from './wire.ts';
import type { EslEvent } from './wire.ts';

export interface EslAddress {
  readonly host: string;
  readonly port: number;
  readonly password: string;
}

/** Where a connection hands what it reads. `closed` comes once, whoever closed it. */
export interface EslHooks {
  event(event: EslEvent, atMs: number): void;
  /** A message that says it is an event and is none. */
  odd(what: string, detail: string): void;
  closed(reason: string): void;
}

/** One logged-in connection. It is never used again after its end: a new one is opened. */
export interface EslConnection {
  /** `api COMMAND`; resolves with what it printed, `-ERR ...` included. Rejects with ESL_UNREACHABLE when no answer comes in time. */
  api(command: string): Promise<string>;
  /** Any other command; rejects with ESL_REFUSED when FreeSWITCH says -ERR. */
  send(command: string): Promise<string>;
  /** Destroys the socket at once: a frozen PBX would never answer an orderly end. */
  close(reason: string): void;
}

const CONNECT_MS = 3_000;
const LOGIN_MS = 5_000;
const ANSWER_MS = 5_000;

/**
 * Opens a connection with modesl 1.2.1 and logs in. What that package lacks or does too much is mended here, each seen on Node 20:
 *
 * - It subscribes to CHANNEL_EXECUTE_COMPLETE by itself, 6 KB for each application of the dialplan: `subscribe` is replaced.
 * - A refused connection is an uncaught error without a listener at once; a reset is no `esl::end`: the socket's own close is.
 * - No deadlines, and callbacks that never come after the end.
 * - A header with a percent sign that encodes nothing throws in the socket's handler, and any length is kept in memory: its listener for
 *   data is called by ours, which catches and measures.
 */
export async function openConnection(address: EslAddress, clock: Clock, hooks: EslHooks): Promise<EslConnection> {
  const where = `${address.host}:${address.port}`;
  const unreachable = (detail: string) => new IpntError('ESL_UNREACHABLE', detail, where);
  const waits = new Waits(clock, unreachable);
  let [loggedIn, refused]: [() => void, (error: Error) => void] = [() => undefined, () => undefined];
  const connection = new esl.Connection(address.host, address.port, address.password, () => loggedIn());
  const { socket } = connection;
  if (socket === null) throw unreachable('no socket');

  const end = (error: IpntError) => {
    if (waits.isOver) return;
    waits.end(error);
    socket.destroy();
    hooks.closed(error.detail);
  };

  let [lastError, notice] = ['', ''];
  // An event that is no JSON comes here as well: our own reading of it counts.
  connection.on('error', () => undefined);
  socket.on('error', (error) => (lastError = error.message));
  connection.subscribe = () => undefined;
  connection.on('esl::event::auth::fail', () =>
    refused(new IpntError('ESL_LOGIN_REFUSED', 'the password was refused', where)),
  );
  connection.on('esl::event::disconnect::notice', (reply) => (notice = bodyOf(reply)));
  connection.on('esl::event::raw::text/rude-rejection', () => refused(rejected(where)));
  socket.on('close', () => end(unreachable(lastError || notice || 'the PBX closed the connection')));

  try {
    await waits.within<void>(CONNECT_MS, 'no connection', (done) => socket.once('connect', () => done()));
    guard(connection, hooks, clock, (reason) => end(unreachable(reason)));
    await waits.within<void>(LOGIN_MS, 'no answer to the login', (done, fail) => ([loggedIn, refused] = [done, fail]));
  } catch (error) {
    waits.end(unreachable('given up'));
    socket.destroy();
    throw error;
  }
  const ask = asker(connection, waits);
  return {
    api: async (command) => ask(command, 'api'),
    async send(command) {
      const reply = await ask(command, 'sendRecv');
      if (!reply.startsWith('-ERR')) return reply;
      throw new IpntError('ESL_REFUSED', `${command.split(' ')[0]}: ${reply.slice('-ERR'.length).trim()}`, where);
    },
    close: (reason) => end(unreachable(reason)),
  };
}

const asker = (connection: EslSocket, waits: Waits) => (command: string, kind: 'api' | 'sendRecv') => {
  checkCommand(command);
  const short = command.split(' ').slice(0, 4).join(' ');
  return waits.within<string>(ANSWER_MS, `no answer to "${short}"`, (done) => {
    if (kind === 'api') connection.api(command, (reply) => done(reply.getBody() ?? ''));
    else connection.sendRecv(command, (reply) => done(reply.getHeader('Reply-Text') ?? ''));
  });
};

/** An address that apply-inbound-acl does not let in hears this instead of a question for the password (mod_event_socket.c, 1.10.12). */
const rejected = (where: string) =>
  new IpntError('ESL_LOGIN_REFUSED', 'access denied: this address is not in apply-inbound-acl', where);

const bodyOf = (reply: unknown): string => {
  const said = (reply as { getBody(): string | undefined }).getBody()?.split('\n')[0]?.trim() ?? '';
  return said === '' ? '' : `the PBX closed the connection: ${said}`;
};

/** Puts itself between the socket and modesl's parser, and takes the events from there. */
function guard(connection: EslSocket, hooks: EslHooks, clock: Clock, end: (reason: string) => void): void {
  const { socket, parser } = connection;
  if (socket === null || parser === undefined) return end('no parser');
  parser.on('esl::event', (_, headers, body) => {
    const contentType = String(headers['Content-Type'] ?? '');
    if (!contentType.startsWith('text/event-')) return;
    const event = eventOf({ contentType, body: body ?? '' });
    if (event === null) hooks.odd('event that cannot be read', contentType);
    else hooks.event(event, clock.nowMs());
  });
  const read = socket.listeners('data') as ((bytes: Uint8Array) => void)[];
  socket.removeAllListeners('data');
  socket.on('data', (bytes: Buffer) => {
    try {
      for (const listener of read) listener(bytes);
    } catch (error) {
      return end(`a message that cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
    if (Math.max(parser.bodyLen, parser.buffer.length) <= MAX_MESSAGE) return;
    hooks.odd('message that is too long', `more than ${MAX_MESSAGE} bytes`);
    end(`a message of more than ${MAX_MESSAGE} bytes`);
  });
}
