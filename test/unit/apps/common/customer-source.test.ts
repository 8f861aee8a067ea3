import { describe, expect, test } from 'vitest';
import { Customers } from '../../../../src/apps/common/customer-source.ts';
import { IpntError } from '../../../../src/core/errors.ts';
import type { CustomerRecord } from '../../../../src/ports/provisioning.ts';
import type { Log } from '../../../../src/ports/log.ts';
import { openMemoryStore } from '../../../../src/store/memory/index.ts';
import { VirtualClock } from '../../../simulation/virtual-clock.ts';

const ANN: CustomerRecord = {
  ...{ customerId: '7', name: 'Ann', priority: 5, requirement: '', preferred: [], attributes: {} },
  numbers: ['+4930123'],
};
const { numbers: _, ...FOUND } = ANN;
const down = new IpntError('DATABASE_DOWN', 'no answer in time', 'db:3306');

/** The shared customer tables with Ann in them, on a clock that is set, and what was logged. */
async function edge() {
  const clock = new VirtualClock();
  const store = openMemoryStore(clock);
  await store.importCustomers([ANN]);
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  const log = { error: note, warn: note, info: note, debug: note } as unknown as Log;
  const customers = new Customers(store, [], clock, log);
  const find = (number: string, customerId = '') => customers.find('shared', { number, customerId });
  const pass = (ms: number) => clock.run(clock.monoMs() + ms);
  return { store, customers, find, lines, pass };
}

describe('the shared customer tables', () => {
  test('are asked by the id that was collected, else by number', async () => {
    const { find } = await edge();
    expect(await find('+4930123')).toEqual({ customer: FOUND, problem: '' });
    expect(await find('+4999', '7')).toEqual({ customer: FOUND, problem: '' });
    expect(await find('+4930123', '8')).toEqual({ customer: null, problem: '' });
    expect(await find('')).toEqual({ customer: null, problem: '' });
  });

  test('are remembered for ten seconds, who is unknown as well', async () => {
    const { store, find, pass } = await edge();
    expect((await find('+4930124')).customer).toBeNull();
    await store.importCustomers([{ ...ANN, numbers: ['+4930124'] }]);
    await pass(9_999);
    expect((await find('+4930124')).customer).toBeNull();
    await pass(1);
    expect((await find('+4930124')).customer).toEqual(FOUND);
  });

  test('that are away are tried once a second, and that is said once', async () => {
    const { store, find, lines, pass } = await edge();
    let asked = 0;
    store.fault = (operation) => {
      if (operation === 'findCustomer') asked += 1;
      return down;
    };
    for (let i = 0; i < 30; i++) {
      expect(await find(`+493012${i}`)).toEqual({ customer: null, problem: 'db:3306: no answer in time' });
      await pass(100);
    }
    expect(asked).toBe(3);
    store.fault = undefined;
    await pass(1_000);
    expect((await find('+4930123')).customer).toEqual(FOUND);
    expect(lines).toEqual(['a customer source does not answer', 'the customer source answers again']);
  });

  test('keep nobody longer than 150 ms; many who ask the same are one question, and its answer is there for the next', async () => {
    const { store, find, pass } = await edge();
    const answers: (() => void)[] = [];
    store.findCustomer = () => new Promise((resolve) => answers.push(() => resolve(FOUND)));
    const three = Promise.all([find('+4930123'), find('+4930123'), find('+4930123')]);
    await pass(150);
    expect(await three).toEqual(Array(3).fill({ customer: null, problem: 'no answer within 150 ms' }));
    expect(answers).toHaveLength(1);
    answers[0]?.();
    await pass(1);
    expect(await find('+4930123')).toEqual({ customer: FOUND, problem: '' });
  });

  test('are not asked for more than forty at a time', async () => {
    const { store, find, pass } = await edge();
    let asked = 0;
    store.findCustomer = () => new Promise(() => (asked += 1));
    const all = Promise.all([...Array(50).keys()].map((i) => find(`+49301${i}`)));
    await pass(150);
    const problems = (await all).map(({ problem }) => problem);
    expect(asked).toBe(40);
    expect(problems.filter((problem) => problem === 'too many lookups are under way')).toHaveLength(10);
  });
});

describe('whom a number spoke to last', () => {
  test('is nobody where the database does not answer, or not in time', async () => {
    const { store, customers, pass } = await edge();
    store.fault = () => down;
    expect(await customers.lastAgentOf('+4930123', 'support')).toBeNull();
    store.lastAgentOf = () => new Promise(() => undefined);
    const late = customers.lastAgentOf('+4930123', 'support');
    await pass(150);
    expect(await late).toBeNull();
  });
});
