import { describe, expect, test } from 'vitest';
import { nameAndVersion, parsePrintedUris } from '../../../src/runtime/parts/apt.ts';
import {
  formatDeb822,
  ownSources,
  parseDeb822,
  parseOneLine,
  parseOsRelease,
  testingSources,
} from '../../../src/runtime/parts/sources.ts';

const DEB822 = `Types: deb
# a comment inside a stanza
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/archive.gpg

Types: deb deb-src
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main contrib

Types: deb
URIs: http://third.example/node
Suites: nodistro
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: bookworm
Components: main

Types: deb-src
URIs: http://source.example/debian
Suites: bookworm
Components: main
`;

describe('apt sources', () => {
  test('deb822: binary packages of enabled stanzas', () => {
    expect(parseDeb822(DEB822).map((s) => s.uris[0])).toEqual([
      'http://mirror.example/debian',
      'http://mirror.example/debian-security',
      'http://third.example/node',
    ]);
    expect(parseDeb822(DEB822)[0]).toEqual({
      uris: ['http://mirror.example/debian'],
      suites: ['bookworm', 'bookworm-updates'],
      components: ['main'],
      signedBy: '/usr/share/keyrings/archive.gpg',
    });
  });

  test('deb822: a key of several lines survives being read and written', () => {
    const key = '\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n mQ==\n -----END PGP PUBLIC KEY BLOCK-----';
    const sources = parseDeb822(
      `Types: deb\nURIs: http://m.example/d\nSuites: noble\nComponents: main\nSigned-By:${key}\n`,
    );
    expect(sources[0]?.signedBy).toContain('\n mQ==\n');
    expect(parseDeb822(formatDeb822(sources))).toEqual(sources);
  });

  test('one line each', () => {
    const text = [
      '# deb http://off.example/debian bookworm main',
      'deb http://mirror.example/debian bookworm main contrib # comment',
      'deb-src http://mirror.example/debian bookworm main',
      'deb [arch=amd64 signed-by=/k.gpg] mirror+file:/etc/apt/mirrors.txt noble main universe',
    ].join('\n');
    expect(parseOneLine(text)).toEqual([
      { uris: ['http://mirror.example/debian'], suites: ['bookworm'], components: ['main', 'contrib'], signedBy: '' },
      {
        uris: ['mirror+file:/etc/apt/mirrors.txt'],
        suites: ['noble'],
        components: ['main', 'universe'],
        signedBy: '/k.gpg',
      },
    ]);
  });

  test("own release only; testing on the release's own mirror, and on Debian alone", () => {
    const own = ownSources(parseDeb822(DEB822), 'bookworm');
    expect(own.flatMap((s) => s.suites)).toEqual(['bookworm', 'bookworm-updates', 'bookworm-security']);
    expect(testingSources(own, 'debian')).toEqual([
      {
        uris: ['http://mirror.example/debian'],
        suites: ['forky'],
        components: ['main'],
        signedBy: '/usr/share/keyrings/archive.gpg',
      },
    ]);
    expect(testingSources(own, 'ubuntu')).toEqual([]);
    expect(testingSources([], 'debian')).toEqual([]);
  });

  test('os-release', () => {
    expect(parseOsRelease('PRETTY_NAME="x"\nVERSION_CODENAME=noble\nID=ubuntu\nID_LIKE=debian\n')).toEqual({
      distribution: 'ubuntu',
      codename: 'noble',
    });
    expect(parseOsRelease('')).toEqual({ distribution: '', codename: '' });
  });
});

describe('what apt prints', () => {
  test('files and sizes, without what only scripts need', () => {
    const printed = [
      "'http://m.example/pool/libc6_2.43-7_amd64.deb' libc6_2.43-7_amd64.deb 1866392 SHA256:00",
      "'http://m.example/pool/libcap2_2.78-1_amd64.deb' libcap2_1%3a2.78-1_amd64.deb 28844 SHA256:00",
      "'http://m.example/pool/python3_3.14.7-3_amd64.deb' python3_3.14.7-3_amd64.deb 26016 SHA256:00",
      'W: something else',
    ].join('\n');
    expect(parsePrintedUris(printed)).toEqual([
      { file: 'libc6_2.43-7_amd64.deb', bytes: 1866392 },
      { file: 'libcap2_1%3a2.78-1_amd64.deb', bytes: 28844 },
    ]);
    expect(nameAndVersion('libcap2_1%3a2.78-1_amd64.deb')).toBe('libcap2=1:2.78-1');
  });
});
