/** One operation from request to answer: who, from where, whether he may, what he asks for, what is recorded. */
import express from 'express';
import type { Request, Response } from 'express';
import { ERRORS, IpntError } from '../../core/errors.ts';
import type { Timer } from '../../ports/clock.ts';
import { parseRequest } from './asking.ts';
import { actionOf, auditDetail, record } from './audit.ts';
import { demand } from './demand.ts';
import type { Guard } from './guess-limits.ts';
import type { ApiParts, Asked, Route } from './route.ts';
import { through } from './through.ts';
import { checkOrigin, identify, loginCookie, NOBODY } from './who.ts';
import type { Identity } from './who.ts';

const BODY_LIMIT = '1mb';
/** Of whoever is not logged in: parsing and refusing 1 MB takes a second. */
const OPEN_BODY_LIMIT = '16kb';
/** The slowest are commands, which end after 6.5 s. */
const ANSWER_WITHIN_MS = 30_000;

const jsonBody = express.json({ limit: BODY_LIMIT, type: 'application/json' });
const openBody = express.json({ limit: OPEN_BODY_LIMIT, type: 'application/json' });
const yamlBody = express.text({ limit: BODY_LIMIT, type: 'text/yaml' });

/** Who asks, where he may: throws NOT_LOGGED_IN, ORIGIN_REFUSED or NOT_ALLOWED. */
export async function admit(
  request: Request,
  route: Pick<Route, 'right' | 'isOpen'>,
  { store }: Pick<ApiParts, 'store'>,
): Promise<Identity> {
  if (route.isOpen === true) {
    checkOrigin(request, true);
    return { person: NOBODY, via: 'login', stillValid: () => Promise.resolve(true) };
  }
  const identity = await identify(request, store);
  if (identity === null) throw new IpntError('NOT_LOGGED_IN');
  if (identity.via === 'login') checkOrigin(request, false);
  if (route.right !== null) demand(identity, route.right);
  return identity;
}

/** The handler of express for a route. What it throws goes to the server's error handler. */
export const handlerOf =
  (route: Route, parts: ApiParts, guard: Guard) =>
  async (request: Request, response: Response): Promise<void> => {
    const { person, via } = await admit(request, route, parts);
    const body = await bodyOf(request, response, route);
    if (route.isGuessable === true) await guard(request, response, person.name || nameIn(body));
    const parsed = parseRequest(route, { params: request.params, query: queryText(request), body });
    const address = request.ip ?? '';
    const cookie = via === 'login' ? { cookie: loginCookie(request, response) } : {};
    const asked: Asked<unknown, unknown, unknown> = { person, via, address, ...cookie, ...parsed };
    const answer = await runAudited(route, asked, parts);
    if (route.answer === null) response.status(204).end();
    else response.json(answer);
  };

/** As it stands in the address. */
export const queryText = ({ originalUrl }: Request): string => originalUrl.split('?').slice(1).join('?');

/** As it stands in a body that nobody has checked. */
const nameIn = (body: unknown): string => {
  const name: unknown = typeof body === 'object' && body !== null && 'name' in body ? body.name : '';
  return typeof name === 'string' ? name.slice(0, 100) : '';
};

/** The body, read only now: whoever may not has nothing of his read. `{}` where there is none. */
async function bodyOf(request: Request, response: Response, route: Route): Promise<unknown> {
  if (route.body === undefined) return {};
  const types = ['application/json', ...(route.takesYaml === true ? ['text/yaml'] : [])];
  const type = request.headers['content-length'] === '0' ? null : request.is(types);
  if (type === null) return {};
  if (type === false) throw new IpntError('BODY_NOT_JSON');
  const parse = type === 'text/yaml' ? yamlBody : route.isOpen === true ? openBody : jsonBody;
  await through(parse, request, response);
  return type === 'text/yaml' ? { text: request.body as unknown } : (request.body as unknown);
}

/** Runs it, and records a change: when it was made, and when nobody knows whether it was. */
async function runAudited(route: Route, asked: Asked<unknown, unknown, unknown>, parts: ApiParts): Promise<unknown> {
  const { audit } = route;
  try {
    const answer = await inTime(route.run(asked, parts), parts);
    if (audit !== undefined)
      await record(asked, parts, actionOf(audit, asked), audit.target(asked), auditDetail(audit, asked, answer));
    return answer;
  } catch (error) {
    const refused = error instanceof IpntError && ERRORS[error.code].httpStatus < 500;
    if (audit !== undefined && !refused) {
      const code = error instanceof IpntError ? error.code : 'BUG';
      await record(
        asked,
        parts,
        actionOf(audit, asked),
        audit.target(asked),
        `nobody knows whether it was done: ${code}`,
      );
    }
    throw error;
  }
}

async function inTime<T>(work: Promise<T>, { clock }: ApiParts): Promise<T> {
  let timer: Timer | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = clock.after(ANSWER_WITHIN_MS, () => reject(new IpntError('ANSWER_LATE')));
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    timer?.cancel();
  }
}
