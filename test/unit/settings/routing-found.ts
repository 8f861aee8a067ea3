import { expect } from 'vitest';
import { readRouting } from '../../../src/settings/index.ts';

/** Faults (!) and warnings (?) of a file, with their places. */
export function found(text: string): string[] {
  const { rules, faults, warnings } = readRouting(text, 'routing.yaml');
  expect(rules === null).toBe(faults.length > 0);
  return [...faults.map((one) => ({ mark: '!', ...one })), ...warnings.map((one) => ({ mark: '?', ...one }))].map(
    ({ mark, line, column, path, message, cure }) => `${mark} ${line}:${column} ${path}: ${message} | ${cure}`,
  );
}

/** A file of these services, one a line. */
export const services = (...lines: string[]): string => `services:\n${lines.map((line) => `  ${line}\n`).join('')}`;
