import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { replayPath } from '../../src/apps/site/replay.ts';

const HERE = new URL('./transcripts/asterisk-ari/', import.meta.url).pathname;

/** Recorded from Asterisk 22.10.1 by `record-asterisk.ts --ari`; what each must end in was read and written down beside it. */
describe.each(readdirSync(HERE).sort())('the transcript %s over ARI', (name) => {
  const expected: unknown = JSON.parse(readFileSync(join(HERE, name, 'expect.json'), 'utf8'));

  test('ends in the expected state', () => {
    const { state, differences } = replayPath(join(HERE, name));
    expect({ differences, ...state }).toEqual(expected);
  });

  test('with each event twice, it ends in the same', () => {
    const dir = mkdtempSync(join(tmpdir(), 'ipnt-replay-'));
    try {
      for (const file of readdirSync(join(HERE, name)).filter((one) => one.endsWith('.ari'))) {
        const lines = readFileSync(join(HERE, name, file), 'utf8').split('\n');
        const twice = lines.flatMap((line) => (line.includes('"frame"') ? [line, line] : [line]));
        writeFileSync(join(dir, file), twice.join('\n'));
        const client = file.replace(/ari$/, 'client');
        writeFileSync(join(dir, client), readFileSync(join(HERE, name, client)));
      }
      const { state, differences } = replayPath(dir);
      expect({ differences, ...state }).toEqual(expected);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  });
});
