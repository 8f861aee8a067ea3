/** The form of a dry run: what the API is asked. */
import { expect, it } from 'vitest';
import { dryRunBody, EMPTY_FORM } from '../../../src/web/parts/dry-run-query.ts';
import type { DryRunForm } from '../../../src/web/parts/dry-run-query.ts';

const body = (more: Partial<DryRunForm>) => dryRunBody({ ...EMPTY_FORM, service: 'support', ...more });

it.each<[Partial<DryRunForm>, Record<string, unknown>]>([
  [{}, { service: 'support' }],
  [{ by: 'number', dnis: ' +4930555100 ' }, { dnis: '+4930555100' }],
  [{ dnis: '1' }, { service: 'support' }],
  [
    { ani: '+49170', customer: '4711', requirement: 'queue:sales', at: '2026-12-24T10:00' },
    { service: 'support', ani: '+49170', customer: '4711', requirement: 'queue:sales', at: '2026-12-24T10:00' },
  ],
  [
    { priority: '-5', waited: '2,5' },
    { service: 'support', priority: -5, waitedMs: 2_500 },
  ],
  [
    { priority: '0', waited: '0' },
    { service: 'support', priority: 0 },
  ],
])('%j', (more, asked) => expect(body(more)).toEqual(asked));

it.each<[Partial<DryRunForm>, RegExp]>([
  [{ priority: 'high' }, /whole number/],
  [{ priority: '1.5' }, /whole number/],
  [{ waited: '-1' }, /number of seconds/],
  [{ waited: 'long' }, /number of seconds/],
  [{ by: 'number' }, /was dialled/],
])('%j is told', (more, says) => expect(body(more)).toMatch(says));
