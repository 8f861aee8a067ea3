/**
 * Facts on their way to the database. They go to disk first, always and in order, fsynced every 100 ms; then to the database
 * in batches, which takes each (call, seq) once however often it is told. A crash loses at most what came since the last write,
 * and what an earlier process left is delivered first.
 */
import { appendFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IpntError } from '../core/errors.ts';
import type { CallEvent } from '../core/model/call.ts';
import type { Clock, Timer } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Recorder, RecordStore } from '../ports/records.ts';
import { backoffMs } from './retry.ts';
import { leftSegments, OpenSegment, readSegment, removeSegment, takeFolder } from './spool-files.ts';
import type { Segment } from './spool-files.ts';

export interface SpoolOptions {
  readonly dir: string;
  readonly store: RecordStore;
  readonly log: Log;
  readonly clock: Clock;
  /** On disk and in memory together; beyond it new facts are dropped and counted. */
  readonly maxBytes?: number;
  readonly random?: () => number;
}

export interface Spool extends Recorder {
  /** Resolves when everything recorded so far is in the database or parked. */
  flushed(): Promise<void>;
  /** Writes what is in memory to disk, tries once to deliver, and ends. What is left is delivered by the next process. */
  close(): Promise<void>;
  /** Facts that the database does not have yet, and their size on disk and in memory together. */
  pending(): number;
  bytes(): number;
  /** Facts that the database refused for good: in `parked.ndjson`. */
  parked(): number;
  /** Facts lost because the spool was full. */
  dropped(): number;
}

const [MAX_BYTES, SEGMENT_BYTES] = [256 * 1024 * 1024, 2 * 1024 * 1024];
const SYNC_MS = 100;
/** Facts of a call come close together and share a write: each is a wake-up of a thread. */
const WRITE_MS = 10;
/** A delivery costs a file, two round trips and a commit. */
const DELIVER_MS = 300;
const BATCH = 200;
const RETRY = { baseMs: 100, maxMs: 5_000 };

/** Opens the spool in a folder of its own; throws when a living process has the folder. Delivery begins at once. */
export function openSpool(options: SpoolOptions): Spool {
  return new DiskSpool(options);
}

class DiskSpool implements Spool {
  readonly #o: Required<SpoolOptions>;
  readonly #release: () => void;
  readonly #closed: Segment[];
  #buffer: string[] = [];
  #bufferBytes = 0;
  #open: OpenSegment | null = null;
  #serial = 0;
  #dirty = false;
  /** Everything that touches the open segment, one after the other. */
  #disk: Promise<void> = Promise.resolve();
  #writeQueued = false;
  #gathering: Timer | null = null;
  #rotatedMs = -Infinity;
  #delivering: Promise<void> | null = null;
  #timer: Timer | null = null;
  #wake: () => void = () => undefined;
  /** How far into the oldest segment delivery has come. */
  #offset = 0;
  #closing = false;
  #recorded = 0;
  #done = 0;
  #parked = 0;
  #dropped = 0;
  #full = false;
  #trouble = '';
  #waiters: { upTo: number; resolve: () => void }[] = [];

