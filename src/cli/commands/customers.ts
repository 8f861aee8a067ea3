import { customerMeant, eraseMeant } from '../../apps/common/customers-meant.ts';
import { IpntError } from '../../core/errors.ts';
import type { Customer } from '../../core/model/call.ts';
import { normalizeNumber } from '../../core/model/number.ts';
import { parseRequirement } from '../../core/routing/requirement.ts';
import type { CustomerRecord } from '../../ports/provisioning.ts';
import type { AddCommand } from '../command.ts';
import { JSON_OPTION, optionsOf } from '../command.ts';
import { attributesOf, attributesText, firstLines, importRows, listOf, readTable } from '../import-file.ts';
import type { Columns, ImportRow } from '../import-file.ts';
import type { Io } from '../io.ts';
import { noteChange } from '../note-change.ts';
import { settingsOf, withStore } from '../open.ts';
import type { GlobalOptions } from '../open.ts';
import { maskNumber } from '../../runtime/mask.ts';
import { printable } from '../../core/explain/text.ts';

const ACTIONS = ['import', 'show', 'erase'] as const;

interface CustomerOptions extends GlobalOptions {
  readonly replace?: boolean;
  readonly json?: boolean;
}

const COLUMNS: Columns = {
  known: ['id', 'name', 'numbers', 'priority', 'requirement', 'preferred'],
  example: 'id,name,numbers,priority,requirement,preferred,tier',
};

/** `ipnt customers import FILE.csv`, `show` and `erase NUMBER|ID`: the shared customer tables. */
export const addCustomers: AddCommand = (program, io) => {
  program
    .command('customers')
    .description('the shared customer tables: import a CSV file, show one, or erase one and every trace of his calls')
    .argument('<action>', ACTIONS.join(', '))
    .argument('<what>', 'the CSV file to import; the number or the id to show or erase')
    .option('--replace', 'import: these customers alone, all others go')
    .option(...JSON_OPTION)
    .action(async (action: string, what: string, _options, command) => {
      const options = optionsOf<CustomerOptions>(command);
      switch (ACTIONS.find((one) => one === action)) {
        case 'import':
          return importFile(what, options, io);
        case 'show':
          return show(what, options, io);
        case 'erase':
          return erase(what, options, io);
        case undefined:
          return command.error(`error: "${action}" is none of ${ACTIONS.join(', ')}`);
      }
    });
};

/** The file is read whole before a database is opened. */
async function importFile(file: string, options: CustomerOptions, io: Io): Promise<void> {
  const { country } = settingsOf(options, io);
  const customers = readCustomers(readTable(file), file, country);
  const done = await withStore(options, io, async (store) => {
    const imported = await store.importCustomers(customers, options.replace === true);
    const detail = `${imported.added} added, ${imported.replaced} replaced, ${imported.removed} removed`;
    await noteChange(store, io, { action: 'customers.import', target: '', detail });
    return imported;
  });
  const attributes = attributesOf(customers);
  if (options.json) return io.out(`${JSON.stringify({ ...done, attributes }, null, 2)}\n`);
  io.out(`${done.added} added, ${done.replaced} replaced${options.replace ? `, ${done.removed} removed` : ''}\n`);
  io.out(attributesText(attributes));
}

/** Customers of a CSV file. Numbers come back in E.164, `country` being the calling code to assume. Throws IMPORT_INVALID. */
export function readCustomers(text: string, file: string, country: string): readonly CustomerRecord[] {
  const ids = firstLines();
  const numbers = firstLines();
  return importRows(text, file, COLUMNS, (row, attributes) => {
    const customerId = row.text('id');
    const before = customerId === '' ? null : ids(customerId, row.line);
    if (customerId === '') row.fault('id', 'is missing', 'give each customer an id of his own');
    if (customerId.length > 190) row.fault('id', 'is longer than 190 characters', 'give him a shorter one');
    if (before !== null) row.fault('id', `"${customerId}" is in line ${before} as well`, 'keep one of them');
    return {
      customerId,
      name: row.text('name'),
      numbers: numbersOf(row, country, numbers),
      priority: priorityOf(row),
      requirement: requirementOf(row),
      preferred: listOf(row.text('preferred')),
      attributes,
    };
  });
}

