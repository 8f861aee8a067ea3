/** An OpenAPI document as a page tells it: operations by tag, with what goes in and comes out as flat rows. Pure and total. */
import { ERRORS } from '../../core/errors.ts';
import type { ErrorCode } from '../../core/errors.ts';

export interface FieldRow {
  /** `items[].callId` */
  readonly name: string;
  /** `text`, `whole number`, `list`, `one of answered, abandoned`. */
  readonly type: string;
  readonly isRequired: boolean;
  readonly says: string;
}

export interface ErrorRow {
  readonly status: string;
  readonly code: string;
  readonly message: string;
  readonly cure: string;
}

export interface Operation {
  readonly method: string;
  readonly path: string;
  readonly summary: string;
  readonly says: string;
  /** The name of a right; '' for whoever is logged in. */
  readonly right: string;
  /** Without a login. */
  readonly isOpen: boolean;
  readonly parameters: readonly FieldRow[];
  readonly body: readonly FieldRow[];
  readonly answer: readonly FieldRow[];
  readonly errors: readonly ErrorRow[];
  /** A body that could be sent; null: none is. */
  readonly example: unknown;
}

export interface TagPart {
  readonly tag: string;
  readonly operations: readonly Operation[];
}

type Json = Readonly<Record<string, unknown>>;
const object = (value: unknown): Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
const list = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');

const METHODS = ['get', 'post', 'put', 'patch', 'delete'] as const;

export function readApi(document: unknown): readonly TagPart[] {
  const root = object(document);
  const schemas = object(object(root.components).schemas);
  const byTag = new Map<string, Operation[]>();
  for (const [path, item] of Object.entries(object(root.paths)))
    for (const method of METHODS) {
      const operation = object(object(item)[method]);
      if (Object.keys(operation).length === 0) continue;
      const tag = text(list(operation.tags)[0]) || 'Other';
      byTag.set(tag, [...(byTag.get(tag) ?? []), operationOf(method, path, operation, schemas)]);
    }
  return [...byTag].map(([tag, operations]) => ({ tag, operations }));
}

function operationOf(method: string, path: string, operation: Json, schemas: Json): Operation {
  const description = text(operation.description);
  const responses = Object.entries(object(operation.responses));
  const good = responses.find(([status]) => status.startsWith('2'))?.[1];
  const body = jsonSchema(operation.requestBody);
  return {
    ...{ method: method.toUpperCase(), path, summary: text(operation.summary) },
    right: /Right: `(\w+)`/.exec(description)?.[1] ?? '',
    says: description.replace(/Right: `\w+`\.\s*/, ''),
    isOpen: Array.isArray(operation.security) && operation.security.length === 0,
    parameters: list(operation.parameters).map((one) => parameterRow(object(one), schemas)),
    body: body === null ? [] : rowsOf(body, schemas),
    answer: rowsOf(jsonSchema(good) ?? {}, schemas),
    errors: responses.filter(([status]) => !status.startsWith('2')).flatMap(([status, one]) => errorRows(status, one)),
    example: body === null ? null : exampleOf(body, schemas, 0),
  };
}

function jsonSchema(holder: unknown): Json | null {
  const content = object(object(object(holder).content)['application/json']);
  return 'schema' in content ? object(content.schema) : null;
}

function parameterRow(parameter: Json, schemas: Json): FieldRow {
  const schema = resolved(object(parameter.schema), schemas);
  return {
    name: `${text(parameter.name)}${parameter.in === 'path' ? ' (in the path)' : ''}`,
    type: typeText(schema, schemas),
    isRequired: parameter.required === true,
    says: text(parameter.description) || text(schema.description),
  };
}

/** Codes stand in the description of an answer; what each means, and its cure, in our own table. */
function errorRows(status: string, response: unknown): ErrorRow[] {
  const codes = [...text(object(response).description).matchAll(/`([A-Z_]+)`/g)].map(([, code = '']) => code);
  return codes.map((code) => {
    const { message, cure } = code in ERRORS ? ERRORS[code as ErrorCode] : { message: '', cure: '' };
    return { status, code, message, cure };
  });
}

const MOST_DEPTH = 4;
const MOST_ROWS = 150;

function resolved(schema: Json, schemas: Json): Json {
  const name = text(schema.$ref).replace('#/components/schemas/', '');
  return name === '' ? schema : object(schemas[name]);
}

