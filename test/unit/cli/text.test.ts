import { describe, expect, it } from 'vitest';
import { errorText, exitCodeOf } from '../../../src/cli/report.ts';
import { printable, shortSpan, span } from '../../../src/core/explain/text.ts';
import { table } from '../../../src/cli/table.ts';
import { IpntError } from '../../../src/core/errors.ts';
import { FaultsError } from '../../../src/settings/index.ts';

describe('tables', () => {
  it('align columns, wide characters too, and show a dash for nothing', () => {
    const rows = [
      { name: 'Anna', n: 5 },
      { name: '日本', n: 1_000 },
      { name: '', n: null },
    ];
    const columns = [
      { title: 'NAME', of: (row: (typeof rows)[number]) => row.name },
      { title: 'N', of: (row: (typeof rows)[number]) => row.n, right: true },
    ];
    expect(table(rows, columns, 'none')).toBe('NAME     N\nAnna     5\n日本  1000\n-        -\n');
    expect(table([], columns, 'none')).toBe('none\n');
  });

  it('let nothing through that a terminal obeys', () => {
    expect(printable('a\u001b[31mb\u202ec')).toBe('a?[31mb?c');
  });
});

describe('spans', () => {
  it.each([
    [0, '0 s', '0s'],
    [400, '0.4 s', '0s'],
    [12_000, '12 s', '12s'],
    [59_700, '1 min', '1m'],
    [130_000, '2 min 10 s', '2m10s'],
    [11_100_000, '3 h 5 min', '3h5m'],
    [200_000_000, '2 days', '2d'],
    [-5, '0 s', '0s'],
  ])('%d ms', (ms, long, short) => {
    expect(span(ms)).toBe(long);
    expect(shortSpan(ms)).toBe(short);
  });
});

describe('errors', () => {
  it('say what, where and the cure', () => {
    const error = new IpntError('AMI_LOGIN_REFUSED', 'user ipnt was refused', '10.0.0.11:5038');
    expect(errorText(error)).toBe(
      'ipnt: user ipnt was refused\n  where: 10.0.0.11:5038\n  cure:  check user, secret and permit lines in manager.conf\n',
    );
    expect(exitCodeOf(error)).toBe(1);
  });

  it('without a detail take the table of errors', () => {
    expect(errorText(new IpntError('DATABASE_DOWN', '', 'db:3306'))).toMatch(
      /^ipnt: the database does not answer\n {2}where: db:3306\n/,
    );
  });

  it('of a file are listed whole', () => {
    const fault = { file: 'f.yaml', line: 3, column: 5, path: 'a.b', message: 'is missing', cure: 'write e.g. 1' };
    const error = new FaultsError('ROUTING_INVALID', 'f.yaml', [fault]);
    expect(errorText(error)).toBe('f.yaml:3:5 a.b: is missing; write e.g. 1\n1 fault\n');
    expect(exitCodeOf(error)).toBe(2);
  });

  it('that nobody foresaw are bugs, and hold no secret', () => {
    const text = errorText(new Error('cannot open mysql://ipnt:pa55@db/ipnt'));
    expect(text).toMatch(/^ipnt: a bug/);
    expect(text).not.toContain('pa55');
    expect(exitCodeOf(new Error('x'))).toBe(1);
  });
});
