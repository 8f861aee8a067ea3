/** The shared customer tables: one customer, and erasing him with every trace of his calls. */
import { z } from 'zod';
import { IpntError } from '../../../core/errors.ts';
import type { Customer } from '../../../core/model/call.ts';
import { customerOfNumber, eraseMeant } from '../../common/customers-meant.ts';
import { maskCaller } from '../masked.ts';
import { RequestInvalid } from '../problems.ts';
import { route } from '../route.ts';
import type { ApiParts, Route } from '../route.ts';
import { customerShape } from '../shapes/service.ts';
import { count, texts } from '../shapes/values.ts';

const customerQuery = z.strictObject({
  number: z.string().min(1).max(60).optional().describe('By a number, in whatever spelling.'),
  id: z.string().min(1).max(190).optional().describe('By his id.'),
});

const CUSTOMER = route({
  method: 'get',
  path: '/v1/customers',
  tag: 'Customers',
  summary: 'The customer of a number or of an id, in the shared customer tables.',
  right: 'see_callers',
  query: customerQuery,
  answer: z.object({ customer: customerShape, numbers: texts('his numbers; E.164') }),
  errors: ['CUSTOMER_UNKNOWN'],
  run: async ({ query }, parts) => {
    if ((query.number === undefined) === (query.id === undefined))
      throw new RequestInvalid([
        { path: 'query.number', message: 'and `id`: one of them is needed', cure: 'give one of them' },
      ]);
    const customer = await lookUp(query, parts);
    if (customer === null)
      throw new IpntError('CUSTOMER_UNKNOWN', `there is no customer "${query.number ?? query.id}"`);
    return { customer, numbers: [...(await parts.store.customerNumbers(customer.customerId))] };
  },
});

function lookUp(query: z.output<typeof customerQuery>, { store, country }: ApiParts): Promise<Customer | null> {
  const { number, id } = query;
  if (id !== undefined) return store.findCustomer({ customerId: id });
  return customerOfNumber(store, number ?? '', country);
}

const ERASE = route({
  method: 'delete',
  path: '/v1/customers/{customerId}',
  tag: 'Customers',
  summary: 'Erases a customer, by id or by number, with the numbers and names in the records of his calls.',
  right: 'administer',
  params: z.object({ customerId: z.string().min(1).max(190).describe('His id, or a number.') }),
  answer: z.object({
    customers: count('records erased'),
    calls: count('calls whose caller was erased'),
    callbacks: count('calls back that are not made any more'),
  }),
  errors: ['CUSTOMER_UNKNOWN'],
  // What is erased must not go on in the audit.
  audit: {
    action: 'customers.erase',
    target: ({ params }) => {
      const bare = params.customerId.replaceAll(/[\s()./-]/g, '');
      return /^\+?\d{5,}$/.test(bare) ? maskCaller(bare) : params.customerId;
    },
  },
  run: async ({ params }, { store, country }) => {
    const done = await eraseMeant(store, params.customerId, country);
    if (done.customers + done.calls + done.callbacks === 0)
      throw new IpntError(
        'CUSTOMER_UNKNOWN',
        `no customer and no call of "${params.customerId}" is known: nothing to erase`,
      );
    return done;
  },
});

export const CUSTOMER_ROUTES: readonly Route[] = [CUSTOMER, ERASE];
