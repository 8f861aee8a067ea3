import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { main } from '../../../src/cli/main.ts';

async function said(...args: string[]): Promise<string> {
  let text = '';
  const out = (part: string): void => void (text += part);
  await main(args, { out, err: out, env: {}, isScreen: false });
  return text;
}

it('tells how to name a transcript that is not there', async () => {
  const text = await said('replay', 'nope');
  expect(text).toMatch(/no such file or folder[\s\S]*cure: {2}name a transcript/);
});

it('tells how to name a routing file that is not there', async () => {
  const text = await said('check', '--settings', 'config/ipnt.example.yaml', '--routing', 'nope');
  expect(text).toMatch(/no such file[\s\S]*cure: {2}name a routing file/);
  expect(text).not.toContain('nothing was applied');
});

it('checks a routing file without settings, and says what it could not compare', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'ipnt-check-'));
  const file = join(dir, 'routing.yaml');
  try {
    writeFileSync(file, 'services:\n  a: { requirement: "biling", sites: [rome] }\n');
    expect(await said('check', '--routing', file)).toBe(
      `${file}: good; services 1, calendars 0 (skills, queues, sites, edges and customer sources were not compared: there is no settings file)\n`,
    );
    writeFileSync(file, 'services:\n  a: { share: me }\n');
    expect(await said('check', '--routing', file)).toMatch(/:2:8 services.a.share: .*\n1 fault\n$/);
    expect(await said('check', '--settings', join(dir, 'gone.yaml'), '--routing', file)).toMatch(/there is no file/);
  } finally {
    rmSync(dir, { recursive: true });
  }
});

it('asks why with an example that fits', async () => {
  expect(await said('service', 'close', 'a')).toContain('ipnt service close a --why "fire alarm"');
  expect(await said('service', 'open', 'a')).toContain('ipnt service open a --why "open on the holiday"');
});
