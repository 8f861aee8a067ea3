/** The pages of the web application, how to come there, and when each has something to show: for screenshots, axe and stories. */
import type { Page } from 'playwright-core';
import { newPassword } from '../../../src/runtime/password.ts';

/** What exists on the stack that is looked at. */
export interface Shown {
  readonly callId: string;
  readonly service: string;
}

export interface WebPage {
  readonly name: string;
  /** What its `main` calls itself. */
  readonly page: string;
  /** What follows the address of the API. */
  readonly path: (shown: Shown) => string;
  /** Seen without a login. */
  readonly isOpen?: boolean;
  /** Of an agent alone: `agentLogin` makes a login. */
  readonly isAgents?: boolean;
}

export const WEB_PAGES: readonly WebPage[] = [
  { name: 'login', page: 'login', path: () => '/#/login', isOpen: true },
  { name: 'wallboard', page: 'wall', path: () => '/#/' },
  { name: 'wall', page: 'wall', path: () => '/#/?wall' },
  { name: 'agents', page: 'agents', path: () => '/#/agents' },
  { name: 'waiting', page: 'waiting', path: () => '/#/waiting' },
  { name: 'calls', page: 'calls', path: () => '/#/calls' },
  { name: 'call', page: 'call', path: ({ callId }) => `/#/calls/${encodeURIComponent(callId)}` },
  { name: 'services', page: 'services', path: () => '/#/services' },
  { name: 'service', page: 'service', path: ({ service }) => `/#/services/${encodeURIComponent(service)}` },
  { name: 'people', page: 'people', path: () => '/#/people' },
  { name: 'api', page: 'api', path: () => '/#/api' },
  { name: 'account', page: 'account', path: () => '/#/account' },
  { name: 'self', page: 'self', path: () => '/#/', isAgents: true },
];

export interface Login {
  readonly name: string;
  readonly password: string;
}

/** As a page of ours asks for a change. */
const OURS = (url: string) => ({ origin: url, 'sec-fetch-site': 'same-origin' });

/** Logs the page's context in without the form: for those who look at the pages behind it. Throws with the API's answer where it refuses. */
export async function enter(page: Page, url: string, { name, password }: Login): Promise<void> {
  const answer = await page.request.post(`${url}/v1/login`, {
    data: { name, password },
    headers: OURS(url),
  });
  if (!answer.ok()) throw new Error(`login of ${name}: ${answer.status()} ${await answer.text()}`);
}

/** A login of the first agent's own, made by the administrator who is logged in on `page`; one of before goes. */
export async function agentLogin(page: Page, url: string, name = 'looks-on-himself'): Promise<Login> {
  const { items } = (await (await page.request.get(`${url}/v1/agents?limit=1`)).json()) as { items: { id: string }[] };
  const login = { name, password: newPassword() };
  await page.request.delete(`${url}/v1/users/${name}`, {
    headers: { ...OURS(url), 'content-type': 'application/json' },
  });
  const data = { ...login, role: 'agent', agentId: items[0]?.id ?? '' };
  const answer = await page.request.post(`${url}/v1/users`, { data, headers: OURS(url) });
  if (!answer.ok()) throw new Error(`a login of ${data.agentId}: ${answer.status()} ${await answer.text()}`);
  return login;
}

/** Fills in the form and sends it, as people do. */
export async function sendLogin(page: Page, url: string, { name, password }: Login): Promise<void> {
  await page.goto(`${url}/`);
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

/** Opens a page of the table and waits until its figures are there. */
export async function show(page: Page, url: string, one: WebPage, shown: Shown): Promise<void> {
  // A hash alone does not load anything: start from nothing, so that no page depends on the one before.
  await page.goto('about:blank');
  await page.goto(`${url}${one.path(shown)}`);
  await ready(page, one.page);
}

/** A page says so on its `main` when it has something to show; fonts and plots are painted then. */
export async function ready(page: Page, name: string, deadlineMs = 10_000): Promise<void> {
  await page.locator(`main[data-page=${name}][data-ready]`).waitFor({ timeout: deadlineMs });
  await page.evaluate(
    'document.fonts.ready.then(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))',
  );
}
