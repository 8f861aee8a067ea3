/** Asks the REST API. What goes wrong comes as a problem that says what happened and what to do about it. */

export interface Fault {
  readonly path: string;
  readonly message: string;
  readonly cure: string;
}

/** A problem of RFC 9457 with our code and cure; made here where no answer came. */
export interface Problem {
  readonly title: string;
  readonly detail: string;
  /** HTTP's; 0 where no answer came. */
  readonly status: number;
  /** Of the table of errors; '' where there is none. */
  readonly code: string;
  readonly cure: string;
  readonly faults: readonly Fault[];
}

export class ProblemError extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.detail === '' ? problem.title : `${problem.title}: ${problem.detail}`);
    this.problem = problem;
  }
}

const NO_ANSWER: Problem = {
  title: 'No answer',
  detail: 'The server does not answer.',
  status: 0,
  code: '',
  cure: 'Check the network, then try again. If others see the same, `ipnt api` may not be running.',
  faults: [],
};
const TOO_SLOW: Problem = { ...NO_ANSWER, detail: 'The server took too long to answer.', cure: 'Try again.' };
const ANSWER_WITHIN_MS = 20_000;

const text = (value: unknown): string => (typeof value === 'string' ? value : '');

/** Whoever reads a page has no command line before him: what he does about it instead. */
const PAGE_CURES: Readonly<Record<string, string>> = {
  CALL_UNKNOWN: 'look for it on the page of calls; calls of long ago are no longer kept',
  SERVICE_UNKNOWN: 'choose one on the page of services',
  SITE_UNKNOWN: 'load the page again: it may be called something else now',
  USER_EXISTS: 'choose another name, or change him',
  USER_UNKNOWN: 'load the page again: somebody may have removed him',
  TOKEN_UNKNOWN: 'load the page again: somebody may have removed it',
  SCHEMA_OLDER: 'ask an administrator to run `ipnt migrate`',
};

/** A fault as a form has it: without the place in a request, and without cures for whoever writes programs. */
function faultFrom(given: Record<string, unknown>): Fault {
  const cure = text(given['cure']);
  return {
    path: text(given['path']).replace(/^(body|query|path)\./, ''),
    message: text(given['message']),
    cure: cure.includes('/v1/') ? '' : cure,
  };
}

/** Total: whatever a server or a proxy before it sent becomes something to read. */
export function readProblem(status: number, body: unknown): Problem {
  const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  const faults = Array.isArray(given['faults']) ? (given['faults'] as Record<string, unknown>[]) : [];
  const code = text(given['code']);
  return {
    title: text(given['title']) || `The server answered ${status}`,
    // It tells all faults in a row; they are told one by one.
    detail: faults.length > 0 ? '' : text(given['detail']),
    status,
    code,
    cure:
      PAGE_CURES[code] ||
      text(given['cure']) ||
      (status >= 500 ? 'Try again; if it stays, an administrator finds more in the log of `ipnt api`.' : ''),
    faults: faults.map(faultFrom),
  };
}

/** What was thrown, as a problem to show. */
export function problemOf(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem;
  if (error instanceof DOMException && error.name === 'TimeoutError') return TOO_SLOW;
  // What fetch throws when nobody is there.
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) return NO_ANSWER;
  return { ...NO_ANSWER, title: 'Something went wrong on this page', detail: String(error), cure: 'Load it again.' };
}

let whenLoggedOut = (): void => {};

/** Called when the server says 401 to anything but a login: the session is over. */
export function onLoggedOut(handler: () => void): void {
  whenLoggedOut = handler;
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** `/v1/calls?limit=20`; what is undefined or '' is left out. */
export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(pairs.map(([key, value]) => [key, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Asks, and gives back the answer's JSON; undefined where it has none. Throws ProblemError. */
export async function ask<T>(method: Method, path: string, body?: unknown, signal?: AbortSignal): Promise<T> {
  const deadline = AbortSignal.timeout(ANSWER_WITHIN_MS);
  const answer = await fetch(path, {
    method,
    credentials: 'same-origin',
    // Without a body too: the API takes changes by a cookie as JSON alone, which other sites' forms cannot send.
    headers: method === 'GET' ? { accept: 'application/json' } : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
    signal: signal === undefined ? deadline : AbortSignal.any([signal, deadline]),
  });
  const content = await answer.text();
  const json = parsed(content);
  if (answer.ok) return json as T;
  if (answer.status === 401 && path !== '/v1/login') whenLoggedOut();
  throw new ProblemError(readProblem(answer.status, json));
}

function parsed(content: string): unknown {
  if (content === '') return undefined;
  try {
    return JSON.parse(content);
  } catch {
    return undefined;
  }
}

export const get = <T>(path: string, query?: Query, signal?: AbortSignal): Promise<T> =>
  ask<T>('GET', address(path, query), undefined, signal);

/** A page of a list. `next` asks for the page after it: `get(path, {...same query, cursor: next})`. */
export interface Listing<T> {
  readonly items: readonly T[];
  readonly next: string | null;
}
