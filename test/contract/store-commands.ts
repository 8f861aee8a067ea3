import { describe, expect, test } from 'vitest';
import { RETENTION } from '../../src/ports/retention.ts';
import type { AskedCommand, CommandEnd } from '../../src/ports/commands.ts';
import { COMMAND_ANSWER_MS, COMMAND_MS, COMMAND_SETTLES_MS } from '../../src/ports/commands.ts';
import { EMPTY_CURSOR } from '../../src/ports/edge-store.ts';
import { claimOf } from './store-claims.ts';
import { freshSite, LEASE_MS, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const DONE: CommandEnd = { outcome: 'done', said: 'Interface paused successfully' };
const REFUSED: CommandEnd = { outcome: 'refused', said: 'QueuePause: Permission denied' };
const DAY_MS = 86_400_000;

const command = (siteId: string, over: Partial<AskedCommand> = {}): AskedCommand => ({
  ...{ commandId: unique('cmd'), siteId, agent: 'PJSIP/1', action: 'pause', reason: 'lunch', queues: ['a:b', 'c'] },
  ...{ askedBy: 'Zoë', ...over },
});

export function commandStories(use: () => StoreUnderTest): void {
  const asked = async (over: Partial<AskedCommand> = {}) => {
    const site = await freshSite(use().store, 1);
    const one = command(site.siteId, over);
    await use().store.askCommand(one);
    return { ...site, one, id: one.commandId };
  };
  const pausing = async (agentId: string | undefined) =>
    (await use().store.readChanges(EMPTY_CURSOR)).pausing.filter((id) => id === agentId).length;

  describe('a command', () => {
    test('is found by its site, taken, done and told; asked for again under its id, it is the same', async () => {
      const { store } = use();
      const { fence, siteId, one, id } = await asked();
      const other = await freshSite(store, 0);
      await store.askCommand({ ...one, reason: 'another' });
      expect(await store.waitingCommands(siteId)).toEqual([one]);
      expect(await store.waitingCommands(other.siteId)).toEqual([]);
      expect(await store.commandEnd(id)).toBeNull();
      expect(await store.takeCommand(other.fence, id, 'other')).toBeNull();
      const leftMs = await store.takeCommand(fence, id, '1.1');
      expect(leftMs).toBeGreaterThan(COMMAND_MS - 2_000);
      expect(leftMs).toBeLessThanOrEqual(COMMAND_MS);
      expect(await store.waitingCommands(siteId)).toEqual([]);
      expect(await store.commandEnd(id)).toBeNull();
      expect(await store.answerCommand(fence, id, DONE)).toBe('ok');
      expect(await store.answerCommand(fence, id, DONE)).toBe('ok');
      expect(await store.answerCommand(fence, id, REFUSED)).toBe('fenced');
      expect(await store.commandEnd(id)).toEqual(DONE);
    });

    test('is taken once by eight who try at once; the winner who did not hear of it sees his win', async () => {
      const { store } = use();
      const { fence, id } = await asked();
      const attempts = Array.from({ length: 8 }, (_, i) => `1.${i}`);
      const takes = await Promise.all(attempts.map((attempt) => store.takeCommand(fence, id, attempt)));
      const winner = attempts.filter((_, i) => takes[i] !== null);
      expect(winner).toHaveLength(1);
      expect(await store.takeCommand(fence, id, winner[0] ?? '')).toBeGreaterThan(0);
      expect(await store.takeCommand(fence, id, '1.9')).toBeNull();
    });

    test('is listed with what came of it, the newest first, by site, by agent and page by page', async () => {
      const { store, advance } = use();
      const { fence, siteId, one, id } = await asked();
      await store.takeCommand(fence, id, '1.1');
      await store.answerCommand(fence, id, DONE);
      await advance(5);
      const other = command(siteId, { agent: 'PJSIP/2', action: 'resume', reason: '' });
      await store.askCommand(other);
      const all = await store.commands({ siteId, limit: 10 });
      expect(all).toEqual([
        { ...other, askedAtMs: expect.any(Number) as number, end: null },
        { ...one, askedAtMs: expect.any(Number) as number, end: DONE },
      ]);
      const ids = async (filter: Parameters<typeof store.commands>[0]) =>
        (await store.commands(filter)).map(({ commandId }) => commandId);
      expect(await ids({ siteId, agentId: `${siteId}/PJSIP/1`, limit: 10 })).toEqual([id]);
      expect(await ids({ commandId: id, limit: 10 })).toEqual([id]);
      expect(await ids({ siteId, limit: 1 })).toEqual([other.commandId]);
      expect(await ids({ siteId, limit: 1, before: all[0] })).toEqual([id]);
      expect(await ids({ siteId: 'nowhere', limit: 10 })).toEqual([]);
      await advance(COMMAND_MS + 1);
      expect((await store.commands({ siteId, limit: 1 }))[0]?.end).toMatchObject({ outcome: 'expired' });
    });

    test('of a site come oldest first', async () => {
      const { store, advance } = use();
      const { siteId, id } = await asked();
      await advance(5);
      const later = command(siteId, { action: 'resume' });
      await store.askCommand(later);
      expect((await store.waitingCommands(siteId)).map(({ commandId }) => commandId)).toEqual([id, later.commandId]);
    });

    test('that nobody takes expires, and is never taken late', async () => {
      const { store, advance } = use();
      const { fence, siteId, id } = await asked();
      await advance(COMMAND_MS + 1);
      expect(await store.waitingCommands(siteId)).toEqual([]);
      expect(await store.takeCommand(fence, id, '1.1')).toBeNull();
      expect(await store.commandEnd(id)).toMatchObject({ outcome: 'expired' });
      expect(await store.commandEnd('never asked')).toMatchObject({ outcome: 'expired' });
    });

    test('that was taken and not answered is unknown after a while; an answer that comes late is told', async () => {
      const { store, advance } = use();
      const { fence, id } = await asked();
      await store.takeCommand(fence, id, '1.1');
      await advance(COMMAND_MS + 1);
      expect(await store.commandEnd(id)).toBeNull();
      await advance(COMMAND_ANSWER_MS);
      expect(await store.commandEnd(id)).toMatchObject({ outcome: 'unknown' });
      await store.answerCommand(fence, id, DONE);
      expect(await store.commandEnd(id)).toEqual(DONE);
    });

    test('is nothing to a process that another has superseded', async () => {
      const { store } = use();
      const { fence, siteId, id } = await asked();
      const next = await store.takeSite(siteId, 'A site', 'holder-a', LEASE_MS);
      if (next === null) throw new Error('not taken');
      expect(await store.takeCommand(fence, id, '1.1')).toBeNull();
      expect(await store.takeCommand(next, id, '2.1')).toBeGreaterThan(0);
      expect(await store.answerCommand(fence, id, REFUSED)).toBe('fenced');
      expect(await store.answerCommand(next, id, DONE)).toBe('ok');
    });

    test.each(['pause', 'logout'] as const)('to %s keeps its agent from calls from then on', async (action) => {
      const { store, advance } = use();
      const { fence, ids, id } = await asked({ action });
      const [agentId = ''] = ids;
      expect(await pausing(agentId)).toBe(1);
      expect(await store.claim(claimOf(agentId, unique('t')))).toBe('lost');
      await store.takeCommand(fence, id, '1.1');
      await store.answerCommand(fence, id, DONE);
      // His row may be a moment behind.
      expect(await pausing(agentId)).toBe(1);
      await advance(COMMAND_SETTLES_MS + 1);
      expect(await pausing(agentId)).toBe(0);
      await store.seen(fence, 0, LEASE_MS);
      expect(await store.claim(claimOf(agentId, unique('t')))).toBe('won');
    });

    test('that is refused, or that nobody took, sets its agent free', async () => {
      const { store, advance } = use();
      const first = await asked();
      await store.takeCommand(first.fence, first.id, '1.1');
      await store.answerCommand(first.fence, first.id, REFUSED);
      expect(await store.claim(claimOf(first.ids[0] ?? '', unique('t')))).toBe('won');
      const second = await asked();
      await advance(COMMAND_MS + COMMAND_SETTLES_MS + 1);
      expect(await pausing(second.ids[0])).toBe(0);
    });

    test.each(['resume', 'login'] as const)('to %s keeps nobody from calls', async (action) => {
      const { ids } = await asked({ action });
      expect(await pausing(ids[0])).toBe(0);
      expect(await use().store.claim(claimOf(ids[0] ?? '', unique('t')))).toBe('won');
    });

    test('is forgotten after a week', async () => {
      const { store, advance } = use();
      const { fence, id } = await asked();
      await store.takeCommand(fence, id, '1.1');
      await store.answerCommand(fence, id, DONE);
      await advance(6 * DAY_MS);
      await store.purge(RETENTION);
      expect(await store.commandEnd(id)).toEqual(DONE);
      await advance(2 * DAY_MS);
      await store.purge(RETENTION);
      expect(await store.commandEnd(id)).toMatchObject({ outcome: 'expired' });
    });
  });
}
