import type { Customer } from '../../core/model/call.ts';
import { spellingsOf } from '../../core/model/number.ts';
import type { CustomerRecord } from '../../ports/provisioning.ts';
import { withoutPerson } from '../common/erase.ts';
import { foldCall } from '../common/fold-call.ts';
import type { Data } from './data.ts';

type Key = { readonly number: string } | { readonly customerId: string };

const recordOf = (data: Data, key: Key): CustomerRecord | undefined =>
  data.customers.get('number' in key ? (data.customerNumbers.get(key.number) ?? '') : key.customerId);

export function findCustomer(data: Data, key: Key): Customer | null {
  const record = recordOf(data, key);
  if (record === undefined) return null;
  const { numbers: _, ...customer } = record;
  return structuredClone(customer);
}

export function importCustomers(
  data: Data,
  customers: readonly CustomerRecord[],
  whole = false,
): { added: number; replaced: number; removed: number } {
  const named = new Set(customers.map(({ customerId }) => customerId));
  const before = data.customers.size;
  const replaced = [...named].filter((id) => data.customers.has(id)).length;
  for (const id of [...data.customers.keys()]) if (whole || named.has(id)) remove(data, id);
  for (const customer of customers) {
    data.customers.set(customer.customerId, structuredClone(customer));
    for (const number of customer.numbers) data.customerNumbers.set(number, customer.customerId);
  }
  return { added: named.size - replaced, replaced, removed: whole ? before - replaced : 0 };
}

function remove(data: Data, customerId: string): void {
  data.customers.delete(customerId);
  for (const [number, owner] of data.customerNumbers) if (owner === customerId) data.customerNumbers.delete(number);
}

export const customerNumbers = (data: Data, customerId: string): readonly string[] =>
  [...data.customerNumbers]
    .filter(([, owner]) => owner === customerId)
    .map(([number]) => number)
    .sort();

export function eraseCustomer(
  data: Data,
  key: Key,
  country = '',
): { customers: number; calls: number; callbacks: number } {
  const customerId = recordOf(data, key)?.customerId ?? ('customerId' in key ? key.customerId : '');
  const owned = customerNumbers(data, customerId);
  const all = 'number' in key ? [...owned, key.number] : owned;
  const numbers = new Set(all.flatMap((number) => spellingsOf(number, country)));
  const isHis = (number: string, id: string): boolean => numbers.has(number) || (id !== '' && id === customerId);
  let calls = 0;
  for (const [callId, events] of data.events) {
    const call = foldCall(callId, [...events.values()]);
    if (!isHis(call.ani, call.customerId)) continue;
    for (const [seq, event] of events) events.set(seq, { ...event, fact: withoutPerson(event.fact) });
    calls += 1;
  }
  const nowMs = data.clock.nowMs();
  let callbacks = 0;
  for (const row of data.callbacks.values())
    if (numbers.has(row.callback.number)) {
      if (row.endedAtMs === null) callbacks += 1;
      row.endedAtMs ??= nowMs;
      row.callback = { ...row.callback, number: '', callerName: '' };
    }
  const customers = data.customers.has(customerId) ? 1 : 0;
  remove(data, customerId);
  return { customers, calls, callbacks };
}
