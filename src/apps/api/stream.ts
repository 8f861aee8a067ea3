import type { ServerResponse } from 'node:http';
import { IpntError } from '../../core/errors.ts';
import type { BoardChange, BoardSnapshot } from '../../core/model/board.ts';
import type { Clock, Timer } from '../../ports/clock.ts';
import { TICK_MS } from './board-keeper.ts';
import type { BoardKeeper } from './board-keeper.ts';
import { cutOff } from './cut-off.ts';
import type { Follower } from './route.ts';

/** What each client may cost. */
export interface StreamLimits {
  readonly mostClients: number;
  /** Who has read nothing for this long is cut off. */
  readonly stuckMs: number;
  /** Comments keep proxies from ending a quiet connection; logins are looked at as often. */
  readonly pingMs: number;
}

export const STREAM_LIMITS: StreamLimits = {
  mostClients: 2_000,
  stuckMs: 15_000,
  pingMs: 15_000,
};

/** Frames kept for clients who come back after a short break: ten seconds' worth, and not many bytes. */
const KEPT_FRAMES = 40;
const KEPT_BYTES = 1_048_576;
/** Clients are pinged in so many groups. */
const SPREAD = 60;

/** For metrics; all but `clients` since the process began. */
export interface StreamCounters {
  readonly clients: number;
  readonly opened: number;
  readonly refused: number;
  /** Snapshots sent because a client was behind. */
  readonly resynced: number;
  /** Cut off because they did not read. */
  readonly dropped: number;
  readonly bytes: number;
}

interface Client {
  readonly response: ServerResponse;
  readonly stillValid: Follower['stillValid'];
  /** When it is pinged next, and its login looked at. */
  pingAtMs: number;
  /** The last frame that it was given. */
  seq: number;
  /** Since when bytes wait for it; null: it has read everything. */
  waitsSinceMs: number | null;
}

interface Frame {
  readonly seq: number;
  readonly bytes: Buffer;
}

/**
 * `/v1/stream`: one change a tick, made into bytes once and shared by all clients. A client for whom bytes still wait is given no more; once it
 * has read, it gets what it missed, or a snapshot. Who does not read is cut off: so a thousand who sleep cost one snapshot, not a thousand.
 */
export class BoardStream {
  private readonly keeper: Pick<BoardKeeper, 'lastFrame' | 'onFrame'>;
  private readonly clock: Clock;
  private readonly limits: StreamLimits;
  private readonly clients = new Set<Client>();
  private readonly kept: Frame[] = [];
  private keptBytes = 0;
  private snapshot: Frame | null = null;
  private timer: Timer | null = null;
  private isOpen = true;
  private readonly counts = { opened: 0, refused: 0, resynced: 0, dropped: 0, bytes: 0 };

  constructor(parts: {
    readonly keeper: Pick<BoardKeeper, 'lastFrame' | 'onFrame'>;
    readonly clock: Clock;
    readonly limits?: Partial<StreamLimits>;
  }) {
    this.keeper = parts.keeper;
    this.clock = parts.clock;
    this.limits = { ...STREAM_LIMITS, ...parts.limits };
    this.keeper.onFrame((frame) => this.send(frame));
    this.lookAgain();
  }

  counters(): StreamCounters {
    return { clients: this.clients.size, ...this.counts };
  }

  /** Ends all clients. */
  stop(): void {
    this.isOpen = false;
    this.timer?.cancel();
    for (const { response } of this.clients) response.end();
    this.clients.clear();
  }

