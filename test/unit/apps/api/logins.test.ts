import { afterEach, describe, expect, it } from 'vitest';
import { codeOf, cookieOf, JSON_TYPE, openWorld, PASSWORD, personOf } from './api-world.ts';
import type { World, WorldOptions } from './api-world.ts';

let world: World;
const open = async (options?: WorldOptions) => (world = await openWorld(options));
afterEach(() => world.close());

const DAY_MS = 86_400_000;
const login = (name: string, password: string, headers: Record<string, string> = {}) =>
  world.ask('POST', '/v1/login', { headers: { ...JSON_TYPE, ...headers }, body: JSON.stringify({ name, password }) });
const me = (cookie: string) => world.ask('GET', '/v1/me', { headers: { cookie } });

describe('a login', () => {
  it('sets a cookie that no script reads and no other site sends, and tells who it is', async () => {
    await open();
    const answer = await login('supervisor', PASSWORD);
    expect(answer).toMatchObject({ status: 200, body: { name: 'supervisor', role: 'supervisor', sites: ['*'] } });
    expect(answer.body).toMatchObject({ rights: ['look', 'see_callers', 'command_agent', 'change_service'] });
    const [cookie = ''] = answer.headers.getSetCookie();
    expect(cookie).toMatch(/^ipnt_session=[\w-]{43}; Max-Age=43200; Path=\/; Expires=.*; HttpOnly; SameSite=Strict$/);
    expect(await me(cookieOf(answer))).toMatchObject({ status: 200, body: { name: 'supervisor' } });
  });

  it.each([
    ['viewer' as const, ['look']],
    ['agent' as const, ['see_self', 'command_agent']],
    ['admin' as const, ['look', 'see_callers', 'command_agent', 'change_service', 'administer']],
  ])('of %s has the rights %j', async (role, rights) => {
    await open();
    expect(await me(await world.session(role))).toMatchObject({ status: 200, body: { role, rights } });
  });

  it('is Secure where a proxy in front speaks TLS', async () => {
    await open({ behindProxy: true });
    const answer = await login('viewer', PASSWORD, { 'x-forwarded-proto': 'https' });
    expect(answer.headers.getSetCookie()[0]).toMatch(/; Secure/);
  });

  it.each([
    ['a wrong password', 'admin', 'a wrong guess'],
    ['a name that nobody has', 'nobody', PASSWORD],
  ])('is refused for %s, in the same words, and recorded', async (_what, name, password) => {
    await open();
    const answer = await login(name, password);
    expect(answer).toMatchObject({ status: 401, body: { code: 'LOGIN_REFUSED', detail: expect.any(String) } });
    expect(answer.headers.getSetCookie()).toEqual([]);
    const [entry] = await world.store.audits({ limit: 1 });
    expect(entry).toMatchObject({ action: 'login.failed', target: name, via: 'login', address: '127.0.0.1' });
    expect(JSON.stringify(entry)).not.toContain(password);
  });

  it('is refused where the password is another one by the time that it was compared', async () => {
    await open();
    const answer = login('admin', PASSWORD);
    const compared = world.store.user.bind(world.store);
    // Its row has been read: now it changes.
    world.store.user = async (name) => {
      const user = await compared(name);
      world.store.user = compared;
      await world.store.changeUser(name, { passwordHash: 'scrypt$another' });
      return user;
    };
    expect(codeOf(await answer)).toBe('LOGIN_REFUSED');
    expect((await answer).headers.getSetCookie()).toEqual([]);
  });

  it('takes as long for a name that nobody has', async () => {
    await open();
    const timeOf = async (name: string): Promise<number> => {
      const startMs = performance.now();
      await login(name, 'wrong password');
      return performance.now() - startMs;
    };
    await timeOf('nobody');
    const [known, unknown] = [await timeOf('admin'), await timeOf('nobody')];
    expect(unknown).toBeGreaterThan(known / 4);
  });

  it.each([
    ['viewer' as const, 29, 31],
    ['supervisor' as const, 0.4, 0.6],
  ])('of a %s lasts for %d days without use, and not for %d', async (role, withinDays, afterDays) => {
    await open();
    const cookie = await world.session(role);
    await world.clock.run(withinDays * DAY_MS);
    expect((await me(cookie)).status).toBe(200);
    // Used a moment ago: it lasts as long again.
    await world.clock.run(2 * withinDays * DAY_MS);
    expect((await me(cookie)).status).toBe(200);
    await world.clock.run((2 * withinDays + afterDays) * DAY_MS);
    expect((await me(cookie)).status).toBe(401);
  });

  it('ends with a logout', async () => {
    await open();
    const cookie = await world.session('admin');
    const answer = await world.asks(cookie, 'POST', '/v1/logout');
    expect(answer.status).toBe(204);
    expect(answer.headers.getSetCookie()[0]).toMatch(/^ipnt_session=; .*Expires=Thu, 01 Jan 1970/);
    expect((await me(cookie)).status).toBe(401);
  });

  it.each([
    ['disabled', () => world.store.changeUser('viewer', { isDisabled: true })],
    ['removed', () => world.store.removeUser('viewer')],
    ['given another role', () => world.store.changeUser('viewer', { role: 'agent' })],
  ])('ends at once when its user is %s', async (_what, change) => {
    await open();
    const cookie = await world.session('viewer');
    await change();
    expect(codeOf(await me(cookie))).toBe('NOT_LOGGED_IN');
  });

  it('of one who is disabled is refused', async () => {
    await open();
    await world.store.changeUser('viewer', { isDisabled: true });
    expect(codeOf(await login('viewer', PASSWORD))).toBe('LOGIN_REFUSED');
  });

  it('is told to be over to whoever follows the board', async () => {
    await open();
    const cookie = await world.session('viewer');
    await world.ask('GET', '/v1/stream', { headers: { cookie } });
    const [follower] = world.followers;
    expect(await follower?.stillValid()).toBe(true);
    await world.store.removeUser('viewer');
    expect(await follower?.stillValid()).toBe(false);
  });
});

