/** Requests to each operation of an OpenAPI document, right and wrong ones, and what the document says of them. */
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { PASSWORD } from '../unit/apps/api/api-world.ts';
import { ROUTING } from '../unit/apps/api/resources/desk.ts';
import { faultsOf, refOf, valuesOf } from './json-schema.ts';
import type { Schema, Words } from './json-schema.ts';

export interface Operation {
  readonly id: string;
  readonly method: string;
  readonly path: string;
  /** Null: whoever is logged in. */
  readonly right: string | null;
  readonly isOpen: boolean;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly body: Schema | null;
  readonly takesYaml: boolean;
  readonly responses: Readonly<Record<string, Response>>;
}

interface Response {
  readonly description: string;
  readonly content?: Readonly<Record<string, { readonly schema: Schema }>>;
}

type Written = Readonly<Record<string, never>>;

/** What the document says there is. */
export function operationsOf(document: Schema): readonly Operation[] {
  return Object.entries(document['paths'] as Record<string, Record<string, Written>>).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => {
      const content = (one['requestBody'] as Written | undefined)?.['content'] as Written | undefined;
      const { schema } = (content?.['application/json'] ?? {}) as { schema?: Schema };
      return {
        ...{ id: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path },
        right: /Right: `(\w+)`/.exec(one['description'] ?? '')?.[1] ?? null,
        isOpen: (one['security'] as unknown as unknown[]).length === 0,
        parameters: (one['parameters'] ?? []) as Operation['parameters'],
        body: schema === undefined ? null : refOf(schema, document),
        takesYaml: content !== undefined && 'text/yaml' in content,
        responses: one['responses'] as unknown as Operation['responses'],
      };
    }),
  );
}

/** Stand for what is known only once somebody asks. */
export const LATEST = { tokenId: '<the latest token>', commandId: '<the latest command>' } as const;

const DEEP = 100_000;

/** What there is, by the name that asks for it. */
const RIGHT: Readonly<Record<string, readonly unknown[]>> = {
  ...{ agentId: ['berlin/PJSIP/1001', 'lyon/PJSIP/2001'], agent: ['berlin/PJSIP/1001'], lastAgent: ['Anna'] },
  ...{ service: ['support', 'french'], site: ['berlin', 'lyon'], edge: ['edge1'], skill: ['queue:support'] },
  ...{
    name: ['victim', 'eve'],
    role: ['agent'],
    password: [PASSWORD],
    old: [PASSWORD],
    new: ['staple battery horse'],
    reason: [''],
  },
  ...{ callId: ['c1', 'c2'], call: ['c'], number: ['+33142345678', '0033 142345678'], customerId: ['cust-4711'] },
  ...{ id: ['cust-4711'], customer: ['cust-4711'], dnis: ['+4930555100'], why: ['fire alarm'], search: ['ann'] },
  ...{
    requirement: ['queue:support'],
    at: ['2026-12-24T10:00'],
    queues: ['support'],
    limit: [1, 2],
    version: [1, null],
  },
  ...{ tokenId: [LATEST.tokenId], commandId: [LATEST.commandId], by: ['asker-admin'], target: ['victim'] },
  ...{
    from: [0, 1_000],
    to: [1_000, 86_400_000],
    expiresAtMs: [null, 8_000_000_000_000],
    text: [ROUTING, 'services: {}'],
  },
};

/** What its schema allows and what is wrong all the same, or odd. */
const ODD_WORDS: Readonly<Record<string, readonly unknown[]>> = {
  ...{
    agentId: ['lyon/PJSIP/9', ''],
    name: ['crm', 'asker'],
    password: ['short'],
    number: ['+331'],
    version: [0, 2],
  },
  ...{ requirement: ['('.repeat(900), 'a>=1 or'], at: ['2026-02-30T25:00', '0000-00-00T00:00'], expiresAtMs: [1] },
  text: [
    ...['services: [', '- 1', '&a [*a]', 'services: {a: {requirement: 7}}', '', '---\n---', '!!js/function x'],
    ...[`services: ${'['.repeat(DEEP)}`, 'a: '.repeat(DEEP), `${'- '.repeat(DEEP)}x`],
    `services: {a: {requirement: "${'('.repeat(DEEP)}"}}`,
    `services: {a: {requirement: "${'not '.repeat(DEEP)}queue:a"}}`,
    `services: {a: {steps: [{after: 1s, when: "${'('.repeat(DEEP)}"}]}}`,
    `a: &a [x]\n${Array.from({ length: 30 }, (_, index) => `b${index}: &b${index} [*a, *a, *a]`).join('\n')}`,
  ],
};
const rightWords: Words = (name) => RIGHT[name] ?? [];
const anyWords: Words = (name) => [...rightWords(name), ...(ODD_WORDS[name] ?? [])];

