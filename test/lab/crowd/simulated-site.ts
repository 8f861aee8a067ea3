/** A site without a PBX: agents who change state as fast as they are told to, written as the role of a site writes them. */
import type { AgentState } from '../../../src/core/model/agent.ts';
import type { Fence, SiteStore } from '../../../src/ports/site-store.ts';
import { agent, batch, LEASE_MS } from '../../contract/store-world.ts';

export interface SimulatedSiteSpec {
  readonly siteId: string;
  readonly agents: number;
  /** Beside that of his queue; the more there are, the longer is his row. */
  readonly skills: number;
}

const BATCH_MS = 20;

/** Every agent in turn talks, then every one is idle again. Whoever stops it sees how many changes were written. */
export class SimulatedSite {
  written = 0;
  private readonly store: SiteStore;
  private readonly fence: Fence;
  private readonly rows: AgentState[];
  private isRunning = false;
  private driving: Promise<void> = Promise.resolve();

  private constructor(store: SiteStore, fence: Fence, rows: AgentState[]) {
    this.store = store;
    this.fence = fence;
    this.rows = rows;
  }

  static async open(store: SiteStore, { siteId, agents, skills }: SimulatedSiteSpec): Promise<SimulatedSite> {
    const fence = await store.takeSite(siteId, 'Simulated', 'simulated', LEASE_MS);
    if (fence === null) throw new Error(`another writes the site ${siteId}`);
    const levels = Object.fromEntries(Array.from({ length: skills }, (_, n) => [`skill-${n}`, 1 + (n % 10)]));
    const rows = Array.from({ length: agents }, (_, n) =>
      agent(siteId, `PJSIP/${10_000 + n}`, { address: String(10_000 + n), skills: { 'queue:sales': 10, ...levels } }),
    );
    await store.publish(fence, batch({ agents: rows, whole: true }), LEASE_MS);
    return new SimulatedSite(store, fence, rows);
  }

  /** Changes at this rate until `stop`. */
  start(ratePerSec: number): void {
    this.isRunning = true;
    this.driving = this.drive(ratePerSec);
    // Who waits for the end hears of it.
    this.driving.catch(() => undefined);
  }

  /** Rejects where a write failed. */
  async stop(): Promise<void> {
    this.isRunning = false;
    await this.driving;
  }

  private async drive(ratePerSec: number): Promise<void> {
    const startedMs = performance.now();
    while (this.isRunning) {
      const due = Math.floor(((performance.now() - startedMs) * ratePerSec) / 1_000);
      const changed = new Map<string, AgentState>();
      for (let nth = this.written; nth < due; nth += 1) {
        const row = this.change(nth);
        changed.set(row.agentId, row);
      }
      const done = await this.store.publish(this.fence, batch({ agents: [...changed.values()] }), LEASE_MS);
      if (done === 'fenced') throw new Error('another has taken the simulated site');
      this.written = due;
      await new Promise((resolve) => setTimeout(resolve, BATCH_MS));
    }
  }

  private change(nth: number): AgentState {
    const index = nth % this.rows.length;
    const row = this.rows[index] as AgentState;
    const activity = row.activity === 'idle' ? 'talking' : 'idle';
    const callsTaken = row.callsTaken + Number(activity === 'talking');
    return (this.rows[index] = { ...row, activity, activitySinceMs: Date.now(), callsTaken });
  }
}
