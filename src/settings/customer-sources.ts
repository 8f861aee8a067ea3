import { z } from 'zod';
import { parseCustomerQuery } from '../core/model/customer-query.ts';
import type { CustomerQuery } from '../core/model/customer-query.ts';
import { databaseOf } from './database.ts';
import { say } from './document.ts';
import type { Secret } from './secret.ts';
import { duration, groups, object, secret, text } from './values.ts';
import type { Surroundings } from './values.ts';

/** Somebody else's database in which callers are looked up, and how. */
export interface CustomerSourceSettings {
  readonly name: string;
  /** With the password; `shown` is for people. */
  readonly url: Secret;
  readonly shown: string;
  readonly query: CustomerQuery;
  /** A call waits so long for the answer, and goes on without it. */
  readonly budgetMs: number;
  readonly cacheMs: number;
}

const EXAMPLE =
  '{ url: "mysql://reader:secret@10.0.0.7/crm", query: "SELECT id AS customer_id FROM customers WHERE phone = :number" }';

const name = () =>
  text('crm', /^[A-Za-z0-9][A-Za-z0-9_-]{0,31}$/, 'a name of letters, digits, _ and - (32 at most)').refine(
    (value) => value !== 'shared' && value !== 'none',
    say('is taken: it means the customer tables, or nothing', 'choose another name'),
  );

/** May stand on several lines. */
const query = () =>
  z.unknown().transform((input, context): CustomerQuery => {
    const cure = 'write e.g. "SELECT id AS customer_id, name FROM customers WHERE phone = :number"';
    const read =
      typeof input === 'string' ? parseCustomerQuery(input) : input === undefined ? 'is missing' : 'must be a text';
    if (typeof read !== 'string') return read;
    context.addIssue({ code: 'custom', message: say(read, cure) });
    return z.NEVER;
  });

/** `customer_sources: { crm: { url, password, query, budget, cache } }` */
export function customerSources(around: Surroundings) {
  const source = object(
    {
      url: z.unknown().optional(),
      password: secret(around).optional(),
      query: query(),
      budget: duration(10, 2_000, '150ms').default(150),
      cache: duration(0, 3_600_000, '60s').default(60_000),
    },
    EXAMPLE,
  ).transform(({ url, password, query: read, budget, cache }, context): Omit<CustomerSourceSettings, 'name'> => {
    const found = databaseOf(url, password, 'the address of a MySQL or MariaDB');
    if (typeof found !== 'string' && found.kind === 'mysql')
      return { url: found.url, shown: found.shown, query: read, budgetMs: budget, cacheMs: cache };
    context.addIssue({ code: 'custom', path: ['url'], message: String(found) });
    return z.NEVER;
  });
  return groups(name(), source, 'must be a group: source to its database', `write e.g. { crm: ${EXAMPLE} }`)
    .prefault({})
    .transform((found) => Object.entries(found).map(([key, rest]): CustomerSourceSettings => ({ name: key, ...rest })));
}
