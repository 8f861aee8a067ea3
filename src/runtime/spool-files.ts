/**
 * The spool's folder: segment files of one JSON object a line, named so that their order is their age. One process at a
 * time; what it left behind when it died is delivered by the next.
 */
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, readFile, rm } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { IpntError } from '../core/errors.ts';
import type { CallEvent } from '../core/model/call.ts';
import { isAlive, startTime } from './parts/lock.ts';

const SEGMENT = /^\d{15}-\d{6}\.ndjson$/;

/** A closed segment that waits to be delivered. */
export interface Segment {
  readonly path: string;
  readonly bytes: number;
  readonly events: number;
}

/** Makes the folder ours, or throws when a living process has it. */
export function takeFolder(dir: string): () => void {
  mkdirSync(dir, { recursive: true });
  const file = join(dir, 'owner');
  const me = `${process.pid} ${startTime(process.pid)}`;
  let holder = '';
  try {
    holder = readFileSync(file, 'utf8').trim();
  } catch {
    // Nobody had it.
  }
  if (holder !== me && holder !== '' && isAlive(holder))
    throw new IpntError(
      'SETTINGS_INVALID',
      `process ${holder.split(' ')[0]} uses this spool; end it, or give each its own data folder`,
      dir,
    );
  writeFileSync(file, `${me}\n`);
  return () => rmSync(file, { force: true });
}

/** Segments that an earlier process left, oldest first. */
export function leftSegments(dir: string): Segment[] {
  const names = readdirSync(dir)
    .filter((name) => SEGMENT.test(name))
    .sort();
  return names.map((name) => {
    const path = join(dir, name);
    return { path, bytes: statSync(path).size, events: readFileSync(path, 'utf8').split('\n').filter(Boolean).length };
  });
}

/** The events of a segment. A last line that a crash cut short is no event: it was never promised. Other torn lines are counted. */
export async function readSegment(
  path: string,
): Promise<{ readonly events: readonly CallEvent[]; readonly torn: number }> {
  const content = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    // Somebody cleared it away: to wait for it would hold up all that come after.
    if (error.code === 'ENOENT') return '(gone)';
    throw error;
  });
  const lines = content.split('\n').filter(Boolean);
  const events = lines.map(parse).filter((event) => event !== null);
  return { events, torn: lines.length - events.length };
}

function parse(line: string): CallEvent | null {
  try {
    const value = JSON.parse(line) as Partial<CallEvent> | null;
    return typeof value?.callId === 'string' && typeof value.seq === 'number' ? (value as CallEvent) : null;
  } catch {
    return null;
  }
}

export const removeSegment = (segment: Segment): Promise<void> => rm(segment.path, { force: true });

/** The segment that is being written. */
export class OpenSegment {
  readonly path: string;
  bytes = 0;
  events = 0;
  readonly #handle: FileHandle;

  private constructor(path: string, handle: FileHandle) {
    this.path = path;
    this.#handle = handle;
  }

  static async create(dir: string, nowMs: number, serial: number): Promise<OpenSegment> {
    const name = `${String(nowMs).padStart(15, '0')}-${String(serial % 1_000_000).padStart(6, '0')}.ndjson`;
    return new OpenSegment(join(dir, name), await open(join(dir, name), 'ax', 0o600));
  }

  async write(lines: readonly string[]): Promise<void> {
    const text = Buffer.from(lines.join(''));
    // A write that failed half way (a full disk) must not leave half a line in the middle.
    await this.#handle.write(text, 0, text.length, this.bytes);
    this.bytes += text.length;
    this.events += lines.length;
  }

  sync(): Promise<void> {
    return this.#handle.datasync();
  }

  /** Durable and closed. Rejects when the disk refused; the handle is closed even so. */
  async close(): Promise<void> {
    try {
      await this.#handle.truncate(this.bytes);
      await this.#handle.datasync();
    } finally {
      await this.#handle.close();
    }
  }
}