/** The choices of a schema, null left out. */
const choices = (schema: Json): readonly Json[] =>
  [...list(schema.anyOf), ...list(schema.oneOf)].map(object).filter((one) => one.type !== 'null');

/** One schema with its parts put together: what is nullable is what it is otherwise. */
function plain(given: Json, schemas: Json): Json {
  const schema = resolved(given, schemas);
  const parts = list(schema.allOf).map((one) => plain(object(one), schemas));
  if (parts.length > 0) {
    const properties = Object.assign({}, ...parts.map((one) => object(one.properties))) as Json;
    return { type: 'object', properties, required: parts.flatMap((one) => list(one.required)) };
  }
  const [only, ...others] = choices(schema);
  return only !== undefined && others.length === 0
    ? { ...plain(only, schemas), description: schema.description }
    : schema;
}

/** A type may stand in a list with `null`. */
const typeOf = (schema: Json): string => text(schema.type) || text(list(schema.type).find((one) => one !== 'null'));

/** All fields of a schema, those of fields behind a dot, those of lists behind `[]`. */
function rowsOf(given: Json, schemas: Json): readonly FieldRow[] {
  const rows: FieldRow[] = [];
  const visit = (inner: Json, prefix: string, depth: number): void => {
    const schema = plain(inner, schemas);
    if (depth > MOST_DEPTH || rows.length >= MOST_ROWS) return;
    if (typeOf(schema) === 'array') return visit(object(schema.items), `${prefix}[]`, depth + 1);
    const required = list(schema.required);
    for (const [name, field] of Object.entries(object(schema.properties))) {
      if (rows.length >= MOST_ROWS) return;
      const full = prefix === '' ? name : `${prefix}.${name}`;
      const says = text(object(field).description) || text(plain(object(field), schemas).description);
      rows.push({ name: full, type: typeText(object(field), schemas), isRequired: required.includes(name), says });
      visit(object(field), full, depth + 1);
    }
  };
  visit(given, '', 0);
  return rows;
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'text',
  integer: 'whole number',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  array: 'list',
};

function typeText(given: Json, schemas: Json): string {
  const outer = resolved(given, schemas);
  const isNullable =
    [...list(outer.anyOf), ...list(outer.oneOf)].some((one) => object(one).type === 'null') ||
    list(outer.type).includes('null');
  const schema = plain(given, schemas);
  const end = isNullable ? ' or null' : '';
  if ('const' in schema) return `${JSON.stringify(schema.const)}${end}`;
  const values = list(schema.enum);
  if (values.length > 0) return `one of ${values.map(String).join(', ')}${end}`;
  const several = choices(schema);
  if (several.length > 1) return `${[...new Set(several.map((one) => typeText(one, schemas)))].join(' or ')}${end}`;
  if (typeOf(schema) === 'array') return `list of ${typeText(object(schema.items), schemas)}${end}`;
  return `${TYPES[typeOf(schema)] ?? 'anything'}${end}`;
}

/** Something of that shape, made of examples and defaults where there are any. */
function exampleOf(given: Json, schemas: Json, depth: number): unknown {
  const schema = plain(given, schemas);
  const [example] = list(schema.examples);
  for (const known of [example, schema.default, schema.const, list(schema.enum)[0]])
    if (known !== undefined) return known;
  const [first] = choices(schema);
  if (first !== undefined) return exampleOf(first, schemas, depth + 1);
  const type = typeOf(schema);
  if (type === 'array') return [];
  if (type === 'integer' || type === 'number') return 0;
  if (type === 'boolean') return true;
  if (type !== 'object' || depth > MOST_DEPTH) return '';
  const required = list(schema.required);
  const fields = Object.entries(object(schema.properties));
  const wanted = fields.filter(([name]) => required.includes(name));
  return Object.fromEntries(
    (wanted.length > 0 ? wanted : fields).map(([name, field]) => [name, exampleOf(object(field), schemas, depth + 1)]),
  );
}

/** A command line that asks it; the token stands in the environment, so that it gets into no history. */
export function curlText(operation: Operation, origin: string): string {
  const { method, path, isOpen, example } = operation;
  const lines = [
    `curl${method === 'GET' ? '' : ` -X ${method}`}${path.endsWith('/stream') ? ' -N' : ''} '${origin}${path}'`,
    ...(isOpen ? [] : [`-H "Authorization: Bearer $IPNT_TOKEN"`]),
    ...(example === null
      ? []
      : [`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(example).replaceAll("'", String.raw`'\''`)}'`]),
  ];
  return lines.join(' \\\n  ');
}
