import type { CustomerRow } from '../core/routing/customer-row.ts';

/** What a caller is looked up by; '' where it is not known. */
export interface CustomerKey {
  /** E.164. */
  readonly number: string;
  readonly customerId: string;
}

/**
 * Somebody else's database with customers in it, asked by one configured query. Rejects with CUSTOMER_SOURCE_DOWN when it does not
 * answer in time, CUSTOMER_QUERY_REFUSED when the query or the login is refused.
 */
export interface CustomerDatabase {
  /** The key with what the query asks for, in one text; '' when nothing of it is known. */
  keyOf(key: CustomerKey): string;
  /** The first row; null when there is none. */
  find(key: CustomerKey): Promise<CustomerRow | null>;
  /** What this login may do beyond reading, as the server tells it; empty when it can only read. */
  rightsToWrite(): Promise<readonly string[]>;
  close(): Promise<void>;
}
