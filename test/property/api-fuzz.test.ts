/**
 * The API, asked at random by everybody for everything that its own OpenAPI document tells of: over a real listener, of a store in memory. The
 * document is what is believed: answers are held against it, and so is what must be refused.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiOf } from '../../src/apps/api/openapi.ts';
import { ROUTES } from '../../src/apps/api/routes.ts';
import type { CallFact } from '../../src/core/model/call.ts';
import { refusal } from '../../src/core/model/person.ts';
import type { Right } from '../../src/core/model/person.ts';
import type { Log } from '../../src/ports/log.ts';
import { noLog } from '../../src/runtime/log.ts';
import { hashPassword } from '../../src/runtime/password.ts';
import { openWorld, PASSWORD, personOf } from '../unit/apps/api/api-world.ts';
import type { World } from '../unit/apps/api/api-world.ts';
import { ROUTING, rulesOf } from '../unit/apps/api/resources/desk.ts';
import { arrived, candidate, decided } from '../unit/core/explain/explain-world.ts';
import { openAskers } from './api-askers.ts';
import type { Asker } from './api-askers.ts';
import { LATEST, operationsOf, wishes, wrongs } from './api-requests.ts';
import type { Operation, Wish } from './api-requests.ts';
import { faultsOf } from './json-schema.ts';
import type { Schema } from './json-schema.ts';

/** Known here already: tests have names before anything listens. The document asked for must be the same. */
const OPERATIONS = operationsOf(openApiOf(ROUTES, '1.2.3') as Schema);
const RUNS = 80;
/** Of what looks at a password, which costs a tenth of a second. */
const SLOW_RUNS = 45;

const bugs: string[] = [];
const log: Log = { ...noLog, error: (message, fields) => void bugs.push(`${message}: ${fields?.detail ?? ''}`) };

const [ANI, NAME, CUSTOMER] = ['+33142345678', 'Mme Martin', 'cust-4711'];
const SECRETS = [ANI.slice(3), NAME, CUSTOMER];

let world: World;
let document: Schema;
let askers: readonly Asker[];
let passwordHash: string;
const granted = new Map<string, number>();
const cursors: { readonly id: string; readonly cursor: string }[] = [];

beforeAll(async () => {
  const guessLimits = { windowMs: 60_000, failuresByAddress: 1e9, failuresByName: 1e9 };
  world = await openWorld({ log, guessLimits, isStreaming: true });
  document = (await world.asks(await world.session('viewer'), 'GET', '/v1/openapi.json')).body as Schema;
  passwordHash = await hashPassword(PASSWORD);
  const customer = { customerId: CUSTOMER, name: NAME, priority: 0, requirement: '', preferred: [], attributes: {} };
  await world.store.importCustomers([{ ...customer, numbers: [ANI] }]);
  const found: CallFact = {
    kind: 'customerFound',
    source: 'crm',
    customerId: CUSTOMER,
    name: NAME,
    tookMs: 3,
    problem: '',
  };
  const chosen = decided({ winner: candidate('berlin/PJSIP/1001', 'Anna', 1, 5_000) });
  for (const callId of ['c1', 'c2', 'c3'])
    await world.store.appendCallEvents(
      [arrived, found, chosen].map((fact, seq) => ({ callId, seq, atMs: 500 + seq, fact })),
    );
  askers = await openAskers(world);
});
afterAll(() => world.close());

