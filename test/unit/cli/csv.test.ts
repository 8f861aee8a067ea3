import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../../src/cli/csv.ts';

const texts = (text: string): readonly (readonly string[])[] =>
  readCsv(text).rows.map(({ cells }) => cells.map((cell) => cell.text));

describe('a CSV file', () => {
  it.each([
    [
      'plain',
      'a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with CRLF and no last line end',
      'a,b\r\n1,2',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with a byte order mark',
      '\u{feff}a,b\n1,2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with empty fields',
      'a,b,c\n,,\n',
      [
        ['a', 'b', 'c'],
        ['', '', ''],
      ],
    ],
    [
      'with empty lines',
      'a,b\n\n\r\n1,2\n\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with quotes',
      'a,b\n"x, y","say ""hi"""\n',
      [
        ['a', 'b'],
        ['x, y', 'say "hi"'],
      ],
    ],
    [
      'with a line end in a field',
      'a,b\n"x\r\ny",2\n',
      [
        ['a', 'b'],
        ['x\r\ny', '2'],
      ],
    ],
    [
      'with an empty quoted field',
      'a,b\n"",2\n',
      [
        ['a', 'b'],
        ['', '2'],
      ],
    ],
    [
      'with semicolons, as a German spreadsheet',
      'a;b\n1,5;2\n',
      [
        ['a', 'b'],
        ['1,5', '2'],
      ],
    ],
    [
      'with tabs',
      'a\tb\n1\t2\n',
      [
        ['a', 'b'],
        ['1', '2'],
      ],
    ],
    [
      'with commas in a quoted name',
      '"a,,,";b\n1;2\n',
      [
        ['a,,,', 'b'],
        ['1', '2'],
      ],
    ],
    ['of one column', 'a\n1\n', [['a'], ['1']]],
    ['that is empty', '', []],
  ])('%s', (_, text, rows) => {
    expect(texts(text)).toEqual(rows);
    expect(readCsv(text).problems).toEqual([]);
  });

  it.each([
    ['a quote is never closed', 'a,b\n1,"2\n3,4\n', 2, 3, /never closed/],
    ['text stands behind a quote', 'a,b\n"1"x,2\n', 2, 4, /after a closing quote/],
    ['a quote stands in the middle', 'a,b\n1,2"3\n', 2, 3, /a quote within/],
    ['the fault is behind a field of two lines', 'a,b\n"1\n2",x"\n', 3, 4, /a quote within/],
  ])('tells where %s', (_, text, line, column, message) => {
    expect(readCsv(text).problems).toMatchObject([{ line, column, message: expect.stringMatching(message) as string }]);
  });

  it('knows where each field begins', () => {
    const [, row, last] = readCsv('a,b\r\n"x\ny",2\n3,4').rows;
    expect(row).toEqual({
      line: 2,
      cells: [
        { text: 'x\ny', line: 2, column: 1 },
        { text: '2', line: 3, column: 4 },
      ],
    });
    expect(last?.line).toBe(4);
  });

  it('reads back whatever was written, in quotes, with any line end', () => {
    const field = fc.string({ unit: fc.constantFrom('a', 'ü', ',', ';', '"', '\n', '\r', '\t', ' ') });
    const table = fc.array(fc.array(field, { minLength: 2, maxLength: 4 }), { minLength: 1 });
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, end) => {
        const lines = [['h', 'i'], ...rows].map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(','));
        expect(texts(lines.join(end))).toEqual([['h', 'i'], ...rows]);
      }),
    );
  });
});
