/** The HTTP server of the API: express around the table of routes, the stream and the pages. */
import compression from 'compression';
import express from 'express';
import type { Express, NextFunction, Request, Response } from 'express';
import helmet from 'helmet';
import { IpntError } from '../../core/errors.ts';
import { parseRequest } from './asking.ts';
import { GUESS_LIMITS, openGuard } from './guess-limits.ts';
import type { GuessLimits } from './guess-limits.ts';
import { admit, handlerOf, queryText } from './handle.ts';
import { servePages } from './pages.ts';
import { asOurs, problemOf } from './problems.ts';
import type { ApiParts, Follower, Route } from './route.ts';
import { STREAM_PATH } from './stream-path.ts';

export interface ServerOptions {
  readonly parts: ApiParts;
  readonly routes: readonly Route[];
  /** Serves one follower of `/v1/stream`. */
  readonly follow: (follower: Follower) => void;
  /** We speak TLS ourselves. */
  readonly hasTls: boolean;
  /** One proxy in front of us is believed what it says of the client. */
  readonly behindProxy: boolean;
  /** Folder of the built pages; null: none are served. */
  readonly pages: string | null;
  /** Aborted when the server ends. */
  readonly closing: AbortSignal;
  readonly guessLimits?: GuessLimits;
}

/** Slower answers are told: somebody waits for them. */
const SLOW_MS = 1_000;

/** The application, without a socket. */
export function createApp(options: ServerOptions): Express {
  const { parts, routes, behindProxy, pages } = options;
  const app = express();
  app.disable('x-powered-by');
  // Answers of the API are never stored, so a tag to compare them by is work for nothing.
  app.disable('etag');
  app.set('trust proxy', behindProxy ? 1 : false);
  app.use(logged(parts));
  app.use(headers(options.hasTls));
  app.use(compression({ filter: (request, response) => !isStream(response) && compression.filter(request, response) }));
  app.use(['/v1', '/health'], (_request, response, next) => {
    response.setHeader('Cache-Control', 'no-store');
    next();
  });
  const guard = openGuard(options.guessLimits ?? GUESS_LIMITS);
  for (const route of routes) app[route.method](pathOf(route.path), handlerOf(route, parts, guard));
  app.get(STREAM_PATH, streamHandler(options));
  for (const [path, methods] of methodsByPath(routes)) app.all(path, otherMethod(methods));
  if (pages !== null) app.use(servePages(pages));
  app.use(() => {
    throw new IpntError('ROUTE_UNKNOWN');
  });
  app.use(answerProblem(parts));
  return app;
}

/** `/v1/agents/{agentId}` as express writes it. */
const pathOf = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const isStream = (response: Response): boolean => String(response.getHeader('Content-Type')).includes('event-stream');

function methodsByPath(routes: readonly Route[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, readonly string[]>([[STREAM_PATH, ['GET']]]);
  for (const { path, method } of routes)
    found.set(pathOf(path), [...(found.get(pathOf(path)) ?? []), method.toUpperCase()]);
  return found;
}

const otherMethod = (methods: readonly string[]) => (_request: Request, response: Response) => {
  response.setHeader('Allow', methods.join(', '));
  throw new IpntError('METHOD_UNKNOWN');
};

/**
 * Nothing from elsewhere runs or is shown, and nobody frames us. Styles that scripts set (plots) are allowed by that, those in attributes of HTML
 * are not. What browsers heed with TLS alone is said with TLS alone.
 */
const headers = (hasTls: boolean) =>
  helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
      },
    },
    xFrameOptions: { action: 'deny' },
    strictTransportSecurity: hasTls && { maxAge: 31_536_000, includeSubDomains: false },
    crossOriginOpenerPolicy: hasTls,
    originAgentCluster: hasTls,
  });

/** The path of the route, and not what was asked for: addresses hold numbers of callers. */
const logged =
  ({ clock, log }: ApiParts) =>
  (request: Request, response: Response, next: NextFunction): void => {
    const startMs = clock.monoMs();
    response.once('finish', () => {
      const durMs = Math.round(clock.monoMs() - startMs);
      const path = (request.route as { path?: string } | undefined)?.path ?? 'a page or nothing';
      const line = `${request.method} ${path} ${response.statusCode}`;
      log.debug(line, { durMs });
      if (durMs > SLOW_MS && !isStream(response)) log.warn(`slow: ${line}`, { durMs });
    });
    next();
  };

const streamHandler =
  ({ parts, follow, closing }: ServerOptions) =>
  async (request: Request, response: Response): Promise<void> => {
    const { person, stillValid } = await admit(request, { right: 'look' }, parts);
    parseRequest({}, { params: {}, query: queryText(request), body: {} });
    // Express gives HEAD to GET: there would be nothing to follow, and no end.
    if (request.method === 'HEAD') return void response.setHeader('Content-Type', 'text/event-stream').end();
    follow({ person, request, response, stillValid, closing });
  };

/** The last in line: what handlers throw, as a problem. Ours are logged, theirs are not. Express tells it by its four arguments. */
const answerProblem =
  ({ log }: ApiParts) =>
  (thrown: unknown, request: Request, response: Response, _next: NextFunction): void => {
    const error = asOurs(thrown);
    const problem = problemOf(error);
    const what = `${request.method} ${(request.route as { path?: string } | undefined)?.path ?? request.path}`;
    if (problem.code === 'BUG')
      log.error(`a bug: ${what} failed`, {
        errCode: 'BUG',
        detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
      });
    else if (problem.status >= 500)
      log.warn(`${what} failed`, { errCode: problem.code, detail: error instanceof Error ? error.message : '' });
    if (response.headersSent) return void response.destroy();
    if (problem.code === 'NOT_LOGGED_IN') response.setHeader('WWW-Authenticate', 'Bearer');
    response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
  };
