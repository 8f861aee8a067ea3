import { describe, expect, test } from 'vitest';
import { RETENTION } from '../../src/ports/retention.ts';
import { NO_FIGURES } from '../../src/core/model/figures.ts';
import type { ServiceFigures } from '../../src/core/model/figures.ts';
import { EMPTY_CURSOR } from '../../src/ports/edge-store.ts';
import { Copy, freshEdge, LEASE_MS, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const MINUTE_MS = 60_000;

const seen = (service: string, over: Partial<ServiceFigures> = {}): ServiceFigures => ({
  ...{ ...NO_FIGURES, service, answered: 4, abandoned: 1, answeredInTime: 3, waitMs: 40_000 },
  ...{ handled: 2, handleMs: 360_000 },
  ...over,
});

export function figureStories(use: () => StoreUnderTest): void {
  describe('figures of services', () => {
    test('are the sums over all edges, told once when one of them changes', async () => {
      const { store } = use();
      const [sales, support] = [unique('service'), unique('service')];
      const [one, two] = [await freshEdge(store), await freshEdge(store)];
      await store.publishFigures(one, [seen(sales), seen(support)]);
      const copy = new Copy();
      await copy.read(store);
      expect(await store.publishFigures(two, [seen(sales, { abandonedLate: 1 })])).toBe('ok');
      const { figures } = await copy.read(store);
      expect(figures).toEqual(
        [{ ...seen(sales), answered: 8, abandoned: 2, answeredInTime: 6, waitMs: 80_000 }].map((sum) => ({
          ...sum,
          abandonedLate: 1,
          handled: 4,
          handleMs: 720_000,
        })),
      );
      expect((await copy.read(store)).figures).toEqual([]);
    });

    test('of a service replace those that the edge told before; services not named stay', async () => {
      const { store } = use();
      const [sales, support] = [unique('service'), unique('service')];
      const edge = await freshEdge(store);
      await store.publishFigures(edge, [seen(sales), seen(support)]);
      await store.publishFigures(edge, [seen(sales, { answered: 9 })]);
      await store.publishFigures(edge, []);
      const { figures } = await store.readChanges(EMPTY_CURSOR);
      const found = (service: string) => figures.find((sum) => sum.service === service)?.answered;
      expect([found(sales), found(support)]).toEqual([9, 4]);
    });

    test('of an edge that told none for the whole window count no more', async () => {
      const { store, advance } = use();
      const [sales, support] = [unique('service'), unique('service')];
      const [dead, alive] = [await freshEdge(store), await freshEdge(store)];
      await store.publishFigures(dead, [seen(sales), seen(support)]);
      const copy = new Copy();
      await copy.read(store);
      await advance(31 * MINUTE_MS);
      await store.publishFigures(alive, [seen(sales)]);
      // As if the reader had last read a minute ago, and not half an hour of the test's time.
      copy.cursor = { ...copy.cursor, readAtMs: (await store.sites()).dbNowMs - MINUTE_MS };
      const { figures } = await copy.read(store);
      expect(figures.find(({ service }) => service === sales)).toEqual(seen(sales));
      expect(figures.find(({ service }) => service === support)).toEqual({ ...NO_FIGURES, service: support });
      await advance(25 * 60 * MINUTE_MS);
      await store.purge(RETENTION);
      expect((await store.readChanges(EMPTY_CURSOR)).figures.map(({ service }) => service)).not.toContain(support);
    });

    test('are not written by an edge that was taken over', async () => {
      const { store } = use();
      const service = unique('service');
      const old = await freshEdge(store);
      await store.takeEdge(old.id, 'holder-a', LEASE_MS);
      expect(await store.publishFigures(old, [seen(service)])).toBe('fenced');
      expect((await store.readChanges(EMPTY_CURSOR)).figures.map((sum) => sum.service)).not.toContain(service);
    });
  });
}
