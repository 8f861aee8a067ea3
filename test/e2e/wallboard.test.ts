/** What a manager does and sees in a real browser, over real calls. */
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seriousFaults } from '../lab/browser/axe.ts';
import { noChromium, openBrowser, openPage } from '../lab/browser/browser.ts';
import { ready, sendLogin, show, WEB_PAGES } from '../lab/browser/pages.ts';
import type { Login } from '../lab/browser/pages.ts';
import type { SiteSpec } from '../lab/lab.ts';
import { addUser } from '../lab/people.ts';
import { answered, callOf, ended, offersAt, resultOf } from '../lab/record.ts';
import { free, talk, whoAnswered } from '../lab/routing.ts';
import type { Phone } from '../lab/sip/phone.ts';
import { startStack } from '../lab/stack.ts';
import type { Stack } from '../lab/stack.ts';

const sites: SiteSpec[] = [
  {
    ...{ name: 'berlin', commands: true, queues: { support: {}, sales: {} } },
    agents: [
      { ext: '1001', title: 'Anna', queues: { support: 0 } },
      { ext: '1002', title: 'Bernd', queues: { sales: 0 } },
    ],
  },
  {
    ...{ name: 'lyon', commands: true, queues: { support: {} } },
    agents: [{ ext: '1001', title: 'Denise', queues: { support: 0 } }],
  },
];
const routing = {
  support: { title: 'Support', numbers: ['+4930555100'], requirement: 'queue:support' },
  sales: { title: 'Sales', numbers: ['+4930555200'], requirement: 'queue:sales' },
};

const missing = await noChromium(console.log);
if (missing !== undefined) test('NOT RUN', ({ skip }) => skip(`NOT RUN: ${missing}`));

