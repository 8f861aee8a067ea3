/** The API with its concrete parts: the only file here that names them. */
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { ApiReading, ApiWatch } from '../../ports/metrics.ts';
import type { ApiSettings, Settings } from '../../settings/index.ts';
import { openCustomerDatabases } from '../../store/mysql/customer-query.ts';
import { Customers } from '../common/customer-source.ts';
import { BoardKeeper } from './board-keeper.ts';
import { boardSamples } from './board-metrics.ts';
import { listen } from './listen.ts';
import { withOpenApi } from './openapi.ts';
import { pagesFolder } from './pages.ts';
import type { ApiStore } from './route.ts';
import { ROUTES } from './routes.ts';
import { createApp } from './server.ts';
import { BoardStream } from './stream.ts';

export interface RunApiOptions {
  readonly api: ApiSettings;
  readonly store: ApiStore;
  readonly settings: Settings;
  /** Of the program, for the documentation. */
  readonly version: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly monitor: ApiWatch;
}

export interface RunningApi {
  /** `https://127.0.0.1:8443` */
  readonly url: string;
  /** Takes no more requests, ends the streams, lets what is under way end; bounded. */
  stop(): Promise<void>;
}

/** Serves the API and its pages. Rejects with API_PORT_TAKEN or TLS_INVALID. A database that is away is waited for, and told to who asks. */
export async function runApi(options: RunApiOptions): Promise<RunningApi> {
  const { api, store, settings, version, clock, log, monitor } = options;
  const { customerSources, country } = settings;
  const sources = openCustomerDatabases(customerSources);
  const customers = new Customers(store, sources, clock, log);
  customers.check();
  const live = new BoardKeeper({ store, clock, log });
  const stream = new BoardStream({ keeper: live, clock });
  const ending = new AbortController();
  const pages = pagesFolder();
  if (pages === null) log.warn('the pages are not built: the API alone is served', { detail: 'npm run build' });
  const app = createApp({
    parts: { store, live, customers, clock, log, country, settings },
    routes: withOpenApi(ROUTES, version),
    follow: stream.follow,
    ...{ hasTls: api.tls !== null, behindProxy: api.behindProxy, pages, closing: ending.signal },
  });
  const close = async (): Promise<void> => {
    stream.stop();
    await live.stop();
    await customers.close();
  };
  try {
    await live.start();
    monitor.watch(() => readingOf(live, stream));
    const listening = await listen({ settings: api, app, clock, log });
    log.info(`the API listens at ${listening.url}`);
    const stop = async (): Promise<void> => {
      ending.abort();
      await listening.stop();
      await close();
    };
    return { url: listening.url, stop };
  } catch (error) {
    await close();
    throw error;
  }
}

function readingOf(live: BoardKeeper, stream: BoardStream): ApiReading {
  const snapshot = live.snapshot();
  const { clients: streamClients, dropped: droppedStreamClients } = stream.counters();
  const isOk = snapshot.staleSinceMs === null;
  return {
    checks: [{ check: 'database', isOk, detail: isOk ? 'it answers' : 'it does not answer: the figures stand still' }],
    ...{ databaseAnswers: isOk, board: boardSamples(snapshot), streamClients, droppedStreamClients },
  };
}
