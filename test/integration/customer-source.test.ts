/** Callers looked up in somebody else's database, on a real MariaDB: slow, dead, frozen, and with logins that could write. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import type { Connection } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { Customers } from '../../src/apps/common/customer-source.ts';
import { IpntError } from '../../src/core/errors.ts';
import { parseCustomerQuery } from '../../src/core/model/customer-query.ts';
import type { CustomerDatabase } from '../../src/ports/customers.ts';
import type { Log } from '../../src/ports/log.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { openMemoryStore } from '../../src/store/memory/index.ts';
import { openCustomerDatabase } from '../../src/store/mysql/customer-query.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import type { EmbeddedMariadb } from '../../src/store/mysql/embedded.ts';

const dataDir = mkdtempSync(join(tmpdir(), 'ipnt-crm-'));
let server: EmbeddedMariadb;
let admin: Connection;
const opened: CustomerDatabase[] = [];

const LOGINS: Readonly<Record<string, readonly string[]>> = {
  reader: ['GRANT SELECT ON crm.* TO'],
  columns: ['GRANT SELECT (id, name, phone), SHOW VIEW ON crm.customers TO'],
  writer: ['GRANT SELECT, UPDATE ON crm.customers TO'],
  caller: ['GRANT SELECT, EXECUTE ON crm.* TO'],
  boss: ['GRANT ALL PRIVILEGES ON *.* TO'],
  giver: ['GRANT SELECT ON crm.* TO @ WITH GRANT OPTION'],
  actor: ['GRANT SELECT ON crm.* TO', 'GRANT crm_role TO'],
  stranger: [],
};

beforeAll(async () => {
  server = await startEmbeddedMariadb({ dataDir });
  admin = await createConnection({ uri: server.adminUrl, multipleStatements: true });
  await admin.query(`CREATE DATABASE crm; USE crm;
    CREATE TABLE customers (id INT PRIMARY KEY, name VARCHAR(100), phone VARCHAR(32) UNIQUE, vip BIT(1), since DATE,
      balance DECIMAL(10,2), note VARBINARY(50));
    INSERT INTO customers VALUES (7, 'Zoë "Z" O''Hara', '+4930123', b'1', '2019-02-03', 12.50, 'gold'),
      (8, NULL, '+4930124', b'0', NULL, NULL, NULL), (9, 'x'' OR ''1''=''1', "' OR '1'='1", b'0', NULL, NULL, NULL);
    CREATE TABLE seen (phone VARCHAR(32));
    CREATE FUNCTION noted(p VARCHAR(32)) RETURNS INT MODIFIES SQL DATA BEGIN INSERT INTO seen VALUES (p); RETURN 1; END;
    CREATE ROLE crm_role; GRANT UPDATE ON crm.* TO crm_role`);
  for (const [login, grants] of Object.entries(LOGINS)) {
    await admin.query(`CREATE USER ${login}@'%' IDENTIFIED BY 'p@ss'`);
    for (const grant of grants) {
      const [before, after = ''] = grant.split('@');
      await admin.query(after === '' ? `${before} ${login}@'%'` : `${before} ${login}@'%' ${after}`);
    }
  }
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((database) => database.close()));
});
afterAll(async () => {
  await admin?.end();
  await server?.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** For tests that ask how soon; those that ask what is found leave the machine more. */
const BUDGET_MS = 150;
const BY_NUMBER =
  'SELECT id AS customer_id, name, vip AS priority, since, balance, note FROM customers WHERE phone = :number';

interface SourceOptions {
  readonly login?: string;
  readonly query?: string;
  readonly budgetMs?: number;
  readonly cacheMs?: number;
  readonly url?: string;
}

function database({ login = 'reader', query = BY_NUMBER, budgetMs = 5_000, url }: SourceOptions): CustomerDatabase {
  const parsed = parseCustomerQuery(query);
  if (typeof parsed === 'string') throw new Error(parsed);
  const own = new URL(server.adminUrl);
  const given = url ?? `mysql://${login}:${encodeURIComponent('p@ss')}@${own.host}/crm`;
  opened.push(openCustomerDatabase({ url: given, query: parsed, budgetMs }));
  return opened.at(-1) as CustomerDatabase;
}

/** An edge's customers with one source `crm`, and what was logged. */
function edge(options: SourceOptions = {}) {
  const lines: string[] = [];
  const note = (level: string) => (message: string, fields?: { errCode?: string }) =>
    void lines.push(`${level} ${fields?.errCode ?? ''} ${message}`);
  const log = { error: note('error'), warn: note('warn'), info: note('info'), debug: note('debug') } as unknown as Log;
  const { budgetMs = 5_000, cacheMs = 60_000 } = options;
  const source = { name: 'crm', database: database(options), budgetMs, cacheMs };
  const customers = new Customers(openMemoryStore(systemClock), [source], systemClock, log);
  const find = (number: string, customerId = '') => customers.find('crm', { number, customerId });
  return { customers, find, lines };
}

