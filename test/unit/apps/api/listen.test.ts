/** The API's own TLS, over real sockets. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { cutOff } from '../../../../src/apps/api/cut-off.ts';
import { listen } from '../../../../src/apps/api/listen.ts';
import type { Listening } from '../../../../src/apps/api/listen.ts';
import { systemClock } from '../../../../src/runtime/clock.ts';
import { noLog } from '../../../../src/runtime/log.ts';
import { until } from '../../../lab/asterisk/ari.ts';
import { FIRST, SECOND } from './tls-files.ts';

let folder: string;
let tls: { readonly certificate: string; readonly key: string };
let listening: Listening | undefined;
let answers: ServerResponse[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ipnt-tls-'));
  tls = { certificate: join(folder, 'api.crt'), key: join(folder, 'api.key') };
  answers = [];
});
afterEach(async () => {
  for (const answer of answers) answer.destroy();
  await listening?.stop();
  listening = undefined;
  rmSync(folder, { recursive: true });
});

function write({ certificate, key }: { readonly certificate: string; readonly key: string }): void {
  writeFileSync(tls.certificate, certificate);
  writeFileSync(tls.key, key);
}

async function open(app: RequestListener, stillMs = 30_000): Promise<void> {
  const settings = { listen: { host: '127.0.0.1', port: 0 }, tls, behindProxy: false };
  listening = await listen({ settings, app, clock: systemClock, log: noLog, stillMs });
}

/** Much, and it is not read. */
const pour: RequestListener = (_request, response) => {
  answers.push(response);
  response.on('error', () => undefined).write(Buffer.alloc(20_000_000));
};

const ask = (): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    get(`${listening?.url}/`, { rejectUnauthorized: false, agent: false }, resolve).on('error', reject);
  });

const shownTo = async (): Promise<string> => {
  const response = await ask();
  response.resume();
  return String((response.socket as TLSSocket).getPeerCertificate().subject.CN);
};

test('the certificate is the one of the file, and a new one once the files are new', async () => {
  write(FIRST);
  await open((_request, response) => void response.end('ok'));
  expect(listening?.url).toMatch(/^https:/);
  expect(await shownTo()).toBe('a.test');
  write(SECOND);
  process.emit('SIGHUP');
  expect(await shownTo()).toBe('b.test');
  write({ ...FIRST, key: 'half a file' });
  process.emit('SIGHUP');
  expect(await shownTo()).toBe('b.test');
});

test.each([
  ['a certificate that is none', { ...FIRST, certificate: 'no PEM' }],
  ['a key that is none', { ...FIRST, key: 'no PEM' }],
  ['the key of another certificate', { ...FIRST, key: SECOND.key }],
])('%s is told with place and cure', async (_what, files) => {
  write(files);
  await expect(open(() => undefined)).rejects.toMatchObject({ code: 'TLS_INVALID', where: tls.certificate });
});

test('of who is cut off nothing is left that he could still read', async () => {
  write(FIRST);
  await open(pour);
  const stuck = await ask();
  stuck.pause();
  const [answer] = answers;
  if (answer === undefined) throw new Error('nobody asked');
  cutOff(answer);
  await until(() => Promise.resolve(answer.destroyed || undefined), 'the end');
  const fault = new Promise<string>((resolve) => stuck.on('error', ({ message }) => resolve(message)));
  let read = 0;
  stuck.on('data', (chunk: Buffer) => void (read += chunk.length));
  stuck.resume();
  expect(await fault).toMatch(/aborted|ECONNRESET/);
  expect(read).toBeLessThan(2_000_000);
});

test('an answer that nobody reads does not stay for ever', async () => {
  write(FIRST);
  await open(pour, 200);
  (await ask()).pause();
  await until(() => Promise.resolve(answers[0]?.destroyed || undefined), 'the end', 5_000);
});
