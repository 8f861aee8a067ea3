import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultCacheDir, PartMissing, providePart } from '../../../src/runtime/parts/index.ts';
import { inside } from '../../../src/runtime/parts/layout.ts';
import { isAlive, startTime, withLock } from '../../../src/runtime/parts/lock.ts';
import { parseManifest } from '../../../src/runtime/parts/manifest.ts';
import { upstreamVersion } from '../../../src/runtime/parts/part.ts';

let folder = '';
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ipnt-parts-'))));
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test.each([
  ['1:22.10.1+dfsg+~cs6.17.60671434-1', '22.10.1'],
  ['1%3a22.10.1+dfsg-1', '22.10.1'],
  ['Asterisk 22.10.1~dfsg+~cs6', '22.10.1'],
  ['mariadbd  Ver 10.11.19-MariaDB for debian-linux-gnu on x86_64', '10.11.19'],
  [' SIPp v3.8.0-TLS-SCTP-PCAP.', '3.8.0'],
  ['1:11.8.9-1', '11.8.9'],
  ['no number', ''],
])('the version in %j is %j', (text, version) => expect(upstreamVersion(text)).toBe(version));

test('the cache is where the environment says', () => {
  expect(defaultCacheDir({ IPNT_CACHE: '/a', XDG_CACHE_HOME: '/b' })).toBe('/a');
  expect(defaultCacheDir({ XDG_CACHE_HOME: '/b' })).toBe('/b/ipnt');
  expect(defaultCacheDir({ XDG_CACHE_HOME: 'relative' })).toMatch(/\.cache\/ipnt$/);
  expect(defaultCacheDir({})).toMatch(/\.cache\/ipnt$/);
});

test('what cannot be had is one line that says how to get it', async () => {
  vi.stubEnv('IPNT_OFFLINE', '1');
  const missing = await providePart('asterisk', { cacheDir: folder, ignoreMachine: true }).catch((e: unknown) => e);
  expect(missing).toBeInstanceOf(PartMissing);
  expect((missing as Error).message).toBe(
    'asterisk not found (not in the cache, and IPNT_OFFLINE=1): install it (apt-get install asterisk) or put it on PATH',
  );
});

describe('manifest', () => {
  const good = {
    format: 1,
    name: 'sipp',
    version: '3.8.0',
    arch: process.arch,
    root: 'parts/sipp-3.8.0-00',
    debs: ['a_1%3a2_amd64.deb'],
  };
  test('a good one', () => expect(parseManifest(JSON.stringify(good), 'sipp')).toEqual(good));
  test.each([
    ['another part', { ...good, name: 'asterisk' }],
    ['another format', { ...good, format: 2 }],
    ['another processor', { ...good, arch: 'pdp11' }],
    ['a path that leaves the cache', { ...good, root: '../../etc' }],
    ['a package that leaves the cache', { ...good, debs: ['../x.deb'] }],
    ['no packages', { ...good, debs: undefined }],
    ['nothing', null],
  ])('%s is refused', (_, value) => expect(() => parseManifest(JSON.stringify(value), 'sipp')).toThrow());
});

describe('lock', () => {
  test('one at a time, also in one process', async () => {
    const file = join(folder, 'a.lock');
    let inside = 0;
    let most = 0;
    const work = async () => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all([1, 2, 3].map(() => withLock(file, 10_000, work)));
    expect(most).toBe(1);
    expect(existsSync(file)).toBe(false);
  });

  test.each([
    ['a process that is gone', '4194305 1'],
    ['a pid that was given to another', `${process.pid} 1`],
    ['rubbish', 'rubbish'],
  ])('the lock of %s is taken over', async (_, holder) => {
    const file = join(folder, 'b.lock');
    writeFileSync(file, `${holder}\n`);
    expect(await withLock(file, 1000, () => Promise.resolve('mine'))).toBe('mine');
  });

  test('the lock of a living process holds until the deadline', async () => {
    const file = join(folder, 'c.lock');
    const holder = `${process.pid} ${startTime(process.pid)}\n`;
    writeFileSync(file, holder);
    expect(isAlive(holder)).toBe(true);
    await expect(withLock(file, 50, () => Promise.resolve())).rejects.toThrow(`held by process ${process.pid}`);
  });

  test('a failure gives the lock back', async () => {
    const file = join(folder, 'd.lock');
    await expect(withLock(file, 1000, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });
});

test("links are followed with the part's root as /", () => {
  mkdirSync(join(folder, 'usr/share/sounds/real'), { recursive: true });
  symlinkSync('/usr/share/sounds/real', join(folder, 'usr/share/sounds/absolute'));
  symlinkSync('../sounds/absolute', join(folder, 'usr/share/sounds/relative'));
  symlinkSync('loop', join(folder, 'loop'));
  symlinkSync('../../../../../../etc', join(folder, 'usr/out'));
  const real = join(folder, 'usr/share/sounds/real');
  expect(inside(folder, join(folder, 'usr/share/sounds/absolute'))).toBe(real);
  expect(inside(folder, join(folder, 'usr/share/sounds/relative'))).toBe(real);
  expect(inside(folder, join(folder, 'loop'))).toBe(join(folder, 'loop'));
  expect(inside(folder, join(folder, 'usr/out')).startsWith(folder)).toBe(true);
});