/** The first connection takes four round trips: a test that measures does not begin with it. */
async function warm(options: SourceOptions = {}) {
  const one = edge(options);
  await expect.poll(async () => (await one.find('+4900000000')).problem, { timeout: 10_000 }).toBe('');
  one.lines.length = 0;
  return one;
}

const rowsOf = async (sql: string): Promise<unknown[]> => (await admin.query(sql))[0] as unknown[];

describe('a customer source', () => {
  test('finds who calls, by number', async () => {
    const { find, lines } = edge();
    expect(await find('+4930123')).toEqual({
      customer: {
        ...{ customerId: '7', name: 'Zoë "Z" O\'Hara', priority: 1, requirement: '', preferred: [] },
        attributes: { since: '2019-02-03', balance: '12.50', note: 'gold' },
      },
      problem: '',
    });
    expect(await find('+4930124')).toMatchObject({ customer: { customerId: '8', name: '', priority: 0 } });
    expect(await find('+49301')).toEqual({ customer: null, problem: '' });
    expect(lines).toEqual([]);
  });

  test('takes what a caller sends for a value, never for SQL', async () => {
    const { find } = edge({
      query: 'SELECT COUNT(*) AS found, MIN(id) AS customer_id FROM customers WHERE phone = :number',
    });
    expect(await find("nobody' OR '1'='1")).toMatchObject({ customer: { attributes: { found: '0' } } });
    expect(await find("' OR '1'='1")).toMatchObject({ customer: { customerId: '9', attributes: { found: '1' } } });
    expect(await find("\\' OR 1 -- ")).toMatchObject({ customer: { attributes: { found: '0' } } });
  });

  test('asks by the id that was collected, and not at all when nothing is known', async () => {
    const { find } = edge({ query: 'SELECT id AS customer_id FROM customers WHERE id = :id' });
    expect(await find('+4930124', '7')).toMatchObject({ customer: { customerId: '7' } });
    expect(await find('+4930124')).toEqual({ customer: null, problem: '' });
    expect(await find('', '')).toEqual({ customer: null, problem: '' });
  });

  test('remembers whom it found and whom not, for as long as it may', async () => {
    const { find } = await warm();
    await find('+4930123');
    await admin.query(
      "INSERT INTO crm.customers (id, phone) VALUES (70, '+4930170'); UPDATE crm.customers SET name = 'New' WHERE id = 7",
    );
    const fresh = await warm({ cacheMs: 0 });
    expect(await fresh.find('+4930123')).toMatchObject({ customer: { name: 'New' } });
    expect(await find('+4930123')).toMatchObject({ customer: { name: 'Zoë "Z" O\'Hara' } });
    expect((await fresh.find('+4930170')).customer?.customerId).toBe('70');
    expect(await find('+4930170')).toMatchObject({ customer: { customerId: '70' } });
    await admin.query(
      "DELETE FROM crm.customers WHERE id = 70; UPDATE crm.customers SET name = 'Zoë \"Z\" O\\'Hara' WHERE id = 7",
    );
  });

  test('an unknown source is named', async () => {
    const { customers } = edge();
    expect(await customers.find('erp', { number: '+4930123', customerId: '' })).toEqual({
      ...{ customer: null, problem: 'these settings have no customer source "erp"' },
    });
    expect(await customers.find('none', { number: '+4930123', customerId: '' })).toEqual({
      customer: null,
      problem: '',
    });
  });
});

describe('a customer source that could write', () => {
  test.each([
    ['reader', ''],
    ['columns', ''],
    ['writer', 'UPDATE'],
    ['caller', 'EXECUTE'],
    ['boss', 'ALL PRIVILEGES'],
    ['giver', 'GRANT OPTION'],
    ['actor', 'a role'],
  ])('%s: %s', async (login, right) => {
    const rights = (await database({ login }).rightsToWrite()).join();
    if (right === '') expect(rights).toBe('');
    else expect(rights).toContain(right);
  });

  test('is not asked, and its operator is told what to grant', async () => {
    const { find, customers, lines } = edge({ login: 'writer' });
    expect(await find('+4930123')).toEqual({ customer: null, problem: 'crm: it may UPDATE' });
    await find('+4930124');
    customers.check();
    await find('+4930125');
    expect(lines).toEqual(['error CUSTOMER_SOURCE_WRITABLE a customer source cannot be used']);
  });

  test('could not, even so: its transactions are READ ONLY', async () => {
    const crm = database({ login: 'caller', query: 'SELECT noted(:number) AS customer_id' });
    const error = await crm.find({ number: '+4930123', customerId: '' }).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(IpntError);
    expect(String(error)).toMatch(/READ ONLY transaction/);
    expect(await rowsOf('SELECT * FROM crm.seen')).toEqual([]);
  });
});

