/** Lets a made-up board live, and tells what changed as the API's stream does. */
import type { Board, BoardChange, BoardSnapshot } from '../../../src/core/model/board.ts';
import { chances, doing, firstBoard, oneOf, queue, service, sites, someShown, waitingCall } from './board.ts';
import type { Size } from './board.ts';

/** Frames a second, as the API sends them at most. */
const FRAMES = 4;

export class LivingBoard {
  private board: Board;
  private seq = 1;
  private readonly draw: () => number;
  private readonly timer: NodeJS.Timeout;
  private readonly listeners = new Set<(change: BoardChange) => void>();
  /** Set: the database does not answer, so nothing moves. */
  staleSinceMs: number | null = null;

  /** `changes`: agents who do something else each second. */
  constructor(size: Size, changes: number) {
    this.draw = chances(size.seed + 1);
    this.board = firstBoard(size, Date.now());
    this.timer = setInterval(() => this.frame(Math.max(1, Math.round(changes / FRAMES))), 1_000 / FRAMES);
  }

  snapshot(): BoardSnapshot {
    return { seq: this.seq, nowMs: Date.now(), staleSinceMs: this.staleSinceMs, board: this.board };
  }

  listen(listener: (change: BoardChange) => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** Somebody commanded him. */
  command(agentId: string, shown: 'paused' | 'idle' | 'logged_out', reason: string): void {
    const line = this.board.agents.find(({ id }) => id === agentId);
    if (line !== undefined)
      this.publish({ agents: [{ ...doing(line, shown, Date.now(), this.draw), pauseReason: reason }] }, {});
  }

  private frame(moves: number): void {
    if (this.staleSinceMs !== null) return this.publish({}, {});
    const nowMs = Date.now();
    const movers = new Map(
      Array.from({ length: moves }, () => oneOf(this.draw, this.board.agents)).map((line) => [
        line.id,
        doing(line, someShown(this.draw), nowMs, this.draw),
      ]),
    );
    const agents = this.board.agents.map((line) => movers.get(line.id) ?? line);
    const { waiting, gone } = this.line(nowMs);
    const queues = this.board.queues.map((line) =>
      this.draw() < 0.02 ? queue(line.siteId, line.name, Math.floor(this.draw() * 4), nowMs, this.draw) : line,
    );
    const services = this.board.services.map((_, index) => service(index, waiting, agents, nowMs));
    const changed = { agents: [...movers.values()], waiting, queues, services, sites: sites(agents, queues, nowMs) };
    this.publish(changed, { waiting: gone });
  }

  /** The first leave the line, new ones come to its end. */
  private line(nowMs: number): { readonly waiting: Board['waiting']; readonly gone: readonly string[] } {
    const gone = this.board.waiting
      .filter((_, index) => this.draw() < (index === 0 ? 0.04 : 0.004))
      .map(({ id }) => id);
    const kept = this.board.waiting.filter(({ id }) => !gone.includes(id));
    const isMore = kept.length < 12 && this.draw() < 0.08;
    const waiting = [...kept, ...(isMore ? [waitingCall(0, nowMs, this.draw)] : [])].map((call, index) => ({
      ...call,
      position: index + 1,
    }));
    return { waiting, gone };
  }

  private publish(changed: BoardChange['changed'], gone: BoardChange['gone']): void {
    const merged = { ...this.board, ...changed };
    if (changed.agents !== undefined) {
      const news = new Map(changed.agents.map((line) => [line.id, line]));
      merged.agents = this.board.agents.map((line) => news.get(line.id) ?? line);
    }
    this.board = merged;
    this.seq += 1;
    const change: BoardChange = { seq: this.seq, nowMs: Date.now(), staleSinceMs: this.staleSinceMs, changed, gone };
    for (const listener of this.listeners) listener(change);
  }
}
