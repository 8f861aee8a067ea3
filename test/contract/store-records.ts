import { describe, expect, test } from 'vitest';
import { RETENTION } from '../../src/ports/retention.ts';
import type { CallFact } from '../../src/core/model/call.ts';
import { arrived, event, freshSite, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const FACTS: readonly CallFact[] = [
  arrived,
  { kind: 'offered', offer: 'o1', agent: 's/PJSIP/1', site: 's', ringMs: 20_000 },
  { kind: 'bridged', agent: 's/PJSIP/1', site: 's', waitMs: 4_200, recording: '' },
  { kind: 'returned', status: 'ANSWERED', waitMs: 4_200, detail: '' },
  { kind: 'ended', outcome: 'answered', by: 'caller', talkMs: 61_000 },
];

export function recordStories(use: () => StoreUnderTest): void {
  const find = async (callId: string) =>
    (await use().store.calls({ limit: 1_000 })).find((call) => call.callId === callId);
  const whole = (callId: string) => ({
    ...{
      callId,
      edgeId: 'e1',
      service: 'sales',
      ani: '+4930123',
      dnis: '100',
      customerId: '',
      arrivedAtMs: 1_001,
      endedAtMs: 1_005,
    },
    ...{
      agentId: 's/PJSIP/1',
      siteId: 's',
      waitMs: 4_200,
      talkMs: 61_000,
      offers: 1,
      outcome: 'answered',
      status: 'ANSWERED',
    },
  });

  describe('the record of a call', () => {
    test.each([
      ['in order', [1, 2, 3, 4, 5]],
      ['twice', [1, 2, 3, 1, 2, 3, 4, 5, 5]],
      ['backwards', [5, 4, 3, 2, 1]],
    ])('its facts, delivered %s one by one, make the same row', async (_, order) => {
      const { store } = use();
      const callId = unique('rec');
      for (const seq of order) {
        const answer = await store.appendCallEvents([event(callId, seq, FACTS[seq - 1] ?? arrived)]);
        expect(answer.refused).toEqual([]);
      }
      expect(await find(callId)).toEqual(whole(callId));
      expect((await store.callEvents(callId)).map((one) => one.seq)).toEqual([1, 2, 3, 4, 5]);
    });

    test('facts of many calls come in one batch', async () => {
      const { store } = use();
      const ids = Array.from({ length: 60 }, () => unique('many'));
      await store.appendCallEvents(ids.flatMap((id) => FACTS.map((fact, i) => event(id, i + 1, fact))));
      expect(await find(ids[59] ?? '')).toEqual(whole(ids[59] ?? ''));
    });

    test('several who write one call at once all count', async () => {
      const { store } = use();
      for (let round = 0; round < 20; round++) {
        const callId = unique('rec');
        await Promise.all(FACTS.map((fact, i) => store.appendCallEvents([event(callId, i + 1, fact)])));
        expect(await find(callId)).toEqual(whole(callId));
      }
    });

    test('the first fact of a number stays', async () => {
      const { store } = use();
      const callId = unique('rec');
      await store.appendCallEvents([event(callId, 1, arrived)]);
      await store.appendCallEvents([event(callId, 1, { ...arrived, service: 'other' } as CallFact)]);
      expect((await find(callId))?.service).toBe('sales');
    });

    test('is listed while it lives and after, newest first, by service', async () => {
      const { store } = use();
      const service = unique('service');
      const [old, now] = [unique('rec'), unique('rec')];
      const at = (callId: string, atMs: number) => ({ ...event(callId, 1, { ...arrived, service } as CallFact), atMs });
      await store.appendCallEvents([
        at(old, 5_000),
        at(now, 9_000),
        event(old, 2, { kind: 'ended', outcome: 'abandoned', by: 'caller', talkMs: 0 }),
      ]);
      const ids = async (live?: boolean) =>
        (await store.calls({ limit: 10, service, ...(live === undefined ? {} : { live }) })).map((call) => call.callId);
      expect([await ids(), await ids(true), await ids(false)]).toEqual([[now, old], [now], [old]]);
      expect(await store.calls({ limit: 1, service })).toHaveLength(1);
    });

    test.each([
      ['the guess came first', ['unknown', 'caller'], 'answered'],
      ['the guess came last', ['caller', 'unknown'], 'answered'],
      ['nobody saw it', ['unknown'], 'failed'],
    ] as const)('its end is the one that somebody saw (%s)', async (_, ends, outcome) => {
      const { store } = use();
      const callId = unique('rec');
      await store.appendCallEvents([event(callId, 1, arrived)]);
      for (const by of ends) {
        const guess: CallFact = { kind: 'ended', outcome: 'failed', by: 'unknown', talkMs: 0 };
        const isGuess = by === 'unknown';
        const fact: CallFact = isGuess ? guess : { kind: 'ended', outcome: 'answered', by, talkMs: 61_000 };
        // Whoever closes what he did not serve writes with a higher number.
        await store.appendCallEvents([event(callId, isGuess ? 700_000 : 9, fact)]);
      }
      expect(await find(callId)).toMatchObject({ outcome, talkMs: outcome === 'answered' ? 61_000 : 0 });
    });

    test('names the customer who was found', async () => {
      const { store } = use();
      const callId = unique('rec');
      const met: CallFact = {
        ...{ kind: 'customerFound', source: 'shared', customerId: 'C-7', name: 'Zoë', tookMs: 3, problem: '' },
      };
      await store.appendCallEvents([event(callId, 1, arrived), event(callId, 2, met)]);
      expect((await find(callId))?.customerId).toBe('C-7');
    });

    test('without an end is unfinished, of its edge and for a day', async () => {
      const { store } = use();
      const { dbNowMs } = await store.sites();
      const edge = unique('edge');
      const at = (callId: string, agoMs: number, over = {}) => ({
        ...event(callId, 1, { ...arrived, edge, ...over } as CallFact),
        atMs: dbNowMs - agoMs,
      });
      const [late, early, old, done, others] = [1, 2, 3, 4, 5].map(() => unique('rec'));
      await store.appendCallEvents([
        at(late ?? '', 1_000),
        at(early ?? '', 80_000_000),
        at(old ?? '', 90_000_000),
        at(done ?? '', 2_000),
        event(done ?? '', 2, { kind: 'ended', outcome: 'abandoned', by: 'caller', talkMs: 0 }),
        at(others ?? '', 1_000, { edge: 'e-other' }),
      ]);
      expect(await store.unfinishedCalls(edge)).toEqual([early, late]);
    });

    test('is purged after ninety days, its decisions after thirty', async () => {
      const { store } = use();
      const { dbNowMs } = await store.sites();
      const decision = { callId: 'x', others: {} } as unknown as Extract<CallFact, { kind: 'decided' }>['decision'];
      const days = async (age: number): Promise<readonly string[]> => {
        const callId = unique('rec');
        const facts: readonly CallFact[] = [arrived, { kind: 'decided', decision }];
        const atMs = dbNowMs - age * 86_400_000;
        await store.appendCallEvents(facts.map((fact, i) => ({ ...event(callId, i + 1, fact), atMs })));
        await store.rollUp(new Map());
        await store.purge(RETENTION);
        const listed = (await find(callId)) === undefined ? [] : ['row'];
        return [...listed, ...(await store.callEvents(callId)).map(({ fact }) => fact.kind)];
      };
      expect(await days(29)).toEqual(['row', 'arrived', 'decided']);
      expect(await days(31)).toEqual(['row', 'arrived']);
      expect(await days(91)).toEqual([]);
    });

    test('is found by a unique beginning or end of its id', async () => {
      const { store } = use();
      const tail = unique('tail%');
      const [one, two] = [`pre_${unique('x')}-${tail}`, `pre_${unique('y')}-other`];
      await store.appendCallEvents([event(one, 1, arrived), event(two, 1, arrived)]);
      const found = async (text: string) => (await store.callEvents(text))[0]?.callId;
      expect(await found(tail)).toBe(one);
      expect(await found(one.slice(0, 7))).toBe(one);
      expect([await found('pre_'), await found('pre%'), await found(''), await found('nothing')]).toEqual(
        Array(4).fill(undefined),
      );
    });
  });

  describe('what else people ask', () => {
    test('agents come with their reservations, by site or all', async () => {
      const { store } = use();
      const { siteId, ids } = await freshSite(store, 2);
      await store.claim({ agentId: ids[0] ?? '', edgeId: 'e1', callId: 'c', token: unique('offer'), leaseMs: 9_000 });
      const rows = await store.agents(siteId);
      expect(rows.map((row) => [row.agentId, row.reservation?.phase])).toEqual([
        [ids[0], 'offer'],
        [ids[1], 'free'],
      ]);
      expect((await store.agents()).length).toBeGreaterThanOrEqual(2);
      expect(await store.queues(siteId)).toEqual([]);
    });
  });
}
