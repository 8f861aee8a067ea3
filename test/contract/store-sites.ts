import { describe, expect, test } from 'vitest';
import { RETENTION } from '../../src/ports/retention.ts';
import { agent, batch, Copy, freshSite, LEASE_MS, queue, unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

export function siteStories(use: () => StoreUnderTest): void {
  describe('who may write a site', () => {
    test('one of eight who start at once', async () => {
      const { store } = use();
      const siteId = unique('site');
      const holders = Array.from({ length: 8 }, (_, i) => `holder-${i}`);
      const fences = await Promise.all(holders.map((holder) => store.takeSite(siteId, 'T', holder, LEASE_MS)));
      expect(fences.filter((fence) => fence !== null)).toEqual([{ id: siteId, epoch: 1 }]);
    });

    test('its holder takes it again with a higher epoch; another only when the lease has expired', async () => {
      const { store, advance } = use();
      const siteId = unique('site');
      const first = await store.takeSite(siteId, 'T', 'a', LEASE_MS);
      const again = await store.takeSite(siteId, 'T', 'a', LEASE_MS);
      expect([first?.epoch, again?.epoch]).toEqual([1, 2]);
      expect(await store.takeSite(siteId, 'T', 'b', LEASE_MS)).toBeNull();
      await advance(LEASE_MS + 1_000);
      expect((await store.takeSite(siteId, 'T', 'b', LEASE_MS))?.epoch).toBe(3);
    });

    test('seen renews the lease; a released site can be taken at once, and is stale', async () => {
      const { store, advance } = use();
      const { fence, siteId } = await freshSite(store, 1);
      await advance(4_000);
      expect(await store.seen(fence, 0, LEASE_MS)).toBe('ok');
      await advance(4_000);
      expect(await store.takeSite(siteId, 'T', 'b', LEASE_MS)).toBeNull();
      await store.releaseSite(fence);
      expect((await store.loadSite(siteId))?.site).toMatchObject({ pbxSeenAtMs: 0, connection: 'down' });
      expect(await store.takeSite(siteId, 'T', 'b', LEASE_MS)).not.toBeNull();
    });

    test('a superseded writer changes nothing', async () => {
      const { store } = use();
      const { fence, siteId } = await freshSite(store, 2);
      await store.takeSite(siteId, 'T', 'holder-a', LEASE_MS);
      const before = await store.loadSite(siteId);
      const late = {
        agents: [agent(siteId, 'PJSIP/1', { status: 'paused' }), agent(siteId, 'PJSIP/9')],
        queues: [queue(siteId, 'q')],
      };
      expect(await store.publish(fence, batch({ ...late, whole: true }), LEASE_MS)).toBe('fenced');
      expect(await store.publish(fence, batch({ removedAgents: ['PJSIP/2'] }), LEASE_MS)).toBe('fenced');
      expect(await store.seen(fence, 0, LEASE_MS)).toBe('fenced');
      await store.releaseSite(fence);
      expect(await store.loadSite(siteId)).toEqual(before);
      expect(await store.readReservation(`${siteId}/PJSIP/9`)).toBeNull();
    });
  });

  describe('what a site shows', () => {
    test('is read back as it was written, whatever the text', async () => {
      const { store } = use();
      const { fence, siteId } = await freshSite(store, 0);
      const odd = agent(siteId, 'PJSIP/o\'brien"\\', {
        ...{
          title: "Zoë ☎ \\' :siteId ? %s; DROP TABLE agent_state --",
          address: null,
          pauseReason: 'line\nbreak\0nul',
        },
        ...{
          status: 'paused',
          activity: 'unreachable',
          lastCallEndMs: 1_700_000_000_123,
          wrapUpUntilMs: 1_700_000_000_456,
        },
        ...{ skills: { 'queue:süd': 3 }, memberships: [] },
        ...{ callsTaken: 17, occupancy: 0.123456789012, occupancyAtMs: 1_700_000_000_789 },
      });
      const q = queue(siteId, 'süd', { waiting: 2, longestSinceMs: 1_700_000_000_000, serviceLevel: null });
      await store.publish(fence, batch({ agents: [odd], queues: [q], callsInProgress: 7 }), LEASE_MS);
      const loaded = await store.loadSite(siteId);
      expect(loaded?.agents).toEqual([odd]);
      expect(loaded?.queues).toEqual([q]);
      expect(loaded?.site).toMatchObject({ siteId, epoch: 1, version: 2, connection: 'up', callsInProgress: 7 });
      expect(await store.loadSite('nowhere')).toBeNull();
    });

    test('upper and lower case are two devices', async () => {
      const { store } = use();
      const { fence, siteId } = await freshSite(store, 0);
      await store.publish(fence, batch({ agents: [agent(siteId, 'SIP/a'), agent(siteId, 'SIP/A')] }), LEASE_MS);
      expect((await store.loadSite(siteId))?.agents).toHaveLength(2);
    });

    test('freshness is how long ago the PBX was seen, on the database’s clock; zero while it is not', async () => {
      const { store } = use();
      const { fence, siteId } = await freshSite(store, 0);
      await store.seen(fence, 1_500, LEASE_MS);
      const { dbNowMs, sites } = await store.sites();
      const ago = dbNowMs - (sites.find((site) => site.siteId === siteId)?.pbxSeenAtMs ?? 0);
      expect(ago).toBeGreaterThanOrEqual(1_500);
      expect(ago).toBeLessThan(2_500);
      await store.seen(fence, null, LEASE_MS);
      expect((await store.loadSite(siteId))?.site.pbxSeenAtMs).toBe(0);
    });

    test('a large whole snapshot goes in at once, and buries what it does not name', async () => {
      const { store } = use();
      const { fence, siteId } = await freshSite(store, 3);
      const many = Array.from({ length: 350 }, (_, i) => agent(siteId, `PJSIP/${i + 3}`));
      await store.publish(fence, batch({ agents: many, queues: [queue(siteId, 'q')], whole: true }), LEASE_MS);
      const ids = (await store.loadSite(siteId))?.agents.map((one) => one.agentId) ?? [];
      expect(ids).toHaveLength(350);
      expect(ids).not.toContain(`${siteId}/PJSIP/1`);
    });
  });

  describe('a reader of versions', () => {
    test('gets everything first, then what changed, then nothing', async () => {
      const { store } = use();
      const { fence, siteId } = await freshSite(store, 2);
      const copy = new Copy();
      expect((await copy.read(store)).reloadedSites).toContain(siteId);
      await store.publish(fence, batch({ agents: [agent(siteId, 'PJSIP/2', { status: 'paused' })] }), LEASE_MS);
      const changed = await copy.read(store);
      expect(changed.agents.map((one) => [one.agentId, one.status])).toEqual([[`${siteId}/PJSIP/2`, 'paused']]);
      expect(changed.reloadedSites).toEqual([]);
      const quiet = await copy.read(store);
      expect([quiet.agents, quiet.queues, quiet.removedAgents, quiet.reloadedSites]).toEqual([[], [], [], []]);
      expect(quiet.sites.find((site) => site.siteId === siteId)?.version).toBe(2);
    });

    test('hears of removals, and sees who comes back', async () => {
      const { store } = use();
      const { fence, siteId } = await freshSite(store, 3);
      const copy = new Copy();
      await store.publish(fence, batch({ queues: [queue(siteId, 'q')] }), LEASE_MS);
      await copy.read(store);
      await store.publish(fence, batch({ removedAgents: ['PJSIP/1'], removedQueues: ['q'] }), LEASE_MS);
      const removed = await copy.read(store);
      expect([removed.removedAgents, removed.removedQueues]).toEqual([[`${siteId}/PJSIP/1`], [`${siteId}/q`]]);
      await store.publish(fence, batch({ agents: [agent(siteId, 'PJSIP/2')], whole: true }), LEASE_MS);
      expect((await copy.read(store)).removedAgents).toEqual([`${siteId}/PJSIP/3`]);
      await store.publish(fence, batch({ agents: [agent(siteId, 'PJSIP/1')] }), LEASE_MS);
      expect((await copy.read(store)).agents.map((one) => one.name)).toEqual(['PJSIP/1']);
    });

    test('loads a source anew when it has a new epoch, and everything when it is an hour late', async () => {
      const { store } = use();
      const { siteId } = await freshSite(store, 2);
      const copy = new Copy();
      await copy.read(store);
      await store.takeSite(siteId, 'T', 'holder-a', LEASE_MS);
      const reloaded = await copy.read(store);
      expect([reloaded.reloadedSites, reloaded.agents.length]).toEqual([[siteId], 2]);
      copy.cursor = { ...copy.cursor, readAtMs: copy.cursor.readAtMs - 3_600_000 };
      expect((await copy.read(store)).reloadedSites).toContain(siteId);
    });

    test('never goes back behind what it has seen of an epoch', async () => {
      const { store } = use();
      const { siteId } = await freshSite(store, 1);
      const { cursor } = await new Copy().read(store);
      const ahead = { ...cursor, sites: new Map(cursor.sites).set(siteId, { epoch: 1, version: 99 }) };
      const changes = await store.readChanges(ahead);
      expect(changes.cursor.sites.get(siteId)).toEqual({ epoch: 1, version: 99 });
      expect(changes.agents.filter((one) => one.siteId === siteId)).toEqual([]);
    });

    test('misses nothing while three sites write, although it skips versions', async () => {
      const { store } = use();
      const sites = await Promise.all([freshSite(store, 20), freshSite(store, 20), freshSite(store, 20)]);
      const copy = new Copy();
      let writing = true;
      const writers = sites.map(async ({ fence, siteId }, s) => {
        for (let round = 1; round <= 30; round++) {
          const name = `PJSIP/${((round * (s + 3)) % 20) + 1}`;
          const removedAgents = round % 7 === 0 ? [`PJSIP/${(round % 20) + 1}`] : [];
          await store.publish(
            fence,
            batch({ agents: [agent(siteId, name, { idleSinceMs: round })], removedAgents }),
            LEASE_MS,
          );
        }
      });
      const reader = (async () => {
        while (writing) await copy.read(store);
      })();
      await Promise.all(writers);
      writing = false;
      await reader;
      await copy.read(store);
      for (const { siteId } of sites) {
        const rows = (await store.loadSite(siteId))?.agents ?? [];
        const seen = [...copy.agents.values()].filter((one) => one.siteId === siteId);
        const byId = (list: readonly { agentId: string }[]) =>
          [...list].sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
        expect(byId(seen)).toEqual(byId(rows));
      }
    });

    test('tombstones are purged after an hour, not before', async () => {
      const { store, advance } = use();
      const { fence, siteId } = await freshSite(store, 2);
      await store.publish(fence, batch({ removedAgents: ['PJSIP/1'] }), LEASE_MS);
      await advance(3_000_000);
      await store.purge(RETENTION);
      const { cursor } = await new Copy().read(store);
      const behind = { ...cursor, sites: new Map(cursor.sites).set(siteId, { epoch: 1, version: 1 }) };
      expect((await store.readChanges(behind)).removedAgents).toEqual([`${siteId}/PJSIP/1`]);
      await advance(700_000);
      expect(await store.purge(RETENTION)).toBeGreaterThan(0);
      expect((await store.readChanges(behind)).removedAgents).toEqual([]);
    });
  });
}
