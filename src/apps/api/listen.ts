/** The socket of the API: plain or TLS, its limits in time, its end. */
import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createServer } from 'node:http';
import type { RequestListener, Server, ServerOptions } from 'node:http';
import { createSecureContext } from 'node:tls';
import { createServer as createTlsServer } from 'node:https';
import type { Server as TlsServer } from 'node:https';
import { IpntError } from '../../core/errors.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { ApiSettings, Listen } from '../../settings/api.ts';
import { endIdle, rememberTcp } from './cut-off.ts';

export interface Listening {
  /** `https://127.0.0.1:8443` */
  readonly url: string;
  /** Takes no more; what is under way has a little time to end, then it is cut off. */
  stop(): Promise<void>;
}

export interface ListenOptions {
  readonly settings: ApiSettings;
  readonly app: RequestListener;
  readonly clock: Clock;
  readonly log: Log;
  /** Nothing moved for so long: an answer that nobody reads costs memory no longer. */
  readonly stillMs?: number;
}

/** A request must be here whole within this time: nobody holds a connection by sending a byte now and then. */
const REQUEST_WITHIN_MS = 30_000;
const HEADERS_WITHIN_MS = 10_000;
/** Longer than the slowest answer takes; the stream says something more often. */
const STILL_MS = 60_000;
/** Longer than proxies keep theirs, so that they never send into one that we just closed. */
const KEEP_ALIVE_MS = 65_000;
const END_WITHIN_MS = 3_000;
const CERTIFICATE_LOOK_MS = 5_000;

/** Listens. Rejects with API_PORT_TAKEN or TLS_INVALID, with place and cure. */
export async function listen({ settings, app, clock, log, stillMs = STILL_MS }: ListenOptions): Promise<Listening> {
  const { tls, listen: place } = settings;
  const times = {
    requestTimeout: REQUEST_WITHIN_MS,
    headersTimeout: HEADERS_WITHIN_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
  };
  const server = tls === null ? createServer(times, app) : openTls(tls, times, app);
  server.setTimeout(stillMs, endIdle);
  const unwatch = tls === null ? () => undefined : keepFresh(server as TlsServer, tls, log);
  try {
    await bind(server, place);
  } catch (error) {
    unwatch();
    throw error;
  }
  const url = `${tls === null ? 'http' : 'https'}://${placeText({ ...place, port: portOf(server) })}`;
  if (tls === null && !settings.behindProxy && !isLoopback(place.host))
    log.warn('the API listens without TLS: passwords and numbers can be read on the way', {
      detail: `${url}; give it api.tls, or a proxy with TLS in front and api.behind_proxy: true`,
    });
  return {
    url,
    stop: () => {
      unwatch();
      return close(server, clock);
    },
  };
}

function bind(server: Server, { host, port }: Listen): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(new IpntError('API_PORT_TAKEN', bindWords(error), placeText({ host, port }), { cause: error })),
    );
    server.listen({ host, port }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function bindWords({ code, message }: NodeJS.ErrnoException): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there already';
    case 'EACCES':
      return 'this user may not listen there: ports below 1024 are for root';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return 'this machine has no such address';
    default:
      return message;
  }
}

const placeText = ({ host, port }: Listen): string => `${host.includes(':') ? `[${host}]` : host}:${port}`;
const isLoopback = (host: string): boolean => host === 'localhost' || host === '::1' || host.startsWith('127.');

const portOf = (server: Server): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
};

async function close(server: Server, clock: Clock): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const cut = clock.after(END_WITHIN_MS, () => server.closeAllConnections());
  await closed;
  cut.cancel();
}

type TlsFiles = NonNullable<ApiSettings['tls']>;

/** Certificate and key, once it is sure that they belong together. Throws TLS_INVALID with the file and the cure. */
export function readTls({ certificate, key }: TlsFiles): { readonly cert: Buffer; readonly key: Buffer } {
  const read = (file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      throw new IpntError('TLS_INVALID', 'the file cannot be read', file, { cause: error });
    }
  };
  const pem = { cert: read(certificate), key: read(key) };
  try {
    createSecureContext(pem);
  } catch (error) {
    const detail = `no PEM, or the key is not that of the certificate: ${error instanceof Error ? error.message : ''}`;
    throw new IpntError('TLS_INVALID', detail, certificate, { cause: error });
  }
  return pem;
}

function openTls(tls: TlsFiles, times: ServerOptions, app: RequestListener): TlsServer {
  const server = createTlsServer({ ...times, ...readTls(tls) }, app);
  rememberTcp(server);
  return server;
}

/** Takes over new files when they change, and on SIGHUP. Files that do not fit leave the old ones in use. */
function keepFresh(server: TlsServer, tls: TlsFiles, log: Log): () => void {
  const reload = (): void => {
    try {
      server.setSecureContext(readTls(tls));
      log.info('certificate and key of the API are read anew');
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      log.error('the new certificate of the API cannot be used; the old one stays', { errCode: 'TLS_INVALID', detail });
    }
  };
  const files = [tls.certificate, tls.key];
  for (const file of files) watchFile(file, { interval: CERTIFICATE_LOOK_MS, persistent: false }, reload);
  process.on('SIGHUP', reload);
  return () => {
    for (const file of files) unwatchFile(file, reload);
    process.off('SIGHUP', reload);
  };
}
