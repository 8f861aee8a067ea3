import { expect, test } from 'vitest';
import type { Customer } from '../../../../src/core/model/call.ts';
import { preferredAgents } from '../../../../src/core/routing/preferred.ts';
import { agent, world } from './world.ts';

const { agents } = world({
  agents: [
    agent('berlin/1', { title: 'Ada Ames' }),
    agent('berlin/2', { title: 'Bob' }),
    agent('paris/1', { title: 'bob' }),
  ],
});
const ADA = 'berlin/PJSIP/1';
const BOTH_BOBS = ['berlin/PJSIP/2', 'paris/PJSIP/1'];
const customer = (...preferred: string[]): Customer => ({
  ...{ customerId: '7', name: '', priority: null, requirement: '', preferred, attributes: {} },
});

test.each<[string, { customer: boolean; last: boolean }, Customer | null, string | null, readonly string[]]>([
  ['nobody asked for', { customer: false, last: false }, customer('Bob'), ADA, []],
  ['by id', { customer: true, last: false }, customer(ADA), null, [ADA]],
  ['by title, whatever the case', { customer: true, last: false }, customer(' ada ames '), null, [ADA]],
  [
    'by device, at every site that has it',
    { customer: true, last: false },
    customer('PJSIP/1'),
    null,
    [ADA, 'paris/PJSIP/1'],
  ],
  ['a title of two', { customer: true, last: false }, customer('BOB'), null, BOTH_BOBS],
  ['in the order of the record', { customer: true, last: false }, customer('bob', ADA), null, [...BOTH_BOBS, ADA]],
  ['the one spoken to last', { customer: false, last: true }, customer('Bob'), ADA, [ADA]],
  ['the record goes before the last one', { customer: true, last: true }, customer('bob'), ADA, [...BOTH_BOBS, ADA]],
  ['each once', { customer: true, last: true }, customer('Ada Ames', ADA), ADA, [ADA]],
  ['nobody of that name', { customer: true, last: true }, customer('Zoe', ''), 'berlin/PJSIP/99', []],
  ['an unknown caller', { customer: true, last: true }, null, null, []],
])('preferred agents: %s', (_, rules, found, last, expected) => {
  expect(preferredAgents({ ...rules, patienceMs: 0 }, found, last, agents)).toEqual(expected);
});
