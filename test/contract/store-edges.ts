import { describe, expect, test } from 'vitest';
import { byTurn } from '../../src/core/model/call.ts';
import type { PlacedCall } from '../../src/core/model/call.ts';
import { Copy, freshEdge, LEASE_MS, unique, waiting } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

export function edgeStories(use: () => StoreUnderTest): void {
  describe('the line of waiting calls', () => {
    test('calls wait in the order of priority, arrival and id, over all edges', async () => {
      const { store, advance } = use();
      const [one, two] = [await freshEdge(store), await freshEdge(store)];
      const [first, second, third, urgent] = ['b', 'a', 'c', 'u'].map((id) => unique(id));
      await store.placeWaiting(one, [waiting(one.id, first ?? '')]);
      await advance(300);
      await store.placeWaiting(two, [waiting(two.id, second ?? '')]);
      await advance(300);
      await store.placeWaiting(one, [waiting(one.id, third ?? ''), waiting(one.id, urgent ?? '', { priority: 5 })]);
      const copy = new Copy();
      await copy.read(store);
      const line = [...copy.waiting.values()]
        .filter((call) => [one.id, two.id].includes(call.edgeId))
        .sort((a, b) => byTurn(a, b, 0));
      expect(line.map((call) => call.callId)).toEqual([urgent, first, second, third]);
    });

    test('to place a call twice changes neither its arrival nor its place', async () => {
      const { store, advance } = use();
      const edge = await freshEdge(store);
      const callId = unique('call');
      const first = await store.placeWaiting(edge, [waiting(edge.id, callId)]);
      const { dbNowMs } = await store.sites();
      const arrival = first === 'fenced' ? 0 : (first.get(callId) ?? 0);
      expect(Math.abs(dbNowMs - arrival)).toBeLessThan(1_000);
      const again = await store.placeWaiting(edge, [waiting(edge.id, callId), waiting(edge.id, unique('call'))]);
      expect(again === 'fenced' ? null : again.get(callId)).toBe(arrival);
      expect(again).toHaveProperty('size', 2);
      await advance(1_000);
    });

    test('what changed of a call is written over it, and it leaves for good', async () => {
      const { store } = use();
      const edge = await freshEdge(store);
      const [rung, left] = [unique('call'), unique('call')];
      await store.placeWaiting(edge, [waiting(edge.id, rung), waiting(edge.id, left, { networkFirst: true })]);
      const copy = new Copy();
      await copy.read(store);
      expect(copy.waiting.get(left)).toMatchObject({
        networkFirst: true,
        offering: false,
        requirement: 'queue:sales>=1',
      });
      const stepped = { requirement: '', priority: 7, step: 2, strategy: 'random', preferred: ['a/PJSIP/1'] } as const;
      await store.placeWaiting(edge, [waiting(edge.id, rung, stepped)]);
      expect(await store.leaveWaiting(edge, [left, 'unknown'])).toBe('ok');
      const changed = await copy.read(store);
      expect(changed.removedWaiting).toEqual([left]);
      expect(changed.waiting).toMatchObject([{ callId: rung, ...stepped }]);
      // A placement that had been given up for lost and comes late: the call does not wait again.
      await store.placeWaiting(edge, [waiting(edge.id, left)]);
      await copy.read(store);
      expect([...copy.waiting.keys()]).not.toContain(left);
    });

    test('a call that comes back with its arrival has its old place, though it left', async () => {
      const { store, advance } = use();
      const edge = await freshEdge(store);
      const [sent, other] = [unique('call'), unique('call')];
      const placed = await store.placeWaiting(edge, [waiting(edge.id, sent)]);
      const arrivedAtMs = placed === 'fenced' ? 0 : (placed.get(sent) ?? 0);
      await store.placeWaiting(edge, [waiting(edge.id, other)]);
      await store.leaveWaiting(edge, [sent]);
      const copy = new Copy();
      await copy.read(store);
      const back = await store.placeWaiting(edge, [waiting(edge.id, sent, { arrivedAtMs: arrivedAtMs - 60_000 })]);
      expect(back === 'fenced' ? null : back.get(sent)).toBe(arrivedAtMs - 60_000);
      await copy.read(store);
      expect(copy.waiting.get(sent)?.arrivedAtMs).toBe(arrivedAtMs - 60_000);
      // Another step keeps it; and a new call may bring an arrival as well (from a call back).
      await store.placeWaiting(edge, [waiting(edge.id, sent, { step: 3 })]);
      const called = unique('call');
      await store.placeWaiting(edge, [waiting(edge.id, called, { arrivedAtMs: 1_600_000_000_000 })]);
      await copy.read(store);
      expect(copy.waiting.get(sent)).toMatchObject({ arrivedAtMs: arrivedAtMs - 60_000, step: 3 });
      expect(copy.waiting.get(called)?.arrivedAtMs).toBe(1_600_000_000_000);
      await advance(1_000);
    });

    test('its terms are read back: strategy, ageing, preferred agents and until when, step', async () => {
      const { store } = use();
      const edge = await freshEdge(store);
      const terms: Partial<PlacedCall> = {
        ...{ strategy: 'site_cost', ageing: 2.5, preferred: ['a/PJSIP/1', 'b/PJSIP/"2'], step: 4 },
        preferredUntilMs: 1_700_000_000_000,
      };
      const callId = unique('call');
      await store.placeWaiting(edge, [waiting(edge.id, callId, terms)]);
      const copy = new Copy();
      await copy.read(store);
      expect(copy.waiting.get(callId)).toMatchObject(terms);
    });

    test('an edge that starts again begins with an empty line; calls that it finds keep their arrival', async () => {
      const { store, advance } = use();
      const edge = await freshEdge(store);
      const [found, lost] = [unique('call'), unique('call')];
      await store.placeWaiting(edge, [waiting(edge.id, found), waiting(edge.id, lost)]);
      const before = new Copy();
      await before.read(store);
      await advance(2_000);
      const after = await store.takeEdge(edge.id, 'holder-a', LEASE_MS);
      if (after === null) throw new Error('taken');
      const copy = new Copy();
      const { waiting: rows } = await copy.read(store);
      expect(rows.filter((call) => call.edgeId === edge.id)).toEqual([]);
      await store.placeWaiting(after, [waiting(edge.id, found)]);
      await copy.read(store);
      const { dbNowMs } = await store.sites();
      expect(dbNowMs - (copy.waiting.get(found)?.arrivedAtMs ?? dbNowMs)).toBeGreaterThanOrEqual(2_000);
      expect(copy.waiting.has(lost)).toBe(false);
    });
  });

  describe('who may write an edge', () => {
    test('whoever comes when its lease has expired; the old one changes nothing from then on', async () => {
      const { store, advance } = use();
      const old = await freshEdge(store);
      expect(await store.takeEdge(old.id, 'b', LEASE_MS)).toBeNull();
      expect(await store.renewEdge(old, LEASE_MS)).toBe('ok');
      await advance(LEASE_MS + 1_000);
      const taken = await store.takeEdge(old.id, 'b', LEASE_MS);
      expect(taken?.epoch).toBe(2);
      const callId = unique('call');
      expect(await store.renewEdge(old, LEASE_MS)).toBe('fenced');
      expect(await store.placeWaiting(old, [waiting(old.id, callId)])).toBe('fenced');
      if (taken) await store.placeWaiting(taken, [waiting(old.id, callId)]);
      expect(await store.leaveWaiting(old, [callId])).toBe('fenced');
      await store.releaseEdge(old);
      const copy = new Copy();
      const { edges } = await copy.read(store);
      expect(copy.waiting.has(callId)).toBe(true);
      expect(edges.find((edge) => edge.edgeId === old.id)?.seenAtMs).toBeGreaterThan(0);
    });

    test('a released edge is silent at once', async () => {
      const { store } = use();
      const edge = await freshEdge(store);
      await store.releaseEdge(edge);
      const listed = (await store.edges()).find((one) => one.edgeId === edge.id);
      expect(listed).toEqual({ edgeId: edge.id, epoch: 1, seenAtMs: 0, leaseUntilMs: 0 });
      expect(await store.takeEdge(edge.id, 'b', LEASE_MS)).not.toBeNull();
    });
  });
}
