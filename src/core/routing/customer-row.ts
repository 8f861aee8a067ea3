import { IpntError } from '../errors.ts';
import type { Customer } from '../model/call.ts';
import { parseRequirement } from './requirement.ts';

/** A row of somebody else's database: plain values by column. */
export type CustomerRow = Readonly<Record<string, string | number | boolean | null>>;

const LONGEST_NAME = 120;
const LONGEST_VALUE = 250;
const MOST_ATTRIBUTES = 30;
const MOST_PREFERRED = 20;
const PRIORITY_LIMIT = 1_000;
const COLUMN = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
const OWN = new Set(['customer_id', 'name', 'priority', 'requirement', 'preferred']);

/**
 * A customer out of a row: `customer_id`, `name`, `priority`, `requirement` and `preferred` (a list with commas, or JSON), where there
 * are such columns; any other is an attribute. What does not fit is left out and named in `problem`: the call goes on with the rest.
 */
export function customerOf(row: CustomerRow): { readonly customer: Customer; readonly problem: string } {
  const problems: string[] = [];
  const customerId = textOf(row['customer_id'], LONGEST_VALUE);
  if (customerId === '') problems.push('the row has no customer_id');
  const customer = {
    customerId,
    name: textOf(row['name'], LONGEST_NAME),
    priority: priorityOf(row['priority'] ?? null, problems),
    requirement: requirementOf(textOf(row['requirement'], Infinity), problems),
    preferred: listOf(textOf(row['preferred'], Infinity)),
    attributes: attributesOf(row, problems),
  };
  return { customer, problem: problems.join('; ') };
}

/** CR, LF and NUL never travel: what was found may stand in a SIP header or a channel variable. */
function textOf(value: CustomerRow[string] | undefined, longest: number): string {
  const plain = [...String(value ?? '')].map((char) => (char < ' ' || char === '\u007f' ? ' ' : char));
  return plain.slice(0, Math.min(longest, plain.length)).join('').trim();
}

function priorityOf(value: CustomerRow[string], problems: string[]): number | null {
  if (value === null || value === '') return null;
  const priority = Number(value);
  if (Number.isInteger(priority) && Math.abs(priority) <= PRIORITY_LIMIT) return priority;
  problems.push(`the priority "${textOf(value, 20)}" is no whole number from -${PRIORITY_LIMIT} to ${PRIORITY_LIMIT}`);
  return null;
}

function requirementOf(text: string, problems: string[]): string {
  try {
    parseRequirement(text);
    return text;
  } catch (error) {
    if (!(error instanceof IpntError)) throw error;
    problems.push(`the requirement does not parse at ${error.where}: ${error.detail.split('\n')[0]}`);
    return '';
  }
}

function listOf(text: string): readonly string[] {
  const names = text.startsWith('[') ? fromJson(text) : text.split(',');
  return names
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .slice(0, MOST_PREFERRED);
}

function fromJson(text: string): readonly string[] {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.filter((name) => typeof name === 'string') : [];
  } catch {
    return [];
  }
}

function attributesOf(row: CustomerRow, problems: string[]): Readonly<Record<string, string>> {
  const columns = Object.keys(row).filter((column) => !OWN.has(column) && row[column] !== null);
  const named = columns.filter((column) => COLUMN.test(column));
  const odd = columns.find((column) => !COLUMN.test(column));
  if (odd !== undefined) problems.push(`the column "${textOf(odd, 40)}" needs a plain name (AS ...)`);
  if (named.length > MOST_ATTRIBUTES) problems.push(`only the first ${MOST_ATTRIBUTES} attributes are taken`);
  return Object.fromEntries(
    named.slice(0, MOST_ATTRIBUTES).map((column) => [column, textOf(row[column], LONGEST_VALUE)]),
  );
}
