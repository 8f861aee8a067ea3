/** The real parts are really provided and run, and the private MariaDB keeps what it promises. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createConnection } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { providePart } from '../../src/runtime/parts/index.ts';
import type { PartName } from '../../src/runtime/parts/index.ts';
import { isAlive, startTime } from '../../src/runtime/parts/lock.ts';
import { run } from '../../src/runtime/parts/run.ts';
import { startEmbeddedMariadb } from '../../src/store/mysql/embedded.ts';
import { noChromium } from '../lab/browser/browser.ts';

const report = (line: string) => console.log(line);
const missing = await noChromium(report);
if (missing !== undefined) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${missing}`));
let folder = '';
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'ipnt-embedded-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('parts', () => {
  const cases: [PartName, string, RegExp][] = [
    ['asterisk', '-V', /^Asterisk (\d+\.\d+\.\d+)/],
    ['sipp', '-v', /SIPp v(\d+\.\d+)/],
    ['mariadb', '--version', /Ver (\d+\.\d+\.\d+)-MariaDB/],
  ];
  if (missing === undefined) cases.push(['chromium', '--version', /Chromium (\d+\.\d+\.\d+\.\d+)/]);
  test.each(cases)(
    '%s runs and says its version',
    async (name, argument, pattern) => {
      const part = await providePart(name, { report });
      const ran = await run([...part.command, argument], { env: part.env });
      const version = pattern.exec(ran.stdout + ran.stderr)?.[1];
      report(`${name} ${version} (${part.source})`);
      expect(part.version.startsWith(version ?? 'none')).toBe(true);
    },
    300_000,
  );

  test.each(cases)('%s is found again in milliseconds', async (name) => {
    const started = performance.now();
    const part = await providePart(name);
    // The machine's own is asked for its version, which starts it once.
    expect(performance.now() - started).toBeLessThan(part.source === 'machine' ? 3000 : 200);
  });

  test('Asterisk comes with modules, documentation and sounds', async () => {
    const part = await providePart('asterisk');
    expect(existsSync(join(part.modulesDir, 'res_pjsip.so'))).toBe(true);
    expect(existsSync(join(part.documentationDir, 'core-en_US.xml'))).toBe(true);
    if (part.source !== 'machine') expect(existsSync(join(part.soundsDir, 'hello-world.gsm'))).toBe(true);
  });

  test("MariaDB's other programs run too", async () => {
    const part = await providePart('mariadb');
    const ran = await run([...part.program('mariadb'), '--no-defaults', '--version'], { env: part.env });
    expect(ran.stdout).toContain('MariaDB');
    expect(() => part.program('no-such-program')).toThrow('no-such-program');
  });
});

async function query(url: string, sql: string): Promise<unknown> {
  const connection = await createConnection({ uri: url, connectTimeout: 5000 });
  try {
    return (await connection.query(sql))[0];
  } finally {
    await connection.end();
  }
}

describe('embedded MariaDB', () => {
  test('starts, answers, and keeps its data, port and passwords over a restart and a kill', async () => {
    const dataDir = join(folder, 'keeps');
    const first = await startEmbeddedMariadb({ dataDir, report });
    await query(first.url, 'CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(20)) ENGINE=InnoDB');
    await query(first.url, "INSERT INTO t VALUES (1, 'kept')");
    await first.stop();
    await first.stop();
    await expect(query(first.url, 'SELECT 1')).rejects.toThrow();

    const second = await startEmbeddedMariadb({ dataDir, report });
    expect(second.url).toBe(first.url);
    expect(await query(second.url, 'SELECT * FROM t')).toEqual([{ id: 1, name: 'kept' }]);
    await query(second.url, "INSERT INTO t VALUES (2, 'durable')");
    second.kill('SIGKILL');

    const third = await startEmbeddedMariadb({ dataDir, report });
    expect(third.url).toBe(first.url);
    expect(await query(third.url, 'SELECT COUNT(*) AS n FROM t')).toEqual([{ n: 2 }]);
    await third.stop();
  });

  test('its settings and accounts are as promised', async () => {
    const dataDir = join(folder, 'settings');
    const server = await startEmbeddedMariadb({ dataDir, durable: false });
    try {
      const settings = `SELECT @@bind_address AS host, @@innodb_flush_log_at_trx_commit AS flush,
        @@collation_database AS collation, @@innodb_buffer_pool_size AS pool, @@performance_schema AS ps`;
      expect(await query(server.url, settings)).toEqual([
        { host: '127.0.0.1', flush: 0, collation: 'utf8mb4_bin', pool: 64 * 1024 * 1024, ps: 0 },
      ]);
      const accounts = 'SELECT CONCAT(user, "@", host) AS account FROM mysql.user ORDER BY 1';
      expect(await query(server.adminUrl, accounts)).toEqual(
        ['ipnt@%', 'ipnt_admin@%', 'mariadb.sys@localhost', 'root@localhost'].map((account) => ({ account })),
      );
      await expect(query(server.url, accounts)).rejects.toThrow('denied');
      await expect(query(`mysql://root@${server.host}:${server.port}/`, 'SELECT 1')).rejects.toThrow('denied');
      expect(statSync(join(dataDir, 'secrets.json')).mode & 0o777).toBe(0o600);
    } finally {
      await server.stop();
    }
  });

  test("a second start joins; only the owner's stop ends it", async () => {
    const dataDir = join(folder, 'joins');
    const owner = await startEmbeddedMariadb({ dataDir });
    const guest = await startEmbeddedMariadb({ dataDir });
    expect(guest.pid).toBe(owner.pid);
    await guest.stop();
    expect(await query(owner.url, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
    await expect(startEmbeddedMariadb({ dataDir, durable: false })).rejects.toThrow('is served on');
    await owner.stop();
    await expect(query(owner.url, 'SELECT 1')).rejects.toThrow();
  });

  test('the server of a dead owner is adopted, or replaced where it does not fit', async () => {
    const dataDir = join(folder, 'adopts');
    const orphan = await startEmbeddedMariadb({ dataDir });
    disown(dataDir);
    const adopted = await startEmbeddedMariadb({ dataDir });
    expect(adopted.pid).toBe(orphan.pid);
    disown(dataDir);
    const replaced = await startEmbeddedMariadb({ dataDir, durable: false });
    expect(replaced.pid).not.toBe(orphan.pid);
    await replaced.stop();
  });

  test('a taken port is said to be taken', async () => {
    const holder = createServer().listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    await expect(startEmbeddedMariadb({ dataDir: join(folder, 'taken'), port })).rejects.toThrow(`port ${port}`);
    holder.close();
  });

  test('the server does not outlive a killed owner', async (context) => {
    const help = await run(['setpriv', '--help']);
    if (!help.stdout.includes('--pdeathsig')) context.skip('NOT RUN: no setpriv with --pdeathsig');
    const dataDir = join(folder, 'orphaned');
    const module = new URL('../../src/store/mysql/embedded.ts', import.meta.url).pathname;
    const script = `const { startEmbeddedMariadb } = await import(${JSON.stringify(module)});
      const server = await startEmbeddedMariadb({ dataDir: ${JSON.stringify(dataDir)} });
      console.log(server.pid);
      setInterval(() => {}, 1000);`;
    const argv = ['--import', 'tsx', '--input-type=module', '-e', script];
    const owner = spawn(process.execPath, argv, { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(owner.stdout, 'data')) as [Buffer];
    const pid = Number(line.toString());
    const server = `${pid} ${startTime(pid)}`;
    expect(isAlive(server)).toBe(true);
    owner.kill('SIGKILL');
    await expect.poll(() => isAlive(server), { timeout: 10_000 }).toBe(false);
  });
});

/** Makes the folder look as if the process that started its server had died. */
function disown(dataDir: string): void {
  const file = join(dataDir, 'server.json');
  const running = JSON.parse(readFileSync(file, 'utf8')) as object;
  writeFileSync(file, JSON.stringify({ ...running, owner: '4194305 1' }));
}
