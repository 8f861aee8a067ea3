import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { faultLine, findSettings, loadSettings, readSettings } from '../../../src/settings/index.ts';
import type { SiteSettings } from '../../../src/settings/index.ts';
import { Secret } from '../../../src/settings/secret.ts';
import { formatDuration, parseDuration } from '../../../src/settings/values.ts';

let dir = '';
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'ipnt-settings-'));
  writeFileSync(join(dir, 'berlin.secret'), 's3cret\n');
  writeFileSync(join(dir, 'empty.secret'), '\n');
});
afterAll(() => rmSync(dir, { recursive: true }));

const GOOD = `
database: { url: "mysql://ipnt@db1,db2:3307/ipnt", password: { env: DB_PASS } }
data: /var/lib/ipnt
country: 49
sites:
  berlin: { title: Berlin, host: 10.0.0.11, user: ipnt, password: {file: berlin.secret}, agents: [PJSIP/2001], window: 10m }
  paris: { host: paris.example, port: 5039, user: ipnt, password: "inline" }
edges:
  edge1: { ari: {url: "http://10.0.0.10:8088/", user: ipnt, password: x}, trunks: { berlin: "PJSIP/{agent}@site-berlin" } }
`;

const read = (text: string, env: Record<string, string> = {}) => readSettings(text, join(dir, 'ipnt.yaml'), env);
const passwordOf = (site: SiteSettings | undefined) => (site?.kind === 'asterisk-ami' ? site.password : new Secret(''));
const lines = (text: string): string[] =>
  read(text).faults.map((f) => `${f.line}:${f.column} ${f.path}: ${f.message} | ${f.cure}`);