describe('`ipnt check`', () => {
  /** What it says of a source, and how it ends. */
  async function check(login: string, query: string) {
    const file = join(dataDir, `${login}.yaml`);
    const url = `mysql://${login}@${new URL(server.adminUrl).host}/crm`;
    writeFileSync(file, `customer_sources:\n  crm: { url: "${url}", password: p@ss, query: "${query}" }\n`);
    let said = '';
    const tell = (text: string) => void (said += text);
    const code = await main(['check', '--settings', file], { out: tell, err: tell, env: {}, isScreen: false });
    return { code, said };
  }

  test('finds a source good, by asking it for nobody', async () => {
    const { code, said } = await check('reader', BY_NUMBER);
    expect({ code, said }).toEqual({ code: 0, said: expect.stringContaining('customer source crm: good') as string });
  });

  test.each([
    [
      'a login that could write',
      'writer',
      BY_NUMBER,
      /:2:3 customer_sources\.crm: crm: it may UPDATE; give it a user of its own/,
    ],
    ['a column that is not there', 'reader', 'SELECT code FROM customers WHERE id = :id', /Unknown column 'code'/],
  ])('%s: a fault with its place and cure', async (_, login, query, message) => {
    const { code, said } = await check(login, query);
    expect(said).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('a customer source in trouble', () => {
  test('too slow: the call goes on after its budget, and the server ends the statement', async () => {
    const { find, lines } = await warm({
      budgetMs: BUDGET_MS,
      query:
        "SELECT id AS customer_id, IF(phone = '+4930123', SLEEP(5), 0) AS slept FROM customers WHERE phone = :number",
    });
    const startedMs = performance.now();
    const found = await find('+4930123');
    const tookMs = performance.now() - startedMs;
    expect(found.customer).toBeNull();
    expect(found.problem).toMatch(/no answer within 150 ms$/);
    expect(tookMs).toBeLessThan(400);
    await expect
      .poll(() =>
        rowsOf("SELECT id FROM information_schema.processlist WHERE info LIKE '%SLEEP(5), 0%' AND user = 'reader'"),
      )
      .toEqual([]);
    await expect.poll(() => lines).toEqual(['warn CUSTOMER_SOURCE_DOWN a customer source does not answer']);
    await expect.poll(async () => (await find('+4930124')).customer?.customerId, { timeout: 5_000 }).toBe('8');
    expect(lines).toHaveLength(2);
    expect(lines[1]).toBe('info  the customer source answers again');
  });

  test('frozen: callers wait for their budget and no longer, and it is used again when it thaws', async () => {
    const { find, lines } = await warm({ budgetMs: BUDGET_MS });
    const [row] = (await rowsOf('SELECT @@pid_file AS file')) as { file: string }[];
    const pid = Number(readFileSync(row?.file ?? '', 'utf8'));
    process.kill(pid, 'SIGSTOP');
    try {
      const startedMs = performance.now();
      const found = await Promise.all(['+4930123', '+4930124', '+4930125'].map((number) => find(number)));
      expect(performance.now() - startedMs).toBeLessThan(400);
      expect(found.map(({ problem }) => problem)).toEqual(Array(3).fill('no answer within 150 ms'));
      await expect.poll(() => lines).toEqual(['warn CUSTOMER_SOURCE_DOWN a customer source does not answer']);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    await expect.poll(async () => (await find('+4930124')).customer?.customerId, { timeout: 5_000 }).toBe('8');
  });

  test('dead: said once, and callers are not kept', async () => {
    const { find, lines } = edge({ url: 'mysql://reader:x@127.0.0.1:9/crm', budgetMs: BUDGET_MS });
    const startedMs = performance.now();
    for (let i = 0; i < 20; i++) expect((await find(`+49301${i}`)).problem).toContain('ECONNREFUSED');
    expect(performance.now() - startedMs).toBeLessThan(1_000);
    expect(lines).toEqual(['warn CUSTOMER_SOURCE_DOWN a customer source does not answer']);
  });

  test.each([
    ['a wrong password', { url: 'wrong' }, 'Access denied'],
    ['a login without rights', { login: 'stranger' }, 'Access denied'],
    ['a table that is not there', { query: 'SELECT id FROM clients WHERE phone = :number' }, "doesn't exist"],
    ['what does not parse', { query: 'SELECT id FRM customers WHERE phone = :number' }, 'error in your SQL syntax'],
  ])("%s: refused, with the server's word", async (_, options, said) => {
    const own = new URL(server.adminUrl);
    const url = 'url' in options ? { url: `mysql://reader:wrong@${own.host}/crm` } : {};
    const { find, lines } = edge({ ...options, ...url });
    const { problem } = await find('+4930123');
    expect(problem).toContain(said);
    expect(problem).not.toContain('+4930123');
    expect(lines).toEqual(['error CUSTOMER_QUERY_REFUSED a customer source cannot be used']);
  });
});
