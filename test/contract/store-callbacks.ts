import { describe, expect, test } from 'vitest';
import { RETENTION } from '../../src/ports/retention.ts';
import type { Callback } from '../../src/ports/callbacks.ts';
import { EDGE_DEAD_MS } from '../../src/ports/callbacks.ts';
import type { Fence } from '../../src/ports/site-store.ts';
import { freshEdge, LEASE_MS, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

let numbers = 0;
const promise = (edge: Fence, over: Partial<Callback> = {}): Callback => ({
  ...{ callId: unique('cb'), edgeId: edge.id, service: 'sales', number: `+4930${1_000_000 + ++numbers}` },
  ...{ callerName: 'Zoë', dnis: '100', requirement: 'queue:sales', priority: 2, arrivedAtMs: 1_700_000_000_000 },
  ...{ tries: 0, notBeforeMs: 0 },
  ...over,
});

export function callbackStories(use: () => StoreUnderTest): void {
  const taken = async (edge: Fence): Promise<readonly Callback[]> => {
    const answer = await use().store.takeCallbacks(edge);
    if (answer === 'fenced') throw new Error('fenced');
    return answer;
  };

  describe('a promise to call back', () => {
    test('is kept, changed, and over; oldest arrival first', async () => {
      const { store } = use();
      const edge = await freshEdge(store);
      const late = promise(edge, { arrivedAtMs: 1_700_000_009_000 });
      const early = promise(edge);
      expect(await store.keepCallback(edge, late)).toBe('ok');
      expect(await store.keepCallback(edge, early)).toBe('ok');
      expect(await taken(edge)).toEqual([early, late]);
      const tried = { ...early, tries: 1, notBeforeMs: 1_700_000_300_000, priority: 7 };
      expect(await store.keepCallback(edge, tried)).toBe('ok');
      expect(await store.endCallback(edge, late.callId, 'done')).toBe('ok');
      expect(await taken(edge)).toEqual([tried]);
    });

    test('is one a number and service, until it is over', async () => {
      const { store } = use();
      const [one, two] = [await freshEdge(store), await freshEdge(store)];
      const first = promise(one);
      const second = { ...promise(two), number: first.number };
      const elsewhere = { ...promise(two, { service: 'support' }), number: first.number };
      expect(await store.keepCallback(one, first)).toBe('ok');
      expect(await store.keepCallback(one, first)).toBe('ok');
      expect(await store.keepCallback(two, second)).toBe('duplicate');
      expect(await store.keepCallback(two, elsewhere)).toBe('ok');
      expect(await taken(one)).toEqual([first]);
      expect(await taken(two)).toEqual([elsewhere]);
      expect(await store.keepCallback(two, { ...elsewhere, service: 'sales' })).toBe('duplicate');
      await store.endCallback(one, first.callId, 'failed');
      expect(await store.keepCallback(two, second)).toBe('ok');
    });

    test('of eight edges that ask for one number at once, one has it', async () => {
      const { store } = use();
      const edges = await Promise.all(Array.from({ length: 8 }, () => freshEdge(store)));
      const { number } = promise(edges[0] ?? { id: '', epoch: 0 });
      const answers = await Promise.all(edges.map((edge) => store.keepCallback(edge, { ...promise(edge), number })));
      expect(answers.filter((answer) => answer === 'ok')).toHaveLength(1);
    });

    test('that is over stays over, whoever writes it late', async () => {
      const { store, advance } = use();
      const edge = await freshEdge(store);
      const kept = promise(edge);
      await store.keepCallback(edge, kept);
      await store.endCallback(edge, kept.callId, 'cancelled');
      expect(await store.keepCallback(edge, { ...kept, tries: 1 })).toBe('duplicate');
      expect(await taken(edge)).toEqual([]);
      await advance(25 * 3_600_000);
      expect(await store.purge(RETENTION)).toBeGreaterThan(0);
    });

    test('passes to another edge when its own is silent, not before, and to one alone', async () => {
      const { store, advance } = use();
      const dead = await freshEdge(store);
      const kept = promise(dead);
      await store.keepCallback(dead, kept);
      await advance(EDGE_DEAD_MS - 1_000);
      const [one, two] = [await freshEdge(store), await freshEdge(store)];
      const his = async (edge: Fence) => (await taken(edge)).filter(({ callId }) => callId === kept.callId);
      expect(await his(one)).toEqual([]);
      await advance(2_000);
      const both = await Promise.all([his(one), his(two)]);
      const heir = both[0].length > 0 ? one : two;
      expect(both.flat().map(({ edgeId }) => edgeId)).toEqual([heir.id]);
      expect(await store.keepCallback(dead, { ...kept, tries: 5 })).toBe('duplicate');
      expect(await store.endCallback(dead, kept.callId, 'done')).toBe('ok');
      expect((await his(heir)).map(({ tries }) => tries)).toEqual([0]);
    });

    test('of a stopped edge passes at once, and an edge that was taken over changes none', async () => {
      const { store } = use();
      const [stopped, other] = [await freshEdge(store), await freshEdge(store)];
      const kept = promise(stopped);
      await store.keepCallback(stopped, kept);
      await store.releaseEdge(stopped);
      expect((await taken(other)).map(({ callId }) => callId)).toContain(kept.callId);
      await store.takeEdge(other.id, 'holder-a', LEASE_MS);
      expect(await store.keepCallback(other, { ...kept, tries: 3 })).toBe('fenced');
      expect(await store.endCallback(other, kept.callId, 'done')).toBe('fenced');
      expect(await store.takeCallbacks(other)).toBe('fenced');
    });
  });
}
