import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayPath } from '../../src/apps/site/replay.ts';

const HERE = new URL('./transcripts/asterisk-ami/', import.meta.url).pathname;

/** Recorded from Asterisk 22.10.1 by record-asterisk.ts; what each must end in was read and written down beside it. */
describe.each(readdirSync(HERE).sort())('the transcript %s', (name) => {
  const expected: unknown = JSON.parse(readFileSync(join(HERE, name, 'expect.json'), 'utf8'));

  test.each([['whole', undefined] as const, ['a byte at a time', 1] as const, ['seven at a time', 7] as const])(
    'ends in the expected state, read %s',
    (_, chunk) => {
      const { state, differences } = replayPath(join(HERE, name), chunk === undefined ? {} : { chunk });
      expect({ differences, ...state }).toEqual(expected);
    },
  );
});
