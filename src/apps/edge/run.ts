import { join } from 'node:path';
import { normalizeNumber } from '../../core/model/number.ts';
import { createAriEdge } from '../../pbx/asterisk-ari/edge.ts';
import type { Clock } from '../../ports/clock.ts';
import type { CallbackStore } from '../../ports/callbacks.ts';
import type { EdgeStore } from '../../ports/edge-store.ts';
import type { Log } from '../../ports/log.ts';
import type { EdgeWatch } from '../../ports/metrics.ts';
import type { CustomerStore, RoutingStore } from '../../ports/provisioning.ts';
import type { QueryStore } from '../../ports/queries.ts';
import type { RecordStore } from '../../ports/records.ts';
import { openSpool } from '../../runtime/spool.ts';
import type { CustomerSourceSettings, EdgeSettings } from '../../settings/index.ts';
import { openCustomerDatabases } from '../../store/mysql/customer-query.ts';
import { Customers } from '../common/customer-source.ts';
import { EdgeApp } from './edge-app.ts';
import { trunkOf } from './parts.ts';

export interface RunEdgeOptions {
  readonly edge: EdgeSettings;
  readonly store: EdgeStore &
    CallbackStore &
    RoutingStore &
    RecordStore &
    Pick<CustomerStore, 'findCustomer'> &
    Pick<QueryStore, 'lastAgentOf' | 'unfinishedCalls' | 'callEvents'>;
  readonly customerSources: readonly CustomerSourceSettings[];
  readonly clock: Clock;
  readonly log: Log;
  /** The spool of records lives below it. */
  readonly dataDir: string;
  /** Default country calling code, or ''. */
  readonly country: string;
  /** Names this process in the lease: unique on the network. */
  readonly holder: string;
  readonly monitor: EdgeWatch;
}

/** Runs one edge on a real Asterisk. Resolves when its application is registered; `stop` is bounded and idempotent. */
export async function runEdge(options: RunEdgeOptions): Promise<{ stop(): Promise<void> }> {
  const { edge, store, clock, dataDir, country, holder, monitor } = options;
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
  const sources = openCustomerDatabases(options.customerSources);
  const customers = new Customers(store, sources, clock, log);
  customers.check();
  const app = new EdgeApp({
    edgeId: edge.edgeId,
    holder,
    pbx,
    store,
    routing: store,
    recorder,
    clock,
    log,
    meter: monitor.meter,
    reach: { trunks: edge.trunks, redirects: edge.redirects, outbound: edge.outbound },
    normalise: (number) => normalizeNumber(number, country),
    customers,
    lastAgentOf: (ani, service) => customers.lastAgentOf(ani, service),
  });
  monitor.watch(() => {
    const [records, bytes] = [recorder.pending(), recorder.bytes()];
    return { ...app.reading(), spool: { records, bytes, parked: recorder.parked(), dropped: recorder.dropped() } };
  });
  let stopping: Promise<void> | null = null;
  const stop = (): Promise<void> =>
    (stopping ??= app.stop().then(async () => {
      await Promise.all([customers.close(), recorder.close()]);
    }));
  try {
    await app.start();
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}
