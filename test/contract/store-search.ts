import { beforeAll, describe, expect, test } from 'vitest';
import type { CallFact } from '../../src/core/model/call.ts';
import type { CallFilter, CallPlace } from '../../src/ports/call-search.ts';
import { arrived, event, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const HOUR_MS = 3_600_000;

/** `a1` arrived first; hours lie between them, and two arrived at once. */
const CALLS: readonly (readonly [string, number, Record<string, string>, readonly CallFact[]])[] = [
  ['a1', 0, {}, [{ kind: 'ended', outcome: 'abandoned', by: 'caller', talkMs: 0 }]],
  ['a2', 1, { ani: '+4930555', edge: 'e9' }, []],
  ['b1', 30, { dnis: '+4930557' }, [{ kind: 'bridged', agent: 's/x', site: 's', waitMs: 65_000, recording: '' }]],
  ['b2', 30, { ani: '00', dnis: '1%' }, [{ kind: 'redirected', agent: 's/y', site: 't', contact: '' }]],
  ['c1', 700, {}, [{ kind: 'customerFound', source: 's', customerId: 'C-5', name: '', tookMs: 1, problem: '' }]],
];

export function searchStories(use: () => StoreUnderTest): void {
  describe('a search for calls', () => {
    const tag = unique('find');
    let firstMs = 0;
    beforeAll(async () => {
      const { store } = use();
      firstMs = (await store.sites()).dbNowMs - 1_000 * HOUR_MS;
      for (const [name, hours, over, facts] of CALLS) {
        const first = { ...arrived, service: tag, ...over } as CallFact;
        const atMs = firstMs + hours * HOUR_MS;
        await store.appendCallEvents(
          [first, ...facts].map((fact, i) => ({ ...event(`${tag}-${name}`, i + 1, fact), atMs })),
        );
      }
    });
    const names = async (filter: CallFilter, newestFirst = true, limit = 99) =>
      (await use().store.searchCalls({ service: tag, ...filter }, { limit, newestFirst })).map(({ callId }) =>
        callId.slice(tag.length + 1),
      );

    test.each<readonly [string, () => CallFilter, readonly string[]]>([
      ['nothing more', () => ({}), ['c1', 'b2', 'b1', 'a2', 'a1']],
      ['a time', () => ({ fromMs: firstMs + HOUR_MS, toMs: firstMs + 700 * HOUR_MS }), ['b2', 'b1', 'a2']],
      ['an outcome', () => ({ outcome: 'abandoned' }), ['a1']],
      ['those in progress', () => ({ live: true }), ['c1', 'b2', 'b1', 'a2']],
      ['those that ended', () => ({ live: false }), ['a1']],
      ['an agent', () => ({ agentId: 's/x' }), ['b1']],
      ['a site', () => ({ siteId: 't' }), ['b2']],
      ['an edge', () => ({ edgeId: 'e9' }), ['a2']],
      ['a customer', () => ({ customerId: 'C-5' }), ['c1']],
      ['a number that called or was dialled', () => ({ numbers: ['+493055'] }), ['b1', 'a2']],
      ['one of several beginnings', () => ({ numbers: ['00', '+4930555', '+49305570'] }), ['b2', 'a2']],
      ['a number with a sign of LIKE', () => ({ numbers: ['1%'] }), ['b2']],
      ['the beginning of an id', () => ({ callId: `${tag}-b` }), ['b2', 'b1']],
      ['a long wait', () => ({ minWaitMs: 65_000 }), ['b1']],
      ['two things at once', () => ({ live: true, edgeId: 'e1', numbers: ['+4930123'] }), ['c1', 'b1']],
      ['what is not there', () => ({ agentId: 'nobody' }), []],
      ['a service that is not there', () => ({ service: 'nobody' }), []],
    ])('by %s', async (_, filter, expected) => {
      expect(await names(filter())).toEqual(expected);
      expect(await names(filter(), false)).toEqual([...expected].reverse());
      expect(await names(filter(), true, 1)).toEqual(expected.slice(0, 1));
    });

    test.each([true, false])('goes on where the page before ended (newest first: %s)', async (newestFirst) => {
      const { store } = use();
      const seen: string[] = [];
      for (let after: CallPlace | undefined, pages = 0; pages < 9; pages += 1) {
        const place = after === undefined ? {} : { after };
        const page = await store.searchCalls({ service: tag }, { limit: 2, newestFirst, ...place });
        seen.push(...page.map(({ callId }) => callId));
        after = page.at(-1);
        if (after === undefined) break;
      }
      const all = ['c1', 'b2', 'b1', 'a2', 'a1'].map((name) => `${tag}-${name}`);
      expect(seen).toEqual(newestFirst ? all : all.reverse());
    });
  });
}
