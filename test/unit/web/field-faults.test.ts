/** What the API has against a form is told once, at the field, in the words of a page. */
import { describe, expect, it } from 'vitest';
import { readProblem } from '../../../src/web/api.ts';
import { faultsAt } from '../../../src/web/parts/field-faults.ts';

const fault = (path: string, message: string, cure: string) => ({ path, message, cure });
const invalid = (...faults: readonly ReturnType<typeof fault>[]) =>
  readProblem(400, {
    ...{ title: 'the request is malformed', code: 'REQUEST_INVALID', cure: 'mend what is named', faults },
    detail: faults.map(({ path, message }) => `${path} ${message}`).join('; '),
  });

describe('a form', () => {
  const name = fault('body.name', 'must be of letters', 'see /v1/openapi.json');

  it('tells a fault of a field at the field, and nothing else', () => {
    expect(faultsAt(invalid(name), ['name'])).toEqual({ at: { name: 'Must be of letters.' }, rest: null });
  });

  it('tells once what stands at no field', () => {
    const { at, rest } = faultsAt(invalid(name, fault('body.agentId', 'is missing', 'write one')), ['name']);
    expect(at).toEqual({ name: 'Must be of letters.' });
    expect(rest).toMatchObject({ detail: '', faults: [fault('agentId', 'is missing', 'write one')] });
  });

  it('tells at the name that it is taken', () => {
    const taken = readProblem(409, { title: 'there is a user of this name already', code: 'USER_EXISTS', detail: 'x' });
    expect(faultsAt(taken, ['name'])).toEqual({
      at: { name: 'There is a user of this name already. Choose another name, or change him.' },
      rest: null,
    });
  });

  it('without a problem has none', () => expect(faultsAt(null, ['name'])).toEqual({ at: {}, rest: null }));
});

it.each(['CALL_UNKNOWN', 'USER_EXISTS', 'USER_UNKNOWN', 'TOKEN_UNKNOWN'])('nobody needs a command line: %s', (code) => {
  expect(readProblem(404, { code, cure: 'list them with `ipnt something`' }).cure).not.toMatch(/ipnt/);
});
