import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IpntError } from '../../../../src/core/errors.ts';
import { createMasker } from '../../../../src/pbx/asterisk-ami/masking.ts';
import { translateEvent } from '../../../../src/pbx/asterisk-ami/translate.ts';
import { buildAction, createParser, normalize } from '../../../../src/pbx/asterisk-ami/wire.ts';

describe('actions', () => {
  test('are written with the Action first', () => {
    expect(buildAction({ ActionID: '1', Action: 'Ping' })).toBe('Action: Ping\r\nActionID: 1\r\n\r\n');
  });

  test.each(['a\r\nAction: Originate', 'a\nb', 'a\rb', 'a\0b'])('refuse %j as a value', (value) => {
    expect(() => buildAction({ Action: 'QueuePause', Reason: value })).toThrow(IpntError);
  });

  test.each(['Rea\r\nson', 'Reason:', '', 'Reason '])('refuse %j as a key', (key) => {
    expect(() => buildAction({ Action: 'QueuePause', [key]: 'x' })).toThrow(IpntError);
  });
});

const bytesOf = (text: string) => new TextEncoder().encode(text);

describe('the parser', () => {
  const text =
    'Asterisk Call Manager/11.0.0\r\nResponse: Success\r\nMessage: Authentication accepted\r\n\r\n' +
    'Event: UserEvent\r\nUserEvent: IPNTAgent\r\nReason: Käse: \u{1F9C0} ist gut\r\nEmpty: \r\nReason: second\r\n\r\n' +
    'Event: Bare\nLine: feed\n\n';

  test('reads headers with colons, without values, repeated, and with bare line feeds', () => {
    expect(createParser().push(bytesOf(text))).toEqual([
      { response: 'Success', message: 'Authentication accepted' },
      { event: 'UserEvent', userevent: 'IPNTAgent', reason: 'Käse: \u{1F9C0} ist gut', empty: '' },
      { event: 'Bare', line: 'feed' },
    ]);
  });

  test('does not care how the bytes are split', () => {
    const bytes = bytesOf(text);
    const whole = createParser().push(bytes);
    const property = fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
      const parser = createParser();
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      const messages = edges.slice(1).flatMap((end, index) => parser.push(bytes.subarray(edges[index], end)));
      expect(messages).toEqual(whole);
    });
    fc.assert(property);
  });

  test('takes any bytes at all', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (pieces) => pieces.map(createParser().push).flat().forEach(Object.keys)),
    );
  });
});

test('what asterisk-manager gives is brought to the same form', () => {
  expect(normalize({ event: 'X', twice: ['first', 'second'], variable: { a: 'b' } })).toEqual({
    event: 'X',
    twice: 'first',
  });
});

describe('translation', () => {
  test('takes any message of any event without a throw', () => {
    const names = fc.constantFrom(
      ...[
        'QueueMemberStatus',
        'QueueMemberRemoved',
        'DeviceStateChange',
        'QueueCallerJoin',
        'AgentComplete',
        'Newchannel',
      ],
      ...['Hangup', 'BlindTransfer', 'AttendedTransfer', 'UserEvent', 'Nothing', 'toString'],
    );
    const keys = fc.constantFrom(
      'queue',
      'uniqueid',
      'interface',
      'status',
      'talktime',
      'device',
      'channel',
      'userevent',
    );
    const message = fc.tuple(names, fc.dictionary(keys, fc.string()));
    fc.assert(fc.property(message, ([event, rest]) => void translateEvent({ ...rest, event })));
  });

  test('a UserEvent of another name, or with another status, is none of ours', () => {
    const event = { event: 'UserEvent', agent: 'PJSIP/1', status: 'paused', reason: 'x' };
    expect(translateEvent({ ...event, userevent: 'Other' })).toEqual([]);
    expect(translateEvent({ ...event, userevent: 'IPNTAgent', status: 'asleep' })).toEqual([]);
    expect(translateEvent({ ...event, userevent: 'IPNTAgent' })).toEqual([
      { kind: 'statusDeclared', device: 'PJSIP/1', status: 'paused', reason: 'x' },
    ]);
  });

  test('a failed transfer is none', () => {
    const blind = { event: 'BlindTransfer', transfererchannel: 'PJSIP/1001-0000000a', extension: '1003' };
    expect(translateEvent({ ...blind, result: 'Fail' })).toEqual([]);
    expect(translateEvent({ ...blind, result: 'Success' })).toEqual([
      { kind: 'agentTransferred', device: 'PJSIP/1001', transfer: 'blind', to: '1003' },
    ]);
  });
});

describe('masking', () => {
  test.each([
    ['CallerIDNum: 030123456', 'CallerIDNum: 999999991'],
    ['CallerIDName: "+49301234567" <030123456>', 'CallerIDName: "+99999999992" <999999991>'],
    ['Uniqueid: berlin-1795366935.12', 'Uniqueid: berlin-1795366935.12'],
    ['Value: berlin-1795366935.12', 'Value: berlin-1795366935.12'],
    ['Channel: PJSIP/1001-00000012', 'Channel: PJSIP/1001-00000012'],
    ['LastCall: 1795366935', 'LastCall: 1795366935'],
    ['Exten: 1001', 'Exten: 1001'],
  ])('%s -> %s', (line, masked) => {
    const masker = createMasker();
    masker.line('CallerIDNum: 030123456');
    expect(masker.line(line)).toBe(masked);
    expect(masked).toHaveLength(line.length);
  });

  test('takes secrets out of what we send', () => {
    const sent = createMasker().sent('Action: login\r\nSecret: open sesame\r\nUsername: ipnt');
    expect(sent).toBe('Action: login\r\nSecret: ***********\r\nUsername: ipnt');
  });
});
