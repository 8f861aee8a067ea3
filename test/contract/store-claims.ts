import { describe, expect, test } from 'vitest';
import type { NextPhase } from '../../src/ports/edge-store.ts';
import { agent, batch, Copy, freshSite, LEASE_MS, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

export const claimOf = (agentId: string, token: string, leaseMs = 22_000) => ({
  agentId,
  edgeId: 'e1',
  callId: `call-of-${token}`,
  token,
  leaseMs,
});

export function claimStories(use: () => StoreUnderTest): void {
  const won = async (leaseMs?: number) => {
    const { store } = use();
    const { fence, ids } = await freshSite(store, 1);
    const [agentId = ''] = ids;
    const token = unique('offer');
    expect(await store.claim(claimOf(agentId, token, leaseMs))).toBe('won');
    return { store, fence, agentId, token };
  };

  describe('a claim', () => {
    test('is won by exactly one of eight, for each of ten agents', async () => {
      const { store } = use();
      const { ids } = await freshSite(store, 10);
      for (const id of ids) {
        const answers = await Promise.all(Array.from({ length: 8 }, () => store.claim(claimOf(id, unique('offer')))));
        expect(answers.filter((answer) => answer === 'won')).toHaveLength(1);
      }
    });

    test('repeated with its token sees its own win, even from a site that has become stale', async () => {
      const { store, fence, agentId, token } = await won();
      await store.seen(fence, null, LEASE_MS);
      expect(await store.claim(claimOf(agentId, token))).toBe('won');
      expect(await store.claim(claimOf(agentId, unique('offer')))).toBe('lost');
    });

    test('shows its row to the loser and to every reader', async () => {
      const { store, agentId, token } = await won();
      const row = await store.readReservation(agentId);
      expect(row).toMatchObject({
        agentId,
        phase: 'offer',
        token,
        callId: `call-of-${token}`,
        edgeId: 'e1',
        holdReason: '',
      });
      expect((row?.expiresAtMs ?? 0) - (row?.changedAtMs ?? 0)).toBe(22_000);
      const { reservations, cursor } = await new Copy().read(store);
      expect(reservations.find((one) => one.agentId === agentId)).toEqual(row);
      await store.advance(agentId, token, { phase: 'talk', leaseMs: 9_000 });
      const { reservations: changed } = await store.readChanges(cursor);
      expect(changed.find((one) => one.agentId === agentId)?.phase).toBe('talk');
    });

    test.each([
      ['a paused agent', { status: 'paused' }],
      ['one who has logged out', { status: 'logged_out' }],
      ['one of whom nothing is known', { status: 'unknown' }],
    ] as const)('cannot take %s', async (_, over) => {
      const { store } = use();
      const { fence, siteId, ids } = await freshSite(store, 1);
      await store.publish(fence, batch({ agents: [agent(siteId, 'PJSIP/1', over)] }), LEASE_MS);
      expect(await store.claim(claimOf(ids[0] ?? '', unique('offer')))).toBe('lost');
    });

    test.each([
      ['of a stale site', { pbxSeenAgoMs: 5_100 }, 'lost'],
      ['of a site whose PBX is disconnected', { pbxSeenAgoMs: null, connection: 'down' }, 'lost'],
      ['who was removed', { removedAgents: ['PJSIP/1'] }, 'lost'],
      ['of a site seen three seconds ago', { pbxSeenAgoMs: 3_000 }, 'won'],
    ] as const)('of an agent %s', async (_, over, answer) => {
      const { store } = use();
      const { fence, ids } = await freshSite(store, 1);
      await store.publish(fence, batch(over), LEASE_MS);
      expect(await store.claim(claimOf(ids[0] ?? '', unique('offer')))).toBe(answer);
    });

    test('of an unknown agent is lost', async () => {
      expect(await use().store.claim(claimOf('nowhere/PJSIP/1', unique('offer')))).toBe('lost');
      expect(await use().store.readReservation('nowhere/PJSIP/1')).toBeNull();
    });

    test('is free for others when its lease has expired, and then the old token is worth nothing', async () => {
      const { store, fence, agentId, token } = await won(2_000);
      await use().advance(2_500);
      await store.seen(fence, 0, LEASE_MS);
      const next = unique('offer');
      expect(await store.claim(claimOf(agentId, next))).toBe('won');
      expect(await store.advance(agentId, token, { phase: 'talk', leaseMs: 9_000 })).toBe(false);
      expect((await store.readReservation(agentId))?.token).toBe(next);
    });

    test('tells when the agent was last claimed, by whom that was repeated or not', async () => {
      const { store, agentId, token } = await won();
      const first = await store.readReservation(agentId);
      expect(first?.claimedAtMs).toBe(first?.changedAtMs);
      await store.claim(claimOf(agentId, token));
      await store.advance(agentId, token, { phase: 'talk', leaseMs: 9_000 });
      expect((await store.readReservation(agentId))?.claimedAtMs).toBe(first?.claimedAtMs);
    });

    test('of an agent whose talk nobody ended counts him as idle from the end of its lease', async () => {
      const { store, fence, agentId, token } = await won();
      await store.advance(agentId, token, { phase: 'talk', leaseMs: 9_000 });
      await use().advance(12_000);
      const expired = (await store.readReservation(agentId))?.expiresAtMs;
      await store.seen(fence, 0, LEASE_MS);
      expect(await store.claim(claimOf(agentId, unique('offer')))).toBe('won');
      expect((await store.readReservation(agentId))?.idleSinceMs).toBe(expired);
    });
  });

  describe('the end of a phase', () => {
    test('a talk becomes wrap-up, and the agent is idle since then', async () => {
      const { store, agentId, token } = await won();
      expect(await store.advance(agentId, token, { phase: 'talk', leaseMs: 9_000 })).toBe(true);
      expect((await store.readReservation(agentId))?.idleSinceMs).toBe(0);
      expect(await store.advance(agentId, token, { phase: 'wrap_up', leaseMs: 5_000 })).toBe(true);
      const row = await store.readReservation(agentId);
      expect(row).toMatchObject({ phase: 'wrap_up', token, idleSinceMs: row?.changedAtMs });
      expect(await store.claim(claimOf(agentId, unique('offer')))).toBe('lost');
    });

    test('each hold keeps the agent for its time; unanswered ones are counted once each, a talk forgives them', async () => {
      const { store, fence, agentId, token } = await won();
      const hold = (holdReason: 'no_answer' | 'busy'): NextPhase => ({ phase: 'hold', leaseMs: 30_000, holdReason });
      const noAnswers = async () => (await store.readReservation(agentId))?.noAnswers;
      await store.advance(agentId, token, hold('no_answer'));
      await store.advance(agentId, token, hold('no_answer'));
      expect(await store.readReservation(agentId)).toMatchObject({
        phase: 'hold',
        holdReason: 'no_answer',
        noAnswers: 1,
      });
      for (const [reason, counted] of [
        ['busy', 1],
        ['no_answer', 2],
      ] as const) {
        await use().advance(30_500);
        await store.seen(fence, 0, LEASE_MS);
        const next = unique('offer');
        expect(await store.claim(claimOf(agentId, next))).toBe('won');
        await store.advance(agentId, next, hold(reason));
        expect(await noAnswers()).toBe(counted);
      }
      await use().advance(30_500);
      await store.seen(fence, 0, LEASE_MS);
      const last = unique('offer');
      await store.claim(claimOf(agentId, last));
      await store.advance(agentId, last, { phase: 'talk', leaseMs: 9_000 });
      expect(await noAnswers()).toBe(0);
    });

    test('an expired claim comes to life no more: neither an answer nor a renewal that come late', async () => {
      for (const phase of ['offer', 'talk'] as const) {
        const { store, agentId, token } = await won(2_000);
        if (phase === 'talk') await store.advance(agentId, token, { phase, leaseMs: 2_000 });
        await use().advance(2_500);
        const before = await store.readReservation(agentId);
        expect(await store.advance(agentId, token, { phase: 'talk', leaseMs: 9_000 })).toBe(false);
        expect(await store.renewTalks([token], 9_000)).toEqual([token]);
        expect(await store.readReservation(agentId)).toEqual(before);
        // Its end is written all the same while nobody has taken the agent: he keeps his wrap-up.
        expect(await store.advance(agentId, token, { phase: 'wrap_up', leaseMs: 5_000 })).toBe(true);
        expect(await store.claim(claimOf(agentId, unique('offer')))).toBe('lost');
      }
    });

    test('an answer repeated is an answer; one that comes after the end changes nothing', async () => {
      const { store, agentId, token } = await won();
      const talk: NextPhase = { phase: 'talk', leaseMs: 9_000 };
      expect([await store.advance(agentId, token, talk), await store.advance(agentId, token, talk)]).toEqual([
        true,
        true,
      ]);
      await store.advance(agentId, token, { phase: 'wrap_up', leaseMs: 5_000 });
      expect(await store.advance(agentId, token, talk)).toBe(false);
      expect((await store.readReservation(agentId))?.phase).toBe('wrap_up');
    });

    test('needs the token', async () => {
      const { store, agentId } = await won();
      for (const token of ['', 'another'])
        expect(await store.advance(agentId, token, { phase: 'talk', leaseMs: 1 })).toBe(false);
    });

    test('talks are renewed together; those that are no longer ours are named', async () => {
      const { store, agentId, token } = await won();
      const other = await won();
      await store.advance(agentId, token, { phase: 'talk', leaseMs: 2_000 });
      expect(await store.renewTalks([token, other.token, 'gone'], 9_000)).toEqual([other.token, 'gone']);
      const row = await store.readReservation(agentId);
      expect((row?.expiresAtMs ?? 0) - (row?.changedAtMs ?? 0)).toBe(9_000);
      expect(await store.renewTalks([], 9_000)).toEqual([]);
    });

    test('publishing an agent again leaves his claim alone', async () => {
      const { store, fence, agentId, token } = await won();
      await store.publish(fence, batch({ agents: [agent(fence.id, 'PJSIP/1')], whole: true }), LEASE_MS);
      expect((await store.readReservation(agentId))?.token).toBe(token);
    });
  });
}
