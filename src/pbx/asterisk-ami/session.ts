import { IpntError } from '../../core/errors.ts';
import { pause } from '../../ports/clock.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SitePbxSink } from '../../ports/site-pbx.ts';
import type { SiteSession } from '../common/follower.ts';
import { Snapshots } from '../common/snapshots.ts';
import { openConnection } from './client.ts';
import type { AmiAddress, AmiConnection } from './client.ts';
import { createFeed, SNAPSHOT_ACTIONS, SNAPSHOT_PARTS, snapshotActionId } from './feed.ts';
import type { SnapshotPart, TimedEvent } from './feed.ts';
import type { TranslateOptions } from './translate.ts';
import type { AmiMessage } from './wire.ts';

const BOOT_MS = 15_000;
const PING_EVERY_MS = 1_000;
const SNAPSHOT_MS = 10_000;

export interface SessionOptions extends TranslateOptions {
  readonly address: AmiAddress;
  readonly clock: Clock;
  readonly log: Log;
  readonly sink: SitePbxSink;
}

/** One connection from its opening to its end: log-in, first snapshot, live events, pings, audits. */
export class AmiSession implements SiteSession {
  readonly #options: SessionOptions;
  readonly #feed;
  readonly #snapshots: Snapshots;
  #connection: AmiConnection | undefined;
  #round = 0;
  #snapshotDone: (() => void) | undefined;
  #booted: () => void = () => undefined;
  readonly #isBooted: Promise<void>;
  #end: (error: Error) => void = () => undefined;
  readonly #ended: Promise<never>;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#feed = createFeed(options);
    this.#snapshots = new Snapshots({
      ...{ clock: options.clock, log: options.log },
      take: () => this.#snapshot(),
      failed: (error) => this.#end(error),
    });
    this.#isBooted = new Promise((resolve) => (this.#booted = resolve));
    this.#ended = new Promise((_, reject) => (this.#end = reject));
    this.#ended.catch(() => undefined);
  }

  /** Resolves never; rejects with why the session ended. `up` is called once the first snapshot has been handed over. */
  async run(up: () => void): Promise<never> {
    try {
      await this.#open();
      await this.#snapshot();
      up();
      void this.#watch();
      this.#snapshots.open();
      return await this.#ended;
    } finally {
      this.close('session over');
    }
  }

  requestSnapshot(why: string): void {
    this.#snapshots.request(why);
  }

  /** Whether a whole snapshot has been handed over, and the connection stands. */
  get isLive(): boolean {
    return !this.#isOver && this.#feed.isLive;
  }

  /** One action of a command; rejects as the connection's own, and with AMI_UNREACHABLE where there is none. */
  action(fields: Readonly<Record<string, string>>): Promise<AmiMessage> {
    const connection = this.#connection;
    if (connection === undefined || this.#isOver)
      return Promise.reject(new IpntError('AMI_UNREACHABLE', 'the connection is over', this.#where));
    return connection.action(fields);
  }

  close(reason: string): void {
    this.#isOver = true;
    this.#snapshots.close();
    this.#connection?.close(reason);
    this.#end(new IpntError('AMI_UNREACHABLE', reason, this.#where));
  }

  get #where(): string {
    return `${this.#options.address.host}:${this.#options.address.port}`;
  }

  async #open(): Promise<void> {
    const { address, clock, sink } = this.#options;
    const connection = await openConnection(address, clock, {
      message: (message, atMs) => this.#message(message, atMs),
      closed: (reason) => this.#end(new IpntError('AMI_UNREACHABLE', reason, this.#where)),
    });
    this.#connection = connection;
    if (this.#isOver) connection.close('stopped');
    await this.#deadline(this.#isBooted, BOOT_MS, () => {
      const detail = `no FullyBooted within ${BOOT_MS} ms: Asterisk is still starting, or user ${address.user} lacks read=system`;
      return new IpntError('AMI_DENIED', detail, this.#where);
    });
    await connection.action({ Action: 'Events', EventMask: 'on' });
    const settings = await connection.action({ Action: 'CoreSettings' }).catch(onlyDenied);
    sink.event({ kind: 'linkUp', version: settings?.['asteriskversion'] ?? '' }, clock.nowMs());
  }

  #message(message: AmiMessage, atMs: number): void {
    if (this.#isOver) return;
    this.#options.sink.seen(atMs);
    if (message['event'] === 'FullyBooted') this.#booted();
    this.#deliver(this.#feed.message(message, atMs));
    // What a reload changed in queues.conf is told by no event.
    if (message['event'] === 'Reload') this.requestSnapshot('reload');
  }

  #deliver(events: readonly TimedEvent[]): void {
    for (const { event, atMs } of events) this.#options.sink.event(event, atMs);
    if (events.some(({ event }) => event.kind === 'snapshotTaken')) this.#snapshotDone?.();
  }

  /** Takes one whole snapshot; rejects when the PBX refuses a part of it or does not finish in time. */
  async #snapshot(): Promise<void> {
    const round = ++this.#round;
    this.#feed.snapshotAsked(round);
    const done = new Promise<void>((resolve) => (this.#snapshotDone = resolve));
    const asked = Promise.all(SNAPSHOT_PARTS.map((part) => this.#ask(round, part)));
    // The answers go first: a refusal has a name, a deadline has none.
    await Promise.race([asked, this.#ended]);
    await this.#deadline(done, SNAPSHOT_MS, () => {
      const why = this.#feed.overflowed ? 'too many events came meanwhile' : `not whole within ${SNAPSHOT_MS} ms`;
      return new IpntError('AMI_UNREACHABLE', `snapshot given up: ${why}`, this.#where);
    });
  }

  async #ask(round: number, part: SnapshotPart): Promise<void> {
    const { action } = SNAPSHOT_ACTIONS[part];
    try {
      await this.#connection?.action({ Action: action }, snapshotActionId(round, part));
    } catch (error) {
      if (!(error instanceof IpntError) || !/unknown command/i.test(error.detail)) throw error;
      if (round === 1)
        this.#options.log.warn(`Asterisk has no ${action}: is its module loaded?`, { errCode: error.code });
      this.#deliver(this.#feed.partMissing(round, part, this.#options.clock.nowMs()));
    }
  }

  /** Freshness is known by this: an unanswered Ping is how a frozen PBX or a dead network shows. */
  async #watch(): Promise<void> {
    const { clock, sink } = this.#options;
    try {
      while (!this.#isOver) {
        await this.#connection?.action({ Action: 'Ping' });
        sink.seen(clock.nowMs());
        await pause(clock, PING_EVERY_MS);
      }
    } catch (error) {
      this.#end(error as Error);
    }
  }

  async #deadline(work: Promise<void>, ms: number, late: () => Error): Promise<void> {
    const timer = this.#options.clock.after(ms, () => this.#end(late()));
    try {
      await Promise.race([work, this.#ended]);
    } finally {
      timer.cancel();
    }
  }
}

const onlyDenied = (error: unknown): undefined => {
  if (error instanceof IpntError && error.code === 'AMI_DENIED') return undefined;
  throw error;
};
