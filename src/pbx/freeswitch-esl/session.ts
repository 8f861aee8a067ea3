import { IpntError } from '../../core/errors.ts';
import { pause } from '../../ports/clock.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SitePbxSink } from '../../ports/site-pbx.ts';
import type { SiteSession } from '../common/follower.ts';
import type { Oddities } from '../common/oddities.ts';
import { Snapshots } from '../common/snapshots.ts';
import { openConnection } from './client.ts';
import type { EslAddress, EslConnection } from './client.ts';
import { createFeed, membersCommand, SNAPSHOT_COMMANDS } from './feed.ts';
import type { TimedEvent } from '../common/timed-event.ts';
import { createLag, LAG_LEAVE_MS } from './lag.ts';
import { delayOf } from './tracker.ts';
import type { EslEvent } from './wire.ts';

const PING_EVERY_MS = 1_000;
const SNAPSHOT_MS = 10_000;
/** A reload is told when it begins: agents and tiers are what they will be a little later. */
const ONCE_MORE_MS = 3_000;

/**
 * As little as will do: an event is 4 to 10 KB, and FreeSWITCH keeps them for whoever reads slowly. CUSTOM comes last, for all names
 * after it are taken for subclasses (mod_event_socket.c, 1.10.12).
 */
export const SUBSCRIPTION = [
  'event json CHANNEL_CREATE CHANNEL_ANSWER CHANNEL_BRIDGE CHANNEL_HANGUP_COMPLETE RELOADXML MODULE_LOAD MODULE_UNLOAD',
  'CUSTOM callcenter::info sofia::register sofia::unregister sofia::expire',
].join(' ');

export interface SessionOptions {
  readonly address: EslAddress;
  readonly clock: Clock;
  readonly log: Log;
  readonly sink: SitePbxSink;
  readonly listed: readonly string[];
  readonly oddities: Oddities;
  /** The Core-UUID of the FreeSWITCH that answers: another than before, and it was started anew. */
  readonly onCore: (coreUuid: string) => void;
}

/** One connection from its opening to its end: log-in, first snapshot, live events, pings, audits. */
export class EslSession implements SiteSession {
  readonly #options: SessionOptions;
  readonly #feed;
  readonly #lag = createLag();
  readonly #snapshots: Snapshots;
  #connection: EslConnection | undefined;
  #onceMore: Timer | undefined;
  #end: (error: Error) => void = () => undefined;
  readonly #ended: Promise<never>;
  #isOver = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const odd = (what: string, detail: string) => options.oddities.note(what, detail);
    this.#feed = createFeed({ listed: options.listed, odd });
    this.#snapshots = new Snapshots({
      ...{ clock: options.clock, log: options.log },
      take: () => this.#snapshot(),
      failed: (error) => this.#end(error),
    });
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

  /** Whether mod_callcenter keeps his status, as far as is known. */
  isKnown(agent: string): boolean {
    return this.#feed.isKnown(agent);
  }

  /** One command of a person; what FreeSWITCH printed. Rejects with ESL_UNREACHABLE while there is no connection. */
  async api(command: string): Promise<string> {
    if (this.#connection === undefined || !this.#feed.isLive) throw this.#unreachable('not connected');
    return this.#connection.api(command);
  }

  close(reason: string): void {
    this.#isOver = true;
    this.#snapshots.close();
    this.#onceMore?.cancel();
    this.#connection?.close(reason);
    this.#end(this.#unreachable(reason));
  }

  #unreachable(detail: string): IpntError {
    return new IpntError('ESL_UNREACHABLE', detail, `${this.#options.address.host}:${this.#options.address.port}`);
  }

  async #open(): Promise<void> {
    const { address, clock, sink, oddities, onCore } = this.#options;
    const connection = await openConnection(address, clock, {
      event: (event, atMs) => this.#event(event, atMs),
      odd: (what, detail) => oddities.note(what, detail),
      closed: (reason) => this.#end(this.#unreachable(reason)),
    });
    this.#connection = connection;
    if (this.#isOver) connection.close('stopped');
    const version = await connection.api('version');
    onCore((await connection.api('global_getvar core_uuid')).trim());
    // Subscribed before the lists are asked for: what happens meanwhile is told again after them.
    await connection.send(SUBSCRIPTION);
    sink.event({ kind: 'linkUp', version: /Version (\S+)/.exec(version)?.[1] ?? version.trim() }, clock.nowMs());
  }

  #event(event: EslEvent, atMs: number): void {
    if (this.#isOver) return;
    this.#options.sink.seen(atMs);
    const delayMs = delayOf(event, atMs);
    const lateMs = delayMs === null ? 0 : this.#lag.note(delayMs, this.#options.clock.monoMs());
    this.#deliver(this.#feed.event(event, atMs));
    const wish = this.#feed.takeWish();
    if (wish !== null) this.requestSnapshot(wish);
    if (wish === 'reload') this.#askOnceMore();
    // FreeSWITCH would keep what we do not read, and freeze everybody's socket when it has kept enough.
    if (lateMs > LAG_LEAVE_MS)
      this.#end(this.#unreachable(`left by itself: ${Math.round(lateMs)} ms behind its events`));
  }

  #deliver(events: readonly TimedEvent[]): void {
    for (const { event, atMs } of events) this.#options.sink.event(event, atMs);
  }

  /** Takes one whole snapshot; rejects when it is not whole in time. */
  async #snapshot(): Promise<void> {
    this.#feed.begin();
    const asked = this.#ask();
    const late = this.#options.clock.after(SNAPSHOT_MS, () => {
      this.#end(this.#unreachable(`snapshot given up: not whole within ${SNAPSHOT_MS} ms`));
    });
    try {
      await Promise.race([asked, this.#ended]);
    } finally {
      late.cancel();
    }
    if (this.#feed.overflowed) throw this.#unreachable('snapshot given up: too many events came meanwhile');
  }

  /** One question after the other: each holds up other users of the PBX for as long as it takes to answer. */
  async #ask(): Promise<void> {
    const { agents, tiers, queues, registrations, channels } = SNAPSHOT_COMMANDS;
    await this.#take(agents);
    await this.#take(tiers);
    await this.#take(queues);
    // A name with a line end in it would be a command of its own; nobody has such a queue.
    for (const queue of this.#feed.queues) await this.#take(membersCommand(queue));
    await this.#take(registrations);
    await this.#take(channels);
  }

  async #take(command: string): Promise<void> {
    const connection = this.#connection;
    if (connection === undefined) throw this.#unreachable('not connected');
    const body = await connection.api(command);
    if (!this.#isOver) this.#deliver(this.#feed.answer(command, body, this.#options.clock.nowMs()));
  }

  /** Freshness is known by this: an unanswered question is how a frozen PBX or a dead network shows. */
  async #watch(): Promise<void> {
    const { clock, sink } = this.#options;
    try {
      while (!this.#isOver) {
        await this.#connection?.api('strepoch');
        sink.seen(clock.nowMs());
        await pause(clock, PING_EVERY_MS);
      }
    } catch (error) {
      this.#end(error as Error);
    }
  }

  #askOnceMore(): void {
    this.#onceMore?.cancel();
    this.#onceMore = this.#options.clock.after(ONCE_MORE_MS, () => this.requestSnapshot('after a reload'));
  }
}
