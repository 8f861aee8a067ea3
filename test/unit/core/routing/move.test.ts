/** What a call wishes for that goes on by other rules. */
import { expect, test } from 'vitest';
import type { CallRequest, Customer } from '../../../../src/core/model/call.ts';
import { NO_WISHES } from '../../../../src/core/model/call.ts';
import type { Service } from '../../../../src/core/model/service.ts';
import { blankService } from '../../../../src/core/model/service.ts';
import { underRules } from '../../../../src/core/routing/move.ts';

const support = (changes: Partial<Service>): Service => ({ ...blankService('support'), ...changes });
const OLD = support({ requirement: 'old', priority: 1, maxWaitMs: 60_000, music: 'jazz' });
const NEW = support({ requirement: 'new', priority: 2, maxWaitMs: 30_000, music: 'rock' });
const OTHER = { ...NEW, name: 'sales' };
const FRED: Customer = {
  ...{ customerId: '1', name: 'Fred', priority: 9, requirement: 'team=gold', preferred: [], attributes: {} },
};

const call = (asked: Partial<CallRequest>): CallRequest => ({
  ...NO_WISHES,
  ...{ callId: 'c', edgeId: 'e', channelId: 'ch', service: 'support', ani: '', callerName: '', dnis: '' },
  ...{ requirement: 'old', priority: 1, maxWaitMs: 60_000, music: 'jazz', whisper: 'w^s^1', rules: OLD },
  ...asked,
});

test.each<[string, Partial<CallRequest>, Service, readonly [string, number, number, string]]>([
  ['its own, changed', {}, NEW, ['new', 2, 30_000, 'rock']],
  ['its own, and the dialplan asked for an agent', { requirement: 'french' }, NEW, ['french', 2, 30_000, 'rock']],
  ['its own, and the dialplan said how urgent', { priority: 7 }, NEW, ['new', 7, 30_000, 'rock']],
  ['its own, and the dialplan said how long', { maxWaitMs: 5_000 }, NEW, ['new', 2, 5_000, 'rock']],
  ['its own, and the dialplan named the music', { music: 'calm' }, NEW, ['new', 2, 30_000, 'calm']],
  ['another service', { requirement: 'french', priority: 7, maxWaitMs: 5_000 }, OTHER, ['new', 2, 30_000, 'rock']],
  [
    'its own, and the customer is known',
    { customer: FRED, priority: 9, requirement: '(old) and (team=gold)' },
    NEW,
    ['(new) and (team=gold)', 9, 30_000, 'rock'],
  ],
])('%s', (_, asked, rules, [requirement, priority, maxWaitMs, music]) => {
  const after = underRules(call(asked), rules, 12);
  expect(after).toMatchObject({ requirement, priority, maxWaitMs, music });
  expect(after).toMatchObject({ service: rules.name, rules, routingVersion: 12, whisper: 'w^s^1' });
});