  /** Serves one follower from now on. Throws STREAM_FULL. */
  readonly follow = ({ request, response, stillValid, closing }: Follower): void => {
    if (this.clients.size >= this.limits.mostClients || !this.isOpen) {
      this.counts.refused += 1;
      throw new IpntError('STREAM_FULL', `${this.limits.mostClients} clients follow it already`);
    }
    response.writeHead(200, {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store',
      // nginx holds answers back otherwise.
      'X-Accel-Buffering': 'no',
    });
    this.counts.opened += 1;
    // A hall of screens comes at once after a break; their logins are not all to be looked at in the same moment.
    const share = 0.5 + (this.counts.opened % SPREAD) / (2 * SPREAD);
    const pingAtMs = this.clock.monoMs() + this.limits.pingMs * share;
    const client: Client = { response, stillValid, pingAtMs, seq: -1, waitsSinceMs: null };
    this.clients.add(client);
    const end = (): void => void response.end();
    closing.addEventListener('abort', end);
    response.on('error', () => this.clients.delete(client));
    response.once('close', () => {
      this.clients.delete(client);
      closing.removeEventListener('abort', end);
    });
    response.write('retry: 2000\n\n');
    const last = Number(request.headers['last-event-id'] ?? Number.NaN);
    if (!this.catchUp(client, last)) this.give(client, this.whole());
  };

  private lookAgain(): void {
    this.timer = this.clock.after(TICK_MS, () => {
      this.look();
      if (this.isOpen) this.lookAgain();
    });
  }

  private send(change: BoardChange): void {
    this.snapshot = null;
    if (this.clients.size === 0) return this.forgetFrames();
    const frame = frameOf('change', change);
    this.keep(frame);
    for (const client of this.clients) {
      // Never more than one snapshot, or what is kept, waits for anybody.
      if (client.response.writableLength > 0) continue;
      if (client.seq === frame.seq - 1) this.give(client, frame);
      else this.resync(client);
    }
  }

  /** Between frames: gives those who have read what they missed, and cuts off who does not read. */
  private look(): void {
    const nowMs = this.clock.monoMs();
    const newest = this.keeper.lastFrame().seq;
    for (const client of this.clients) {
      if (nowMs >= client.pingAtMs) this.ping(client, nowMs);
      if (client.response.writableLength === 0) {
        client.waitsSinceMs = null;
        if (client.seq < newest) this.resync(client);
        continue;
      }
      client.waitsSinceMs ??= nowMs;
      if (nowMs - client.waitsSinceMs >= this.limits.stuckMs) this.drop(client);
    }
  }

  private resync(client: Client): void {
    this.counts.resynced += 1;
    if (!this.catchUp(client, client.seq)) this.give(client, this.whole());
  }

  /** All that came after `seq`, where it is still there and less than everything. */
  private catchUp(client: Client, seq: number): boolean {
    const missed = this.kept.filter((frame) => frame.seq > seq);
    if (missed.length === 0 || missed[0]?.seq !== seq + 1) return false;
    for (const frame of missed) this.give(client, frame);
    return true;
  }

  private give(client: Client, { seq, bytes }: Frame): void {
    client.response.write(bytes);
    client.seq = seq;
    this.counts.bytes += bytes.length;
  }

  private whole(): Frame {
    const now = this.keeper.lastFrame();
    if (this.snapshot?.seq !== now.seq) this.snapshot = frameOf('snapshot', now);
    return this.snapshot;
  }

  private keep(frame: Frame): void {
    this.kept.push(frame);
    this.keptBytes += frame.bytes.length;
    while (this.kept.length > KEPT_FRAMES || this.keptBytes > KEPT_BYTES)
      this.keptBytes -= this.kept.shift()?.bytes.length ?? 0;
  }

  /** Nobody is there: what would be kept is not made, and a gap is none. */
  private forgetFrames(): void {
    this.kept.length = 0;
    this.keptBytes = 0;
  }

  private drop(client: Client): void {
    this.counts.dropped += 1;
    this.clients.delete(client);
    cutOff(client.response);
  }

  /** A login may have ended meanwhile. */
  private ping(client: Client, nowMs: number): void {
    const { response, stillValid } = client;
    client.pingAtMs = nowMs + this.limits.pingMs;
    if (response.writableLength === 0) response.write(': ping\n\n');
    void stillValid().then((isValid) => {
      if (!isValid) response.end();
    });
  }
}

const frameOf = (event: 'snapshot' | 'change', data: BoardSnapshot | BoardChange): Frame => ({
  seq: data.seq,
  bytes: Buffer.from(`id: ${data.seq}\nevent: ${event}\ndata: ${JSON.stringify(data)}\n\n`),
});
