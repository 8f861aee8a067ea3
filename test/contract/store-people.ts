import { describe, expect, test } from 'vitest';
import { ALL } from '../../src/core/model/person.ts';
import type { PeopleStore, UserRecord } from '../../src/ports/people.ts';
import { unique } from './store-world.ts';
import type { StoreUnderTest } from './store-world.ts';

const HOUR_MS = 3_600_000;
type NewUser = Parameters<PeopleStore['addUser']>[0];

const person = (over: Partial<NewUser> = {}): NewUser => ({
  ...{ name: unique('Zoë '), role: 'supervisor', sites: ['berlin'], services: [ALL], agentId: '' },
  ...{ passwordHash: unique('scrypt$'), isDisabled: false },
  ...over,
});

export function peopleStories(use: () => StoreUnderTest): void {
  const withSession = async (over: Partial<NewUser> = {}) => {
    const { store } = use();
    const [user, secretHash] = [person(over), unique('secret')];
    await store.addUser(user);
    await store.openSession({ secretHash, user: user.name, lastsMs: HOUR_MS });
    const nameNow = async (lastsMs = HOUR_MS) => (await store.useSession(secretHash, () => lastsMs))?.user.name ?? null;
    return { store, user, secretHash, nameNow };
  };

  describe('a user', () => {
    test('is added once, changed, removed', async () => {
      const { store } = use();
      const user = person();
      expect(await store.addUser(user)).toBe(true);
      expect(await store.addUser({ ...person(), name: user.name })).toBe(false);
      const kept = (await store.user(user.name)) as UserRecord;
      expect(kept).toMatchObject(user);
      expect(kept.createdAtMs).toBeGreaterThan(1_600_000_000_000);
      expect(await store.changeUser(user.name, { role: 'viewer', sites: [], isDisabled: true })).toBe(true);
      expect(await store.user(user.name)).toEqual({ ...kept, role: 'viewer', sites: [], isDisabled: true });
      expect((await store.users()).map(({ name }) => name)).toContain(user.name);
      expect(await store.removeUser(user.name)).toBe(true);
      expect([await store.removeUser(user.name), await store.changeUser(user.name, { role: 'admin' })]).toEqual([
        false,
        false,
      ]);
      expect(await store.user(user.name)).toBeNull();
    });

    test('is meant by his name to the letter', async () => {
      const { store } = use();
      const user = person({ name: unique('anna') });
      await store.addUser(user);
      for (const name of [`${user.name} `, user.name.toUpperCase(), ` ${user.name}`]) {
        const found = [
          await store.user(name),
          await store.changeUser(name, { role: 'admin' }),
          await store.removeUser(name),
        ];
        expect([name, ...found]).toEqual([name, null, false, false]);
      }
      expect(await store.user(user.name)).toMatchObject({ role: 'supervisor' });
    });

    test('is one of two who are added at once', async () => {
      const { store } = use();
      const name = unique('twin');
      const answers = await Promise.all([1, 2, 3, 4].map(() => store.addUser(person({ name }))));
      expect(answers.filter(Boolean)).toHaveLength(1);
    });
  });

  describe('a login', () => {
    test('lasts from its last use, and ends', async () => {
      const { advance } = use();
      const { nameNow, user, store, secretHash } = await withSession();
      await advance(0.75 * HOUR_MS);
      expect(await nameNow()).toBe(user.name);
      await advance(0.75 * HOUR_MS);
      expect(await nameNow(HOUR_MS / 2)).toBe(user.name);
      await advance(2 * HOUR_MS);
      expect(await nameNow()).toBeNull();
      expect(await store.useSession(unique('nobody'), () => HOUR_MS)).toBeNull();
      await store.openSession({ secretHash: `${secretHash}2`, user: user.name, lastsMs: HOUR_MS });
      const used = await store.useSession(`${secretHash}2`, ({ role }) => (role === 'supervisor' ? 2 * HOUR_MS : 0));
      expect((used?.session.expiresAtMs ?? 0) - (used?.session.createdAtMs ?? 0)).toBeGreaterThanOrEqual(2 * HOUR_MS);
      await store.endSession(`${secretHash}2`);
      expect(await store.useSession(`${secretHash}2`, () => HOUR_MS)).toBeNull();
    });

    test.each([
      ['has another password', { passwordHash: 'scrypt$new' }],
      ['has another role', { role: 'admin' }],
      ['has other sites', { sites: ['paris'] }],
      ['is disabled', { isDisabled: true }],
    ] as const)('is over when the user %s', async (_, change) => {
      const { nameNow, user, store } = await withSession();
      const other = await withSession();
      expect(await nameNow()).toBe(user.name);
      await store.changeUser(user.name, change);
      expect([await nameNow(), await other.nameNow()]).toEqual([null, other.user.name]);
    });

    test('of before the password was changed is over, even one that was opened while it was', async () => {
      const { advance } = use();
      const { nameNow, user, store, secretHash } = await withSession();
      await advance(1_000);
      await store.changeUser(user.name, { passwordHash: unique('scrypt$') });
      await store.openSession({ secretHash: `${secretHash}2`, user: user.name, lastsMs: HOUR_MS });
      expect(await nameNow()).toBeNull();
      expect(await store.useSession(`${secretHash}2`, () => HOUR_MS)).not.toBeNull();
    });

    test('goes with its user, and does not come back with another of that name', async () => {
      const { nameNow, user, store } = await withSession();
      await store.removeUser(user.name);
      await store.addUser(person({ name: user.name }));
      expect(await nameNow()).toBeNull();
    });
  });

  describe('a token', () => {
    const token = (expiresAtMs: number | null = null) => ({
      ...{ tokenId: unique('t'), secretHash: unique('hash'), createdBy: 'me', expiresAtMs },
      ...{ name: 'grafana', role: 'viewer' as const, sites: [], services: [], agentId: '' },
    });

    test('is known by its secret until it is removed; its use is noted once a minute', async () => {
      const { store, advance } = use();
      const mine = token();
      await store.addToken(mine);
      expect(await store.tokens()).toContainEqual(expect.objectContaining({ ...mine, lastUsedMs: null }));
      const first = await store.useToken(mine.secretHash);
      expect(first).toMatchObject(mine);
      expect((await store.useToken(mine.secretHash))?.lastUsedMs).toBe(first?.lastUsedMs);
      await advance(61_000);
      const again = await store.useToken(mine.secretHash);
      expect((again?.lastUsedMs ?? 0) - (again?.createdAtMs ?? 0)).toBeGreaterThanOrEqual(61_000);
      expect([await store.removeToken(mine.tokenId), await store.removeToken(mine.tokenId)]).toEqual([true, false]);
      expect(await store.useToken(mine.secretHash)).toBeNull();
    });

    test('is over when its days are', async () => {
      const { store } = use();
      const { dbNowMs } = await store.sites();
      const [over, good] = [token(dbNowMs - 1_000), token(dbNowMs + HOUR_MS)];
      for (const one of [over, good]) await store.addToken(one);
      expect([await store.useToken(over.secretHash), await store.useToken(good.secretHash)]).toMatchObject([
        null,
        { tokenId: good.tokenId },
      ]);
    });
  });

  describe('the audit', () => {
    test('has one row a change, newest first, page by page, by whom and of what', async () => {
      const { store } = use();
      const by = unique('auditor');
      const ids = Array.from({ length: 7 }, () => unique('audit'));
      for (const [i, auditId] of ids.entries()) {
        const rest = { via: 'login', address: '10.0.0.1', detail: `no. ${i} <b>` } as const;
        const entry = {
          auditId,
          by,
          action: i % 2 === 0 ? 'service.close' : 'service.open',
          target: `s${i % 3}`,
          ...rest,
        };
        await store.audit(entry);
        await store.audit(entry);
      }
      const all = await store.audits({ limit: 100, by });
      expect(all.map(({ auditId }) => auditId).sort()).toEqual([...ids].sort());
      expect(all.map(({ atMs }) => atMs)).toEqual(all.map(({ atMs }) => atMs).sort((a, b) => b - a));
      const paged = [];
      for (let page = await store.audits({ limit: 3, by }); page.length > 0;) {
        paged.push(...page);
        const last = page.at(-1);
        page = last === undefined ? [] : await store.audits({ limit: 3, by, before: last });
      }
      expect(paged).toEqual(all);
      expect(await store.audits({ limit: 9, by, action: 'service.open', target: 's1' })).toMatchObject([
        { auditId: ids[1], detail: 'no. 1 <b>', via: 'login', address: '10.0.0.1' },
      ]);
    });
  });
}
