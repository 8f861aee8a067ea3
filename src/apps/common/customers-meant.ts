/** Customers as people ask for them, on the command line and by the API: by id, or by a number in whatever spelling. */
import type { Customer } from '../../core/model/call.ts';
import { normalizeNumber, spellingsOf } from '../../core/model/number.ts';
import type { CustomerStore } from '../../ports/provisioning.ts';

/** An id where there is such a customer, else one of the ways to write his number (an extension as well). */
export async function customerMeant(
  store: Pick<CustomerStore, 'findCustomer'>,
  what: string,
  country: string,
): Promise<Customer | null> {
  const named = await store.findCustomer({ customerId: what });
  return named ?? customerOfNumber(store, what, country);
}

/** By one of the ways to write his number. */
export async function customerOfNumber(
  store: Pick<CustomerStore, 'findCustomer'>,
  written: string,
  country: string,
): Promise<Customer | null> {
  for (const number of spellingsOf(written, country)) {
    const found = await store.findCustomer({ number });
    if (found !== null) return found;
  }
  return null;
}

/** Erases whom `customerMeant` finds; else the calls from this number, or of this id. */
export async function eraseMeant(
  store: Pick<CustomerStore, 'findCustomer' | 'eraseCustomer'>,
  what: string,
  country: string,
): ReturnType<CustomerStore['eraseCustomer']> {
  const customer = await customerMeant(store, what, country);
  if (customer !== null) return store.eraseCustomer({ customerId: customer.customerId }, country);
  const number = normalizeNumber(what, country);
  return store.eraseCustomer(/^\+?\d+$/.test(number) ? { number } : { customerId: what }, country);
}
