/** Users, tokens, the audit and a day's figures on the command line, on an embedded database. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { userName } from '../../src/cli/user-name.ts';
import type { CallEvent, CallFact } from '../../src/core/model/call.ts';
import { noLog } from '../../src/runtime/log.ts';
import { verifyPassword } from '../../src/runtime/password.ts';
import { hashOf } from '../../src/runtime/secrets.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import type { EmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { migrate, openMysqlStore } from '../../src/store/mysql/index.ts';
import type { MysqlStore } from '../../src/store/mysql/index.ts';

let dir = '';
let database: EmbeddedMariadb;
let store: MysqlStore;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'ipnt-people-'));
  const dataDir = join(dir, 'data', 'mariadb');
  mkdirSync(dataDir, { recursive: true });
  database = await startEmbeddedMariadb({ dataDir });
  writeFileSync(join(dir, 'ipnt.yaml'), 'country: "49"\n');
  await migrate({ url: database.url, log: noLog });
  store = await openMysqlStore({ url: database.url, log: noLog });
});
afterAll(async () => {
  await store?.close();
  await database?.stop();
  rmSync(dir, { recursive: true, force: true });
});

/** `typed`: the lines of a terminal; `piped`: standard input. */
async function ipnt(args: readonly string[], input: { typed?: readonly string[]; piped?: string } = {}) {
  const said = { out: '', err: '' };
  const typed = [...(input.typed ?? [])];
  const secrets = {
    isTerminal: input.typed !== undefined,
    ask: (prompt: string) => Promise.resolve(((said.err += prompt), typed.shift() ?? '')),
    line: () => Promise.resolve(input.piped ?? ''),
  };
  const io = {
    ...{ env: {}, isScreen: false, secrets },
    out: (text: string) => void (said.out += text),
    err: (text: string) => void (said.err += text),
  };
  return { code: await main([...args, '--settings', join(dir, 'ipnt.yaml')], io), ...said };
}

describe('ipnt user', () => {
  it('adds the first administrator, by a password that is asked for twice and printed nowhere', async () => {
    const typed = ['correct horse', 'correct horse'];
    const { code, out, err } = await ipnt(['user', 'add', 'anna', '--role', 'admin'], { typed });
    expect([code, out]).toEqual([0, 'anna: admin\n']);
    expect(out + err).not.toContain('horse');
    const user = await store.user('anna');
    expect(user).toMatchObject({ role: 'admin', sites: ['*'], services: ['*'], isDisabled: false });
    expect(await verifyPassword('correct horse', user?.passwordHash ?? '')).toBe(true);
  });

  it.each([
    ['a weak one', { piped: 'short' }, ['--password-stdin'], /has 5 characters, and must have 10 at least/],
    [
      'two that differ',
      { typed: ['correct horse', 'correct house'] },
      [],
      /the two passwords differ[^]*cure: {2}run it again/,
    ],
    ['a name that is taken', { piped: 'correct horse' }, ['--password-stdin'], /there is a user "anna" already/],
  ])('refuses %s', async (_, input, options, said) => {
    const { code, err } = await ipnt(['user', 'add', 'anna', '--role', 'viewer', ...options], input);
    expect([code, err]).toEqual([2, expect.stringMatching(said)]);
  });

  it('makes a password, changes, disables, enables and removes; his logins end', async () => {
    const made = await ipnt(['user', 'add', 'bob', '--role', 'supervisor', '--sites', 'berlin,paris', '--generate']);
    expect(made.err).toMatch(/^warning: no site is called berlin, paris \(there are: none\)\n$/);
    const hash = async () => (await store.user('bob'))?.passwordHash ?? '';
    expect(await verifyPassword(made.out.trim(), await hash())).toBe(true);
    await store.openSession({ secretHash: 'x', user: 'bob', lastsMs: 60_000 });
    const changed = await ipnt(['user', 'change', 'bob', '--services', 'sales']);
    expect(changed.out).toBe('bob: supervisor of sites berlin, paris; services sales; he logs in again\n');
    expect(await store.useSession('x', () => 60_000)).toBeNull();
    expect(await ipnt(['user', 'password', 'bob', '--password-stdin'], { piped: 'another horse' })).toMatchObject({
      code: 0,
    });
    expect(await verifyPassword('another horse', await hash())).toBe(true);
    await ipnt(['user', 'disable', 'bob']);
    expect((await ipnt(['user', 'list'])).out).toMatch(/^bob {2}.* no {2,}\d{4}-/m);
    await ipnt(['user', 'enable', 'bob']);
    expect((await store.user('bob'))?.isDisabled).toBe(false);
    const json = (await ipnt(['user', 'list', '--json'])).out;
    expect([json.includes('scrypt'), (JSON.parse(json) as unknown[]).length]).toEqual([false, 2]);
    expect(await ipnt(['user', 'remove', 'bob'])).toMatchObject({ code: 0, err: '' });
    expect(await ipnt(['user', 'remove', 'bob'])).toMatchObject({
      code: 2,
      err: expect.stringMatching(/no user "bob"/) as string,
    });
  });

  it('knows that an agent is somebody’s', async () => {
    const add = (...more: string[]) => ipnt(['user', 'add', 'carl', '--generate', ...more]);
    expect((await add('--role', 'agent')).err).toMatch(/the role agent needs --agent\n {2}cure: {2}say whose/);
    expect((await add('--role', 'agent', '--agent', 'berlin/1001')).err).toMatch(/no site has shown an agent/);
  });
});

