import { describe, expect, test } from 'vitest';
import { IpntError } from '../../../src/core/errors.ts';
import { DatabaseTimeout, failureOf, toIpntError } from '../../../src/store/mysql/errors.ts';
import { bind, clip, derivedRows } from '../../../src/store/mysql/sql.ts';
import { parseDatabaseUrl } from '../../../src/store/mysql/url.ts';

describe('values in a statement', () => {
  test.each([
    ['a = :a', { a: "o'brien" }, String.raw`a = 'o\'brien'`],
    ['a = :a', { a: ':b ? \\' }, String.raw`a = ':b ? \\'`],
    ['a IN (:list)', { list: ['x', 'y'] }, "a IN ('x', 'y')"],
    [':n, :t, :f, :z', { n: -1.5, t: true, f: false, z: null }, '-1.5, 1, 0, NULL'],
    [':a :ab', { a: 1, ab: 2 }, '1 2'],
    [
      'FROM (:rows) n',
      {
        rows: derivedRows([
          { id: ':a', n: 1 },
          { id: 'b', n: null },
        ]),
      },
      "FROM (SELECT ':a' AS id, 1 AS n UNION ALL SELECT 'b', NULL) n",
    ],
  ])('%s', (text, params, expected) => {
    expect(bind(text, params)).toBe(expected);
  });

  test('a value that is missing, or no number, never reaches the database', () => {
    expect(() => bind(':a', {})).toThrow('no value for :a');
    expect(() => bind(':a', { a: Number.NaN })).toThrow();
    expect(() => bind(':a', { a: { toString: () => 'x' } as never })).toThrow();
  });

  test('texts are cut by code points, as the database counts', () => {
    expect([clip('abc', 2), clip('☎️', 9), clip('😀😀😀', 2)]).toEqual(['ab', '☎️', '😀😀']);
  });
});

describe('the address of the database', () => {
  test('several hosts, decoded parts, options', () => {
    expect(parseDatabaseUrl('mysql://u%40x:p%2Fw@h1,[::1]:3307/ipnt?timeoutMs=2000&tls=verify')).toEqual({
      ...{ user: 'u@x', password: 'p/w', database: 'ipnt', tls: 'verify', connectTimeoutMs: 400, timeoutMs: 2_000 },
      hosts: [
        { host: 'h1', port: 3306 },
        { host: '::1', port: 3307 },
      ],
    });
  });

  test.each([
    'postgres://u:secret@h/db',
    'mysql://u:secret@h',
    'mysql://u:secret@h:0/db',
    'mysql://u:secret@h:99999/db',
    'mysql://u:secret@h/db?ssl=on',
    'mysql://u:secret@h/db?tls=maybe',
    'mysql://u:secret@h/db?timeoutMs=1',
    'mysql://u:secret%@h/db',
  ])('%s is refused without showing the password', (url) => {
    const error = (() => {
      try {
        return parseDatabaseUrl(url);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(IpntError);
    expect(error).toMatchObject({ code: 'SETTINGS_INVALID' });
    expect(String(error)).not.toContain('secret');
  });
});

describe('what an error means', () => {
  const driver = (over: object) => Object.assign(new Error('x'), over);
  test.each([
    ['a deadlock', driver({ errno: 1213 }), 'contended', 'DATABASE_DOWN'],
    ['a node without a majority', driver({ errno: 1047 }), 'down', 'DATABASE_DOWN'],
    ['a commit that failed on Galera', driver({ errno: 1180 }), 'unknown', 'DATABASE_DOWN'],
    [
      'nobody listens',
      driver({ code: 'ECONNREFUSED', errno: -111, syscall: 'connect', fatal: true }),
      'down',
      'DATABASE_DOWN',
    ],
    [
      'the handshake took too long',
      driver({ code: 'ETIMEDOUT', syscall: 'connect', fatal: true }),
      'down',
      'DATABASE_DOWN',
    ],
    ['the connection was lost', driver({ code: 'PROTOCOL_CONNECTION_LOST', fatal: true }), 'unknown', 'DATABASE_DOWN'],
    ['no answer', new DatabaseTimeout(true), 'unknown', 'DATABASE_DOWN'],
    ['no free connection', new DatabaseTimeout(false), 'down', 'DATABASE_DOWN'],
    ['a wrong password', driver({ errno: 1045, fatal: true }), 'refused', 'DATABASE_REFUSED'],
    ['a missing table', driver({ errno: 1146 }), 'schema', 'SCHEMA_OLDER'],
    ['a text too long', driver({ errno: 1406 }), 'data', 'BUG'],
    ['a statement that does not parse', driver({ errno: 1064 }), 'bug', 'BUG'],
  ] as const)('%s', (_, error, failure, code) => {
    expect(failureOf(error)).toBe(failure);
    expect(toIpntError(error, 'h:1').code).toBe(code);
  });
});
