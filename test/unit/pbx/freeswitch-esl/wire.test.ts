import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { IpntError } from '../../../../src/core/errors.ts';
import { checkCommand, createParser, eventOf, MAX_MESSAGE } from '../../../../src/pbx/freeswitch-esl/wire.ts';
import { rowsOfJson, rowsOfTable } from '../../../../src/pbx/freeswitch-esl/wire.ts';
import { createMasker } from '../../../../src/pbx/freeswitch-esl/masking.ts';

const bytesOf = (text: string) => new TextEncoder().encode(text);
const json = (event: object) => eventOf({ contentType: 'text/event-json', body: JSON.stringify(event) });
const framed = (body: string) => `Content-Length: ${bytesOf(body).length}\nContent-Type: text/event-json\n\n${body}`;

test.each(['a\nexit', 'a\r\nexit', 'a\0b'])('a command %j that holds another is refused', (command) => {
  expect(() => checkCommand(`api ${command}`)).toThrow(IpntError);
});

describe('the parser', () => {
  const text = `Content-Type: auth/request\n\nContent-Type: command/reply\nReply-Text: +OK\n\n${framed('{"Event-Name":"Käse 🧀"}')}${framed('{}')}`;

  test('reads headers and bodies by their length in bytes', () => {
    expect(createParser().push(bytesOf(text))).toEqual([
      { contentType: 'auth/request', reply: '', body: '' },
      { contentType: 'command/reply', reply: '+OK', body: '' },
      { contentType: 'text/event-json', reply: '', body: '{"Event-Name":"Käse 🧀"}' },
      { contentType: 'text/event-json', reply: '', body: '{}' },
    ]);
  });

  test('does not care how the bytes are split', () => {
    const bytes = bytesOf(text);
    const whole = createParser().push(bytes);
    const property = fc.property(fc.array(fc.nat(bytes.length), { maxLength: 30 }), (cuts) => {
      const parser = createParser();
      const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
      expect(edges.slice(1).flatMap((end, index) => parser.push(bytes.subarray(edges[index], end)))).toEqual(whole);
    });
    fc.assert(property);
  });

  test('gives up at a message that is too long, before it has come', () => {
    const parser = createParser();
    expect(parser.push(bytesOf(`Content-Length: ${MAX_MESSAGE + 1}\n\nabc`))).toEqual([]);
    expect(parser.isTooLong).toBe(true);
  });

  test('takes any bytes at all', () => {
    fc.assert(fc.property(fc.array(fc.uint8Array()), (pieces) => pieces.flatMap(createParser().push).forEach(eventOf)));
  });
});

describe('an event', () => {
  test.each<[string, object, object | null]>([
    [
      'keeps what concerns us',
      { 'Event-Name': 'X', 'CC-Agent': 'a', variable_other: 'b' },
      { 'Event-Name': 'X', 'CC-Agent': 'a' },
    ],
    [
      'has the first of a repeated header',
      { 'Event-Name': 'X', 'CC-Agent': ['a', 'b'] },
      { 'Event-Name': 'X', 'CC-Agent': 'a' },
    ],
    ['is not matched by a part of a name', { 'Event-Name': 'X', 'variable_Event-Name': 'Y' }, { 'Event-Name': 'X' }],
    ['has a name', { 'CC-Agent': 'a' }, null],
    ['is an object', ['Event-Name'], null],
  ])('%s', (_, event, expected) => expect(json(event)).toEqual(expected));

  test('is none where half of it is missing', () => {
    expect(eventOf({ contentType: 'text/event-json', body: '{"Event-Name":"X","CC' })).toBeNull();
  });

  test('with bytes that are no UTF-8 is read all the same', () => {
    const body = [...bytesOf('{"Event-Name":"X","CC-Member-CID-Name":"Ren'), 0xeb, ...bytesOf('"}')];
    const head = bytesOf(`Content-Length: ${body.length}\nContent-Type: text/event-json\n\n`);
    const [frame] = createParser().push(new Uint8Array([...head, ...body]));
    expect(frame && eventOf(frame)).toEqual({ 'Event-Name': 'X', 'CC-Member-CID-Name': 'Ren�' });
  });

  test('in the plain form is decoded, or left as it is', () => {
    const body = 'Event-Name: CUSTOM\nCC-Agent: a%40b\nCC-Agent: c\nCC-Member-CID-Name: Ren%EB\n\nbody';
    expect(eventOf({ contentType: 'text/event-plain', body })).toEqual({
      ...{ 'Event-Name': 'CUSTOM', 'CC-Agent': 'a@b', 'CC-Member-CID-Name': 'Ren%EB' },
    });
  });
});

test.each([
  [
    'name|status\na|On Break\nb|\n+OK\n',
    [
      { name: 'a', status: 'On Break' },
      { name: 'b', status: '' },
    ],
  ],
  ['+OK\n', []],
  ['', []],
])('the table %j', (body, rows) => expect(rowsOfTable(body)).toEqual(rows));

test.each([
  ['{"row_count": 0}\n', []],
  ['{"row_count":1,"rows":[{"uuid":"x","n":1}]}', [{ uuid: 'x', n: '1' }]],
  ['-ERR no', null],
])('the rows %j', (body, rows) => expect(rowsOfJson(body)).toEqual(rows));

test('a recording masks numbers and the password, and stays as long and as timely as it was', () => {
  const masker = createMasker();
  const line =
    '{"Caller-ANI":"+4930123456","Unique-ID":"12345678-aaaa","CC-Agent-Called-Time":"1795345067"}Content-Length: 123456';
  expect(masker.line(line)).toBe(line.replace('4930123456', '9999999991'));
  expect(masker.sent('auth ClueCon')).toBe('auth *******');
});