function numbersOf(row: ImportRow, country: string, seen: ReturnType<typeof firstLines>): readonly string[] {
  const all = listOf(row.text('numbers')).map((written) => {
    const number = normalizeNumber(written, country);
    if (number.startsWith('+')) return number;
    const cure = country === '' ? ', or set `country` in the settings' : '';
    row.fault('numbers', `"${written}" is no full telephone number`, `write it as +4930123456; several with ;${cure}`);
    return number;
  });
  const own = [...new Set(all)];
  for (const number of own) {
    const before = seen(number, row.line);
    if (before !== null)
      row.fault('numbers', `${number} is in line ${before} as well`, 'a number belongs to one customer');
  }
  return own;
}

function priorityOf(row: ImportRow): number | null {
  const text = row.text('priority');
  if (text === '') return null;
  if (!/^-?\d{1,4}$/.test(text))
    row.fault('priority', `"${text}" is no whole number`, "write e.g. 5, or nothing for the service's");
  return Number(text);
}

function requirementOf(row: ImportRow): string {
  const text = row.text('requirement');
  try {
    if (text !== '') parseRequirement(text);
  } catch (error) {
    if (!(error instanceof IpntError)) throw error;
    row.fault(
      'requirement',
      `does not parse at ${error.where}: ${error.detail.split('\n')[0]}`,
      'see README, "Requirements"',
    );
  }
  return text;
}

const show = (what: string, options: CustomerOptions, io: Io): Promise<void> =>
  withStore(options, io, async (store, { country }) => {
    const customer = await customerMeant(store, what, country);
    if (customer === null) throw new IpntError('CUSTOMER_UNKNOWN', `there is no customer "${what}"`);
    const numbers = await store.customerNumbers(customer.customerId);
    io.out(options.json ? `${JSON.stringify({ ...customer, numbers }, null, 2)}\n` : customerText(customer, numbers));
  });

/** A customer as `show` prints him. */
export function customerText(customer: Customer, numbers: readonly string[]): string {
  const { customerId, name, priority, requirement, preferred, attributes } = customer;
  const lines: readonly (readonly [string, string])[] = [
    ['id', customerId],
    ['name', name],
    ['numbers', numbers.join('; ')],
    ['priority', priority === null ? "the service's" : String(priority)],
    ['requirement', requirement],
    ['preferred', preferred.join('; ')],
    ...Object.entries(attributes),
  ];
  const width = Math.max(...lines.map(([title]) => title.length));
  return lines.map(([title, value]) => `${title.padEnd(width)}  ${printable(value) || '-'}\n`).join('');
}

const erase = (what: string, options: CustomerOptions, io: Io): Promise<void> =>
  withStore(options, io, async (store, { country }) => {
    const done = await eraseMeant(store, what, country);
    if (done.customers + done.calls + done.callbacks === 0)
      throw new IpntError('CUSTOMER_UNKNOWN', `no customer and no call of "${what}" is known: nothing to erase`);
    const { customers, calls, callbacks } = done;
    // Who was erased must not stand there for ever.
    const detail = `${customers} customers, ${calls} calls, ${callbacks} callbacks`;
    await noteChange(store, io, { action: 'customers.erase', target: maskNumber(what), detail });
    if (options.json) return io.out(`${JSON.stringify(done, null, 2)}\n`);
    const promises = callbacks === 0 ? '' : `; call backs that are not made any more: ${callbacks}`;
    io.out(`erased ${customers === 1 ? '1 customer' : 'no customer'}, and the caller of ${calls} calls${promises}\n`);
  });