/** Whatever was changed or removed is there again; what stands for something is it. */
async function ready({ path, query, cursor, ...rest }: Wish): Promise<Wish> {
  const { store } = world;
  if ((await store.user('victim')) === null)
    await store.addUser({ ...personOf('viewer', { name: 'victim' }), passwordHash, isDisabled: false });
  await store.removeUser('eve');
  if ((await store.loadRouting()).services.length < 2) {
    await store.applyRouting(rulesOf(ROUTING), 'test');
    await world.parts.live.refresh();
  }
  const latest: Readonly<Record<string, string>> = {
    [LATEST.tokenId]: (await store.tokens()).at(-1)?.tokenId ?? 'none',
    [LATEST.commandId]: (await store.commands({ limit: 1 }))[0]?.commandId ?? 'none',
  };
  const known = cursor === null ? undefined : cursors.at(-1 - cursor);
  return {
    ...{ ...rest, cursor: known === undefined ? null : cursor },
    path: Object.fromEntries(Object.entries(path).map(([name, value]) => [name, latest[value] ?? value])),
    query: known === undefined ? query : [...query.filter(([name]) => name !== 'cursor'), ['cursor', known.cursor]],
  };
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

async function send(asker: Asker, { method, path }: Operation, wish: Wish): Promise<Answer> {
  const target = path.replaceAll(/\{(\w+)\}/g, (_all, name: string) => encodeURIComponent(wish.path[name] ?? ''));
  const query = new URLSearchParams(wish.query.map(([name, value]) => [name, value] as [string, string])).toString();
  const headers = { ...(await asker.headers()), ...wish.body?.headers };
  const address = `${world.url}${target}${query === '' ? '' : `?${query}`}`;
  const body = wish.body === null ? {} : { body: wish.body.sent };
  const answer = await fetch(address, { method, headers, ...body, redirect: 'error' });
  const type = answer.headers.get('content-type') ?? '';
  return {
    status: answer.status,
    type,
    text: type.startsWith('text/event-stream') ? await firstOf(answer) : await answer.text(),
  };
}

/** The stream is closed as soon as it says something. */
async function firstOf(answer: Response): Promise<string> {
  const reader = answer.body!.getReader();
  let text = '';
  for (let done = false; !done && !text.includes('event: snapshot');) {
    const read = await reader.read();
    text += new TextDecoder().decode(read.value);
    done = read.done;
  }
  await reader.cancel();
  return text;
}

/** Addresses that are longer may be refused before anything of ours sees them. */
const LONG_ADDRESS = 8_000;
const TOO_LONG = 431;

/** What an answer has against the document. */
function answerFaults({ responses }: Operation, wish: Wish, { status, type, text }: Answer): string[] {
  if (status === TOO_LONG && encodeURIComponent(JSON.stringify([wish.path, wish.query])).length > LONG_ADDRESS)
    return [];
  const listed = responses[status];
  if (listed === undefined) return [`${status} is not listed`];
  if (status >= 500) return [`${status}`];
  if (listed.content === undefined) return text === '' ? [] : ['an answer where none is listed'];
  const [kind = ''] = type.split(';');
  const content = listed.content[kind];
  if (content === undefined) return [`"${type}" is not listed`];
  if (kind === 'text/event-stream') return text.includes('event: snapshot') ? [] : ['no snapshot'];
  const value = JSON.parse(text) as { readonly status?: number; readonly code?: string };
  const faults = faultsOf(content.schema, value, document);
  if (status < 400) return faults;
  if (value.status !== status) faults.push(`says ${value.status}`);
  if (!listed.description.includes(`\`${value.code}\``)) faults.push(`${value.code} is not listed`);
  return faults;
}

/** How an asker must be turned away, whatever he wants; null: he need not be. */
function turnedAway({ person, isElsewhere }: Asker, { right, isOpen, method }: Operation): number | null {
  if (isElsewhere === true && method !== 'GET') return 403;
  if (isOpen) return null;
  if (person === null) return 401;
  return right !== null && refusal(person, right as Right) !== null ? 403 : null;
}

/** What he may in general, and not with what this request touches. */
function outOfReach({ person }: Asker, { path, right }: Operation, wish: Wish): boolean {
  const { agentId, service } = wish.path;
  if (person === null || person.role === 'admin' || person.role === 'viewer') return false;
  if (person.role === 'agent') return agentId !== undefined && agentId !== person.agentId;
  if (right === 'change_service') return !person.services.includes('*') && !person.services.includes(service ?? '');
  if (!path.endsWith('/commands') || agentId === undefined) return false;
  return !person.sites.includes('*') && !person.sites.includes(agentId.split('/')[0] ?? '');
}

function told({ person }: Asker, wish: Wish, { text }: Answer): string[] {
  if (person !== null && refusal(person, 'see_callers') === null) return [];
  const own = JSON.stringify([wish.path, wish.query, wish.body?.sent]);
  return SECRETS.filter((secret) => text.includes(secret) && !own.includes(secret));
}

async function ask(asker: Asker, operation: Operation, wish: Wish): Promise<void> {
  const bad = wrongs(wish, operation, document);
  const cursor = new Map(wish.query).get('cursor');
  const isForeign = cursors.some((one) => one.cursor === cursor && one.id !== operation.id);
  const answer = await send(asker, operation, wish);
  const isGranted = answer.status < 400;
  const faults = answerFaults(operation, wish, answer);
  const status = turnedAway(asker, operation);
  if (status !== null && answer.status !== TOO_LONG && answer.status !== status)
    faults.push(`must be turned away with ${status}`);
  if (isGranted && bad.length > 0) faults.push('must be refused', ...bad);
  if (isGranted && isForeign) faults.push('must be refused: the cursor of another list');
  if (isGranted && outOfReach(asker, operation, wish)) faults.push('is out of his reach');
  faults.push(...told(asker, wish, answer).map((secret) => `tells ${secret}`), ...bugs.splice(0));
  const sent = `${asker.title}: ${operation.id} ${JSON.stringify(wish).slice(0, 1_500)}`;
  if (faults.length > 0)
    expect.fail(`${faults.slice(0, 10).join('\n')}\n${sent}\n${answer.status} ${answer.text.slice(0, 1_000)}`);
  if (!isGranted) return;
  granted.set(operation.id, (granted.get(operation.id) ?? 0) + 1);
  const next = answer.type.startsWith('application/json') ? (JSON.parse(answer.text) as { next?: unknown }).next : null;
  if (typeof next === 'string') cursors.push({ id: operation.id, cursor: next });
}

describe('the API, asked at random', () => {
  it('is asked for all that its document tells of', () => {
    expect(operationsOf(document)).toEqual(expect.arrayContaining([...OPERATIONS]));
    expect(OPERATIONS.length).toBeGreaterThanOrEqual(ROUTES.length);
  });

  it.each(OPERATIONS.map((operation, index) => [operation.id, operation, index] as const))(
    '%s: no bug, no answer that is not listed, nothing without rights',
    async (_id, operation, seed) => {
      const who = fc.oneof(
        fc.constantFrom(...askers),
        fc.constantFrom(
          ...askers.filter(({ person, isElsewhere }) => person?.role === 'admin' && isElsewhere !== true),
        ),
      );
      const property = fc.asyncProperty(who, wishes(operation, document), async (asker, wish) =>
        ask(asker, operation, await ready(wish)),
      );
      await fc.assert(property, {
        seed,
        numRuns: /login|password/.test(operation.path) ? SLOW_RUNS : RUNS,
        endOnFailure: true,
      });
    },
  );

  it('grants something of each', () => {
    expect(OPERATIONS.map(({ id }) => id).filter((id) => !granted.has(id))).toEqual([]);
  });
});
