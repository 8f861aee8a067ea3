import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { createConnection } from 'mysql2/promise';
import { defaultCacheDir, providePart } from '../../runtime/parts/index.ts';
import type { Part } from '../../runtime/parts/index.ts';
import { isAlive, startTime, withLock } from '../../runtime/parts/lock.ts';
import { launchMariadb, mariadbLogSize, prepareMariadbData, readMariadbLog } from '../../runtime/parts/mariadb.ts';
import type { MariadbAddress, MariadbSecrets } from '../../runtime/parts/mariadb.ts';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 10_000;
const POLL_MS = 20;
const PORT_RELEASED_WITHIN_MS = 1_000;
const BIND_ATTEMPTS = 3;

export interface EmbeddedOptions {
  dataDir: string;
  /** The one address it listens on. Default 127.0.0.1. */
  host?: string;
  /** Default: the folder's last one if it is free, else any free one. */
  port?: number;
  /** Default true: a committed row survives the machine's crash (`innodb_flush_log_at_trx_commit=1`). */
  durable?: boolean;
  report?: (line: string) => void;
  part?: Part;
}

export interface EmbeddedMariadb {
  /** `mysql://ipnt:PASSWORD@host:port/ipnt`, all rights on its own database. */
  url: string;
  /** A user with all rights, for tests that make databases and users. */
  adminUrl: string;
  host: string;
  port: number;
  pid: number;
  /** Ends the server: SIGTERM, then SIGKILL after 10 s. Does nothing to a server whose living owner is another. */
  stop(): Promise<void>;
  kill(signal: NodeJS.Signals): void;
}

/** What runs in a folder: `server.json`. A process is named by pid and start time, so a reused pid is never mistaken for it. */
interface Running extends MariadbAddress {
  readonly server: string;
  readonly owner: string;
}

/**
 * Starts a private MariaDB below `dataDir`, or joins the one that runs there:
 *
 * - its owner (the process that started it) lives: we share it, and only the owner's stop() ends it;
 * - its owner died: the server becomes ours as it is, or is ended and started anew where address or durability differ.
 *
 * The server ends with its owner, even a killed one, where the machine has `setpriv` (util-linux); elsewhere the next start
 * in the folder adopts it. The folder holds `db/` (data), `error.log`, and 0600 the passwords; it is for one user. Data of an
 * older MariaDB is taken as it is. Throws PartMissing if there is no MariaDB, and Error with the server's last words.
 */
export async function startEmbeddedMariadb(o: EmbeddedOptions): Promise<EmbeddedMariadb> {
  const dataDir = resolve(o.dataDir);
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return withLock(join(dataDir, 'start.lock'), READY_WITHIN_MS * 2, async () => {
    const secrets = readSecrets(dataDir);
    const living = readRunning(dataDir);
    if (living !== undefined && isAlive(living.server)) {
      const joined = await joinLiving(dataDir, living, secrets, o);
      if (joined !== undefined) return joined;
    }
    const started = Date.now();
    const part = o.part ?? (await providePart('mariadb', o.report ? { report: o.report } : {}));
    await prepareMariadbData(dataDir, part, part.root === '' ? defaultCacheDir() : dirname(dirname(part.root)));
    const embedded = await start(dataDir, part, secrets, o, living?.port);
    o.report?.(
      `mariadb: ready in ${(Date.now() - started) / 1000} s on ${embedded.host}:${embedded.port} (${part.version})`,
    );
    return embedded;
  });
}

/** Shares or adopts the living server. Undefined where it had to be ended. */
async function joinLiving(
  dataDir: string,
  living: Running,
  secrets: MariadbSecrets,
  o: EmbeddedOptions,
): Promise<EmbeddedMariadb | undefined> {
  const ownerLives = isAlive(living.owner);
  const fits =
    (o.host ?? living.host) === living.host &&
    (o.port ?? living.port) === living.port &&
    (o.durable ?? true) === living.durable;
  const shared = handle(living, secrets, ownerLives ? 'shared' : 'owned');
  if (!ownerLives && !fits) {
    await shared.stop();
    return undefined;
  }
  if (!fits)
    throw new Error(`${dataDir} is served on ${living.host}:${living.port} by process ${living.owner.split(' ')[0]}`);
  const fault = await whyNotReady(shared.url, () => isAlive(living.server));
  if (fault === undefined) {
    if (!ownerLives) writeRunning(dataDir, { ...living, owner: identity(process.pid) });
    return shared;
  }
  if (ownerLives && isAlive(living.server)) throw new Error(`the MariaDB of ${dataDir} does not answer: ${fault}`);
  await shared.stop();
  return undefined;
}