describe('who guesses', () => {
  const guess = async (name: string, times: number) => {
    for (let time = 0; time < times; time += 1) await login(name, 'wrong password');
  };

  it('a name too often must wait, and others need not', async () => {
    await open({ guessLimits: { windowMs: 60_000, failuresByAddress: 100, failuresByName: 2 } });
    await guess('admin', 2);
    const answer = await login('admin', PASSWORD);
    expect(answer).toMatchObject({ status: 429, body: { code: 'TOO_MANY_LOGINS' } });
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await login('ADMIN', PASSWORD)).status).toBe(429);
    expect((await login('viewer', PASSWORD)).status).toBe(200);
  });

  it('from one address too often must wait, whatever the name', async () => {
    await open({ guessLimits: { windowMs: 60_000, failuresByAddress: 2, failuresByName: 100 } });
    await guess('anna', 1);
    await guess('bob', 1);
    expect((await login('admin', PASSWORD)).status).toBe(429);
  });

  it('right is never counted', async () => {
    await open({ guessLimits: { windowMs: 60_000, failuresByAddress: 2, failuresByName: 2 } });
    for (let time = 0; time < 4; time += 1) expect((await login('admin', PASSWORD)).status).toBe(200);
  });

  it('an address cannot be made up, where no proxy is in front', async () => {
    await open({ guessLimits: { windowMs: 60_000, failuresByAddress: 1, failuresByName: 100 } });
    await login('anna', 'wrong password', { 'x-forwarded-for': '10.0.0.1' });
    expect((await login('bob', 'wrong password', { 'x-forwarded-for': '10.0.0.2' })).status).toBe(429);
  });
});