it.each([
  [['api', '--listen', 'here'], /"here" is no address and port\n {2}where: --listen\n {2}cure: {2}write e.g. 127/],
  [['edge', 'nope'], /have no edge "nope"; they have: none\n {2}where: .*\n {2}cure: {2}name one of these/],
])('%j tells a cure that fits', async (args, said) => {
  const { code, err } = await ipnt(args);
  expect([code, err]).toEqual([2, expect.stringMatching(said)]);
});

describe('ipnt token', () => {
  it('prints the secret alone, once, and keeps its hash', async () => {
    const { code, out } = await ipnt(['token', 'add', 'grafana', '--role', 'viewer', '--days', '30']);
    expect([code, out]).toEqual([0, expect.stringMatching(/^ipnt_[A-Za-z0-9_-]{43}\n$/)]);
    const token = await store.useToken(hashOf(out.trim()));
    expect(token).toMatchObject({ name: 'grafana', role: 'viewer' });
    expect(((token?.expiresAtMs ?? 0) - (token?.createdAtMs ?? 0)) / 86_400_000).toBeCloseTo(30, 3);
    const listed = (await ipnt(['token', 'list', '--json'])).out + (await ipnt(['token', 'list'])).out;
    expect(listed).not.toContain(out.trim());
    expect(listed).not.toContain(hashOf(out.trim()));
    await ipnt(['token', 'add', 'grafana', '--role', 'viewer']);
    expect((await ipnt(['token', 'remove', 'grafana'])).err).toMatch(/"grafana" are 2 tokens: name one by its id/);
    expect((await ipnt(['token', 'remove', token?.tokenId ?? ''])).code).toBe(0);
    expect((await ipnt(['token', 'remove', 'grafana'])).code).toBe(0);
    expect(await store.tokens()).toEqual([]);
  });
});

describe('ipnt audit', () => {
  it('has a row for every change on the command line, and no secret and no number in it', async () => {
    writeFileSync(join(dir, 'r.yaml'), 'services:\n  sales: { requirement: "queue:sales" }\n');
    writeFileSync(join(dir, 'a.csv'), 'agent,title\nberlin/PJSIP/1001,Zoe\n');
    writeFileSync(join(dir, 'c.csv'), 'id,name,numbers\nC1,Zoe,+4930123456\n');
    const fact: CallFact = {
      ...{ kind: 'arrived', edge: 'e', service: 'sales', ani: '+4930123456', dnis: '1', channel: 'c' },
      ...{ requirement: '', priority: 0 },
    };
    await store.appendCallEvents([{ callId: 'erased', seq: 1, atMs: Date.now(), fact }]);
    for (const args of [
      ['apply', '-f', join(dir, 'r.yaml')],
      ['apply', '-f', join(dir, 'r.yaml')],
      ['service', 'close', 'sales', '--why', 'fire alarm'],
      ['service', 'auto', 'sales'],
      ['agents', 'import', join(dir, 'a.csv')],
      ['customers', 'import', join(dir, 'c.csv')],
      ['customers', 'erase', '+4930123456'],
    ])
      expect(await ipnt(args)).toMatchObject({ code: 0 });
    const { out } = await ipnt(['audit', '--json', '--limit', '100']);
    const entries = JSON.parse(out) as { action: string; via: string; target: string; detail: string }[];
    expect(entries.map(({ action }) => action).reverse()).toEqual([
      ...['user.add', 'user.add', 'user.change', 'user.password', 'user.disable', 'user.enable', 'user.remove'],
      ...['token.add', 'token.add', 'token.remove', 'token.remove'],
      ...['routing.apply', 'service.close', 'service.auto', 'agents.import', 'customers.import', 'customers.erase'],
    ]);
    expect(entries.find(({ action }) => action === 'service.close')).toMatchObject({
      ...{ via: 'cli', target: 'sales', detail: 'fire alarm' },
    });
    for (const secret of ['horse', 'scrypt', 'ipnt_', '4930123456', 'Zoe']) expect(out).not.toContain(secret);
    expect((await ipnt(['audit', '--limit', '1'])).out).toMatch(/cli .*customers.erase {2,}\+49\*+456/);
  });

  it.each([
    [
      ['--action', 'user.add'],
      ['user.add bob', 'user.add anna'],
    ],
    [['--target', 'bob', '--action', 'user.change'], ['user.change bob']],
    [
      ['--target', 'sales'],
      ['service.auto sales', 'service.close sales'],
    ],
    [['--by', userName(), '--action', 'service.close'], ['service.close sales']],
    [['--by', 'nobody'], []],
    [['--action', 'service'], []],
  ])('is asked with %j', async (filter, expected) => {
    const { out } = await ipnt(['audit', '--json', ...filter]);
    const entries = JSON.parse(out) as { action: string; target: string }[];
    expect(entries.map(({ action, target }) => `${action} ${target}`)).toEqual(expected);
    const said = (await ipnt(['audit', ...filter])).out;
    if (expected.length === 0) expect(said).toBe('no such change is in the audit\n');
    else for (const one of expected) expect(said).toContain(one.split(' ')[0]);
  });
});

