import { expect, it } from 'vitest';
import { edgeFindings } from '../../../src/cli/doctor/database.ts';
import { byPart, fault, findingsText, ok, warning } from '../../../src/cli/doctor/finding.ts';

const NOW = 1_000_000;
const row = (silentMs: number) => ({ edgeId: 'edge1', epoch: 1, seenAtMs: NOW - silentMs, leaseUntilMs: NOW + 2_000 });

it.each([
  ['a process that beats', [row(900)], 'ok', /^a process serves it/],
  ['one that is slow', [row(3_000)], 'ok', /^a process serves it/],
  ['one that is frozen or killed', [row(3_001)], 'fault', /^no process serves this edge/],
  ['one that ended by itself', [row(NOW)], 'fault', /: the last one ended$/],
  ['one that was never there', [], 'warning', /^no process has ever served/],
] as const)('knows %s', (_, rows, state, what) => {
  const [finding] = edgeFindings(['edge1'], rows, NOW);
  expect(finding).toMatchObject({ part: 'edge edge1', state, what: expect.stringMatching(what) as string });
  if (state !== 'ok') expect(finding?.cure).toContain('ipnt run');
  if (state === 'fault') expect(finding?.cure).toContain('systemctl status ipnt');
});

it('tells what belongs to a part together', () => {
  const mixed = [ok('database', 'a'), fault('edge e1', 'b', 'c'), ok('site s', 'd'), ok('edge e1', 'e')];
  expect(byPart(mixed).map(({ what }) => what)).toEqual(['a', 'd', 'b', 'e']);
});

it('counts one and many', () => {
  const text = findingsText([ok('program', 'a'), warning('site s', 'b', 'c'), fault('site s', 'd', 'e')]);
  expect(text).toMatch(/\n1 ok, 1 warning, 1 fault, 0 not checked\n$/);
  expect(findingsText([])).toMatch(/0 warnings, 0 faults/);
});
