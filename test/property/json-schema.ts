/** As much of JSON Schema as our OpenAPI document uses: what a value has against a schema, and values of a schema. */
import fc from 'fast-check';

export type Schema = Readonly<Record<string, unknown>>;

/** Says nothing of values. */
const WORDS = ['description', 'title', 'examples', 'default', '$ref', 'required', 'additionalProperties'];

/** `where: what` for all that the schema does not allow; empty: nothing. Throws at words that it does not know: nobody would check them. */
export function faultsOf(schema: Schema, value: unknown, document: Schema, at = '$'): string[] {
  const faults = '$ref' in schema ? faultsOf(refOf(schema, document), value, document, at) : [];
  for (const [word, wanted] of Object.entries(schema)) {
    if (WORDS.includes(word)) continue;
    const check = CHECKS[word];
    if (check === undefined) throw new Error(`${at}: who checks "${word}"?`);
    faults.push(...check(wanted, value, (inner, part, name = '') => faultsOf(inner, part, document, at + name)));
    if (!simple(word, wanted, value)) faults.push(`${at}: ${word} ${JSON.stringify(wanted)}, not ${shown(value)}`);
  }
  return isObject(value) ? [...faults, ...keyFaults(schema, value, document, at)] : faults;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const shown = (value: unknown): string => (JSON.stringify(value) ?? 'nothing').slice(0, 200);

export function refOf(schema: Schema, document: Schema): Schema {
  if (typeof schema['$ref'] !== 'string') return schema;
  const found = schema['$ref'].slice(2).split('/');
  return found.reduce<Schema>((node, key) => node[key] as Schema, document);
}

type Inner = (schema: Schema, value: unknown, name?: string) => string[];
const leaf = (): string[] => [];

/** Words that hold further schemas; the others are `simple`. */
const CHECKS: Readonly<Record<string, (wanted: unknown, value: unknown, inner: Inner) => string[]>> = {
  ...Object.fromEntries(['type', 'enum', 'const', 'pattern', 'minLength', 'maxLength'].map((word) => [word, leaf])),
  ...Object.fromEntries(['minimum', 'maximum', 'exclusiveMinimum', 'maxItems'].map((word) => [word, leaf])),
  anyOf: someOf,
  oneOf: someOf,
  items: (wanted, value, inner) =>
    Array.isArray(value) ? value.flatMap((item, index) => inner(wanted as Schema, item, `.${index}`)) : [],
  propertyNames: (wanted, value, inner) =>
    isObject(value) ? Object.keys(value).flatMap((key) => inner(wanted as Schema, key, `.${key}`)) : [],
  properties: (wanted, value, inner) =>
    isObject(value)
      ? Object.entries(wanted as Record<string, Schema>).flatMap(([key, of]) =>
          Object.hasOwn(value, key) ? inner(of, value[key], `.${key}`) : [],
        )
      : [],
};

function someOf(wanted: unknown, value: unknown, inner: Inner): string[] {
  const tried = (wanted as Schema[]).map((one) => inner(one, value));
  return tried.some((faults) => faults.length === 0) ? [] : [...tried].sort((a, b) => a.length - b.length)[0]!;
}

function keyFaults(schema: Schema, value: Record<string, unknown>, document: Schema, at: string): string[] {
  const { required = [], properties = {} } = schema as { readonly required?: string[]; readonly properties?: object };
  const others = schema['additionalProperties'];
  const missing = required.filter((key) => !Object.hasOwn(value, key));
  const extra = Object.keys(value).filter((key) => !Object.hasOwn(properties, key));
  return [
    ...missing.map((key) => `${at}.${key}: is missing`),
    ...extra.flatMap((key) =>
      others === false
        ? [`${at}.${key}: is too much`]
        : isObject(others)
          ? faultsOf(others, value[key], document, `${at}.${key}`)
          : [],
    ),
  ];
}

function simple(word: string, wanted: unknown, value: unknown): boolean {
  const most = wanted as number;
  switch (word) {
    case 'type':
      return [wanted].flat().some((one) => one === typeOf(value) || (one === 'number' && typeof value === 'number'));
    case 'enum':
      return (wanted as unknown[]).includes(value);
    case 'const':
      return value === wanted;
    case 'pattern':
      return typeof value !== 'string' || new RegExp(wanted as string, 'u').test(value);
    case 'minLength':
      return typeof value !== 'string' || value.length >= most;
    case 'maxLength':
      return typeof value !== 'string' || value.length <= most;
    case 'maxItems':
      return !Array.isArray(value) || value.length <= most;
    case 'minimum':
      return typeof value !== 'number' || value >= most;
    case 'exclusiveMinimum':
      return typeof value !== 'number' || value > most;
    case 'maximum':
      return typeof value !== 'number' || value <= most;
    default:
      return true;
  }
}

const typeOf = (value: unknown): string => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
};

/** Values worth trying under a name. */
export type Words = (name: string) => readonly unknown[];

/** Values that a schema of a request allows; mostly words, where there are some that fit. */
export function valuesOf(schema: Schema, name: string, document: Schema, wordsFor: Words): fc.Arbitrary<unknown> {
  const words = wordsFor(name).filter((word) => faultsOf(schema, word, document).length === 0);
  const any = anyOf(schema, name, document, wordsFor);
  return words.length === 0 ? any : fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...words) }, any);
}

function anyOf(schema: Schema, name: string, document: Schema, wordsFor: Words): fc.Arbitrary<unknown> {
  const inner = (one: Schema, of = name) => valuesOf(one, of, document, wordsFor);
  const { type, minimum, maximum, minLength = 0, maxLength = 300 } = schema as Record<string, number | undefined>;
  if ('$ref' in schema) return inner(refOf(schema, document));
  if (Array.isArray(schema['enum'])) return fc.constantFrom(...(schema['enum'] as unknown[]));
  if (Array.isArray(schema['anyOf'])) return fc.oneof(...(schema['anyOf'] as Schema[]).map((one) => inner(one)));
  switch (type as unknown) {
    case 'object': {
      const { properties = {}, required = [] } = schema as { properties?: Record<string, Schema>; required?: string[] };
      const model = Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, inner(one, key)]));
      return fc.record(model, { requiredKeys: required });
    }
    case 'array':
      return fc.array(inner(schema['items'] as Schema), { maxLength: 4 });
    case 'integer':
      return fc.integer({ min: minimum ?? 0, max: Math.min(maximum ?? 1_000, 2 ** 53 - 1) });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    default:
      return typeof schema['pattern'] === 'string'
        ? fc.stringMatching(new RegExp(schema['pattern']))
        : fc.string({ minLength, maxLength: Math.min(maxLength, 300), unit: 'grapheme' });
  }
}
