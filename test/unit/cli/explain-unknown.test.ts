/** What is said where `ipnt explain` finds no call, or more than one. */
import { expect, it } from 'vitest';
import { whyNone } from '../../../src/cli/commands/explain.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import { openMemoryStore } from '../../../src/store/memory/index.ts';
import { arrived } from '../core/explain/explain-world.ts';

it.each([
  ['nope', 'no call is "nope", or begins or ends so'],
  ['edge1', '2 calls begin with "edge1": edge1-7.1, edge1-8.1'],
  ['.1', '7 calls end with ".1": edge1-7.1, edge1-8.1, edge2-1.1, edge2-2.1, edge2-3.1, and 2 more'],
])('%s: %s', async (written, expected) => {
  const store = openMemoryStore({ nowMs: () => 1_700_000_000_000 } as Clock);
  const ids = ['edge1-7.1', 'edge1-8.1', ...[1, 2, 3, 4, 5].map((count) => `edge2-${count}.1`)];
  await store.appendCallEvents(ids.map((callId) => ({ callId, seq: 0, atMs: 1, fact: arrived })));
  expect(await whyNone(store, written)).toBe(expected);
});
