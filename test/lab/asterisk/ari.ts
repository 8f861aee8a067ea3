/** ARI and AMI by hand, so that tests of the dialplan need none of our own clients. */
import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { AsteriskInstance } from './instance.ts';
import type { Credentials } from './base-config.ts';

function basic(credentials: Credentials): string {
  return 'Basic ' + Buffer.from(`${credentials.ariUser}:${credentials.ariPassword}`).toString('base64');
}

/** One REST call. Variables go in the query, as ARI takes them. Throws on anything but 2xx. */
export async function ari<T>(
  instance: AsteriskInstance,
  credentials: Credentials,
  method: string,
  path: string,
  query: Record<string, string> = {},
): Promise<T> {
  const url = `http://${instance.http.host}:${instance.http.port}/ari${path}?${new URLSearchParams(query).toString()}`;
  const answer = await fetch(url, { method, headers: { authorization: basic(credentials) } });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`ARI ${method} ${path}: ${answer.status} ${text}`);
  return (text === '' ? undefined : JSON.parse(text)) as T;
}

/**
 * Registers a Stasis app and never reads what Asterisk sends: what a frozen routing app looks like from outside. Calls that
 * enter it can be moved on with ari().
 */
export function openDeafApp(
  instance: AsteriskInstance,
  credentials: Credentials,
  app: string,
): Promise<{ close(): Promise<void> }> {
  return new Promise((resolve, reject) => {
    const upgrade = request({
      ...{ host: instance.http.host, port: instance.http.port, path: `/ari/events?app=${app}` },
      headers: {
        ...{ authorization: basic(credentials), connection: 'Upgrade', upgrade: 'websocket' },
        ...{ 'sec-websocket-version': '13', 'sec-websocket-key': randomBytes(16).toString('base64') },
      },
    });
    upgrade.once('upgrade', (_answer, socket) => {
      socket.on('error', () => undefined);
      const close = async (): Promise<void> => {
        socket.destroy();
        await until(async () => {
          const apps = await ari<{ name: string }[]>(instance, credentials, 'GET', '/applications');
          return apps.every((a) => a.name !== app) ? true : undefined;
        }, `app ${app} is gone`);
      };
      resolve({ close });
    });
    upgrade.once('response', (answer) => reject(new Error(`no websocket for ${app}: ${answer.statusCode}`)));
    upgrade.once('error', reject);
    upgrade.end();
  });
}

export interface AmiWatch {
  /** Resolves with the first event (its raw text) that contains all the given texts, past or to come. */
  event(...texts: string[]): Promise<string>;
  close(): void;
}

/** Logs in with the lab's AMI user and collects events. */
export async function watchAmi(instance: AsteriskInstance, credentials: Credentials): Promise<AmiWatch> {
  const socket = connect(instance.ami.port, instance.ami.host);
  let text = '';
  socket.setEncoding('utf8');
  socket.on('error', () => undefined);
  socket.on('data', (chunk: string) => (text += chunk));
  socket.write(`Action: Login\r\nUsername: ${credentials.amiUser}\r\nSecret: ${credentials.amiPassword}\r\n\r\n`);
  const event = (...wanted: string[]): Promise<string> =>
    until(async () => text.split('\r\n\r\n').find((e) => wanted.every((w) => e.includes(w))), `AMI event ${wanted}`);
  await event('Response: Success');
  return { event, close: () => socket.destroy() };
}

/** Asks again until there is an answer; fails at the deadline with what was awaited. */
export async function until<T>(ask: () => Promise<T | undefined>, what: string, deadlineMs = 5_000): Promise<T> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > deadline) throw new Error(`not within ${deadlineMs} ms: ${what}`);
    await delay(10);
  }
}

export interface StasisChannel {
  id: string;
  dialplan: { app_name: string; app_data: string };
}

/** The channel that is in Stasis with these arguments. */
export function inStasis(instance: AsteriskInstance, credentials: Credentials, args: string): Promise<StasisChannel> {
  return until(async () => {
    const channels = await ari<StasisChannel[]>(instance, credentials, 'GET', '/channels');
    return channels.find((c) => c.dialplan.app_name === 'Stasis' && c.dialplan.app_data.includes(args));
  }, `a channel in Stasis(${args})`);
}

/** What the routing app does when it has decided: variables, then on in the dialplan. */
export async function decide(
  instance: AsteriskInstance,
  credentials: Credentials,
  channel: string,
  variables: Record<string, string>,
): Promise<void> {
  for (const [variable, value] of Object.entries(variables))
    await ari(instance, credentials, 'POST', `/channels/${channel}/variable`, { variable, value });
  await ari(instance, credentials, 'POST', `/channels/${channel}/continue`);
}
