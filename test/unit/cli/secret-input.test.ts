import { PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { Ending } from '../../../src/cli/command.ts';
import { askHidden, firstLine } from '../../../src/cli/secret-input.ts';

/** A terminal: what is typed, what is shown, and whether it is raw. */
function terminal() {
  const raw: boolean[] = [];
  const input = Object.assign(new PassThrough(), { setRawMode: (on: boolean) => raw.push(on) });
  const output = new PassThrough();
  return { input, output, raw, shown: () => String(output.read() ?? '') };
}

describe('a secret that is typed', () => {
  test.each([
    ['as it is', ['correct', ' horse\r'], 'correct horse'],
    ['with a slip mended', ['correkt\u007f\u007fct\n'], 'correct'],
    ['letters of more than one byte', ['é🐎\r'], 'é🐎'],
    ['without what a terminal sends beside', ['a\u001bb\tc\r'], 'abc'],
    ['nothing', ['\r'], ''],
  ])('%s', async (_, typed, expected) => {
    const { input, output, raw, shown } = terminal();
    const asked = askHidden(input, output, 'new password: ');
    for (const text of typed) input.write(text);
    expect(await asked).toBe(expected);
    expect(raw).toEqual([true, false]);
    expect(shown()).toBe('new password: \n');
  });

  test('Ctrl-C ends the command, and leaves the terminal as it was', async () => {
    const { input, output, raw } = terminal();
    const asked = askHidden(input, output, '');
    input.write('secr\u0003');
    await expect(asked).rejects.toBeInstanceOf(Ending);
    expect(raw).toEqual([true, false]);
  });
});

test.each([
  [['correct horse\nmore\n'], 'correct horse'],
  [['correct', ' horse'], 'correct horse'],
  [['correct horse\r\n'], 'correct horse'],
  [[], ''],
])('the first line of %j is %j', async (parts, line) => {
  expect(await firstLine(Readable.from(parts.map((part) => Buffer.from(part))))).toBe(line);
});
