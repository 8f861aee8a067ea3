/**
 * The OpenAPI document, made from the table of routes. Zod 4 turns its schemas into JSON Schema by itself (`z.toJSONSchema`), and OpenAPI 3.1
 * takes JSON Schema as it is: what a further package would add is the little that stands here.
 */
import { z } from 'zod';
import { ERRORS } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';
import { shapeOf } from './asking.ts';
import { route } from './route.ts';
import type { Route } from './route.ts';
import { boardChangeShape, boardSnapshotShape } from './shapes/board.ts';
import { STREAM_PATH } from './stream-path.ts';
import { COOKIE } from './who.ts';

export type Json = { readonly [key: string]: unknown };

/** `/v1/openapi.json`: of all these routes, and of itself. */
export function withOpenApi(routes: readonly Route[], version: string): readonly Route[] {
  let document: Json | null = null;
  const own: Route = route({
    ...{ method: 'get', path: '/v1/openapi.json', tag: 'This document', right: null },
    summary: 'This document.',
    answer: z.record(z.string(), z.unknown()),
    run: () => Promise.resolve((document ??= openApiOf(all, version))),
  });
  const all: readonly Route[] = [...routes, own];
  return all;
}

export function openApiOf(routes: readonly Route[], version: string): Json {
  const schemas = new Schemas();
  const paths: Record<string, Record<string, Json>> = { [STREAM_PATH]: { get: streamOperation(schemas) } };
  for (const one of routes) (paths[one.path] ??= {})[one.method] = operationOf(one, schemas);
  return {
    openapi: '3.1.1',
    info: {
      ...{ title: 'ipnt', version, license: { name: 'MIT', identifier: 'MIT' } },
      description: 'Routes calls to the best agent of any connected call centre. Times are epoch ms, durations ms.',
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { Problem: PROBLEM, ...schemas.components },
      securitySchemes: {
        login: { type: 'apiKey', in: 'cookie', name: COOKIE, description: 'Set by POST /v1/login.' },
        token: { type: 'http', scheme: 'bearer', description: 'For programs: `ipnt token add`, or POST /v1/tokens.' },
      },
    },
  };
}

const PROBLEM: Json = {
  type: 'object',
  description: 'What went wrong, where, and what to do about it (RFC 9457).',
  required: ['type', 'title', 'status', 'detail', 'code', 'cure'],
  properties: {
    type: { type: 'string', description: 'One URN a code.' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    code: { type: 'string', enum: Object.keys(ERRORS) },
    cure: { type: 'string', description: 'What to do about it.' },
    where: { type: 'string', description: 'The place: a part of the request, a line of a file.' },
    faults: {
      type: 'array',
      items: {
        type: 'object',
        required: ['path', 'message', 'cure'],
        properties: { path: { type: 'string' }, message: { type: 'string' }, cure: { type: 'string' } },
        additionalProperties: false,
      },
    },
  },
  additionalProperties: false,
};

/** Of every answer that is a problem. */
const problemContent = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

function operationOf(one: Route, schemas: Schemas): Json {
  const parameters = [...parametersOf(one.params, 'path', schemas), ...parametersOf(one.query, 'query', schemas)];
  return {
    operationId: operationId(one),
    tags: [one.tag],
    summary: one.summary,
    ...(one.right !== null && { description: `Right: \`${one.right}\`.` }),
    security: one.isOpen === true ? [] : [{ login: [] }, { token: [] }],
    ...(parameters.length > 0 && { parameters }),
    ...(one.body !== undefined && { requestBody: bodyOf(one, one.body, schemas) }),
    responses: {
      ...(one.answer === null
        ? { 204: { description: 'Done.' } }
        : {
            200: {
              description: 'Done.',
              content: { 'application/json': { schema: schemas.of(one.answer, 'output') } },
            },
          }),
      ...problemsOf(codesOf(one)),
    },
  };
}

function bodyOf({ takesYaml }: Route, body: z.ZodType, schemas: Schemas): Json {
  const yaml = takesYaml === true && { 'text/yaml': { schema: { type: 'string' } } };
  return { required: true, content: { 'application/json': { schema: schemas.of(body, 'input') }, ...yaml } };
}

/** `GET /v1/agents/{agentId}` is getAgentsAgentId. */
const operationId = ({ method, path }: Pick<Route, 'method' | 'path'>): string =>
  method +
  path
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '' && word !== 'v1')
    .map((word) => word[0]?.toUpperCase() + word.slice(1))
    .join('');

