import type { CallFact, Customer } from '../../core/model/call.ts';
import { spellingsOf } from '../../core/model/number.ts';
import type { CustomerRecord, CustomerStore } from '../../ports/provisioning.ts';
import { PERSONAL_KINDS, withoutPerson } from '../common/erase.ts';
import type { Link, Row } from './node.ts';
import type { Database } from './pool.ts';
import { factOf, json, maybe, text } from './rows.ts';
import { bind, chunks, clip, DB_NOW_MS, derivedRows, query } from './sql.ts';
import type { Scalar } from './sql.ts';
import { retrying, single, transaction } from './transaction.ts';

type Key = { readonly number: string } | { readonly customerId: string };

const CUSTOMERS = query('import-customers');
const NUMBERS = query('import-numbers');
const COLUMNS = 'c.customer_id, c.name, c.priority, c.requirement, c.preferred, c.attributes';
/** Customers of a statement, and rows that one DELETE takes: both well within a statement's time. */
const BATCH = 500;
const DELETE_AT_A_TIME = 20_000;
/** A million customers take minutes, in one transaction. */
const IMPORT = { timeoutMs: 60_000, deadlineMs: 1_200_000 };
const CALLS_AT_A_TIME = 100;

/** CustomerStore on MySQL: the shared customer tables. */
export function customerStore(db: Database): CustomerStore {
  return {
    async findCustomer(key) {
      const { rows } = await single(db, findStatement(key));
      return rows[0] ? customerOf(rows[0]) : null;
    },

    importCustomers: (customers, whole = false) =>
      retrying(db, 'batch', (link) => importAll(link, customers, whole), IMPORT),

    customerNumbers: (customerId) => numbersOf(db, customerId),

    async eraseCustomer(key, country = '') {
      const found = (await single(db, findStatement(key))).rows[0];
      const customerId = found ? text(found, 'customer_id') : 'customerId' in key ? key.customerId : '';
      const owned = await numbersOf(db, customerId);
      const all = 'number' in key ? [...owned, key.number] : owned;
      const numbers = [...new Set(all.flatMap((number) => spellingsOf(number, country)))];
      // The record goes last: cut off before, the erasure can still find what is left.
      const calls = await eraseCalls(db, customerId, numbers);
      const pending = bind('SELECT call_id FROM callback WHERE pending = 1 AND number IN (:numbers)', {
        numbers: ['', ...numbers],
      });
      const callbacks = (await single(db, pending)).rows.length;
      await transaction(db, [
        bind(
          `UPDATE callback SET how = IF(pending = 1, 'cancelled', how), ended_at_ms = COALESCE(ended_at_ms, ${DB_NOW_MS}),
             pending = NULL, number = '', caller_name = '' WHERE number IN (:numbers)`,
          { numbers: ['', ...numbers] },
        ),
        bind('DELETE FROM customer_number WHERE customer_id = :customerId', { customerId }),
        bind('DELETE FROM customer WHERE customer_id = :customerId', { customerId }),
      ]);
      return { customers: found ? 1 : 0, calls, callbacks };
    },
  };
}

async function numbersOf(db: Database, customerId: string): Promise<readonly string[]> {
  const sql = 'SELECT number FROM customer_number WHERE customer_id = :customerId ORDER BY number';
  return (await single(db, bind(sql, { customerId }))).rows.map((row) => text(row, 'number'));
}

/** One lookup by a primary key, two for a number. */
const findStatement = (key: Key): string =>
  'number' in key
    ? bind(
        `SELECT ${COLUMNS} FROM customer_number n JOIN customer c ON c.customer_id = n.customer_id WHERE n.number = :number`,
        { number: key.number },
      )
    : bind(`SELECT ${COLUMNS} FROM customer c WHERE c.customer_id = :customerId`, { customerId: key.customerId });

