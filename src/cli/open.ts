/** Opens what the settings name: for commands that end by themselves, and for the roles. */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Log } from '../ports/log.ts';
import { noLog, openLog } from '../runtime/log.ts';
import { findSettings, loadSettings } from '../settings/index.ts';
import type { Settings } from '../settings/index.ts';
import { startEmbeddedMariadb } from '../store/mysql/embedded.ts';
import { migrate, openMysqlStore } from '../store/mysql/index.ts';
import type { MysqlStore, SchemaStatus } from '../store/mysql/index.ts';
import type { Io } from './io.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly settings?: string;
}

/** Reads the settings that this command is about; every fault of them is one error. */
export function settingsOf(options: GlobalOptions, io: Io): Settings {
  return loadSettings(findSettings(options.settings, io.env), io.env).settings;
}

/** The database, running: started or joined when it is embedded. */
export interface OpenDatabase {
  readonly url: string;
  /** Ends the embedded one when this process started it. */
  stop(): Promise<void>;
}

/** Starts or joins the embedded database, or takes the one of the settings. */
export async function openDatabase(settings: Settings, report: (line: string) => void): Promise<OpenDatabase> {
  if (settings.database.kind === 'mysql') return { url: settings.database.url.reveal(), stop: () => Promise.resolve() };
  const embedded = await startEmbeddedMariadb({ dataDir: join(settings.dataDir, 'mariadb'), report });
  return { url: embedded.url, stop: () => embedded.stop() };
}

/** A store, with all that must be closed after it. */
export interface OpenStore {
  readonly store: MysqlStore;
  readonly url: string;
  close(): Promise<void>;
}

export interface OpenOptions {
  readonly log: Log;
  readonly report?: (line: string) => void;
  /** False: whatever the schema is; for commands that look at it. */
  readonly check?: boolean;
}

/**
 * Opens the store. An embedded database is migrated on the way, since nobody else is there to do it; a shared one is not: when
 * it changes is a decision.
 */
export async function openStore(settings: Settings, options: OpenOptions): Promise<OpenStore> {
  const database = await openDatabase(settings, options.report ?? (() => undefined));
  try {
    if (settings.database.kind === 'embedded') await bringUpToDate(database.url, options.log);
    const { log, check = true } = options;
    const store = await openMysqlStore({ url: database.url, log, check });
    const close = async (): Promise<void> => {
      await store.close();
      await database.stop();
    };
    return { store, url: database.url, close };
  } catch (error) {
    await database.stop();
    throw error;
  }
}

export const migrateNow = (url: string, log: Log): Promise<SchemaStatus> => migrate({ url, log });

/** Migrates where something is missing. Where nothing is, no right to change tables is needed: a role's user has none. */
export async function bringUpToDate(url: string, log: Log): Promise<SchemaStatus> {
  const store = await openMysqlStore({ url, log, check: false });
  const status = await store.schemaStatus().finally(() => store.close());
  return status.state === 'older' ? migrateNow(url, log) : status;
}

/** Runs `work` with an open store, and closes it whatever happens. What the store logs is told by its error. */
export async function withStore<T>(
  options: GlobalOptions,
  io: Io,
  work: (store: MysqlStore, settings: Settings) => Promise<T>,
): Promise<T> {
  const settings = settingsOf(options, io);
  const log = io.env['IPNT_LOG'] === undefined ? noLog : openLog({ component: 'cli' });
  const open = await openStore(settings, { log });
  try {
    return await work(open.store, settings);
  } finally {
    await open.close();
  }
}

/** Names this process in leases: unique on the network and over restarts. */
export const holderName = (): string => `${hostname().slice(0, 30)}:${process.pid}:${randomUUID().slice(0, 8)}`;
