/** Reads changes as an edge does, and holds each against the event that made it. */
import type { Cursor } from '../../src/ports/edge-store.ts';
import { EMPTY_CURSOR } from '../../src/ports/edge-store.ts';
import type { EdgeStore } from '../../src/ports/edge-store.ts';
import type { Change } from './source.ts';

export class Reader {
  /** From the event to the read that showed it, ms. */
  readonly delaysMs: number[] = [];
  /** Changes that a later one of the same agent overtook before anybody read: the row holds the latest state only. */
  overtaken = 0;
  /** What each agent was last heard to be, and since when nobody has read it. */
  private readonly heardMs = new Map<string, { readonly busy: boolean; readonly atMs: number; isRead: boolean }>();
  private readonly shown = new Map<string, boolean>();
  private readonly store: Pick<EdgeStore, 'readChanges'>;
  private cursor: Cursor = EMPTY_CURSOR;
  private isOver = false;
  private running: Promise<void> = Promise.resolve();
  failures = 0;

  constructor(store: Pick<EdgeStore, 'readChanges'>) {
    this.store = store;
  }

  heard({ agent, busy }: Change, atMs: number): void {
    const known = this.heardMs.get(agent);
    if (known?.busy === busy) return;
    if (known !== undefined && !known.isRead) this.overtaken += 1;
    // A row that came before its event: the other connection was the quicker one.
    const isRead = this.shown.get(agent) === busy;
    if (isRead) this.delaysMs.push(0);
    this.heardMs.set(agent, { busy, atMs, isRead });
  }

  /** Agents whose row is not what was last heard of them. */
  differences(): string[] {
    return [...this.heardMs].filter(([agent, { busy }]) => this.shown.get(agent) !== busy).map(([agent]) => agent);
  }

  start(everyMs: number): void {
    this.isOver = false;
    this.running = this.run(everyMs);
  }

  async stop(): Promise<void> {
    this.isOver = true;
    await this.running;
  }

  private async run(everyMs: number): Promise<void> {
    while (!this.isOver) {
      const startedMs = performance.now();
      try {
        const { agents, cursor } = await this.store.readChanges(this.cursor);
        this.cursor = cursor;
        const atMs = performance.now();
        for (const { name, activity, status } of agents)
          this.read(name, activity === 'talking' || status === 'paused', atMs);
      } catch {
        this.failures += 1;
      }
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, everyMs - (performance.now() - startedMs))));
    }
  }

  private read(agent: string, busy: boolean, atMs: number): void {
    this.shown.set(agent, busy);
    const known = this.heardMs.get(agent);
    if (known === undefined || known.isRead || known.busy !== busy) return;
    known.isRead = true;
    this.delaysMs.push(atMs - known.atMs);
  }
}