describe.skipIf(missing !== undefined)('a manager', () => {
  let stack: Stack;
  let browser: Browser;
  let login: Login;
  let caller: Phone;
  let page: Page;
  let faults: readonly string[];

  beforeAll(async () => {
    stack = await startStack({
      ...{ edges: ['edge1'], sites, services: Object.keys(routing), routing, settings: { country: '49' }, api: true },
    });
    login = await addUser(stack, 'manager', 'admin');
    caller = await stack.caller();
    browser = await openBrowser();
    ({ page, faults } = await openPage(browser));
  });
  afterAll(async () => {
    await browser?.close();
    await stack?.stop();
  });

  /** Goes where a link of the menu leads. */
  const follow = async (title: string, name: string): Promise<void> => {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: title }).click();
    await ready(page, name);
  };

  /** Edges look for a new version of the routing four times a second: sooner than a manager can pick up a phone. */
  const inForce = (version: number): Promise<unknown> | undefined =>
    stack.roles.get('edge edge1')?.said(`routing is in force: version ${version}"`);

  /** A figure of a service's tile. */
  const figure = (service: string, label: string): Locator =>
    page
      .getByRole('article', { name: service, exact: true })
      .locator('div', { has: page.getByText(label, { exact: true }) })
      .locator('dd');

  /** Waits until a place of the page reads so; managers wait for a second, a busy machine may take longer. */
  const reads = (place: Locator, text: string | RegExp): Promise<void> =>
    expect.poll(() => place.innerText(), { timeout: 5_000 }).toMatch(text);

  test('is refused with a wrong password', async () => {
    const other = await openPage(browser);
    await sendLogin(other.page, stack.url, { ...login, password: 'wrong' });
    await reads(other.page.getByRole('alert'), /password/i);
    await other.page.context().close();
  });

  test('logs in', async () => {
    await sendLogin(page, stack.url, login);
    await ready(page, 'wall');
    expect(await page.title()).toContain('Wallboard');
  });

  test('sees a call arrive, wait, be answered and end', async () => {
    const first = caller.call('sales', { fromUser: '4930111001' });
    await answered(stack, first, '4930111001');
    await reads(figure('Sales', 'Talking'), /^1$/);
    await reads(figure('Sales', 'Waiting'), /^0$/);
    const second = caller.call('sales', { fromUser: '4930111002' });
    await reads(figure('Sales', 'Waiting'), /^1$/);
    await reads(figure('Sales', 'Longest wait'), /\d/);
    await first.hangup();
    await answered(stack, second, '4930111002');
    await reads(figure('Sales', 'Waiting'), /^0$/);
    await reads(figure('Sales', 'Talking'), /^1$/);
    await second.hangup();
    await reads(figure('Sales', 'Talking'), /^0$/);
    await reads(figure('Sales', 'Reached today'), /^2 of 2$/);
  });

  test('goes to the wall view and back by keys alone', async () => {
    const focused = (): Promise<string> => page.locator(':focus').innerText();
    await page.getByRole('link', { name: 'Wall view' }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Leave the wall view' }).waitFor();
    expect(await page.locator(':focus').getAttribute('href')).toBe('#/');
    await page.keyboard.press('Escape');
    await expect.poll(focused).toBe('Wall view');
    expect(new URL(page.url()).hash).toBe('#/');
  });

  test('closes a service, and the next call obeys', async () => {
    await follow('Services', 'services');
    await page.getByRole('link', { name: 'Support' }).click();
    await ready(page, 'service');
    await page.getByRole('button', { name: /^Close …/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Why').fill('Fire drill');
    await dialog.getByRole('button', { name: 'Close Support', exact: true }).click();
    await reads(page.getByRole('main'), /Fire drill/);
    await follow('Wallboard', 'wall');
    await reads(page.getByRole('article', { name: 'Support' }), /Closed/);
    await inForce(2);
    const refused = caller.call('support', { fromUser: '4930111003' });
    expect(await resultOf(stack, '4930111003')).toMatchObject({ status: 'CLOSED' });
    await refused.hangup();
    expect((await ended(stack, '4930111003')).offers).toEqual([]);
  });

  test('opens it again', async () => {
    await page.getByRole('article', { name: 'Support' }).getByRole('link', { name: 'Support' }).click();
    await ready(page, 'service');
    await page.getByRole('button', { name: 'Back to its hours …' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Back to the hours of Support' }).click();
    await expect.poll(() => page.getByRole('button', { name: /^Close …/ }).count()).toBe(1);
    await inForce(3);
    await talk(stack, caller, 'support', '4930111004');
  });

  test('pauses an agent, who is then not offered a call', async () => {
    await free(stack, 'berlin/1001', 'lyon/1001');
    await follow('Agents', 'agents');
    const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name: 'Anna' }) });
    await reads(card, /idle/i);
    await card.getByRole('button').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Reason of the pause').fill('lunch');
    await dialog.getByRole('button', { name: 'Pause' }).click();
    await reads(dialog, /Paused\./);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await reads(card, /paused[^]*lunch/i);
    for (const ani of ['4930111005', '4930111006']) {
      await free(stack, 'lyon/1001');
      expect(whoAnswered(await talk(stack, caller, 'support', ani))).toBe('lyon/1001');
      expect(offersAt(stack, 'berlin/1001', ani)).toEqual([]);
    }
  });

  test('opens a call and reads why it waited, and who got it', async () => {
    await follow('Calls', 'calls');
    await page
      .getByRole('row', { name: /4930111002/ })
      .getByRole('link')
      .first()
      .click();
    await ready(page, 'call');
    const decisions = page.getByRole('region', { name: 'Decisions' });
    await reads(decisions, /Bernd \(Berlin\) was chosen: the only one who was free/);
    await decisions.getByRole('group').first().locator('summary').first().click();
    await reads(decisions, /Nobody was free/);
    await reads(decisions, /Would do, but could not: 1/i);
    await decisions
      .getByText(/in a call/i)
      .first()
      .click();
    await reads(decisions, /Bernd[^]*in another call of ours/i);
  });

  test('meets nothing that axe calls serious, and nothing fails, on any page', async () => {
    const { callId } = await callOf(stack, '4930111006');
    const found: string[] = [];
    for (const one of WEB_PAGES.filter(({ isOpen, isAgents }) => !isOpen && !isAgents)) {
      await show(page, stack.url, one, { callId, service: 'support' });
      found.push(...(await seriousFaults(page)).map((line) => `${one.name}: ${line}`));
    }
    expect(found).toEqual([]);
    expect(faults).toEqual([]);
  });
});
