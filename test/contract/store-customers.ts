import { describe, expect, test } from 'vitest';
import type { CallFact } from '../../src/core/model/call.ts';
import type { CustomerRecord } from '../../src/ports/provisioning.ts';
import { arrived, event, freshEdge, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

let serial = 0;
const number = (): string => `+4940${2_000_000 + ++serial}`;
const record = (over: Partial<CustomerRecord> = {}): CustomerRecord => ({
  ...{ customerId: unique('cust'), name: 'O\'Brien & Söhne "GmbH"', priority: 3, requirement: 'lang_fr>=3' },
  ...{ preferred: ['berlin/PJSIP/1001'], attributes: { tier: 'gold' }, numbers: [number()] },
  ...over,
});
const found = ({ numbers: _, ...customer }: CustomerRecord) => customer;

export function customerStories(use: () => StoreUnderTest): void {
  describe('customers', () => {
    test('are found by each of their numbers and by id', async () => {
      const { store } = use();
      const one = record({ numbers: [number(), number()] });
      const bare = record({ name: '', priority: null, requirement: '', preferred: [], attributes: {}, numbers: [] });
      expect(await store.importCustomers([one, bare])).toEqual({ added: 2, replaced: 0, removed: 0 });
      for (const key of [...one.numbers.map((n) => ({ number: n })), { customerId: one.customerId }])
        expect(await store.findCustomer(key)).toEqual(found(one));
      expect(await store.findCustomer({ customerId: bare.customerId })).toEqual(found(bare));
      expect(await store.findCustomer({ number: '+4900000' })).toBeNull();
      expect(await store.findCustomer({ customerId: '' })).toBeNull();
    });

    test('imported again are replaced, numbers as well; a number goes to whoever has it last', async () => {
      const { store } = use();
      const [one, two] = [record(), record()];
      await store.importCustomers([one, two]);
      const moved = { ...two, name: 'New', numbers: one.numbers };
      expect(await store.importCustomers([moved, record()])).toEqual({ added: 1, replaced: 1, removed: 0 });
      expect(await store.findCustomer({ number: one.numbers[0] ?? '' })).toEqual(found(moved));
      expect(await store.findCustomer({ number: two.numbers[0] ?? '' })).toBeNull();
      expect(await store.findCustomer({ customerId: one.customerId })).toEqual(found(one));
    });

    test('of a whole import are the only ones', async () => {
      const { store } = use();
      const [old, kept] = [record(), record()];
      await store.importCustomers([old, kept]);
      const answer = await store.importCustomers([kept, record()], true);
      expect([answer.added, answer.replaced]).toEqual([1, 1]);
      expect(answer.removed).toBeGreaterThan(0);
      expect(await store.findCustomer({ number: old.numbers[0] ?? '' })).toBeNull();
      expect(await store.findCustomer({ number: kept.numbers[0] ?? '' })).toEqual(found(kept));
      expect(await store.importCustomers([], true)).toEqual({ added: 0, replaced: 0, removed: 2 });
    });

    test('come by the thousand', async () => {
      const { store } = use();
      const many = Array.from({ length: 3_000 }, () => record());
      expect(await store.importCustomers(many)).toMatchObject({ added: 3_000 });
      const last = many.at(-1) ?? record();
      expect(await store.findCustomer({ number: last.numbers[0] ?? '' })).toEqual(found(last));
    });
  });

  describe('an erased customer', () => {
    /** Calls of his: from his number, and from another telephone with his id. Beside them a stranger's. */
    const lived = async () => {
      const { store } = use();
      const customer = record({ numbers: [number(), number()] });
      await store.importCustomers([customer]);
      const [own, byId, other] = [unique('er'), unique('er'), unique('er')];
      const from = (ani: string) => ({ ...arrived, ani }) as CallFact;
      const { customerId, name } = customer;
      const met: CallFact = { kind: 'customerFound', source: 'shared', customerId, name, tookMs: 1, problem: '' };
      const strangers = number();
      await store.appendCallEvents([
        event(own, 1, from(customer.numbers[1] ?? '')),
        event(own, 2, met),
        event(own, 3, { kind: 'callbackAsked', number: customer.numbers[1] ?? '' }),
        event(byId, 1, from(strangers)),
        event(byId, 2, met),
        event(other, 1, from(strangers)),
      ]);
      return { store, customer, own, byId, other, strangers };
    };

    test('leaves no trace in the tables, nor in the records of his calls', async () => {
      const { store, customer, own, byId, other, strangers } = await lived();
      expect(await store.eraseCustomer({ customerId: customer.customerId })).toEqual({
        customers: 1,
        calls: 2,
        callbacks: 0,
      });
      expect(await store.findCustomer({ number: customer.numbers[0] ?? '' })).toBeNull();
      const left = JSON.stringify(await Promise.all([own, byId].map((callId) => store.callEvents(callId))));
      const summaries = (await store.calls({ limit: 1_000 })).filter(({ callId }) => [own, byId].includes(callId));
      for (const trace of [...customer.numbers, customer.customerId, strangers, 'Söhne'])
        expect(left + JSON.stringify(summaries)).not.toContain(trace);
      expect(summaries.map(({ service }) => service)).toEqual(['sales', 'sales']);
      expect((await store.callEvents(other))[0]?.fact).toMatchObject({ ani: strangers });
      // Facts that come twice (from the spool) do not bring him back.
      await store.appendCallEvents([event(own, 1, { ...arrived, ani: customer.numbers[1] ?? '' } as CallFact)]);
      expect(JSON.stringify(await store.callEvents(own))).not.toContain(customer.numbers[1]);
    });

    test('is named by a number as well, in the tables or not', async () => {
      const { store, customer, strangers } = await lived();
      expect(await store.eraseCustomer({ number: customer.numbers[0] ?? '' })).toEqual({
        customers: 1,
        calls: 2,
        callbacks: 0,
      });
      expect(await store.eraseCustomer({ number: strangers })).toEqual({ customers: 0, calls: 1, callbacks: 0 });
      expect(await store.eraseCustomer({ number: strangers })).toEqual({ customers: 0, calls: 0, callbacks: 0 });
      expect(await store.eraseCustomer({ customerId: 'nobody' })).toEqual({ customers: 0, calls: 0, callbacks: 0 });
    });

    test('is found in records as his trunk wrote his number', async () => {
      const { store } = use();
      const customer = record();
      const [e164 = ''] = customer.numbers;
      await store.importCustomers([customer]);
      expect(await store.customerNumbers(customer.customerId)).toEqual([e164]);
      const written = [e164, e164.slice(1), `00${e164.slice(1)}`, `0${e164.slice(3)}`];
      const ids = written.map(() => unique('er'));
      await store.appendCallEvents(written.map((ani, i) => event(ids[i] ?? '', 1, { ...arrived, ani } as CallFact)));
      const erased = await store.eraseCustomer({ customerId: customer.customerId }, '49');
      expect(erased).toEqual({ customers: 1, calls: 4, callbacks: 0 });
      expect(await store.customerNumbers(customer.customerId)).toEqual([]);
      // One of nobody in the tables, without a country.
      const stranger = number();
      await store.appendCallEvents([event(unique('er'), 1, { ...arrived, ani: stranger.slice(1) } as CallFact)]);
      expect(await store.eraseCustomer({ number: stranger })).toMatchObject({ calls: 1 });
    });

    test('is called back no more', async () => {
      const { store } = use();
      const edge = await freshEdge(store);
      const promise = {
        ...{ callId: unique('cb'), edgeId: edge.id, service: 'sales', number: number(), callerName: 'Zoë', dnis: '1' },
        ...{ requirement: '', priority: 0, arrivedAtMs: 1_700_000_000_000, tries: 0, notBeforeMs: 0 },
      };
      await store.keepCallback(edge, promise);
      expect(await store.eraseCustomer({ number: promise.number })).toEqual({ customers: 0, calls: 0, callbacks: 1 });
      expect(await store.takeCallbacks(edge)).toEqual([]);
      expect(await store.keepCallback(edge, { ...promise, tries: 1 })).toBe('duplicate');
    });
  });
}
