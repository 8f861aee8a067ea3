import type { AgentState } from '../../src/core/model/agent.ts';
import type { CallEvent, CallFact, PlacedCall, WaitingCall } from '../../src/core/model/call.ts';
import type { QueueState } from '../../src/core/model/queue.ts';
import { EMPTY_CURSOR } from '../../src/ports/edge-store.ts';
import type { Changes, Cursor } from '../../src/ports/edge-store.ts';
import type { Log } from '../../src/ports/log.ts';
import type { Fence, SiteBatch } from '../../src/ports/site-store.ts';
import type { Store } from '../../src/store/common/store.ts';

/** One implementation under the contract. `advance` lets the database's clock pass without waiting for it. */
export interface StoreUnderTest {
  readonly store: Store;
  advance(ms: number): Promise<void>;
  close(): Promise<void>;
}

export const LEASE_MS = 5_000;

let serial = 0;
/** Names no two tests share: they share a database. */
export const unique = (prefix: string): string => `${prefix}${++serial}`;

export const agent = (siteId: string, name: string, over: Partial<AgentState> = {}): AgentState => ({
  ...{ agentId: `${siteId}/${name}`, siteId, name, title: `Agent ${name}`, address: '1001' },
  ...{ status: 'ready', pauseReason: '', statusSinceMs: 1_000, activity: 'idle', activitySinceMs: 2_000 },
  ...{ idleSinceMs: 3_000, lastCallEndMs: null, wrapUpUntilMs: null, skills: { 'queue:sales': 10 } },
  memberships: [{ queue: 'sales', penalty: 0, paused: false, pauseReason: '', dynamic: true }],
  ...{ callsTaken: 0, occupancy: 0, occupancyAtMs: 0 },
  ...over,
});

export const queue = (siteId: string, name: string, over: Partial<QueueState> = {}): QueueState => ({
  ...{
    queueId: `${siteId}/${name}`,
    siteId,
    name,
    waiting: 0,
    longestSinceMs: null,
    loggedIn: 3,
    ready: 2,
    onCalls: 1,
  },
  ...{
    windowMs: 1_800_000,
    offered: 5,
    answered: 4,
    abandoned: 1,
    meanWaitMs: 1_234.5,
    meanHandleMs: null,
    serviceLevel: 0.8,
  },
  ...over,
});

export const batch = (over: Partial<SiteBatch> = {}): SiteBatch => ({
  ...{ agents: [], queues: [], removedAgents: [], removedQueues: [], callsInProgress: 0 },
  ...{ connection: 'up', pbxSeenAgoMs: 0, whole: false },
  ...over,
});

export const waiting = (edgeId: string, callId: string, over: Partial<PlacedCall> = {}): PlacedCall => ({
  ...{
    callId,
    edgeId,
    service: 'sales',
    requirement: 'queue:sales>=1',
    priority: 0,
    offering: false,
    networkFirst: false,
    arrivedAtMs: null,
  },
  ...{ strategy: 'longest_idle', ageing: 0, preferred: [], preferredUntilMs: 0, step: 0 },
  ...over,
});

export const event = (callId: string, seq: number, fact: CallFact): CallEvent => ({
  callId,
  seq,
  atMs: 1_000 + seq,
  fact,
});

export const arrived: CallFact = {
  ...{ kind: 'arrived', edge: 'e1', service: 'sales', ani: '+4930123', dnis: '100', channel: 'c' },
  ...{ requirement: '', priority: 0 },
} as const;

/** A fresh site with ready agents `PJSIP/1..n`. */
export async function freshSite(
  store: Store,
  agents: number,
): Promise<{ fence: Fence; siteId: string; ids: readonly string[] }> {
  const siteId = unique('site');
  const fence = await store.takeSite(siteId, 'A site', 'holder-a', LEASE_MS);
  if (fence === null) throw new Error('the site is taken');
  const rows = Array.from({ length: agents }, (_, i) => agent(siteId, `PJSIP/${i + 1}`));
  await store.publish(fence, batch({ agents: rows, whole: true }), LEASE_MS);
  return { fence, siteId, ids: rows.map((row) => row.agentId) };
}

export async function freshEdge(store: Store): Promise<Fence> {
  const fence = await store.takeEdge(unique('edge'), 'holder-a', LEASE_MS);
  if (fence === null) throw new Error('the edge is taken');
  return fence;
}

/** What an edge holds in memory, kept up by reading: the reader's side of the contract, in as few words as possible. */
export class Copy {
  cursor: Cursor = EMPTY_CURSOR;
  readonly agents = new Map<string, AgentState>();
  readonly waiting = new Map<string, WaitingCall>();

  async read(store: Store): Promise<Changes> {
    const changes = await store.readChanges(this.cursor);
    for (const [id, row] of this.agents) if (changes.reloadedSites.includes(row.siteId)) this.agents.delete(id);
    for (const [id, row] of this.waiting) if (changes.reloadedEdges.includes(row.edgeId)) this.waiting.delete(id);
    for (const row of changes.agents) this.agents.set(row.agentId, row);
    for (const id of changes.removedAgents) this.agents.delete(id);
    for (const row of changes.waiting) this.waiting.set(row.callId, row);
    for (const id of changes.removedWaiting) this.waiting.delete(id);
    this.cursor = changes.cursor;
    return changes;
  }
}

export const silent: Log = { error: () => {}, warn: () => {}, info: () => {}, debug: () => {}, child: () => silent };
