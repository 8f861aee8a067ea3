import { describe, expect, test } from 'vitest';
import * as address from '../../../../src/pbx/asterisk-ari/address.ts';
import { placeOf } from '../../../../src/pbx/asterisk-ari/http-get.ts';
import { isGone, replyOfError, toReply, toRestRequest } from '../../../../src/pbx/asterisk-ari/rest.ts';

describe('what goes out', () => {
  test.each([
    ['Ann', '4930', '"Ann" <4930>'],
    ['', '4930', '4930'],
    ['', '', ''],
    ['a" <sip:1@2>', '+49 30', '"a sip:1@2" <+4930>'],
    ['Eve\r\nX-Evil: 1', '49\r\n30', '"Eve X-Evil: 1" <4930>'],
    ['\\', '1', '1'],
    ['Zoë 日本', '1', '"Zoë 日本" <1>'],
    ['x'.repeat(4096), '1', `"${'x'.repeat(79)}" <1>`],
    ['🦊'.repeat(99), '1', `"${'🦊'.repeat(19)}" <1>`],
  ])('caller id of %j %j', (name, ani, shown) => {
    expect(address.callerId(name, ani)).toBe(shown);
  });

  test.each([
    [() => address.checkedEndpoint('PJSIP/1001@site-a')],
    [() => address.checkedPlace('whisper^s^1')],
    [() => address.checkedPlace('whisper')],
    [() => address.checkedRecording('2026/11/call-1')],
    [() => address.checkedCallId('edge1-1795.3')],
    [() => address.redirectEndpoint('sip:1001@127.0.0.1:5060')],
  ])('good: %s', (check) => expect(check).not.toThrow());

  test.each([
    [() => address.checkedEndpoint('PJSIP/1&Local/2@x')],
    [() => address.checkedEndpoint('PJSIP/1001@a\r\nb')],
    [() => address.checkedPlace('a,b&c')],
    [() => address.checkedRecording('../../etc/passwd')],
    [() => address.checkedRecording('/etc/x')],
    [() => address.checkedCallId('a b')],
    [() => address.redirectEndpoint('PJSIP/site-a')],
    [() => address.redirectEndpoint('sip:1@h>;x="')],
  ])('refused: %s', (check) => expect(check).toThrow());

  test('offers are told by their ids', () => {
    expect(['c.1.offer2', 'c.offer', 'edge1-1.2', '.offer1'].map(address.isOfferId)).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});

describe('requests', () => {
  const declaration = {
    path: '/channels/{channelId}',
    method: 'post',
    parameters: [
      { name: 'channelId', paramType: 'path' },
      { name: 'callerId', paramType: 'query' },
      { name: 'variables', paramType: 'body' },
    ],
  };

  test('over the websocket have their parameters where ARI declares them', () => {
    const params = { channelId: 'a/b c', callerId: '"x" & <1>', variables: { 'F(x,y)': 'v' }, unknown: 'dropped' };
    expect(toRestRequest('7', declaration, params)).toEqual({
      ...{ type: 'RESTRequest', transaction_id: '7', request_id: '7', method: 'POST', uri: 'channels/a%2Fb%20c' },
      query_strings: [{ name: 'callerId', value: '"x" & <1>' }],
      content_type: 'application/json',
      message_body: '{"variables":{"F(x,y)":"v"}}',
    });
  });

  test('are answered', () => {
    const answer = {
      type: 'RESTResponse',
      request_id: '7',
      status_code: 404,
      message_body: '{"message":"Channel not found"}',
    };
    const { id, reply } = toReply(answer);
    expect([id, reply.status, isGone(reply)]).toEqual(['7', 404, true]);
    expect(toReply({ request_id: '8', status_code: 204 }).reply).toEqual({ status: 204, body: null });
  });

  test.each([
    ['{"message":"Channel not found"}', 404, true],
    ['{"message":"Channel not in Stasis application"}', 409, true],
    ['{"message":"Channel in invalid state"}', 409, true],
    ['{"message":"Allocation failed"}', 500, false],
    ['{"message":"Event source does not exist"}', 400, false],
    ['<html>', 500, false],
  ])("ari-client's error %s has a status again", (text, status, gone) => {
    const reply = replyOfError(new Error(text));
    expect([reply.status, isGone(reply)]).toEqual([status, gone]);
  });

  test('name the place without user and password', () => {
    expect(placeOf('http://user:secret@127.0.0.1:8088')).toBe('127.0.0.1:8088');
    expect(placeOf('nonsense')).toBe('ARI');
  });
});
