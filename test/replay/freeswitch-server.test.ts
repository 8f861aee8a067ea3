/** The replaying FreeSWITCH against the bytes of a real one: the same commands get the same answers. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { openEsl } from '../lab/freeswitch/esl.ts';
import { PbxModel } from '../lab/freeswitch/model.ts';
import { EslServer, eventFrame } from '../lab/freeswitch/server.ts';
import type { ServerOptions } from '../lab/freeswitch/server.ts';
import { clientOf, eventsOf, transcript } from '../lab/freeswitch/templates.ts';

const servers: EslServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close('rst');
});

const model = new PbxModel({ statusChanged: () => undefined, reloaded: () => undefined });

async function serve(options: Partial<ServerOptions> = {}): Promise<EslServer> {
  const server = new EslServer({
    host: '127.0.0.1',
    password: 'fslab-secret',
    api: (command) => model.api(command),
    ...options,
  });
  servers.push(server);
  await server.listen();
  return server;
}

/** Says what the client of a transcript said, each when as much had come as then, and gives back all bytes. */
async function played(server: EslServer, name: string): Promise<string> {
  const socket = connect(server.address.port, server.address.host);
  const script = clientOf(name);
  let got = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    got = Buffer.concat([got, chunk]);
    while (script[0] !== undefined && got.length >= script[0].before) socket.write(`${script.shift()?.command}\n\n`);
  });
  await once(socket, 'end');
  socket.destroy();
  return got.toString('utf8');
}

const withoutJobs = (text: string): string => text.replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, 'UUID');

test.each(['auth-ok', 'auth-failure'])('%s: the same bytes', async (name) => {
  expect(withoutJobs(await played(await serve(), name))).toBe(withoutJobs(transcript(name).toString('utf8')));
});

test('after CUSTOM every name is a subclass: what stands behind it is never sent', async () => {
  const server = await serve();
  const esl = await openEsl(server.address, 'fslab-secret');
  await esl.command('event json CUSTOM callcenter::info HEARTBEAT');
  server.tell({ 'Event-Name': 'HEARTBEAT' });
  server.tell({ 'Event-Name': 'CUSTOM', 'Event-Subclass': 'callcenter::info' });
  await vi.waitFor(() => expect(esl.events.map((event) => event['Event-Name'])).toEqual(['CUSTOM']));
  await esl.close();
});

test('an event is framed as a real one is', () => {
  const [first = ''] = eventsOf('heartbeat.json');
  expect(transcript('heartbeat.json').includes(eventFrame(first))).toBe(true);
});

test.each([
  ['at once', Infinity],
  ['at a hundred times its own pace', 100],
])('a transcript is played to the byte, %s', async (_how, speed) => {
  const server = await serve();
  const socket = connect(server.address.port, server.address.host);
  let got = Buffer.alloc(0);
  socket.on('data', (chunk) => (got = Buffer.concat([got, chunk])));
  const recorded = transcript('queue-call.json');
  const [, subscription = ''] = clientOf('queue-call.json').map(({ command }) => command);
  socket.write(`auth fslab-secret\n\n${subscription}\n\n`);
  await vi.waitFor(() => expect(got.toString()).toContain('event listener enabled'));
  await server.play(eventsOf('queue-call.json'), speed);
  const wanted = recorded.subarray(0, recorded.indexOf('Content-Type: command/reply\nReply-Text: +OK bye'));
  await vi.waitFor(() => expect(got.length).toBe(wanted.length));
  expect(got.equals(wanted)).toBe(true);
  socket.destroy();
});

test('ended in order: a client without a subscription hears the notice and FIN, 170 bytes in all, as seen', async () => {
  const server = await serve();
  const socket = connect(server.address.port, server.address.host);
  let got = '';
  socket.on('data', (chunk) => (got += chunk.toString()));
  socket.write('auth fslab-secret\n\n');
  await vi.waitFor(() => expect(got).toContain('+OK accepted'));
  const ended = once(socket, 'end');
  void server.close('sigterm');
  await ended;
  expect(got.length).toBe(170);
  expect(transcript('shutdown-sigterm.json').toString()).toContain(got.slice(82));
  socket.destroy();
});

test('a client that does not read lets its queue grow to the limit; then nobody is served until it has gone', async () => {
  const server = await serve({ mostQueued: 500 });
  const good = await openEsl(server.address, 'fslab-secret');
  const deaf = await openEsl(server.address, 'fslab-secret');
  await deaf.command('event json ALL');
  deaf.pause();
  const event = { 'Event-Name': 'CUSTOM', 'Event-Subclass': 'callcenter::info', text: 'x'.repeat(100_000) };
  while (!server.isStuck) server.tell(event);
  expect(server.queued).toBe(500);
  const answer = good.api('version');
  await deaf.close();
  expect(await answer).toContain('FreeSWITCH Version');
  await good.close();
});

test('tables, lists and errors have the form of the real one', () => {
  const pbx = new PbxModel({ statusChanged: () => undefined, reloaded: () => undefined });
  const recorded = transcript('snapshot-busy').toString('utf8');
  expect(pbx.api('callcenter_config agent list')).toBe('+OK\n');
  expect(pbx.api('callcenter_config queue list members nosuch@default')).toBe('+OK\n');
  expect(pbx.api('show channels as json')).toBe('{"row_count": 0}\n');
  pbx.addQueue('support@default');
  pbx.addAgent('1001@default', '[leg_timeout=8]user/1001@127.0.0.20', 4);
  pbx.addTier('support@default', '1001@default', 1, 1);
  pbx.addMember('support@default', 'a', 'b');
  for (const command of ['agent list', 'tier list', 'queue list', 'queue list members support@default']) {
    const [header = '', row = ''] = (pbx.api(`callcenter_config ${command}`) ?? '').split('\n');
    expect(recorded).toContain(`\n${header}\n`);
    expect(row.split('|').length).toBe(header.split('|').length);
  }
  expect(pbx.api('callcenter_config agent get status nosuch')).toBe('-ERR Agent not found!\n');
});
