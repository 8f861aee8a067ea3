/** A request's parts, parsed by the schemas of its route: all faults at once. */
import { z } from 'zod';
import { faultOf, RequestInvalid } from './problems.ts';
import type { RequestFault } from './problems.ts';
import type { Route } from './route.ts';

/** What a request brings, as express gives it. */
export interface Raw {
  readonly params: unknown;
  /** As it stands in the address, without the question mark. */
  readonly query: string;
  readonly body: unknown;
}

export interface Parsed {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

/** Parses all three. Throws RequestInvalid with every fault of all of them. */
export function parseRequest(route: Pick<Route, 'params' | 'query' | 'body'>, raw: Raw): Parsed {
  const faults: RequestFault[] = [];
  const part = (schema: z.ZodType | undefined, input: unknown, root: string): unknown => {
    if (schema === undefined) return {};
    const strange = [...unwritable(input, root), ...unknownKeys(schema, input, root)];
    const read = schema.safeParse(input, { reportInput: true });
    faults.push(...firstByPath([...strange, ...(read.error?.issues ?? []).flatMap((issue) => faultOf(issue, root))]));
    return read.data;
  };
  const query = queryOf(raw.query, faults);
  const parsed = {
    params: part(route.params, { ...(raw.params as object) }, 'path'),
    query: part(route.query ?? NOTHING, query, 'query'),
    body: part(route.body, raw.body ?? {}, 'body'),
  };
  if (faults.length > 0) throw new RequestInvalid(faults.slice(0, MOST_FAULTS));
  return parsed;
}

const NOTHING = z.strictObject({});
/** More are of no use to anybody. */
const MOST_FAULTS = 50;

/** The first fault of each place, and not more than are told: a body may have a hundred thousand keys, and whoever sends it no login. */
function firstByPath(found: readonly RequestFault[]): readonly RequestFault[] {
  const first = new Map<string, RequestFault>();
  for (const fault of found) {
    if (first.size === MOST_FAULTS) break;
    if (!first.has(fault.path)) first.set(fault.path, fault);
  }
  return [...first.values()];
}

/** A name given twice is a mistake or a trick: which one counts must not be a question. */
function queryOf(text: string, faults: RequestFault[]): Readonly<Record<string, string>> {
  const asked = new URLSearchParams(text);
  const found = new Map<string, string>();
  for (const [name, value] of asked) {
    if (found.has(name)) faults.push({ path: `query.${name}`, message: 'is given twice', cure: 'give it once' });
    found.set(name, value);
  }
  return Object.fromEntries(found);
}

/** Unknown keys are refused at the top, whether the schema is strict or not: a filter with a slip in it would let through everything. */
function unknownKeys(schema: z.ZodType, input: unknown, root: string): RequestFault[] {
  const shape = shapeOf(schema);
  if (shape === null || typeof input !== 'object' || input === null || Array.isArray(input)) return [];
  const known = Object.keys(shape);
  return Object.keys(input)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      path: `${root}.${key}`,
      message: 'is not known here',
      cure: known.length === 0 ? 'leave it out' : `known here: ${known.join(', ')}`,
    }));
}

/** The keys of an object schema, also where it is refined or transformed; null for all others. */
export function shapeOf(schema: z.ZodType): Readonly<Record<string, z.ZodType>> | null {
  if (schema instanceof z.ZodPipe) return shapeOf(schema.in as z.ZodType);
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) return shapeOf(schema.unwrap() as z.ZodType);
  return schema instanceof z.ZodObject ? (schema.shape as Readonly<Record<string, z.ZodType>>) : null;
}

/** NUL and halves of characters: no database keeps them as they are, and nobody means them. */
const UNWRITABLE = /\0|\p{Surrogate}/u;

function unwritable(input: unknown, path: string, depth = 0): RequestFault[] {
  const fault = (message: string): RequestFault[] => [{ path, message, cure: 'leave it out' }];
  if (depth > 20) return fault('is nested too deep');
  if (typeof input === 'string') return UNWRITABLE.test(input) ? fault('has a character that is none') : [];
  if (typeof input !== 'object' || input === null) return [];
  return Object.entries(input).flatMap(([key, value]) =>
    UNWRITABLE.test(key) ? fault('has a key that is none') : unwritable(value, `${path}.${key}`, depth + 1),
  );
}