/** What somebody sends who means harm, or who errs. */
const HOSTILE = [
  ...[
    '',
    ' ',
    '*',
    '%',
    '_',
    '..',
    '/',
    '\\',
    '0',
    '-1',
    '1e400',
    'null',
    '__proto__',
    'constructor',
    '\u0000',
    '\ud800',
  ],
  ...['<img src=x onerror=alert(1)>', "'; DROP TABLE user_account; --", '" or ""="', '${7*7}', '../../etc/passwd'],
  ...['a\r\nSet-Cookie: x=1', '\u202e\u2066', '\ufeff', '👩‍👩‍👧', 'é'.repeat(1_000), '('.repeat(1_000), '+', '+49\u0000'],
];
const HOSTILE_VALUES: readonly unknown[] = [
  ...HOSTILE,
  ...[null, true, 7, -1, 0.5, 2 ** 53, 1e308, [], {}, [null], { $gt: '' }, [[[[]]]], { toString: 1 }, ['\ud800']],
];

export interface Body {
  readonly sent: string | Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
  /** What it says; absent: nothing that can be read. */
  readonly value?: unknown;
}

export interface Wish {
  readonly path: Readonly<Record<string, string>>;
  readonly query: readonly (readonly [name: string, value: string])[];
  /** Of the cursors that were handed out, the so manieth. */
  readonly cursor: number | null;
  readonly body: Body | null;
}

/** Requests to one operation: by somebody who knows what there is, and by somebody who does not care. */
export function wishes(operation: Operation, document: Schema): fc.Arbitrary<Wish> {
  const { parameters, body, takesYaml } = operation;
  const wish = (words: Words, hostile: number, bodyOf: (schema: Schema) => fc.Arbitrary<Body>): fc.Arbitrary<Wish> => {
    const value = ({ name, schema }: Operation['parameters'][number]) =>
      fc.oneof(
        { weight: 9, arbitrary: valuesOf(schema, name, document, words).map(String) },
        { weight: hostile, arbitrary: fc.constantFrom(...HOSTILE) },
      );
    const path = parameters.flatMap((one) => (one.in === 'path' ? [[one.name, value(one).filter(isPathPart)]] : []));
    const query = parameters.filter((one) => one.in === 'query').map((one) => sometimes(2, value(one), one.name));
    const strange = fc
      .constantFrom('isAdmin', '__proto__', 'limit')
      .chain((name) => sometimes(9, fc.constant('3'), name));
    return fc.record({
      path: fc.record(Object.fromEntries(path) as Record<string, fc.Arbitrary<string>>),
      query: fc.tuple(...query, ...(hostile > 0 ? [strange] : [])).map((some) => some.flat()),
      cursor: fc.option(fc.nat({ max: 30 }), { freq: 3, nil: null }),
      body: body === null ? fc.constant(null) : bodyOf(body),
    });
  };
  const right = (schema: Schema) => valuesOf(schema, '', document, rightWords).map(jsonOf);
  return fc.oneof(wish(rightWords, 0, right), {
    weight: 2,
    arbitrary: wish(anyWords, 2, (schema) => bodies(schema, takesYaml, document)),
  });
}

/** Given once in so many times. */
const sometimes = (freq: number, value: fc.Arbitrary<string>, name: string) =>
  fc.option(value, { freq, nil: null }).map((text) => (text === null ? [] : [[name, text] as const]));

/** Clients take the others for steps through folders, or for another path. */
const isPathPart = (part: string): boolean => !['', '.', '..'].includes(part) && !part.includes('\ud800');

