import { describe, expect, test } from 'vitest';
import { IpntError } from '../../src/core/errors.ts';
import { NO_RULES } from '../../src/core/model/routing.ts';
import type { AgentProfile, RoutingRules } from '../../src/core/model/routing.ts';
import { SERVICE_DEFAULTS } from '../../src/core/model/service.ts';
import type { Service } from '../../src/core/model/service.ts';
import { EMPTY_CURSOR } from '../../src/ports/edge-store.ts';
import { unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const service = (name: string, over: Partial<Service> = {}): Service => ({
  ...SERVICE_DEFAULTS,
  ...{ name, title: `The ${name}`, requirement: 'queue:sales>=1' },
  ...over,
});

/** Something of everything. */
const rulesOf = (...names: string[]): RoutingRules => ({
  services: names.map((name) =>
    service(name, {
      ...{ numbers: ['100', '+4930*'], strategy: 'site_weight', calendar: 'office' },
      steps: [
        {
          ...{ afterMs: 30_000, when: [{ measure: 'ewt', operator: '>', value: 60_000 }], requirement: 'lang_fr' },
          ...{ sites: ['berlin'], priority: 2, strategy: 'random', overflow: { kind: 'number', number: '+49301' } },
        },
      ],
      keys: { '1': { kind: 'callback' } },
    }),
  ),
  calendars: [
    {
      ...{ name: 'office', zone: 'Europe/Berlin', hours: [{ days: [1, 5], fromMinute: 480, toMinute: 1_080 }] },
      special: [{ date: '*-12-25', title: 'Weihnachten “”', hours: [] }],
    },
  ],
  sites: { berlin: { weight: 70, cost: 2 }, paris: { weight: 30, cost: 0 } },
});

const profile = (agentId: string, over: Partial<AgentProfile> = {}): AgentProfile => ({
  ...{ agentId, title: 'Zoë', skills: { support: 8, lang_fr: 3 }, attributes: { team: 'gold' }, wrapUpMs: 15_000 },
  ...over,
});

const codeOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no error',
    (error: unknown) => (error instanceof IpntError ? error.code : String(error)),
  );