function parametersOf(schema: z.ZodType | undefined, place: 'path' | 'query', schemas: Schemas): readonly Json[] {
  if (schema === undefined) return [];
  return Object.entries(shapeOf(schema) ?? {}).map(([name, inner]) => {
    const { description, ...rest } = schemas.of(inner, 'input');
    const required = place === 'path' || !inner.safeParse(undefined).success;
    return { name, in: place, required, ...(description !== undefined && { description }), schema: rest };
  });
}

/** The one operation that is no row of the table: its answer does not end. */
function streamOperation(schemas: Schemas): Json {
  // Named in the description: OpenAPI has no words for what each event of a stream is.
  for (const shape of [boardSnapshotShape, boardChangeShape]) schemas.of(shape, 'output');
  return {
    operationId: 'getStream',
    tags: ['Now'],
    summary: 'The board as it changes, as server-sent events.',
    description:
      'Right: `look`. First `event: snapshot` with a BoardSnapshot, then `event: change` with a BoardChange each; `id` is its `seq`. ' +
      'Who comes back with `Last-Event-ID` after some seconds gets the changes that he missed. ' +
      'A client that falls behind gets a snapshot anew, or is cut off.',
    security: [{ login: [] }, { token: [] }],
    responses: {
      200: { description: 'Events, without end.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      ...problemsOf(['REQUEST_INVALID', 'NOT_LOGGED_IN', 'NOT_ALLOWED', 'DATABASE_DOWN', 'STREAM_FULL', 'BUG']),
    },
  };
}

/** Every code that a route may answer with: its own, and those of its kind. */
export function codesOf(one: Route): readonly ErrorCode[] {
  const isChange = one.method !== 'get';
  const isPaged = one.query !== undefined && 'cursor' in (shapeOf(one.query) ?? {});
  return [
    ...(['REQUEST_INVALID', 'BUG', 'DATABASE_DOWN', 'ANSWER_LATE'] as const),
    ...(one.isOpen === true ? [] : (['NOT_LOGGED_IN'] as const)),
    ...(one.right === null ? [] : (['NOT_ALLOWED'] as const)),
    ...(isChange ? (['ORIGIN_REFUSED'] as const) : []),
    ...(one.body === undefined ? [] : (['BODY_TOO_LARGE', 'BODY_NOT_JSON'] as const)),
    ...(one.isGuessable === true ? (['TOO_MANY_LOGINS'] as const) : []),
    ...(isPaged ? (['CURSOR_INVALID'] as const) : []),
    ...(one.errors ?? []),
  ];
}

/** The answers by status: several codes may share one. */
function problemsOf(codes: readonly ErrorCode[]): Json {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { httpStatus } = ERRORS[code];
    byStatus.set(httpStatus, [...(byStatus.get(httpStatus) ?? []), code]);
  }
  const words = (code: ErrorCode): string => `\`${code}\`: ${ERRORS[code].message}.`;
  const entries = [...byStatus].sort(([a], [b]) => a - b);
  return Object.fromEntries(
    entries.map(([status, some]) => [status, { description: some.map(words).join(' '), content: problemContent }]),
  );
}

/** JSON Schemas of zod's; those that have a name (`meta({ id })`) are written once, as components. */
class Schemas {
  readonly components: Record<string, Json> = {};

  of(schema: z.ZodType, io: 'input' | 'output'): Json {
    const {
      $schema: _schema,
      $defs = {},
      ...root
    } = z.toJSONSchema(schema, { io, unrepresentable: 'any' }) as Json & {
      readonly $defs?: Readonly<Record<string, Json>>;
    };
    const names = new Map(Object.entries($defs).map(([id, inner]) => [id, this.name(id, inner, io)]));
    for (const [id, inner] of Object.entries($defs))
      this.components[names.get(id) ?? id] = renamed(inner, names) as Json;
    return renamed(root, names) as Json;
  }

  /** What goes in may differ from what comes out of the same name: then it has one of its own. */
  private name(id: string, { additionalProperties: _open, ...inner }: Json, io: 'input' | 'output'): string {
    if (io === 'output') return id;
    const known = this.components[id];
    if (known === undefined) return `${id}Input`;
    const { additionalProperties: _closed, ...same } = known;
    return JSON.stringify(same) === JSON.stringify(inner) ? id : `${id}Input`;
  }
}

const DEFS = '#/$defs/';

function renamed(node: unknown, names: ReadonlyMap<string, string>): unknown {
  if (Array.isArray(node)) return node.map((inner) => renamed(inner, names));
  if (typeof node !== 'object' || node === null) return node;
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => {
      if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(DEFS)) return [key, renamed(value, names)];
      const id = value.slice(DEFS.length);
      return [key, `#/components/schemas/${names.get(id) ?? id}`];
    }),
  );
}