describe('ipnt figures', () => {
  it('counts the day of each service in its own zone', async () => {
    const calendar = (zone: string) => `{ zone: ${zone}, hours: ["Mon-Sun 00:00-24:00"] }`;
    writeFileSync(
      join(dir, 'r.yaml'),
      `services:
  sales: { requirement: "queue:sales", calendar: de }
  tokyo: { requirement: "queue:sales", calendar: jp }
calendars:
  de: ${calendar('Europe/Berlin')}
  jp: ${calendar('Asia/Tokyo')}
`,
    );
    expect(await ipnt(['apply', '-f', join(dir, 'r.yaml')])).toMatchObject({ code: 0 });
    const { dbNowMs } = await store.sites();
    const day = new Date(dbNowMs - 3 * 86_400_000).toISOString().slice(0, 10);
    const [noon, late] = [Date.parse(`${day}T12:00:00Z`), Date.parse(`${day}T20:00:00Z`)];
    const call = (callId: string, service: string, atMs: number, ...facts: CallFact[]): CallEvent[] => {
      const arrived = { edge: 'e', service, ani: '1', dnis: '2', channel: 'c', requirement: '', priority: 0 };
      const all: CallFact[] = [{ kind: 'arrived', ...arrived }, ...facts];
      return all.map((fact, i) => ({ callId, seq: i + 1, atMs: atMs + i * 30_000, fact }));
    };
    const bridged: CallFact = { kind: 'bridged', agent: 'a', site: 's', waitMs: 12_000, recording: '' };
    const ended: CallFact = { kind: 'ended', outcome: 'answered', by: 'caller', talkMs: 130_000 };
    await store.appendCallEvents([
      ...call('f1', 'sales', noon, bridged, ended),
      ...call('f2', 'sales', late, { kind: 'ended', outcome: 'abandoned', by: 'caller', talkMs: 0 }),
      ...call('f3', 'sales', noon, { kind: 'ended', outcome: 'closed', by: 'router', talkMs: 0 }),
      ...call('f4', 'tokyo', noon),
      // In Tokyo this is the next day.
      ...call('f5', 'tokyo', late),
    ]);
    const { out } = await ipnt(['figures', '--day', day]);
    expect(out.split('\n').map((line) => line.replaceAll(/ {2,}/g, '|'))).toEqual([
      'SERVICE|DAY|OFFERED|REACHED|ABANDONED|GAVE UP AFTER|OTHER|IN PROGRESS|LEVEL|WAIT|LONGEST|TALK',
      `sales|${day} Europe/Berlin|3|1|1|30s|1|0|50%|12s|12s|2m10s`,
      `tokyo|${day} Asia/Tokyo|1|0|0|-|0|1|-|-|-|-`,
      '',
    ]);
    const rows = JSON.parse((await ipnt(['figures', '--json'])).out) as { service: string; offered: number }[];
    expect(rows.map(({ service, offered }) => [service, offered])).toEqual([
      ['sales', 1],
      ['tokyo', 0],
    ]);
  });
});

test('whoever takes the last administrator away is told so', async () => {
  const warned = /^warning: no administrator is left who can log in; add one: ipnt user add NAME --role admin/;
  expect((await ipnt(['user', 'disable', 'anna'])).err).toMatch(warned);
  expect((await ipnt(['user', 'enable', 'anna'])).err).toBe('');
  expect((await ipnt(['user', 'change', 'anna', '--role', 'viewer'])).err).toMatch(warned);
});

test('who becomes a supervisor may change what is named, and nothing else', async () => {
  expect((await ipnt(['user', 'change', 'anna', '--role', 'viewer'])).code).toBe(0);
  expect((await ipnt(['user', 'change', 'anna', '--role', 'supervisor', '--sites', 'berlin'])).code).toBe(0);
  expect(await store.user('anna')).toMatchObject({ role: 'supervisor', sites: ['berlin'], services: [] });
});