export function routingStories(use: () => StoreUnderTest): void {
  describe('routing', () => {
    test('is read back as it was applied, with a version that readers see', async () => {
      const { store } = use();
      const before = await store.loadRouting();
      const rules = rulesOf(unique('sales'), unique('support'));
      const applied = await store.applyRouting(rules, 'me');
      expect(applied).toMatchObject({ ...rules, version: before.version + 1, waitingVersion: before.waitingVersion });
      expect(await store.loadRouting()).toEqual(applied);
      expect((await store.readChanges(EMPTY_CURSOR)).routingVersion).toBe(before.version + 1);
    });

    test('takes waiting calls along when it is asked to, and not again later', async () => {
      const { store } = use();
      const { version, waitingVersion } = await store.applyRouting(rulesOf('a'), 'me', { waiting: true });
      expect(waitingVersion).toBe(version);
      const later = await store.applyRouting(rulesOf('b'), 'me');
      expect([later.version, later.waitingVersion]).toEqual([version + 1, version]);
    });

    test('goes back to the rules before, to those of a version, and tells of all that in its history', async () => {
      const { store } = use();
      const first = await store.applyRouting(rulesOf('first'), 'ann');
      await store.importProfiles([profile('berlin/PJSIP/1')], 'bob', false);
      await store.applyRouting(rulesOf('second'), 'bob');
      await store.overrideService('second', { state: 'closed', by: 'eve', why: 'fire alarm' });
      const undone = await store.rollbackRouting(null, 'cleo');
      expect(undone).toMatchObject(rulesOf('first'));
      expect((await store.rollbackRouting(null, 'cleo')).services.map(({ name }) => name)).toEqual(['second']);
      expect(await store.rollbackRouting(first.version, 'dan')).toMatchObject(rulesOf('first'));
      const history = await store.routingHistory(7);
      expect(history.map(({ by, what }) => `${by}: ${what}`)).toEqual([
        `dan: rolled back to ${first.version}: added first; removed second`,
        `cleo: rolled back to ${first.version + 3}: added second; removed first`,
        `cleo: rolled back to ${first.version + 1}: added first; removed second`,
        'eve: closed second: fire alarm',
        'bob: added second; removed first',
        'bob: imported 1 agent',
        expect.stringMatching(/^ann: added first/),
      ]);
      expect(Math.abs((history[0]?.atMs ?? 0) - (await store.sites()).dbNowMs)).toBeLessThan(5_000);
      expect(await codeOf(store.rollbackRouting(99_999, 'me'))).toBe('ROUTING_VERSION_UNKNOWN');
    });

    test('says in its history what changed, in short', async () => {
      const { store } = use();
      const [what, rules] = [async () => (await store.routingHistory(1))[0]?.what, rulesOf('b', 'c', 'd')];
      await store.applyRouting(rules, 'me');
      const after = {
        ...rulesOf('a', 'b', 'c'),
        sites: { berlin: { weight: 1, cost: 2 }, paris: rules.sites['paris']! },
      };
      const services = after.services.map((one) => (one.name === 'b' ? { ...one, priority: 7 } : one));
      await store.applyRouting({ ...after, services }, 'me');
      expect(await what()).toBe('added a; changed b, site berlin; removed d');
      await store.applyRouting({ ...after, services: [...services].reverse() }, 'me');
      expect(await what()).toBe('changed the order');
      await store.applyRouting(rulesOf(...Array.from({ length: 100 }, (_, i) => `service-${i}`)), 'me');
      expect(await what()).toMatch(/^added service-0, service-1, .{170,}…$/);
      expect(await what()).toHaveLength(200);
    });

    test('asked for what is so already has no new version', async () => {
      const { store } = use();
      const { version } = await store.applyRouting(rulesOf(unique('a')), 'me');
      expect((await store.rollbackRouting(version, 'me')).version).toBe(version);
      await store.applyRouting(rulesOf('a'), 'me');
      const closed = await store.overrideService('a', { state: 'closed', by: 'ann', why: 'flood' });
      expect(await store.overrideService('a', { state: 'closed', by: 'bob', why: 'flood' })).toEqual(closed);
      const why = await store.overrideService('a', { state: 'closed', by: 'bob', why: 'fire' });
      expect(why.version).toBe(closed.version + 1);
      const free = await store.overrideService('a', null, 'bob');
      expect(await store.overrideService('a', null, 'eve')).toEqual(free);
      expect((await store.loadRouting()).version).toBe(free.version);
    });

    test('changed by two at once has both changes, one on top of the other', async () => {
      const { store } = use();
      const { version } = await store.applyRouting(rulesOf('a'), 'me');
      const agentId = unique('berlin/PJSIP/');
      const [applied, imported] = await Promise.all([
        store.applyRouting(rulesOf('b'), 'me'),
        store.importProfiles([profile(agentId)], 'me', false),
      ]);
      expect([applied.version, imported.version].sort()).toEqual([version + 1, version + 2]);
      const { services, profiles } = await store.loadRouting();
      expect(services.map(({ name }) => name)).toEqual(['b']);
      expect(profiles.map((one) => one.agentId)).toContain(agentId);
    });
  });

  describe('a service closed or opened by hand', () => {
    test('stays so through another routing file, until the override is taken away or the service is gone', async () => {
      const { store } = use();
      await store.applyRouting(rulesOf('a', 'b'), 'me');
      const closed = await store.overrideService('a', { state: 'closed', by: 'ann', why: 'flood' });
      expect(closed.overrides).toEqual({
        a: { state: 'closed', by: 'ann', why: 'flood', atMs: expect.any(Number) as number },
      });
      await store.overrideService('b', { state: 'open', by: 'ann', why: '' });
      const applied = await store.applyRouting(rulesOf('a'), 'me');
      expect(Object.keys(applied.overrides)).toEqual(['a']);
      const free = await store.overrideService('a', null, 'bob');
      expect([free.version, free.overrides]).toEqual([applied.version + 1, {}]);
      expect((await store.routingHistory(1))[0]).toMatchObject({ by: 'bob', what: 'a follows its calendar again' });
    });

    test('must be there', async () => {
      const { store } = use();
      await store.applyRouting(NO_RULES, 'me');
      const { version } = await store.loadRouting();
      expect(await codeOf(store.overrideService('nothing', { state: 'open', by: 'ann', why: '' }))).toBe(
        'SERVICE_UNKNOWN',
      );
      expect((await store.loadRouting()).version).toBe(version);
    });
  });

  describe('profiles of agents', () => {
    test('are added, replaced, and whole', async () => {
      const { store } = use();
      const [a, b] = [unique('berlin/PJSIP/'), unique('berlin/PJSIP/')];
      const before = await store.importProfiles([profile(a), profile(b, { wrapUpMs: null, skills: {} })], 'me', true);
      expect(before.profiles).toEqual([profile(a), profile(b, { wrapUpMs: null, skills: {} })]);
      const added = await store.importProfiles([profile(a, { title: '' })], 'me', false);
      expect([added.version, added.profiles]).toEqual([
        before.version + 1,
        [profile(a, { title: '' }), profile(b, { wrapUpMs: null, skills: {} })],
      ]);
      expect((await store.importProfiles([profile(b)], 'me', true)).profiles).toEqual([profile(b)]);
      expect(await store.loadRouting()).toMatchObject({ profiles: [profile(b)] });
      expect((await store.importProfiles([], 'me', true)).profiles).toEqual([]);
    });

    test('five thousand beside a thousand services are there in about a second', async () => {
      const { store } = use();
      const names = Array.from({ length: 1_000 }, (_, i) => `service-${i}`);
      const agents = Array.from({ length: 5_000 }, (_, i) => profile(`paris/PJSIP/${10_000 + i}`));
      const startedMs = performance.now();
      await store.applyRouting(rulesOf(...names), 'me');
      await store.importProfiles(agents, 'me', true);
      const { services, profiles } = await store.overrideService('service-7', { state: 'open', by: 'me', why: '' });
      expect([services.length, profiles.length]).toEqual([1_000, 5_000]);
      // Alone it takes well under a second; others share the machine that tests it.
      expect(performance.now() - startedMs).toBeLessThan(6_000);
      await store.applyRouting(NO_RULES, 'me');
      await store.importProfiles([], 'me', true);
    });
  });
}