/** All in one transaction: readers have the old customers until it is committed. */
async function importAll(
  link: Link,
  customers: readonly CustomerRecord[],
  whole: boolean,
): Promise<{ added: number; replaced: number; removed: number }> {
  const byId = new Map(customers.map((one) => [one.customerId, one]));
  const sorted = [...byId.values()].sort((a, b) => (a.customerId < b.customerId ? -1 : 1));
  const parts = chunks(sorted, BATCH).map((some) => ({ some, ids: some.map((one) => one.customerId) }));
  await link.send('START TRANSACTION');
  let replaced = 0;
  for (const { ids } of parts) {
    const sql = 'SELECT COUNT(*) AS there FROM customer WHERE customer_id IN (:ids)';
    replaced += Number((await link.send(bind(sql, { ids })))[0]?.rows[0]?.['there']);
    if (!whole) await link.send(bind('DELETE FROM customer_number WHERE customer_id IN (:ids)', { ids }));
  }
  const before = whole ? await deleteAll(link) : 0;
  for (const { some } of parts) {
    await link.send(bind(CUSTOMERS, { rows: derivedRows(some.map(cellsOf)) }));
    const numbers = some.flatMap(({ customerId, numbers: all }) => all.map((number) => ({ number, customerId })));
    // A statement cannot give one number twice: the later of two in a file has it.
    const owners = new Map(numbers.map(({ number, customerId }) => [number, customerId]));
    const rows = [...owners].map(([number, customer_id]) => ({ number, customer_id }));
    if (rows.length > 0) await link.send(bind(NUMBERS, { rows: derivedRows(rows) }));
  }
  await link.send('COMMIT');
  return { added: byId.size - replaced, replaced, removed: whole ? before - replaced : 0 };
}

async function deleteAll(link: Link): Promise<number> {
  let customers = 0;
  for (const table of ['customer_number', 'customer'])
    for (;;) {
      const deleted = (await link.send(`DELETE FROM ${table} LIMIT ${DELETE_AT_A_TIME}`))[0]?.matched ?? 0;
      if (table === 'customer') customers += deleted;
      if (deleted < DELETE_AT_A_TIME) break;
    }
  return customers;
}

/** Blanks the calls from these numbers and of this customer, some at a time; found by KEY(ani) and KEY(customer_id). */
async function eraseCalls(db: Database, customerId: string, numbers: readonly string[]): Promise<number> {
  const terms = [
    ...(numbers.length > 0 ? [bind('SELECT call_id FROM call_summary WHERE ani IN (:numbers)', { numbers })] : []),
    ...(customerId === ''
      ? []
      : [bind('SELECT call_id FROM call_summary WHERE customer_id = :customerId', { customerId })]),
  ];
  if (terms.length === 0) return 0;
  const sql = `SELECT DISTINCT call_id FROM (${terms.join(' UNION ALL ')}) c ORDER BY call_id LIMIT ${CALLS_AT_A_TIME}`;
  for (let erased = 0; ;) {
    const ids = (await single(db, sql, { timeoutMs: 5_000 })).rows.map((row) => text(row, 'call_id'));
    if (ids.length > 0) await blankCalls(db, ids);
    erased += ids.length;
    if (ids.length < CALLS_AT_A_TIME) return erased;
  }
}

/** Takes out who made these calls: the calls stay. */
export const blankCalls = (db: Database, ids: readonly string[]): Promise<void> =>
  retrying(db, 'batch', (link) => blank(link, ids), { timeoutMs: 5_000 });

/** The rows are locked first, as who appends facts to these calls does it. The calls' counts stay as they are. */
async function blank(link: Link, ids: readonly string[]): Promise<void> {
  const results = await link.send(
    [
      'START TRANSACTION',
      bind(
        `UPDATE call_summary SET ani = '', customer_id = '', has_numbers = 0, changed_at = changed_at WHERE call_id IN (:ids)`,
        { ids },
      ),
      bind('SELECT call_id, seq, fact FROM call_event WHERE call_id IN (:ids) AND kind IN (:kinds)', {
        ids,
        kinds: PERSONAL_KINDS,
      }),
    ].join(';\n'),
  );
  const updates = (results.at(-1)?.rows ?? []).map((row) =>
    bind('UPDATE call_event SET fact = :fact WHERE call_id = :callId AND seq = :seq', {
      fact: JSON.stringify(withoutPerson(factOf(row) satisfies CallFact)),
      callId: text(row, 'call_id'),
      seq: Number(row['seq']),
    }),
  );
  await link.send([...updates, 'COMMIT'].join(';\n'));
}

/** In the order of import-customers.sql. */
const cellsOf = (one: CustomerRecord): Record<string, Scalar> => ({
  customer_id: one.customerId,
  name: clip(one.name, 255),
  priority: one.priority,
  requirement: one.requirement,
  preferred: JSON.stringify(one.preferred),
  attributes: JSON.stringify(one.attributes),
});

const customerOf = (row: Row): Customer => ({
  customerId: text(row, 'customer_id'),
  name: text(row, 'name'),
  priority: maybe(row, 'priority'),
  requirement: text(row, 'requirement'),
  preferred: json<readonly string[]>(row, 'preferred', []),
  attributes: json<Record<string, string>>(row, 'attributes', {}),
});
