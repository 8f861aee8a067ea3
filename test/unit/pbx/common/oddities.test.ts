import { expect, test } from 'vitest';
import { Oddities } from '../../../../src/pbx/common/oddities.ts';
import { noLog } from '../../../../src/runtime/log.ts';

test('each kind is logged once and counted; kinds without end are one kind', () => {
  const lines: string[] = [];
  const oddities = new Oddities({ ...noLog, warn: (line) => void lines.push(line) });
  for (let i = 0; i < 3; i += 1) oddities.note('a message that is no JSON object');
  for (let i = 0; i < 1_000; i += 1) oddities.note(`an event of an unknown type (${i})`);
  expect(oddities.counts.get('a message that is no JSON object')).toBe(3);
  expect(oddities.counts.size).toBe(201);
  expect(oddities.counts.get('other odd messages')).toBe(801);
  expect(lines).toHaveLength(201);
});