async function start(
  dataDir: string,
  part: Part,
  secrets: MariadbSecrets,
  o: EmbeddedOptions,
  lastPort: number | undefined,
): Promise<EmbeddedMariadb> {
  const host = o.host ?? '127.0.0.1';
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(host, o.port, attempt === 1 ? lastPort : undefined);
    const logFrom = mariadbLogSize(dataDir);
    const child = await launchMariadb(dataDir, part, secrets, { host, port, durable: o.durable ?? true });
    if (child.pid === undefined) throw new Error(`${part.command[0]} cannot be started`);
    const server = identity(child.pid);
    const running = { server, owner: identity(process.pid), host, port, durable: o.durable ?? true };
    writeRunning(dataDir, running);
    const embedded = handle(running, secrets, 'owned');
    const fault = await whyNotReady(embedded.url, () => child.exitCode === null && child.signalCode === null);
    if (fault === undefined) return embedded;
    await embedded.stop();
    const lastWords = readMariadbLog(dataDir, logFrom);
    // Somebody took the port between our look and the server's.
    if (o.port === undefined && attempt < BIND_ATTEMPTS && /Can't start server: Bind|already in use/i.test(lastWords))
      continue;
    throw new Error(`MariaDB did not start in ${dataDir}: ${fault}\n${lastWords}`);
  }
}

function handle(running: Running, secrets: MariadbSecrets, whose: 'owned' | 'shared'): EmbeddedMariadb {
  const { host, port, server } = running;
  const pid = Number(server.split(' ')[0]);
  const kill = (signal: NodeJS.Signals) => {
    if (isAlive(server)) process.kill(pid, signal);
  };
  const gone = async (withinMs: number) => {
    for (const until = Date.now() + withinMs; isAlive(server) && Date.now() < until;) await delay(POLL_MS);
    return !isAlive(server);
  };
  const end = async () => {
    kill('SIGTERM');
    if (await gone(STOP_WITHIN_MS)) return;
    kill('SIGKILL');
    await gone(STOP_WITHIN_MS);
  };
  let stopping: Promise<void> | undefined;
  const stop = () => (stopping ??= whose === 'owned' ? end() : Promise.resolve());
  const at = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  const url = `mysql://ipnt:${secrets.password}@${at}/ipnt`;
  return { url, adminUrl: `mysql://ipnt_admin:${secrets.adminPassword}@${at}/ipnt`, host, port, pid, stop, kill };
}

/** Connects until the server answers. Returns the reason if it ends, or does not answer in time. */
async function whyNotReady(url: string, lives: () => boolean): Promise<string | undefined> {
  for (const until = Date.now() + READY_WITHIN_MS; ; await delay(POLL_MS)) {
    try {
      const connection = await createConnection({ uri: url, connectTimeout: 5_000 });
      await connection.query({ sql: 'SELECT 1', timeout: 5_000 }).finally(() => connection.end());
      return undefined;
    } catch (error) {
      if (!lives()) return 'it ended';
      if (Date.now() > until) return error instanceof Error ? error.message : String(error);
    }
  }
}

async function choosePort(host: string, wanted = 0, last = 0): Promise<number> {
  const preferred = wanted || last;
  // A killed server gives its port back a moment after its end; clients wait for it at the port they know.
  const until = Date.now() + (preferred === last ? PORT_RELEASED_WITHIN_MS : 0);
  let port = await freePort(host, preferred);
  while (port === undefined && Date.now() < until) {
    await delay(POLL_MS);
    port = await freePort(host, preferred);
  }
  if (port === undefined && wanted !== 0) throw new Error(`port ${wanted} of ${host} is taken or not ours`);
  port ??= await freePort(host, 0);
  if (port === undefined) throw new Error(`no port of ${host} can be used`);
  return port;
}

function freePort(host: string, port: number): Promise<number | undefined> {
  return new Promise((done) => {
    const server = createServer();
    server.on('error', () => done(undefined));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => done(typeof address === 'object' ? address?.port : undefined));
    });
  });
}

function identity(pid: number): string {
  return `${pid} ${startTime(pid)}`;
}

function readRunning(dataDir: string): Running | undefined {
  try {
    return JSON.parse(readFileSync(join(dataDir, 'server.json'), 'utf8')) as Running;
  } catch {
    return undefined;
  }
}

function writeRunning(dataDir: string, running: Running): void {
  writeWhole(join(dataDir, 'server.json'), running);
}

function readSecrets(dataDir: string): MariadbSecrets {
  const file = join(dataDir, 'secrets.json');
  if (!existsSync(file)) {
    const secret = () => randomBytes(18).toString('base64url');
    writeWhole(file, { password: secret(), adminPassword: secret() });
  }
  return JSON.parse(readFileSync(file, 'utf8')) as MariadbSecrets;
}

function writeWhole(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
