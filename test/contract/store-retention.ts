import { describe, expect, test } from 'vitest';
import type { CallFact } from '../../src/core/model/call.ts';
import { intervalStartMs } from '../../src/core/model/counts.ts';
import { RETENTION } from '../../src/ports/retention.ts';
import type { Retention } from '../../src/ports/retention.ts';
import { arrived, event, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const DAY_MS = 86_400_000;
const NO_LEVELS = new Map<string, number>();

/** Ages of their own in each test, shorter from one to the next: what was once given up for deletion is counted no more. */
export function retentionStories(use: () => StoreUnderTest): void {
  const met: CallFact = {
    ...{
      kind: 'customerFound',
      source: 'shared',
      customerId: 'C-9',
      name: 'Zoë',
      tookMs: 3,
      problem: 'no row for +4930777',
    },
  };
  const decision = { callId: 'x', others: {} } as unknown as Extract<CallFact, { kind: 'decided' }>['decision'];
  /** A call of so many days ago, of a service of its own. */
  const lived = async (days: number) => {
    const { store } = use();
    const [callId, service] = [unique('old'), unique('service')];
    const atMs = (await store.sites()).dbNowMs - days * DAY_MS;
    const facts: readonly CallFact[] = [{ ...arrived, service, ani: '+4930777' } as CallFact, met];
    const more: readonly CallFact[] = [{ kind: 'decided', decision }];
    await store.appendCallEvents([...facts, ...more].map((fact, i) => ({ ...event(callId, i + 1, fact), atMs })));
    const kinds = async () => (await store.callEvents(callId)).map(({ fact }) => fact.kind);
    const counts = () => store.intervals(intervalStartMs(atMs), atMs + 1, service);
    return { store, callId, service, atMs, kinds, counts };
  };
  const keep = (days: Partial<Record<keyof Retention, number>>): Retention => ({
    ...RETENTION,
    ...Object.fromEntries(Object.entries(days).map(([name, count]) => [name, count * DAY_MS])),
  });

  describe('what is too old', () => {
    test('of a call goes in parts: decisions, who called, then all of it', async () => {
      const { store, callId, service, kinds } = await lived(60);
      await store.purge(keep({ callsMs: 70, decisionsMs: 59, numbersMs: 70 }));
      expect(await kinds()).toEqual(['arrived', 'customerFound']);
      expect(JSON.stringify(await store.callEvents(callId))).toContain('+4930777');
      await store.purge(keep({ callsMs: 70, decisionsMs: 59, numbersMs: 59 }));
      const left = JSON.stringify([await store.callEvents(callId), await store.calls({ limit: 9, service })]);
      for (const trace of ['+4930777', 'C-9', 'Zoë']) expect(left).not.toContain(trace);
      expect(await kinds()).toEqual(['arrived', 'customerFound']);
      await store.rollUp(NO_LEVELS);
      await store.purge(keep({ callsMs: 59 }));
      expect([await kinds(), await store.calls({ limit: 9, service })]).toEqual([[], []]);
    });

    test('is deleted after it was counted, never before, and its counts stay', async () => {
      const { store, kinds, counts } = await lived(50);
      await store.purge(keep({ callsMs: 51 }));
      await store.rollUp(NO_LEVELS);
      expect(await counts()).toMatchObject([{ offered: 1 }]);
      const fresh = await lived(48);
      await store.purge(keep({ callsMs: 47 }));
      expect([await kinds(), await fresh.kinds()]).toEqual([[], ['arrived', 'customerFound']]);
      // Its interval may have lost others: it is counted no more, and goes with the next purge.
      await store.rollUp(NO_LEVELS);
      await store.purge(keep({ callsMs: 47 }));
      expect([await fresh.kinds(), await fresh.counts(), await counts()]).toMatchObject([[], [], [{ offered: 1 }]]);
    });

    test('of an interval is not counted anew from the calls that are left', async () => {
      const { store, atMs, service, counts } = await lived(40);
      await store.rollUp(NO_LEVELS);
      await store.purge(keep({ callsMs: 39 }));
      const late = unique('old');
      await store.appendCallEvents([{ ...event(late, 1, { ...arrived, service } as CallFact), atMs }]);
      await store.rollUp(NO_LEVELS);
      expect(await counts()).toMatchObject([{ offered: 1 }]);
      await store.purge(keep({ intervalsMs: 39 }));
      expect(await counts()).toEqual([]);
    });

    test('goes from the audit and from the logins', async () => {
      const { store, advance } = use();
      const entry = { auditId: unique('audit'), by: 'me', via: 'cli', address: '', action: 'x', target: '' } as const;
      await store.audit({ ...entry, detail: '' });
      await advance(10 * DAY_MS);
      await store.purge(keep({ auditMs: 11 }));
      expect((await store.audits({ limit: 99 })).map(({ auditId }) => auditId)).toContain(entry.auditId);
      await store.purge(keep({ auditMs: 9 }));
      expect((await store.audits({ limit: 99 })).map(({ auditId }) => auditId)).not.toContain(entry.auditId);
    });
  });
}
