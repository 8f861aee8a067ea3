import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ipnt } from './run-cli.ts';

it('ends a recording whose login is refused, and leaves no files but those of an earlier one', async () => {
  const pbx = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('Content-Type: auth/request\n\n');
    socket.on('data', () => socket.write('Content-Type: command/reply\nReply-Text: -ERR invalid\n\n'));
  });
  await new Promise<void>((resolve) => pbx.listen(0, '127.0.0.1', resolve));
  const { port } = pbx.address() as AddressInfo;
  const dir = mkdtempSync(join(tmpdir(), 'ipnt-record-'));
  const settings = join(dir, 'ipnt.yaml');
  writeFileSync(settings, `sites: {lyon: {kind: freeswitch, host: 127.0.0.1, port: ${port}, password: wrong}}`);
  const out = join(dir, 'out');
  mkdirSync(out);
  writeFileSync(join(out, 'lyon-1.esl'), 'earlier');
  const { code, err } = await ipnt('record', '--settings', settings, '--site', 'lyon', '--out', out);
  pbx.close();
  expect(code).toBe(1);
  expect(err).toContain(`127.0.0.1:${port}`);
  expect(err).toContain('event_socket.conf.xml');
  expect(readdirSync(out)).toEqual(['lyon-1.esl']);
  expect(readFileSync(join(out, 'lyon-1.esl'), 'utf8')).toBe('earlier');
});

it('says of a transcript without a whole snapshot that its beginning is not known', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'ipnt-replay-')), 'berlin-1.ami');
  writeFileSync(file, 'Asterisk Call Manager/9.0.0\r\n');
  writeFileSync(file.replace('.ami', '.client'), '');
  const { out } = await ipnt('replay', file);
  expect(out).toMatch(/^berlin: 1 event, /);
  expect(out).toContain('no whole snapshot is in it: what it began with is not known');
});
