import { expect, test } from 'vitest';
import { announcement } from '../../../../src/core/routing/announcement.ts';

const s = 1_000;

test.each([
  [1, null, 'youarenext thankyou'],
  [1, 300 * s, 'youarenext thankyou'],
  [2, null, 'thereare 2 callswaiting thankyou'],
  [45, 29 * s, 'thereare 45 callswaiting thankyou'],
  [2, 30 * s, 'thereare 2 callswaiting holdtime 1 minute thankyou'],
  [2, 89_999, 'thereare 2 callswaiting holdtime 1 minute thankyou'],
  [2, 90 * s, 'thereare 2 callswaiting holdtime 2 minutes thankyou'],
  [7, 3_600 * s, 'thereare 7 callswaiting holdtime 60 minutes thankyou'],
  [null, 90 * s, 'holdtime 2 minutes thankyou'],
  [null, 10 * s, ''],
  [null, null, ''],
])('place %s, expected to wait %s ms: %s', (position, expectedWaitMs, words) => {
  const said = announcement(position, expectedWaitMs);
  expect(said.map((it) => ('sound' in it ? it.sound.replace('queue-', '') : it.number)).join(' ')).toBe(words);
});
