/** The API's document as its page tells it. */
import { describe, expect, it } from 'vitest';
import { curlText, readApi } from '../../../src/web/parts/openapi.ts';

const json = (schema: unknown) => ({ content: { 'application/json': { schema } } });
const DOCUMENT = {
  paths: {
    '/v1/calls/{callId}': {
      get: {
        ...{ tags: ['Calls'], summary: 'One call.', description: 'Right: `look`. More.', security: [{ login: [] }] },
        parameters: [
          { name: 'callId', in: 'path', required: true, schema: { type: 'string' }, description: 'Its id.' },
        ],
        responses: {
          200: { description: 'Done.', ...json({ $ref: '#/components/schemas/Call' }) },
          404: { description: '`CALL_UNKNOWN`: there is no such call.' },
        },
      },
    },
    '/v1/login': {
      post: {
        ...{ tags: ['Logins'], summary: 'Logs in.', security: [] },
        requestBody: json({
          type: 'object',
          required: ['name', 'password'],
          properties: {
            name: { type: 'string', examples: ["o'neill"] },
            password: { type: 'string' },
            stay: { type: 'boolean' },
          },
        }),
        responses: { 204: { description: 'Done.' } },
      },
    },
  },
  components: {
    schemas: {
      Call: {
        type: 'object',
        required: ['id', 'offers'],
        properties: {
          id: { type: 'string', description: 'its id' },
          outcome: { anyOf: [{ enum: ['answered', 'failed'] }, { type: 'null' }] },
          offers: {
            type: 'array',
            items: {
              allOf: [
                { properties: { agent: { type: 'string' } }, required: ['agent'] },
                { properties: { ms: { type: 'integer' } } },
              ],
            },
          },
          next: { type: ['string', 'null'] },
          before: { $ref: '#/components/schemas/Call' },
        },
      },
    },
  },
};

const operation = (path: string) => {
  const found = readApi(DOCUMENT)
    .flatMap(({ operations }) => operations)
    .find((one) => one.path === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
};

describe('operations', () => {
  it('stand by tag, with rights and errors', () => {
    expect(readApi(DOCUMENT).map(({ tag, operations }) => `${tag} ${operations.length}`)).toEqual([
      'Calls 1',
      'Logins 1',
    ]);
    const { right, says, isOpen, parameters, errors } = operation('/v1/calls/{callId}');
    expect([right, says, isOpen]).toEqual(['look', 'More.', false]);
    expect(parameters).toEqual([{ name: 'callId (in the path)', type: 'text', isRequired: true, says: 'Its id.' }]);
    expect(errors).toEqual([
      { status: '404', code: 'CALL_UNKNOWN', message: 'there is no such call', cure: 'list them with `ipnt calls`' },
    ]);
    expect(operation('/v1/login').isOpen).toBe(true);
  });

  it('tell fields of fields and of lists, to some depth where they hold themselves', () => {
    const rows = operation('/v1/calls/{callId}').answer.map(
      ({ name, type, isRequired }) => `${name}: ${type}${isRequired ? ' *' : ''}`,
    );
    expect(rows.slice(0, 6)).toEqual([
      'id: text *',
      'outcome: one of answered, failed or null',
      'offers: list of object *',
      'offers[].agent: text *',
      'offers[].ms: whole number',
      'next: text or null',
    ]);
    expect(rows.length).toBeLessThan(100);
  });

  it.each([[null], [[]], ['x'], [{ paths: 3 }], [{ paths: { '/x': { get: { responses: [], tags: 'x' } } } }]])(
    'come of anything: %j',
    (document) => expect(() => readApi(document)).not.toThrow(),
  );
});

describe('curl', () => {
  it('asks with a token of the environment', () => {
    expect(curlText(operation('/v1/calls/{callId}'), 'https://ipnt')).toBe(
      `curl 'https://ipnt/v1/calls/{callId}' \\\n  -H "Authorization: Bearer $IPNT_TOKEN"`,
    );
  });

  it('sends what must be there, quoted for a shell', () => {
    expect(curlText(operation('/v1/login'), '')).toBe(
      `curl -X POST '/v1/login' \\\n  -H 'Content-Type: application/json' \\\n  -d '{"name":"o'\\''neill","password":""}'`,
    );
  });
});
