/** What people do with the keyboard, in several tabs and over a longer time, in a real browser over made-up answers. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { noChromium, openBrowser, openPage } from '../lab/browser/browser.ts';
import { enter, ready } from '../lab/browser/pages.ts';
import { startFixture } from '../lab/web/fixture.ts';
import type { Fixture } from '../lab/web/fixture.ts';

const missing = await noChromium(console.log);
if (missing !== undefined) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${missing}`));

describe.skipIf(missing !== undefined)('whoever looks at the pages', () => {
  let lab: Fixture;
  let browser: Browser;

  beforeAll(async () => {
    lab = await startFixture();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await lab?.stop();
  });
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  const open = async (hash: string, name: string, user = 'admin'): Promise<Page> => {
    const { page } = await openPage(browser);
    await enter(page, lab.url, { name: user, password: 'demo' });
    await page.goto(`${lab.url}/${hash}`);
    await ready(page, name);
    return page;
  };
  const isFocused = (place: Locator): Promise<void> =>
    expect
      .poll(() => place.evaluate((node) => node === node.ownerDocument.activeElement), { timeout: 8_000 })
      .toBe(true);
  const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });

  describe('at the keyboard', () => {
    test('begins in the first field of a dialog, and is back at its button when it is closed', async () => {
      const page = await open('#/people', 'people');
      const opener = button(page, 'Add a user …');
      await opener.press('Enter');
      await isFocused(page.getByRole('dialog').getByLabel('Name', { exact: true }));
      await page.keyboard.press('Escape');
      await isFocused(opener);
    });

    test('does nothing final by a second Enter, and goes on in the list when its row is gone', async () => {
      const page = await open('#/people', 'people');
      await button(page, 'Remove grafana').press('Enter');
      await isFocused(button(page, 'Cancel'));
      await page.keyboard.press('Enter');
      await isFocused(button(page, 'Remove grafana'));
      await page.keyboard.press('Enter');
      await button(page, 'Remove').press('Enter');
      await button(page, 'Remove grafana').waitFor({ state: 'detached' });
      await isFocused(page.getByRole('region', { name: 'Tokens of programs' }));
    });

    test('is shown the password of a new user once he is there, and what is wrong with a name at the name', async () => {
      const page = await open('#/people', 'people');
      await button(page, 'Add a user …').press('Enter');
      await page.keyboard.type('maria');
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.getByText('Choose another name').waitFor();
      expect(await dialog.getByRole('alert').count()).toBe(1);
      await dialog.getByLabel('Name', { exact: true }).fill('paul');
      await page.keyboard.press('Enter');
      await isFocused(button(page, 'Copy'));
      await expect.poll(() => dialog.innerText()).toMatch(/The password of paul[^]*(\w{4}-){3}\w{4}/);
      await button(page, 'I have it').press('Enter');
      await page.getByRole('rowheader', { name: 'paul' }).waitFor();
    });

    test('copies a secret that it was shown, and says that it has it', async () => {
      const page = await open('#/people', 'people');
      await button(page, 'Add a token …').press('Enter');
      await page.keyboard.type('a program');
      await page.keyboard.press('Enter');
      await isFocused(button(page, 'Copy'));
      await button(page, 'I have it').press('Enter');
      await isFocused(button(page, 'Add a token …'));
    });
  });

  describe('searching calls', () => {
    const cells = (page: Page, column: string): Locator => page.locator(`tbody [data-label="${column}"]`);

    test('sees calls in progress go on and end, in the same rows', async () => {
      const page = await open('#/calls?range=custom', 'calls');
      const before = await cells(page, 'Arrived').allInnerTexts();
      expect((await cells(page, 'Outcome').allInnerTexts()).slice(0, 2)).toEqual(['Waiting', 'Talking']);
      await page.request.post(`${lab.url}/lab/end`);
      await expect
        .poll(async () => (await cells(page, 'Outcome').allInnerTexts()).slice(0, 2), { timeout: 10_000 })
        .toEqual(['Abandoned', 'Answered']);
      expect((await cells(page, 'Talked').allInnerTexts()).slice(0, 2)).toEqual(['–', '1 min 1 s']);
      expect(await cells(page, 'Arrived').allInnerTexts()).toEqual(before);
    });

    test('asks again when the same is searched for', async () => {
      const page = await open('#/calls', 'calls');
      const asked = page.waitForRequest((request) => request.url().includes('/v1/calls?'));
      await button(page, 'Search').click();
      await asked;
    });

    test('finds an agent by a part of his name, and is told when nobody or several are meant', async () => {
      const page = await open('#/calls?range=custom', 'calls');
      const find = async (text: string): Promise<void> => {
        await page.getByLabel('Agent', { exact: true }).fill(text);
        await button(page, 'Search').click();
      };
      await find('nobody');
      await page.getByText('No agent is called “nobody”').waitFor();
      await find('BAUER');
      await page.getByText(/^\d+ agents are called “BAUER”/).waitFor();
      const one = page.getByRole('main').getByRole('link', { name: /Bauer/ }).first();
      const name = await one.innerText();
      await one.click();
      await expect.poll(async () => new Set(await cells(page, 'Agent').allInnerTexts())).toEqual(new Set([name]));
      await find('2004');
      await expect.poll(async () => (await cells(page, 'Agent').allInnerTexts()).join()).toMatch(/^[^,]* \(Lyon\)/);
    });
  });

  describe('logging in', () => {
    const name = (page: Page): Locator => page.getByLabel('Name', { exact: true });
    const password = (page: Page): Locator => page.getByLabel('Password', { exact: true });
    const logIn = async (page: Page, who: string, secret = 'demo'): Promise<void> => {
      await name(page).fill(who);
      await password(page).fill(secret);
      await page.keyboard.press('Enter');
    };

    test('types at once, and types the password anew when it was refused', async () => {
      const { page } = await openPage(browser);
      await page.goto(lab.url);
      await isFocused(name(page));
      await logIn(page, 'admin', 'wrong');
      await page.getByRole('alert').waitFor();
      await isFocused(password(page));
      await page.keyboard.type('demo');
      await page.keyboard.press('Enter');
      await ready(page, 'wall');
    });

    test('is out in all tabs when he logs out in one, and somebody else in all when somebody else logs in', async () => {
      const page = await open('#/calls?range=custom', 'calls');
      const other = await page.context().newPage();
      await other.goto(`${lab.url}/#/people`);
      await ready(other, 'people');
      await button(other, 'Log out').click();
      await isFocused(name(page));
      expect(await page.locator('tbody').count()).toBe(0);
      await logIn(other, 'viewer');
      await page.getByRole('link', { name: 'viewer' }).waitFor();
      await ready(page, 'calls');
    });
  });

  describe('on a wall that stays for weeks', () => {
    test('is loaded again once the server was updated, and not for a mere break of the line', async () => {
      const page = await open('#/?wall', 'wall');
      const asked = (): Promise<unknown> =>
        page.waitForResponse((answer) => answer.request().method() === 'GET' && answer.url() === `${lab.url}/`);
      const drop = (): Promise<unknown> => fetch(`${lab.url}/lab/drop`, { method: 'POST' });
      let loads = 0;
      page.on('load', () => (loads += 1));
      await Promise.all([asked(), drop()]);
      await page.route(`${lab.url}/`, async (route) => {
        if (route.request().resourceType() === 'document') return route.continue();
        const updated = (await (await route.fetch()).text()).replace(/index-[\w-]+\.js/, 'index-newer.js');
        await route.fulfill({ body: updated, contentType: 'text/html' });
      });
      expect(loads).toBe(0);
      await Promise.all([page.waitForEvent('load'), drop()]);
      await ready(page, 'wall');
      expect(page.url()).toContain('#/?wall');
    });
  });

  describe('at a service', () => {
    test('closes it by the one button that says so, and knows what becomes of its calls', async () => {
      const page = await open('#/services/technical', 'service');
      await button(page, 'Close …').press('Enter');
      const dialog = page.getByRole('dialog');
      await isFocused(dialog.getByLabel('Why'));
      // What services are called may come a moment later.
      await dialog.getByText('its calls go to the service "Night line').waitFor();
      expect(await dialog.getByRole('button', { name: /Close/ }).count()).toBe(1);
      await page.keyboard.type('Fire drill');
      await dialog.getByRole('button', { name: 'Close Technical support' }).click();
      // Its opener is gone: it is closed now.
      await button(page, 'Open …').waitFor();
      await isFocused(page.getByRole('main'));
    });

    test('tries calls out on the clock that is named, and sees no old result below a fault', async () => {
      const page = await open('#/services/support', 'service');
      await page.getByLabel('Time (UTC)').waitFor();
      await button(page, 'Try').click();
      const result = page.getByRole('heading', { name: 'What would happen' });
      await result.waitFor();
      await page.getByLabel('Priority').fill('much');
      await button(page, 'Try').click();
      await page.getByText('The priority is a whole number').waitFor();
      expect(await result.count()).toBe(0);
    });
  });
});
