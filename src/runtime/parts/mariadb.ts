/** How a MariaDB of our own is made and started. Whose it is, and when it is ready, is the caller's matter. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, existsSync, openSync, readSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { mariadbBaseDir, onMachine } from './layout.ts';
import { withLock } from './lock.ts';
import type { Part } from './part.ts';
import { run } from './run.ts';

export interface MariadbSecrets {
  readonly password: string;
  readonly adminPassword: string;
}

export interface MariadbAddress {
  readonly host: string;
  readonly port: number;
  readonly durable: boolean;
}

/** Starts the server; what it says before its own log opens goes there too. */
export async function launchMariadb(
  dataDir: string,
  part: Part,
  secrets: MariadbSecrets,
  at: MariadbAddress,
): Promise<ChildProcess> {
  const argv = [
    ...(await diesWithUs()),
    ...part.command,
    '--no-defaults',
    `--basedir=${mariadbBaseDir(part)}`,
    `--datadir=${join(dataDir, 'db')}`,
    `--bind-address=${at.host}`,
    `--port=${at.port}`,
    // Relative to the data folder: an absolute one may exceed the 107 characters of a socket's path.
    '--socket=mariadbd.sock',
    `--pid-file=${join(dataDir, 'mariadbd.pid')}`,
    `--log-error=${join(dataDir, 'error.log')}`,
    `--init-file=${writeInitFile(dataDir, secrets)}`,
    '--skip-name-resolve',
    '--performance-schema=OFF',
    '--innodb-buffer-pool-size=64M',
    '--innodb-log-file-size=64M',
    `--innodb-flush-log-at-trx-commit=${at.durable ? 1 : 0}`,
    '--character-set-server=utf8mb4',
    '--collation-server=utf8mb4_bin',
    '--default-time-zone=+00:00',
    '--max-connections=500',
    ...asRoot(),
  ];
  const [file = '', ...args] = argv;
  // A group of its own: Ctrl-C is for the owner, who stops the server after those that use it.
  const log = openSync(join(dataDir, 'error.log'), 'a', 0o600);
  const env = { ...process.env, ...part.env };
  const child = spawn(file, args, { cwd: dataDir, env, stdio: ['ignore', log, log], detached: true });
  closeSync(log);
  child.on('error', () => undefined);
  child.unref();
  return child;
}

/**
 * Has the kernel end the server when we do, even by SIGKILL. Older and smaller setpriv lack the option. The server runs as
 * the very user that we are: a change of user would make the kernel forget the signal.
 */
async function diesWithUs(): Promise<string[]> {
  const setpriv = onMachine('setpriv');
  if (setpriv === undefined || !(await run([setpriv, '--help'])).stdout.includes('--pdeathsig')) return [];
  return [setpriv, '--pdeathsig', 'TERM', '--'];
}

/** Run by the server before it takes a connection, at each start: no moment has an account without a password. */
function writeInitFile(dataDir: string, { password, adminPassword }: MariadbSecrets): string {
  const file = join(dataDir, 'init.sql');
  const user = (name: string, secret: string) => [
    `CREATE USER IF NOT EXISTS '${name}'@'%' IDENTIFIED BY '${secret}';`,
    `ALTER USER '${name}'@'%' IDENTIFIED BY '${secret}';`,
  ];
  const statements = [
    "DELETE FROM mysql.global_priv WHERE User = 'root' AND Host <> 'localhost';",
    "DELETE FROM mysql.proxies_priv WHERE Host <> 'localhost';",
    'FLUSH PRIVILEGES;',
    `ALTER USER 'root'@'localhost' IDENTIFIED BY '${adminPassword}';`,
    'CREATE DATABASE IF NOT EXISTS ipnt CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;',
    ...user('ipnt', password),
    "GRANT ALL PRIVILEGES ON ipnt.* TO 'ipnt'@'%';",
    ...user('ipnt_admin', adminPassword),
    "GRANT ALL PRIVILEGES ON *.* TO 'ipnt_admin'@'%' WITH GRANT OPTION;",
  ];
  writeFileSync(file, `${statements.join('\n')}\n`, { mode: 0o600 });
  return file;
}

/** Copies the data folder from a template in the cache, which is made once for each MariaDB. */
export async function prepareMariadbData(dataDir: string, part: Part, cacheDir: string): Promise<void> {
  const data = join(dataDir, 'db');
  if (existsSync(data)) return;
  const name = part.root === '' ? `machine-${part.version}` : basename(part.root);
  const template = join(cacheDir, 'templates', name);
  await withLock(`${template}.lock`, 120_000, () => makeTemplate(template, part));
  const temporary = await mkdtemp(join(dataDir, 'copying-'));
  await cp(template, temporary, { recursive: true });
  renameSync(temporary, data);
}

async function makeTemplate(template: string, part: Part): Promise<void> {
  if (existsSync(template)) return;
  const temporary = await mkdtemp(`${template}-`);
  try {
    const argv = [
      ...part.program('mariadb-install-db'),
      '--no-defaults',
      `--basedir=${mariadbBaseDir(part)}`,
      `--datadir=${temporary}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
      // Small and unsynced: it is copied often, and made again if it is lost.
      '--innodb-log-file-size=8M',
      '--innodb-flush-method=nosync',
      ...asRoot(),
    ];
    const ran = await run(argv, { env: part.env, timeoutMs: 60_000 });
    if (ran.code !== 0) throw new Error(`mariadb-install-db failed: ${(ran.stderr + ran.stdout).slice(0, 2000)}`);
    renameSync(temporary, template);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** MariaDB refuses to run as root unless told to. */
function asRoot(): string[] {
  return process.getuid?.() === 0 ? ['--user=root'] : [];
}

/** How long the server's log is now, to tell later what it said since. */
export function mariadbLogSize(dataDir: string): number {
  return statSync(join(dataDir, 'error.log'), { throwIfNoEntry: false })?.size ?? 0;
}

/** What the server wrote since, at most its last 2,000 bytes. */
export function readMariadbLog(dataDir: string, from: number): string {
  const size = mariadbLogSize(dataDir);
  const length = Math.min(2000, size - from);
  if (length <= 0) return '';
  const descriptor = openSync(join(dataDir, 'error.log'), 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(descriptor, buffer, 0, length, size - length)).toString();
  } finally {
    closeSync(descriptor);
  }
}
