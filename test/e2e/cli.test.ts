/** The built command line as a person uses it, on an embedded database. */
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CallEvent } from '../../src/core/model/call.ts';
import { noLog } from '../../src/runtime/log.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import type { EmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { openMysqlStore } from '../../src/store/mysql/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const COMMAND = join(ROOT, 'dist/cli/main.js');

let dir = '';
let database: EmbeddedMariadb;

beforeAll(async () => {
  const built = spawnSync(process.execPath, [join(ROOT, 'scripts/build.mjs')], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${built.stdout}${built.stderr}`);
  dir = mkdtempSync(join(tmpdir(), 'ipnt-cli-'));
  const dataDir = join(dir, 'data', 'mariadb');
  mkdirSync(dataDir, { recursive: true });
  // Ours, so that each command joins it and need not start one.
  database = await startEmbeddedMariadb({ dataDir });
  write('ipnt.yaml', SETTINGS);
});
afterAll(async () => {
  await database?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** A port where nobody listens (discard is not served anywhere). */
const SETTINGS = `country: "49"
sites:
  berlin: { title: Berlin, host: 127.0.0.1, port: 9, user: ipnt, password: x }
edges:
  edge1: { ari: { url: "http://127.0.0.1:9", user: ipnt, password: y }, trunks: { berlin: "PJSIP/{agent}@site-berlin" }, outbound: "PJSIP/{number}@provider", redirects: { berlin: "sip:{agent}@127.0.0.1" } }
`;

/** Routing that asks for all there is; these settings know one of its sites. */
const EXAMPLE = join(ROOT, 'config/routing.example.yaml');
const NO_PARIS =
  /^warning: .*routing.example.yaml:\d+:\d+ services.sales.requirement: there is no site "paris"; mend the name \(there are: berlin\)\n$/;

const write = (name: string, text: string): void => writeFileSync(join(dir, name), text);
const env = { ...process.env, IPNT_SETTINGS: '', IPNT_LOG: '' };

function ipnt(...args: string[]) {
  const ran = spawnSync(process.execPath, [COMMAND, ...args], { cwd: dir, encoding: 'utf8', env, timeout: 30_000 });
  return { code: ran.status, out: ran.stdout, err: ran.stderr, refusal: `${ran.status} ${ran.stderr}` };
}

describe('check', () => {
  it('finds good files good', () => {
    expect(ipnt('check', '--routing', EXAMPLE)).toMatchObject({
      code: 0,
      err: expect.stringMatching(NO_PARIS) as string,
      // Nothing is made or migrated for a check.
      out: expect.stringMatching(
        /good; services 5, calendars 2 \(skills and queues were not compared: .*\)\n$/,
      ) as string,
    });
  });

  it('lists all faults of both files at once, with lines and cures', () => {
    write(
      'broken.yaml',
      'sites:\n  berlin:\n    hots: 10.0.0.11\n    user: ipnt\n    password: { file: none.secret }\nextra: 1\n',
    );
    write('broken-routing.yaml', 'services:\n  support: { ring: 20, requirement: "a and" }\n');
    const { code, out, err } = ipnt('check', '--settings', 'broken.yaml', '--routing', 'broken-routing.yaml');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err.trim().split('\n')).toEqual([
      'broken.yaml:2:3 sites.berlin.host: is missing; write e.g. 10.0.0.11',
      'broken.yaml:3:5 sites.berlin.hots: unknown key "hots"; did you mean "host"?',
      expect.stringMatching(/^broken.yaml:5:5 sites.berlin.password: the file .*none.secret is not there; make it/),
      'broken.yaml:6:1 extra: unknown key "extra"; known here: database, data, country, sites, edges, customer_sources, api, monitoring, retention',
      'broken-routing.yaml:2:14 services.support.ring: must be a duration; give the unit: 20s or 20ms',
      expect.stringMatching(
        /^broken-routing.yaml:2:24 services.support.requirement: does not parse at character \d+: a skill is missing/,
      ),
      '6 faults',
    ]);
  });

  it('says where it looked when there are no settings', () => {
    const { code, err } = ipnt('status', '--settings', 'gone.yaml');
    expect(code).toBe(2);
    expect(err).toMatch(/there is no file gone.yaml\n {2}cure: {2}name one with --settings/);
  });
});

describe('usage', () => {
  it.each([
    [['bogus']],
    [['explain']],
    [['calls', '--limit', 'many']],
    [['status', '--bogus']],
    [['apply']],
    [['service', 'close', 'a']],
    [['service', 'shut', 'a']],
    [['apply', '--rollback', '--dry-run']],
  ])('%j is refused with 2', (args) => {
    const { code, err } = ipnt(...args);
    expect(code).toBe(2);
    expect(err).toContain('error:');
  });

  it('has help and a version', () => {
    expect(ipnt('--help')).toMatchObject({ code: 0, out: expect.stringContaining('Exit:     0 done') as string });
    expect(ipnt('--version').out).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  it('names the sites that there are', () => {
    expect(ipnt('site', 'rome').refusal).toMatch(/^1 .*no site "rome"; they have: berlin/);
  });
});

describe('with a database', () => {
  it('migrates, applies, exports what reads back as the same', () => {
    expect(ipnt('migrate')).toMatchObject({ code: 0, out: expect.stringMatching(/has schema \d+/) as string });
    const services = 'services support, technical, french, sales, night_line';
    const added = `added ${services.slice('services '.length)}\nadded calendar office, night\nadded site berlin\n`;
    expect(ipnt('apply', '-f', EXAMPLE, '--dry-run')).toMatchObject({
      code: 0,
      out: `${added}nothing was applied; in force: version 0, services none\n`,
    });
    expect(ipnt('apply', '-f', EXAMPLE)).toMatchObject({
      code: 0,
      err: expect.stringMatching(NO_PARIS) as string,
      out: `${added}in force: version 1, ${services}\n`,
    });
    expect(ipnt('apply', '--rollback').refusal).toMatch(/^1 .*there is no version before this one/);
    const exported = ipnt('export').out;
    write('exported.yaml', exported);
    expect(ipnt('apply', '-f', 'exported.yaml')).toMatchObject({
      code: 0,
      out: `nothing changed; in force: version 1, ${services}\n`,
    });
    expect(ipnt('export').out).toBe(exported);
  });

  it('tells what changes field by field, takes it back, and keeps who did what', () => {
    write('changed.yaml', ipnt('export').out.replace('max_wait: 10m', 'max_wait: 120s'));
    const changed = 'technical: max_wait 10m -> 2m\nin force: version 2, ';
    expect(ipnt('apply', '-f', 'changed.yaml', '--waiting').out).toContain(changed);
    expect(ipnt('apply', '--rollback').out).toContain('technical: max_wait 2m -> 10m\nin force: version 3, ');
    const same = ipnt('apply', '--rollback', '3');
    expect(same.out + same.err).toMatch(/^nothing changed; in force: version 3, .*\nwarning: version 3:\d+:\d+ /);
    expect(ipnt('apply', '--rollback', '99').refusal).toMatch(/^1 .*there is no such version/);
    const history = JSON.parse(ipnt('apply', '--history', '--json').out) as { version: number; what: string }[];
    expect(history.map(({ version }) => version)).toEqual([3, 2, 1]);
    expect(ipnt('apply', '--history').out).toMatch(
      /\n +3 .*rolled back to 1: changed tec.*\n +2 .*\n +1 .*added sup.*\n$/,
    );
  });

  it('closes a service by hand, says so, and gives it back to its calendar', () => {
    expect(ipnt('service', 'close', 'support', '--why', 'fire alarm')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^support: closed, closed by .*: fire alarm; in force: version 4\n$/) as string,
    });
    expect(ipnt('service', 'list').out).toMatch(/^support +Support +closed +closed by .*: fire alarm /m);
    const open = 'support: open, always open; in force: version 5\n';
    for (const told of [open, `nothing changed; ${open}`]) expect(ipnt('service', 'auto', 'support').out).toBe(told);
    expect(ipnt('apply', '--history').out).toMatch(/ 5 +\S+ \S+ +\S+ +support follows its calendar again\n/);
    expect(ipnt('service', 'list').out).toMatch(
      /^technical .* (within|outside) its hours \(office\)|^technical .* \(office\)/m,
    );
    expect(ipnt('service', 'open', 'nobody', '--why', 'x').refusal).toMatch(/^1 .*there is no service "nobody"/);
  });

  it('warns of a skill that nobody has and of a redirect that leads nowhere', () => {
    write('bare.yaml', SETTINGS.replace(/, redirects: .*? } }/, ' }'));
    write('odd-routing.yaml', 'services:\n  vip: { requirement: "vip>=3 or queue:vip", delivery: redirect }\n');
    expect(ipnt('check', '--settings', 'bare.yaml', '--routing', 'odd-routing.yaml')).toMatchObject({
      code: 0,
      err: expect.stringMatching(
        /^warning: odd-routing.yaml:2:10 services.vip.requirement: no agent has the skill "vip".*\nwarning: odd-routing.yaml:2:46 services.vip.delivery: edge "edge1" has no `redirects`/,
      ) as string,
    });
  });

  it('applies nothing of a file with a fault', () => {
    write('half.yaml', 'services:\n  good: {}\n  bad: { share: me }\n');
    expect(ipnt('apply', '-f', 'half.yaml')).toMatchObject({
      code: 2,
      err: expect.stringContaining('half.yaml:3:10 services.bad.share') as string,
    });
    expect(ipnt('export').out).not.toContain('good:');
  });

  it('lists nothing in words and as JSON', () => {
    expect(ipnt('status').out).toContain('no edge has ever used this database');
    expect(ipnt('agents').out).toBe('no agent is known yet\n');
    for (const listing of ['agents', 'queues', 'calls']) expect(JSON.parse(ipnt(listing, '--json').out)).toEqual([]);
  });

  it('explains a call by a part of its id', async () => {
    const store = await openMysqlStore({ url: database.url, log: noLog });
    const facts: CallEvent['fact'][] = [
      {
        ...{ kind: 'arrived', edge: 'edge1', service: 'support', ani: '+33142345678', dnis: '+49301234567' },
        ...{ channel: '1.2', requirement: 'queue:support', priority: 0 },
      },
      { kind: 'returned', status: 'NOAGENTS', waitMs: 10, detail: '' },
      { kind: 'ended', outcome: 'overflowed', by: 'router', talkMs: 0 },
    ];
    await store.appendCallEvents(facts.map((fact, seq) => ({ callId: 'edge1-abcdef', seq, atMs: Date.now(), fact })));
    await store.close();
    expect(ipnt('explain', 'abcdef').out).toMatch(
      /asked for "Support".*\n\n.*The call arrived.\n.*Nobody who could take it was at work/,
    );
    expect(JSON.parse(ipnt('explain', 'abcdef', '--json').out)).toMatchObject([
      { seq: 0, fact: { kind: 'arrived' }, says: ['The call arrived.'] },
      { fact: { kind: 'returned', status: 'NOAGENTS' } },
      { fact: { kind: 'ended' } },
    ]);
    expect(ipnt('calls').out).toMatch(/^CALL .*\nedge1-abcdef .* support .* overflowed\n$/);
    expect(ipnt('explain', 'nothing')).toMatchObject({
      code: 1,
      err: expect.stringContaining('no call is "nothing", or begins or ends so') as string,
    });
  });

  it('tries calls out in the live state and under a routing file that is not in force', () => {
    const live = ipnt('route', 'test', '--dnis', '+49301234567', '--expect-service', 'support');
    expect(live).toMatchObject({ code: 0, err: '', out: expect.stringContaining('noagents: nobody who') as string });
    write('next.yaml', 'services:\n  other: { title: Other, numbers: ["+49301234567"] }\n');
    const next = ipnt(
      'route',
      'test',
      '--dnis',
      '+49301234567',
      '--routing',
      'next.yaml',
      '--expect-service',
      'support',
    );
    expect(next).toMatchObject({ code: 1, err: 'FAILED: expected service support, came other\n' });
    const state = ipnt('route', 'state');
    expect(state.code).toBe(0);
    write('state.yaml', state.out);
    expect(
      ipnt('route', 'test', '--service', 'support', '--state', 'state.yaml', '--expect-outcome', 'noagents').code,
    ).toBe(0);
    expect(ipnt('export').out).not.toContain('other');
  });

  it('names a wrong password and a database that is away', () => {
    write('wrong.yaml', `database: ${database.url.replace(/:[^:@/]+@/, ':wrong@')}\n`);
    const wrong = ipnt('status', '--settings', 'wrong.yaml');
    expect(wrong.code).toBe(2);
    expect(wrong.err).toMatch(/^ipnt: [\s\S]*cure: {2}check user, password and grants/);
    write('away.yaml', 'database: mysql://u:p@127.0.0.1:9/x\n');
    const away = ipnt('status', '--settings', 'away.yaml');
    expect(away.code).toBe(1);
    expect(away.err).toMatch(/where: 127.0.0.1:9\n {2}cure: {2}check its address/);
  });

  it('doctor tells every fault with its cure', () => {
    const { code, out } = ipnt('doctor');
    expect(code).toBe(1);
    expect(out).toMatch(/^ok +database +answers/m);
    expect(out).toMatch(/^FAULT +site berlin .*\n +cure: check host, port and bindaddr/m);
    expect(out).toMatch(/^FAULT +edge edge1 .*\n +cure: check host and port/m);
    expect(out).toMatch(/^WARNING +edge edge1 +no process has ever served this edge/m);
    expect(out).toMatch(/ 2 faults, /);
  });

  it('runs a role for each site and edge, and ends them all on a signal', async () => {
    const child = spawn(process.execPath, [COMMAND, 'run'], { cwd: dir, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const lines: string[] = [];
    const ended = new Promise<number | null>((done) => child.once('exit', done));
    for await (const line of createInterface(child.stderr)) {
      lines.push(line);
      const all = lines.join('\n');
      if (/"site":"berlin".*AMI_UNREACHABLE/.test(all) && /"edge":"edge1".*ARI_UNREACHABLE/.test(all)) break;
    }
    child.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(lines.join('\n')).toContain('starting site berlin, edge edge1');
  });
});

describe('replay', () => {
  it('prints the state that a transcript leads to', () => {
    const folder = join(ROOT, 'test/replay/transcripts/asterisk-ami/queue-call');
    const { code, out } = ipnt('replay', folder);
    expect(code).toBe(0);
    expect(out).toMatch(/^AGENT +NAME/m);
    const json = JSON.parse(ipnt('replay', folder, '--json').out) as { state: { siteId: string } };
    expect(json.state.siteId).toBe('berlin');
  });
});
