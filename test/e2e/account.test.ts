/** What everybody who logs in may do for himself, in a real browser: an agent on his own page, and a password that is changed. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../lab/browser/axe.ts';
import { noChromium, openBrowser, openPage } from '../lab/browser/browser.ts';
import type { WatchedPage } from '../lab/browser/browser.ts';
import { enter, ready, sendLogin } from '../lab/browser/pages.ts';
import type { Login } from '../lab/browser/pages.ts';
import { addUser } from '../lab/people.ts';
import { answered, ended } from '../lab/record.ts';
import { free } from '../lab/routing.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const missing = await noChromium(console.log);
if (missing !== undefined) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${missing}`));

describe.skipIf(missing !== undefined)('whoever logs in', () => {
  let stack: Stack;
  let browser: Browser;
  let caller: Phone;
  let anna: Login;
  const opened: WatchedPage[] = [];

  beforeAll(async () => {
    stack = await startStack({
      edges: ['edge1'],
      sites: [
        {
          ...{ name: 'berlin', commands: true, queues: { support: {} } },
          agents: [{ ext: '1001', title: 'Anna', queues: { support: 0 } }],
        },
      ],
      services: ['support'],
      routing: { support: { title: 'Support', numbers: ['+4930555100'], requirement: 'queue:support' } },
      ...{ settings: { country: '49' }, api: true },
    });
    anna = await addUser(stack, 'anna', 'agent', 'berlin/PJSIP/1001');
    caller = await stack.caller();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });
  afterEach(async () => {
    for (const { page } of opened.splice(0)) await page.context().close();
  });

  const open = async (): Promise<WatchedPage> => {
    const watched = await openPage(browser);
    opened.push(watched);
    return watched;
  };

  /** Waits until a place of a page reads so. */
  const reads = (place: Locator, text: string | RegExp): Promise<void> =>
    expect.poll(() => place.innerText(), { timeout: 8_000 }).toMatch(text);

  /** Anna as her own PBX has her in its queue. */
  const atPbx = async (): Promise<string> =>
    ((await stack.lab.sites.get('berlin')?.cli('queue show support')) ?? '')
      .split('\n')
      .filter((line) => line.includes('PJSIP/1001'))
      .join();

  const button = (page: Page, name: string): Locator =>
    page.getByRole('region', { name: 'What you can do' }).getByRole('button', { name, exact: true });

  test('as an agent begins with his own page, follows his calls, pauses and comes back as his PBX does', async () => {
    const { page, faults } = await open();
    await sendLogin(page, stack.url, anna);
    await ready(page, 'self');
    const now = page.getByRole('region', { name: 'What you do now' });
    await free(stack, 'berlin/1001');
    await reads(now, /idle/);
    await reads(page.getByRole('main'), /Calls come to you[^]*Berlin\s+up/);

    const call = caller.call('support', { fromUser: '4930222001' });
    await answered(stack, call, '4930222001');
    await reads(now, /talking[^]*You are in a call: Support/);
    await reads(page.getByRole('main'), /No other call comes to you now[^]*You are in a call that was sent to you/);
    expect(await page.getByRole('main').innerText()).not.toContain('222001');
    await call.hangup();
    await ended(stack, '4930222001');
    await free(stack, 'berlin/1001');
    await reads(now, /idle[^]*You are in no call/);

    await now.getByLabel('Reason of the pause').fill('lunch');
    await button(page, 'Pause').click();
    await reads(now, /paused[^]*lunch[^]*Paused\./);
    expect(await atPbx()).toContain('paused:lunch');
    await reads(page.getByRole('main'), /No call comes to you now[^]*You are on a pause \(lunch\)/);
    expect(await seriousFaults(page)).toEqual([]);

    await button(page, 'End the pause').click();
    await reads(now, /idle/);
    expect(await atPbx()).not.toContain('paused');
    expect(faults).toEqual([]);
  });

  test('as an agent finds no page of others in his menu, and none behind its address', async () => {
    const { page, faults } = await open();
    await enter(page, stack.url, anna);
    await page.goto(`${stack.url}/#/agents`);
    await ready(page, 'agents');
    await reads(page.getByRole('main'), /Your role may not see this page/);
    expect(await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').allInnerTexts()).toEqual([
      'My status',
    ]);
    expect(faults).toEqual([]);
  });

  test('changes his password: his other browser is logged out, and the old password is none any more', async () => {
    const login = await addUser(stack, 'sven', 'supervisor');
    const [here, there] = [await open(), await open()];
    for (const { page } of [here, there]) {
      await enter(page, stack.url, login);
      await page.goto(`${stack.url}/`);
      await ready(page, 'wall');
    }
    await here.page.getByRole('link', { name: 'Your account: sven' }).click();
    await ready(here.page, 'account');
    await reads(here.page.getByRole('main'), /Supervisor[^]*all sites; all services/);
    const change = async (old: string, next: string, again = next): Promise<void> => {
      await here.page.getByLabel('Your password now').fill(old);
      await here.page.getByLabel('New password', { exact: true }).fill(next);
      await here.page.getByLabel('New password again').fill(again);
      await here.page.getByRole('button', { name: 'Change the password' }).click();
    };
    const fault = here.page.getByRole('alert');
    await change(login.password, 'staple battery horse', 'staple battery house');
    await reads(fault, /not the same/);
    await change(login.password, 'short');
    await reads(fault, /has 5 characters.*Choose another/);
    await change('not mine at all', 'staple battery horse');
    await reads(fault, /not your password now/);
    expect(await seriousFaults(here.page)).toEqual([]);
    await change(login.password, 'staple battery horse');
    await reads(here.page.getByRole('main'), /Your password is changed\. You stay logged in here/);

    await there.page.getByRole('link', { name: 'Services' }).click();
    await reads(there.page.getByRole('main'), /Your session is over/);
    await sendLogin(there.page, stack.url, login);
    await reads(there.page.getByRole('alert'), /password/i);
    await sendLogin(there.page, stack.url, { ...login, password: 'staple battery horse' });
    await there.page.locator('main:not([data-page=login])[data-ready]').waitFor();

    await here.page.getByRole('main').getByRole('button', { name: 'Log out' }).click();
    await ready(here.page, 'login');
  });
});
