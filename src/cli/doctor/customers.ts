import { IpntError } from '../../core/errors.ts';
import type { CustomerSourceSettings } from '../../settings/index.ts';
import { openCustomerDatabase } from '../../store/mysql/customer-query.ts';
import { fault, ok } from './finding.ts';
import type { Finding } from './finding.ts';

/** Nobody's number and id: whether the query runs is all that is wanted. */
const NOBODY = { number: '+0', customerId: '0' };

/** Looks at a customer source: whether it answers, can only read, and takes the query in time. */
export async function examineCustomerSource(source: CustomerSourceSettings): Promise<Finding> {
  const part = `database ${source.name}`;
  try {
    const tookMs = await tryCustomerSource(source);
    return ok(part, `${source.shown} takes the login, can only read, and answered the query in ${tookMs} ms`);
  } catch (error) {
    if (error instanceof IpntError) return fault(part, error.message, error.cure);
    throw error;
  }
}

/** Asks it for nobody. Gives back how long the answer took; rejects with CUSTOMER_SOURCE_WRITABLE, _DOWN or CUSTOMER_QUERY_REFUSED. */
export async function tryCustomerSource({ url, query, budgetMs, name }: CustomerSourceSettings): Promise<number> {
  const database = openCustomerDatabase({ url: url.reveal(), query, budgetMs });
  try {
    const rights = await database.rightsToWrite();
    if (rights.length > 0) throw new IpntError('CUSTOMER_SOURCE_WRITABLE', `it may ${rights.join(', ')}`, name);
    const startedMs = performance.now();
    await database.find(NOBODY);
    return Math.round(performance.now() - startedMs);
  } finally {
    await database.close();
  }
}