  constructor(options: SpoolOptions) {
    this.#o = { maxBytes: MAX_BYTES, random: Math.random, ...options };
    this.#release = takeFolder(options.dir);
    this.#closed = leftSegments(options.dir);
    this.#recorded = this.#closed.reduce((sum, segment) => sum + segment.events, 0);
    if (this.#recorded > 0)
      options.log.info('records of an earlier run are delivered first', { detail: `${this.#recorded} facts` });
    this.#tick();
  }

  record(event: CallEvent): void {
    const line = `${JSON.stringify(event)}\n`;
    if (this.#closing || this.bytes() + line.length > this.#o.maxBytes) return this.#drop();
    this.#buffer.push(line);
    this.#bufferBytes += line.length;
    this.#recorded += 1;
    this.#gathering ??= this.#o.clock.after(WRITE_MS, () => this.#queueWrite());
  }

  pending(): number {
    return this.#recorded - this.#done;
  }

  parked(): number {
    return this.#parked;
  }

  dropped(): number {
    return this.#dropped;
  }

  flushed(): Promise<void> {
    if (this.pending() === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push({ upTo: this.#recorded, resolve }));
  }

  async close(): Promise<void> {
    this.#closing = true;
    this.#timer?.cancel();
    this.#gathering?.cancel();
    this.#wake();
    this.#queueWrite();
    await this.#onDisk(() => this.#rotate());
    await this.#delivering;
    await this.#deliver();
    if (this.pending() > 0)
      this.#o.log.warn('records stay in the spool until the next start', { detail: `${this.pending()} facts` });
    this.#release();
  }

  bytes(): number {
    return this.#closed.reduce((sum, segment) => sum + segment.bytes, this.#bufferBytes + (this.#open?.bytes ?? 0));
  }

  #drop(): void {
    this.#dropped += 1;
    if (this.#full) return;
    this.#full = true;
    const detail = `${this.pending()} facts wait in ${this.#o.dir}; new ones are dropped`;
    this.#o.log.error('the spool of records is full', { errCode: 'SPOOL_FULL', detail });
  }

  /** Every 100 ms: a write that failed is tried again, what was written becomes durable, and goes on its way when nothing else is. */
  #tick(): void {
    if (this.#closing) return;
    this.#timer = this.#o.clock.after(SYNC_MS, () => {
      void this.#settle().finally(() => this.#tick());
    });
  }

  async #settle(): Promise<void> {
    if (this.#buffer.length > 0) this.#queueWrite();
    await this.#onDisk(async () => {
      const isDue = this.#o.clock.monoMs() - this.#rotatedMs >= DELIVER_MS;
      if (isDue && this.#delivering === null) await this.#rotate();
      else if (this.#dirty) await this.#open?.sync();
      this.#dirty = false;
    });
    if (this.#closing || this.#closed.length === 0) return;
    this.#delivering ??= this.#deliver().finally(() => (this.#delivering = null));
  }

  /** Runs after all disk work before it. Never rejects: trouble is told, and the next tick tries again. */
  #onDisk(work: () => Promise<void>): Promise<void> {
    this.#disk = this.#disk.then(work).catch((error: unknown) => this.#complain('the spool cannot be written', error));
    return this.#disk;
  }

  #queueWrite(): void {
    if (this.#writeQueued) return;
    this.#writeQueued = true;
    void this.#onDisk(() => this.#write());
  }

  /** Writes the buffer until it is empty; what could not be written stays in it. */
  async #write(): Promise<void> {
    this.#writeQueued = false;
    this.#gathering = null;
    while (this.#buffer.length > 0) {
      const lines = this.#buffer;
      const bytes = this.#bufferBytes;
      this.#buffer = [];
      try {
        this.#open ??= await OpenSegment.create(this.#o.dir, this.#o.clock.nowMs(), this.#serial++);
        await this.#open.write(lines);
      } catch (error) {
        this.#buffer = [...lines, ...this.#buffer];
        throw error;
      }
      this.#bufferBytes -= bytes;
      this.#dirty = true;
      if (this.#open.bytes >= SEGMENT_BYTES) await this.#rotate();
    }
  }

  async #rotate(): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    this.#open = null;
    this.#rotatedMs = this.#o.clock.monoMs();
    // Closed whatever the disk says: what it holds can be read, or is told as torn.
    const trouble = await open.close().then(
      () => null,
      (error: unknown) => ({ error }),
    );
    this.#closed.push({ path: open.path, bytes: open.bytes, events: open.events });
    if (trouble) throw trouble.error;
  }

  /** Delivers closed segments, oldest first, until none is left; when closing, until the first failure. */
  async #deliver(): Promise<void> {
    for (let attempt = 1, segment = this.#closed[0]; segment !== undefined; segment = this.#closed[0]) {
      try {
        await this.#deliverSegment(segment);
        await removeSegment(segment);
        this.#closed.shift();
        this.#offset = 0;
        this.#settled(segment.events);
        if (attempt > 1) this.#o.log.info('records are delivered again', { attempt });
        attempt = 1;
        this.#trouble = '';
        this.#recover();
      } catch (error) {
        this.#complain('records cannot be delivered', error);
        if (this.#closing) return;
        await this.#pause(backoffMs(attempt, this.#o.random(), RETRY));
        attempt += 1;
      }
    }
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.#o.clock.after(ms, resolve);
      this.#wake = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  async #deliverSegment(segment: Segment): Promise<void> {
    const { events, torn } = await readSegment(segment.path);
    if (torn > 0) this.#o.log.warn('a crash cut records short', { detail: `${torn} lines of ${segment.path}` });
    for (; this.#offset < events.length; this.#offset += BATCH)
      await this.#deliverBatch(events.slice(this.#offset, this.#offset + BATCH));
  }

  async #deliverBatch(events: readonly CallEvent[]): Promise<void> {
    try {
      const { refused } = await this.#o.store.appendCallEvents(events);
      for (const { event, why } of refused) await this.#park(event, why);
    } catch (error) {
      if (!isFault(error)) throw error;
      // Not the database's trouble but the batch's: find the one that it is about, and let the others pass.
      const [only, ...more] = events;
      if (only === undefined) return;
      if (more.length === 0) return this.#park(only, error.message);
      const half = Math.ceil(events.length / 2);
      await this.#deliverBatch(events.slice(0, half));
      await this.#deliverBatch(events.slice(half));
    }
  }

  async #park(event: CallEvent, why: string): Promise<void> {
    await appendFile(join(this.#o.dir, 'parked.ndjson'), `${JSON.stringify({ why, event })}\n`, { mode: 0o600 });
    this.#parked += 1;
    const detail = `${why}; kept in ${join(this.#o.dir, 'parked.ndjson')}`;
    this.#o.log.error('the database refused a record for good', { call: event.callId, event: event.fact.kind, detail });
  }

  #settled(events: number): void {
    this.#done += events;
    const ready = this.#waiters.filter((waiter) => waiter.upTo <= this.#done);
    this.#waiters = this.#waiters.filter((waiter) => waiter.upTo > this.#done);
    for (const { resolve } of ready) resolve();
  }

  #recover(): void {
    if (!this.#full || this.bytes() > this.#o.maxBytes / 2) return;
    this.#full = false;
    this.#o.log.warn('the spool has room again', { detail: `${this.#dropped} facts were lost since the start` });
  }

  /** A failure that repeats is logged when it changes. */
  #complain(what: string, error: unknown): void {
    const detail = error instanceof Error ? error.message : String(error);
    if (this.#trouble === detail) return;
    this.#trouble = detail;
    this.#o.log.warn(what, { detail, errCode: error instanceof IpntError ? error.code : '' });
  }
}

/** Errors that are about the events and would come again: anything but the database's absence, refusal or age, or the disk's. */
const isFault = (error: unknown): error is Error =>
  error instanceof IpntError
    ? !error.retryable && error.kind !== 'config'
    : error instanceof TypeError || error instanceof RangeError;