describe('settings', () => {
  it.each([
    ['{}', { callsMs: 90, decisionsMs: 30, numbersMs: 90 }],
    ['{ numbers: 7d }', { callsMs: 90, decisionsMs: 30, numbersMs: 7 }],
    // What belongs to a call goes with it at the latest.
    ['{ calls: 10d }', { callsMs: 10, decisionsMs: 10, numbersMs: 10 }],
  ])('keeps records for as long as is usual where `retention: %s` says nothing', (retention, days) => {
    const { settings, faults } = read(`${GOOD}retention: ${retention}\n`, { DB_PASS: 'x' });
    expect(faults).toEqual([]);
    const inMs = Object.entries(days).map(([key, count]) => [key, count * 86_400_000]);
    expect(settings?.retention).toMatchObject(Object.fromEntries(inMs) as object);
  });

  it('wants days with their unit', () => {
    const { faults } = read(`${GOOD}retention: { calls: 90, audit: 0d }\n`, { DB_PASS: 'x' });
    expect(faults.map(({ path, message, cure }) => `${path}: ${message}; ${cure}`)).toEqual([
      'retention.calls: must be a number of days, 1 at least; give the unit: 90d',
      'retention.audit: must be a number of days, 1 at least; write e.g. 90d',
    ]);
  });

  it('reads what is written, with defaults for the rest', () => {
    const { settings, faults, warnings } = read(GOOD, { DB_PASS: 'p@ss/word' });
    expect(faults).toEqual([]);
    expect(warnings.map(faultLine)).toEqual([
      expect.stringMatching(
        /:7:3 sites.paris: no edge of these settings has a trunk to it; add it to edges.edge1.trunks; right when/,
      ),
    ]);
    expect(settings).toMatchObject({ dataDir: '/var/lib/ipnt', country: '49' });
    expect(settings?.sites[0]).toMatchObject({ siteId: 'berlin', port: 5038, kind: 'asterisk-ami', windowMs: 600_000 });
    expect(settings?.sites[1]).toMatchObject({
      siteId: 'paris',
      title: 'paris',
      port: 5039,
      agents: [],
      windowMs: 1_800_000,
    });
    expect(passwordOf(settings?.sites[0]).reveal()).toBe('s3cret');
    expect(settings?.edges[0]).toMatchObject({
      edgeId: 'edge1',
      app: 'ipnt',
      redirects: {},
      outbound: '',
      ari: { url: 'http://10.0.0.10:8088' },
    });
    const database = settings?.database;
    expect(database?.kind === 'mysql' && database.url.reveal()).toBe('mysql://ipnt:p%40ss%2Fword@db1,db2:3307/ipnt');
    expect(database?.kind === 'mysql' && database.shown).toBe('mysql://ipnt@db1,db2:3307/ipnt');
  });

  it('takes an empty file: an embedded database beside it', () => {
    expect(read('').settings).toMatchObject({
      database: { kind: 'embedded' },
      dataDir: join(dir, 'data'),
      sites: [],
      edges: [],
    });
  });

  it('keeps secrets out of every print', () => {
    const { settings } = read(GOOD, { DB_PASS: 'hidden' });
    const prints = [
      inspect(settings, { depth: 9 }),
      JSON.stringify(settings),
      `${passwordOf(settings?.sites[0])}`,
    ].join();
    expect(prints).not.toMatch(/s3cret|hidden|inline/);
    expect(prints).toContain('***');
  });

  it('lists every fault at once, with place and cure', () => {
    const bad = `databse: embedded
country: "+49"
sites:
  berlin:
    hst: 10.0.0.11
    port: 70000
    user: ipnt
    password: { file: nowhere.secret }
    agents: [2001, PJSIP/2002]
    window: 30
  "pa/ris": { host: p, user: u, password: { env: NOT_SET } }
  rome: { host: r, user: u, password: { file: empty.secret } }
edges:
  edge1:
    ari: { url: "http://u:p@10.0.0.10", user: ipnt, password: 1234 }
    trunks: { berlin: "PJSIP/site-berlin" }
    redirects: { berlin: "sip:1001@10.0.0.11" }
`;
    expect(lines(bad)).toEqual([
      '1:1 databse: unknown key "databse" | did you mean "database"?',
      '2:1 country: must be a country calling code without plus or zeros | write e.g. "49"',
      '4:3 sites.berlin.host: is missing | write e.g. 10.0.0.11',
      '5:5 sites.berlin.hst: unknown key "hst" | did you mean "host"?',
      '6:5 sites.berlin.port: must be a whole number from 1 to 65535 | write e.g. 5038',
      `8:5 sites.berlin.password: the file ${join(dir, 'nowhere.secret')} is not there | make it, readable by the user who runs ipnt and by nobody else`,
      '9:14 sites.berlin.agents[0]: must be a text | write e.g. PJSIP/2001, in quotes',
      '10:5 sites.berlin.window: must be a duration | give the unit: 30s or 30ms',
      '11:3 sites.pa/ris: must be a name of letters, digits, _ and - (32 at most) | write e.g. berlin',
      '11:33 sites.pa/ris.password: the environment has no NOT_SET | set NOT_SET where ipnt is started',
      `12:29 sites.rome.password: the file ${join(dir, 'empty.secret')} is empty | put the secret on its first line`,
      '15:12 edges.edge1.ari.url: must be the http address of Asterisk, without user and password | write e.g. http://10.0.0.10:8088',
      '15:53 edges.edge1.ari.password: must be a text | write {file: /etc/ipnt/secret}, {env: NAME} or the text in quotes',
      '16:15 edges.edge1.trunks.berlin: must be a dial string with {agent} in it, once | write e.g. PJSIP/{agent}@site-berlin',
      '17:18 edges.edge1.redirects.berlin: must be a SIP contact with {agent} in it, once | write e.g. sip:{agent}@10.0.0.11:5060',
    ]);
  });

  it.each([
    ['sites: {a: 1', /1:\d+ : .* mend the YAML here/],
    ['data: a\ndata: b', /2:1 : .*unique.* \| keep one of them/],
    ['sites:\n\t- a', /2:\d+ : .*[Tt]ab/],
    ['- a list', /1:1 : must be a group of keys/],
    ['sites: [berlin]', /1:1 sites: must be a group: site to its PBX \| see config\/ipnt.example.yaml/],
    ['database: postgres://x/y', /1:1 database: must be "embedded" or an address of a MySQL or MariaDB/],
    ['database: mysql://u:p@h:1:2/db', /"h:1:2" is no host/],
    ['database: {url: "mysql://u:p@h/db", password: q}', /1:12 database.url: there are two passwords/],
    [
      'database: {url: "mysql://u@h/db", password: {vault: q}}',
      /1:35 database.password: "vault" is no source of secrets/,
    ],
    [
      'database: {url: "mysql://u@h/db", passwort: q}',
      /database.password: is missing[^]*1:35 database.passwort: unknown key "passwort" \| did you mean "password"/,
    ],
    ['sites: {b: {host: "a\\r\\nAction: Originate", user: u, password: p}}', /sites.b.host: holds a control character/],
    ['sites: {b: {host: h, user: u, password: "a\\nb"}}', /control character or several lines/],
    [
      'edges: {e: {ari: {url: "http://h", user: u, password: p}, trunks: {b: "PJSIP/{agent}@s&PJSIP/9"}}}',
      /must be a dial string/,
    ],
    [
      'sites: {b: {kind: asterisk-ari, ari: {url: "http://h", user: u, password: p}, trunks: [edge]}}',
      /sites.b.trunks\[?\.?0\]?: must be technology\/name \| write e.g. PJSIP\/edge/,
    ],
    ['sites: {b: {kind: asterisk-ari, host: h, user: u, password: p}}', /sites.b.host: unknown key/],
    ['sites: {b: }', /1:9 sites.b: must be a group of keys/],
    [
      'sites: {b: {host: h, user: u, password: p, kind: avaya}}',
      /sites.b.kind: "avaya" is not known \| write asterisk-ami, asterisk-ari or freeswitch$/,
    ],
    [
      'sites: {b: {kind: freeswich, host: h, password: p}}',
      /^1:13 sites.b.kind: "freeswich" is not known \| did you mean "freeswitch"\?$/,
    ],
    [
      'sites: {b: {kind: asterisk-ari, ari: {url: "http://h", user: "", password: p}}}',
      /ari.user: must be the name of an ari.conf section/,
    ],
    [
      'sites: {b: {kind: asterisk-ari, ari: {url: h, user: u, password: p}}}',
      /^\S+ sites.b.ari.url: must be the http address[^\n]*$/,
    ],
  ])('refuses %j', (text, expected) => {
    expect(lines(text).join('\n')).toMatch(expected);
  });

  it('warns of a trunk to a site that it does not know, and of sites without a trunk', () => {
    const { settings, warnings } = read(GOOD.replace('{ berlin: "PJSIP', '{ berln: "PJSIP'), { DB_PASS: 'x' });
    expect(settings).not.toBeNull();
    expect(warnings.map(faultLine)).toEqual([
      expect.stringMatching(/:9:\d+ edges.edge1.trunks.berln: no site "berln" in these settings/),
      expect.stringMatching(/:6:3 sites.berlin: no edge of these settings has a trunk to it/),
      expect.stringMatching(/:7:3 sites.paris: no edge of these settings has a trunk to it/),
    ]);
  });
});