function bodies(schema: Schema, takesYaml: boolean, document: Schema): fc.Arbitrary<Body> {
  const right = valuesOf(schema, '', document, anyWords) as fc.Arbitrary<Record<string, unknown>>;
  const keys = Object.keys((schema['properties'] ?? {}) as object);
  const key = fc.constantFrom(...keys);
  const bad = fc.constantFrom(...HOSTILE_VALUES);
  const values = fc.oneof(
    { weight: 6, arbitrary: right },
    { weight: 5, arbitrary: fc.tuple(right, key, bad).map(([one, at, value]) => ({ ...one, [at]: value })) },
    { weight: 1, arbitrary: fc.tuple(right, key).map(([{ ...one }, at]) => (delete one[at], one)) },
    { weight: 1, arbitrary: fc.tuple(right, fc.constantFrom(...HOSTILE)).map(([one, at]) => ({ ...one, [at]: 1 })) },
    { weight: 1, arbitrary: bad },
  );
  const yaml = anyWords('text').map((text) => ({
    ...{ sent: text as string, value: { text }, headers: { 'content-type': 'text/yaml; charset=utf-8' } },
  }));
  return fc.oneof(
    { weight: 8, arbitrary: values.map(jsonOf) },
    {
      weight: 2,
      arbitrary: fc.constantFrom<Body[]>(...ODD, ...(takesYaml ? yaml.filter(({ sent }) => sent !== '') : [])),
    },
  );
}

const JSON_TYPE = { 'content-type': 'application/json' };
function jsonOf(value: unknown): Body {
  const sent = JSON.stringify(value);
  return { sent, headers: JSON_TYPE, value: JSON.parse(sent) as unknown };
}

const junk = new Uint8Array([0x1f, 0x8b, 1, 2, 3]);

/** Bodies that are wrong wherever they are sent. */
const ODD: readonly Body[] = [
  ...['{"a":', '{', 'x', '[1,]', "{'a':1}", '\u0000', '{"__proto__":}', '"', '01'].map((sent) => ({
    sent,
    headers: JSON_TYPE,
  })),
  { sent: '{"__proto__":{"role":"admin"}}', headers: JSON_TYPE, value: JSON.parse('{"__proto__":{"role":"admin"}}') },
  { sent: `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`, headers: JSON_TYPE },
  { sent: `${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)}`, headers: JSON_TYPE },
  { sent: JSON.stringify({ text: 'x'.repeat(1_100_000) }), headers: JSON_TYPE },
  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/problem+json',
    '',
    ';',
  ].map((type) => ({ sent: '{}', headers: { 'content-type': type } })),
  ...['martian', 'utf-7', '"'].map((set) => ({
    ...{ sent: '{}', headers: { 'content-type': `application/json; charset=${set}` } },
  })),
  ...['gzip', 'br', 'deflate', 'martian', 'gzip, gzip'].map((encoding) => ({
    ...{ sent: junk, headers: { ...JSON_TYPE, 'content-encoding': encoding } },
  })),
  { sent: gzipSync('x'.repeat(5_000_000)), headers: { ...JSON_TYPE, 'content-encoding': 'gzip' } },
];

/** What the document has against a request: then it must not be granted. Empty: it may be refused all the same. */
export function wrongs({ path, query, body }: Omit<Wish, 'cursor'>, operation: Operation, document: Schema): string[] {
  const of = (place: string, name: string) =>
    operation.parameters.find((one) => one.in === place && one.name === name)?.schema;
  const against = (place: string, name: string, text: string): string[] => {
    const schema = of(place, name);
    if (schema === undefined) return [`${name} is not known`];
    const isNumber = schema['type'] === 'integer' && /^-?\d+$/.test(text);
    return faultsOf(schema, isNumber ? Number(text) : text, document, name);
  };
  const names = query.map(([name]) => name);
  const said = body === null ? {} : body.value;
  const { properties = {} } = (operation.body ?? {}) as { readonly properties?: object };
  return [
    ...Object.entries(path).flatMap(([name, text]) => against('path', name, text)),
    ...query.flatMap(([name, text]) => against('query', name, text)),
    ...(new Set(names).size < names.length ? ['a name twice'] : []),
    ...(body !== null && said === undefined ? ['nothing that can be read'] : []),
    ...(operation.body === null || said === undefined ? [] : faultsOf(operation.body, said, document)),
    ...Object.keys(Object(said) as object).flatMap((key) =>
      Object.hasOwn(properties, key) ? [] : [`${key} is not known`],
    ),
    ...(/\0|\p{Surrogate}/u.test([...Object.values(path), ...textsIn(said)].join(' '))
      ? ['a character that is none']
      : []),
  ];
}

const textsIn = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : [];