describe('his own password', () => {
  it('is changed with the old one; his other logins end', async () => {
    await open();
    const [here, elsewhere] = [await world.session('viewer'), await world.session('viewer')];
    const body = { old: PASSWORD, new: 'staple battery horse' };
    const answer = await world.asks(here, 'PUT', '/v1/me/password', body);
    expect(answer.status).toBe(204);
    expect([(await me(cookieOf(answer))).status, (await me(elsewhere)).status]).toEqual([200, 401]);
    expect((await login('viewer', 'staple battery horse')).status).toBe(200);
    const entries = await world.store.audits({ limit: 9, action: 'user.password' });
    expect(entries.map(({ by, target }) => `${by}: ${target}`)).toEqual(['viewer: viewer']);
  });

  it.each([
    ['a wrong old one', { old: 'wrong', new: 'staple battery horse' }, 'PASSWORD_WRONG'],
    ['a short new one', { old: PASSWORD, new: 'short' }, 'PASSWORD_WEAK'],
    ['the same again', { old: PASSWORD, new: PASSWORD }, 'REQUEST_INVALID'],
  ])('stays with %s', async (_what, body, code) => {
    await open();
    expect(codeOf(await world.asks(await world.session('viewer'), 'PUT', '/v1/me/password', body))).toBe(code);
    expect((await login('viewer', PASSWORD)).status).toBe(200);
  });
});

describe('a token', () => {
  it('is somebody of its role, until it is over or removed', async () => {
    await open();
    const headers = await world.token(personOf('viewer', { name: 'crm' }), world.clock.nowMs() + 1_000);
    expect(await world.ask('GET', '/v1/me', { headers })).toMatchObject({ status: 200, body: { name: 'crm' } });
    await world.clock.run(1_001);
    expect((await world.ask('GET', '/v1/me', { headers })).status).toBe(401);
  });

  it('stands above a cookie, and a wrong one is not made good by it', async () => {
    await open();
    const cookie = await world.session('admin');
    const headers = { ...(await world.token(personOf('viewer', { name: 'crm' }))), cookie };
    expect(await world.ask('GET', '/v1/me', { headers })).toMatchObject({ body: { name: 'crm' } });
    const ofProxy = await world.ask('GET', '/v1/me', { headers: { cookie, authorization: 'Basic eDp5' } });
    expect(ofProxy.status).toBe(200);
    const wrong = await world.ask('GET', '/v1/me', { headers: { cookie, authorization: 'Bearer ipnt_nothing' } });
    expect(wrong.status).toBe(401);
  });

  it('has no password to change', async () => {
    await open();
    const headers = { ...JSON_TYPE, ...(await world.token(personOf('viewer'))) };
    const body = JSON.stringify({ old: PASSWORD, new: 'staple battery horse' });
    expect(codeOf(await world.ask('PUT', '/v1/me/password', { headers, body }))).toBe('NOT_ALLOWED');
  });
});

describe('a change asked for with a cookie', () => {
  it.each([
    ['our own page', { 'sec-fetch-site': 'same-origin' }, 204],
    ['our own page in an old browser', { origin: 'SELF' }, 204],
    ['another site', { 'sec-fetch-site': 'cross-site' }, 403],
    ['another name of the same domain', { 'sec-fetch-site': 'same-site' }, 403],
    ['another site in an old browser', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['nobody knows where', {}, 403],
  ])('from %s: %j %i', async (_what, headers, status) => {
    await open();
    const cookie = await world.session('admin');
    const sent = Object.fromEntries(Object.entries(headers).map(([name, v]) => [name, v === 'SELF' ? world.url : v]));
    const init = {
      headers: { cookie, ...JSON_TYPE, ...sent },
      body: JSON.stringify({ old: PASSWORD, new: 'a new one of mine' }),
    };
    expect((await world.ask('PUT', '/v1/me/password', init)).status).toBe(status);
  });

  it('is no form of another site: those cannot send JSON', async () => {
    await open();
    const headers = {
      cookie: await world.session('admin'),
      'sec-fetch-site': 'same-origin',
      'content-type': 'text/plain',
    };
    const answer = await world.ask('POST', '/v1/users', { headers, body: '{"name":"eve"}' });
    expect(codeOf(answer)).toBe('BODY_NOT_JSON');
  });

  it('may be a login from a program, and none from another site', async () => {
    await open();
    expect((await login('admin', PASSWORD)).status).toBe(200);
    expect((await login('admin', PASSWORD, { 'sec-fetch-site': 'cross-site' })).status).toBe(403);
  });
});