describe('loading', () => {
  it('names every fault in its message', () => {
    const file = join(dir, 'bad.yaml');
    writeFileSync(file, 'a: 1\nb: 2\n');
    expect(() => loadSettings(file, {})).toThrow(
      /2 faults\n.*bad.yaml:1:1 a: unknown key "a".*\n.*bad.yaml:2:1 b: unknown/,
    );
  });

  it('takes the named file, then IPNT_SETTINGS, and says where it looked', () => {
    const file = join(dir, 'empty.secret');
    expect(findSettings(file, { IPNT_SETTINGS: 'x' })).toBe(file);
    expect(findSettings(undefined, { IPNT_SETTINGS: file })).toBe(file);
    expect(() => findSettings('gone.yaml', {})).toThrow(/there is no file gone.yaml/);
    expect(() => findSettings(undefined, {})).toThrow(/looked for .\/ipnt.yaml and \/etc\/ipnt\/ipnt.yaml/);
  });
});

describe('values', () => {
  it.each([
    ['500ms', 500],
    ['20s', 20_000],
    ['30m', 1_800_000],
    ['1.5h', 5_400_000],
    ['20', null],
    ['-1s', null],
    ['s', null],
    ['1e9s', null],
  ])('reads the duration %s', (text, ms) => expect(parseDuration(text)).toBe(ms));

  it.each([0, 1, 999, 1_000, 20_000, 90_000, 300_000, 3_600_000, 5_400_001])(
    'writes %d ms so that it reads back',
    (ms) => expect(parseDuration(formatDuration(ms))).toBe(ms),
  );

  it('gives a secret away only when asked', () => {
    const secret = new Secret('x1');
    expect([String(secret), JSON.stringify({ secret }), inspect({ secret })].join()).not.toContain('x1');
    expect(secret.reveal()).toBe('x1');
  });
});
