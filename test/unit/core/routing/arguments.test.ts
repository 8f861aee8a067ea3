import { describe, expect, test } from 'vitest';
import { NO_ROUTING } from '../../../../src/core/model/routing.ts';
import { SERVICE_DEFAULTS } from '../../../../src/core/model/service.ts';
import { parseArguments, requestOf } from '../../../../src/core/routing/arguments.ts';
import { findService } from '../../../../src/core/routing/identify.ts';

const support = {
  ...SERVICE_DEFAULTS,
  name: 'support',
  title: 'Support',
  requirement: 'queue:support',
  numbers: ['+4930555100'],
};
const routing = { ...NO_ROUTING, version: 1, services: [support] };
const identity = { callId: 'e-1-1', edgeId: 'e', channelId: 'c', ani: '', callerName: '' };

describe('the one line of a dialplan author', () => {
  test('is read once, the service filling in what it leaves out', () => {
    const args = parseArguments([
      'service=support',
      'priority=5',
      'require=lang_fr>=3 and support',
      'timeout=120',
      '',
      'music=calm',
    ]);
    expect(requestOf(identity, findService(routing, args, String), args, 1)).toMatchObject({
      service: 'support',
      priority: 5,
      requirement: 'lang_fr>=3 and support',
      maxWaitMs: 120_000,
      music: 'calm',
      ringMs: SERVICE_DEFAULTS.ringMs,
      after: 'hangup',
    });
  });

  test.each([
    ['service=nope', 'SERVICE_UNKNOWN', 'argument service'],
    ['dnis=+49111', 'SERVICE_UNKNOWN', 'dialled number'],
    ['nonsense', 'ARGUMENT_INVALID', 'argument nonsense'],
    ['colour=red', 'ARGUMENT_INVALID', 'argument colour'],
    ['timeout=abc', 'ARGUMENT_INVALID', 'argument timeout'],
    ['timeout=0', 'ARGUMENT_INVALID', 'argument timeout'],
    ['priority=1e9', 'ARGUMENT_INVALID', 'argument priority'],
    ['after=party', 'ARGUMENT_INVALID', 'argument after'],
    ['whisper=somewhere', 'ARGUMENT_INVALID', 'argument whisper'],
    [`customer=${'9'.repeat(81)}`, 'ARGUMENT_INVALID', 'argument customer'],
    ['record=../../etc/passwd', 'ARGUMENT_INVALID', 'argument record'],
    ['require=lang_fr>=', 'REQUIREMENT_INVALID', 'character 10'],
  ])('%s -> %s at %s', (arg, code, where) => {
    const attempt = (): unknown => findService(routing, parseArguments([arg]), String);
    expect(attempt).toThrow(expect.objectContaining({ code, where }));
  });

  test('what the dialplan collected of the customer is kept as the caller keyed it in', () => {
    expect(parseArguments(['customer=*12#']).customerId).toBe('*12#');
    expect(parseArguments(['customer=']).customerId).toBe('');
  });

  test('without a service the dialled number decides, however it is written', () => {
    const normalise = (number: string): string => number.replace(/^0049|^0(?=3)/, '+49');
    for (const dnis of ['+4930555100', '004930555100', '030555100']) {
      expect(findService(routing, parseArguments([`dnis=${dnis}`]), normalise).name).toBe('support');
    }
  });
});
