import { join } from 'node:path';
import { normalizeNumber } from '../../core/model/number.ts';
import { createAriEdge } from '../../pbx/asterisk-ari/edge.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallbackStore } from '../../ports/callbacks.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Log } from '../../ports/log.ts';
import type { RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { RecordStore } from '../../ports/records.ts';
import { openSpool } from '../../runtime/spool.ts';
import type { EdgeSettings } from '../../settings/index.ts';
import { EdgeApp } from './edge-app.ts';
import { trunkOf } from './parts.ts';

export interface RunEdgeOptions {
  readonly edge: EdgeSettings;
  readonly store: EdgeStore & CallbackStore & RoutingStore & RecordStore & Pick<QueryStore, 'lastAgentOf'>;
  readonly clock: Clock;
  readonly log: Log;
  /** The spool of records lives below it. */
  readonly dataDir: string;
  /** Default country calling code, or ''. */
  readonly country: string;
  /** Names this process in the lease: unique on the network. */
  readonly holder: string;
}

/** Runs one edge on a real Asterisk. Resolves when its application is registered; `stop` is bounded and idempotent. */
export async function runEdge(options: RunEdgeOptions): Promise<{ stop(): Promise<void> }> {
  const { edge, store, clock, dataDir, country, holder } = options;
  const log = options.log.child({ component: 'edge', edge: edge.edgeId });
  const pbx = createAriEdge({
    url: edge.ari.url,
    user: edge.ari.user,
    password: edge.ari.password.reveal(),
    app: edge.app,
    trunks: [...new Set(Object.values(edge.trunks).map(trunkOf))],
    clock,
    log,
  });
  const recorder = openSpool({ dir: join(dataDir, 'spool', edge.edgeId), store, log, clock });
  const app = new EdgeApp({
    edgeId: edge.edgeId,
    holder,
    pbx,
    store,
    routing: store,
    recorder,
    clock,
    log,
    reach: { trunks: edge.trunks, redirects: edge.redirects, outbound: edge.outbound },
    normalise: (number) => normalizeNumber(number, country),
    customers: { find: () => Promise.resolve({ customer: null, problem: '' }) },
    lastAgentOf: (ani, service) => inTime(clock, store.lastAgentOf(ani, service)),
  });
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> => (stopping ??= app.stop().then(() => recorder.close()));
  try {
    await app.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

/** Longer than this nobody waits to hear whom he spoke to last. */
const LAST_AGENT_WITHIN_MS = 150;

/** The answer, or null when it takes too long or fails. */
function inTime<T>(clock: Clock, answer: Promise<T | null>): Promise<T | null> {
  return new Promise((resolve) => {
    const timer = clock.after(LAST_AGENT_WITHIN_MS, () => resolve(null));
    answer.then(resolve, () => resolve(null)).finally(() => timer.cancel());
  });
}
